"""What a change of the calendar moves in one instance: the same in a preview and in earnest."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from datetime import datetime

from service.application import records as r
from service.application import steps as s
from service.application.application import Application
from service.application.ports import Work
from service.application.starting import moved_start
from service.domain.calendars import CalendarEdit, WorkingCalendar, YearStatus
from service.errors import StepFailed

TASK, TARGET, TIMER, START, FAILED = KINDS = ("task", "target", "timer", "start", "failed")


def calendar_changed(open_work: r.OpenWork) -> s.CalendarChanged:
    """The occurrence for an instance; each task's terms stay anchored to when it was opened."""
    return s.CalendarChanged({task.id: task.opened_at for task in open_work.tasks})


def think_through(
    app: Application, work: Work, open_work: r.OpenWork, calendar: WorkingCalendar, now: datetime
) -> s.Advance:
    """What the instance would become under another calendar. Saves nothing.

    Raises StepFailed, WrongInput or Refused where its diagram cannot be worked out under it.
    """
    instance = open_work.instance
    definition = app.definition(work, instance)
    moment = s.Moment(now, calendar, app.settings(work, instance.cycle_id))
    changed = calendar_changed(open_work)
    advancing = app.engine.advance(
        definition.digest, definition.xml, instance.state, changed, moment
    )
    with closing(advancing):
        try:
            call = next(advancing)
        except StopIteration as end:
            advance: s.Advance = end.value
            return advance
    raise StepFailed(
        f"'{call.element.id}' asks for an effect although only the calendar changed; "
        "this is a defect",
        element_id=call.element.id,
    )


def moves_of(
    open_work: r.OpenWork,
    advance: s.Advance,
    elements: Mapping[str, s.Element],
    change_id: int = 0,
) -> list[r.CalendarMove]:
    """From → to of each due instant, target and timer that the step moved, tasks first."""
    found = [*_of_tasks(open_work, advance), *_of_timers(open_work, advance)]
    return [
        r.CalendarMove(
            id=0,
            change_id=change_id,
            instance_id=open_work.instance.id,
            kind=kind,
            element_id=element_id,
            about=open_work.instance.business_key,
            names=_names(elements.get(element_id)),
            from_at=from_at,
            to_at=to_at,
        )
        for kind, element_id, from_at, to_at in found
    ]


def moved_starts(
    app: Application,
    work: Work,
    now: datetime,
    calendar: WorkingCalendar | None = None,
    change_id: int = 0,
) -> list[r.CalendarMove]:
    """From → to of each process that is to start by itself at another instant.

    By the calendar as it is now, or by another one. Raises as `start_in` does.
    """
    found = []
    for row in work.timer_starts.all():
        definition = work.definitions.latest(row.key)
        if definition is None or row.due_at <= now:
            continue
        to_at = moved_start(app, work, definition, row, now=now, calendar=calendar)
        if to_at is not None and to_at != row.due_at:
            names = _names(app.summary(definition).elements.get(row.key))
            found.append(
                r.CalendarMove(0, change_id, 0, START, row.key, row.key, names, row.due_at, to_at)
            )
    return found


def moved_tasks(
    open_work: r.OpenWork, advance: s.Advance
) -> Iterator[tuple[r.UserTask, s.OpenTask]]:
    """Open tasks that get other dates: as they are, and as they become."""
    after = {task.id: task for task in advance.change.tasks_kept}
    for task in open_work.tasks:
        new = after.get(task.id)
        if new is not None and (task.due_at, task.follow_up_at) != (new.due_at, new.follow_up_at):
            yield task, new


def known_years(work: Work) -> tuple[YearStatus, ...]:
    """What is known of the calendars of years."""
    return tuple(
        YearStatus(each.year, each.status, each.legal_act) for each in work.calendar_changes.years()
    )


def token_of(work: Work, edit: CalendarEdit) -> str:
    """Names this edit of the calendar as it is now; another change gives another token."""
    newest = work.calendar_changes.newest(1)
    version = f"{work.calendar_overrides.version()}/{newest[0].id if newest else 0}"
    return edit.digest(version)


_Moved = tuple[str, str, datetime, datetime]


def _of_tasks(open_work: r.OpenWork, advance: s.Advance) -> Iterable[_Moved]:
    for task, new in moved_tasks(open_work, advance):
        for kind, old_at, new_at in (
            (TASK, task.due_at, new.due_at),
            (TARGET, task.follow_up_at, new.follow_up_at),
        ):
            if old_at is not None and new_at is not None and old_at != new_at:
                yield kind, task.element_id, old_at, new_at


def _of_timers(open_work: r.OpenWork, advance: s.Advance) -> Iterable[_Moved]:
    after = {timer.id: timer for timer in advance.change.timers_set}
    for timer in open_work.timers:
        new = after.get(timer.id)
        if new is not None and new.due_at != timer.due_at:
            yield TIMER, timer.element_id, timer.due_at, new.due_at


def _names(element: s.Element | None) -> r.Texts:
    return element.names if element is not None else {}
