"""Many timers due at once: how many a second one scheduler process fires, each in a transaction.

Every timer is the first reminder of a body's submission on the delivered diagram. The floor replays
the statements that changed rows in the first firings, with the bare driver on a copy of the
database. PostgreSQL confirms each commit on the disk here, which the tests' databases do not.
"""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from bench.step import (
    Recorded,
    copy_file,
    copy_postgres,
    member,
    recording,
    replay_postgres,
    replay_sqlite,
)
from bench.table import Figure
from service import bootstrap, settings
from service.application import steps as s
from service.application.actors import SYSTEM
from service.application.application import Application
from service.application.commands.planning.open_cycle import open_cycle
from service.application.commands.running.deliver_messages import deliver_messages
from service.application.commands.running.fire_due_timers import fire_due_timers
from service.application.stepping import begin, step
from tests.postgres import fresh_database

RECORDED = 100  # firings whose writes are kept
TOGETHER = 500  # instances that are made in one transaction
OPENED = datetime.fromisoformat("2026-08-03T09:00:00+05:00")
DUE = datetime.fromisoformat("2026-08-14T09:00:00+05:00")  # the ladder's first rung
AT_ONCE = bootstrap.AT_ONCE
MOST_MS = 5.0  # a timer: 200 a second


def firing(number: int, postgres: str | None) -> list[Figure]:
    """Milliseconds a timer, and timers a second, of `number` due at once."""
    with tempfile.TemporaryDirectory(prefix="kelisim-bench-") as folder:
        file = Path(folder) / "bench.sqlite3"
        spent, recorded = _measure(f"sqlite:///{file}", number, lambda: copy_file(file))
        floor = replay_sqlite(file.with_suffix(".before"), recorded)
    figures = _figures("SQLite, durable", number, spent, floor)
    if postgres:
        with (
            fresh_database(postgres, durable=True) as url,
            fresh_database(postgres, durable=True) as floor_url,
        ):
            spent, recorded = _measure(url, number, lambda: copy_postgres(url, floor_url))
            floor = replay_postgres(floor_url, recorded)
        figures += _figures("PostgreSQL, durable", number, spent, floor)
    return figures


def _figures(where: str, number: int, spent: float, floor: list[float]) -> list[Figure]:
    low = statistics.mean(floor) * 1000
    each = spent / number * 1000
    return [
        Figure(f"{number} timers due at once, each ({where})", each, "ms", MOST_MS, low),
        Figure(f"timers fired per second ({where})", number / spent, "/s"),
    ]


def _measure(url: str, number: int, before: Callable[[], None]) -> tuple[float, Recorded]:
    """Seconds for all but the first ones, scaled to all; and what the first ones wrote."""
    with bootstrap.open_database(url) as store:
        app = bootstrap.application(store)
        diagrams = bootstrap.diagrams_in(settings.processes_dir())
        bootstrap.prepare(app, diagrams, bootstrap.shipped_forms(), (), OPENED)
        _open_submissions(app, number)
        store.close()  # a database is copied while nobody is connected
        before()
        with recording() as recorded:
            for _ in range(RECORDED):
                recorded.append([])
                fire_due_timers(app, DUE, limit=1)
        began = time.perf_counter()
        fired = _all_due(bootstrap.firing(app, store, limit=AT_ONCE))
        spent = time.perf_counter() - began
        with store.read() as work:
            assert work.incidents.all() == [], "a timer failed"
    # The cycle's own bodies have such a timer as well.
    assert fired >= number - RECORDED, f"only {fired} timers were due"
    return spent / fired * number, recorded


def _all_due(act: Callable[[datetime], int]) -> int:
    """As the scheduler does it: round after round, until nothing is due."""
    fired = 0
    while handled := act(DUE):
        fired += handled
    return fired


def _open_submissions(app: Application, number: int) -> None:
    """So many bodies' submissions, as the cycle's opening would start them."""
    cycle = open_cycle(app, member("MFA/consolidator"), 2026, OPENED)
    deliver_messages(app, OPENED)
    for first in range(0, number, TOGETHER):
        with app.store.write() as work:
            definition = work.definitions.latest("body_submission")
            assert definition is not None
            for body in (f"B{n}" for n in range(first, min(first + TOGETHER, number))):
                key = f"2026/{body}"
                instance = begin(work, definition, business_key=key, cycle_id=cycle.id, now=OPENED)
                variables = {"cycle_id": cycle.id, "cycle_year": 2026, "body": body}
                dates = {"submission_on": "2026-09-25", "commission_on": "2026-11-10"}
                started = s.Started({**variables, **dates}, "OpenSubmission")
                step(app, work, instance, started, actor=SYSTEM, now=OPENED)
            work.commit()
