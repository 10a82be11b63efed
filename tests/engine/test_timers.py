"""Timers: told the time, precise to the second, remembered (engine-notes section 3)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from service.engine.timers import duration_of
from service.errors import LimitExceeded, StepFailed
from tests.domain.given import moment
from tests.engine.lint.given import codes, examine
from tests.engine.playing import (
    Player,
    boundary,
    catch,
    caught_message,
    end,
    gateway,
    local,
    message_root,
    play,
    script,
    service,
    sub_process,
    timer,
    user,
    when,
)


def waiting(kind: str, text: str, **variables: Any) -> Player:
    """An instance that waits at one intermediate timer."""
    player = play(catch("T", timer(kind, text)), user("After"), flows="Begin>T>After>Done")
    return player.start(**variables)


# --- literals as modellers write them ------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "text", "due"),
    [
        ("timeDuration", "PT1H", "2026-08-03T13:00:00"),
        ("timeDuration", "PT90S", "2026-08-03T12:01:30"),
        ("timeDuration", "P1M2DT3H4M5S", "2026-09-05T15:04:05"),
        ("timeDuration", "P2W", "2026-08-17T12:00:00"),
        ("timeDuration", "P1Y", "2027-08-03T12:00:00"),
        ("timeDuration", " PT1H\n", "2026-08-03T13:00:00"),
        ("timeDate", "2026-09-25", "2026-09-25T23:59:59"),
        ("timeDate", "2026-09-25T18:00:00", "2026-09-25T18:00:00"),
        ("timeDate", "2026-09-25T18:00:00+05:00", "2026-09-25T18:00:00"),
        ("timeDate", "2026-09-25T18:00:00Z", "2026-09-25T23:00:00"),
        ("timeDate", "2026-09-25T18:00:00.999+05:00", "2026-09-25T18:00:00"),
        ("timeDuration", "${wait}", "2026-08-03T14:00:00"),
        ("timeDuration", "#{ wait }", "2026-08-03T14:00:00"),
        ("timeDate", "${'2026-09-25'}", "2026-09-25T23:59:59"),
        ("timeDate", "${month_day('09-25')}", "2026-09-25T23:59:59"),
        ("timeDate", "${before(month_day(10, 25))}", "2026-10-24T23:59:59"),
        ("timeDate", "${end_of('2026-09-25')}", "2026-09-25T23:59:59"),
        ("timeDate", "${after(legal_due('submission', '09-25'))}", "2026-09-26T00:00:00"),
        ("timeDate", "${at(working_days_after(today(), 2), '09:00')}", "2026-08-05T09:00:00"),
        ("timeDate", "${start_of(month_day(1, 1, 1))}", "2027-01-01T00:00:00"),
        ("timeDate", "${due}", "2026-08-04T09:30:00"),
    ],
)
def test_what_modellers_write(kind: str, text: str, due: str) -> None:
    player = waiting(kind, text, cycle_year=2026, wait="PT2H", due="2026-08-04T09:30:00+05:00")
    assert player.timers == {"T": due}


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("timeDuration", "1 hour"),
        ("timeDuration", "${n}"),
        ("timeDuration", ""),
        ("timeDuration", "2026-09-25"),
        ("timeDate", "tomorrow"),
        ("timeDate", "${none}"),
        ("timeDate", "${n}"),
        ("timeDate", "${unknown}"),
        ("timeDate", "2026-13-01"),
        ("timeDate", "9999-99"),
        ("timeDuration", "P99999999Y"),
        ("timeDuration", "P" + "9" * 400 + "D"),
        ("timeCycle", "R3/PT1S"),
        ("timeCycle", "R/PT0S"),
        ("timeCycle", "R/-PT1H"),
        ("timeCycle", "0 0 9 * * ?"),
        ("timeCycle", "R3"),
        ("timeCycle", "R3/x"),
        ("timeCycle", "${n}"),
        ("timeCycle", "${['x']}"),
    ],
)
def test_a_time_that_is_none_fails_the_step_with_its_value(kind: str, text: str) -> None:
    with pytest.raises(StepFailed):
        waiting(kind, text, n=3, none=None)


@pytest.mark.parametrize(
    "text",
    [
        "9999-12-31T23:59:59-12:00",
        "0001-01-01T00:00:00+14:00",
        "2101-01-01",
        "${date('2013-12-31')}",
    ],
)
def test_a_year_that_nobody_plans_for(text: str) -> None:
    due = play(user("A", dueDate=text), flows="Begin>A>Done")
    follow = play(user("A", followUpDate=text), flows="Begin>A>Done")
    timed = play(catch("T", timer("timeDate", text)), flows="Begin>T>Done")
    cycle = play(
        user("A"),
        boundary("R", "A", timer("timeCycle", f"R/{text}/P1D")),
        flows="Begin>A>Done R>Done",
    )
    for player in (due, follow, timed, cycle):
        with pytest.raises(StepFailed, match=r"2014 … 2100|no instant"):
            player.start()
    if not text.startswith("$"):
        for player in (due, follow, timed, cycle):
            assert codes(examine(player.xml)) & {"bad_date", "timer_time"}


@pytest.mark.parametrize("text", ["P75Y", "P99999D", "PT69900000H"])
def test_a_duration_that_ends_in_such_a_year(text: str) -> None:
    with pytest.raises(StepFailed, match=r"2014 … 2100|overflow|out of range"):
        waiting("timeDuration", f"${{'{text}'}}")


def test_a_duration_counts_calendar_months() -> None:
    start = moment("2026-01-31T00:00:00")
    assert duration_of("P1M", start) in (timedelta(28), timedelta(31))
    assert duration_of(timedelta(minutes=1), start) == timedelta(minutes=1)


# --- firing --------------------------------------------------------------------------------------


def test_a_timer_fires_at_its_second_and_not_before() -> None:
    player = waiting("timeDate", "2026-09-25")
    assert player.wake("2026-09-25T23:59:58").open == []
    assert player.timers == {"T": "2026-09-25T23:59:59"}
    assert player.wake("2026-09-25T23:59:59").open == ["After"]
    assert player.timers == {}


def test_a_timer_that_is_due_already_fires_in_the_same_step() -> None:
    assert waiting("timeDate", "2020-01-01").open == ["After"]
    assert waiting("timeDuration", "PT0S").open == ["After"]


def test_waking_too_early_and_twice_changes_nothing() -> None:
    player = waiting("timeDuration", "PT1H")
    assert player.wake().wake("2026-08-03T12:30:00").timers == {"T": "2026-08-03T13:00:00"}
    assert player.wake("2026-08-03T14:00:00").wake("2026-08-03T15:00:00").open == ["After"]


def test_a_duration_counts_from_when_the_timer_was_reached() -> None:
    player = play(
        user("A"),
        catch("T", timer("timeDuration", "P1D")),
        flows="Begin>A>T>Done",
    ).start()
    player.now = "2026-08-10T08:00:00"
    assert player.complete("A").timers == {"T": "2026-08-11T08:00:00"}


def test_a_timer_in_a_loop_is_armed_anew_each_time() -> None:
    player = play(
        catch("T", timer("timeDuration", "P1D")),
        user("A"),
        gateway("exclusive", "X", default="Out"),
        when("Back", "X", "T", "${again}"),
        '<bpmn:sequenceFlow id="Out" sourceRef="X" targetRef="Done"/>',
        flows="Begin>T>A>X",
    ).start()
    player.wake("2026-08-04T12:00:00").complete("A", again=True)
    assert player.timers == {"T": "2026-08-05T12:00:00"}
    player.wake("2026-08-06T00:00:00").complete("A", again=True)
    assert player.timers == {"T": "2026-08-07T00:00:00"}
    assert player.wake("2026-08-07T00:00:00").complete("A", again=False).completed


def test_a_loop_of_timers_in_the_past_is_stopped() -> None:
    player = play(
        catch("T", timer("timeDate", "2020-01-01")),
        service("E", "e"),
        gateway("exclusive", "X", default="Back"),
        when("Out", "X", "Done", "${enough}"),
        '<bpmn:sequenceFlow id="Back" sourceRef="X" targetRef="T"/>',
        flows="Begin>T>E>X",
    )
    with pytest.raises(LimitExceeded, match="runs in a circle"):
        player.start(enough=False)


# --- boundary events -----------------------------------------------------------------------------


def test_a_non_interrupting_timer_leaves_the_task_open() -> None:
    player = play(
        user("A"),
        boundary("Late", "A", timer("timeDuration", "PT1H"), cancels=False),
        user("Look"),
        flows="Begin>A>Done Late>Look>Done",
    ).start()
    player.wake("2026-08-03T13:00:00")
    assert (player.open, player.timers) == (["A", "Look"], {})
    assert player.complete("A").open == ["Look"]
    assert player.complete("Look").completed


def test_an_interrupting_timer_withdraws_the_task_and_its_other_timers() -> None:
    player = play(
        user("A"),
        boundary("Late", "A", timer("timeDuration", "PT2H")),
        boundary("Soon", "A", timer("timeDuration", "PT1H"), cancels=False),
        boundary("Never", "A", timer("timeDuration", "P9D"), cancels=False),
        boundary("Got", "A", caught_message("M")),
        user("B"),
        end("Noted"),
        flows="Begin>A>Done Late>B>Done Soon>Noted Never>Noted Got>Done",
        roots=message_root("M"),
    ).start()
    assert len(player.timers) == 3
    player.wake("2026-08-03T14:00:00")
    assert (player.open, player.timers, player.waits) == (["B"], {}, [])
    assert player.path.count("Noted") == 1
    assert player.complete("B").completed


def test_a_timer_on_a_sub_process_withdraws_everything_inside() -> None:
    player = play(
        sub_process(
            "Sub",
            user("In"),
            boundary("Inner", "In", timer("timeDuration", "P5D"), cancels=False),
            end("Seen"),
            flows="SubBegin>In>SubDone Inner>Seen",
        ),
        boundary("Late", "Sub", timer("timeDuration", "PT1H")),
        user("B"),
        flows="Begin>Sub>B>Done Late>B",
    ).start()
    assert player.timers == {"Inner": "2026-08-08T12:00:00", "Late": "2026-08-03T13:00:00"}
    player.wake("2026-08-03T13:00:00")
    assert (player.open, player.timers) == (["B"], {})
    assert player.complete("B").completed


def test_a_timer_at_an_event_gateway_takes_the_other_ways_away() -> None:
    player = play(
        gateway("eventBased", "G"),
        catch("M1", caught_message("M")),
        catch("T1", timer("timeDuration", "PT1H")),
        user("A"),
        user("B"),
        flows="Begin>G G>M1>A>Done G>T1>B>Done",
        roots=message_root("M"),
    ).start()
    assert (player.timers, player.waits) == ({"G": "2026-08-03T13:00:00"}, ["M"])
    early = Player(player.xml).start().message("M", x=1)
    assert (early.open, early.timers, early.waits, early.variables) == (["A"], {}, [], {"x": 1})
    player.wake("2026-08-03T12:59:59").wake("2026-08-03T13:00:00")
    assert (player.open, player.timers, player.waits) == (["B"], {}, [])
    assert player.complete("B").completed


def test_an_event_gateway_in_a_loop_is_armed_anew() -> None:
    player = play(
        gateway("eventBased", "G"),
        catch("M1", caught_message("M")),
        catch("T1", timer("timeDuration", "PT1H")),
        service("Remind", "remind"),
        flows="Begin>G G>M1>Done G>T1>Remind>G",
        roots=message_root("M"),
    ).start()
    for hour in (13, 14, 15):
        assert player.timers == {"G": f"2026-08-03T{hour}:00:00"}
        player.wake(f"2026-08-03T{hour}:00:00")
    assert player.effects == ["remind"] * 3
    assert player.message("M").completed


def test_a_timer_start_event_is_begun_by_hand() -> None:
    player = play(
        f'<bpmn:startEvent id="Often">{timer("timeCycle", "R/P1D")}</bpmn:startEvent>',
        user("A"),
        flows="Often>A>Done",
    )
    player.xml = player.xml.replace(b'<bpmn:startEvent id="Begin" />', b"")
    assert player.start().open == ["A"]
    assert player.complete("A").completed


# --- what a task shows ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "due"),
    [
        ("2026-09-25", "2026-09-25T23:59:59"),
        ("2026-09-25T18:00:00+05:00", "2026-09-25T18:00:00"),
        ("${legal_due('conclusion', '10-25')}", "2026-10-24T23:59:59"),
        ("${target_due('conclusion', '10-25')}", "2026-10-23T23:59:59"),
        ("${working_days_after('2026-09-25', 1)}", "2026-09-28T23:59:59"),
        ("${missing_is_null}", ""),
        ("", ""),
    ],
)
def test_due_dates_of_tasks(text: str, due: str) -> None:
    player = play(user("A", dueDate=text, followUpDate=text), flows="Begin>A>Done")
    (task,) = player.start(cycle_year=2026, missing_is_null=None).waiting.tasks.values()
    assert (local(task.due_at), local(task.follow_up_at)) == (due, due)


def test_a_timer_after_a_script_sees_its_variables() -> None:
    player = play(
        script("S", "due = working_days_after('2026-09-25', 2)"),
        catch("T", timer("timeDate", "${due}")),
        flows="Begin>S>T>Done",
    )
    assert player.start().timers == {"T": "2026-09-29T23:59:59"}
