"""The pages on a real database, twice: SQLite and PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from service.persistence.store import SqlStore, open_store
from tests.web.browser import Site


@pytest.fixture
def store(database_url: str) -> Iterator[SqlStore]:
    with open_store(database_url, migrate=False) as opened:
        yield opened


@pytest.fixture
def site(store: SqlStore) -> Site:
    """Pages without a planning year."""
    return Site(store)
