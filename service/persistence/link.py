"""One open transaction, as repositories see it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeAlias

from sqlalchemy import Connection, Executable, Insert

from service.persistence.prepared import Parameters, Preparation, execute

Row: TypeAlias = tuple[Any, ...]
_NOTHING: Parameters = {}


class Link:
    """A connection that refuses to be used after its unit of work.

    Statements are built once per module and given their values here, so that SQLAlchemy finds
    their compiled form in its cache.
    """

    __slots__ = ("_connection", "_preparation", "awakens", "postgres", "writable")

    def __init__(self, connection: Connection, preparation: Preparation, *, writable: bool) -> None:
        self._connection: Connection | None = connection
        self._preparation = preparation
        self.postgres = connection.dialect.name == "postgresql"
        self.writable = writable
        self.awakens = False  # whether a scheduler must hear of what was written

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

    def row(self, statement: Executable, parameters: Parameters = _NOTHING) -> Row | None:
        """The first row, or None."""
        found = self.rows(statement, parameters)
        return found[0] if found else None

    def rows(self, statement: Executable, parameters: Parameters = _NOTHING) -> Sequence[Row]:
        """All rows, as tuples in the order of the statement's columns."""
        prepared = self._preparation.of(statement, parameters)
        if not prepared.usable:
            return [tuple(row) for row in self.connection.execute(statement, parameters)]
        cursor = execute(self.connection, prepared, (parameters,))
        if prepared.awakens:
            self.awakens = True
        found = cursor.fetchall()
        cursor.close()
        return [prepared.read(row) for row in found]

    def value(self, statement: Executable, parameters: Parameters = _NOTHING) -> Any:
        """The first column of the first row, or None."""
        row = self.row(statement, parameters)
        return None if row is None else row[0]

    def run(self, statement: Executable, parameters: Parameters = _NOTHING) -> int:
        """Execute; returns the number of rows that were changed."""
        prepared = self._preparation.of(statement, parameters)
        if not prepared.usable:
            return self.connection.execute(statement, parameters).rowcount
        cursor = execute(self.connection, prepared, (parameters,))
        changed = cursor.rowcount
        cursor.close()
        if prepared.awakens and changed:
            self.awakens = True
        return changed

    def run_many(self, statement: Executable, parameters: Sequence[Parameters]) -> None:
        """Execute once per set of parameters, in one call; nothing when there are none."""
        if not parameters:
            return
        prepared = self._preparation.of(statement, parameters[0])
        if prepared.usable:  # psycopg's executemany costs round trips of its own
            batch = len(parameters) > 1
            cursor = execute(self.connection, prepared, parameters, batch=batch)
            if prepared.awakens and cursor.rowcount:
                self.awakens = True
            cursor.close()
        else:
            self.connection.execute(statement, parameters)

    def insert(self, statement: Insert, parameters: Parameters) -> int:
        """Insert one row; returns the id the database gave. `statement` returns it."""
        return int(self.value(statement, parameters) or 0)
