"""When processes start by themselves."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import bindparam, delete, select, text, update

from service.application.records import TimerStart
from service.persistence import tables as t
from service.persistence.link import Link
from service.persistence.prepared import AWAKENS
from service.persistence.shapes import Shape

_START = Shape(TimerStart, t.timer_start)

_s = t.timer_start.c
# Both databases speak this; SQLAlchemy has a construct of its own for each.
_PUT = (
    text(
        "INSERT INTO timer_start (key, due_at, wake_at, attempts) "
        "VALUES (:key, :due_at, :wake_at, :attempts) ON CONFLICT (key) DO UPDATE SET "
        "due_at = excluded.due_at, wake_at = excluded.wake_at, attempts = excluded.attempts"
    )
    .bindparams(
        bindparam("due_at", type_=_s.due_at.type), bindparam("wake_at", type_=_s.wake_at.type)
    )
    .execution_options(**{AWAKENS: True})
)
_REMOVE = delete(t.timer_start).where(_s.key == bindparam("process"))
_ALL = _START.select.order_by(_s.key)
_NEXT = select(_s.wake_at).order_by(_s.wake_at).limit(1)
_CLAIM = (
    _START.select.where(_s.wake_at <= bindparam("now", type_=_s.wake_at.type))
    .order_by(_s.wake_at, _s.key)
    .limit(1)
    .with_for_update(skip_locked=True, key_share=True)
)
_POSTPONE = (
    update(t.timer_start)
    .where(
        _s.key == bindparam("process"),
        _s.attempts == bindparam("so_far"),
        _s.due_at == bindparam("due", type_=_s.due_at.type),
    )
    .values(attempts=_s.attempts + 1, wake_at=bindparam("until", type_=_s.wake_at.type))
)


class SqlTimerStarts:
    """`ports.TimerStarts` in SQL."""

    def __init__(self, link: Link) -> None:
        self._link = link

    def put(self, start: TimerStart) -> None:
        """Store it in the place of the one before."""
        self._link.run(_PUT, _START.parameters(start))

    def get(self, key: str) -> TimerStart | None:
        """The row of a process, or None."""
        return _START.one(self._link.row(_START.by_key, {"key": key}))

    def remove(self, key: str) -> None:
        """Remove a process's row; one that is not there is no error."""
        self._link.run(_REMOVE, {"process": key})

    def all(self) -> Sequence[TimerStart]:
        """All, in order of key."""
        return _START.all(self._link.rows(_ALL))

    def next_due_at(self) -> datetime | None:
        """When the next one is to be claimed (UTC), or None."""
        due: datetime | None = self._link.value(_NEXT)
        return due

    def claim_due(self, now: datetime) -> TimerStart | None:
        """The earliest one to be woken by `now`, locked, skipping those others hold."""
        return _START.one(self._link.row(_CLAIM, {"now": now}))

    def postpone(self, start: TimerStart, until: datetime) -> bool:
        """Try again from `until` on, with one attempt more; its `due_at` stays.

        False when somebody else has moved it since it was read.
        """
        parameters = {"process": start.key, "so_far": start.attempts, "due": start.due_at}
        return self._link.run(_POSTPONE, {**parameters, "until": until}) > 0
