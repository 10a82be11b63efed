"""Schedulers that are killed and cut off at random: every timer fires exactly once.

Processes of their own, on a real database, by the command `kelisim scheduler`.
"""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import psycopg
import pytest

from service import bootstrap, clock
from service.application.application import Application
from service.persistence.store import SqlStore, open_store
from tests import postgres
from tests.scheduler.given import deployed, fired, journal, running, until, waiting
from tests.scheduler.processes import Process, ended

SEED = 20261122
LONGEST = 90  # seconds; far more than it takes


@pytest.fixture
def pg_store(_postgres_with_tables: str) -> Iterator[SqlStore]:
    postgres.empty_tables(_postgres_with_tables)
    url = f"{_postgres_with_tables}?application_name=onlooker"  # it is not cut off
    with open_store(url, migrate=False) as store:
        yield store


def test_four_schedulers_killed_and_cut_off_fire_1000_timers_once_each(
    pg_store: SqlStore, postgres_url: str, tmp_path: Path
) -> None:
    app = _installed(pg_store)
    chance = random.Random(SEED)
    with ended([Process(("scheduler",), tmp_path, postgres_url) for _ in range(4)]) as processes:
        for each in processes:
            each.started()
        _wait_for_two_timers_each(app, instances=500, seconds=8)

        def kill() -> None:
            place = chance.randrange(4)
            processes[place].killed()
            processes[place] = Process(("scheduler",), tmp_path, postgres_url)

        def cut() -> None:
            _cut_a_connection(postgres_url, chance)

        acts = [kill] * 10 + [cut] * 25
        chance.shuffle(acts)
        _while_they_work(app, acts, chance)
        processes[:] = [_started(each) for each in processes]
        assert [each.told_to_end() for each in processes] == [0, 0, 0, 0]
        logged = "".join(each.logged for each in processes)

    assert '"trace"' not in logged
    _everything_happened_once(app, instances=500)


def test_one_scheduler_on_sqlite_killed_again_and_again_fires_each_timer_once(
    tmp_path: Path, make_tables: Callable[[str], None]
) -> None:
    url = f"sqlite:///{tmp_path}/kelisim.sqlite3"
    make_tables(url)
    chance = random.Random(SEED)
    with open_store(url) as store:
        app = _installed(store)
        with ended([Process(("scheduler",), tmp_path, url).started()]) as processes:
            _wait_for_two_timers_each(app, instances=150, seconds=5)

            def kill() -> None:
                processes[0].killed()
                processes[0] = Process(("scheduler",), tmp_path, url).started()

            _while_they_work(app, [kill] * 4, chance)
            assert processes[0].told_to_end() == 0
            assert '"trace"' not in processes[0].logged
        _everything_happened_once(app, instances=150)


def _installed(store: SqlStore) -> Application:
    app = bootstrap.application(store)
    bootstrap.put_into_force(app, clock.now())
    return deployed(app, clock.now())


def _wait_for_two_timers_each(app: Application, *, instances: int, seconds: int) -> None:
    first = clock.now() + timedelta(seconds=1)
    waiting(app, *(first + timedelta(seconds=n % seconds) for n in range(instances)))


def _while_they_work(
    app: Application, acts: list[Callable[[], None]], chance: random.Random
) -> None:
    """One blow after the other, until all have fallen and every instance has ended."""
    pause = threading.Event()
    end = time.monotonic() + LONGEST
    at_work = 0
    for act in acts:
        pause.wait(chance.uniform(0.02, 0.5))
        at_work += running(app) > 0
        act()
    assert at_work >= len(acts) / 2, "most blows fell after the work"
    until(lambda: running(app) == 0, seconds=end - time.monotonic(), look=0.2)


def _started(process: Process) -> Process:
    """One whose very first connection was cut says so and ends; whoever watches starts it again."""
    until(lambda: "\n" in process.said or process.popen.poll() is not None, seconds=LONGEST)
    if process.popen.poll() is None:
        return process
    assert process.popen.returncode == 1
    assert process.logged.startswith("kelisim: The ")
    assert "connection" in process.logged
    return Process(process.arguments, process.home, process.url).started()


def _cut_a_connection(url: str, chance: random.Random) -> None:
    with psycopg.connect(url, autocommit=True) as admin:
        rows = admin.execute(
            "SELECT pid FROM pg_stat_activity WHERE datname = current_database() "
            "AND application_name = 'kelisim' ORDER BY pid"
        ).fetchall()
        if rows:
            admin.execute("SELECT pg_terminate_backend(%s)", chance.choice(rows))


def _everything_happened_once(app: Application, *, instances: int) -> None:
    times = fired(app)
    assert len(times) == 2 * instances
    assert set(times.values()) == {1}
    with app.store.read() as work:
        assert work.timers.next_due_at() is None
        assert work.incidents.all() == []
    assert len(journal(app, "notify")) == instances
    entries, broken, _ = bootstrap.first_broken_entry(app.store)
    assert broken is None
    assert entries >= 3 * instances
