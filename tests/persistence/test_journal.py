"""The journal: sealed on commit, append-only, and any change shows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict

import pytest
import sqlalchemy as sa

from service.application.records import SealedEntry
from service.domain.journal import GENESIS, Link, first_broken
from service.errors import WrongInput
from service.persistence.databases import engine_for, parsed
from service.persistence.store import SqlStore
from tests.persistence import samples


def _links(sealed: Sequence[SealedEntry]) -> list[Link]:
    return [Link(one.sequence, asdict(one.entry), one.previous_hash, one.hash) for one in sealed]


def _write(store: SqlStore, *subjects: str) -> None:
    with store.write() as work:
        for subject in subjects:
            work.journal.add(samples.journal_entry(subject=subject))
        work.commit()


def _tamper(url: str, statement: str, *, unlocked: bool) -> None:
    """Change the journal behind Kelisim's back, with the triggers off when `unlocked`."""
    engine = engine_for(parsed(url), durable=False)
    sqlite = engine.dialect.name == "sqlite"
    try:
        with engine.begin() as connection:
            if unlocked and sqlite:
                connection.exec_driver_sql("DROP TRIGGER journal_no_update")
                connection.exec_driver_sql("DROP TRIGGER journal_no_delete")
            elif unlocked:
                connection.exec_driver_sql("SET LOCAL session_replication_role = replica")
            connection.exec_driver_sql(statement)
    finally:
        engine.dispose()


def test_entries_are_sealed_in_their_order(store: SqlStore) -> None:
    _write(store, "a", "b")
    _write(store, "c")
    with store.read() as work:
        sealed = work.journal.sealed()
        assert [one.entry.subject for one in work.journal.sealed(after=1, limit=1)] == ["b"]
    assert [one.entry.subject for one in sealed] == ["a", "b", "c"]
    assert sealed[0].previous_hash == GENESIS
    assert sealed[0].entry.details == {"task": "task-1", "on": "2026-09-25", "share": 0.1}
    assert first_broken(_links(sealed)) is None


def test_nothing_is_sealed_before_the_commit(store: SqlStore) -> None:
    with store.write() as work:
        work.journal.add(samples.journal_entry())
        assert work.journal.sealed() == []


def test_details_must_be_plain_data(store: SqlStore) -> None:
    with store.write() as work, pytest.raises(WrongInput, match="journal cannot keep"):
        work.journal.add(samples.journal_entry(details={"what": object()}))


@pytest.mark.parametrize(
    "statement",
    ["UPDATE journal SET actor = 'nobody'", "DELETE FROM journal WHERE sequence = 2"],
)
def test_the_database_refuses_changes(store: SqlStore, database_url: str, statement: str) -> None:
    _write(store, "a", "b", "c")
    with pytest.raises(sa.exc.DBAPIError, match="append-only"):
        _tamper(database_url, statement, unlocked=False)
    with store.read() as work:
        assert first_broken(_links(work.journal.sealed())) is None


@pytest.mark.parametrize(
    ("statement", "broken_at"),
    [
        ("UPDATE journal SET actor = 'nobody' WHERE sequence = 2", 1),
        ("UPDATE journal SET details = '{}' WHERE sequence = 3", 2),
        ("DELETE FROM journal WHERE sequence = 1", 0),
        ("DELETE FROM journal WHERE sequence = 2", 1),
    ],
)
def test_tampering_shows(
    store: SqlStore, database_url: str, statement: str, broken_at: int
) -> None:
    _write(store, "a", "b", "c")
    _tamper(database_url, statement, unlocked=True)
    with store.read() as work:
        assert first_broken(_links(work.journal.sealed())) == broken_at


def test_a_lost_head_is_taken_from_the_journal(store: SqlStore, database_url: str) -> None:
    _write(store, "a")
    _tamper(database_url, "DELETE FROM journal_head", unlocked=False)
    _write(store, "b")
    with store.read() as work:
        sealed = work.journal.sealed()
    assert [one.sequence for one in sealed] == [1, 2]
    assert first_broken(_links(sealed)) is None
