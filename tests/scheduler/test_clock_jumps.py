"""A clock that jumps back an hour or forward a day, a laptop asleep over a weekend.

Real APScheduler, real database, real engine; only the wall clock is set, as somebody would set it
while the process runs. Nothing fires twice, nothing is lost.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from service import bootstrap, scheduler, settings
from service.application.application import Application
from service.persistence.store import SqlStore
from tests.scheduler.given import fired, running, until, waiting

FRIDAY = datetime(2026, 9, 25, 13, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only the watcher may notice the jumps: no sweep helps, and it looks more often."""
    monkeypatch.setattr(scheduler, "SWEEP_SECONDS", 30 * 86_400)
    monkeypatch.setattr(scheduler, "LOOK_SECONDS", 0.05)


@pytest.fixture
def wall() -> Iterator[time_machine.Traveller]:
    """The wall clock; it goes on ticking. `time.monotonic` is not touched."""
    with time_machine.travel(FRIDAY, tick=True) as traveller:
        yield traveller


def test_the_clock_jumps_forward_a_day(
    app: Application, store: SqlStore, wall: time_machine.Traveller
) -> None:
    tonight, tomorrow, monday = waiting(
        app, FRIDAY + timedelta(hours=3), FRIDAY + timedelta(hours=20), FRIDAY + timedelta(days=3)
    )
    with _scheduling(app, store):
        wall.move_to(FRIDAY + timedelta(days=1))
        # The first timer's notice, and the second timer that follows it by a second.
        until(lambda: running(app) == 1)
        assert fired(app)[tonight.id] == 1
        assert fired(app)[tomorrow.id] == 1
        assert fired(app)[monday.id] == 0
        wall.move_to(FRIDAY + timedelta(days=4))
        until(lambda: running(app) == 0)
    _each_once(app, 6)


def test_a_laptop_sleeps_over_the_weekend(
    app: Application, store: SqlStore, wall: time_machine.Traveller
) -> None:
    """Asleep, its monotonic clock stands still while the wall clock goes on."""
    waiting(app, *(FRIDAY + timedelta(hours=hours) for hours in range(1, 60)))
    with _scheduling(app, store):
        wall.move_to(FRIDAY + timedelta(days=2, hours=18))
        until(lambda: running(app) == 0)
    _each_once(app, 2 * 59)


def test_the_clock_jumps_back_an_hour(
    app: Application, store: SqlStore, wall: time_machine.Traveller
) -> None:
    """What fired stays fired; what is to come keeps its instant, and is looked at in time."""
    waiting(app, FRIDAY - timedelta(minutes=5), FRIDAY + timedelta(minutes=10))
    with _scheduling(app, store):
        until(lambda: running(app) == 1)
        wall.move_to(FRIDAY - timedelta(hours=1))
        # Due in the next seconds of the clock as it is now: an alarm that had stayed where it was
        # set would ring an hour late.
        waiting(app, FRIDAY - timedelta(hours=1) + timedelta(seconds=2))
        until(lambda: running(app) == 1)
        _each_once(app, 4)
        wall.move_to(FRIDAY + timedelta(minutes=11))
        until(lambda: running(app) == 0)
    _each_once(app, 6)


def test_the_alarm_itself_is_set_anew_when_the_clock_jumps_back(
    app: Application, store: SqlStore, wall: time_machine.Traveller
) -> None:
    """The timer was there before the jump, and nothing is committed after it."""
    hour_ago = FRIDAY - timedelta(hours=1)
    with _scheduling(app, store) as clockwork:
        waiting(app, FRIDAY + timedelta(hours=2))
        until(lambda: clockwork.status().lanes[0].next_run_at == FRIDAY + timedelta(hours=2))
        wall.move_to(hour_ago)
        # The sweep is counted from the clock as it is now.
        until(lambda: (clockwork.status().last_sweep_at or FRIDAY) < FRIDAY)
        wall.move_to(FRIDAY + timedelta(hours=2))
        until(lambda: running(app) == 0)
    _each_once(app, 2)


def test_a_clock_that_jumps_to_and_fro_fires_nothing_twice(
    app: Application, store: SqlStore, wall: time_machine.Traveller
) -> None:
    waiting(app, *(FRIDAY + timedelta(minutes=minutes) for minutes in range(20)))
    with _scheduling(app, store):
        for minutes in (5, -60, 12, -1440, 3, 10_000, 0, 10_000):
            wall.move_to(FRIDAY + timedelta(minutes=minutes))
            waiting(app, FRIDAY + timedelta(minutes=minutes))  # so that there is work each time
            until(lambda at=minutes: _nothing_due(app, at))  # type: ignore[misc]
        until(lambda: running(app) == 0)
    _each_once(app, 2 * 28)


def _nothing_due(app: Application, minutes: int) -> bool:
    with app.store.read() as work:
        due = work.timers.next_due_at()
    return due is None or due > FRIDAY + timedelta(minutes=minutes)


def _each_once(app: Application, timers: int) -> None:
    times = fired(app)
    assert len(times) == timers
    assert set(times.values()) == {1}


@contextmanager
def _scheduling(app: Application, store: SqlStore) -> Iterator[scheduler.Scheduler]:
    with bootstrap.scheduling(app, store, settings.read({})) as clockwork:
        until(lambda: _has_looked(clockwork))
        yield clockwork


def _has_looked(clockwork: scheduler.Scheduler) -> bool:
    """Whether the start is over, and only the alarm that is set now will ring."""
    status = clockwork.status()
    looked = all(lane.last_run_at and not lane.running for lane in status.lanes)
    return status.last_sweep_at is not None and looked
