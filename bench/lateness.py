"""How late timers fire: from the instant they are due to their commit, by the real clock.

The real scheduler with everything it drives, on an idle machine. Instants are whole seconds, as all
of Kelisim's are (docs/adr/0003), so those of one second wait for each other. The floor is
APScheduler alone: how late it begins a date job that does nothing, in the same run.
"""

from __future__ import annotations

import statistics
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from apscheduler.schedulers.background import BackgroundScheduler

from bench.table import Figure
from service import bootstrap, clock, logs, settings
from service.application.commands.running import fire_due_timers as firing
from tests.postgres import fresh_database
from tests.scheduler.given import ONE_WAIT, deployed, waiting

TIMERS, INSTANTS = 200, 40
BEFORE = timedelta(seconds=4)  # for what has to be made before the first one is due
MOST_MS = 50.0
LONGEST = 120  # seconds


def lateness(postgres: str | None) -> list[Figure]:
    """p50 and p99 of 200 timers, on SQLite, and on PostgreSQL where given."""
    logs.configure("warning")
    with tempfile.TemporaryDirectory(prefix="kelisim-bench-") as folder:
        figures = _figures("SQLite, durable", f"sqlite:///{Path(folder) / 'bench.sqlite3'}")
    if postgres:
        with fresh_database(postgres, durable=True) as url:
            figures += _figures("PostgreSQL, durable", url)
    return figures


def _figures(where: str, url: str) -> list[Figure]:
    floor, late = _measure(url)
    low = [statistics.median(floor), _p99(floor)]
    return [
        Figure(f"lateness of a timer, p50 ({where})", statistics.median(late), "ms", None, low[0]),
        Figure(f"lateness of a timer, p99 ({where})", _p99(late), "ms", MOST_MS, low[1]),
    ]


def _measure(url: str) -> tuple[list[float], list[float]]:
    """Milliseconds of lateness: of bare date jobs, and of timers."""
    with bootstrap.open_database(url) as store:
        app = deployed(bootstrap.application(store), clock.now())
        first = clock.now() + BEFORE
        due = [first + timedelta(seconds=n % INSTANTS) for n in range(TIMERS)]
        waiting(app, *due, process=ONE_WAIT)
        with (
            _bare_jobs(sorted(set(due))) as begun,
            _commits(TIMERS) as (commits, all_of_them),
            bootstrap.scheduling(app, store, settings.read({})),
        ):
            assert all_of_them.wait(LONGEST), f"{len(commits)} timers fired"
    pairs = zip(sorted(commits), sorted(due), strict=True)
    late = [(at - each.timestamp()) * 1000 for at, each in pairs]
    return begun, late


@contextmanager
def _bare_jobs(due: list[datetime]) -> Iterator[list[float]]:
    """APScheduler alone; the list fills with how late, in milliseconds, each job began."""
    late: list[float] = []
    jobs = BackgroundScheduler(timezone=UTC)
    for each in due:
        begun = each.timestamp()
        jobs.add_job(lambda at=begun: late.append((time.time() - at) * 1000), "date", run_date=each)
    jobs.start()
    try:
        yield late
    finally:
        jobs.shutdown()


@contextmanager
def _commits(number: int) -> Iterator[tuple[list[float], threading.Event]]:
    """The wall clock after each commit by which a timer fired; set when there are so many."""
    commits: list[float] = []
    all_of_them = threading.Event()
    original = vars(firing)["_handle_one"]

    def handle_one(*arguments: Any) -> bool:
        fired: bool = original(*arguments)
        if fired:
            commits.append(time.time())
            if len(commits) == number:
                all_of_them.set()
        return fired

    vars(firing)["_handle_one"] = handle_one
    try:
        yield commits, all_of_them
    finally:
        vars(firing)["_handle_one"] = original


def _p99(values: list[float]) -> float:
    return statistics.quantiles(values, n=100, method="inclusive")[-1]
