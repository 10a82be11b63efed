"""Calendar feeds, and the tasks that they show."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import bindparam, case, exists, func, or_, select, update

from service.application.records import CalendarFeed, DatedTask
from service.persistence import tables as t
from service.persistence.link import Link
from service.persistence.shapes import Shape

_FEED = Shape(CalendarFeed, t.calendar_feed)

_f = t.calendar_feed.c
_LIVE = _FEED.select.where(_f.revoked_at.is_(None))
_BY_TOKEN = _LIVE.where(
    _f.token_sha256 == bindparam("token_sha256"),
    # Whoever may not sign in any more reads nothing either.
    ~exists().where(t.account.c.person_id == _f.person_id, t.account.c.disabled_at.is_not(None)),
)
_OF_PERSON = _LIVE.where(_f.person_id == bindparam("person_id")).order_by(_f.id)
_LOCK_PERSON = (
    select(t.person.c.id).where(t.person.c.id == bindparam("person_id")).with_for_update()
)
_REVOKE = (
    update(t.calendar_feed)
    .where(_f.id == bindparam("feed_id"), _f.revoked_at.is_(None))
    .values(revoked_at=bindparam("at", type_=_f.revoked_at.type))
)
_NOTE_READ = (
    update(t.calendar_feed)
    .where(
        _f.id == bindparam("feed_id"),
        or_(_f.read_at.is_(None), _f.read_at < bindparam("before", type_=_f.read_at.type)),
    )
    .values(read_at=bindparam("at", type_=_f.read_at.type))
)

_task, _move = t.user_task.c, t.calendar_move.c
_DUE = func.coalesce(_task.due_at, _task.follow_up_at)
_LAST_MOVED = (
    select(func.max(t.calendar_change.c.at))
    .join_from(t.calendar_move, t.calendar_change, _move.change_id == t.calendar_change.c.id)
    .where(
        _move.instance_id == _task.instance_id,
        _move.element_id == _task.element_id,
        _move.kind.in_(("task", "target")),
    )
    .scalar_subquery()
)
_CALENDAR_CHANGED = select(func.max(t.calendar_change.c.at))
_DATED_TASKS = (
    select(
        _task.id,
        _task.names,
        _task.clause,
        t.instance.c.business_key,
        _task.excluded_users,
        _task.due_at,
        _task.follow_up_at,
        _task.revision,
        # Most tasks were never moved: the moves are looked up for the others only.
        func.coalesce(case((_task.revision > 0, _LAST_MOVED)), _task.opened_at),
    )
    .join_from(t.user_task, t.instance, _task.instance_id == t.instance.c.id)
    .where(
        _task.id.in_(
            select(t.user_task_group.c.task_id).where(
                t.user_task_group.c.group_name.in_(bindparam("groups", expanding=True))
            )
        ),
        _DUE.is_not(None),
    )
    .order_by(_DUE, _task.id)
    .limit(bindparam("most"))
)


class SqlCalendarFeeds:
    """`ports.CalendarFeeds` in SQL."""

    def __init__(self, link: Link) -> None:
        self._link = link

    def add(self, feed: CalendarFeed) -> CalendarFeed:
        """Store one; returns it with its id."""
        return _FEED.add(self._link, feed)

    def get(self, feed_id: int) -> CalendarFeed:
        """Live or revoked. Raises NotFound."""
        return _FEED.get(self._link, feed_id)

    def by_token(self, token_sha256: str) -> CalendarFeed | None:
        """The live feed with this hash, or None; of somebody whose account is not disabled."""
        return _FEED.one(self._link.row(_BY_TOKEN, {"token_sha256": token_sha256}))

    def of_person(self, person_id: str) -> Sequence[CalendarFeed]:
        """The live feeds of a person, the oldest first."""
        return _FEED.all(self._link.rows(_OF_PERSON, {"person_id": person_id}))

    def lock_of_person(self, person_id: str) -> Sequence[CalendarFeed]:
        """The same; on PostgreSQL nobody else makes one for this person meanwhile."""
        if self._link.postgres:
            self._link.rows(_LOCK_PERSON, {"person_id": person_id})
        return self.of_person(person_id)

    def revoke(self, feed_id: int, at: datetime) -> None:
        """From now on it is not found by its token; one that is revoked stays as it is."""
        self._link.run(_REVOKE, {"feed_id": feed_id, "at": at})

    def note_read(self, feed_id: int, at: datetime, *, before: datetime) -> bool:
        """Note a reading unless one was noted at `before` or later; whether it was noted."""
        return self._link.run(_NOTE_READ, {"feed_id": feed_id, "at": at, "before": before}) > 0

    def dated_tasks(self, groups: Iterable[str], most: int) -> Sequence[DatedTask]:
        """The open tasks of these groups that have a date, the most urgent first."""
        wanted = list(groups)
        if not wanted:
            return []
        found = self._link.rows(_DATED_TASKS, {"groups": wanted, "most": most})
        return [DatedTask(*row) for row in found]

    def calendar_changed_at(self) -> datetime | None:
        """When the working calendar was last changed, or None."""
        found: datetime | None = self._link.value(_CALENDAR_CHANGED)
        return found
