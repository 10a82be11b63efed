"""The changes of the calendar, and what each moved."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from service.application import records as r
from service.application.actors import Actor
from service.application.application import Application
from service.application.ports import Work
from service.application.replanning import FAILED
from service.application.situation import MINISTRY
from service.domain.calendars import DayOverride

PAGE = 100  # moves on one page
ADMINISTRATOR = "ADMIN/administrator"


@dataclass(frozen=True, slots=True)
class ChangeView:
    """One change: what it brought, how far it is, and a page of its moves in order of id.

    `totals` counts moves by kind; `reasons` says why an instance failed, where that is still an
    open incident; `next_after` is the id to ask for the next page with, None on the last one.
    `is_whole`: these are all moves, not only those that concern the reader.
    """

    change: r.CalendarChange
    overrides: Sequence[DayOverride]
    waiting: int
    totals: Mapping[str, int]
    moves: Sequence[r.CalendarMove]
    reasons: Mapping[int, str]
    next_after: int | None
    is_whole: bool = True

    @property
    def pairs(self) -> Sequence[tuple[DayOverride, int]]:
        """The overrides, each with this change's id, as other lists of overrides have them."""
        return [(override, self.change.id) for override in self.overrides]


def change_view(
    app: Application, change_id: int, after: int = 0, *, reader: Actor | None = None
) -> ChangeView:
    """A change with its moves after the id `after`. Raises NotFound.

    A reader who is neither an administrator nor of the Ministry gets the moves of instances that
    have or had a task of his or her groups, and no reasons. None: whoever runs this machine.
    """
    is_whole = reader is None or _sees_all(reader)
    groups = None if reader is None or is_whole else sorted(reader.groups)
    with app.store.read() as work:
        change = work.calendar_changes.get(change_id)
        found = work.calendar_changes.moves(change_id, after, PAGE + 1, groups)
        moves = found[:PAGE]
        return ChangeView(
            change=change,
            overrides=[
                DayOverride.from_data(row) for row in work.calendar_overrides.of_change(change_id)
            ],
            waiting=work.replanning.waiting(change_id),
            totals=work.calendar_changes.count_moves(change_id, groups),
            moves=moves,
            reasons=_reasons(work, moves) if is_whole else {},
            next_after=moves[-1].id if len(found) > PAGE else None,
            is_whole=is_whole,
        )


def newest_changes(
    app: Application, limit: int, before: int | None = None
) -> Sequence[r.CalendarChange]:
    """The changes, newest first; with `before`, those with a smaller id."""
    with app.store.read() as work:
        return work.calendar_changes.newest(limit, before)


def _sees_all(reader: Actor) -> bool:
    return any(
        group == ADMINISTRATOR or group.partition("/")[0] == MINISTRY for group in reader.groups
    )


def _reasons(work: Work, moves: Sequence[r.CalendarMove]) -> Mapping[int, str]:
    failed = {move.instance_id for move in moves if move.kind == FAILED}
    if not failed:
        return {}
    return {
        incident.instance_id: incident.message
        for incident in work.incidents.all()
        if incident.instance_id in failed and incident.resolved_at is None
    }
