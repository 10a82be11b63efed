"""The working calendar as an administrator keeps it: every change, and what it moved."""

from __future__ import annotations

from sqlalchemy import Column, Index, Integer

from service.persistence.tables.columns import (
    instant,
    number,
    plain,
    refers,
    table,
    texts,
)
from service.persistence.types import Id, Instant

# One batch: overrides, confirmed years and the moves they caused belong to it.
calendar_change = table(
    "calendar_change",
    number(),
    instant("at"),
    *texts("person", "reason", "status"),
    Column("instances", Integer, nullable=False),  # that were to be planned again
    Column("finished_at", Instant),
)

calendar_override = table(
    "calendar_override",
    number(),
    plain("content"),
    Column("change_id", Id),  # the calendar_change that brought it
)

calendar_year = table(
    "calendar_year",
    Column("year", Integer, primary_key=True, autoincrement=False),
    *texts("status", "legal_act"),
    refers("change_id", "calendar_change.id"),
)

# A task or timer that a change moved: from → to. Kept for the page of the change.
calendar_move = table(
    "calendar_move",
    number(),
    refers("change_id", "calendar_change.id"),
    Column("instance_id", Id, nullable=False),
    *texts("kind", "element_id", "about"),
    plain("names"),
    instant("from_at"),
    instant("to_at"),
    Index(None, "change_id"),
    Index(None, "instance_id"),
)
