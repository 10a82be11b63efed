"""Which revision of the tables a database has, and bringing it up to date.

Alembic is imported only when there is something to do: it costs more than opening a database.
"""

from __future__ import annotations

from pathlib import Path
from typing import NoReturn

from sqlalchemy import Connection, inspect, text

from service.errors import WrongInput
from service.persistence.tables import metadata

# Oldest first; the last one is what this program works with. A test compares with migrations/.
REVISIONS = ("0001", "0002", "0003")
HEAD = REVISIONS[-1]
MIGRATIONS = Path(__file__).parent / "migrations"

# Any number that no other program takes: only one migration of a database at a time.
_ADVISORY_LOCK = 0x6B656C69


def is_current(connection: Connection, label: str) -> bool:
    """Whether the tables are those of this program. Raises WrongInput if another's are there."""
    return _revision(connection, label) == HEAD


def refuse(connection: Connection, label: str) -> NoReturn:
    """Raises WrongInput: why the tables, which are not current, cannot be worked with."""
    found = _revision(connection, label)
    if not found:
        raise WrongInput(
            f"The database {label} has no tables yet; run `kelisim migrate` with the same "
            "DATABASE_URL."
        )
    if found in REVISIONS:
        raise WrongInput(
            f"The database {label} has the tables of an older Kelisim (revision {found}, this "
            f"one works with {HEAD}); make a backup, then run `kelisim migrate`."
        )
    raise WrongInput(_too_new(label, found))


def upgrade(connection: Connection, label: str) -> None:
    """Bring the tables to `HEAD`, in the connection's transaction. Raises WrongInput.

    The caller holds a write transaction on SQLite, and commits.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(text(f"SELECT pg_advisory_xact_lock({_ADVISORY_LOCK})"))
    found = _revision(connection, label)
    if found and found not in REVISIONS:
        raise WrongInput(_too_new(label, found))
    if found == HEAD:
        return
    from alembic import command  # noqa: PLC0415 - see the module's docstring
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", MIGRATIONS.as_posix().replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def _revision(connection: Connection, label: str) -> str:
    """The revision written in the database; "" when it is empty. Raises WrongInput."""
    names = set(inspect(connection).get_table_names())
    if "alembic_version" in names:
        row = connection.execute(text("SELECT version_num FROM alembic_version")).first()
        return "" if row is None else str(row[0])
    taken = sorted(names & set(metadata.tables))
    if taken:
        raise WrongInput(
            f"The database {label} holds tables of another program (such as {taken[0]}); give "
            "Kelisim a database of its own."
        )
    return ""


def _too_new(label: str, found: str) -> str:
    return (
        f"The database {label} was written by a newer Kelisim (revision {found}, this one knows "
        f"up to {HEAD}); install that version, or restore a backup made with this one."
    )
