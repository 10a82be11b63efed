"""Deadlines fire by themselves: retries, calendar changes, deliveries, accounts, feeds."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)
# What a scheduler must hear of at once: a new row in one of these.
WAITED_FOR = ("timer", "timer_start", "message", "outbox", "delivery", "replanning")


def upgrade() -> None:
    """Everything that time needs."""
    _columns()
    _calendar()
    _starts()
    _outgoing()
    _people()
    _notify()


def _texts(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.Text(), nullable=False) for name in names]


def _at(name: str) -> sa.Column[datetime]:
    return sa.Column(name, INSTANT, nullable=False)


def _counter(name: str, start: int = 0) -> sa.Column[int]:
    return sa.Column(name, sa.Integer(), nullable=False, server_default=sa.text(str(start)))


def _partial(
    name: str, table: str, columns: list[str], where: str, *, unique: bool = False
) -> None:
    condition = sa.text(where)
    op.create_index(
        name,
        table,
        columns,
        unique=unique,
        sqlite_where=condition,
        postgresql_where=condition,
    )


def _columns() -> None:
    op.add_column("user_task", _counter("revision"))
    op.add_column("timer", _counter("attempts"))
    op.create_index("ix_timer_instance_id", "timer", ["instance_id"])
    op.add_column("incident", sa.Column("last_at", INSTANT))
    op.add_column("incident", _counter("times", 1))
    op.add_column("incident", sa.Column("resolved_at", INSTANT))
    op.execute(  # of several for one element the newest stays open
        "UPDATE incident SET resolved_at = occurred_at WHERE id NOT IN "
        "(SELECT max(id) FROM incident GROUP BY instance_id, element_id)"
    )
    _partial(
        "uq_incident_open",
        "incident",
        ["instance_id", "element_id"],
        "resolved_at IS NULL",
        unique=True,
    )
    op.drop_index("ix_outbox_undelivered", "outbox")
    op.execute("ALTER TABLE outbox RENAME COLUMN delivered_at TO routed_at")
    # What an older Kelisim wrote was read on its own pages: nobody gets last year's reminders.
    op.execute("UPDATE outbox SET routed_at = created_at WHERE routed_at IS NULL")
    _partial("ix_outbox_unrouted", "outbox", ["id"], "routed_at IS NULL")
    op.add_column("person", sa.Column("email", sa.Text(), nullable=False, server_default=""))
    op.add_column(
        "person", sa.Column("notices", sa.Text(), nullable=False, server_default="immediate")
    )
    op.add_column("calendar_override", sa.Column("change_id", ID))


def _calendar() -> None:
    op.create_table(
        "calendar_change",
        sa.Column("id", ID, nullable=False),
        _at("at"),
        *_texts("person", "reason", "status"),
        sa.Column("instances", sa.Integer(), nullable=False),
        sa.Column("finished_at", INSTANT),
        sa.PrimaryKeyConstraint("id", name="pk_calendar_change"),
    )
    op.create_table(
        "calendar_year",
        sa.Column("year", sa.Integer(), autoincrement=False, nullable=False),
        *_texts("status", "legal_act"),
        sa.Column("change_id", ID, nullable=False),
        sa.PrimaryKeyConstraint("year", name="pk_calendar_year"),
        sa.ForeignKeyConstraint(
            ["change_id"], ["calendar_change.id"], name="fk_calendar_year_change_id"
        ),
    )
    op.create_table(
        "calendar_move",
        sa.Column("id", ID, nullable=False),
        sa.Column("change_id", ID, nullable=False),
        sa.Column("instance_id", ID, nullable=False),
        *_texts("kind", "element_id", "about", "names"),
        _at("from_at"),
        _at("to_at"),
        sa.PrimaryKeyConstraint("id", name="pk_calendar_move"),
        sa.ForeignKeyConstraint(
            ["change_id"], ["calendar_change.id"], name="fk_calendar_move_change_id"
        ),
    )
    op.create_index("ix_calendar_move_change_id", "calendar_move", ["change_id"])
    op.create_index("ix_calendar_move_instance_id", "calendar_move", ["instance_id"])
    op.create_table(
        "replanning",
        sa.Column("instance_id", ID, nullable=False),
        sa.Column("change_id", ID, nullable=False),
        sa.PrimaryKeyConstraint("instance_id", "change_id", name="pk_replanning"),
        sa.ForeignKeyConstraint(["instance_id"], ["instance.id"], name="fk_replanning_instance_id"),
        sa.ForeignKeyConstraint(
            ["change_id"], ["calendar_change.id"], name="fk_replanning_change_id"
        ),
    )
    op.create_index("ix_replanning_change_id", "replanning", ["change_id"])


def _starts() -> None:
    op.create_table(
        "timer_start",
        *_texts("key"),
        _at("due_at"),
        _at("wake_at"),
        _counter("attempts"),
        sa.PrimaryKeyConstraint("key", name="pk_timer_start"),
    )


def _outgoing() -> None:
    op.create_table(
        "delivery",
        sa.Column("id", ID, nullable=False),
        *_texts("channel", "person_id", "address", "language"),
        *_texts("message_id", "status", "last_error"),
        sa.Column("digest", sa.Boolean(), nullable=False),
        _at("created_at"),
        _at("due_at"),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("settled_at", INSTANT),
        sa.PrimaryKeyConstraint("id", name="pk_delivery"),
        sa.UniqueConstraint("message_id", name="uq_delivery_message_id"),
    )
    _partial("ix_delivery_unsettled", "delivery", ["channel", "due_at", "id"], "settled_at IS NULL")
    op.create_index("ix_delivery_status_id", "delivery", ["status", "id"])
    op.create_index("ix_delivery_person_id_id", "delivery", ["person_id", "id"])
    op.create_table(
        "delivery_item",
        sa.Column("delivery_id", ID, nullable=False),
        sa.Column("outbox_id", ID, nullable=False),
        sa.PrimaryKeyConstraint("delivery_id", "outbox_id", name="pk_delivery_item"),
        sa.ForeignKeyConstraint(
            ["delivery_id"], ["delivery.id"], name="fk_delivery_item_delivery_id"
        ),
        sa.ForeignKeyConstraint(["outbox_id"], ["outbox.id"], name="fk_delivery_item_outbox_id"),
    )
    op.create_index("ix_delivery_item_outbox_id", "delivery_item", ["outbox_id"])
    op.create_table(
        "message_template",
        sa.Column("id", ID, nullable=False),
        *_texts("subject", "language"),
        sa.Column("version", sa.Integer(), nullable=False),
        *_texts("title", "body", "changed_by"),
        _at("changed_at"),
        sa.PrimaryKeyConstraint("id", name="pk_message_template"),
        sa.UniqueConstraint(
            "subject", "language", "version", name="uq_message_template_subject_language_version"
        ),
    )


def _people() -> None:
    op.create_table(
        "account",
        *_texts("person_id", "password_hash"),
        _at("changed_at"),
        sa.Column("disabled_at", INSTANT),
        sa.PrimaryKeyConstraint("person_id", name="pk_account"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_account_person_id"),
    )
    op.create_table(
        "web_session",
        *_texts("token_sha256", "person_id"),
        _at("created_at"),
        _at("expires_at"),
        sa.Column("revoked_at", INSTANT),
        sa.PrimaryKeyConstraint("token_sha256", name="pk_web_session"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_web_session_person_id"),
    )
    op.create_index("ix_web_session_person_id", "web_session", ["person_id"])
    op.create_table(
        "calendar_feed",
        sa.Column("id", ID, nullable=False),
        *_texts("token_sha256", "person_id", "group_name"),
        _at("created_at"),
        sa.Column("revoked_at", INSTANT),
        sa.Column("read_at", INSTANT),
        sa.PrimaryKeyConstraint("id", name="pk_calendar_feed"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_calendar_feed_person_id"),
        sa.UniqueConstraint("token_sha256", name="uq_calendar_feed_token_sha256"),
    )
    op.create_index("ix_calendar_feed_person_id", "calendar_feed", ["person_id"])


def _notify() -> None:
    """PostgreSQL tells every scheduler on commit that there is something new to wait for.

    A trigger costs no round trip, and one transaction notifies once however many rows it adds.
    """
    if op.get_bind().dialect.name == "sqlite":
        return
    op.execute(
        "CREATE FUNCTION kelisim_notify() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN PERFORM pg_notify('kelisim', ''); RETURN NULL; END $$"
    )
    for table in WAITED_FOR:
        op.execute(
            f"CREATE TRIGGER {table}_notifies AFTER INSERT ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION kelisim_notify()"
        )
    op.execute(
        "CREATE TRIGGER message_awakened_notifies AFTER UPDATE OF status ON message "
        "FOR EACH ROW WHEN (NEW.status = 'pending') EXECUTE FUNCTION kelisim_notify()"
    )
    op.execute(  # sent again by an administrator; what only fails goes from sending to waiting
        "CREATE TRIGGER delivery_brought_back_notifies AFTER UPDATE OF status ON delivery "
        "FOR EACH ROW WHEN (OLD.status = 'dead' AND NEW.status = 'waiting') "
        "EXECUTE FUNCTION kelisim_notify()"
    )
    op.execute(
        "CREATE TRIGGER outbox_routed_anew_notifies AFTER UPDATE OF routed_at ON outbox "
        "FOR EACH ROW WHEN (NEW.routed_at IS NULL) EXECUTE FUNCTION kelisim_notify()"
    )
