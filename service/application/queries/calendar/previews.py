"""What a change of the calendar would move, before anybody decides on it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from service.application import records as r
from service.application.application import Application
from service.application.ports import Work
from service.application.queries.boards import deadlines_of
from service.application.replanning import (
    TASK,
    known_years,
    moved_starts,
    moves_of,
    think_through,
    token_of,
)
from service.domain.calendars import (
    CalendarEdit,
    Day,
    EditRemark,
    WorkingCalendar,
    news,
    remarks,
)
from service.domain.deadlines import Deadline, is_on_time
from service.errors import Refused, StepFailed, WrongInput

AT_ONCE = 500  # instances read together


@dataclass(frozen=True, slots=True)
class PlannedMove:
    """A due date or timer that would move. `overdue`: in time by now, and late by the change."""

    move: r.CalendarMove
    overdue: bool


@dataclass(frozen=True, slots=True)
class CannotReplan:
    """An instance whose dates cannot be worked out under the change: it would be an incident."""

    instance_id: int
    about: str
    element_id: str
    reason: str


@dataclass(frozen=True, slots=True)
class MovedDeadline:
    """A deadline of a running cycle that would be another."""

    year: int
    before: Deadline
    after: Deadline


@dataclass(frozen=True, slots=True)
class Preview:
    """All that would come of an edit; `edit` holds what is new in it. Nothing was written.

    `token` names exactly this edit of exactly this calendar, for `change_calendar`.
    """

    edit: CalendarEdit
    token: str
    days: tuple[tuple[Day, Day], ...]  # each day of the edit, as it is and as it would be
    remarks: tuple[EditRemark, ...]
    deadlines: tuple[MovedDeadline, ...]
    moves: tuple[PlannedMove, ...]
    failures: tuple[CannotReplan, ...]
    instances: int  # running ones, all of which would be planned again


@dataclass
class _Found:
    moves: list[PlannedMove] = field(default_factory=list)
    failures: list[CannotReplan] = field(default_factory=list)
    instances: int = 0


def preview_change(app: Application, edit: CalendarEdit, now: datetime) -> Preview:
    """What `change_calendar` and `replan_instances` would do with this edit at `now`.

    Raises WrongInput for an edit that `change_calendar` would refuse.
    """
    with app.store.read() as work:
        present = app.calendar(work)
        new = news(edit, present, known_years(work))
        proposed = new.onto(present)
        days = sorted(override.on for override in new.overrides)
        found = _Found()
        if new.overrides:
            _think_all_through(app, work, proposed, now, found)
            _think_starts_through(app, work, proposed, now, found)
        return Preview(
            edit=new,
            token=token_of(work, new),
            days=tuple((present.explain(on), proposed.explain(on)) for on in days),
            remarks=remarks(new, present, present.local_date(now)),
            deadlines=tuple(_deadlines(app, work, present, proposed)),
            moves=tuple(found.moves),
            failures=tuple(found.failures),
            instances=found.instances,
        )


def _think_all_through(
    app: Application, work: Work, proposed: WorkingCalendar, now: datetime, found: _Found
) -> None:
    last = 0
    while batch := work.replanning.open_work(last, AT_ONCE):
        # Without a task or timer nothing has a date; what waits for messages only is left out.
        for open_work in (each for each in batch if each.tasks or each.timers):
            _think_through(app, work, open_work, proposed, now=now, found=found)
        found.instances += len(batch)
        last = batch[-1].instance.id


def _think_through(
    app: Application,
    work: Work,
    open_work: r.OpenWork,
    proposed: WorkingCalendar,
    *,
    now: datetime,
    found: _Found,
) -> None:
    instance = open_work.instance
    try:
        advance = think_through(app, work, open_work, proposed, now)
    except (StepFailed, Refused, WrongInput) as failure:
        element_id = failure.element_id if isinstance(failure, StepFailed) else ""
        found.failures.append(
            CannotReplan(instance.id, instance.business_key, element_id, failure.message)
        )
        return
    elements = app.summary(app.definition(work, instance)).elements
    moves = moves_of(open_work, advance, elements)
    found.moves += [PlannedMove(move, _becomes_overdue(move, now)) for move in moves]


def _think_starts_through(
    app: Application, work: Work, proposed: WorkingCalendar, now: datetime, found: _Found
) -> None:
    try:
        starts = moved_starts(app, work, now, proposed)
    except (StepFailed, WrongInput) as failure:
        found.failures.append(CannotReplan(0, "", "", failure.message))
        return
    found.moves += [PlannedMove(move, _becomes_overdue(move, now)) for move in starts]


def _becomes_overdue(move: r.CalendarMove, now: datetime) -> bool:
    if move.kind == TASK:
        return is_on_time(now, move.from_at) and not is_on_time(now, move.to_at)
    return move.from_at > now >= move.to_at


def _deadlines(
    app: Application, work: Work, present: WorkingCalendar, proposed: WorkingCalendar
) -> Iterator[MovedDeadline]:
    for cycle in work.cycles.running():
        settings = app.settings(work, cycle.id)
        before: Sequence[Deadline] = deadlines_of(work, cycle, present, settings)
        after = deadlines_of(work, cycle, proposed, settings)
        for old, new in zip(before, after, strict=True):
            if old != new:
                yield MovedDeadline(cycle.year, old, new)
