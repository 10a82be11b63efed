"""What leaves the system: the outbox, its deliveries to people and machines, and their texts."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Index, Integer, UniqueConstraint

from service.persistence.tables.columns import (
    instant,
    number,
    partial,
    plain,
    refers,
    table,
    texts,
    words,
)
from service.persistence.types import Instant

OUTGOING_IS_UNROUTED = "routed_at IS NULL"
DELIVERY_IS_UNSETTLED = "settled_at IS NULL"

outbox = table(
    "outbox",
    number(),
    *texts("kind", "recipient", "subject", "about", "clause"),
    plain("payload"),
    instant("created_at"),
    words("message_id"),
    refers("instance_id", "instance.id", nullable=True),
    Column("routed_at", Instant),
    UniqueConstraint("message_id"),
    partial("ix_outbox_unrouted", "id", where=OUTGOING_IS_UNROUTED),
    Index(None, "instance_id"),
)

# One copy for one receiver over one channel. A digest carries several letters.
delivery = table(
    "delivery",
    number(),
    *texts("channel", "person_id", "address", "language"),
    *texts("message_id", "status", "last_error"),
    Column("digest", Boolean, nullable=False),  # waits for others until `due_at`
    instant("created_at"),
    instant("due_at"),  # not before; after a failure or a lease, the next attempt
    Column("attempts", Integer, nullable=False),
    Column("settled_at", Instant),  # sent, or given up
    UniqueConstraint("message_id"),
    partial("ix_delivery_unsettled", "channel", "due_at", "id", where=DELIVERY_IS_UNSETTLED),
    Index(None, "status", "id"),
    Index(None, "person_id", "id"),
)

delivery_item = table(
    "delivery_item",
    refers("delivery_id", "delivery.id", primary_key=True),
    refers("outbox_id", "outbox.id", primary_key=True),
    Index(None, "outbox_id"),
)

message_template = table(
    "message_template",
    number(),
    *texts("subject", "language"),
    Column("version", Integer, nullable=False),
    *texts("title", "body", "changed_by"),
    instant("changed_at"),
    UniqueConstraint("subject", "language", "version"),
)
