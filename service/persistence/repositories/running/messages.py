"""Messages between instances, and who waits for them."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import bindparam, delete, exists, text, update

from service.application.records import Message, Subscription
from service.persistence import tables as t
from service.persistence.link import Link
from service.persistence.prepared import AWAKENS
from service.persistence.shapes import Shape

_MESSAGE = Shape(Message, t.message)
_SUBSCRIPTION = Shape(Subscription, t.subscription)

_PENDING = text(t.MESSAGE_IS_PENDING)
_BUFFERED = text(t.MESSAGE_IS_BUFFERED)
_m, _s = t.message.c, t.subscription.c

# `status` is written out, not bound: only so does SQLite see that the partial index serves.
# The columns need no table name: message is the only table in these statements that has them.
_CLAIM = (
    _MESSAGE.select.where(_PENDING)
    .order_by(_m.id)
    .limit(1)
    .with_for_update(skip_locked=True, key_share=True)
)
_MARK = update(t.message).where(_m.id == bindparam("row_id")).values(status=bindparam("new_status"))
_AWAKEN = (
    update(t.message)
    .where(_BUFFERED, _m.name == bindparam("awaited"), _m.business_key == bindparam("matter"))
    .values(status="pending")
    .execution_options(**{AWAKENS: True})
)
_AWAKEN_AWAITED = (
    update(t.message)
    .where(_BUFFERED, exists().where(_s.name == _m.name, _s.business_key == _m.business_key))
    .values(status="pending")
)

_FIND = (
    _SUBSCRIPTION.select.where(
        _s.name == bindparam("name"), _s.business_key == bindparam("business_key")
    )
    .order_by(_s.instance_id, _s.id)
    .limit(1)
)
_UNSUBSCRIBE = delete(t.subscription).where(_s.id == bindparam("key"))


class SqlMessages:
    """`ports.Messages` in SQL."""

    def __init__(self, link: Link) -> None:
        self._link = link

    def add(self, messages: Sequence[Message]) -> None:
        """Store messages."""
        _MESSAGE.add_all(self._link, messages)

    def claim_pending(self) -> Message | None:
        """The oldest pending message, locked, skipping those others hold.

        On PostgreSQL a message can have been buffered at the very moment when another
        transaction began to wait for it, neither seeing the other. So before the answer is
        None, buffered messages that somebody waits for are turned to pending.
        """
        row = self._link.row(_CLAIM)
        if row is None and self._link.postgres and self._link.run(_AWAKEN_AWAITED):
            row = self._link.row(_CLAIM)
        return _MESSAGE.one(row)

    def mark(self, message_id: int, status: str) -> None:
        """Set a message's status: pending, delivered or buffered."""
        self._link.run(_MARK, {"row_id": message_id, "new_status": status})


class SqlSubscriptions:
    """`ports.Subscriptions` in SQL."""

    def __init__(self, link: Link) -> None:
        self._link = link

    def add(self, subscriptions: Sequence[Subscription]) -> None:
        """Store subscriptions; buffered messages for them become pending."""
        _SUBSCRIPTION.add_all(self._link, subscriptions)
        self._link.run_many(
            _AWAKEN, [{"awaited": one.name, "matter": one.business_key} for one in subscriptions]
        )

    def remove(self, subscription_ids: Sequence[str]) -> None:
        """Remove subscriptions; ids that are not there are no error."""
        self._link.run_many(_UNSUBSCRIBE, [{"key": one} for one in subscription_ids])

    def find(self, name: str, business_key: str) -> Subscription | None:
        """Who waits for this message; the oldest instance if several do."""
        return _SUBSCRIPTION.one(
            self._link.row(_FIND, {"name": name, "business_key": business_key})
        )
