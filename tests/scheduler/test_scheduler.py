"""The alarm clock by itself: lanes, wakes, failures, the end."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from itertools import count

import pytest

from service import clock, scheduler
from service.errors import KelisimError
from service.scheduler import Act, Lane, Scheduler, side_by_side
from tests.scheduler.given import SECONDS, until


def test_it_looks_at_once_when_it_starts_for_much_may_have_become_due() -> None:
    looked = threading.Event()
    with _running(Lane("fire", {"look": _telling(looked)}, _nothing_due)):
        assert looked.wait(SECONDS)


def test_it_does_again_what_handled_something_until_nothing_is_left() -> None:
    left, empty = [3, 2, 1], threading.Event()

    def work(_now: datetime) -> int:
        if not left:
            empty.set()
            return 0
        return left.pop()

    with _running(Lane("fire", {"work": work}, _nothing_due)) as clockwork:
        assert empty.wait(SECONDS)
        until(lambda: clockwork.status().lanes[0].handled == 6)


def test_acts_of_a_lane_follow_each_other_in_their_order() -> None:
    order: list[str] = []
    done = threading.Event()

    def act(name: str) -> Act:
        def do(_now: datetime) -> int:
            order.append(name)
            if name == "fire":
                done.set()
            return 0

        return do

    acts = {name: act(name) for name in ("replan", "deliver", "fire")}
    with _running(Lane("fire", acts, _nothing_due)):
        assert done.wait(SECONDS)
    assert order[:3] == ["replan", "deliver", "fire"]


def test_it_looks_again_at_the_next_due_instant() -> None:
    due = clock.now() + timedelta(seconds=2)
    looks: list[datetime] = []
    at_due = threading.Event()

    def look(now: datetime) -> int:
        looks.append(now)
        if now >= due:
            at_due.set()
        return 0

    with _running(Lane("fire", {"look": look}, lambda: due if clock.now() < due else None)):
        assert at_due.wait(SECONDS)
    assert looks[-1] == due
    assert len(looks) <= 3  # at the start (perhaps woken by the sweep as well), and then


def test_what_another_scheduler_holds_is_looked_at_each_second_not_all_the_time() -> None:
    looks: list[datetime] = []
    thrice = threading.Event()

    def look(now: datetime) -> int:
        looks.append(now)
        if len({*looks}) >= 3:
            thrice.set()
        return 0

    past = clock.now() - timedelta(days=1)
    with _running(Lane("fire", {"look": look}, lambda: past)):
        assert thrice.wait(SECONDS)
    assert len(looks) <= 8


def test_ten_wakes_during_a_run_make_one_more_run() -> None:
    runs: list[datetime] = []
    begun, go_on = threading.Event(), threading.Event()

    def work(now: datetime) -> int:
        runs.append(now)
        if len(runs) == 3:  # the first ones are the start's and the sweep's
            begun.set()
            assert go_on.wait(SECONDS)
        return 0

    with _running(Lane("fire", {"work": work}, _nothing_due)) as clockwork:
        while not begun.is_set():
            clockwork.wake()
            begun.wait(0.01)
        before = len(runs)
        for _ in range(10):
            clockwork.wake()
        go_on.set()
        until(lambda: not clockwork.status().lanes[0].running)
        until(lambda: len(runs) == before + 1)
        until(lambda: not clockwork.status().lanes[0].running)
    assert len(runs) == before + 1


def test_a_slow_mail_server_delays_no_deadline() -> None:
    sending, sent, fired = threading.Event(), threading.Event(), threading.Event()

    def send(_now: datetime) -> int:
        sending.set()
        sent.wait(SECONDS)
        return 0

    def fire(_now: datetime) -> int:
        if sending.is_set():
            fired.set()
        return 0

    lanes = (
        Lane("deliver", {"send": send}, _nothing_due),
        Lane("fire", {"fire": fire}, _nothing_due),
    )
    with _running(*lanes) as clockwork:
        assert sending.wait(SECONDS)
        clockwork.wake()
        assert fired.wait(SECONDS)
        sent.set()


def test_letters_let_deadlines_go_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scheduler, "YIELD_SECONDS", SECONDS)
    begun, go_on, sent = threading.Event(), threading.Event(), threading.Event()

    def fire(_now: datetime) -> int:
        begun.set()
        assert go_on.wait(SECONDS)
        return 0

    def send(_now: datetime) -> int:
        assert go_on.is_set() or not begun.is_set()
        if go_on.is_set():
            sent.set()
        return 0

    lanes = (
        Lane("fire", {"fire": fire}, _nothing_due),
        Lane("deliver", {"send": send}, _nothing_due, yields_to="fire"),
    )
    with _running(*lanes) as clockwork:
        assert begun.wait(SECONDS)
        clockwork.wake()
        until(lambda: all(lane.running for lane in clockwork.status().lanes))
        assert not sent.is_set()
        go_on.set()
        assert sent.wait(SECONDS)
        assert not clockwork.status().lanes[1].failing


def test_a_failing_command_holds_up_no_other_and_is_logged_once(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scheduler, "LONGEST_PAUSE", 1)
    tries: list[datetime] = []
    fired, well = threading.Event(), threading.Event()

    def fail(now: datetime) -> int:
        tries.append(now)
        if len(tries) < 3:
            raise KelisimError("The database has been busy for 10 s; try again.")
        well.set()
        return 0

    acts = {"fail": fail, "fire": _telling(fired)}
    with caplog.at_level(logging.INFO), _running(Lane("fire", acts, _nothing_due)) as clockwork:
        assert fired.wait(SECONDS)
        until(lambda: bool(clockwork.status().lanes[0].failing) or well.is_set())
        assert well.wait(SECONDS)
        until(lambda: not clockwork.status().lanes[0].failing)
    said = [each.message for each in caplog.records if each.name == "service.scheduler"]
    assert [each for each in said if "failed" in each] == [
        "fail failed: The database has been busy for 10 s; try again.; it is tried again and again"
    ]
    assert "fail works again" in said


def test_a_defect_in_a_command_is_logged_with_its_trace(caplog: pytest.LogCaptureFixture) -> None:
    def broken(_now: datetime) -> int:
        raise KeyError("nobody thought of it")

    with _running(Lane("fire", {"broken": broken}, _nothing_due)) as clockwork:
        until(lambda: bool(clockwork.status().lanes[0].failing))
    (record,) = [each for each in caplog.records if each.name == "service.scheduler"]
    assert record.exc_info is not None
    assert clockwork.status().lanes[0].failing == {"broken": "KeyError('nobody thought of it')"}


def test_when_the_database_is_back_what_failed_is_tried_at_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    failed, well, down = threading.Event(), threading.Event(), threading.Event()
    down.set()

    def work(_now: datetime) -> int:
        if down.is_set():
            failed.set()
            raise KelisimError("The connection was lost; try again.")
        well.set()
        return 0

    monkeypatch.setattr(scheduler, "SWEEP_SECONDS", 3600)
    with _running(Lane("fire", {"work": work}, _nothing_due)) as clockwork:
        assert failed.wait(SECONDS)
        down.clear()
        clockwork.wake_afresh()
        assert well.wait(SECONDS)


def test_not_knowing_what_is_due_next_is_a_failure_like_any_other(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(scheduler, "LONGEST_PAUSE", 1)
    asked: list[int] = []
    again = threading.Event()

    def next_due() -> datetime | None:
        asked.append(1)
        if len(asked) > 2:
            again.set()
            return None
        raise KelisimError("The database is gone.")

    with _running(Lane("fire", {}, next_due)):
        assert again.wait(SECONDS)


def test_the_end_waits_for_what_is_being_done_and_begins_nothing_more() -> None:
    begun, go_on, more = threading.Event(), threading.Event(), threading.Event()
    done: list[str] = []

    def first(_now: datetime) -> int:
        begun.set()
        assert go_on.wait(SECONDS)
        done.append("first")
        return 1

    clockwork = Scheduler([Lane("fire", {"first": first, "second": _telling(more)}, _nothing_due)])
    clockwork.start()
    assert begun.wait(SECONDS)
    ended: list[bool] = []
    stopping = threading.Thread(target=lambda: ended.append(clockwork.stop()))
    stopping.start()
    go_on.set()
    stopping.join(SECONDS)
    assert (ended, done, more.is_set()) == ([True], ["first"], False)


def test_the_end_does_not_wait_for_ever() -> None:
    begun, go_on = threading.Event(), threading.Event()

    def hang(_now: datetime) -> int:
        begun.set()
        go_on.wait(SECONDS)
        return 0

    clockwork = Scheduler([Lane("deliver", {"hang": hang}, _nothing_due)])
    clockwork.start()
    assert begun.wait(SECONDS)
    assert clockwork.stop(within=0.1) is False
    assert clockwork.status().lanes[0].running
    go_on.set()
    until(lambda: not clockwork.status().lanes[0].running)


def test_an_administrator_sees_the_heartbeat() -> None:
    due = clock.now() + timedelta(hours=1)
    with _running(Lane("fire", {"look": lambda _: 0}, lambda: due)) as clockwork:
        until(lambda: clockwork.status().last_sweep_at is not None)
        until(lambda: clockwork.status().lanes[0].next_run_at == due)
        (lane,) = clockwork.status().lanes
    assert lane.last_run_at is not None
    assert (lane.name, lane.handled, lane.failing) == ("fire", 0, {})


@contextmanager
def _running(*lanes: Lane) -> Iterator[Scheduler]:
    clockwork = Scheduler(lanes)
    clockwork.start()
    try:
        yield clockwork
    finally:
        assert clockwork.stop()


def _nothing_due() -> datetime | None:
    return None


def _telling(event: threading.Event) -> Act:
    def look(_now: datetime) -> int:
        event.set()
        return 0

    return look


def test_an_act_runs_in_several_threads_and_counts_what_they_handled_together() -> None:
    met = threading.Barrier(3, timeout=10)
    instant = clock.now()

    def act(now: datetime) -> int:
        met.wait()  # none ends before all three have come
        assert now == instant
        return 2

    assert side_by_side(act, 3)(instant) == 6


def test_what_one_thread_raises_is_raised_when_all_have_ended() -> None:
    ended: list[int] = []
    turn = count()

    def act(_: datetime) -> int:
        if next(turn) == 0:
            raise LookupError("the first one")
        ended.append(1)
        return 1

    with pytest.raises(LookupError, match="the first one"):
        side_by_side(act, 3)(clock.now())
    assert ended == [1, 1]
