"""What is stored of the calendar, and how it is found."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Select

from service.application import records as r
from service.errors import NotFound
from service.persistence.databases import engine_for, parsed
from service.persistence.repositories import planning_calendar
from service.persistence.store import SqlStore, migrate, open_store
from tests.persistence import samples

NOW = datetime(2026, 9, 21, 5, tzinfo=UTC)
CHANGE = r.CalendarChange(0, NOW, "aigul", "№ 109", "replanning", 0)


@pytest.fixture
def store(database_url: str) -> Iterator[SqlStore]:
    with open_store(database_url, migrate=False) as opened:
        yield opened


def test_changes_come_back_newest_first_and_page_by_page(store: SqlStore) -> None:
    with store.write() as work:
        stored = [work.calendar_changes.add(CHANGE) for _ in range(3)]
        work.calendar_changes.change(stored[0].id, status="done", finished_at=NOW)
        work.commit()
    with store.read() as work:
        assert [each.id for each in work.calendar_changes.newest(2)] == [stored[2].id, stored[1].id]
        assert [c.id for c in work.calendar_changes.newest(2, before=stored[1].id)] == [
            stored[0].id
        ]
        assert work.calendar_changes.get(stored[0].id).finished_at == NOW
        assert [c.id for c in work.calendar_changes.unfinished()] == [stored[1].id, stored[2].id]
        with pytest.raises(NotFound):
            work.calendar_changes.get(99)


def test_a_year_has_the_last_status_it_was_given(store: SqlStore) -> None:
    with store.write() as work:
        change = work.calendar_changes.add(CHANGE)
        for status in ("announced", "confirmed"):
            work.calendar_changes.put_year(r.CalendarYear(2027, status, "№ 1", change.id))
        work.commit()
    with store.read() as work:
        assert work.calendar_changes.years() == [
            r.CalendarYear(2027, "confirmed", "№ 1", change.id)
        ]


def test_moves_are_kept_with_their_change_and_counted(store: SqlStore) -> None:
    names = {"kk": "Мерзім", "ru": "Срок"}
    later = NOW + timedelta(days=1)
    with store.write() as work:
        change = work.calendar_changes.add(CHANGE)
        moves = [
            r.CalendarMove(0, change.id, 7, kind, "T", "2026/MT", names, NOW, later)
            for kind in ("task", "timer", "timer")
        ]
        work.calendar_changes.add_moves(moves)
        work.commit()
    with store.read() as work:
        first, *rest = work.calendar_changes.moves(change.id, after=0, limit=10)
        assert (first.kind, first.names, first.from_at, first.to_at) == ("task", names, NOW, later)
        assert work.calendar_changes.moves(change.id, after=first.id, limit=10) == rest
        assert work.calendar_changes.count_moves(change.id) == {"task": 1, "timer": 2}


def test_an_override_knows_the_change_that_brought_it(store: SqlStore) -> None:
    with store.write() as work:
        change = work.calendar_changes.add(CHANGE)
        work.calendar_overrides.add([{"date": "2026-09-24"}])
        work.calendar_overrides.add([{"date": "2026-09-25"}], change.id)
        work.commit()
    with store.read() as work:
        assert work.calendar_overrides.brought_by() == {"2026-09-25": change.id}
        assert work.calendar_overrides.of_change(change.id) == [{"date": "2026-09-25"}]


def test_an_instance_waits_until_it_is_cleared_of_all_its_changes(store: SqlStore) -> None:
    with store.write() as work:
        instance = samples.running_instance(work)
        changes = [work.calendar_changes.add(CHANGE).id for _ in range(2)]
        assert [work.replanning.add_running(each) for each in changes] == [1, 1]
        assert work.calendar_changes.claim_unfinished() == []
        assert work.replanning.claim() == instance.id
        assert work.replanning.clear(instance.id) == changes
        assert work.replanning.claim() is None
        assert [each.id for each in work.calendar_changes.claim_unfinished()] == changes


def test_open_work_comes_in_order_with_what_waits(store: SqlStore) -> None:
    with store.write() as work:
        one, two = samples.running_instance(work), samples.running_instance(work)
        work.timers.add([r.Timer("t1", two.id, "Deadline", NOW)])
        work.commit()
    with store.read() as work:
        found = work.replanning.open_work(0, 10)
        assert [each.instance.id for each in found] == [one.id, two.id]
        assert [timer.id for timer in found[1].timers] == ["t1"]
        assert work.replanning.open_work(one.id, 10) == [found[1]]
        assert work.replanning.open_work(two.id, 10) == []


@pytest.mark.parametrize(
    "statement",
    [planning_calendar._CLAIM, planning_calendar._NEXT_INSTANCES, planning_calendar._MOVES],
    ids=["claim", "instances", "moves"],
)
def test_nothing_is_sorted_however_many_wait(tmp_path: Path, statement: Select) -> None:  # type: ignore[type-arg]
    url = f"sqlite:///{tmp_path}/plans.sqlite3"
    migrate(url)
    engine = engine_for(parsed(url), durable=False)
    with engine.connect() as connection:
        compiled = statement.compile(engine)
        values = tuple(1 for _ in compiled.positiontup or ())
        plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {compiled}", values)
        told = " ".join(str(row) for row in plan)
    engine.dispose()
    assert "TEMP B-TREE" not in told
