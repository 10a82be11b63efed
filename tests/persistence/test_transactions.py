"""One work is one transaction: all of it or nothing."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace

import pytest

from service.application.ports import Work
from service.errors import Conflict, KelisimError
from service.persistence.store import SqlStore, open_store
from tests.persistence import samples
from tests.persistence.samples import NOW


def _cycle(store: SqlStore) -> int:
    with store.write() as work:
        number = work.cycles.add(samples.cycle()).id
        work.commit()
    return number


def test_leaving_without_commit_rolls_back(store: SqlStore) -> None:
    with store.write() as work:
        work.cycles.add(samples.cycle())
        work.journal.add(samples.journal_entry())
    with store.read() as work:
        assert work.cycles.of_year(2026) is None
        assert work.journal.sealed() == []


def test_an_exception_rolls_back(store: SqlStore) -> None:
    with pytest.raises(LookupError), store.write() as work:
        work.cycles.get(work.cycles.add(samples.cycle()).id + 1)
    with store.read() as work:
        assert work.cycles.of_year(2026) is None


def test_a_commit_stays(store: SqlStore) -> None:
    number = _cycle(store)
    with store.read() as work:
        assert work.cycles.get(number).year == 2026


@pytest.mark.parametrize(
    "use",
    [
        lambda work: work.cycles.of_year(2026),
        lambda work: work.journal.add(samples.journal_entry()),
        lambda work: work.commit(),
    ],
)
def test_a_work_that_ended_refuses(store: SqlStore, use: Callable[[Work], object]) -> None:
    with store.write() as committed:
        committed.commit()
        with pytest.raises(RuntimeError, match="has ended"):
            use(committed)
    with store.write() as left:
        pass
    with pytest.raises(RuntimeError, match="has ended"):
        use(left)


def test_reading_cannot_commit(store: SqlStore) -> None:
    with store.read() as work, pytest.raises(RuntimeError, match="cannot commit"):
        work.commit()


def test_what_was_changed_meanwhile_is_a_conflict(store: SqlStore) -> None:
    with store.write() as work:
        read = samples.running_instance(work)
        work.commit()
    with store.write() as work:
        work.instances.save(replace(read, state=b"first"))
        work.commit()
    with pytest.raises(Conflict, match="try again"), store.write() as work:
        work.instances.save(replace(read, state=b"second"))
    with store.read() as work:
        assert work.instances.get(read.id).state == b"first"


def test_what_must_be_unique_is_a_conflict(store: SqlStore) -> None:
    _cycle(store)
    with pytest.raises(Conflict, match="database refused"), store.write() as work:
        work.cycles.add(samples.cycle())
    with pytest.raises(Conflict, match="database refused"), store.write() as work:
        work.instances.add(samples.instance(definition_id=999))


def test_numbers_of_concepts_are_unique_once_given(store: SqlStore) -> None:
    with store.write() as work:
        owner = samples.running_instance(work).id
        year = work.cycles.add(samples.cycle()).id
        for doc_number in ("1", "2"):
            work.concepts.add(samples.concept(year, owner, doc_number=doc_number))
        work.concepts.add(samples.concept(year, owner, doc_number="3", number="N1"))
        work.commit()
    with pytest.raises(Conflict), store.write() as work:
        work.concepts.add(samples.concept(year, owner, doc_number="4", number="N1"))


def test_values_a_database_cannot_keep_are_told(store: SqlStore) -> None:
    with pytest.raises(KelisimError, match="cannot be stored"), store.write() as work:
        work.calendar_overrides.add([{"on": object()}])


def test_two_threads_count_to_a_hundred(store: SqlStore) -> None:
    number = _cycle(store)
    given: list[int] = []

    def count() -> None:
        for _ in range(50):
            with store.write() as work:
                given.append(work.cycles.next_number(number))
                work.journal.add(samples.journal_entry())
                work.commit()

    _run_at_once(count, count)
    assert sorted(given) == list(range(1, 101))
    with store.read() as work:
        assert work.cycles.get(number).last_number == 100
        assert [one.sequence for one in work.journal.sealed()] == list(range(1, 101))


def test_readers_do_not_wait_for_a_writer(store: SqlStore) -> None:
    number = _cycle(store)
    with store.write() as writing:
        writing.cycles.change(number, status="closed")
        with store.read() as reading:
            assert reading.cycles.get(number).status == "collecting"


def test_in_memory_all_share_one_database() -> None:
    with open_store("sqlite://") as store:
        number = _cycle(store)
        seen: list[int] = []

        def look() -> None:
            with store.read() as work:
                seen.append(work.cycles.get(number).year)

        _run_at_once(look, look)
        assert seen == [2026, 2026]
        with (
            store.write(),
            pytest.raises(RuntimeError, match="open transaction"),
            store.read(),
        ):
            pass


def test_two_stores_of_one_file_take_turns(tmp_path: object) -> None:
    url = f"sqlite:///{tmp_path}/one.sqlite3"
    with (
        open_store(url) as first,
        open_store(url, durable=False) as second,
        first.write(),
        pytest.raises(RuntimeError, match="open transaction"),
        second.write(),
    ):
        pass


def test_two_connections_claim_different_timers(postgres_store: SqlStore) -> None:
    from service.application.records import Timer  # noqa: PLC0415

    with postgres_store.write() as work:
        one, two = (samples.running_instance(work).id for _ in range(2))
        work.timers.add([Timer("t1", one, "D", NOW), Timer("t2", one, "D", NOW)])
        work.timers.add([Timer("t3", two, "D", NOW)])
        work.commit()
    with postgres_store.write() as first, postgres_store.write() as second:
        assert _id(first.timers.claim_due(NOW)) == "t1"
        # t2 is of the instance that the first one holds: whoever took it would wait for it.
        assert _id(second.timers.claim_due(NOW)) == "t3"
        with postgres_store.write() as third:
            assert third.timers.claim_due(NOW) is None
            assert third.timers.next_due_at() == NOW


def test_two_connections_claim_different_messages(postgres_store: SqlStore) -> None:
    with postgres_store.write() as work:
        work.messages.add([samples.message(), samples.message()])
        work.commit()
    with postgres_store.write() as first, postgres_store.write() as second:
        claimed = [_id(first.messages.claim_pending()), _id(second.messages.claim_pending())]
        assert len(set(claimed)) == 2
        with postgres_store.write() as third:
            assert third.messages.claim_pending() is None


def test_a_message_buffered_while_somebody_begins_to_wait_is_found(
    postgres_store: SqlStore,
) -> None:
    """Neither transaction sees the other: the message would sleep for ever."""
    from service.application.records import Subscription  # noqa: PLC0415

    with postgres_store.write() as work:
        owner = samples.running_instance(work).id
        work.messages.add([samples.message()])
        work.commit()
    with postgres_store.write() as delivering, postgres_store.write() as waiting:
        message = delivering.messages.claim_pending()
        assert message is not None
        assert delivering.subscriptions.find(message.name, message.business_key) is None
        waiting.subscriptions.add([Subscription("s1", owner, message.name, message.business_key)])
        waiting.commit()
        delivering.messages.mark(message.id, "buffered")
        delivering.commit()
    with postgres_store.write() as work:
        assert work.messages.claim_pending() == message


def test_rows_may_refer_to_a_locked_instance(postgres_store: SqlStore) -> None:
    with postgres_store.write() as work:
        owner = samples.running_instance(work).id
        work.commit()
    with postgres_store.write() as locking, postgres_store.write() as referring:
        locking.instances.lock(owner)
        referring.outbox.add([samples.outgoing(owner)])
        referring.commit()


def _id(claimed: object) -> object:
    assert claimed is not None
    if isinstance(claimed, tuple):  # a timer with its instance
        claimed = claimed[0]
    return getattr(claimed, "id")  # noqa: B009 - timers and messages alike


def _run_at_once(*jobs: Callable[[], None]) -> None:
    failures: list[BaseException] = []

    def guarded(job: Callable[[], None]) -> None:
        try:
            job()
        except BaseException as error:  # noqa: BLE001 - handed on to the test's thread
            failures.append(error)

    threads = [threading.Thread(target=guarded, args=(job,)) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert failures == []
