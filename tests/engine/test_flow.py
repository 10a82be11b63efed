"""The proven set of BPMN: events inside one instance, gateways, tasks, endings; and purity."""

from __future__ import annotations

import threading
from collections import Counter
from typing import Any

import pytest

from service.application import steps as s
from service.engine import definitions
from service.engine.advance import SpiffEngine
from service.engine.definitions import DefinitionCache, compile_definition, digest_of
from service.errors import DeadEnd, DefinitionRefused, KelisimError, StepFailed
from tests.engine.lint.given import attempt, codes, diagram
from tests.engine.playing import (
    NOON,
    Player,
    at,
    boundary,
    drain,
    end,
    gateway,
    play,
    repeated,
    run,
    script,
    sub_process,
    throw,
    timer,
    user,
    when,
)

SIGNAL = '<bpmn:signalEventDefinition signalRef="Sig"/>'
SIGNAL_ROOT = '<bpmn:signal id="Sig" name="Recalled"/>'

# --- signals, errors, escalations, conditions ----------------------------------------------------


def test_a_signal_reaches_everyone_who_waits_in_the_instance() -> None:
    player = play(
        gateway("parallel", "Fork"),
        user("A"),
        boundary("Stop", "A", SIGNAL),
        sub_process("Sub", user("In"), flows="SubBegin>In>SubDone"),
        boundary("StopSub", "Sub", SIGNAL),
        user("B"),
        throw("Recall", SIGNAL),
        user("C"),
        flows="Begin>Fork>A>Done Stop>C>Done Fork>Sub>Done StopSub>C Fork>B>Recall>Done",
        roots=SIGNAL_ROOT,
    ).start()
    assert player.open == ["A", "B", "In"]
    assert player.complete("B").open == ["C", "C"]
    assert player.complete("C", 1).complete("C").completed


def test_an_error_leaves_its_sub_process_and_nothing_else() -> None:
    error = '<bpmn:errorEventDefinition errorRef="Err"/>'
    inner = sub_process(
        "Sub",
        user("In"),
        gateway("exclusive", "X", default="Sub_ok"),
        when("Sub_bad", "X", "Failed", "${bad}"),
        '<bpmn:sequenceFlow id="Sub_ok" sourceRef="X" targetRef="SubDone"/>',
        end("Failed", error),
        user("Beside"),
        gateway("parallel", "InFork"),
        flows="SubBegin>InFork>In>X InFork>Beside>SubDone",
    )
    xml = diagram(
        inner,
        boundary("Caught", "Sub", error),
        user("Repair"),
        flows="Begin>Sub>Done Caught>Repair>Done",
        roots='<bpmn:error id="Err" name="Bad" errorCode="bad"/>',
    )
    bad = Player(xml).start().complete("In", bad=True)
    assert bad.open == ["Repair"]
    assert bad.complete("Repair").completed
    good = Player(xml).start().complete("In", bad=False)
    assert good.open == ["Beside"]
    assert good.complete("Beside").completed


def test_an_escalation_leaves_its_sub_process_running() -> None:
    escalation = '<bpmn:escalationEventDefinition escalationRef="Esc"/>'
    player = play(
        sub_process("Sub", throw("Up", escalation), user("In"), flows="SubBegin>Up>In>SubDone"),
        boundary("Heard", "Sub", escalation, cancels=False),
        user("Head"),
        flows="Begin>Sub>Done Heard>Head>Done",
        roots='<bpmn:escalation id="Esc" name="Up" escalationCode="up"/>',
    ).start()
    assert player.open == ["Head", "In"]
    assert player.complete("In").complete("Head").completed


def test_a_terminating_end_closes_everything() -> None:
    player = play(
        gateway("parallel", "Fork"),
        user("A"),
        boundary("Late", "A", timer("timeDuration", "P1D")),
        sub_process("Sub", user("In"), flows="SubBegin>In>SubDone"),
        user("B"),
        end("Stop", "<bpmn:terminateEventDefinition/>"),
        flows="Begin>Fork>A>Done Late>Done Fork>Sub>Done Fork>B>Stop",
    ).start()
    player.complete("B")
    assert (player.completed, player.open, player.timers) == (True, [], {})


def test_a_terminating_end_in_a_sub_process_closes_only_that() -> None:
    player = play(
        sub_process(
            "Sub", user("In"), user("Beside"), gateway("parallel", "F"),
            end("Stop", "<bpmn:terminateEventDefinition/>"),
            flows="SubBegin>F F>In>Stop F>Beside>SubDone",
        ),
        user("After"),
        flows="Begin>Sub>After>Done",
    ).start()  # fmt: skip
    player.complete("In")
    assert player.open == ["After"]
    assert player.complete("After").completed


# --- gateways and tasks --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("x", "way"), [("a", "A"), ("b", "B"), ("c", "Else"), (None, "Else"), (1, "Else")]
)
def test_an_exclusive_gateway_takes_the_first_that_holds_or_the_default(
    x: object, way: str
) -> None:
    player = play(
        gateway("exclusive", "X", default="Other"),
        when("IsA", "X", "A", "${x == 'a'}"),
        when("IsB", "X", "B", "x == 'b' || x == 'a'"),
        '<bpmn:sequenceFlow id="Other" sourceRef="X" targetRef="Else"/>',
        *map(user, ("A", "B", "Else")),
        flows="Begin>X A>Done B>Done Else>Done",
    )
    assert player.start(x=x).open == [way]


@pytest.mark.parametrize(
    ("values", "ways"),
    [({"a": 1, "b": 0}, ["A"]), ({"a": 1, "b": 1}, ["A", "B"]), ({"a": 0, "b": 0}, ["C"])],
)
def test_an_inclusive_gateway_takes_all_that_hold_and_its_join_waits_for_those(
    values: dict[str, int], ways: list[str]
) -> None:
    player = play(
        gateway("inclusive", "Split", default="Other"),
        gateway("inclusive", "Join"),
        when("IsA", "Split", "A", "${a == 1}"),
        when("IsB", "Split", "B", "${b == 1}"),
        '<bpmn:sequenceFlow id="Other" sourceRef="Split" targetRef="C"/>',
        *map(user, ("A", "B", "C", "Last")),
        flows="Begin>Split A>Join B>Join C>Join Join>Last>Done",
    ).start(**values)
    assert player.open == ways
    for element in ways:
        assert "Last" not in player.open
        player.complete(element)
    assert player.open == ["Last"]


def test_manual_tasks_wait_and_tasks_without_a_type_pass() -> None:
    player = play(
        "<bpmn:task id='Plain'/>", "<bpmn:manualTask id='Hand'/>", flows="Begin>Plain>Hand>Done"
    ).start()
    assert (player.open, player.path) == (["Hand"], ["Begin", "Plain"])
    assert player.complete("Hand").completed


def test_a_script_sees_its_own_lines_and_the_calendar() -> None:
    text = """
        # a remark
        year = cycle_year + 1
        due = legal_due('submission', month_day(9, 25))
        late = today() &gt; date(due) || year &lt; 0
        title = 'Year ' + str(year)
        days = [working_days_after('2026-09-25', 1), due]
    """.replace("date(due)", "local_date(due)")
    player = play(script("S", text), user("A"), flows="Begin>S>A>Done").start(cycle_year=2026)
    assert player.complete("A").variables == {
        "cycle_year": 2026,
        "year": 2027,
        "due": "2026-09-25T23:59:59+05:00",
        "late": False,
        "title": "Year 2027",
        "days": ["2026-09-28", "2026-09-25T23:59:59+05:00"],
    }


@pytest.mark.parametrize(
    "text",
    [
        "import os",
        "x = __import__('os')",
        "x = ().__class__",
        "exec('1')",
        "x = 1; y = 2",
        "x == 1",
        "_x = 1",
        "x.y = 1",
        "x[0] = 1",
        "for i in l: x = i",
        "x = [i for i in l]",
        "typename = 1",
        "self = 1",
        "x = open('/etc/passwd')",
        "x = 9 ** 9",
    ],
)
def test_a_script_can_do_nothing_else(text: str) -> None:
    with pytest.raises(StepFailed):
        play(script("S", text), user("A"), flows="Begin>S>A>Done").start(l=[1])


@pytest.mark.parametrize("name", ["Start", "End", "Root"])
def test_ids_that_the_engine_needs_are_refused(name: str) -> None:
    """Otherwise a user task called End is silently skipped."""
    found = attempt(diagram(user(name), flows=f"Begin>{name}>Done"))
    assert "reserved_id" in codes(found)


def test_a_join_that_can_never_meet_is_a_dead_end() -> None:
    player = play(
        gateway("exclusive", "X", default="ToA"),
        when("ToB", "X", "Join", "${b}"),
        '<bpmn:sequenceFlow id="ToA" sourceRef="X" targetRef="A"/>',
        user("A"),
        gateway("parallel", "Join"),
        flows="Begin>X A>Join Join>Done",
    ).start(b=False)
    with pytest.raises(DeadEnd, match="waits for nothing"):
        player.complete("A")


def test_a_file_without_an_executable_process_is_refused() -> None:
    xml = diagram(user("A"), flows="Begin>A>Done")
    with pytest.raises(KelisimError, match="no executable process"):
        compile_definition(xml.replace(b'isExecutable="true"', b'isExecutable="false"'))
    for broken in (b"", b"<x/>", b"not xml", xml[:-30]):
        with pytest.raises((DefinitionRefused, KelisimError)):
            compile_definition(broken)


# --- purity --------------------------------------------------------------------------------------

YEARS_APART = ("2014-10-09T09:00:00", NOON, "2099-12-30T23:59:59")


def shape(done: s.Advance) -> Any:
    """An Advance without what is allowed to differ: the ids, and the bytes that hold them."""
    change = done.change
    return (
        done.completed,
        done.path,
        dict(done.variables),
        done.messages,
        [(t.element, t.assignee, t.candidate_groups, t.due_at) for t in change.tasks_opened],
        [(t.element_id, t.due_at) for t in change.timers_set],
        [(w.name, w.business_key) for w in change.waits_begun],
        [len(x) for x in (change.tasks_closed, change.timers_cleared, change.waits_ended)],
    )


@pytest.mark.parametrize("now", YEARS_APART)
def test_the_same_inputs_give_the_same_advance(now: str) -> None:
    xml = diagram(
        user("A", candidateGroups="${body}/x", dueDate="${working_days_after(today(), 5)}"),
        boundary("Late", "A", timer("timeDuration", "P1D"), cancels=False),
        script("S", "seen = now()\non = today()"),
        end("Seen"),
        flows="Begin>S>A>Done Late>Seen",
    )
    definition, moment = compile_definition(xml), at(now)
    started = s.Started({"body": "MT", "l": [{"a": 1}]})
    first = run(definition, None, started, moment)
    second = run(compile_definition(xml), None, started, moment)
    assert shape(first) == shape(second)
    assert first.variables["seen"] == moment.now.isoformat()
    assert first.change.timers_set[0].due_at.year in (moment.now.year, moment.now.year + 1)
    for occurrence in (s.Woken(), s.CalendarChanged()):
        again = [run(definition, first.state, occurrence, moment) for _ in range(2)]
        assert shape(again[0]) == shape(again[1])
        assert again[0].state == again[1].state  # no ids were made, no clock was read
        assert again[0].change == s.Change() or isinstance(occurrence, s.CalendarChanged)


def test_a_step_changes_neither_its_bytes_nor_its_occurrence() -> None:
    player = play(user("A"), script("S", "l = l + [1]"), user("B"), flows="Begin>A>S>B>Done")
    player.start(l=[0])
    values: dict[str, Any] = {"l": [5], "d": {"x": [1]}}
    before = player.state
    player.complete("A", **values)
    assert values == {"l": [5], "d": {"x": [1]}}
    assert before != player.state


def test_the_same_state_may_be_continued_twice() -> None:
    player = play(user("A"), user("B"), flows="Begin>A>B>Done").start(n=1)
    state, task = player.state, s.UserTaskCompleted(player.task_id("A"), {"x": 1})
    definition = compile_definition(player.xml)
    first, second = (run(definition, state, task, at(NOON)) for _ in range(2))
    assert shape(first) == shape(second)


# --- shared definitions --------------------------------------------------------------------------


def test_a_definition_is_compiled_once_per_digest(monkeypatch: pytest.MonkeyPatch) -> None:
    compiled: Counter[bytes] = Counter()

    def counted(xml: bytes) -> Any:
        compiled[xml] += 1
        return compile_definition(xml)

    monkeypatch.setattr(definitions, "compile_definition", counted)
    files = [diagram(user(f"A{n}"), flows=f"Begin>A{n}>Done") for n in range(4)]
    cache = DefinitionCache(size=3)
    for _ in range(3):
        for xml in files[:3]:
            cache.get(digest_of(xml), lambda xml=xml: xml)  # type: ignore[misc]
    assert set(compiled.values()) == {1}
    cache.get(digest_of(files[3]), lambda: files[3])  # the one used longest ago has to go
    cache.get(digest_of(files[1]), lambda: files[1])
    cache.get(digest_of(files[0]), lambda: files[0])
    assert compiled[files[1]] == 1
    assert compiled[files[0]] == 2


def test_one_definition_serves_eight_threads() -> None:
    """8 threads × 500 steps over shared specifications: loops, sub-processes, timers, joins."""
    many = repeated(collection="bodies", elementVariable="body")
    xml = diagram(
        gateway("parallel", "Fork"),
        gateway("parallel", "Join"),
        user("A", many),
        sub_process("Sub", user("In"), script("S", "n = n + 1"), flows="SubBegin>In>S>SubDone"),
        boundary("Late", "Sub", timer("timeDuration", "P1D"), cancels=False),
        end("Seen"),
        user("Last"),
        flows="Begin>Fork>A>Join>Last>Done Fork>Sub>Join Late>Seen",
    )
    engine, digest = SpiffEngine(), digest_of(xml)
    failures: list[BaseException] = []

    def step(state: bytes | None, occurrence: s.Occurrence) -> s.Advance:
        return drain(engine.advance(digest, xml, state, occurrence, at(NOON)))

    def work(thread: int) -> None:
        try:
            for turn in range(84):  # of 6 steps each
                play_through(thread * 1_000 + turn)
        except BaseException as problem:  # noqa: BLE001 - reported by the test itself
            failures.append(problem)

    def play_through(n: int) -> None:
        done = step(None, s.Started({"n": n, "bodies": ["x", "y", "z"]}))
        steps = 1
        tasks = [task.id for task in done.change.tasks_opened]
        while tasks:
            done = step(done.state, s.UserTaskCompleted(tasks.pop(0), {f"k{steps}": n}))
            tasks += [task.id for task in done.change.tasks_opened]
            steps += 1
        expected = {"n": n + 1, "bodies": ["x", "y", "z"], **{f"k{k}": n for k in range(1, 6)}}
        assert (done.completed, steps, dict(done.variables)) == (True, 6, expected)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
