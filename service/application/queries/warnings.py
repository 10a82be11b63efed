"""What is out of the ordinary in a cycle at one instant, as machine words (SIL-13 and others)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from service.application import records as r
from service.application.effects.conclusions import UNDECIDED
from service.application.effects.opening import ENDED_WITHOUT_PLANS, TERM
from service.application.ports import Work
from service.domain.bodies import ROLES, heir_on
from service.domain.calendars import WorkingCalendar
from service.domain.cycle_settings import CycleSettings
from service.domain.deadlines import deadline, is_on_time, term
from service.domain.plans import PlanState

WARNINGS = (
    "undecided_concepts",  # clause 8's last second has passed, and a concept has no conclusion
    "uncovered_understandings",  # not covered by a concept, and nobody said why (clause 11)
    "commission_overdue",  # the drafts are not with the Commission (clause 12; reworked: SIL-10)
    "president_overdue",  # nothing was sent to the President (clause 14)
    "legislature_overdue",  # a plan was agreed and not sent within the term (clause 15)
    "no_agreed_plan",  # the plans' first year has begun, and neither is agreed (SIL-13)
    "tasks_of_nobody",  # a body ended without a successor, and its tasks are open (SIL-21)
)
_IN_FORCE = (PlanState.AGREED, PlanState.TRANSMITTED)


@dataclass(frozen=True, slots=True)
class Seen:
    """What a board has read of a cycle."""

    cycle: r.Cycle
    concepts: Sequence[r.Concept]
    plans: Mapping[str, r.Plan]  # kind → newest version
    decisions: Sequence[r.Decision]
    understandings: Sequence[r.Understanding]
    letters: Sequence[r.Letter]


def warnings_of(
    work: Work, seen: Seen, calendar: WorkingCalendar, settings: CycleSettings, now: datetime
) -> tuple[str, ...]:
    """The words of WARNINGS that hold at `now`, in that order. A flag never stops anything.

    A cycle that was ended without plans is late with nothing any more, but has no agreed plan.
    """
    found = {*_matters(seen, calendar, now), *_of_nobody(work, seen, calendar.local_date(now))}
    if seen.cycle.dates and seen.cycle.status != ENDED_WITHOUT_PLANS:
        found |= set(_overdue(seen, calendar, settings, now))
    return tuple(word for word in WARNINGS if word in found)


def _matters(seen: Seen, calendar: WorkingCalendar, now: datetime) -> Iterator[str]:
    new_year = calendar.start_of(date(seen.cycle.year + 1, 1, 1))
    if now >= new_year and not any(plan.status in _IN_FORCE for plan in seen.plans.values()):
        yield "no_agreed_plan"
    if any(e.coverage == "not_covered" and not e.reason for e in seen.understandings):
        yield "uncovered_understandings"


def _overdue(
    seen: Seen, calendar: WorkingCalendar, settings: CycleSettings, now: datetime
) -> Iterator[str]:
    def passed(step: str, nominal: object) -> bool:
        due = deadline(step, date.fromisoformat(str(nominal)), calendar, settings)
        return not is_on_time(now, due.due_at)

    dates = seen.cycle.dates
    undecided = any(concept.state in UNDECIDED for concept in seen.concepts)
    if undecided and passed("conclusion", dates["conclusion_on"]):
        yield "undecided_concepts"
    last = _last(seen, "sent_to_commission", "commission")
    if last is None and passed("commission", dates["commission_on"]):
        yield "commission_overdue"
    sent_back = last is not None and last.outcome in ("returned", "refused")
    if sent_back and passed("commission", dates["rework_on"]):
        yield "commission_overdue"
    if _last(seen, "sent_to_president") is None and passed("president", dates["president_on"]):
        yield "president_overdue"
    days = int(str(dates[TERM]))
    for agreed_on in _waiting_for_legislature(seen):
        due = term("legislature", agreed_on, days, calendar, settings)
        if not is_on_time(now, due.due_at):
            yield "legislature_overdue"


def _last(seen: Seen, *kinds: str) -> r.Decision | None:
    """The newest act of these kinds."""
    return next((each for each in reversed(seen.decisions) if each.kind in kinds), None)


def _waiting_for_legislature(seen: Seen) -> Iterator[date]:
    """For each plan that is agreed and not sent, the day from which its term counts (AMB-04)."""
    for kind, plan in seen.plans.items():
        if plan.status != PlanState.AGREED:
            continue
        for each in reversed(seen.decisions):
            if kind in each.payload.get("plans", ()) and each.payload.get("term_from"):
                yield date.fromisoformat(str(each.payload["term_from"]))
                break


def _of_nobody(work: Work, seen: Seen, today: date) -> Iterator[str]:
    directory = {body.code: body for body in work.bodies.all()}
    invited = {letter.recipient for letter in seen.letters if letter.kind == "invitation"}
    orphaned = [code for code in invited if not heir_on(code, directory, today)]
    groups = [f"{code}/{role}" for code in orphaned for role in ROLES]
    for task in work.user_tasks.open_for_groups(groups):
        if work.instances.get(task.instance_id).cycle_id == seen.cycle.id:
            yield "tasks_of_nobody"
            return
