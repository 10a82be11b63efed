"""Opening and closing: the year's dates, the bodies' submissions, the end of the cycle."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from service.application.effects.conclusions import announce_if_concluded
from service.application.situation import Situation
from service.application.steps import EffectCall
from service.domain.bodies import active_on
from service.domain.concepts import ConceptState
from service.domain.plans import plan_years
from service.errors import StepFailed

DATES = ("submission_on", "conclusion_on", "commission_on", "president_on", "rework_on")
TERM = "legislature_working_days"
ENDED_WITHOUT_PLANS = "ended_without_plans"  # a cycle's status


def open_submissions(situation: Situation, call: EffectCall) -> Mapping[str, Any]:
    """Set the year's dates and invite every active body that may propose treaties (clause 4).

    Arguments: submission_on, conclusion_on, commission_on, president_on, rework_on as month and
    day ("09-25") or full date, legislature_working_days as a number. They become variables of the
    cycle and of every instance it starts, so that the diagram of the cycle is their only place.
    """
    cycle = situation.cycle()
    dates = read_dates(call.arguments, cycle.year)
    situation.work.cycles.change(cycle.id, dates=dates)
    today = situation.moment.calendar.local_date(situation.now)
    invited = [
        body for body in situation.work.bodies.all() if body.may_submit and active_on(body, today)
    ]
    for body in invited:
        variables = {
            "cycle_id": cycle.id,
            "cycle_year": cycle.year,
            "body": body.code,
            "submission_on": dates["submission_on"],
            "commission_on": dates["commission_on"],
        }
        situation.send("OpenSubmission", f"{cycle.year}/{body.code}", variables)
        situation.letter("invitation", body.code, str(cycle.year), clause="4")
    current, prospective = plan_years(cycle.year)
    details = {"bodies": len(invited), "current": current, "prospective": prospective, **dates}
    situation.note("open_submissions", clause="4", details=details)
    return {**dates, "returned": False}


def read_dates(arguments: Mapping[str, Any], cycle_year: int) -> dict[str, Any]:
    """The year's dates as ISO text and the term of clause 15 as a number.

    Raises StepFailed naming the argument that is missing or no date.
    """
    dates: dict[str, Any] = {}
    for name in DATES:
        written = str(arguments.get(name, "")).strip()
        try:
            dates[name] = _date(written, cycle_year).isoformat()
        except ValueError:
            raise StepFailed(
                f"{name} is {written!r}, which is no day; write month and day such as 09-25"
            ) from None
    days = str(arguments.get(TERM, "")).strip()
    if not days.isdecimal() or not 1 <= int(days) <= 250:
        raise StepFailed(f"{TERM} is {days!r}; write a number of working days from 1 to 250")
    return {**dates, TERM: int(days)}


def check_dates(inputs: Mapping[str, str]) -> str | None:
    """What is wrong with the dates as they stand on the diagram, or None (for the linter)."""
    written = {name: text for name, text in inputs.items() if "${" not in text}
    if len(written) < len(inputs):
        return None  # worked out when the cycle opens
    try:
        read_dates(written, 2028)  # a leap year: 29 February is a day
    except StepFailed as problem:
        return problem.message
    return None


def _date(written: str, year: int) -> date:
    return date.fromisoformat(written if len(written) == 10 else f"{year}-{written}")


def close_submissions(situation: Situation, call: EffectCall) -> Mapping[str, Any]:
    """The time for concepts is over (clauses 4, 6); later ones are returned.

    Returns `undecided`, the number of concepts that still need a conclusion.
    """
    cycle = situation.work.cycles.lock(situation.cycle_id)
    situation.work.cycles.change(cycle.id, submissions_closed_at=situation.now, status="reviewing")
    open_states = (ConceptState.SUBMITTED, ConceptState.UNDER_REVIEW)
    undecided = situation.work.concepts.count(cycle.id, open_states)
    announce_if_concluded(situation)
    situation.note("close_submissions", clause="4", details={"undecided": undecided})
    return {"undecided": undecided}


def close_cycle(situation: Situation, call: EffectCall) -> Mapping[str, Any]:
    """Both plans are with the legislature; fulfilment begins (clauses 15, 17)."""
    situation.work.cycles.change(situation.cycle_id, status="transmitted")
    situation.note("close_cycle", clause="17", details={})
    return {}


def end_without_plans(situation: Situation, call: EffectCall) -> Mapping[str, Any]:
    """The Commission refused the drafts, and the Ministry's head ends the cycle (SIL-10).

    The drafts stay refused; the concepts may be proposed again in another cycle.
    """
    situation.work.cycles.change(situation.cycle_id, status=ENDED_WITHOUT_PLANS)
    situation.note("end_without_plans", clause="13", details={})
    return {}
