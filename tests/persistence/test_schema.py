"""The migrations build what tables/ says, and nobody works with other tables."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from service.application import records
from service.errors import WrongInput
from service.persistence import schema, tables
from service.persistence.databases import engine_for, parsed
from service.persistence.store import migrate, open_store


@pytest.fixture
def engine(blank_database_url: str) -> Any:
    opened = engine_for(parsed(blank_database_url), durable=False)
    yield opened
    opened.dispose()


def _described(engine: sa.Engine) -> dict[str, Any]:
    """All that the database itself says about its tables, but for Alembic's own."""
    inspector = sa.inspect(engine)
    return {
        name: {
            "columns": sorted(  # a column that came later stands last
                (one["name"], str(one["type"]), one["nullable"], str(one["default"]))
                for one in inspector.get_columns(name)
            ),
            "key": inspector.get_pk_constraint(name),
            "foreign": _sorted(inspector.get_foreign_keys(name)),
            "unique": _sorted(inspector.get_unique_constraints(name)),
            "indices": _sorted(inspector.get_indexes(name)),
        }
        for name in inspector.get_table_names()
        if name != "alembic_version"
    }


def _sorted(found: Any) -> list[str]:
    return sorted(str({**one, "dialect_options": _as_text(one)}) for one in found)


def _as_text(found: Any) -> dict[str, str]:
    return {key: str(value) for key, value in found.get("dialect_options", {}).items()}


def test_upgrading_gives_what_the_tables_say(engine: sa.Engine, blank_database_url: str) -> None:
    migrate(blank_database_url)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, tables.metadata) == []
    migrated = _described(engine)
    with engine.begin() as connection:
        for statement in ("journal_no_update", "journal_no_delete"):
            if engine.dialect.name == "sqlite":
                connection.exec_driver_sql(f"DROP TRIGGER {statement}")
        tables.metadata.drop_all(connection)
        tables.metadata.create_all(connection)
    assert migrated == _described(engine)


def test_migrating_twice_changes_nothing(engine: sa.Engine, blank_database_url: str) -> None:
    migrate(blank_database_url)
    before = _described(engine)
    migrate(blank_database_url)
    assert _described(engine) == before


def test_the_list_of_revisions_is_that_of_the_folder() -> None:
    config = Config()
    config.set_main_option("script_location", schema.MIGRATIONS.as_posix())
    scripts = ScriptDirectory.from_config(config)
    found = tuple(one.revision for one in scripts.walk_revisions())
    assert found[::-1] == schema.REVISIONS


def test_a_blank_database_is_refused_without_migrating(blank_database_url: str) -> None:
    with pytest.raises(WrongInput, match="kelisim migrate"):
        open_store(blank_database_url, migrate=False)


@pytest.mark.parametrize(
    ("revision", "may_migrate", "said"),
    [
        ("0001", False, "older Kelisim .*kelisim migrate"),
        ("9999", False, "newer Kelisim"),
        ("9999", True, "newer Kelisim"),
    ],
)
def test_other_revisions_are_refused(
    engine: sa.Engine, blank_database_url: str, revision: str, said: str, *, may_migrate: bool
) -> None:
    migrate(blank_database_url)
    with engine.begin() as connection:
        connection.execute(
            sa.text("UPDATE alembic_version SET version_num = :to"), {"to": revision}
        )
    with pytest.raises(WrongInput, match=said):
        open_store(blank_database_url, migrate=may_migrate)


def test_tables_of_another_program_are_left_alone(
    engine: sa.Engine, blank_database_url: str
) -> None:
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE instance (name text)")
    for may_migrate in (True, False):
        with pytest.raises(WrongInput, match="another program"):
            open_store(blank_database_url, migrate=may_migrate)


@pytest.mark.parametrize(
    ("record", "table", "elsewhere"),
    [
        (records.Definition, tables.definition, set()),
        (records.FormDefinition, tables.form_definition, {"id"}),
        (records.Instance, tables.instance, set()),
        (records.UserTask, tables.user_task, set()),
        (records.Timer, tables.timer, {"wake_at"}),
        (records.TimerStart, tables.timer_start, set()),
        (records.Subscription, tables.subscription, set()),
        (records.ExternalTask, tables.external_task, set()),
        (records.Message, tables.message, set()),
        (records.Outgoing, tables.outbox, set()),
        (records.Incident, tables.incident, set()),
        (records.JournalEntry, tables.journal, {"sequence", "previous_hash", "hash"}),
        (records.Submission, tables.form_submission, set()),
        (records.Body, tables.body, set()),
        (records.Person, tables.person, {"groups"}),
        (records.Cycle, tables.cycle, set()),
        (records.Concept, tables.concept, set()),
        (records.Conclusion, tables.conclusion, set()),
        (records.Letter, tables.letter, set()),
        (records.Understanding, tables.understanding, set()),
        (records.PlanItem, tables.plan_item, {"plan_id"}),
        (records.Plan, tables.plan, {"items"}),
        (records.Decision, tables.decision, set()),
        (records.CalendarChange, tables.calendar_change, set()),
        (records.CalendarYear, tables.calendar_year, set()),
        (records.CalendarMove, tables.calendar_move, set()),
    ],
)
def test_tables_have_the_fields_of_their_records(
    record: Any, table: sa.Table, elsewhere: set[str]
) -> None:
    assert {field.name for field in fields(record)} ^ set(table.c.keys()) == elsewhere


def test_sqlite_uses_the_indices_of_the_hot_path(tmp_path: Path) -> None:
    """A bound value would hide a partial index from SQLite, and a full scan would follow."""
    from service.persistence.repositories.running import messages, user_tasks, waiting  # noqa: PLC0415

    url = f"sqlite:///{tmp_path}/plans.sqlite3"
    migrate(url)
    engine = engine_for(parsed(url), durable=False)
    asked = {
        "ix_message_pending": messages._CLAIM,
        "ix_message_buffered": messages._AWAKEN,
        "ix_timer_wake_at_id": waiting._CLAIM,
        "ix_user_task_instance_id_status": user_tasks._OPEN_OF_INSTANCE,
    }
    with engine.connect() as connection:
        for index, statement in asked.items():
            compiled = statement.compile(engine)
            values = [None] * len(compiled.positiontup or ())
            plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {compiled}", tuple(values))
            told = " ".join(str(row) for row in plan)
            assert index in told, statement
            assert "SCAN replanning" not in told, statement
    engine.dispose()
