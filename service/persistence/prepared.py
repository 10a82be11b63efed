"""Statements compiled once and given straight to the driver.

SQLAlchemy builds, compiles and types every statement; what is left out here is its bookkeeping per
execution, which costs several times what SQLite needs to answer (docs/adr/0031). Statements whose
text depends on their values (IN lists) go the ordinary way.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Executable, Insert, exc
from sqlalchemy.engine import Dialect
from sqlalchemy.engine.interfaces import DBAPICursor

Parameters = Mapping[str, Any]
Processor = Callable[[Any], Any] | None

# A new row in one of these is something a scheduler must hear of at once. Migration 0003 has
# PostgreSQL notify other processes of the same; a test compares the two.
AWAITED = frozenset({"timer", "timer_start", "message", "outbox", "delivery", "replanning"})
# As an execution option: an UPDATE by which a row becomes something to wait for.
AWAKENS = "kelisim_awakens"


class Prepared:
    """One statement for one driver. Immutable, shared by all connections of the engine."""

    def __init__(self, statement: Any, names: frozenset[str], dialect: Dialect) -> None:
        compiled = statement.compile(dialect=dialect, column_keys=sorted(names))
        self.text = str(compiled)
        self.usable = not compiled.post_compile_params and not compiled.literal_execute_params
        binds = compiled.binds
        order = compiled.positiontup if compiled.positional else list(binds)
        self._binds = [_bind(binds[name], dialect) for name in order]
        self._named = None if compiled.positional else order
        self._results = [_result(column.type, dialect) for column in _columns(statement)]
        self._plain = not any(self._results)
        self.awakens = _awakens(statement)

    def values(self, parameters: Parameters) -> Any:
        """The parameters as the driver wants them: a tuple, or a mapping."""
        found = [
            process(parameters.get(key, default)) if process else parameters.get(key, default)
            for key, default, process in self._binds
        ]
        return found if self._named is None else dict(zip(self._named, found, strict=True))

    def read(self, row: Sequence[Any]) -> tuple[Any, ...]:
        """A driver's row as Python values, by position."""
        if self._plain:
            return tuple(row)
        return tuple(
            process(value) if process and value is not None else value
            for process, value in zip(self._results, row, strict=True)
        )


class Preparation:
    """The prepared statements of one engine."""

    def __init__(self, dialect: Dialect) -> None:
        self.dialect = dialect
        self._known: dict[tuple[int, frozenset[str]], tuple[Executable, Prepared]] = {}

    def of(self, statement: Executable, parameters: Parameters) -> Prepared:
        """The prepared form of a statement that is kept for the life of the process."""
        key = (id(statement), frozenset(parameters))
        known = self._known.get(key)
        if known is None:
            known = statement, Prepared(statement, key[1], self.dialect)
            self._known[key] = known
        return known[1]


def execute(
    connection: Connection, prepared: Prepared, many: Sequence[Parameters], *, batch: bool = False
) -> DBAPICursor:
    """Run a prepared statement; raises SQLAlchemy's errors, as the ordinary way does."""
    raw = connection.connection
    cursor = raw.cursor()
    values: Any = None
    try:
        if batch:
            values = [prepared.values(each) for each in many]
            cursor.executemany(prepared.text, values)
        else:
            values = prepared.values(many[0])
            cursor.execute(prepared.text, values)
    except connection.dialect.loaded_dbapi.Error as error:
        cursor.close()
        lost = connection.dialect.is_disconnect(error, raw, cursor)
        if lost:
            connection.invalidate(error)
            connection.engine.dispose()  # one is gone: so are, most likely, those that lie idle
        raise exc.DBAPIError.instance(
            prepared.text,
            None,
            error,
            connection.dialect.loaded_dbapi.Error,
            hide_parameters=True,
            connection_invalidated=lost,
            dialect=connection.dialect,
        ) from error
    except (ValueError, TypeError) as error:
        cursor.close()
        raise exc.StatementError(str(error), prepared.text, None, error) from error
    return cursor


def _awakens(statement: Any) -> bool:
    if isinstance(statement, Insert):
        return statement.table.name in AWAITED
    return bool(statement.get_execution_options().get(AWAKENS))


def _columns(statement: Any) -> list[Any]:
    """What a statement gives back: a query's columns, or what an INSERT or UPDATE returns."""
    return list(getattr(statement, "exported_columns", ()))


def _bind(bind: Any, dialect: Dialect) -> tuple[str, Any, Processor]:
    process = bind.type.dialect_impl(dialect).bind_processor(dialect)
    default = None if bind.required else bind.effective_value
    return bind.key, default, process


def _result(type_: Any, dialect: Dialect) -> Processor:
    found: Processor = type_.dialect_impl(dialect).result_processor(dialect, None)
    return found
