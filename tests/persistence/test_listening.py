"""Who is told when something new waits: this process at its commit, others soon after."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager

import psycopg
import pytest

from service.application import records as r
from service.application.ports import Work
from service.errors import KelisimError
from service.persistence import listening
from service.persistence.prepared import AWAITED
from service.persistence.store import SqlStore, open_store
from tests.persistence import samples
from tests.persistence.samples import NOW

SECONDS = 20


@pytest.fixture
def told(store: SqlStore) -> list[str]:
    """One entry for each time that the store called back."""
    calls: list[str] = []
    store.on_waiting(lambda: calls.append("told"))
    return calls


WAITED_FOR: dict[str, Callable[[Work, int], object]] = {
    "timer": lambda work, owner: work.timers.add([r.Timer("t1", owner, "D", NOW)]),
    "timer_start": lambda work, _: work.timer_starts.put(r.TimerStart("annual_cycle", NOW, NOW)),
    "message": lambda work, _: work.messages.add([samples.message()]),
    "outbox": lambda work, owner: work.outbox.add([samples.outgoing(owner)]),
}


@pytest.mark.parametrize("table", WAITED_FOR)
def test_a_commit_with_something_to_wait_for_is_told(
    store: SqlStore, told: list[str], table: str
) -> None:
    owner = _owner(store)
    told.clear()
    with store.write() as work:
        WAITED_FOR[table](work, owner)
        assert told == []
        work.commit()
    assert told == ["told"]


def test_what_is_rolled_back_is_not_told(store: SqlStore, told: list[str]) -> None:
    with store.write() as work:
        work.messages.add([samples.message()])
    assert told == []


def test_other_commits_are_not_told(store: SqlStore, told: list[str]) -> None:
    with store.write() as work:
        work.cycles.add(samples.cycle())
        work.journal.add(samples.journal_entry())
        work.commit()
    assert told == []


def test_a_buffered_message_that_somebody_begins_to_wait_for_is_told(
    store: SqlStore, told: list[str]
) -> None:
    owner = _owner(store)
    with store.write() as work:
        work.messages.add([samples.message()])
        message = work.messages.claim_pending()
        assert message is not None
        work.messages.mark(message.id, "buffered")
        work.commit()
    told.clear()
    with store.write() as work:
        work.subscriptions.add([r.Subscription("s1", owner, message.name, "elsewhere")])
        work.commit()
    assert told == []
    with store.write() as work:
        work.subscriptions.add([r.Subscription("s2", owner, message.name, message.business_key)])
        work.commit()
    assert told == ["told"]


def test_it_is_told_when_nothing_is_locked_any_more(store: SqlStore) -> None:
    """Whoever is called may open a transaction of its own."""
    seen: list[int] = []

    def look() -> None:
        with store.read() as work:
            seen.append(len(work.incidents.all()))

    store.on_waiting(look)
    with store.write() as work:
        work.messages.add([samples.message()])
        work.commit()
    assert seen == [0]


def test_what_was_committed_is_told_though_the_command_failed_afterwards(
    store: SqlStore, told: list[str]
) -> None:
    def fail_after_commit() -> None:
        with store.write() as work:
            work.messages.add([samples.message()])
            work.commit()
            raise KelisimError("afterwards")

    with pytest.raises(KelisimError):
        fail_after_commit()
    assert told == ["told"]


def test_another_processs_commit_is_heard(database_url: str) -> None:
    with open_store(database_url, migrate=False) as here, _heard(here) as (heard, _):
        with open_store(database_url, migrate=False) as elsewhere, elsewhere.write() as work:
            work.messages.add([samples.message()])
            work.commit()
        assert heard.wait(SECONDS)


def test_the_triggers_notify_of_the_same_tables(
    postgres_store: SqlStore, postgres_url: str
) -> None:
    with psycopg.connect(postgres_url) as connection:
        rows = connection.execute(
            "SELECT event_object_table FROM information_schema.triggers "
            "WHERE event_manipulation = 'INSERT' AND trigger_name LIKE '%\\_notifies'"
        ).fetchall()
    assert {table for (table,) in rows} == AWAITED


def test_after_a_lost_connection_it_is_said_once_that_something_may_have_been_missed(
    postgres_store: SqlStore, postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listening, "FIRST_PAUSE", 0.01)
    with _heard(postgres_store) as (heard, connected):
        for _ in range(3):
            connected.clear()
            with psycopg.connect(postgres_url, autocommit=True) as admin:
                admin.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                    "WHERE datname = current_database() AND pid <> pg_backend_pid() "
                    "AND query LIKE 'LISTEN%'"
                )
            assert connected.wait(SECONDS)
        heard.clear()
        with postgres_store.write() as work:
            work.messages.add([samples.message()])
            work.commit()
        assert heard.wait(SECONDS)


def test_in_memory_there_is_nobody_else_to_hear() -> None:
    with open_store("sqlite://") as store, _heard(store) as (heard, _):
        with store.write() as work:
            work.messages.add([samples.message()])
            work.commit()
        assert not heard.is_set()


@contextmanager
def _heard(store: SqlStore) -> Iterator[tuple[threading.Event, threading.Event]]:
    """Listening, connected: what is set when something is heard, and at each connection."""
    heard, connected = threading.Event(), threading.Event()
    with closing(store.listen(heard.set, connected.set)):
        assert connected.wait(SECONDS)
        yield heard, connected


def _owner(store: SqlStore) -> int:
    with store.write() as work:
        owner = samples.running_instance(work).id
        work.commit()
    return owner
