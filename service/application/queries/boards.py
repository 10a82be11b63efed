"""What stands where: bodies, deadlines, plans, letters of a planning cycle. Reads only."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from service.application import records as r
from service.application.application import Application
from service.application.effects.drafts import CONSOLIDATION, KINDS
from service.application.ports import Work
from service.application.queries.warnings import Seen, warnings_of
from service.domain.bodies import Response, standing
from service.domain.calendars import WorkingCalendar
from service.domain.concepts import ConceptState
from service.domain.cycle_settings import CycleSettings
from service.domain.deadlines import DATED_STEPS, Deadline, deadline, is_on_time, term
from service.errors import NotFound

_WITHDRAWN = (ConceptState.DRAFT, ConceptState.WITHDRAWN, ConceptState.RETURNED_LATE)


@dataclass(frozen=True, slots=True)
class Board:
    """A cycle at one instant. `bodies` maps code → standing; `plans` kind → newest version."""

    cycle: r.Cycle
    bodies: Mapping[str, str]
    concepts: Sequence[r.Concept]
    letters: Sequence[r.Letter]
    outgoing: Sequence[r.Outgoing]
    deadlines: Sequence[Deadline]
    plans: Mapping[str, r.Plan]
    decisions: Sequence[r.Decision]
    understandings: Sequence[r.Understanding]
    warnings: tuple[str, ...] = ()  # machine words: service.application.queries.warnings.WARNINGS


def board(app: Application, year: int, now: datetime) -> Board:
    """Everything about the cycle of `year`. Raises NotFound when there is none."""
    with app.store.read() as work:
        cycle = work.cycles.of_year(year)
        if cycle is None:
            raise NotFound(f"There is no planning cycle of {year}")
        cycle = _as_it_stands(work, cycle)
        calendar, settings = app.calendar(work), app.settings(work, cycle.id)
        concepts = work.concepts.of_cycle(cycle.id)
        letters = work.letters.of_cycle(cycle.id)
        decisions = work.decisions.of_cycle(cycle.id)
        plans = {kind: p for kind in KINDS if (p := work.plans.newest(cycle.id, kind))}
        deadlines = cycle_deadlines(cycle.dates, calendar, settings, _terms_from(decisions))
        understandings = work.understandings.of_cycle(cycle.id)
        seen = Seen(cycle, concepts, plans, decisions, understandings, letters)
        return Board(
            cycle=cycle,
            bodies=_standings(concepts, letters, deadlines, now),
            concepts=concepts,
            letters=letters,
            outgoing=work.outbox.of_cycle(cycle.id),
            deadlines=deadlines,
            plans=plans,
            decisions=decisions,
            understandings=understandings,
            warnings=warnings_of(work, seen, calendar, settings, now),
        )


def _as_it_stands(work: Work, cycle: r.Cycle) -> r.Cycle:
    """A refused cycle that its head began again is consolidating: no effect stands on that flow."""
    if cycle.status != "refused" or cycle.instance_id is None:
        return cycle
    waiting = {task.form_key for task in work.user_tasks.open_of_instance(cycle.instance_id)}
    return replace(cycle, status="consolidating") if CONSOLIDATION in waiting else cycle


def deadlines_of(
    work: Work, cycle: r.Cycle, calendar: WorkingCalendar, settings: CycleSettings
) -> list[Deadline]:
    """A cycle's deadlines by a calendar, which need not be the present one."""
    terms_from = _terms_from(work.decisions.of_cycle(cycle.id))
    return cycle_deadlines(cycle.dates, calendar, settings, terms_from)


def _terms_from(decisions: Iterable[r.Decision]) -> list[date]:
    """The days from which clause 15's term counts."""
    return [
        date.fromisoformat(decision.payload["term_from"])
        for decision in decisions
        if decision.payload.get("term_from")
    ]


def cycle_deadlines(
    dates: Mapping[str, object],
    calendar: WorkingCalendar,
    settings: CycleSettings,
    terms_from: Iterable[date] = (),
) -> list[Deadline]:
    """The year's deadlines from the dates that the diagram set.

    Clause 15's is counted from the last of `terms_from`, the days on which plans were agreed (or
    received, AMB-04).
    """
    found = [
        deadline(step, date.fromisoformat(str(dates[f"{step}_on"])), calendar, settings)
        for step in DATED_STEPS
        if f"{step}_on" in dates
    ]
    events = list(terms_from)
    if events:
        days = int(str(dates["legislature_working_days"]))
        found.append(term("legislature", max(events), days, calendar, settings))
    return found


def _standings(
    concepts: Sequence[r.Concept],
    letters: Sequence[r.Letter],
    deadlines: Sequence[Deadline],
    now: datetime,
) -> dict[str, str]:
    due = next((d.due_at for d in deadlines if d.step == "submission"), None)
    passed = due is not None and not is_on_time(now, due)
    # Who takes a concept back after the date did submit it in time.
    kept = {
        letter.about
        for letter in letters
        if letter.kind == "withdrawal" and due is not None and not is_on_time(letter.sent_at, due)
    }
    filed = [concept for concept in concepts if concept.submitted_at is not None]
    in_time = {c.body for c in filed if c.state not in _WITHDRAWN or c.number in kept}
    answered = {
        letter.sender: letter.timeliness
        for letter in letters
        if letter.kind == "no_proposals" and letter.status == "valid"
    }
    invited = [letter.recipient for letter in letters if letter.kind == "invitation"]
    return {
        code: standing(
            Response(concept_in_time=code in in_time, letter=answered.get(code, "")),
            deadline_passed=passed,
        )
        for code in invited
    }
