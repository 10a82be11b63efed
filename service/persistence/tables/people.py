"""The directory: bodies, people, who belongs where."""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    Column,
    Date,
    ForeignKey,
    Index,
    Text,
    UniqueConstraint,
)

from service.persistence.tables.columns import (
    instant,
    number,
    plain,
    table,
    texts,
    words,
)
from service.persistence.types import Instant

body = table(
    "body",
    Column("code", Text, primary_key=True),
    words("body_group", key="group"),
    plain("names"),
    plain("abbreviations"),
    Column("may_submit", Boolean, nullable=False),
    Column("valid_from", Date),
    Column("valid_to", Date),
    words("successor"),
)

person = table(
    "person",
    Column("id", Text, primary_key=True),
    *texts("name", "language"),
    words("email", server_default=""),
    words("notices", server_default="immediate"),  # immediate · digest
)

membership = table(
    "membership",
    Column("person_id", Text, ForeignKey("person.id"), primary_key=True),
    Column("group_name", Text, primary_key=True),
    Index(None, "group_name"),
)

# How somebody gets in: a local account. People of the directory need none.
account = table(
    "account",
    Column("person_id", Text, ForeignKey("person.id"), primary_key=True),
    words("password_hash"),
    instant("changed_at"),
    Column("disabled_at", Instant),
)

# A browser that is signed in; only the hash of its token is kept.
web_session = table(
    "web_session",
    Column("token_sha256", Text, primary_key=True),
    Column("person_id", Text, ForeignKey("person.id"), nullable=False),
    instant("created_at"),
    instant("expires_at"),
    Column("revoked_at", Instant),
    Index(None, "person_id"),
)

# A secret address at which a calendar program reads deadlines; only the hash of it is kept.
calendar_feed = table(
    "calendar_feed",
    number(),
    words("token_sha256"),
    Column("person_id", Text, ForeignKey("person.id"), nullable=False),
    words("group_name", key="group"),  # "" for all of the person's groups
    instant("created_at"),
    Column("revoked_at", Instant),
    Column("read_at", Instant),
    UniqueConstraint("token_sha256"),
    Index(None, "person_id"),
)
