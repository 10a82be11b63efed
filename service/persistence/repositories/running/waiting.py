"""Timers that wait, and work for external workers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ARRAY, Text, any_, bindparam, delete, exists, select, update

from service.application.records import ExternalTask, Instance, Timer
from service.persistence import tables as t
from service.persistence.link import Link
from service.persistence.shapes import Shape

_TIMER = Shape(Timer, t.timer)
_INSTANCE = Shape(Instance, t.instance)
_EXTERNAL = Shape(ExternalTask, t.external_task)

_t = t.timer.c
_NEXT = select(t.timer.c.wake_at).order_by(t.timer.c.wake_at).limit(1)
# Timer and instance are locked together, and skipped together. Holding the timer alone while
# waiting for its instance would deadlock with the step that holds the instance and removes it.
_CLAIM = (
    select(*_TIMER.columns, *_INSTANCE.columns)
    .join(t.instance, t.instance.c.id == _t.instance_id)
    .where(
        _t.wake_at <= bindparam("now", type_=_t.wake_at.type),
        ~exists().where(t.replanning.c.instance_id == _t.instance_id),
    )
    .order_by(_t.wake_at, _t.id)
    .limit(1)
    .with_for_update(skip_locked=True, key_share=True)
)
_POSTPONE = (
    update(t.timer)
    .where(_t.id == bindparam("key"), _t.attempts == bindparam("so_far"))
    .values(attempts=_t.attempts + 1, wake_at=bindparam("until", type_=_t.wake_at.type))
)
_REMOVE_TIMER = delete(t.timer).returning(_t.element_id, _t.attempts)
_REMOVE_ONE = _REMOVE_TIMER.where(_t.id == bindparam("key"))
# One round trip; SQLite has neither arrays nor round trips.
_REMOVE_SEVERAL = _REMOVE_TIMER.where(_t.id == any_(bindparam("keys", type_=ARRAY(Text))))
_EXTERNAL_OF = _EXTERNAL.select.where(
    t.external_task.c.instance_id == bindparam("instance_id")
).order_by(t.external_task.c.created_at, t.external_task.c.id)
_REMOVE_EXTERNAL = delete(t.external_task).where(t.external_task.c.id == bindparam("key"))


class SqlTimers:
    """`ports.Timers` in SQL."""

    def __init__(self, link: Link) -> None:
        self._link = link

    def add(self, timers: Sequence[Timer]) -> None:
        """Store timers."""
        self._link.run_many(
            _TIMER.insert,
            [{**_TIMER.parameters(timer), "wake_at": timer.due_at} for timer in timers],
        )

    def remove(self, timer_ids: Sequence[str]) -> Sequence[str]:
        """Remove timers; ids that are not there are no error.

        The element ids of those among them that had failed before.
        """
        if self._link.postgres:
            rows = list(self._link.rows(_REMOVE_SEVERAL, {"keys": list(timer_ids)}))
        else:
            rows = [row for key in timer_ids for row in self._link.rows(_REMOVE_ONE, {"key": key})]
        return [element_id for element_id, attempts in rows if attempts]

    def next_due_at(self) -> datetime | None:
        """When the next timer is to be claimed (UTC), or None."""
        due: datetime | None = self._link.value(_NEXT)
        return due

    def claim_due(self, now: datetime) -> tuple[Timer, Instance] | None:
        """The earliest timer that is due and not postponed beyond `now`, locked with its instance.

        Timers whose row or instance another transaction holds are skipped: they come up again
        at the next call. So are those of instances that wait to be planned again.
        """
        row = self._link.row(_CLAIM, {"now": now})
        if row is None:
            return None
        width = len(_TIMER.columns)
        return Timer(*row[:width]), Instance(*row[width:])

    def postpone(self, timer: Timer, until: datetime) -> bool:
        """Try again later: claims see the timer from `until` on; its `due_at` stays.

        False when somebody else has removed or postponed it since it was read.
        """
        parameters = {"key": timer.id, "so_far": timer.attempts, "until": until}
        return self._link.run(_POSTPONE, parameters) > 0


class SqlExternalTasks:
    """`ports.ExternalTasks` in SQL."""

    def __init__(self, link: Link) -> None:
        self._link = link

    def add(self, tasks: Sequence[ExternalTask]) -> None:
        """Store tasks."""
        _EXTERNAL.add_all(self._link, tasks)

    def remove(self, task_ids: Sequence[str]) -> None:
        """Remove tasks; ids that are not there are no error."""
        self._link.run_many(_REMOVE_EXTERNAL, [{"key": task_id} for task_id in task_ids])

    def get(self, task_id: str) -> ExternalTask | None:
        """One task, or None."""
        return _EXTERNAL.one(self._link.row(_EXTERNAL.by_key, {"key": task_id}))

    def of_instance(self, instance_id: int) -> Sequence[ExternalTask]:
        """The open ones of an instance, the oldest first."""
        return _EXTERNAL.all(self._link.rows(_EXTERNAL_OF, {"instance_id": instance_id}))
