"""Every path of every diagram in processes/ reaches an end, saved and loaded at each step.

An explorer walks the real diagrams with the pure engine: each open task is completed with every
value that the conditions behind it ask about, each effect answered likewise, timers fire, messages
arrive. Values are read from the conditions themselves; a new element needs an entry below only when
it asks for something that the explorer cannot guess.
"""

from __future__ import annotations

import ast
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from lxml import etree
from SpiffWorkflow.util.task import TaskState

from service.application import steps as s
from service.engine.definitions import compile_definition
from service.engine.elements import NS
from service.engine.language.expressions import _parse, names_in, strip_braces
from tests.domain.given import CALENDAR, SETTINGS, moment
from tests.engine.lint.given import diagram
from tests.engine.playing import NOON, Waiting, gateway, run, user, when

PROCESSES = sorted((Path(__file__).parents[2] / "processes").glob("*.bpmn"))
MOST_STATES = 600  # of one diagram: more would be a circle in the explorer

DATES = {
    "submission_on": "2026-09-25",
    "conclusion_on": "2026-10-25",
    "commission_on": "2026-11-10",
    "president_on": "2026-11-25",
    "rework_on": "2026-11-20",
    "legislature_working_days": 10,
}
# What an instance knows from the beginning: who starts it sees to that.
START: Mapping[str, Any] = {
    **DATES,
    "cycle_id": 1,
    "cycle_year": 2026,
    "body": "MT",
    "filed_by": "a",
    "signed_by": "b",
    "examined_by": "c",
}
# What effects return beside what the conditions behind them ask about; [{}] for all others.
RESULTS: Mapping[str, Sequence[Mapping[str, Any]]] = {
    "open_submissions": [{**DATES, "returned": False}],
    "record_commission_decision": [{"returned": True}, {"returned": False}],
    "send_to_president": [{"sent_to_president_on": "2026-11-20"}],
    "record_president_decision": [{"agreed_on": "2026-12-01"}],
}
# Variables whose possible values cannot be read from the conditions.
VALUES: Mapping[str, Sequence[Any]] = {}

REACHED = TaskState.READY | TaskState.STARTED | TaskState.WAITING | TaskState.COMPLETED


class Diagram:
    """What the explorer reads from the XML: nodes, flows, and what is asked behind a node."""

    def __init__(self, xml: bytes) -> None:
        self.xml = xml
        self._root = etree.fromstring(xml)
        self.flows = {
            flow.get("id"): (flow.get("sourceRef"), flow.get("targetRef"), _condition(flow))
            for flow in self._root.iterfind(".//bpmn:sequenceFlow", NS)
        }

    @cached_property
    def nodes(self) -> dict[str, str]:
        """Flow node id → kind."""
        ends = {end for source, target, _ in self.flows.values() for end in (source, target)}
        found = [node for node in self._root.iter() if node.get("id") in ends]
        return {node.get("id"): etree.QName(node).localname for node in found}

    @cached_property
    def asked(self) -> frozenset[str]:
        """The variables that decide the way."""
        texts = [condition for *_, condition in self.flows.values() if condition]
        return frozenset(name for text in texts for name in names_in(text))

    def guesses(self) -> dict[str, list[Any]]:
        """Every variable that decides the way, with values that matter to its conditions."""
        texts = [condition for *_, condition in self.flows.values() if condition]
        return {name: found for text in texts for name, found in _values(text).items()}

    def choices(self, node: str) -> list[dict[str, Any]]:
        """Every combination of values that the gateways right behind `node` tell apart."""
        values: dict[str, list[Any]] = {}
        for condition in self._conditions_behind(node):
            for name, found in _values(condition).items():
                known = values.setdefault(name, [])
                known += [value for value in found if value not in known]
        return [dict(zip(values, chosen, strict=True)) for chosen in product(*values.values())]

    def _conditions_behind(self, node: str) -> Iterator[str]:
        open_nodes, seen = [node], set()
        while open_nodes:
            source = open_nodes.pop()
            for start, target, condition in self.flows.values():
                if start != source:
                    continue
                if condition:
                    yield condition
                if self.nodes[target].endswith("Gateway") and target not in seen:
                    seen.add(target)
                    open_nodes.append(target)


def _condition(flow: Any) -> str:
    return (flow.findtext("bpmn:conditionExpression", "", NS) or "").strip()


def _values(condition: str) -> dict[str, list[Any]]:
    """Values for the variables of a condition: what it compares with, and something else."""
    tree = _parse(strip_braces(condition))
    found = [node.value for node in ast.walk(tree) if isinstance(node, ast.Constant)]
    texts = [value for value in found if isinstance(value, str)]
    numbers = [value for value in found if isinstance(value, int | float) and value is not True]
    guess: list[Any] = [*texts, "something else"] if texts else [True, False]
    if numbers:
        guess = [number + by for number in numbers for by in (-1, 0, 1)]
    return {name: list(VALUES.get(name, guess)) for name in names_in(condition)}


@dataclass(frozen=True)
class Situation:
    """Where an instance stands, and how it came there."""

    state: bytes
    now: datetime
    waiting: Waiting
    variables: Mapping[str, Any]
    completed: bool
    route: tuple[str, ...]

    def key(self, asked: frozenset[str]) -> object:
        """Two situations with one key have one future."""
        known = {k: v for k, v in self.variables.items() if k in asked or k == "returned"}
        return (
            tuple(sorted(task.element.id for task in self.waiting.tasks.values())),
            tuple(sorted((t.element_id, t.due_at) for t in self.waiting.timers.values())),
            tuple(sorted(wait.name for wait in self.waiting.waits.values())),
            repr(sorted(known.items())),
            self.completed,
        )


class Explorer:
    """Breadth first over everything that can happen."""

    def __init__(self, xml: bytes, start: Mapping[str, Any] = START) -> None:
        self.diagram = Diagram(xml)
        self.start = start
        self.nodes: set[str] = set()
        self.flows: set[str] = set()
        self._definition = compile_definition(xml)
        self.situations: dict[object, Situation] = {}
        self.leads_to: dict[object, set[object]] = {}

    def explore(self) -> None:
        """Visit every situation once."""
        message = next(iter(self._definition.message_starts), "")
        nowhere = Situation(b"", moment(NOON), Waiting.nothing(), {}, completed=False, route=())
        ahead = deque(self._after(nowhere, s.Started(self.start, message), "start"))
        for situation in ahead:
            self.situations[situation.key(self.diagram.asked)] = situation
        while ahead:
            situation = ahead.popleft()
            here = situation.key(self.diagram.asked)
            self._definition = compile_definition(self.diagram.xml)  # as another process would
            for following in self._followers(situation):
                there = following.key(self.diagram.asked)
                self.leads_to.setdefault(here, set()).add(there)
                if there not in self.situations:
                    self.situations[there] = following
                    ahead.append(following)
            assert len(self.situations) < MOST_STATES, f"too many; last {situation.route}"

    def stuck(self) -> list[tuple[str, ...]]:
        """The routes to situations from which no end can be reached."""
        good = {key for key, situation in self.situations.items() if situation.completed}
        grown = True
        while grown:
            more = {key for key, behind in self.leads_to.items() if behind & good} - good
            good |= more
            grown = bool(more)
        return [situation.route for key, situation in self.situations.items() if key not in good]

    def _followers(self, before: Situation) -> Iterator[Situation]:
        for task in before.waiting.tasks.values():
            for values in self.diagram.choices(task.element.id):
                done = s.UserTaskCompleted(task.id, values)
                yield from self._after(before, done, f"{task.element.id} {values or ''}")
        for work in before.waiting.external.values():
            for values in self.diagram.choices(work.element_id):
                yield from self._after(
                    before, s.ExternalTaskCompleted(work.id, values), work.element_id
                )
        for name in {wait.name for wait in before.waiting.waits.values()}:
            yield from self._after(before, s.MessageArrived(name, {}), f"message {name}")
        if before.waiting.timers:
            due = min(pending.due_at for pending in before.waiting.timers.values())
            assert due > before.now, f"a timer of {due} waits at {before.now}"
            yield from self._after(before, s.Woken(), f"woken {due:%d.%m}", due)

    def _after(
        self, before: Situation, occurrence: s.Occurrence, what: str, now: datetime | None = None
    ) -> Iterator[Situation]:
        """One step, once for every way in which its effects can be answered."""
        todo: list[list[int]] = [[]]
        while todo:
            script = todo.pop()
            answers = _Answers(self.diagram, script)
            at = s.Moment(now or before.now, CALENDAR, SETTINGS)
            done = run(self._definition, before.state or None, occurrence, at, answers)
            todo += answers.others()
            self._cover(done)
            yield Situation(
                done.state,
                at.now,
                before.waiting.after(done.change),
                done.variables,
                done.completed,
                (*before.route, what),
            )

    def _cover(self, done: s.Advance) -> None:
        self.nodes.update(done.path)
        workflow = self._definition.codec.load(done.state)
        assert self._definition.codec.dump(workflow) == done.state
        taken = set()
        for part in (workflow, *workflow.subprocesses.values()):
            for task in part.tasks.values():
                if task.has_state(REACHED) and task.task_spec.bpmn_id and task.parent is not None:
                    taken.add((_named_above(task), task.task_spec.bpmn_id))
        for key, (source, target, _) in self.diagram.flows.items():
            if (source, target) in taken:
                self.flows.add(key)
                self.nodes.add(source)  # a cycle timer is left at each rung, and never passed


def _named_above(task: Any) -> str | None:
    above = task.parent
    while above is not None and not above.task_spec.bpmn_id:
        above = above.parent
    return None if above is None else above.task_spec.bpmn_id


class _Answers:
    """Answers each effect of a step by a script of choices, and knows what else was possible."""

    def __init__(self, of: Diagram, script: Sequence[int]) -> None:
        self._diagram = of
        self._script = script
        self._made: list[tuple[int, int]] = []  # chosen, of how many

    def __call__(self, call: s.EffectCall) -> Mapping[str, Any]:
        always: Sequence[Mapping[str, Any]] = RESULTS.get(call.name, [{}])
        asked = self._diagram.choices(call.element.id)
        possible = [{**result, **values} for result, values in product(always, asked)]
        turn = len(self._made)
        chosen = self._script[turn] if turn < len(self._script) else 0
        self._made.append((chosen, len(possible)))
        return possible[chosen]

    def others(self) -> Iterator[list[int]]:
        """The scripts that differ in one later choice."""
        for turn in range(len(self._script), len(self._made)):
            before = [chosen for chosen, _ in self._made[:turn]]
            yield from ([*before, other] for other in range(1, self._made[turn][1]))


def explored(xml: bytes) -> Explorer:
    explorer = Explorer(xml)
    explorer.explore()
    return explorer


@pytest.mark.parametrize("path", PROCESSES, ids=lambda path: path.stem)
def test_every_path_reaches_an_end(path: Path) -> None:
    found = explored(path.read_bytes())
    missing_flows = sorted(set(found.diagram.flows) - found.flows)
    missing_nodes = sorted(set(found.diagram.nodes) - found.nodes)
    advice = "see START, RESULTS and VALUES, or redraw what nobody can reach"
    assert missing_nodes == [], f"never reached: {', '.join(missing_nodes)}; {advice}"
    assert missing_flows == [], f"never taken: {', '.join(missing_flows)}; {advice}"
    assert found.stuck() == []


def test_the_explorer_sees_what_cannot_be_reached() -> None:
    xml = diagram(
        user("A"),
        gateway("exclusive", "X", default="Else"),
        when("Never", "X", "B", "${n > 3 and n == 2}"),
        '<bpmn:sequenceFlow id="Else" sourceRef="X" targetRef="Done"/>',
        user("B"),
        flows="Begin>A>X B>Done",
    )
    found = explored(xml)
    assert set(found.diagram.flows) - found.flows == {"Never", "Flow_2"}
    assert set(found.diagram.nodes) - found.nodes == {"B"}


def test_the_explorer_sees_who_is_stuck() -> None:
    xml = diagram(
        user("A"),
        gateway("exclusive", "X", default="Else"),
        when("In", "X", "B", "${x == 'b'}"),
        '<bpmn:sequenceFlow id="Else" sourceRef="X" targetRef="Done"/>',
        user("B"),
        gateway("exclusive", "Y", default="Back"),
        when("Never", "Y", "Done", "${1 > 2}"),
        '<bpmn:sequenceFlow id="Back" sourceRef="Y" targetRef="B"/>',
        flows="Begin>A>X B>Y",
    )
    assert explored(xml).stuck() == [("start", "A {'x': 'b'}")]
