"""Letters, reminders and escalations on their way out."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import bindparam, or_, select, text, update

from service.application.records import Outgoing
from service.persistence import tables as t
from service.persistence.link import Link
from service.persistence.prepared import AWAKENS
from service.persistence.shapes import Shape

_OUTGOING = Shape(Outgoing, t.outbox)

# A letter belongs to the cycle of the instance it came from; the cycle's own instance may have
# been started before the cycle's row was there.
_OF_CYCLE = (
    _OUTGOING.select.join(t.instance, t.instance.c.id == t.outbox.c.instance_id)
    .where(
        or_(
            t.instance.c.cycle_id == bindparam("cycle_id"),
            t.instance.c.id
            == select(t.cycle.c.instance_id)
            .where(t.cycle.c.id == bindparam("cycle_id"))
            .scalar_subquery(),
        )
    )
    .order_by(t.outbox.c.id)
)
_CLAIM = (
    _OUTGOING.select.where(text(t.OUTGOING_IS_UNROUTED))
    .order_by(t.outbox.c.id)
    .limit(1)
    .with_for_update(skip_locked=True)
)
_MARK = (
    update(t.outbox)
    .where(t.outbox.c.id == bindparam("row_id"))
    .values(routed_at=bindparam("at", type_=t.outbox.c.routed_at.type))
)
_ROUTE_ANEW = (
    update(t.outbox)
    .where(t.outbox.c.id == bindparam("row_id"))
    .values(routed_at=None)
    .execution_options(**{AWAKENS: True})
)


class SqlOutbox:
    """`ports.Outbox` in SQL."""

    def __init__(self, link: Link) -> None:
        self._link = link

    def add(self, outgoing: Sequence[Outgoing]) -> None:
        """Store what is to leave. Conflict (on leaving the work) on a repeated `message_id`."""
        _OUTGOING.add_all(self._link, outgoing)

    def of_cycle(self, cycle_id: int) -> Sequence[Outgoing]:
        """All that instances of this cycle sent, the oldest first."""
        return _OUTGOING.all(self._link.rows(_OF_CYCLE, {"cycle_id": cycle_id}))

    def claim_unrouted(self) -> Outgoing | None:
        """The oldest without deliveries, locked, skipping those others hold."""
        return _OUTGOING.one(self._link.row(_CLAIM))

    def mark_routed(self, outbox_id: int, at: datetime | None) -> None:
        """Its deliveries are made; with None, they are to be made again."""
        if at is None:
            self._link.run(_ROUTE_ANEW, {"row_id": outbox_id})
        else:
            self._link.run(_MARK, {"row_id": outbox_id, "at": at})
