"""The President: approved plans go to him for agreement, his decision is recorded (clause 14)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from service.application import records as r
from service.application.effects.drafts import open_plans, plans_at_president
from service.application.situation import Situation
from service.application.steps import EffectCall
from service.domain.concepts import ConceptState
from service.domain.deadlines import Deadline, is_on_time, timeliness
from service.domain.plans import PlanState, move_plan
from service.domain.texts import texts_of
from service.errors import Refused

DECISION = "record_president_decision"


def send_to_president(situation: Situation, call: EffectCall) -> Mapping[str, Any]:
    """Send the approved plans to the President, on time or late (clause 14, SIL-11).

    Returns `sent_to_president_on` (local date) and `timeliness`.
    """
    due = situation.deadline("president", situation.cycle().dates["president_on"])
    punctual = timeliness(situation.now, due.due_at)
    version = 0
    for plan in open_plans(situation):
        situation.work.plans.change(plan.id, status=move_plan(plan.status, PlanState.AT_PRESIDENT))
        version = max(version, plan.version)
    situation.work.decisions.add(
        r.Decision(
            id=0,
            cycle_id=situation.cycle_id,
            kind="sent_to_president",
            outcome="sent",
            decided_at=situation.now,
            plan_version=version,
            timeliness=punctual,
            due_at=due.due_at,
            payload=_why_late(situation, due) if punctual == "late" else {},
        )
    )
    situation.work.cycles.change(situation.cycle_id, status="at_president")
    about = str(situation.cycle().year)
    situation.letter(
        "president_cover",
        "PRESIDENT",
        about,
        clause="14",
        timeliness=punctual,
        payload={"route": situation.moment.settings.route},
    )
    details = {"version": version, "due_at": due.due_at, "timeliness": punctual}
    situation.note("send_to_president", clause="14", details=details)
    on = situation.moment.calendar.local_date(situation.now)
    return {"sent_to_president_on": on, "timeliness": punctual}


def _why_late(situation: Situation, due: Deadline) -> dict[str, str]:
    """The reason that goes with the late flag, where the Commission is it (SIL-11)."""
    decisions = situation.work.decisions.of_cycle(situation.cycle_id)
    approvals = [
        decision.decided_at
        for decision in decisions
        if decision.kind == "commission" and decision.outcome.startswith("approved")
    ]
    if not approvals or is_on_time(approvals[-1], due.due_at):
        return {}
    on = situation.moment.calendar.local_date(approvals[-1])
    return {"reason": f"approved by the Commission on {on}"}


def record_president_decision(situation: Situation, call: EffectCall) -> Mapping[str, Any]:
    """Record the President's decision (clauses 14, 15; SIL-12, SIL-13).

    Each plan has its own status. Silence is never consent: `pending` only waits. Returns
    `next_step`: transmit · consolidate (substantive remarks, the Commission again) · resend
    (a correction) · wait; and `agreed_on`, the date that starts the ten working days.
    """
    form = situation.form_of(DECISION)
    outcome = str(form.get("outcome", ""))
    covered = _covered(situation, str(form.get("plans_covered") or "both"))
    if outcome == "pending":
        return {"next_step": "wait"}
    if outcome == "agreed":
        agreed_on = _agree(situation, covered, form)
        _record(situation, form, covered, term_from=agreed_on)
        return {"next_step": "transmit", "agreed_on": agreed_on}
    if outcome not in ("agreed_with_remarks", "not_agreed"):
        raise Refused(f"The outcome is {outcome!r}; record agreed, not_agreed, or pending.")
    for plan in covered:
        situation.work.plans.change(plan.id, status=move_plan(plan.status, PlanState.REMARKS))
    _record(situation, form, covered)
    correction = form.get("remarks_kind") == "correction"
    return {"next_step": "resend" if correction else "consolidate"}


def _covered(situation: Situation, covered: str) -> list[r.Plan]:
    plans = [plan for plan in plans_at_president(situation) if covered in ("both", plan.kind)]
    if not plans:
        raise Refused(
            f"There is no plan '{covered}' with the President; choose the plan that he decided on.",
            clause="14",
        )
    return plans


def _agree(situation: Situation, plans: list[r.Plan], form: Mapping[str, Any]) -> date:
    agreed_on = _date(form, "agreed_on")
    today = situation.moment.calendar.local_date(situation.now)
    if agreed_on is None or agreed_on > today:
        raise Refused(
            f"The date of agreement is {agreed_on}; give the day on which the President agreed, "
            f"not later than {today}.",
            code="agreed_on",
            clause="15",
        )
    received_on = _date(form, "received_on")
    if received_on is not None and not agreed_on <= received_on <= today:
        raise Refused(
            f"The Ministry received the agreement on {received_on}; give a day from {agreed_on} "
            f"to {today}.",
            code="received_on",
            clause="15",
        )
    for plan in plans:
        status = move_plan(plan.status, PlanState.AGREED)
        situation.work.plans.change(plan.id, status=status, agreed_on=agreed_on)
        situation.work.concepts.change_states(
            [item.concept_id for item in plan.items], ConceptState.AGREED
        )
    situation.work.cycles.change(situation.cycle_id, status="agreed")
    by_receipt = situation.moment.settings.legislature_start == "received_on"
    return (received_on or agreed_on) if by_receipt else agreed_on


def _date(form: Mapping[str, Any], field: str) -> date | None:
    value = form.get(field)
    return date.fromisoformat(str(value)) if value else None


def _record(
    situation: Situation,
    form: Mapping[str, Any],
    plans: list[r.Plan],
    *,
    term_from: date | None = None,
) -> None:
    remarks = texts_of(form, "remarks")
    kinds = [plan.kind for plan in plans]
    situation.work.decisions.add(
        r.Decision(
            id=0,
            cycle_id=situation.cycle_id,
            kind="president",
            outcome=str(form["outcome"]),
            decided_at=situation.now,
            plan_version=max(plan.version for plan in plans),
            remarks=remarks,
            payload={
                "plans": kinds,
                "agreed_on": form.get("agreed_on"),
                "received_on": form.get("received_on"),
                "term_from": term_from.isoformat() if term_from else None,  # clause 15, AMB-04
            },
        )
    )
    details = {"outcome": form["outcome"], "plans": kinds, "agreed_on": form.get("agreed_on")}
    situation.note("record_president_decision", clause="14", details=details)
