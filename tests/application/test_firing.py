"""A timer that fails: it backs off, is told once, and holds up nobody."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import repeat

import pytest

from service import bootstrap
from service.application import records as r
from service.application import steps as s
from service.application.actors import Actor
from service.application.application import Application
from service.application.backoff import next_try
from service.application.commands.running.complete_user_task import complete_user_task
from service.application.commands.running.fire_due_timers import fire_due_timers
from service.errors import Conflict, DatabaseUnavailable
from tests.application.timing import (
    DUE,
    NOW,
    SICK,
    WELL,
    Defective,
    begins,
    incidents,
    installation,
    journal,
    next_due_at,
    told,
)

PAUSES = [
    *(timedelta(minutes=m) for m in (1, 5, 30)),
    *(timedelta(hours=h) for h in (2, 6, 24, 24)),
]


@pytest.fixture
def app(database_url: str) -> Iterator[Application]:
    with bootstrap.open_database(database_url, durable=False) as store:
        yield installation(store)


@pytest.fixture
def engine() -> Defective:
    return Defective()


@pytest.fixture
def defective(database_url: str, engine: Defective) -> Iterator[Application]:
    with bootstrap.open_database(database_url, durable=False) as store:
        yield installation(store, engine)


def test_the_pauses_grow_to_a_day() -> None:
    assert [next_try(n, NOW) - NOW for n in range(1, 8)] == PAUSES
    assert next_try(1_000_000, NOW) - NOW == timedelta(days=1)


def test_a_failing_timer_holds_up_no_other(app: Application) -> None:
    begins(app, SICK, "1", "2")
    begins(app, WELL, "3", now=NOW + timedelta(seconds=1))
    assert fire_due_timers(app, DUE + timedelta(seconds=1)) == 3
    assert told(app) == ["3"]
    assert fire_due_timers(app, DUE + timedelta(seconds=1)) == 0


def test_it_is_tried_again_after_growing_pauses(app: Application) -> None:
    begins(app, SICK, "1")
    now, tried = DUE, []
    for _ in PAUSES[:6]:
        assert fire_due_timers(app, now - timedelta(seconds=1)) == 0
        assert fire_due_timers(app, now) == 1
        again = next_due_at(app)
        assert again is not None
        tried.append(again - now)
        now = again
    assert tried == PAUSES[:6]


def test_one_incident_counts_the_failures(app: Application) -> None:
    begins(app, SICK, "1")
    last = fails_times(app, 3)
    (incident,) = incidents(app)
    assert (incident.element_id, incident.times) == ("Late", 3)
    assert (incident.occurred_at, incident.last_at) == (DUE, last)
    assert incident.resolved_at is None
    assert "'Told'" in incident.message


def test_the_journal_says_once_that_it_failed(app: Application) -> None:
    begins(app, SICK, "1")
    fails_times(app, 3)
    (entry,) = journal(app, "fire_timer")
    assert (entry.outcome, entry.subject, entry.details["timer"]) == ("failed", "1", "Late")


def test_success_resolves_the_incident(app: Application) -> None:
    begins(app, SICK, "1")
    fails_times(app, 2)
    late = DUE + timedelta(days=3)
    assert fire_due_timers(app, late) == 1
    (incident,) = incidents(app)
    assert (incident.times, incident.resolved_at) == (2, late)
    assert told(app) == ["1"]
    assert next_due_at(app) is None


def test_what_fails_after_that_is_another_incident(app: Application) -> None:
    begins(app, SICK, "1")
    fails_times(app, 1)
    with app.store.write() as work:
        instance = work.instances.find(SICK, "1")
        assert instance is not None
        work.incidents.resolve(instance.id, ["Late"], DUE)
        work.commit()
    again = next_due_at(app)
    assert again is not None
    fire_due_timers(app, again)
    assert [(each.times, each.resolved_at) for each in incidents(app)] == [(1, DUE), (1, None)]


def test_a_task_that_is_done_takes_the_incident_of_its_timer_along(app: Application) -> None:
    begins(app, SICK, "1")
    fails_times(app, 1)
    with app.store.read() as work:
        instance = work.instances.find(SICK, "1")
        assert instance is not None
        (task,) = work.user_tasks.open_of_instance(instance.id)
    reviewer = Actor("aigul", frozenset({"MFA/reviewer"}))
    complete_user_task(app, reviewer, task.id, {}, DUE + timedelta(minutes=1))
    (incident,) = incidents(app)
    assert incident.resolved_at == DUE + timedelta(minutes=1)
    assert next_due_at(app) is None


def test_a_defect_of_the_program_is_the_instances_failure(
    defective: Application, engine: Defective, caplog: pytest.LogCaptureFixture
) -> None:
    begins(defective, SICK, "1")
    begins(defective, WELL, "2")
    engine.defects = iter([ZeroDivisionError("secret of the machine")])
    with caplog.at_level(logging.ERROR):
        assert fire_due_timers(defective, DUE) == 2
    assert told(defective) == ["2"]
    (incident,) = incidents(defective)
    assert "ZeroDivisionError" in incident.message
    assert "secret" not in incident.message
    assert "secret of the machine" in caplog.text
    assert fire_due_timers(defective, DUE + timedelta(days=3)) == 1
    assert sorted(told(defective)) == ["1", "2"]


def test_a_database_that_is_gone_is_no_incident(defective: Application, engine: Defective) -> None:
    begins(defective, SICK, "1")
    engine.defects = iter([DatabaseUnavailable()])
    with pytest.raises(DatabaseUnavailable):
        fire_due_timers(defective, DUE)
    assert incidents(defective) == []
    assert next_due_at(defective) == DUE


def test_a_race_that_is_lost_is_run_again_at_once(
    defective: Application, engine: Defective
) -> None:
    begins(defective, SICK, "1")
    engine.defects = iter([Conflict(), Conflict()])
    fire_due_timers(defective, DUE + timedelta(days=3))
    assert (told(defective), incidents(defective)) == (["1"], [])


def test_a_race_that_is_lost_again_and_again_holds_up_nobody(
    defective: Application, engine: Defective
) -> None:
    begins(defective, SICK, "1")
    begins(defective, WELL, "2", now=NOW + timedelta(seconds=1))
    engine.defects = repeat(Conflict())
    fire_due_timers(defective, DUE + timedelta(seconds=1))
    assert told(defective) == ["2"]
    (incident,) = incidents(defective)
    assert (incident.element_id, incident.times) == ("Late", 1)


def test_a_timer_whose_instance_has_ended_is_gone(app: Application) -> None:
    begins(app, WELL, "1")
    with app.store.write() as work:
        instance = work.instances.find(WELL, "1")
        assert instance is not None
        work.instances.save(replace(instance, status="cancelled"))
        work.commit()
    assert fire_due_timers(app, DUE) == 1
    assert (told(app), next_due_at(app), incidents(app)) == ([], None, [])


def test_what_waits_to_be_planned_again_does_not_fire(app: Application) -> None:
    begins(app, WELL, "1", "2")
    with app.store.write() as work:
        other = work.instances.find(WELL, "2")
        assert other is not None
        change = r.CalendarChange(0, NOW, "admin", "№ 109", "replanning", 2)
        work.replanning.add_running(work.calendar_changes.add(change).id)
        work.replanning.clear(other.id)
        work.commit()
    fire_due_timers(app, DUE)
    assert told(app) == ["2"]


def test_several_schedulers_fire_each_timer_once(app: Application) -> None:
    keys = [str(n) for n in range(40)]
    begins(app, WELL, *keys)
    at_once = threading.Barrier(4)

    def schedules() -> None:
        at_once.wait(timeout=30)
        fire_due_timers(app, DUE)

    threads = [threading.Thread(target=schedules) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert sorted(told(app)) == sorted(keys)
    with app.store.read() as work:
        assert [each.status for each in map(work.instances.get, work.instances.running())] == [
            "running"
        ] * len(keys)


def test_a_clock_that_jumps_back_fires_nothing_again(app: Application) -> None:
    begins(app, WELL, "1", "2")
    fire_due_timers(app, DUE)
    begins(app, WELL, "3", now=DUE - timedelta(hours=1))
    assert fire_due_timers(app, DUE - timedelta(minutes=30)) == 0
    assert fire_due_timers(app, DUE) == 1
    assert sorted(told(app)) == ["1", "2", "3"]


def test_a_defect_met_by_a_message_holds_up_no_other(
    defective: Application, engine: Defective, caplog: pytest.LogCaptureFixture
) -> None:
    engine.at = s.Started
    engine.defects = iter([ZeroDivisionError("secret of the machine")])
    with caplog.at_level(logging.ERROR):
        begins(defective, SICK, "1")
    begins(defective, WELL, "2")
    (failed,) = journal(defective, "deliver_message")
    assert (failed.outcome, failed.subject) == ("failed", "1")
    assert "secret" not in failed.details["reason"]
    with defective.store.read() as work:
        assert len(work.instances.running()) == 1


def fails_times(app: Application, times: int) -> datetime:
    """Let the timer fail so often; when it last did."""
    tried = [DUE]
    for _ in range(times):
        assert fire_due_timers(app, tried[-1]) == 1
        again = next_due_at(app)
        assert again is not None
        tried.append(again)
    return tried[-2]
