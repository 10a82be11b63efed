"""Repeating timers, and what a new calendar does to waiting ones (engine-notes section 3)."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest

from service.application import steps as s
from service.domain.calendars import WorkingCalendar
from service.engine.definitions import compile_definition
from service.errors import StepFailed
from tests.domain.given import CALENDAR, moment, override
from tests.engine.playing import (
    NOON,
    Player,
    at,
    boundary,
    catch,
    caught_message,
    end,
    gateway,
    local,
    message_root,
    play,
    run,
    service,
    sub_process,
    timer,
    user,
)


def waiting(kind: str, text: str, **variables: Any) -> Player:
    """An instance that waits at one intermediate timer."""
    player = play(catch("T", timer(kind, text)), user("After"), flows="Begin>T>After>Done")
    return player.start(**variables)


def reminded(text: str, now: str = NOON, **variables: Any) -> Player:
    """A user task with one non-interrupting cycle timer, which asks for the effect `remind`."""
    player = play(
        user("A"),
        boundary("R", "A", timer("timeCycle", text), cancels=False),
        service("Remind", "remind"),
        end("Reminded"),
        flows="Begin>A>Done R>Remind>Reminded",
        now=now,
    )
    return player.start(**variables)


# --- cycles --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "fired"),
    [
        ("R3/P1D", ["08-04T12", "08-05T12", "08-06T12"]),
        ("R1/P1D", ["08-04T12"]),
        ("r2/p1d", ["08-04T12", "08-05T12"]),
        ("R0/P1D", []),
        ("R3/2026-09-01T09:00:00+05:00/P1D", ["09-01T09", "09-02T09", "09-03T09"]),
        ("R2/2026-09-01/P1D", ["09-01T23", "09-02T23"]),
        ("${ladder('2026-09-25', -3, -1, 0, 1)}", ["09-22T09", "09-24T09", "09-25T09", "09-28T09"]),
        ("${ladder('2026-09-25', 0, -3, at='10:00')}", ["09-22T10", "09-25T10"]),
        ("${each_working_day('2026-09-03', '2026-09-07', '08:00')}",
         ["09-03T08", "09-04T08", "09-07T08"]),
        ("${['2026-09-01', '2026-09-02T10:00:00+05:00']}", ["09-01T23", "09-02T10"]),
        ("${end_of('2026-09-01')}", ["09-01T23"]),
    ],
)  # fmt: skip
def test_each_rung_fires_once_at_its_instant(text: str, fired: list[str]) -> None:
    player, seen = reminded(text), []
    while player.timers:
        (due,) = player.timers.values()
        player.wake(due)
        seen.append(due[5:13])
    assert seen == fired
    assert player.effects == ["remind"] * len(fired)
    assert player.complete("A").completed


def test_an_endless_interval_goes_on() -> None:
    player = reminded("R/PT10M")
    dues = []
    for _ in range(20):
        (due,) = player.timers.values()
        dues.append(moment(due))
        player.wake(due)
    assert {b - a for a, b in pairwise(dues)} == {timedelta(minutes=10)}


def test_rungs_missed_during_an_outage_fire_once() -> None:
    player = reminded("${ladder('2026-09-25', -10, -5, -3, -1)}")
    player.wake("2026-09-23T00:00:00")  # three rungs are over
    assert player.effects == ["remind"]
    assert player.timers == {"R": "2026-09-24T09:00:00"}


def test_intervals_missed_during_an_outage_fire_once_and_keep_their_rhythm() -> None:
    endless = reminded("R/P1D").wake("2026-08-20T15:00:00")
    assert (endless.effects, endless.timers) == (["remind"], {"R": "2026-08-21T12:00:00"})
    counted = reminded("R5/P1D").wake("2026-08-06T13:00:00")  # three of five are over
    assert (counted.effects, counted.timers) == (["remind"], {"R": "2026-08-07T12:00:00"})
    counted.wake("2026-08-07T12:00:00").wake("2026-08-08T12:00:00")
    assert (counted.effects, counted.timers) == (["remind"] * 3, {})
    over = reminded("R3/P1D").wake("2026-12-01T00:00:00")
    assert (over.effects, over.timers) == (["remind"], {})


def test_rungs_before_the_arming_are_left_out() -> None:
    player = reminded("${ladder('2026-09-25', -30, -10, -3, -1)}", now="2026-09-21T12:00:00")
    assert (player.effects, player.timers) == ([], {"R": "2026-09-22T09:00:00"})
    exactly = reminded("${ladder('2026-09-25', -3, -1)}", now="2026-09-22T09:00:00")
    assert exactly.timers == {"R": "2026-09-24T09:00:00"}
    late = reminded("${ladder('2026-09-25', -3, -1)}", now="2026-12-01T00:00:00")
    assert (late.effects, late.timers) == ([], {})
    assert late.complete("A").completed


def test_a_ladder_does_not_hold_up_the_end() -> None:
    player = reminded("${ladder('2026-09-25', -3)}")
    assert player.complete("A").completed


def test_a_ladder_has_an_end() -> None:
    with pytest.raises(StepFailed, match="401 instants"):
        reminded("${rungs}", rungs=["2026-09-01"] * 401)


def test_completing_the_task_takes_its_timers_away() -> None:
    player = reminded("R/P1D")
    assert player.timers
    player.complete("A")
    assert (player.completed, player.timers) == (True, {})
    assert player.wake("2027-01-01T00:00:00").effects == []


# --- a new calendar ------------------------------------------------------------------------------


def test_a_new_day_off_moves_open_timers_from_their_anchor() -> None:
    player = waiting("timeDate", "${at(working_days_after(today(), 2), '09:00')}")
    assert player.timers == {"T": "2026-08-05T09:00:00"}
    player.now = "2026-08-04T10:00:00"  # today() stays the day of arming
    player.calendar_changed(("2026-08-05", "day_off"))
    assert player.timers == {"T": "2026-08-06T09:00:00"}
    player.calendar_changed()
    assert player.timers == {"T": "2026-08-05T09:00:00"}


def test_a_duration_does_not_move_with_the_calendar() -> None:
    player = waiting("timeDuration", "P2D")
    player.now = "2026-08-04T10:00:00"
    assert player.calendar_changed(("2026-08-05", "day_off")).timers == {"T": "2026-08-05T12:00:00"}
    repeating = reminded("R3/P1D")
    repeating.now = "2026-08-03T18:00:00"
    repeating.calendar_changed(("2026-08-04", "day_off"))
    assert repeating.timers == {"R": "2026-08-04T12:00:00"}


def test_fired_rungs_stay_fired_when_the_calendar_moves_them() -> None:
    player = reminded("${ladder('2026-09-25', -3, -2, -1)}").wake("2026-09-22T09:00:00")
    assert player.timers == {"R": "2026-09-23T09:00:00"}
    player.now = "2026-09-22T10:00:00"
    player.calendar_changed(("2026-09-24", "day_off"))  # -3 would be 21, -2: 22, -1: 23 September
    assert (player.effects, player.timers) == (["remind"], {"R": "2026-09-22T09:00:00"})
    player.wake()
    assert player.effects == ["remind", "remind"]  # -2 was due an hour ago; -3 is not repeated
    assert player.timers == {"R": "2026-09-23T09:00:00"}


def test_a_timer_that_the_new_calendar_puts_into_the_past_fires_when_woken_next() -> None:
    player = waiting("timeDate", "${end_of(working_days_before('2026-09-25', 3))}")
    player.now = "2026-09-22T10:00:00"
    assert player.timers == {"T": "2026-09-22T23:59:59"}
    player.calendar_changed(("2026-09-24", "day_off"))
    assert (player.open, player.timers) == ([], {"T": "2026-09-21T23:59:59"})
    assert player.wake().open == ["After"]


def test_a_new_calendar_moves_boundary_and_gateway_timers_too() -> None:
    due = "${end_of(working_days_after('2026-08-03', 2))}"
    player = play(
        gateway("parallel", "Fork"),
        user("A"),
        boundary("Late", "A", timer("timeDate", due)),
        gateway("eventBased", "G"),
        catch("M1", caught_message("M")),
        catch("T1", timer("timeDate", due)),
        sub_process(
            "Sub", user("In"), boundary("L2", "In", timer("timeDate", due)),
            flows="SubBegin>In>SubDone L2>SubDone",
        ),
        flows="Begin>Fork>A>Done Late>Done Fork>G G>M1>Done G>T1>Done Fork>Sub>Done",
        roots=message_root("M"),
    ).start()  # fmt: skip
    assert set(player.timers) == {"Late", "G", "L2"}
    assert set(player.timers.values()) == {"2026-08-05T23:59:59"}
    player.calendar_changed(("2026-08-04", "day_off"))
    assert set(player.timers.values()) == {"2026-08-06T23:59:59"}


def test_a_calendar_change_before_anything_is_armed_changes_nothing() -> None:
    player = play(user("A"), flows="Begin>A>Done").start()
    assert player.calendar_changed(("2026-08-05", "day_off")).open == ["A"]


def test_a_tasks_term_stays_anchored_to_the_day_it_was_opened() -> None:
    """`today()` in a due date is the day of opening, however much later the calendar changes."""
    due = "${end_of(working_days_after(today(), 3))}"
    player = play(user("A", dueDate=due), flows="Begin>A>Done").start()
    opened_at = {player.task_id("A"): at(player.now).now}
    day_off = WorkingCalendar(CALENDAR.base, [override("2026-08-05", "day_off")])
    later = at("2026-08-05T10:00:00", day_off)
    definition = compile_definition(player.xml)
    done = run(definition, player.state, s.CalendarChanged(opened_at), later)
    (kept,) = done.change.tasks_kept
    assert local(kept.due_at) == "2026-08-07T23:59:59"
