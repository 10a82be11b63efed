"""What would run or grow without bound is stopped, quickly (engine-notes section 4)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from time import perf_counter
from types import SimpleNamespace
from typing import Any

import pytest

from service.engine import running, state
from service.engine.language.scripts import StepScripts
from service.engine.running import MAX_STEPS
from service.engine.state import _row
from service.errors import KelisimError, LimitExceeded, StepFailed
from tests.domain.given import moment
from tests.engine.playing import (
    NOON,
    Player,
    at,
    boundary,
    end,
    gateway,
    parameters,
    play,
    repeated,
    script,
    service,
    sub_process,
    timer,
    user,
    when,
)

TEN_MILLION = 10**7


@contextmanager
def within(seconds: float) -> Iterator[None]:
    """Generous: what is meant is seconds against hours."""
    begun = perf_counter()
    yield
    assert perf_counter() - begun < seconds


def stopped(player: Player, message: str | None = None, /, **variables: Any) -> None:
    with within(8), pytest.raises(LimitExceeded, match=message):
        player.start(**variables)
    assert player.state is None


# --- running in circles --------------------------------------------------------------------------


def test_a_parallel_split_that_loops_back() -> None:
    """The fork bomb: two tokens, four, eight …"""
    player = play(
        gateway("exclusive", "Merge"),
        gateway("parallel", "Fork"),
        '<bpmn:task id="A"/>',
        '<bpmn:task id="B"/>',
        flows="Begin>Merge>Fork Fork>A>Merge Fork>B>Merge",
    )
    stopped(player, "'Fork' was passed more than 50 times")


def test_an_exclusive_gateway_that_always_goes_back() -> None:
    player = play(
        script("S", "n = n + 1"),
        gateway("exclusive", "X", default="Back"),
        when("Out", "X", "Done", "${false}"),
        '<bpmn:sequenceFlow id="Back" sourceRef="X" targetRef="S"/>',
        flows="Begin>S>X",
    )
    stopped(player, rf"More than {MAX_STEPS} elements .* circle through (S, X|X, S)", n=0)


def test_a_circle_of_effects() -> None:
    """Each effect is a turn of the generator: they count together."""
    player = play(
        service("E", "e"),
        gateway("exclusive", "X", default="Back"),
        when("Out", "X", "Done", "${false}"),
        '<bpmn:sequenceFlow id="Back" sourceRef="X" targetRef="E"/>',
        flows="Begin>E>X",
    )
    stopped(player, "circle")
    assert len(player.calls) <= MAX_STEPS


def test_a_circle_inside_a_sub_process() -> None:
    inner = sub_process(
        "Sub",
        script("S", "n = n + 1"),
        gateway("exclusive", "X", default="SubBack"),
        when("SubOut", "X", "SubDone", "${false}"),
        '<bpmn:sequenceFlow id="SubBack" sourceRef="X" targetRef="S"/>',
        flows="SubBegin>S>X",
    )
    stopped(play(inner, flows="Begin>Sub>Done"), "circle", n=0)


def test_a_circle_of_sub_processes() -> None:
    player = play(
        sub_process("Sub", '<bpmn:task id="A"/>', flows="SubBegin>A>SubDone"),
        gateway("exclusive", "X", default="Back"),
        when("Out", "X", "Done", "${false}"),
        '<bpmn:sequenceFlow id="Back" sourceRef="X" targetRef="Sub"/>',
        flows="Begin>Sub>X",
    )
    stopped(player)


def test_a_standard_loop_over_a_script() -> None:
    loop = (
        '<bpmn:standardLoopCharacteristics loopMaximum="10000000"><bpmn:loopCondition>${true}'
        "</bpmn:loopCondition></bpmn:standardLoopCharacteristics>"
    )
    stopped(play(script("S", "n = n + 1", loop), flows="Begin>S>Done"), n=0)


def test_two_boundary_cycles_that_feed_each_other_wait_in_between() -> None:
    player = play(
        user("A"),
        boundary("R", "A", timer("timeCycle", "R/PT1M"), cancels=False),
        end("Seen"),
        flows="Begin>A>Done R>Seen",
    ).start()
    with within(5):
        player.wake("2027-08-03T12:00:00")  # half a million minutes were missed
    assert player.path.count("Seen") == 1


# --- multi-instance ------------------------------------------------------------------------------


@pytest.mark.parametrize("sequential", [False, True], ids=["parallel", "sequential"])
@pytest.mark.parametrize("text", ["10000000", "${n}", "${n * n}"])
def test_ten_million_instances_by_number(text: str, sequential: bool) -> None:  # noqa: FBT001
    many = repeated(text, sequential=sequential)
    for task in (user("A", many), script("A", "x = 1", many), service("A", "e", many)):
        stopped(play(task, flows="Begin>A>Done"), "instances", n=TEN_MILLION)


@pytest.mark.parametrize("sequential", [False, True], ids=["parallel", "sequential"])
def test_too_many_instances_by_collection(sequential: bool) -> None:  # noqa: FBT001
    many = repeated(sequential=sequential, collection="l", elementVariable="item")
    stopped(play(user("A", many), flows="Begin>A>Done"), "1001 instances", l=list(range(1_001)))


@pytest.mark.parametrize("sequential", [False, True], ids=["parallel", "sequential"])
@pytest.mark.parametrize("count", ["${-1}", "${'3'}", "${none}", "${1.5}", "x y"])
def test_a_number_of_instances_that_is_none(count: str, sequential: bool) -> None:  # noqa: FBT001
    player = play(user("A", repeated(count, sequential=sequential)), flows="Begin>A>Done")
    with within(5), pytest.raises(StepFailed):
        player.start(none=None)


def test_instances_of_instances() -> None:
    inner = user("In", repeated("1000"))
    nested = sub_process("Sub", inner, flows="SubBegin>In>SubDone", inside=repeated("1000"))
    stopped(play(nested, flows="Begin>Sub>Done"))


def test_many_instances_with_a_collection_in_every_ones_data() -> None:
    """engine-notes section 1: bytes grow with exponent 1.5 when the list stays in task data."""
    many = repeated(collection="l", elementVariable="item")
    player = play(user("A", many), flows="Begin>A>Done")
    with within(15):
        player.start(l=[f"body {n}" for n in range(900)])
    assert len(player.open) == 900
    assert len(player.state or b"") < 200_000


# --- growth --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "line",
    ["l = [l, l]", "l = [l, l, l, l, l, l, l, l]", "l = {'a': l, 'b': l}", "l = [[l]]"],
)
def test_nested_doubling(line: str) -> None:
    """Shared references cost nothing to make and explode when they are written."""
    player = play(script("S", "\n".join([line] * 60)), user("A"), flows="Begin>S>A>Done")
    with within(5), pytest.raises(KelisimError):
        player.start(l=[1])


@pytest.mark.parametrize(
    "line", ["t = t + t", "t = '${t}' + t + t", "l = l + l", "t = str([t, t])"]
)
def test_doubling_of_texts_and_lists(line: str) -> None:
    player = play(script("S", "\n".join([line] * 60)), user("A"), flows="Begin>S>A>Done")
    with within(5), pytest.raises(KelisimError):
        player.start(t="0123456789", l=list(range(10)))


@pytest.mark.parametrize("line", ["n = n * n", "n = n + n", "n = n * 1000 / 0.001", "n = -n * n"])
def test_growing_numbers(line: str) -> None:
    player = play(script("S", "\n".join([line] * 90)), user("A"), flows="Begin>S>A>Done")
    with within(5), pytest.raises(StepFailed):
        player.start(n=10)


def test_a_template_cannot_grow_either() -> None:
    """Each hole repeats the text; a loop that writes its own result back would double it."""
    text = "${t}" * 50
    player = play(
        service("E", "e", parameters({"t": text})), flows="Begin>E>Done", results={"e": {}}
    )
    with within(5), pytest.raises(StepFailed, match="longer than 10000"):
        player.start(t="x" * 20_000)
    player.start(t="x" * 200)
    assert len(player.calls[0].arguments["t"]) == 10_000


def test_a_hole_holds_no_endless_list() -> None:
    many = ", ".join(["l"] * 140)
    for groups in (f"a${{[{many}]}}", f"${{[[{many}]]}}", "a${l}" * 400):
        player = play(user("A", candidateGroups=groups), flows="Begin>A>Done")
        with within(2), pytest.raises(StepFailed, match="longer than 10000"):
            player.start(l=["x" * 40] * 900)


def test_all_texts_of_an_instance_together() -> None:
    player = play(user("A"), flows="Begin>A>Done")
    stopped(player, "more than 200000 characters", l=["x" * 20_000] * 11)
    names = {"x" * 19_000 + str(n): n for n in range(11)}
    stopped(player, "more than 200000 characters", d=names)
    player.start(l=["қ" * 20_000] * 9)


def test_a_state_that_is_too_large_is_not_written_first(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = []

    def row(*given: Any) -> list[Any]:
        rows.append(given)
        return _row(*given)

    monkeypatch.setattr(state, "_row", row)
    inner = script("A", "l = [v, v, v, v, v, v]")
    many = repeated("100")
    player = play(
        sub_process("Sub", inner, user("U"), flows="SubBegin>A>U>SubDone", inside=many),
        flows="Begin>Sub>Done",
    )
    stopped(player, "has grown to", v="x" * 8_000)
    assert len(rows) < 400


# --- work ----------------------------------------------------------------------------------------

_LONG = "l = [" + ",".join(["0"] * 200) + "]\nm = [" + ",".join(["l"] * 20) + "]"


@pytest.mark.parametrize(
    "expression",
    [
        "len([" + ",".join(["m"] * 130) + "])",
        "max([" + ",".join(["m"] * 130) + "]) == 1",
        " and ".join(["m == m"] * 40),
        "len([" + ",".join(["working_days_after('2016-01-04', 1000)"] * 45) + "])",
        "len(each_working_day('2016-01-04', '2017-06-01'))" + " + n" * 50,
    ],
)
def test_much_work_in_one_step(expression: str) -> None:
    lines = "\n".join(f"a = {expression}" for _ in range(20))
    begin = script("First", _LONG)
    scripts = [script(f"S{n}", lines) for n in range(30)]
    flow = ">".join(f"S{n}" for n in range(30))
    for player in (
        play(begin, *scripts, flows=f"Begin>First>{flow}>Done"),
        play(begin, script("S", lines, repeated("200")), flows="Begin>First>S>Done"),
    ):
        with within(2), pytest.raises(LimitExceeded, match="pieces of work"):
            player.start(n=1)


def test_timers_that_are_armed_again_draw_on_the_same_work() -> None:
    scripts = StepScripts(at(NOON))
    task = SimpleNamespace(data={"n": 1}, task_spec=SimpleNamespace(bpmn_id="T"))
    with within(2), pytest.raises(LimitExceeded):  # noqa: PT012 - in one of the rounds
        for _ in range(300):
            scripts.evaluate_at(
                task, "working_days_after('2016-01-04', 1000)", moment("2026-08-01T12:00:00")
            )


# --- what cannot be saved ------------------------------------------------------------------------


@pytest.mark.parametrize(
    "value",
    [float("nan"), float("inf"), 10**19, -(10**40), "\ud800", "a\0", ["\udfff"], {"\ud83d": 1}],
    ids=repr,
)
def test_values_that_cannot_be_saved(value: Any) -> None:
    with pytest.raises(StepFailed):
        play(user("A"), flows="Begin>A>Done").start(x=value)
    player = play(service("E", "e"), flows="Begin>E>Done", results={"e": {"x": value}})
    with pytest.raises(StepFailed):
        player.start()


@pytest.mark.parametrize(
    "text", ["${float('nan')}", f"${{int('{'9' * 40}')}}", "${'\\ud800'}", "${now() - now()}"]
)
def test_arguments_and_payloads_that_cannot_be_saved(text: str) -> None:
    effect = play(service("E", "e", parameters({"x": text})), flows="Begin>E>Done")
    message = play(
        f'<bpmn:sendTask id="S" messageRef="M">{parameters({"x": text})}</bpmn:sendTask>',
        flows="Begin>S>Done",
        roots='<bpmn:message id="M" name="M"/>',
    )
    for player in (effect, message):
        with pytest.raises(StepFailed):
            player.start()
        assert player.calls == []


def test_whatever_goes_wrong_is_the_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: Any, **__: Any) -> None:
        raise OSError("odd")

    monkeypatch.setattr(running.Run, "_check", fail)
    with pytest.raises(StepFailed, match="odd"):
        play(user("A"), flows="Begin>A>Done").start()


def test_more_tasks_than_one_instance_may_have(monkeypatch: pytest.MonkeyPatch) -> None:
    """Not in one step: by people who go on and on."""
    monkeypatch.setattr(running, "MAX_TASKS", 200)
    player = play(
        script("S", "n = n + 1"),
        user("A"),
        gateway("exclusive", "X", default="Back"),
        when("Out", "X", "Done", "${false}"),
        '<bpmn:sequenceFlow id="Back" sourceRef="X" targetRef="S"/>',
        flows="Begin>S>A>X",
    ).start(n=0)
    with pytest.raises(LimitExceeded, match="more than 200 tasks"):  # noqa: PT012 - which one?
        for _ in range(100):
            player.complete("A")
    assert player.variables["n"] > 40
