"""A calendar feed of 2,000 open tasks, each with a legal date and another target.

The floor is the same rows fetched by the bare driver. A feed is slower the first time: each entry's
text is made once and kept.
"""

from __future__ import annotations

import sqlite3
import statistics
import tempfile
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from bench.table import Figure
from service import bootstrap
from service.application.actors import Actor
from service.application.application import Application
from service.application.commands.administering.import_directory import import_directory
from service.application.commands.feeds.create_feed import create_feed
from service.application.queries.feeds import feed_content
from service.application.records import Person
from service.web.notices.entries import feed_document
from tests.feeds.many import GROUP, NOW, add_tasks

TASKS = 2_000
READINGS = 20
MOST_MILLISECONDS = 300.0  # also the first time
PUBLIC_URL = "https://kelisim.example"
_BARE = "SELECT * FROM user_task JOIN instance ON instance.id = user_task.instance_id"


def feeds() -> list[Figure]:
    """Milliseconds of one reading on SQLite: the first one, and the middle one of the rest."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "feeds.sqlite3"
        with bootstrap.open_database(f"sqlite:///{file}", durable=False) as store:
            app = bootstrap.application(store)
            add_tasks(store, TASKS)
            person = Person("aigul", "Айгүл", "kk", (GROUP,))
            import_directory(app, bootstrap.INSTALLER, bootstrap.shipped_bodies(), [person], NOW)
            token = create_feed(app, Actor("aigul", frozenset({GROUP})), GROUP, NOW)[1]
            first, *rest = [_timed(lambda: _read(app, token)) for _ in range(READINGS)]
            size = len(_read(app, token))
        floor = statistics.median(_timed(lambda: _rows(file)) for _ in range(READINGS))
    note = f"{size / 1e6:.1f} MB"
    return [
        Figure(
            f"calendar feed of {TASKS} tasks, first", first, "ms", MOST_MILLISECONDS, floor, note
        ),
        Figure(
            f"calendar feed of {TASKS} tasks, later",
            statistics.median(rest),
            "ms",
            MOST_MILLISECONDS,
            floor,
        ),
    ]


def _read(app: Application, token: str) -> bytes:
    return feed_document(feed_content(app, token, NOW + timedelta(hours=1)), PUBLIC_URL)


def _rows(file: Path) -> int:
    connection = sqlite3.connect(file)
    try:
        return len(connection.execute(_BARE).fetchall())
    finally:
        connection.close()


def _timed(act: Callable[[], object]) -> float:
    begun = time.perf_counter()
    act()
    return (time.perf_counter() - begun) * 1000
