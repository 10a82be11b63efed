"""A world on an empty database, once on SQLite and once on PostgreSQL."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest

from service.application.ports import Store
from service.bootstrap import open_database
from tests.world import World

OpenStore = Callable[[str], Store]


@pytest.fixture(scope="session")
def open_server() -> Iterator[OpenStore]:
    """Stores on a server stay open for the session: their statements are compiled once."""
    opened: dict[str, Store] = {}
    with ExitStack() as at_the_end:

        def open_(url: str) -> Store:
            if url not in opened:
                store = open_database(url, migrate=False, durable=False)
                opened[url] = at_the_end.enter_context(store)
            return opened[url]

        yield open_


@pytest.fixture
def world(database_url: str, open_server: OpenStore) -> Iterator[World]:
    """An installation with the delivered diagrams and forms; nothing has happened yet."""
    if database_url.startswith("sqlite"):
        with open_database(database_url, migrate=False, durable=False) as store:
            yield World(store)
    else:
        yield World(open_server(database_url))
