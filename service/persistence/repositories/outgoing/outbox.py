"""Letters, reminders and escalations on their way out."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import bindparam, or_, select

from service.application.records import Outgoing
from service.persistence import tables as t
from service.persistence.link import Link
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
