"""A change of the calendar while thousands of instances run: the preview, and the batch."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from datetime import date
from pathlib import Path
from typing import TypeVar

from bench.table import Figure
from service import bootstrap
from service.application.commands.calendar.change_calendar import change_calendar
from service.application.commands.calendar.replan_instances import replan_instances
from service.application.queries.calendar.previews import preview_change
from service.domain.calendars import DAY_OFF, CalendarEdit, DayOverride
from tests.actors import concept
from tests.postgres import fresh_database
from tests.world import World

MOST_SECONDS = 10.0  # of a preview: somebody waits for the page
DAY_OFF_ON = DayOverride(date(2026, 10, 22), DAY_OFF, {"kk": "Демалыс", "ru": "Выходной"}, "№ 1")
_T = TypeVar("_T")


def replanning(instances: int, postgres: str | None) -> list[Figure]:
    """Seconds of a preview and milliseconds per instance of a batch, on both databases.

    The floor of the preview is the bare reading of the same rows.
    """
    with tempfile.TemporaryDirectory() as folder:
        figures = _measured(f"sqlite:///{Path(folder) / 'calendar.sqlite3'}", instances, "SQLite")
    if postgres:
        with fresh_database(postgres, durable=True) as url:
            figures += _measured(url, instances, "PostgreSQL, durable")
    return figures


def _measured(url: str, instances: int, name: str) -> list[Figure]:
    with ExitStack() as at_the_end:
        world = World(at_the_end.enter_context(bootstrap.open_database(url)))
        world.opens_cycle(2026).at("2026-09-10")
        for _ in range(instances - 2):  # beside the year's and the body's own
            world.body("MT").submits(concept())
        edit = CalendarEdit((DAY_OFF_ON,))
        _, floor = _timed(lambda: _read(world))
        preview, previewed = _timed(lambda: preview_change(world.app, edit, world.now))
        change_calendar(world.app, bootstrap.INSTALLER, edit.overrides, world.now, reason="№ 1")
        handled, replanned = _timed(lambda: replan_instances(world.app, world.now, limit=instances))
    note = f"{len(preview.moves)} dates move"
    return [
        Figure(
            f"preview at {preview.instances} instances, {name}",
            previewed,
            "s",
            MOST_SECONDS,
            floor,
            note,
        ),
        Figure(f"planning one instance again, {name}", replanned / handled * 1000, "ms"),
    ]


def _read(world: World) -> None:
    last = 0
    with world.app.store.read() as work:
        while batch := work.replanning.open_work(last, 500):
            last = batch[-1].instance.id


def _timed(work: Callable[[], _T]) -> tuple[_T, float]:
    started = time.perf_counter()
    found = work()
    return found, time.perf_counter() - started
