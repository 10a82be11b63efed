"""A Kelisim whose diagrams wait."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from service import bootstrap, clock
from service.application.application import Application
from service.persistence.store import SqlStore, open_store
from tests.scheduler.given import deployed


@pytest.fixture
def store(database_url: str) -> Iterator[SqlStore]:
    """On an empty database, once on SQLite and once on PostgreSQL."""
    with open_store(database_url, migrate=False) as opened:
        yield opened


@pytest.fixture
def app(store: SqlStore) -> Application:
    return deployed(bootstrap.application(store), clock.now())
