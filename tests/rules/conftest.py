"""A world on an empty database, once on SQLite and once on PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from service.bootstrap import open_database
from tests.world import World


@pytest.fixture
def world(database_url: str) -> Iterator[World]:
    """An installation with the delivered diagrams and forms; nothing has happened yet."""
    with open_database(database_url, migrate=False, durable=False) as store:
        yield World(store)
