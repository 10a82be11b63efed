"""Timers that wait, and work for external workers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import bindparam, delete, select, update

from service.application.records import ExternalTask, Timer
from service.persistence import tables as t
from service.persistence.link import Link
from service.persistence.shapes import Shape

_TIMER = Shape(Timer, t.timer)
_EXTERNAL = Shape(ExternalTask, t.external_task)

_NEXT = select(t.timer.c.wake_at).order_by(t.timer.c.wake_at).limit(1)
# Timer and instance are locked together, and skipped together. Holding the timer alone while
# waiting for its instance would deadlock with the step that holds the instance and removes it.
_CLAIM = (
    _TIMER.select.join(t.instance, t.instance.c.id == t.timer.c.instance_id)
    .where(t.timer.c.wake_at <= bindparam("now", type_=t.timer.c.wake_at.type))
    .order_by(t.timer.c.wake_at, t.timer.c.id)
    .limit(1)
    .with_for_update(skip_locked=True, key_share=True)
)
_POSTPONE = (
    update(t.timer)
    .where(t.timer.c.id == bindparam("key"))
    .values(wake_at=bindparam("until", type_=t.timer.c.wake_at.type))
)
_REMOVE_TIMER = delete(t.timer).where(t.timer.c.id == bindparam("key"))
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

    def remove(self, timer_ids: Sequence[str]) -> None:
        """Remove timers; ids that are not there are no error."""
        self._link.run_many(_REMOVE_TIMER, [{"key": timer_id} for timer_id in timer_ids])

    def next_due_at(self) -> datetime | None:
        """When the next timer is to be claimed (UTC), or None."""
        due: datetime | None = self._link.value(_NEXT)
        return due

    def claim_due(self, now: datetime) -> Timer | None:
        """The earliest timer that is due and not postponed beyond `now`, locked with its instance.

        Timers whose row or instance another transaction holds are skipped: they come up again
        at the next call.
        """
        return _TIMER.one(self._link.row(_CLAIM, {"now": now}))

    def postpone(self, timer_id: str, until: datetime) -> None:
        """Try again later: claims see the timer from `until` on; its `due_at` stays."""
        self._link.run(_POSTPONE, {"key": timer_id, "until": until})


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
