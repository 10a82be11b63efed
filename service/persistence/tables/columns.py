"""The schema's metadata, and the kinds of columns that its tables are made of."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Column, ForeignKey, Index, Integer, MetaData, Table, Text, text

from service.persistence.types import Id, Instant, Json

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    }
)


def table(name: str, *parts: Any) -> Table:
    """A table of the schema."""
    return Table(name, metadata, *parts)


def number() -> Column[Any]:
    """The primary key that the database counts up."""
    return Column("id", Id, primary_key=True)


def words(name: str, **options: Any) -> Column[Any]:
    """A text that is always there."""
    return Column(name, Text, nullable=False, **options)


def texts(*names: str) -> list[Column[Any]]:
    """Several of them."""
    return [words(name) for name in names]


def plain(name: str, **options: Any) -> Column[Any]:
    """Plain data as JSON."""
    return Column(name, Json, nullable=False, **options)


def instant(name: str) -> Column[Any]:
    """An instant that is always there."""
    return Column(name, Instant, nullable=False)


def counter(name: str, *, start: int = 0) -> Column[Any]:
    """A number that counts up."""
    return Column(name, Integer, nullable=False, server_default=text(str(start)))


def refers(name: str, target: str, **options: Any) -> Column[Any]:
    """A foreign key."""
    return Column(name, Id, ForeignKey(target), **{"nullable": False, **options})


def partial(name: str, *columns: str, where: str, unique: bool = False) -> Index:
    """An index of the rows that meet a condition."""
    condition = text(where)
    return Index(name, *columns, unique=unique, sqlite_where=condition, postgresql_where=condition)
