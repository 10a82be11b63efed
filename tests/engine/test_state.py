"""The saved state: what may be in it, what it may grow to, and what a failing step leaves of it.

engine-notes section 2.
"""

from __future__ import annotations

import math
import zlib
from contextlib import suppress
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from service.application import steps as s
from service.engine.definitions import compile_definition
from service.engine.state import MAX_STATE
from service.errors import LimitExceeded, StepFailed, TaskNotOpen
from tests.engine.lint.given import diagram
from tests.engine.playing import (
    NOON,
    Player,
    at,
    boundary,
    caught_message,
    gateway,
    message_root,
    play,
    run,
    script,
    service,
    timer,
    user,
    when,
)

TWO_TASKS = diagram(user("A"), user("B"), flows="Begin>A>B>Done")

# --- 2.3, 2.5 what may not or cannot be saved ----------------------------------------------------


@pytest.mark.parametrize(
    "values",
    [
        {"typename": "x"},
        {"a": {"typename": "BpmnWorkflow"}},
        {"a": [{"b": [{"typename": 1}]}]},
        {"__class__": 1},
        {"a": {"__x": 1}},
        {"self": 1},
        {"a": {1: 2}},
        {"a": Decimal(1)},
        {"a": {1, 2}},
        {"a": b"bytes"},
        {"a": range(3)},
        {"a": date(2026, 9, 25)},
        {"a": (1, 2)},
        {"a": math.nan},
        {"a": [math.inf]},
    ],
    ids=str,
)
def test_variables_that_would_break_the_state_are_refused_at_every_door(
    values: dict[str, Any],
) -> None:
    xml = diagram(
        user("A"),
        boundary("Got", "A", caught_message("M")),
        '<bpmn:serviceTask id="X" camunda:type="external" camunda:topic="t"/>',
        flows="Begin>A>X>Done Got>Done",
        roots=message_root("M"),
    )
    with pytest.raises(StepFailed):
        Player(xml).step(s.Started(values))
    player = Player(xml).start()
    before = player.state
    with pytest.raises(StepFailed):
        player.step(s.UserTaskCompleted(player.task_id("A"), values))
    with pytest.raises(StepFailed):
        player.step(s.MessageArrived("M", values))
    assert player.state == before
    assert player.complete("A").work("X").completed


@pytest.mark.parametrize(
    "result", [{"typename": 1}, {"a": {"__x": 1}}, {"a": Decimal(1)}, {"a": math.nan}], ids=str
)
def test_an_effect_may_not_return_them_either(result: dict[str, Any]) -> None:
    player = play(service("E", "e"), flows="Begin>E>Done", results={"e": result})
    with pytest.raises(StepFailed):
        player.start()


def test_dates_tuples_and_numbers_as_keys_become_plain() -> None:
    result = {
        "on": date(2026, 9, 25),
        "at": datetime(2026, 9, 25, 13, tzinfo=UTC),
        "pair": (1, (2, 3)),
        "by_year": {2026: {"on": date(2026, 1, 1)}},
    }
    player = play(service("E", "e"), user("A"), flows="Begin>E>A>Done", results={"e": result})
    assert player.start().complete("A").variables == {
        "on": "2026-09-25",
        "at": "2026-09-25T13:00:00+00:00",
        "pair": [1, [2, 3]],
        "by_year": {"2026": {"on": "2026-01-01"}},
    }


def test_a_nested_value_is_not_shared_between_branches() -> None:
    player = play(
        gateway("parallel", "Fork"),
        user("A"),
        user("B"),
        script("S", "l = l + ['a']"),
        user("Last"),
        flows="Begin>Fork>A>S>Last>Done Fork>B>Done",
    ).start(l=["x"])
    assert player.complete("A").complete("B").variables == {"l": ["x"]}
    assert player.complete("Last").variables == {"l": ["x", "a"]}


def test_a_value_given_by_the_caller_is_not_changed() -> None:
    given: dict[str, Any] = {"l": [1], "d": {"k": [1]}}
    player = play(script("S", "l = l + [2]\nd = 1"), user("A"), flows="Begin>S>A>Done")
    player.start(**given).complete("A")
    assert given == {"l": [1], "d": {"k": [1]}}


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"t": "x" * 20_001}, "20001 characters"),
        ({"l": list(range(5_001))}, "more than 5000 values"),
        ({"l": [[[[[[[[[[[[[1]]]]]]]]]]]]]}, "deeper than 12"),
    ],
    ids=["text", "values", "depth"],
)
def test_variables_have_limits(values: dict[str, Any], message: str) -> None:
    with pytest.raises(LimitExceeded, match=message):
        play(user("A"), flows="Begin>A>Done").step(s.Started(values))


def test_the_state_has_a_limit() -> None:
    names = [f"T{n}" for n in range(110)]
    xml = diagram(
        gateway("parallel", "Fork"),
        *(user(name) for name in names),
        flows="Begin>Fork " + " ".join(f"Fork>{name}>Done" for name in names),
    )
    player = Player(xml).start()
    before, definition = b"", compile_definition(xml)
    with pytest.raises(LimitExceeded, match=f"at most {MAX_STATE}"):  # noqa: PT012 - which one?
        for name in names:
            before = player.state or b""
            task = s.UserTaskCompleted(player.task_id(name), {f"t_{name}": "x" * 20_000})
            done = run(definition, before, task, at(NOON))
            player.state, player.waiting = done.state, player.waiting.after(done.change)
    assert len(before) < 100_000  # what was saved last is still good, and small
    assert Player(xml).start().open == sorted(names)


# --- 2.4 deep trees ------------------------------------------------------------------------------


def test_a_rework_loop_is_stopped_long_before_tasks_get_lost() -> None:
    xml = diagram(
        user("A"),
        gateway("exclusive", "X", default="Out"),
        when("Back", "X", "A", "${again}"),
        '<bpmn:sequenceFlow id="Out" sourceRef="X" targetRef="Done"/>',
        flows="Begin>A>X",
    )
    definition = compile_definition(xml)
    done = run(definition, None, s.Started({}), at(NOON))
    rounds = 0
    with pytest.raises(LimitExceeded, match="went round more often"):  # noqa: PT012 - which one?
        while True:
            (task,) = done.change.tasks_opened
            done = run(
                definition, done.state, s.UserTaskCompleted(task.id, {"again": True}), at(NOON)
            )
            rounds += 1
    assert 400 < rounds < 500
    ended = run(definition, done.state, s.UserTaskCompleted(task.id, {"again": False}), at(NOON))
    assert ended.completed
    assert ended.path[-1] == "Done"


# --- 2.6 each task once --------------------------------------------------------------------------


def test_completing_a_task_twice_is_refused_and_changes_nothing() -> None:
    player = Player(TWO_TASKS).start()
    task_id = player.task_id("A")
    player.complete("A", by="first")
    with pytest.raises(TaskNotOpen):
        player.step(s.UserTaskCompleted(task_id, {"by": "second"}))
    assert player.complete("B").variables == {"by": "first"}


@pytest.mark.parametrize(
    "task_id", ["", "no uuid", "00000000-0000-0000-0000-000000000000", "0" * 32, "\x00"]
)
def test_an_unknown_task_is_not_open(task_id: str) -> None:
    player = Player(TWO_TASKS).start()
    with pytest.raises(TaskNotOpen):
        player.step(s.UserTaskCompleted(task_id, {}))
    with pytest.raises(TaskNotOpen):
        player.step(s.ExternalTaskCompleted(task_id, {}))


def test_an_external_task_is_no_user_task_nor_the_other_way_round() -> None:
    player = play(
        gateway("parallel", "Fork"),
        user("A"),
        '<bpmn:serviceTask id="X" camunda:type="external" camunda:topic="t"/>',
        flows="Begin>Fork>A>Done Fork>X>Done",
    ).start()
    (external,) = player.waiting.external
    with pytest.raises(TaskNotOpen):
        player.step(s.UserTaskCompleted(external, {}))
    with pytest.raises(TaskNotOpen):
        player.step(s.ExternalTaskCompleted(player.task_id("A"), {}))
    player.work("X")
    with pytest.raises(TaskNotOpen):
        player.step(s.ExternalTaskCompleted(external, {}))


def test_a_task_that_an_interrupting_event_withdrew_is_not_open() -> None:
    player = play(
        user("A"),
        boundary("Late", "A", timer("timeDuration", "PT1H")),
        user("B"),
        flows="Begin>A>Done Late>B>Done",
    ).start()
    task_id = player.task_id("A")
    player.wake("2026-08-03T13:00:00")
    assert player.open == ["B"]
    with pytest.raises(TaskNotOpen):
        player.step(s.UserTaskCompleted(task_id, {}))


def test_a_completed_instance_takes_nothing_any_more() -> None:
    player = Player(TWO_TASKS).start().complete("A").complete("B")
    assert player.completed
    with pytest.raises(TaskNotOpen):
        player.step(s.UserTaskCompleted("0" * 32, {}))
    with pytest.raises(StepFailed):
        player.message("M")
    assert player.wake().completed
    assert player.calendar_changed().completed


# --- 2.7 a step that fails -----------------------------------------------------------------------


def test_a_step_that_fails_leaves_the_state_as_it_was_and_usable() -> None:
    xml = diagram(user("A"), script("S", "y = 1 / x"), user("B"), flows="Begin>A>S>B>Done")
    player = Player(xml).start()
    state = player.state
    assert state is not None
    before = bytes(bytearray(state))  # a copy
    for wrong in ({"x": 0}, {}, {"x": "text"}):
        with pytest.raises(StepFailed) as failed:
            player.complete("A", **wrong)
        assert failed.value.element_id == "S"
        assert player.state == before
    assert player.complete("A", x=2).complete("B").variables == {"x": 2, "y": 0.5}


def test_an_effect_that_raises_leaves_the_state_usable() -> None:
    player = play(user("A"), service("E", "e"), flows="Begin>A>E>Done").start()
    state = player.state

    def broken(_: s.EffectCall) -> dict[str, Any]:
        raise RuntimeError

    occurrence = s.UserTaskCompleted(player.task_id("A"), {})
    with pytest.raises(RuntimeError):
        run(compile_definition(player.xml), state, occurrence, at(NOON), broken)
    assert player.step(occurrence).completed


@pytest.mark.parametrize(
    "state",
    [b"", b"K", b"K1garbage", b"K2", b"K2garbage", b"K2" + zlib.compress(b"{}"), b"\x00" * 100,
     b"K2" + zlib.compress(b"[]"), b"K2" + zlib.compress(b'[{"spec": "Process_1"}]'),
     b"K2" + zlib.compress(b'[{"spec": "Unknown"}]'), b"K2" + zlib.compress(b"[1]")],
)  # fmt: skip
def test_bytes_that_are_no_state_are_refused_with_a_reason(state: bytes) -> None:
    with pytest.raises(StepFailed, match=r"saved state|restore"):
        run(compile_definition(TWO_TASKS), state, s.Woken(), at(NOON))


def test_every_single_flipped_byte_is_refused_or_harmless() -> None:
    """Never an exception that is none of ours."""
    definition = compile_definition(TWO_TASKS)
    state = bytearray(run(definition, None, s.Started({"n": 1}), at(NOON)).state)
    for index in range(len(state)):
        state[index] ^= 0x55
        with suppress(StepFailed):
            run(definition, bytes(state), s.Woken(), at(NOON))
        state[index] ^= 0x55


def test_a_state_of_another_diagram_is_refused() -> None:
    state = Player(TWO_TASKS).start().state
    other = diagram(user("Else"), flows="Begin>Else>Done")
    with pytest.raises(StepFailed, match="cannot be read"):
        run(compile_definition(other), state, s.Woken(), at(NOON))


def test_the_state_of_a_small_instance_is_small() -> None:
    state = Player(TWO_TASKS).start(body="MT", cycle_year=2026).complete("A").state
    assert state is not None
    assert len(state) < 700
