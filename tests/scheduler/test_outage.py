"""The database goes away and comes back: the scheduler lives on and recovers within seconds."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from urllib.parse import urlsplit

import psycopg
import pytest
from psycopg import sql

from service import bootstrap, clock, settings
from service.persistence.store import open_store
from tests import postgres
from tests.scheduler.given import deployed, fired, running, until, waiting

RECOVERS = 10  # seconds


def test_postgresql_is_gone_for_a_while(
    postgres_server_url: str,
    make_tables: Callable[[str], None],
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Nobody is let in for some seconds, in which timers become due; then each fires, once."""
    with postgres.fresh_database(postgres_server_url) as url:
        make_tables(url)
        with (
            caplog.at_level(logging.INFO),
            open_store(url, migrate=False) as store,
            bootstrap.scheduling(
                deployed(bootstrap.application(store), clock.now()), store, settings.read({})
            ) as clockwork,
        ):
            app = bootstrap.application(store)
            due = clock.now() + timedelta(seconds=2)
            waiting(app, *[due] * 5)
            with _closed(postgres_server_url, url):
                until(lambda: len(clockwork.status().lanes[0].failing) > 1)
                until(lambda: clock.now() > due + timedelta(seconds=1))
            back = time.monotonic()
            until(lambda: len(fired(app)) >= 5, seconds=RECOVERS)
            assert time.monotonic() - back < RECOVERS
            until(lambda: running(app) == 0)
            until(lambda: not any(lane.failing for lane in clockwork.status().lanes))
            assert set(fired(app).values()) == {1}
            with store.read() as work:
                assert work.incidents.all() == []
    said = [each.message for each in caplog.records if each.name == "service.scheduler"]
    failures = [each for each in said if " failed: " in each]
    assert failures
    assert len(failures) == len(set(failures))
    assert len(failures) <= 8  # however often it was tried
    assert any("works again" in each for each in said)


@contextmanager
def _closed(server: str, url: str) -> Iterator[None]:
    """Nobody may connect to the database, and whoever is connected is thrown out."""
    name = urlsplit(url).path.strip("/")
    change = sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS {}")
    with psycopg.connect(server, autocommit=True) as admin:
        admin.execute(change.format(sql.Identifier(name), sql.SQL("false")))
        admin.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", (name,)
        )
        try:
            yield
        finally:
            admin.execute(change.format(sql.Identifier(name), sql.SQL("true")))
