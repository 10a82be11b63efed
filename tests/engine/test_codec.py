"""Our state codec against SpiffWorkflow's own serializer: both must load the same workflow.

Every harmless diagram, our own diagrams and a few hard shapes are walked at random; after each step
the workflow is written and read by both, and compared task by task.
"""

from __future__ import annotations

import random
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from SpiffWorkflow.bpmn.serializer import BpmnWorkflowSerializer
from SpiffWorkflow.bpmn.serializer.config import DEFAULT_CONFIG
from SpiffWorkflow.bpmn.serializer.default.workflow import BpmnWorkflowConverter
from SpiffWorkflow.bpmn.serializer.helpers import BpmnConverter
from SpiffWorkflow.bpmn.specs import BpmnProcessSpec
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow

from service.application import steps as s
from service.engine.definitions import ExecutableDefinition, compile_definition
from service.engine.running import Run
from service.engine.workflow import ProcessWorkflow
from service.errors import StepFailed
from tests.domain.given import CALENDAR, SETTINGS, moment
from tests.engine.lint.given import diagram, diagrams
from tests.engine.playing import (
    NOON,
    Waiting,
    boundary,
    gateway,
    repeated,
    script,
    sub_process,
    timer,
    user,
)
from tests.engine.test_paths import Diagram

PROCESSES = sorted((Path(__file__).parents[2] / "processes").glob("*.bpmn"))
MOST_STEPS = 16  # of one walk
VARIABLES: dict[str, Any] = {
    "cycle_year": 2026, "body": "MT", "submission_on": "2026-09-25", "conclusion_on": "2026-10-25",
    "commission_on": "2026-11-10", "president_on": "2026-11-25", "rework_on": "2026-11-20",
    "legislature_working_days": 10, "agreed_on": "2026-12-01", "returned": False,
    "sent_to_president_on": "2026-11-20", "next_step": "", "timeliness": "on_time",
    "outcome": "approved", "expedient": "yes", "decision": "sign", "filed_by": "a",
    "signed_by": "b", "examined_by": "c", "bodies": ["MT", "MJ"], "nested": {"l": [{"x": 1}]},
    "again": False, "approved": False, "good": False, "a": "x", "b": False, "enough": False,
    "failed": False, "n": 2, "ok": True, "open": 0, "retry": False, "state": "done",
    "urgent": True, "x": "a",
}  # fmt: skip
RESULTS: tuple[Mapping[str, Any], ...] = (
    {},
    {"again": True, "approved": True, "good": True, "open": 1},
    {"again": False, "open": 0, "decision": "return", "timeliness": "late", "n": 5},
    {"decision": "sign", "expedient": "no", "outcome": "returned", "returned": True},
    {"next_step": "resend", "letters": [{"to": "MT", "at": [1, 2]}], "nested": {"l": []}},
    {"outcome": "approved", "next_step": "", "failed": True, "urgent": False, "enough": True},
)

_INNER = sub_process("Inner", user("Deep"), flows="InnerBegin>Deep>InnerDone")
SHAPES = {
    "sub-processes": diagram(
        gateway("parallel", "Fork"),
        gateway("parallel", "Join"),
        sub_process("Outer", _INNER, user("Next"), flows="OuterBegin>Inner>Next>OuterDone"),
        boundary("Late", "Outer", timer("timeCycle", "R/P3D"), cancels=False),
        sub_process(
            "Each", user("In"), script("S", "n = n + 1"), flows="EachBegin>In>S>EachDone",
            inside=repeated(collection="bodies", elementVariable="one"),
        ),
        flows="Begin>Fork>Outer>Join>Done Fork>Each>Join Late>Done",
    ),
    "sequence": diagram(
        user("A", repeated(sequential=True, collection="bodies", elementVariable="one")),
        boundary("R", "A", timer("timeCycle", "R9/P1D"), cancels=False),
        user("Seen"),
        flows="Begin>A>Done R>Seen>Done",
    ),
}  # fmt: skip
FILES = {path.stem: path for path in [*diagrams("harmless"), *PROCESSES]}


class _ByName(BpmnConverter):  # type: ignore[misc]  # SpiffWorkflow is untyped
    """Specifications are not written but looked up, so that our own classes need no converters."""

    definition: ExecutableDefinition

    def to_dict(self, spec: Any) -> dict[str, str]:
        return {"name": spec.name}

    def from_dict(self, dct: Mapping[str, str]) -> Any:
        return self.definition.specs[dct["name"]]


def stock(definition: ExecutableDefinition) -> BpmnWorkflowSerializer:
    by_name = type("ByName", (_ByName,), {"definition": definition})
    config = {kind: how for kind, how in DEFAULT_CONFIG.items() if kind is not BpmnWorkflow}
    config |= {BpmnProcessSpec: by_name, ProcessWorkflow: BpmnWorkflowConverter}
    return BpmnWorkflowSerializer(BpmnWorkflowSerializer.configure(config))


class Walk:
    """One instance, walked at random; every state is compared."""

    def __init__(self, xml: bytes, seed: int) -> None:
        self.xml = xml
        self.random = random.Random(seed)
        self.guesses = {k: v for k, v in Diagram(xml).guesses().items() if k not in VARIABLES}
        self.now = moment(NOON)
        self.waiting = Waiting.nothing()

    def go(self) -> int:
        """The number of steps that were compared."""
        start = compile_definition(self.xml)
        message = next(iter(start.message_starts), "")
        state, steps = self._step(None, s.Started({**VARIABLES, **self._guessed()}, message)), 1
        while (occurrence := self._occurrence()) is not None and steps < MOST_STEPS:
            state, steps = self._step(state, occurrence), steps + 1
        return steps

    def _guessed(self) -> dict[str, Any]:
        """What the diagram's conditions ask for and VARIABLES does not have."""
        return {name: self.random.choice(found) for name, found in self.guesses.items()}

    def _occurrence(self) -> s.Occurrence | None:
        values = {**self.random.choice(RESULTS), **self._guessed()}
        possible: list[s.Occurrence] = [
            *(s.UserTaskCompleted(key, values) for key in self.waiting.tasks),
            *(s.ExternalTaskCompleted(key, values) for key in self.waiting.external),
            *(s.MessageArrived(wait.name, {"got": [1]}) for wait in self.waiting.waits.values()),
        ]
        if self.waiting.timers:
            possible += [s.Woken(), s.Woken(), s.CalendarChanged()]
        if not possible:
            return None
        chosen = self.random.choice(possible)
        if isinstance(chosen, s.Woken):
            first = min(pending.due_at for pending in self.waiting.timers.values())
            self.now = max(self.now, first) + timedelta(seconds=self.random.choice((-1, 0, 90)))
        return chosen

    def _step(self, state: bytes | None, occurrence: s.Occurrence) -> bytes:
        definition = compile_definition(self.xml)
        run = Run(definition, state, s.Moment(self.now, CALENDAR, SETTINGS))
        run.begin(occurrence)
        while run.next_effect() is not None:
            run.answer({**self.random.choice(RESULTS), **self._guessed()})
        done = run.finish()
        self.waiting = self.waiting.after(done.change)
        compare(compile_definition(self.xml), run._workflow, done.state)
        return done.state


def compare(definition: ExecutableDefinition, workflow: Any, state: bytes) -> None:
    """`workflow`, what our codec reads, and what the stock serializer writes and reads, are one."""
    serializer = stock(definition)
    theirs = serializer.deserialize_json(serializer.serialize_json(workflow))
    ours = definition.codec.load(state)
    assert picture(ours) == picture(theirs) == picture(workflow)
    assert definition.codec.dump(ours) == state  # reading and writing again changes nothing


def picture(top: Any) -> dict[str, Any]:
    """Everything that a step may depend on."""
    return {
        "workflows": {None: _workflow(top)}
        | {key: _workflow(sub) for key, sub in top.subprocesses.items()},
        "order": sorted(top.subprocesses),
        "depths": {key: sub.depth for key, sub in top.subprocesses.items()},
        "listening": {
            key: bool(sub.completed_event.hard_subscribers)
            for key, sub in top.subprocesses.items()
            if not sub.completed
        },
        "events": set(top.event_manager.tasks),
    }


def _workflow(workflow: Any) -> dict[str, Any]:
    tasks = workflow.tasks.values()
    changes = sorted({task.last_state_change for task in tasks})
    return {
        "spec": workflow.spec.name,
        "data": workflow.data,
        "success": workflow.success,
        "completed": workflow.completed,
        "correlations": workflow.correlations,
        "last": workflow.last_task.id if workflow.last_task is not None else None,
        "root": workflow.task_tree.id,
        "tasks": [_task(task) for task in tasks],  # in order
        "changed": [changes.index(task.last_state_change) for task in tasks],
    }


def _task(task: Any) -> dict[str, Any]:
    return {
        "id": task.id,
        "spec": task.task_spec.name,
        "state": task.state,
        "parent": task._parent,
        "children": task._children,
        "data": task.data,
        "internal": task.internal_data,
        "triggered": task.triggered,
    }


def walked(xml: bytes, seed: int) -> int:
    """Steps compared; an invented answer may be one that the diagram cannot be executed with."""
    walk = Walk(xml, seed)
    try:
        return walk.go()
    except StepFailed as failed:
        if not any(text in failed.message for text in ("no variable", "waits for nothing")):
            raise
        return 0


@pytest.mark.parametrize("name", sorted(FILES))
def test_every_diagram_is_loaded_as_the_stock_serializer_loads_it(name: str) -> None:
    xml = FILES[name].read_bytes()
    steps = [walked(xml, seed) for seed in range(3)]
    assert sum(steps) >= 3, f"only {steps} steps: give VARIABLES what {name} asks for"


@pytest.mark.parametrize("name", sorted(SHAPES))
def test_hard_shapes_are_loaded_as_the_stock_serializer_loads_them(name: str) -> None:
    for seed in range(5):
        assert walked(SHAPES[name], seed) >= 3


def test_nothing_mutable_is_shared_between_tasks_that_may_still_change() -> None:
    """Finished tasks may share their variables; whoever goes on writes into his own."""
    xml = FILES["annual_cycle"].read_bytes()
    definition = compile_definition(xml)
    run = Run(definition, None, s.Moment(moment(NOON), CALENDAR, SETTINGS))
    run.begin(s.Started(VARIABLES))
    while run.next_effect() is not None:
        run.answer({})
    workflow = definition.codec.load(run.finish().state)
    for task in workflow.tasks.values():
        parent = task.parent
        if parent is None or task.has_state(64 | 128 | 256):  # completed, error, cancelled
            continue
        assert task.data is not parent.data
        for name, value in task.data.items():
            if isinstance(value, list | dict):
                assert value is not parent.data.get(name)
