"""The journal and the forms that were sent."""

from __future__ import annotations

from sqlalchemy import (
    Column,
    Index,
    Integer,
)

from service.persistence.tables.columns import (
    instant,
    number,
    plain,
    refers,
    table,
    texts,
    words,
)
from service.persistence.types import Id

journal = table(
    "journal",
    Column("sequence", Id, primary_key=True, autoincrement=False),
    instant("at"),
    *texts("actor", "act", "subject", "clause", "outcome"),
    plain("details"),
    words("on_behalf_of"),
    Column("instance_id", Id),  # no foreign key: the journal outlives everything
    *texts("previous_hash", "hash"),
    Index(None, "subject"),
)

# One row, locked while entries are sealed: the journal's last number and hash.
journal_head = table(
    "journal_head",
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("sequence", Id, nullable=False),
    words("hash"),
)

form_submission = table(
    "form_submission",
    number(),
    refers("instance_id", "instance.id"),
    *texts("task_id", "element_id", "form_key", "person", "on_behalf_of"),
    instant("submitted_at"),
    plain("field_values", key="values"),
    words("content_sha256"),
    Index(None, "instance_id", "form_key"),
)
