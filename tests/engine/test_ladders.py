"""Ladders: each rung at most once per task, missed ones as one firing that says so."""

from __future__ import annotations

import pytest

from service.application import steps as s
from tests.engine.playing import (
    Player,
    boundary,
    catch,
    end,
    local,
    parameters,
    play,
    service,
    timer,
    user,
)

DUE = "2026-09-25"  # a Friday; Monday the 28th is the first working day after
CLIMB = "${climb(body + '/submitter', body + '/head', 'MFA/head')}"


def ladder(text: str, *, due: str = f"'{DUE}'", now: str = "2026-09-01T12:00:00") -> Player:
    """A task of a body with a ladder on its edge."""
    inside = parameters({"to": CLIMB, "n": "${rung()}"})
    written = f"${{ladder({due}, {text})}}"
    player = play(
        user("Prepare", dueDate=DUE),
        boundary("Ladder", "Prepare", timer("timeCycle", written), cancels=False),
        service("Tell", "remind", inside),
        end("Told"),
        flows="Begin>Prepare>Done Ladder>Tell>Told",
        now=now,
    )  # fmt: skip
    return player.start(body="MT", due=DUE)


def rungs(call: s.EffectCall) -> list[tuple[int, str]]:
    return [(rung.number, local(rung.due_at)) for rung in call.rungs]


def told(player: Player) -> list[tuple[int, int]]:
    """Per firing: the rung, and how many before it were missed."""
    return [(call.rungs[-1].number, call.missed_rungs) for call in player.calls]


def test_before_on_and_after_the_day_each_rung_fires_once() -> None:
    player = ladder("-1, 0, 1, 3")
    for day in range(21, 31):
        for time in ("08:59:59", "09:00:00", "12:00:00"):
            player.wake(f"2026-09-{day}T{time}")
    fired = [rung for call in player.calls for rung in rungs(call)]
    assert fired == [
        (1, "2026-09-24T09:00:00"),
        (2, "2026-09-25T09:00:00"),
        (3, "2026-09-28T09:00:00"),
        (4, "2026-09-30T09:00:00"),
    ]
    assert told(player) == [(1, 0), (2, 0), (3, 0), (4, 0)]
    assert (player.open, player.timers) == (["Prepare"], {})


def test_the_day_itself_is_the_working_day_before_a_day_off() -> None:
    assert ladder("0", due="'2026-09-27'").timers == {"Ladder": "2026-09-25T09:00:00"}


def test_missed_rungs_are_one_firing_that_knows_them_all() -> None:
    player = ladder("-10, -3, -1").wake("2026-09-24T10:00:00")
    (call,) = player.calls
    assert rungs(call) == [
        (1, "2026-09-11T09:00:00"),
        (2, "2026-09-22T09:00:00"),
        (3, "2026-09-24T09:00:00"),
    ]
    assert call.missed_rungs == 2
    assert player.wake("2026-09-25T10:00:00").calls == [call]


def test_rungs_of_one_instant_are_none_missed() -> None:
    """The day before and the day itself fall together when the day itself is off."""
    player = ladder("-1, 0", due="'2026-09-27'").wake("2026-09-25T09:00:00")
    assert told(player) == [(2, 0)]


def test_rungs_before_the_task_opened_stay_left_out() -> None:
    player = ladder("-10, -3, -1", now="2026-09-22T09:00:00")
    assert player.timers == {"Ladder": "2026-09-24T09:00:00"}
    player.calendar_changed(("2026-09-24", "day_off")).wake("2026-09-23T09:00:00")
    assert told(player) == [(3, 0)]


def test_a_ladder_climbs() -> None:
    player = ladder("1, 3, 5, 7")
    for day in ("09-28", "09-30", "10-02", "10-06"):
        player.wake(f"2026-{day}T09:00:00")
    assert [call.arguments["to"] for call in player.calls] == [
        "MT/submitter",
        "MT/submitter,MT/head",
        "MT/submitter,MT/head,MFA/head",
        "MT/submitter,MT/head,MFA/head",
    ]
    assert [call.arguments["n"] for call in player.calls] == [1, 2, 3, 4]


def test_after_an_outage_it_has_climbed_to_the_present_rung() -> None:
    (call,) = ladder("1, 3, 5").wake("2026-10-10T10:00:00").calls
    assert call.arguments["to"] == "MT/submitter,MT/head,MFA/head"


def test_the_firing_knows_its_task() -> None:
    player = ladder("-1").wake("2026-09-24T09:00:00")
    host = player.calls[0].host
    assert host is not None
    assert (host.id, host.element.id) == (player.task_id("Prepare"), "Prepare")
    assert local(host.due_at) == f"{DUE}T23:59:59"


def test_what_no_ladder_leads_to_has_no_rungs() -> None:
    player = play(
        user("A"),
        service("Tell", "remind", parameters({"to": CLIMB})),
        flows="Begin>A>Tell>Done",
    ).start(body="MT")
    (call,) = player.complete("A").calls
    assert (call.rungs, call.host, call.arguments["to"]) == ((), None, "MT/submitter")


def test_a_timer_that_fires_once_knows_its_task_and_no_rungs() -> None:
    player = play(
        user("A"),
        boundary("Late", "A", timer("timeDuration", "PT1H")),
        service("Tell", "escalate"),
        flows="Begin>A>Done Late>Tell>Done",
    ).start()
    task_id = player.task_id("A")
    (call,) = player.wake("2026-08-03T13:00:00").calls
    assert call.host is not None
    assert (call.host.id, call.rungs) == (task_id, ())


def test_rungs_reach_as_far_as_no_person_has_acted() -> None:
    """Behind a catch event still the rung that led there; behind a user task nobody's."""
    player = play(
        user("A"),
        boundary("Ladder", "A", timer("timeCycle", f"${{ladder('{DUE}', 1, 3)}}"), cancels=False),
        catch("Wait", timer("timeDuration", "PT1H")),
        user("Look", candidateGroups=CLIMB),
        service("Tell", "remind", parameters({"n": "${rung()}"})),
        end("Told"),
        flows="Begin>A>Done Ladder>Wait>Look>Tell>Told",
    ).start(body="MT")
    player.wake("2026-09-30T09:00:00").wake("2026-09-30T10:00:00")
    (looking,) = (t for t in player.waiting.tasks.values() if t.element.id == "Look")
    assert looking.candidate_groups == ("MT/submitter", "MT/head")
    (call,) = player.complete("Look").calls
    assert (call.rungs, call.arguments["n"]) == ((), 1)


# --- the calendar changes ------------------------------------------------------------------------


def test_a_rung_that_fired_does_not_fire_again_on_its_later_day() -> None:
    player = ladder("-3, -1").wake("2026-09-22T09:00:00")
    # The 23rd off: three working days before the 25th is the 21st; the last rung stays.
    player.calendar_changed(("2026-09-23", "day_off"))
    assert player.timers == {"Ladder": "2026-09-24T09:00:00"}
    # The 24th off as well, and back again: the last rung goes and comes, and fires once.
    player.calendar_changed(("2026-09-24", "day_off"))
    assert player.timers == {"Ladder": "2026-09-23T09:00:00"}
    player.wake("2026-09-23T09:00:00").calendar_changed().wake("2026-09-24T09:00:00")
    assert told(player) == [(1, 0), (2, 0)]


def test_a_rung_that_has_moved_into_the_past_fires_with_the_next_look_and_once() -> None:
    player = ladder("-1").wake("2026-09-23T12:00:00").calendar_changed(("2026-09-24", "day_off"))
    assert player.timers == {"Ladder": "2026-09-23T09:00:00"}
    assert told(player.wake()) == [(1, 0)]
    player.wake("2026-09-24T09:00:00").calendar_changed().wake("2026-09-25T09:00:00")
    assert told(player) == [(1, 0)]


def test_a_rung_that_has_moved_into_the_future_fires_there() -> None:
    player = ladder("1").calendar_changed(("2026-09-28", "day_off"))
    assert player.timers == {"Ladder": "2026-09-29T09:00:00"}
    player.wake("2026-09-28T09:00:00")
    assert told(player) == []
    assert told(player.wake("2026-09-29T09:00:00")) == [(1, 0)]


def reminded_daily(days: list[tuple[str, str]]) -> list[s.EffectCall]:
    """1 to 7 September 2026: the calendar changes when three of five working days had their
    reminder; the reminders after that."""
    every = "each_working_day('2026-09-01', '2026-09-07', '09:00')"
    player = play(
        user("A"),
        boundary("Daily", "A", timer("timeCycle", f"${{{every}}}"), cancels=False),
        service("Tell", "remind"),
        end("Told"),
        flows="Begin>A>Done Daily>Tell>Told",
    ).start()
    for day in (1, 2, 3):
        player.wake(f"2026-09-0{day}T09:00:00")
    player.calendar_changed(*days)
    for day in range(3, 9):
        player.wake(f"2026-09-0{day}T09:00:00")
    return player.calls[3:]


@pytest.mark.parametrize(
    ("days", "left"),
    [
        ([("2026-09-02", "day_off")], 2),  # one rung less, in the past
        ([("2026-09-05", "working_day")], 3),  # a Saturday, still to come
        ([("2026-09-04", "day_off")], 1),
        ([], 2),
    ],
)
def test_a_rung_on_every_working_day_is_known_by_its_day(
    days: list[tuple[str, str]], left: int
) -> None:
    assert len(reminded_daily(days)) == left


def test_a_rung_that_a_day_off_took_away_comes_back_with_the_day() -> None:
    """The 24th off puts the rung before the task was opened: left out, as long as that is so."""
    player = ladder("-1", now="2026-09-23T10:00:00").calendar_changed(("2026-09-24", "day_off"))
    assert player.timers == {}
    player.calendar_changed()
    assert player.timers == {"Ladder": "2026-09-24T09:00:00"}
    assert told(player.wake("2026-09-24T09:00:00")) == [(1, 0)]


def test_a_rung_that_comes_to_lie_after_the_opening_fires() -> None:
    """Opened an hour after its only rung; with a working Saturday the rung is the Saturday."""
    player = ladder("-1", due="'2026-09-28'", now="2026-09-25T10:00:00")
    assert player.timers == {}
    player.calendar_changed(("2026-09-26", "working_day")).wake("2026-09-26T09:00:00")
    assert told(player) == [(1, 0)]


@pytest.mark.parametrize(
    ("days", "instants"),
    [
        ([("2026-09-02", "day_off"), ("2026-09-05", "working_day")], [4, 5, 7]),
        ([("2026-09-03", "day_off"), ("2026-09-05", "working_day")], [4, 5, 7]),
        ([("2026-09-04", "day_off"), ("2026-09-05", "working_day")], [5, 7]),
    ],
)
def test_a_transfer_costs_no_working_day_its_reminder(
    days: list[tuple[str, str]], instants: list[int]
) -> None:
    """As many days as before, but others: each that is left has its rung."""
    assert [call.rungs[-1].due_at.day for call in reminded_daily(days)] == instants


# --- the clock -----------------------------------------------------------------------------------


def test_a_clock_that_jumps_back_repeats_nothing() -> None:
    player = ladder("-3, -1").wake("2026-09-22T09:00:00")
    for now in ("2026-09-22T08:00:00", "2026-09-22T09:00:00", "2026-09-21T09:00:00"):
        player.wake(now)
    assert told(player) == [(1, 0)]
    assert player.timers == {"Ladder": "2026-09-24T09:00:00"}


def test_a_clock_that_jumps_forward_loses_nothing() -> None:
    player = ladder("-3, -1, 1").wake("2026-09-29T09:00:00").wake("2026-09-24T09:00:00")
    assert told(player) == [(3, 2)]


# --- overdue -------------------------------------------------------------------------------------


def overdue(now: str) -> Player:
    player = play(
        user("Send", dueDate=DUE),
        boundary(
            "Late", "Send", timer("timeCycle", f"${{overdue(end_of('{DUE}'), 1, 3)}}"),
            cancels=False,
        ),
        service("Tell", "escalate"),
        end("Told"),
        flows="Begin>Send>Done Late>Tell>Told",
        now=now,
    )  # fmt: skip
    return player.start()


def test_overdue_begins_with_the_first_late_second() -> None:
    player = overdue("2026-09-01T12:00:00").wake("2026-09-25T23:59:59")
    assert player.calls == []
    for now in ("2026-09-26T00:00:00", "2026-09-28T09:00:00", "2026-09-30T09:00:00"):
        player.wake(now)
    assert told(player) == [(1, 0), (2, 0), (3, 0)]


def test_what_opens_late_is_overdue_a_second_later() -> None:
    player = overdue("2026-09-29T12:00:00")
    assert player.timers == {"Late": "2026-09-29T12:00:01"}
    player.wake("2026-09-29T12:00:01").wake("2026-09-30T09:00:00")
    assert len(player.calls) == 2
    assert player.timers == {}


def test_a_rung_that_moves_before_the_lateness_does_not_make_it_late_again() -> None:
    """Opened on the third day after the term; a working Saturday makes it the fourth."""
    player = overdue("2026-09-30T08:00:00").wake("2026-09-30T08:00:01")
    assert player.timers == {"Late": "2026-09-30T09:00:00"}
    player.calendar_changed(("2026-09-26", "working_day")).wake("2026-09-30T12:00:00")
    assert told(player) == [(1, 0)]
    assert player.timers == {}
