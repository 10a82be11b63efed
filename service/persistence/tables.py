"""Every table, column, key and index: the single truth about what is stored.

A column is named as the field of its record in `service.application.records`; where that is a
word of SQL, the column's name differs and its `key` is the field. `migrations/` builds the same
schema step by step, and a test compares the two. Conditions of partial indices are repeated
literally in the statements that rely on them: SQLite does not match them with bound values.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    Boolean,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from service.persistence.types import Id, Instant, Json, JsonTuple

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    }
)


def _table(name: str, *parts: Any) -> Table:
    return Table(name, metadata, *parts)


def _id() -> Column[Any]:
    return Column("id", Id, primary_key=True)


def _text(name: str, **options: Any) -> Column[Any]:
    return Column(name, Text, nullable=False, **options)


def _texts(*names: str) -> list[Column[Any]]:
    return [_text(name) for name in names]


def _json(name: str, **options: Any) -> Column[Any]:
    return Column(name, Json, nullable=False, **options)


def _at(name: str) -> Column[Any]:
    return Column(name, Instant, nullable=False)


def _refers(name: str, target: str, **options: Any) -> Column[Any]:
    return Column(name, Id, ForeignKey(target), **{"nullable": False, **options})


def _partial(name: str, *columns: str, where: str, unique: bool = False) -> Index:
    condition = text(where)
    return Index(name, *columns, unique=unique, sqlite_where=condition, postgresql_where=condition)


# ---------------------------------------------------------------- diagrams and forms

definition = _table(
    "definition",
    _id(),
    *_texts("digest", "key"),
    Column("version", Integer, nullable=False),
    Column("xml", LargeBinary, nullable=False),
    _text("deployment"),
    _at("deployed_at"),
    _text("deployed_by"),
    Column("message_starts", JsonTuple, nullable=False),
    UniqueConstraint("key", "version"),
)

form_definition = _table(
    "form_definition",
    _id(),
    *_texts("key", "digest", "text", "deployment"),
    _at("deployed_at"),
    UniqueConstraint("key", "deployment"),
)

# ---------------------------------------------------------------- instances and what they wait for

cycle = _table(
    "cycle",
    _id(),
    Column("year", Integer, nullable=False),
    _json("settings"),
    _json("dates"),
    _at("opened_at"),
    Column("instance_id", Id),  # no foreign key: instance refers to cycle already
    Column("submissions_closed_at", Instant),
    Column("concluded_at", Instant),
    Column("consolidated_at", Instant),
    _text("status"),
    Column("last_number", Integer, nullable=False),
    UniqueConstraint("year"),
)

instance = _table(
    "instance",
    _id(),
    _text("definition_key"),
    _refers("definition_id", "definition.id"),
    _text("business_key"),
    _refers("cycle_id", "cycle.id", nullable=True),
    _text("status"),
    Column("version", Integer, nullable=False),
    Column("state", LargeBinary, nullable=False),
    _at("started_at"),
    Column("ended_at", Instant),
    Index(None, "definition_key", "business_key"),
    Index(None, "cycle_id"),
)

user_task = _table(
    "user_task",
    Column("id", Text, primary_key=True),
    _refers("instance_id", "instance.id"),
    _text("element_id"),
    _json("names"),
    *_texts("form_key", "clause", "assignee"),
    Column("candidate_groups", JsonTuple, nullable=False),
    Column("candidate_users", JsonTuple, nullable=False),
    Column("excluded_users", JsonTuple, nullable=False),
    _text("completed_by_variable"),
    Column("due_at", Instant),
    Column("follow_up_at", Instant),
    _at("opened_at"),
    _text("status"),
    Column("closed_at", Instant),
    _text("completed_by"),
    Index(None, "instance_id", "status"),
)

# The inbox: one row per open task and candidate group. Rows go when the task is closed, so a
# group's list costs what is open, not what was ever done.
user_task_group = _table(
    "user_task_group",
    Column("task_id", Text, ForeignKey("user_task.id"), primary_key=True),
    Column("group_name", Text, primary_key=True),
    Index(None, "group_name", "task_id"),
)

timer = _table(
    "timer",
    Column("id", Text, primary_key=True),
    _refers("instance_id", "instance.id"),
    _text("element_id"),
    _at("due_at"),
    _at("wake_at"),  # when it is claimed: `due_at`, or later if it failed and is to be tried again
    Index(None, "wake_at", "id"),
)

subscription = _table(
    "subscription",
    Column("id", Text, primary_key=True),
    _refers("instance_id", "instance.id"),
    *_texts("name", "business_key"),
    Index(None, "name", "business_key"),
)

external_task = _table(
    "external_task",
    Column("id", Text, primary_key=True),
    _refers("instance_id", "instance.id"),
    *_texts("element_id", "topic"),
    _at("created_at"),
    Index(None, "topic", "id"),
)

MESSAGE_IS_PENDING = "status = 'pending'"
MESSAGE_IS_BUFFERED = "status = 'buffered'"

message = _table(
    "message",
    _id(),
    *_texts("name", "business_key"),
    _json("payload"),
    _at("created_at"),
    _text("status"),
    _refers("from_instance_id", "instance.id", nullable=True),
    _partial("ix_message_pending", "id", where=MESSAGE_IS_PENDING),
    _partial("ix_message_buffered", "name", "business_key", where=MESSAGE_IS_BUFFERED),
)

outbox = _table(
    "outbox",
    _id(),
    *_texts("kind", "recipient", "subject", "about", "clause"),
    _json("payload"),
    _at("created_at"),
    _text("message_id"),
    _refers("instance_id", "instance.id", nullable=True),
    Column("delivered_at", Instant),
    UniqueConstraint("message_id"),
    _partial("ix_outbox_undelivered", "id", where="delivered_at IS NULL"),
    Index(None, "instance_id"),
)

incident = _table(
    "incident",
    _id(),
    _refers("instance_id", "instance.id"),
    *_texts("element_id", "message"),
    _at("occurred_at"),
    Index(None, "instance_id"),
)

# ---------------------------------------------------------------- the record

journal = _table(
    "journal",
    Column("sequence", Id, primary_key=True, autoincrement=False),
    _at("at"),
    *_texts("actor", "act", "subject", "clause", "outcome"),
    _json("details"),
    _text("on_behalf_of"),
    Column("instance_id", Id),  # no foreign key: the journal outlives everything
    *_texts("previous_hash", "hash"),
    Index(None, "subject"),
)

# One row, locked while entries are sealed: the journal's last number and hash.
journal_head = _table(
    "journal_head",
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("sequence", Id, nullable=False),
    _text("hash"),
)

form_submission = _table(
    "form_submission",
    _id(),
    _refers("instance_id", "instance.id"),
    *_texts("task_id", "element_id", "form_key", "person", "on_behalf_of"),
    _at("submitted_at"),
    _json("field_values", key="values"),
    _text("content_sha256"),
    Index(None, "instance_id", "form_key"),
)

# ---------------------------------------------------------------- directory

body = _table(
    "body",
    Column("code", Text, primary_key=True),
    _text("body_group", key="group"),
    _json("names"),
    _json("abbreviations"),
    Column("may_submit", Boolean, nullable=False),
    Column("valid_from", Date),
    Column("valid_to", Date),
    _text("successor"),
)

person = _table(
    "person",
    Column("id", Text, primary_key=True),
    *_texts("name", "language"),
)

membership = _table(
    "membership",
    Column("person_id", Text, ForeignKey("person.id"), primary_key=True),
    Column("group_name", Text, primary_key=True),
    Index(None, "group_name"),
)

calendar_override = _table("calendar_override", _id(), _json("content"))

# ---------------------------------------------------------------- the registers of a cycle

concept = _table(
    "concept",
    _id(),
    _refers("cycle_id", "cycle.id"),
    _refers("instance_id", "instance.id"),
    *_texts("body", "doc_number", "number"),
    _json("titles"),
    *_texts("treaty_kind", "treaty_form"),
    Column("counterparts", JsonTuple, nullable=False),
    Column("proposed_year", Integer, nullable=False),
    *_texts("proposed_period", "domestic_procedure_kind", "domestic_procedure_period"),
    _json("notes"),
    *_texts("related_event", "state", "plan_kind", "reason"),
    Column("submitted_at", Instant),
    Column("due_at", Instant),
    _text("content_sha256"),
    _refers("submission_id", "form_submission.id", nullable=True),
    Column("proposed_until_year", Integer),
    *_texts("proposed_until_period", "marking"),
    UniqueConstraint("cycle_id", "body", "doc_number"),
    Index(None, "cycle_id", "state", "body"),
    Index(None, "instance_id"),
    _partial("uq_concept_number", "cycle_id", "number", where="number <> ''", unique=True),
)

conclusion = _table(
    "conclusion",
    _id(),
    _refers("concept_id", "concept.id"),
    Column("expedient", Boolean, nullable=False),
    _json("reasons"),
    _at("concluded_at"),
    _at("due_at"),
    *_texts("examined_by", "signed_by"),
    UniqueConstraint("concept_id"),
)

letter = _table(
    "letter",
    _id(),
    _refers("cycle_id", "cycle.id"),
    *_texts("kind", "sender", "recipient", "about"),
    _at("sent_at"),
    *_texts("timeliness", "status"),
    _json("payload"),
    Index(None, "cycle_id", "kind", "sender"),
)

understanding = _table(
    "understanding",
    _id(),
    _refers("cycle_id", "cycle.id"),
    *_texts("code", "entry_type", "level"),
    _json("titles"),
    Column("reached_on", Date, key="on", nullable=False),
    _text("responsible_body"),
    Column("due_on", Date),
    _text("coverage"),
    _json("reason"),
    Column("restricted", Boolean, nullable=False),
    Index(None, "cycle_id"),
)

plan = _table(
    "plan",
    _id(),
    _refers("cycle_id", "cycle.id"),
    _text("kind"),
    Column("year_from", Integer, nullable=False),
    Column("year_to", Integer, nullable=False),
    Column("version", Integer, nullable=False),
    _text("status"),
    _at("composed_at"),
    Column("agreed_on", Date),
    Column("transmitted_at", Instant),
    UniqueConstraint("cycle_id", "kind", "version"),
)

plan_item = _table(
    "plan_item",
    _refers("plan_id", "plan.id", primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    # Numbers run through the plan, or begin again in each section: a setting of the cycle.
    Column("section", Integer, primary_key=True, autoincrement=False),
    _refers("concept_id", "concept.id"),
    _text("body"),
    _json("titles"),
    _json("estimated_conclusion"),
    _json("estimated_domestic_procedures"),
    _json("notes"),
    _text("marking"),
    UniqueConstraint("plan_id", "concept_id"),
)

decision = _table(
    "decision",
    _id(),
    _refers("cycle_id", "cycle.id"),
    *_texts("kind", "outcome"),
    _at("decided_at"),
    Column("plan_version", Integer, nullable=False),
    _text("timeliness"),
    Column("due_at", Instant),
    _json("remarks"),
    _json("payload"),
    Index(None, "cycle_id"),
)
