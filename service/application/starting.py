"""Processes that start by themselves, at the date that stands on their start event.

The diagram says when within a year; the row in `timer_start` is the next such instant. Nothing
here commits.
"""

from __future__ import annotations

from datetime import date, datetime

from service.application import records as r
from service.application import steps as s
from service.application.actors import Actor
from service.application.application import Application
from service.application.ports import Work
from service.application.stepping import begin, step
from service.domain.calendars import WorkingCalendar
from service.domain.cycle_settings import CycleSettings
from service.errors import WrongInput

CYCLE_PROCESS = "annual_cycle"
FIRST_YEAR, LAST_YEAR = 2014, 2095  # of cycles; the calendar knows five years more


def start_cycle(
    app: Application,
    work: Work,
    definition: r.Definition,
    year: int,
    settings: CycleSettings,
    *,
    actor: Actor,
    now: datetime,
) -> r.Cycle:
    """Store the planning cycle of `year` and make the first step on its diagram."""
    cycle = work.cycles.add(
        r.Cycle(id=0, year=year, settings=settings.to_data(), dates={}, opened_at=now)
    )
    instance = begin(work, definition, business_key=str(year), cycle_id=cycle.id, now=now)
    work.cycles.change(cycle.id, instance_id=instance.id)
    started = s.Started({"cycle_id": cycle.id, "cycle_year": year})
    step(app, work, instance, started, actor=actor, now=now)
    return work.cycles.get(cycle.id)


def start_in(
    app: Application,
    work: Work,
    definition: r.Definition,
    year: int,
    calendar: WorkingCalendar | None = None,
) -> datetime | None:
    """When the process starts by itself in that year (local), by the calendar as it is now.

    Or by another `calendar`, for a preview.
    None when it has no timer start, or not in that year. Raises StepFailed or WrongInput when the
    expression on the start event gives no instant.
    """
    if not FIRST_YEAR <= year <= LAST_YEAR:
        return None
    calendar = calendar or app.calendar(work)
    moment = s.Moment(calendar.start_of(date(year, 1, 1)), calendar, CycleSettings())
    at = app.engine.start_at(definition.digest, definition.xml, year, moment)
    if at is None or calendar.local_date(at).year != year:
        return None
    return at


def next_start(
    app: Application,
    work: Work,
    definition: r.Definition,
    after: datetime,
    calendar: WorkingCalendar | None = None,
) -> datetime | None:
    """The first instant later than `after` at which the process starts by itself, or None."""
    year = app.calendar(work).local_date(after).year
    found = (start_in(app, work, definition, each, calendar) for each in (year, year + 1))
    return next((at for at in found if at is not None and at > after), None)


def moved_start(
    app: Application,
    work: Work,
    definition: r.Definition,
    row: r.TimerStart,
    *,
    now: datetime,
    calendar: WorkingCalendar | None = None,
) -> datetime | None:
    """Where a start that is still to come moves: within its year, for that year is owed one.

    So it may lie before `now`, and then happens at once. When that year has none any more, the
    first one later than `now`, or None. Raises as `start_in` does.
    """
    year = app.calendar(work).local_date(row.due_at).year
    moved = start_in(app, work, definition, year, calendar)
    return moved or next_start(app, work, definition, now, calendar)


def plan_start(app: Application, work: Work, definition: r.Definition, now: datetime) -> bool:
    """Set when a process starts by itself next, by its definition in force; whether that moved.

    A start that has not happened yet stays due, and is tried at once: what an outage missed, and
    what the new date puts into the past. Unless the date now lies later in this year. Raises
    WrongInput for a date that no year has.
    """
    work.calendar_overrides.hold()
    row = work.timer_starts.get(definition.key)
    if not app.summary(definition).timer_start:
        work.timer_starts.remove(definition.key)
        return row is not None
    year = app.calendar(work).local_date(now).year
    this_year, next_year = (start_in(app, work, definition, each) for each in (year, year + 1))
    if this_year is None and next_year is None:
        raise WrongInput(
            f"'{definition.key}' would start by itself at "
            f"'{app.summary(definition).timer_start}', which lies neither in {year} nor in "
            f"{year + 1} when the cycle's year is that; write a day of the cycle's year"
        )
    due_at = next_start(app, work, definition, now)
    if row is not None and (this_year is None or this_year <= now):
        is_due = row.due_at <= now
        due_at = row.due_at if is_due else moved_start(app, work, definition, row, now=now)
    return _put(work, row, definition.key, due_at)


def replan_starts(app: Application, work: Work, now: datetime) -> int:
    """After a change of the calendar: work out again when processes start; how many moved."""
    moved = 0
    for row in work.timer_starts.all():
        definition = work.definitions.latest(row.key)
        if definition is not None and row.due_at > now:
            moved += _put(work, row, row.key, moved_start(app, work, definition, row, now=now))
    return moved


def _put(work: Work, row: r.TimerStart | None, key: str, due_at: datetime | None) -> bool:
    if due_at is None:
        work.timer_starts.remove(key)
        return row is not None
    start = r.TimerStart(key, due_at, wake_at=due_at)
    if row == start:
        return False
    work.timer_starts.put(start)
    return row is None or row.due_at != due_at
