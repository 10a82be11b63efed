"""Several processes at once: one batch is planned by all of them, each instance once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from threading import Barrier

import pytest

from service import bootstrap
from service.application.commands.calendar.change_calendar import change_calendar
from service.application.commands.calendar.replan_instances import replan_instances
from service.application.queries.calendar.changes import change_view, newest_changes
from service.application.starting import plan_start
from service.domain.calendars import DAY_OFF, DayOverride
from service.errors import Conflict
from service.persistence.store import SqlStore, open_store
from tests.actors import concept
from tests.world import World, instant, when

OFF = DayOverride(date(2026, 9, 25), DAY_OFF, {"kk": "Демалыс", "ru": "Выходной"}, "№ 1")
OTHER = DayOverride(date(2026, 9, 24), DAY_OFF, {"kk": "Демалыс", "ru": "Выходной"}, "№ 2")
CONCEPTS = 30
LONGEST = 60  # seconds


@pytest.fixture
def two(database_url: str, world: World) -> Iterator[tuple[World, SqlStore]]:
    """A year with many instances, and a second process's view of its database."""
    world.opens_cycle(2026).at("2026-09-10")
    for _ in range(CONCEPTS):
        world.body("MT").files(concept())
    with open_store(database_url, migrate=False) as second:
        yield world, second


def test_two_schedulers_plan_one_batch_each_instance_once(two: tuple[World, SqlStore]) -> None:
    world, second = two
    change = change_calendar(world.app, bootstrap.INSTALLER, [OFF], world.now, reason="№ 1")
    assert change is not None
    begin = Barrier(2)

    def drain(app: bootstrap.Application) -> int:
        begin.wait(LONGEST)
        return replan_instances(app, world.now)

    with ThreadPoolExecutor(2) as pool:
        apps = (world.app, bootstrap.application(second))
        handled = [run.result(LONGEST) for run in [pool.submit(drain, app) for app in apps]]
    while replan_instances(world.app, world.now):
        pass
    found = change_view(world.app, change.id)
    assert sum(handled) == change.instances == CONCEPTS + 2
    assert (found.change.status, found.waiting) == ("done", 0)
    moved = Counter((m.instance_id, m.kind, m.element_id) for m in found.moves)
    assert set(moved.values()) == {1}
    assert len(world.journal("finish_replanning")) == 1
    assert world.journal_is_intact()


def test_of_two_changes_of_one_preview_one_wins(two: tuple[World, SqlStore]) -> None:
    world, second = two
    from service.application.queries.calendar.previews import preview_change  # noqa: PLC0415
    from service.domain.calendars import CalendarEdit  # noqa: PLC0415

    tokens = {
        override: preview_change(world.app, CalendarEdit((override,)), world.now).token
        for override in (OFF, OTHER)
    }
    begin = Barrier(2)

    def change(app: bootstrap.Application, override: DayOverride) -> str:
        begin.wait(LONGEST)
        try:
            change_calendar(
                app,
                bootstrap.INSTALLER,
                [override],
                world.now,
                reason="x",
                previewed=tokens[override],
            )
        except Conflict:
            return "refused"
        return "done"

    with ThreadPoolExecutor(2) as pool:
        pairs = ((world.app, OFF), (bootstrap.application(second), OTHER))
        results = [run.result(LONGEST) for run in [pool.submit(change, *pair) for pair in pairs]]
    assert sorted(results) == ["done", "refused"]
    assert len(newest_changes(world.app, 10)) == 1


@pytest.mark.usefixtures("_postgres_with_tables")
def test_a_change_waits_for_instances_that_are_being_begun(postgres_url: str) -> None:
    """Else one that is not stored yet would keep the old calendar, and nobody would know it."""
    from tests import postgres  # noqa: PLC0415

    postgres.empty_tables(postgres_url)
    url = postgres_url.replace("postgresql://", "postgresql+psycopg://", 1)
    with open_store(url, migrate=False) as store, ThreadPoolExecutor(1) as pool:
        world = World(store).opens_cycle(2026).at("2026-09-10")
        with store.write() as work:
            work.calendar_overrides.hold()  # as `begin` does before the first step
            changing = pool.submit(
                change_calendar, world.app, bootstrap.INSTALLER, [OFF], world.now, reason="№ 1"
            )
            with pytest.raises(TimeoutError):
                changing.result(0.5)
            work.commit()
        assert changing.result(LONGEST) is not None
        replan_instances(world.app, world.now)
        task = world.body("MT").tasks()["UserTask_PrepareProposals"]
        assert when(task.due_at) == "2026-09-28 23:59:59"
        assert world.now == instant("2026-09-10")


@pytest.mark.usefixtures("_postgres_with_tables")
def test_a_change_waits_for_a_yearly_start_that_is_being_planned(postgres_url: str) -> None:
    """Else the date of the next opening would be that of the old calendar."""
    from tests import postgres  # noqa: PLC0415

    postgres.empty_tables(postgres_url)
    url = postgres_url.replace("postgresql://", "postgresql+psycopg://", 1)
    off = replace(OFF, on=date(2026, 8, 3))
    with open_store(url, migrate=False) as store, ThreadPoolExecutor(1) as pool:
        world = World(store).at("2026-07-01")
        with store.write() as work:
            definition = work.definitions.latest("annual_cycle")
            assert definition is not None
            plan_start(world.app, work, definition, world.now)
            changing = pool.submit(
                change_calendar, world.app, bootstrap.INSTALLER, [off], world.now, reason="№ 1"
            )
            with pytest.raises(TimeoutError):
                changing.result(0.5)
            work.commit()
        assert changing.result(LONGEST) is not None
        replan_instances(world.app, world.now)
        with store.read() as work:
            start = work.timer_starts.get("annual_cycle")
        assert start is not None
        assert when(start.due_at) == "2026-08-04 09:00:00"
