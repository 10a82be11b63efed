"""The registers of a cycle."""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    Column,
    Date,
    Index,
    Integer,
    UniqueConstraint,
)

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
from service.persistence.types import Instant, JsonTuple

concept = table(
    "concept",
    number(),
    refers("cycle_id", "cycle.id"),
    refers("instance_id", "instance.id"),
    *texts("body", "doc_number", "number"),
    plain("titles"),
    *texts("treaty_kind", "treaty_form"),
    Column("counterparts", JsonTuple, nullable=False),
    Column("proposed_year", Integer, nullable=False),
    *texts("proposed_period", "domestic_procedure_kind", "domestic_procedure_period"),
    plain("notes"),
    *texts("related_event", "state", "plan_kind", "reason"),
    Column("submitted_at", Instant),
    Column("due_at", Instant),
    words("content_sha256"),
    refers("submission_id", "form_submission.id", nullable=True),
    Column("proposed_until_year", Integer),
    *texts("proposed_until_period", "marking"),
    UniqueConstraint("cycle_id", "body", "doc_number"),
    Index(None, "cycle_id", "state", "body"),
    Index(None, "instance_id"),
    partial("uq_concept_number", "cycle_id", "number", where="number <> ''", unique=True),
)

conclusion = table(
    "conclusion",
    number(),
    refers("concept_id", "concept.id"),
    Column("expedient", Boolean, nullable=False),
    plain("reasons"),
    instant("concluded_at"),
    instant("due_at"),
    *texts("examined_by", "signed_by"),
    UniqueConstraint("concept_id"),
)

letter = table(
    "letter",
    number(),
    refers("cycle_id", "cycle.id"),
    *texts("kind", "sender", "recipient", "about"),
    instant("sent_at"),
    *texts("timeliness", "status"),
    plain("payload"),
    Index(None, "cycle_id", "kind", "sender"),
)

understanding = table(
    "understanding",
    number(),
    refers("cycle_id", "cycle.id"),
    *texts("code", "entry_type", "level"),
    plain("titles"),
    Column("reached_on", Date, key="on", nullable=False),
    words("responsible_body"),
    Column("due_on", Date),
    words("coverage"),
    plain("reason"),
    Column("restricted", Boolean, nullable=False),
    Index(None, "cycle_id"),
)

plan = table(
    "plan",
    number(),
    refers("cycle_id", "cycle.id"),
    words("kind"),
    Column("year_from", Integer, nullable=False),
    Column("year_to", Integer, nullable=False),
    Column("version", Integer, nullable=False),
    words("status"),
    instant("composed_at"),
    Column("agreed_on", Date),
    Column("transmitted_at", Instant),
    UniqueConstraint("cycle_id", "kind", "version"),
)

plan_item = table(
    "plan_item",
    refers("plan_id", "plan.id", primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    # Numbers run through the plan, or begin again in each section: a setting of the cycle.
    Column("section", Integer, primary_key=True, autoincrement=False),
    refers("concept_id", "concept.id"),
    words("body"),
    plain("titles"),
    plain("estimated_conclusion"),
    plain("estimated_domestic_procedures"),
    plain("notes"),
    words("marking"),
    UniqueConstraint("plan_id", "concept_id"),
)

decision = table(
    "decision",
    number(),
    refers("cycle_id", "cycle.id"),
    *texts("kind", "outcome"),
    instant("decided_at"),
    Column("plan_version", Integer, nullable=False),
    words("timeliness"),
    Column("due_at", Instant),
    plain("remarks"),
    plain("payload"),
    Index(None, "cycle_id"),
)
