"""A PostgreSQL server that went away and came back."""

from __future__ import annotations

import psycopg
import pytest

from service.errors import KelisimError
from service.persistence import databases
from service.persistence.store import SqlStore
from tests.persistence import samples


def _end_all_connections(url: str) -> None:
    with psycopg.connect(url, autocommit=True) as admin:
        admin.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


def test_an_idle_connection_is_replaced_unseen(
    postgres_store: SqlStore, postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(databases, "IDLE_SECONDS", 0.0)
    _end_all_connections(postgres_url)
    with postgres_store.write() as work:
        work.cycles.add(samples.cycle())
        work.commit()


def test_one_just_used_fails_once(postgres_store: SqlStore, postgres_url: str) -> None:
    _end_all_connections(postgres_url)
    with (
        pytest.raises(KelisimError, match=r"was lost .*nothing was changed"),
        postgres_store.write() as work,
    ):
        work.cycles.add(samples.cycle())
    with postgres_store.write() as work:
        assert work.cycles.of_year(2026) is None


def test_losing_it_in_the_middle_changes_nothing(
    postgres_store: SqlStore, postgres_url: str
) -> None:
    def lose_it() -> None:
        with postgres_store.write() as work:
            work.cycles.add(samples.cycle())
            _end_all_connections(postgres_url)
            work.commit()

    with pytest.raises(KelisimError, match="was lost"):
        lose_it()
    with postgres_store.read() as work:
        assert work.cycles.of_year(2026) is None
