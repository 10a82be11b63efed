"""One open transaction, as repositories see it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Executable, Insert, Row

Parameters = Mapping[str, Any]
_NOTHING: Parameters = {}


class Link:
    """A connection that refuses to be used after its unit of work.

    Statements are built once per module and given their values here, so that SQLAlchemy finds
    their compiled form in its cache.
    """

    __slots__ = ("_connection", "postgres", "writable")

    def __init__(self, connection: Connection, *, writable: bool) -> None:
        self._connection: Connection | None = connection
        self.postgres = connection.dialect.name == "postgresql"
        self.writable = writable

    def close(self) -> None:
        """Refuse everything from now on."""
        self._connection = None

    @property
    def connection(self) -> Connection:
        """The connection. Raises RuntimeError after the unit of work."""
        if self._connection is None:
            raise RuntimeError(
                "This unit of work has ended (committed or left); open another one with "
                "store.write() or store.read()."
            )
        return self._connection

    def row(self, statement: Executable, parameters: Parameters = _NOTHING) -> Row[Any] | None:
        """The first row, or None."""
        return self.connection.execute(statement, parameters).first()

    def rows(self, statement: Executable, parameters: Parameters = _NOTHING) -> Sequence[Row[Any]]:
        """All rows."""
        return self.connection.execute(statement, parameters).all()

    def value(self, statement: Executable, parameters: Parameters = _NOTHING) -> Any:
        """The first column of the first row, or None."""
        return self.connection.execute(statement, parameters).scalar()

    def run(self, statement: Executable, parameters: Parameters = _NOTHING) -> int:
        """Execute; returns the number of rows that were changed."""
        return self.connection.execute(statement, parameters).rowcount

    def run_many(self, statement: Executable, parameters: Sequence[Parameters]) -> None:
        """Execute once per set of parameters, in one call; nothing when there are none."""
        if len(parameters) == 1:  # psycopg's executemany costs round trips of its own
            self.connection.execute(statement, parameters[0])
        elif parameters:
            self.connection.execute(statement, parameters)

    def insert(self, statement: Insert, parameters: Parameters) -> int:
        """Insert one row; returns the id the database gave."""
        key = self.connection.execute(statement, parameters).inserted_primary_key
        return int(key[0]) if key else 0
