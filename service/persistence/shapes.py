"""Records to rows and back, by the record's own list of fields."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import fields, replace
from operator import attrgetter
from typing import Any, Generic, TypeVar

from sqlalchemy import (
    Column,
    Insert,
    Integer,
    Select,
    Table,
    Update,
    bindparam,
    insert,
    select,
    update,
)

from service.errors import NotFound
from service.persistence.link import Link, Row

R = TypeVar("R")


class Shape(Generic[R]):
    """How the values of one record class lie in one table.

    `without` names a field that is kept elsewhere (the items of a plan). Rows are read by
    position: `columns` come in the order of the record's fields.
    """

    def __init__(self, record: Callable[..., R], table: Table, *, without: str = "") -> None:
        names = [field.name for field in fields(record) if field.name != without]  # type: ignore[arg-type]
        self.record = record
        self.table = table
        self.columns: list[Column[Any]] = [table.c[name] for name in names]
        self.key: Column[Any] = next(iter(table.primary_key))
        self._names = tuple(names)
        self._values = attrgetter(*names)
        self._numbered = names[0] == "id" and isinstance(self.key.type, Integer)
        self._read: Callable[[Row], R] = self._by_name if without else self._by_position
        self._changes: dict[frozenset[str], Update] = {}
        self.insert: Insert = insert(table)
        self.insert_one = self.insert.returning(self.key) if self._numbered else self.insert
        self.select: Select[Any] = select(*self.columns)
        self.by_key: Select[Any] = self.select.where(self.key == bindparam("key"))

    def parameters(self, record: R) -> dict[str, Any]:
        """The record's columns and values; without `id` where the database numbers the rows."""
        values = dict(zip(self._names, self._values(record), strict=True))
        if self._numbered:
            del values["id"]
        return values

    def one(self, row: Row | None) -> R | None:
        """The record of a row, or None."""
        return None if row is None else self._read(row)

    def all(self, rows: Iterable[Row]) -> list[R]:
        """The records of rows, in their order."""
        return [self._read(row) for row in rows]

    def add(self, link: Link, record: R) -> R:
        """Insert one record; returns it with the id the database gave."""
        number = link.insert(self.insert_one, self.parameters(record))
        return replace(record, id=number)  # type: ignore[type-var]

    def add_all(self, link: Link, records: Iterable[R]) -> None:
        """Insert records in one statement; none when there are none."""
        link.run_many(self.insert, [self.parameters(record) for record in records])

    def get(self, link: Link, key: object) -> R:
        """The record with this primary key. Raises NotFound."""
        row = link.row(self.by_key, {"key": key})
        if row is None:
            raise NotFound(f"There is no {self.table.name} {key}.")
        return self._read(row)

    def change(self, link: Link, key: int | str, columns: Mapping[str, Any]) -> None:
        """Update some columns of one row.

        Raises NotFound when there is no such row, ValueError on a column that does not exist
        or may not be changed.
        """
        wrong = sorted(set(columns) - (set(self._names) - {self.key.key}))
        if wrong or not columns:
            raise ValueError(
                f"{self.table.name}: cannot change {', '.join(wrong) or 'nothing'}; "
                f"known are {', '.join(self._names)}."
            )
        new = {f"new_{name}": value for name, value in columns.items()}
        if link.run(self._update_of(frozenset(columns)), {"row_key": key, **new}) == 0:
            raise NotFound(f"There is no {self.table.name} {key}.")

    def _update_of(self, names: frozenset[str]) -> Update:
        """The statement that changes these columns; built once."""
        if names not in self._changes:
            new = {name: bindparam(f"new_{name}", type_=self.table.c[name].type) for name in names}
            row = self.key == bindparam("row_key", type_=self.key.type)
            self._changes[names] = update(self.table).where(row).values(new)
        return self._changes[names]

    def _by_position(self, row: Row) -> R:
        return self.record(*row)

    def _by_name(self, row: Row) -> R:
        return self.record(**dict(zip(self._names, row, strict=True)))
