"""The tables of the first release."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Everything but the guard of the journal."""
    _diagrams()
    _instances()
    _messages()
    _record()
    _directory()
    _concepts()
    _cycle_registers()


def _texts(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.Text(), nullable=False) for name in names]


def _instants(*names: str) -> list[sa.Column[datetime]]:
    return [sa.Column(name, INSTANT) for name in names]


def _integers(*names: str) -> list[sa.Column[int]]:
    return [sa.Column(name, sa.Integer(), nullable=False) for name in names]


def _partial_index(
    name: str, table: str, columns: list[str], where: str, *, unique: bool = False
) -> None:
    condition = sa.text(where)
    op.create_index(
        name, table, columns, unique=unique, sqlite_where=condition, postgresql_where=condition
    )


def _diagrams() -> None:
    op.create_table(
        "definition",
        sa.Column("id", ID, nullable=False),
        *_texts("digest", "key"),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("xml", sa.LargeBinary(), nullable=False),
        sa.Column("deployment", sa.Text(), nullable=False),
        sa.Column("deployed_at", INSTANT, nullable=False),
        *_texts("deployed_by", "message_starts"),
        sa.PrimaryKeyConstraint("id", name="pk_definition"),
        sa.UniqueConstraint("key", "version", name="uq_definition_key_version"),
    )
    op.create_table(
        "form_definition",
        sa.Column("id", ID, nullable=False),
        *_texts("key", "digest", "text", "deployment"),
        sa.Column("deployed_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_form_definition"),
        sa.UniqueConstraint("key", "deployment", name="uq_form_definition_key_deployment"),
    )


def _instances() -> None:
    op.create_table(
        "cycle",
        sa.Column("id", ID, nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        *_texts("settings", "dates"),
        sa.Column("opened_at", INSTANT, nullable=False),
        sa.Column("instance_id", ID),
        *_instants("submissions_closed_at", "concluded_at", "consolidated_at"),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("last_number", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_cycle"),
        sa.UniqueConstraint("year", name="uq_cycle_year"),
    )
    op.create_table(
        "instance",
        sa.Column("id", ID, nullable=False),
        sa.Column("definition_key", sa.Text(), nullable=False),
        sa.Column("definition_id", ID, nullable=False),
        sa.Column("business_key", sa.Text(), nullable=False),
        sa.Column("cycle_id", ID),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("state", sa.LargeBinary(), nullable=False),
        sa.Column("started_at", INSTANT, nullable=False),
        sa.Column("ended_at", INSTANT),
        sa.ForeignKeyConstraint(["cycle_id"], ["cycle.id"], name="fk_instance_cycle_id"),
        sa.ForeignKeyConstraint(
            ["definition_id"], ["definition.id"], name="fk_instance_definition_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_instance"),
    )
    op.create_index("ix_instance_cycle_id", "instance", ["cycle_id"])
    op.create_index(
        "ix_instance_definition_key_business_key", "instance", ["definition_key", "business_key"]
    )
    op.create_table(
        "user_task",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("instance_id", ID, nullable=False),
        *_texts(
            "element_id",
            "names",
            "form_key",
            "clause",
            "assignee",
            "candidate_groups",
            "candidate_users",
            "excluded_users",
            "completed_by_variable",
        ),
        *_instants("due_at", "follow_up_at"),
        sa.Column("opened_at", INSTANT, nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("closed_at", INSTANT),
        sa.Column("completed_by", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["instance_id"], ["instance.id"], name="fk_user_task_instance_id"),
        sa.PrimaryKeyConstraint("id", name="pk_user_task"),
    )
    op.create_index("ix_user_task_instance_id_status", "user_task", ["instance_id", "status"])
    op.create_table(
        "user_task_group",
        *_texts("task_id", "group_name"),
        sa.ForeignKeyConstraint(["task_id"], ["user_task.id"], name="fk_user_task_group_task_id"),
        sa.PrimaryKeyConstraint("task_id", "group_name", name="pk_user_task_group"),
    )
    op.create_index(
        "ix_user_task_group_group_name_task_id", "user_task_group", ["group_name", "task_id"]
    )
    op.create_table(
        "timer",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("instance_id", ID, nullable=False),
        sa.Column("element_id", sa.Text(), nullable=False),
        sa.Column("due_at", INSTANT, nullable=False),
        sa.Column("wake_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["instance_id"], ["instance.id"], name="fk_timer_instance_id"),
        sa.PrimaryKeyConstraint("id", name="pk_timer"),
    )
    op.create_index("ix_timer_wake_at_id", "timer", ["wake_at", "id"])
    op.create_table(
        "subscription",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("instance_id", ID, nullable=False),
        *_texts("name", "business_key"),
        sa.ForeignKeyConstraint(
            ["instance_id"], ["instance.id"], name="fk_subscription_instance_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_subscription"),
    )
    op.create_index("ix_subscription_name_business_key", "subscription", ["name", "business_key"])
    op.create_table(
        "external_task",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("instance_id", ID, nullable=False),
        *_texts("element_id", "topic"),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(
            ["instance_id"], ["instance.id"], name="fk_external_task_instance_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_external_task"),
    )
    op.create_index("ix_external_task_topic_id", "external_task", ["topic", "id"])


def _messages() -> None:
    op.create_table(
        "message",
        sa.Column("id", ID, nullable=False),
        *_texts("name", "business_key", "payload"),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("from_instance_id", ID),
        sa.ForeignKeyConstraint(
            ["from_instance_id"], ["instance.id"], name="fk_message_from_instance_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_message"),
    )
    _partial_index(
        "ix_message_buffered", "message", ["name", "business_key"], "status = 'buffered'"
    )
    _partial_index("ix_message_pending", "message", ["id"], "status = 'pending'")
    op.create_table(
        "outbox",
        sa.Column("id", ID, nullable=False),
        *_texts("kind", "recipient", "subject", "about", "clause", "payload"),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("message_id", sa.Text(), nullable=False),
        sa.Column("instance_id", ID),
        sa.Column("delivered_at", INSTANT),
        sa.ForeignKeyConstraint(["instance_id"], ["instance.id"], name="fk_outbox_instance_id"),
        sa.PrimaryKeyConstraint("id", name="pk_outbox"),
        sa.UniqueConstraint("message_id", name="uq_outbox_message_id"),
    )
    op.create_index("ix_outbox_instance_id", "outbox", ["instance_id"])
    _partial_index("ix_outbox_undelivered", "outbox", ["id"], "delivered_at IS NULL")
    op.create_table(
        "incident",
        sa.Column("id", ID, nullable=False),
        sa.Column("instance_id", ID, nullable=False),
        *_texts("element_id", "message"),
        sa.Column("occurred_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["instance_id"], ["instance.id"], name="fk_incident_instance_id"),
        sa.PrimaryKeyConstraint("id", name="pk_incident"),
    )
    op.create_index("ix_incident_instance_id", "incident", ["instance_id"])


def _record() -> None:
    op.create_table(
        "journal",
        sa.Column("sequence", ID, autoincrement=False, nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        *_texts("actor", "act", "subject", "clause", "outcome", "details", "on_behalf_of"),
        sa.Column("instance_id", ID),
        *_texts("previous_hash", "hash"),
        sa.PrimaryKeyConstraint("sequence", name="pk_journal"),
    )
    op.create_index("ix_journal_subject", "journal", ["subject"])
    op.create_table(
        "journal_head",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("sequence", ID, nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_journal_head"),
    )
    op.create_table(
        "form_submission",
        sa.Column("id", ID, nullable=False),
        sa.Column("instance_id", ID, nullable=False),
        *_texts("task_id", "element_id", "form_key", "person", "on_behalf_of"),
        sa.Column("submitted_at", INSTANT, nullable=False),
        *_texts("field_values", "content_sha256"),
        sa.ForeignKeyConstraint(
            ["instance_id"], ["instance.id"], name="fk_form_submission_instance_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_form_submission"),
    )
    op.create_index(
        "ix_form_submission_instance_id_form_key",
        "form_submission",
        ["instance_id", "form_key"],
    )


def _directory() -> None:
    op.create_table(
        "body",
        *_texts("code", "body_group", "names", "abbreviations"),
        sa.Column("may_submit", sa.Boolean(), nullable=False),
        sa.Column("valid_from", sa.Date()),
        sa.Column("valid_to", sa.Date()),
        sa.Column("successor", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("code", name="pk_body"),
    )
    op.create_table(
        "person", *_texts("id", "name", "language"), sa.PrimaryKeyConstraint("id", name="pk_person")
    )
    op.create_table(
        "membership",
        *_texts("person_id", "group_name"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_membership_person_id"),
        sa.PrimaryKeyConstraint("person_id", "group_name", name="pk_membership"),
    )
    op.create_index("ix_membership_group_name", "membership", ["group_name"])
    op.create_table(
        "calendar_override",
        sa.Column("id", ID, nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_calendar_override"),
    )


def _concepts() -> None:
    op.create_table(
        "concept",
        sa.Column("id", ID, nullable=False),
        sa.Column("cycle_id", ID, nullable=False),
        sa.Column("instance_id", ID, nullable=False),
        *_texts(
            "body", "doc_number", "number", "titles", "treaty_kind", "treaty_form", "counterparts"
        ),
        sa.Column("proposed_year", sa.Integer(), nullable=False),
        *_texts(
            "proposed_period",
            "domestic_procedure_kind",
            "domestic_procedure_period",
            "notes",
            "related_event",
            "state",
            "plan_kind",
            "reason",
        ),
        *_instants("submitted_at", "due_at"),
        sa.Column("content_sha256", sa.Text(), nullable=False),
        sa.Column("submission_id", ID),
        sa.Column("proposed_until_year", sa.Integer()),
        *_texts("proposed_until_period", "marking"),
        sa.ForeignKeyConstraint(["cycle_id"], ["cycle.id"], name="fk_concept_cycle_id"),
        sa.ForeignKeyConstraint(["instance_id"], ["instance.id"], name="fk_concept_instance_id"),
        sa.ForeignKeyConstraint(
            ["submission_id"], ["form_submission.id"], name="fk_concept_submission_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_concept"),
        sa.UniqueConstraint(
            "cycle_id", "body", "doc_number", name="uq_concept_cycle_id_body_doc_number"
        ),
    )
    op.create_index("ix_concept_cycle_id_state_body", "concept", ["cycle_id", "state", "body"])
    op.create_index("ix_concept_instance_id", "concept", ["instance_id"])
    _partial_index(
        "uq_concept_number", "concept", ["cycle_id", "number"], "number <> ''", unique=True
    )
    op.create_table(
        "conclusion",
        sa.Column("id", ID, nullable=False),
        sa.Column("concept_id", ID, nullable=False),
        sa.Column("expedient", sa.Boolean(), nullable=False),
        sa.Column("reasons", sa.Text(), nullable=False),
        sa.Column("concluded_at", INSTANT, nullable=False),
        sa.Column("due_at", INSTANT, nullable=False),
        *_texts("examined_by", "signed_by"),
        sa.ForeignKeyConstraint(["concept_id"], ["concept.id"], name="fk_conclusion_concept_id"),
        sa.PrimaryKeyConstraint("id", name="pk_conclusion"),
        sa.UniqueConstraint("concept_id", name="uq_conclusion_concept_id"),
    )


def _cycle_registers() -> None:
    op.create_table(
        "letter",
        sa.Column("id", ID, nullable=False),
        sa.Column("cycle_id", ID, nullable=False),
        *_texts("kind", "sender", "recipient", "about"),
        sa.Column("sent_at", INSTANT, nullable=False),
        *_texts("timeliness", "status", "payload"),
        sa.ForeignKeyConstraint(["cycle_id"], ["cycle.id"], name="fk_letter_cycle_id"),
        sa.PrimaryKeyConstraint("id", name="pk_letter"),
    )
    op.create_index("ix_letter_cycle_id_kind_sender", "letter", ["cycle_id", "kind", "sender"])
    op.create_table(
        "understanding",
        sa.Column("id", ID, nullable=False),
        sa.Column("cycle_id", ID, nullable=False),
        *_texts("code", "entry_type", "level", "titles"),
        sa.Column("reached_on", sa.Date(), nullable=False),
        sa.Column("responsible_body", sa.Text(), nullable=False),
        sa.Column("due_on", sa.Date()),
        *_texts("coverage", "reason"),
        sa.Column("restricted", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["cycle_id"], ["cycle.id"], name="fk_understanding_cycle_id"),
        sa.PrimaryKeyConstraint("id", name="pk_understanding"),
    )
    op.create_index("ix_understanding_cycle_id", "understanding", ["cycle_id"])
    op.create_table(
        "decision",
        sa.Column("id", ID, nullable=False),
        sa.Column("cycle_id", ID, nullable=False),
        *_texts("kind", "outcome"),
        sa.Column("decided_at", INSTANT, nullable=False),
        sa.Column("plan_version", sa.Integer(), nullable=False),
        sa.Column("timeliness", sa.Text(), nullable=False),
        sa.Column("due_at", INSTANT),
        *_texts("remarks", "payload"),
        sa.ForeignKeyConstraint(["cycle_id"], ["cycle.id"], name="fk_decision_cycle_id"),
        sa.PrimaryKeyConstraint("id", name="pk_decision"),
    )
    op.create_index("ix_decision_cycle_id", "decision", ["cycle_id"])
    op.create_table(
        "plan",
        sa.Column("id", ID, nullable=False),
        sa.Column("cycle_id", ID, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        *_integers("year_from", "year_to", "version"),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("composed_at", INSTANT, nullable=False),
        sa.Column("agreed_on", sa.Date()),
        sa.Column("transmitted_at", INSTANT),
        sa.ForeignKeyConstraint(["cycle_id"], ["cycle.id"], name="fk_plan_cycle_id"),
        sa.PrimaryKeyConstraint("id", name="pk_plan"),
        sa.UniqueConstraint("cycle_id", "kind", "version", name="uq_plan_cycle_id_kind_version"),
    )
    op.create_table(
        "plan_item",
        sa.Column("plan_id", ID, nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("section", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("concept_id", ID, nullable=False),
        *_texts("body", "titles", "estimated_conclusion", "estimated_domestic_procedures", "notes"),
        *_texts("marking"),
        sa.ForeignKeyConstraint(["concept_id"], ["concept.id"], name="fk_plan_item_concept_id"),
        sa.ForeignKeyConstraint(["plan_id"], ["plan.id"], name="fk_plan_item_plan_id"),
        sa.PrimaryKeyConstraint("plan_id", "number", "section", name="pk_plan_item"),
        sa.UniqueConstraint("plan_id", "concept_id", name="uq_plan_item_plan_id_concept_id"),
    )
