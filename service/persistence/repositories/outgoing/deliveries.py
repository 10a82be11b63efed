"""Copies for receivers: from waiting to sent, or given up."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Insert, bindparam, delete, func, select, text, update
from sqlalchemy.dialects.postgresql import insert as insert_or_skip  # both databases' ON CONFLICT

from service.application.records import Delivery, Outgoing
from service.persistence import tables as t
from service.persistence.link import Link
from service.persistence.prepared import AWAKENS
from service.persistence.shapes import Shape

_DELIVERY = Shape(Delivery, t.delivery)
_OUTGOING = Shape(Outgoing, t.outbox)
_d, _i = t.delivery.c, t.delivery_item.c
_UNSETTLED = text(t.DELIVERY_IS_UNSETTLED)
_AT = _d.due_at.type

_PUT: Insert = insert_or_skip(t.delivery).on_conflict_do_nothing(index_elements=["message_id"])
_CARRY = insert_or_skip(t.delivery_item).on_conflict_do_nothing(
    index_elements=["delivery_id", "outbox_id"]
)
_ID_OF = select(_d.id).where(_d.message_id == bindparam("wanted"))
_LOCK_BY_MESSAGE = _DELIVERY.select.where(_d.message_id == bindparam("wanted")).with_for_update()
_LOCK = _DELIVERY.by_key.with_for_update()
_CLAIM = (
    _DELIVERY.select.where(
        _UNSETTLED,
        _d.channel == bindparam("wanted"),
        _d.due_at <= bindparam("now", type_=_AT),
    )
    .order_by(_d.due_at, _d.id)
    .limit(1)
    .with_for_update(skip_locked=True)
)
_COMPANIONS = (
    _DELIVERY.select.where(
        _UNSETTLED,
        _d.channel == bindparam("wanted"),
        _d.person_id == bindparam("whose"),
        _d.id != bindparam("but"),
        _d.status == "waiting",
    )
    .order_by(_d.id)
    .with_for_update(skip_locked=True)
)
_ITEMS = (
    _OUTGOING.select.join(t.delivery_item, _i.outbox_id == t.outbox.c.id)
    .where(_i.delivery_id == bindparam("carrier"))
    .order_by(t.outbox.c.id)
)
_ITEMS_OF_MANY = (
    select(_i.delivery_id, *_OUTGOING.columns)
    .join_from(t.delivery_item, t.outbox, _i.outbox_id == t.outbox.c.id)
    .where(_i.delivery_id.in_(bindparam("carriers", expanding=True)))
    .order_by(t.outbox.c.id)
)
_CARRIED = select(_i.outbox_id).where(_i.delivery_id == bindparam("carrier"))
_UNLOAD = delete(t.delivery_item).where(_i.delivery_id == bindparam("carrier"))
_UNLOAD_ONE = _UNLOAD.where(_i.outbox_id == bindparam("row"))
_BRING_BACK = (
    update(t.delivery)
    .where(_d.id == bindparam("carrier"))
    .values(
        status="waiting",
        attempts=0,
        due_at=bindparam("at", type_=_AT),
        settled_at=None,
        address=bindparam("where_to"),
        language=bindparam("spoken"),
    )
    .execution_options(**{AWAKENS: True})
)
_REMOVE = delete(t.delivery).where(_d.id == bindparam("carrier"))
_HOLD = (
    update(t.delivery)
    .where(
        _UNSETTLED,
        _d.channel == bindparam("wanted"),
        _d.due_at <= bindparam("now", type_=_AT),
        _d.status == "waiting",
    )
    .values(due_at=bindparam("until", type_=_AT))
)
_NEXT = (
    select(_d.due_at)
    .where(_UNSETTLED, _d.channel == bindparam("wanted"))
    .order_by(_d.due_at)
    .limit(1)
)
_NEWEST = _DELIVERY.select.order_by(_d.id.desc()).limit(bindparam("most")).offset(bindparam("skip"))
_DEAD_ON = (
    select(_d.id)
    .where(_d.status == "dead", _d.channel == bindparam("wanted"))
    .order_by(_d.id)
    .limit(bindparam("most"))
)
_COUNTS = select(_d.status, _d.channel, func.count()).group_by(_d.status, _d.channel)

Carrying = tuple[Delivery, Sequence[Outgoing]]


class SqlDeliveries:
    """`ports.Deliveries` in SQL."""

    def __init__(self, link: Link) -> None:
        self._link = link

    def put(self, delivery: Delivery, outbox_id: int) -> int:
        """On PostgreSQL a repeat waits for the transaction that stored it first."""
        self.begin(delivery)
        number = int(self._link.value(_ID_OF, {"wanted": delivery.message_id}))
        self._link.run(_CARRY, {"delivery_id": number, "outbox_id": outbox_id})
        return number

    def begin(self, delivery: Delivery) -> None:
        self._link.run(_PUT, _DELIVERY.parameters(delivery))

    def join_waiting(self, message_id: str, outbox_id: int) -> bool | None:
        found = _DELIVERY.one(self._link.row(_LOCK_BY_MESSAGE, {"wanted": message_id}))
        if found is None:
            return None
        if found.status == "waiting":
            self._link.run(_CARRY, {"delivery_id": found.id, "outbox_id": outbox_id})
        return found.status == "waiting"

    def get(self, delivery_id: int) -> Delivery:
        return _DELIVERY.get(self._link, delivery_id)

    def lock(self, delivery_id: int) -> Delivery:
        self._link.row(_LOCK, {"key": delivery_id})
        return self.get(delivery_id)

    def claim_due(self, channel: str, now: datetime) -> Delivery | None:
        return _DELIVERY.one(self._link.row(_CLAIM, {"wanted": channel, "now": now}))

    def companions(self, delivery: Delivery) -> Sequence[Carrying]:
        wanted = {"wanted": delivery.channel, "whose": delivery.person_id, "but": delivery.id}
        return self._with_items(_DELIVERY.all(self._link.rows(_COMPANIONS, wanted)))

    def items(self, delivery_id: int) -> Sequence[Outgoing]:
        return _OUTGOING.all(self._link.rows(_ITEMS, {"carrier": delivery_id}))

    def absorb(self, delivery_id: int, others: Sequence[int]) -> None:
        for other in others:
            rows = self._link.rows(_CARRIED, {"carrier": other})
            carried = [{"delivery_id": delivery_id, "outbox_id": number} for (number,) in rows]
            self._link.run_many(_CARRY, carried)
            self.remove(other)

    def change(self, delivery_id: int, **columns: Any) -> None:
        _DELIVERY.change(self._link, delivery_id, columns)

    def bring_back(self, delivery_id: int, at: datetime, address: str, language: str) -> None:
        wanted = {"carrier": delivery_id, "at": at, "where_to": address, "spoken": language}
        self._link.run(_BRING_BACK, wanted)

    def unload(self, delivery_id: int, outbox_id: int) -> None:
        self._link.run(_UNLOAD_ONE, {"carrier": delivery_id, "row": outbox_id})

    def remove(self, delivery_id: int) -> None:
        self._link.run(_UNLOAD, {"carrier": delivery_id})
        self._link.run(_REMOVE, {"carrier": delivery_id})

    def hold_due(self, channel: str, now: datetime, until: datetime) -> int:
        return self._link.run(_HOLD, {"wanted": channel, "now": now, "until": until})

    def next_due_at(self, channels: Iterable[str]) -> datetime | None:
        found = [self._link.value(_NEXT, {"wanted": channel}) for channel in channels]
        return min((due for due in found if due is not None), default=None)

    def dead_on(self, channel: str, limit: int) -> Sequence[int]:
        rows = self._link.rows(_DEAD_ON, {"wanted": channel, "most": limit})
        return [int(number) for (number,) in rows]

    def page(self, status: str, channel: str, offset: int, limit: int) -> Sequence[Carrying]:
        statement, wanted = _NEWEST, {"most": limit, "skip": offset}
        if status:
            statement = statement.where(_d.status == status)
        if channel:
            statement = statement.where(_d.channel == channel)
        return self._with_items(_DELIVERY.all(self._link.rows(statement, wanted)))

    def counts(self) -> Mapping[tuple[str, str], int]:
        rows = self._link.rows(_COUNTS)
        return {(status, channel): count for status, channel, count in rows}

    def of_person(self, person_id: str, limit: int) -> Sequence[Carrying]:
        statement = _NEWEST.where(_d.person_id == person_id)
        rows = self._link.rows(statement, {"most": limit, "skip": 0})
        return self._with_items(_DELIVERY.all(rows))

    def _with_items(self, deliveries: Sequence[Delivery]) -> Sequence[Carrying]:
        if not deliveries:
            return []
        carried: dict[int, list[Outgoing]] = defaultdict(list)
        numbers = [each.id for each in deliveries]
        for carrier, *columns in self._link.rows(_ITEMS_OF_MANY, {"carriers": numbers}):
            carried[carrier] += _OUTGOING.all([tuple(columns)])
        return [(each, carried[each.id]) for each in deliveries]
