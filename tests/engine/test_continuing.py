"""A step that ends in one process goes on in another as if nothing had happened, in every shape.

engine-notes section 2: `Player` compiles the definition again for every step.
"""

from __future__ import annotations

import itertools
from typing import Any

import orjson
import pytest

from tests.engine.lint.given import diagram
from tests.engine.playing import (
    Player,
    boundary,
    catch,
    caught_message,
    gateway,
    message_root,
    play,
    repeated,
    script,
    service,
    sub_process,
    timer,
    user,
    when,
)


def test_variables_keep_their_values_types_and_nesting() -> None:
    values = {"n": 1, "f": 1.5, "t": "қазақша", "yes": True, "none": None, "l": [1, [2, {"k": []}]]}
    player = play(user("A"), user("B"), user("C"), flows="Begin>A>B>C>Done").start(**values)
    player.complete("A", b={"x": {"y": [None]}}).complete("B").complete("C")
    assert player.variables == values | {"b": {"x": {"y": [None]}}}
    assert player.completed


@pytest.mark.parametrize(
    ("before", "after"), [(True, 1), (1, True), (1, 1.0), (0, False), ([1], [True]), ([0], [0.0])]
)
def test_a_variable_that_changes_its_type_only_is_kept(before: Any, after: Any) -> None:
    player = play(user("A"), user("B"), flows="Begin>A>B>Done").start(x=before)
    player.complete("A", x=after).complete("B")
    assert orjson.dumps(player.variables) == orjson.dumps({"x": after})


def test_a_variable_that_a_sub_process_changed_is_kept() -> None:
    player = play(
        sub_process("Sub", user("In"), script("S", "n = n + 1"), flows="SubBegin>In>S>SubDone"),
        user("After"),
        flows="Begin>Sub>After>Done",
    ).start(n=1, untouched=[1])
    assert player.open == ["In"]
    player.complete("In", inner="x")
    assert player.open == ["After"]
    assert player.complete("After").variables == {"n": 2, "inner": "x", "untouched": [1]}
    assert player.completed


def test_sub_process_in_a_sub_process_and_two_at_a_time() -> None:
    inner = sub_process("Inner", user("Deep"), flows="InnerBegin>Deep>InnerDone")
    player = play(
        gateway("parallel", "Fork"),
        gateway("parallel", "Join"),
        sub_process("Outer", inner, user("Next"), flows="OuterBegin>Inner>Next>OuterDone"),
        sub_process("Other", user("Else"), flows="OtherBegin>Else>OtherDone"),
        user("Last"),
        flows="Begin>Fork>Outer>Join>Last>Done Fork>Other>Join",
    ).start(n=1)
    assert player.open == ["Deep", "Else"]
    assert player.complete("Deep", deep=1).open == ["Else", "Next"]
    assert player.complete("Else", other=1).open == ["Next"]
    assert player.complete("Next", outer=1).open == ["Last"]
    player.complete("Last")
    assert player.variables == {"n": 1, "deep": 1, "other": 1, "outer": 1}
    assert player.completed


def test_call_activity_of_the_same_file() -> None:
    called = (
        '<bpmn:process id="Called" isExecutable="true"><bpmn:startEvent id="B2"/>'
        f'{user("Review")}<bpmn:endEvent id="D2"/>'
        '<bpmn:sequenceFlow id="c1" sourceRef="B2" targetRef="Review"/>'
        '<bpmn:sequenceFlow id="c2" sourceRef="Review" targetRef="D2"/></bpmn:process>'
    )
    xml = diagram(
        '<bpmn:callActivity id="Call" calledElement="Called"/>',
        user("Last"),
        flows="Begin>Call>Last>Done",
    ).replace(b"</bpmn:definitions>", called.encode() + b"</bpmn:definitions>")
    player = Player(xml).start(n=1)
    assert player.open == ["Review"]
    assert player.complete("Review", result="good").open == ["Last"]
    assert player.complete("Last").variables == {"n": 1, "result": "good"}
    assert player.completed


@pytest.mark.parametrize("order", list(itertools.permutations("ABC")), ids="".join)
def test_parallel_join_waits_for_everyone_in_any_order(order: tuple[str, ...]) -> None:
    player = _joined("A", "B", "C").start()
    for name in order:
        assert player.open == sorted(set(order) - set(player.path))
        player.complete(name, **{f"by_{name}": name})
    assert player.open == ["Last"]
    player.complete("Last")
    assert player.variables == {"by_A": "A", "by_B": "B", "by_C": "C"}


@pytest.mark.parametrize("order", list(itertools.permutations("ABCD")), ids="".join)
def test_at_a_join_the_last_finisher_wins_even_within_one_second(order: tuple[str, ...]) -> None:
    """Who finished last is the state's to know, not the clock's."""
    player = _joined("A", "B", "C", "D").start()
    player.complete(order[0], x=order[0]).complete(order[1], x=order[1])
    player.complete(order[2]).complete(order[3])
    assert player.complete("Last").variables == {"x": order[1]}


def _joined(*names: str) -> Player:
    flows = " ".join(f"Fork>{name}>Join" for name in names)
    return play(
        gateway("parallel", "Fork"),
        gateway("parallel", "Join"),
        *(user(name) for name in (*names, "Last")),
        flows=f"Begin>Fork {flows} Join>Last>Done",
    )


@pytest.mark.parametrize("sequential", [False, True], ids=["parallel", "sequential"])
def test_multi_instance_over_a_collection_hears_its_children_after_loading(
    sequential: bool,  # noqa: FBT001
) -> None:
    many = repeated(sequential=sequential, collection="bodies", elementVariable="body")
    player = play(
        user("Ask", many, candidateGroups="${body}/submitter"),
        user("Last"),
        flows="Begin>Ask>Last>Done",
    ).start(bodies=["MT", "MFA", "MJ"])
    asked: list[tuple[str, ...]] = []
    while "Ask" in player.open:
        assert len(player.open) == (1 if sequential else 3 - len(asked))
        (task, *_) = player.waiting.tasks.values()
        asked.append(task.candidate_groups)
        player.complete("Ask", answer=len(asked))
    assert asked == [("MT/submitter",), ("MFA/submitter",), ("MJ/submitter",)]
    assert player.open == ["Last"]
    assert player.complete("Last").variables["answer"] == 3
    assert player.completed


@pytest.mark.parametrize("sequential", [False, True], ids=["parallel", "sequential"])
def test_the_element_variable_is_the_childs_alone(
    sequential: bool,  # noqa: FBT001
) -> None:
    many = repeated(sequential=sequential, collection="bodies", elementVariable="body")
    player = play(
        user("A", many, candidateGroups="${body}/head"),
        gateway("exclusive", "X", default="Out"),
        when("Back", "X", "A", "${again}"),
        '<bpmn:sequenceFlow id="Out" sourceRef="X" targetRef="Done"/>',
        flows="Begin>A>X",
    ).start(body="outer", bodies=["MT", "MJ"])
    groups = []
    for again in (True, False):
        for _ in range(2):
            (task, *_) = player.waiting.tasks.values()
            groups.append(task.candidate_groups[0])
            player.complete("A", again=again)
    assert groups == ["MT/head", "MJ/head"] * 2
    assert player.completed
    assert player.variables["body"] == "outer"


@pytest.mark.parametrize("sequential", [False, True], ids=["parallel", "sequential"])
def test_multi_instance_ends_early_by_its_completion_condition(
    sequential: bool,  # noqa: FBT001
) -> None:
    many = repeated("4", sequential=sequential, condition="${enough}")
    player = play(user("A", many), user("Last"), flows="Begin>A>Last>Done").start()
    player.complete("A", enough=False).complete("A", enough=True)
    assert player.open == ["Last"]
    assert player.complete("Last").completed


@pytest.mark.parametrize("many", [repeated("0"), repeated(collection="none")], ids=["0", "[]"])
def test_multi_instance_of_nothing_goes_on(many: str) -> None:
    player = play(user("A", many), user("Last"), flows="Begin>A>Last>Done").start(none=[])
    assert player.open == ["Last"]


def test_multi_instance_of_sub_processes() -> None:
    many = repeated(collection="bodies", elementVariable="body")
    inside = sub_process(
        "Sub", user("In"), user("Next"), flows="SubBegin>In>Next>SubDone", inside=many
    )
    player = play(inside, user("Last"), flows="Begin>Sub>Last>Done").start(bodies=["a", "b"])
    assert player.open == ["In", "In"]
    assert player.complete("In", 1).open == ["In", "Next"]
    assert player.complete("Next").open == ["In"]
    assert player.complete("In").complete("Next").open == ["Last"]
    assert player.complete("Last").completed


def test_standard_loop_repeats_until_its_condition_and_at_most_its_maximum() -> None:
    loop = (
        '<bpmn:standardLoopCharacteristics loopMaximum="3"><bpmn:loopCondition>${!good}'
        "</bpmn:loopCondition></bpmn:standardLoopCharacteristics>"
    )
    player = play(user("A", loop), user("Last"), flows="Begin>A>Last>Done")
    player.start(good=False).complete("A").complete("A", good=True)
    assert player.open == ["Last"]
    again = Player(player.xml).start(good=False).complete("A").complete("A").complete("A")
    assert again.open == ["Last"]
    assert again.complete("Last").completed


def test_boundary_events_and_event_gateway_are_armed_after_loading() -> None:
    player = play(
        user("A"),
        boundary("Late", "A", timer("timeDuration", "P1D")),
        boundary("Withdrawn", "A", caught_message("Withdraw")),
        gateway("eventBased", "Wait"),
        catch("Answer", caught_message("Answer")),
        catch("Silence", timer("timeDuration", "P1D")),
        user("Last"),
        flows="Begin>A>Done Late>Wait Withdrawn>Last>Done Wait>Answer>Last Wait>Silence>Last",
        roots=message_root("Withdraw", "Answer"),
    ).start()
    assert (player.open, player.waits) == (["A"], ["Withdraw"])
    player.wake("2026-08-04T12:00:00")
    assert (player.open, player.waits) == ([], ["Answer"])
    assert player.timers == {"Wait": "2026-08-05T12:00:00"}
    player.message("Answer", text="yes")
    assert (player.open, player.waits, player.timers) == (["Last"], [], {})
    assert player.variables == {"text": "yes"}


def test_cycle_timer_goes_on_between_its_rungs() -> None:
    player = play(
        user("A"),
        boundary("R", "A", timer("timeCycle", "R3/P1D"), cancels=False),
        service("Remind", "remind"),
        '<bpmn:endEvent id="Reminded"/>',
        flows="Begin>A>Done R>Remind>Reminded",
    ).start()
    for day in (4, 5, 6):
        assert player.timers == {"R": f"2026-08-0{day}T12:00:00"}
        player.wake(f"2026-08-0{day}T12:00:00")
    assert (player.timers, player.effects) == ({}, ["remind"] * 3)
    assert player.complete("A").completed


def test_one_rework_loop_many_times() -> None:
    player = play(
        user("A"),
        gateway("exclusive", "X", default="Out"),
        when("Back", "X", "A", "${again}"),
        '<bpmn:sequenceFlow id="Out" sourceRef="X" targetRef="Done"/>',
        flows="Begin>A>X",
    ).start()
    for number in range(30):
        player.complete("A", again=True, n=number)
    player.complete("A", again=False)
    assert (player.completed, player.variables["n"]) == (True, 29)
