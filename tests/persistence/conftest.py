"""Opened stores, on both databases."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from service.persistence.store import SqlStore, open_store


@pytest.fixture
def store(database_url: str) -> Iterator[SqlStore]:
    """A store on an empty database, once on SQLite and once on PostgreSQL."""
    with open_store(database_url, migrate=False) as opened:
        yield opened


@pytest.fixture
def postgres_store(
    _postgres_with_tables: str, request: pytest.FixtureRequest
) -> Iterator[SqlStore]:
    """For what only a server can show: two transactions that write at once."""
    from tests import postgres  # noqa: PLC0415

    postgres.empty_tables(_postgres_with_tables)
    with open_store(_postgres_with_tables, migrate=False) as opened:
        yield opened
