"""The saved state of an instance: small, order-preserving, opaque to everyone else.

Specifications are not stored but referred to by name; the definition's digest pins them. Tasks are
rows that refer to each other by position, and a task's variables are kept as the difference to its
parent's, so that a state is a few hundred bytes and reading it costs a third of what
SpiffWorkflow's own serializer takes (docs/adr/0007). Bytes: a format mark, then zlib (level 1) over
JSON. Order matters: keep the bytes as they are, never in a JSONB column.
"""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from copy import deepcopy
from typing import Any
from uuid import UUID

import orjson
from SpiffWorkflow.bpmn.specs.mixins.events.event_types import CatchingEvent
from SpiffWorkflow.bpmn.specs.mixins.subworkflow_task import SubWorkflowTask
from SpiffWorkflow.bpmn.util.subworkflow import BpmnSubWorkflow
from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from service.engine.workflow import ProcessWorkflow
from service.errors import LimitExceeded, StepFailed

MARK = b"K2"
MAX_STATE = 2_000_000  # bytes before compression


class StateCodec:
    """Writes and reads the states of the instances of one definition. Thread-safe."""

    def __init__(self, specs: Mapping[str, Any]) -> None:
        self._specs = specs

    def dump(self, workflow: Any) -> bytes:
        """The state as bytes. Raises StepFailed beyond MAX_STATE or for values JSON lacks."""
        written = [0]
        try:
            parts = [_write(workflow, None, written)]
            parts += [
                _write(sub, task_id, written) for task_id, sub in workflow.subprocesses.items()
            ]
            data = orjson.dumps(parts)
        except (TypeError, RecursionError) as problem:
            raise StepFailed(
                f"The variables cannot be saved: {problem}; use plain values"
            ) from None
        _check_size(len(data))
        return MARK + zlib.compress(data, 1)

    def load(self, state: bytes) -> Any:
        """The workflow. Raises StepFailed for bytes that are no state of this definition."""
        if state[:2] != MARK:
            raise StepFailed(f"The saved state begins with {state[:2]!r}, not {MARK!r}; restore it")
        try:
            top, *subs = orjson.loads(zlib.decompress(state[2:]))
            workflow = ProcessWorkflow(
                self._specs[top["spec"]], dict(self._specs), deserializing=True
            )
            _read(workflow, top, workflow)
            for part in subs:
                self._read_sub(workflow, part)
        except (zlib.error, ValueError, LookupError, TypeError, AttributeError) as problem:
            raise StepFailed(f"The saved state cannot be read ({problem}); restore it") from problem
        return workflow

    def _read_sub(self, top: Any, part: Mapping[str, Any]) -> None:
        """A sub-process or called activity, hung under its task; parents come before children."""
        task_id = UUID(hex=part["under"])
        parent = top.get_task_from_id(task_id)
        if not isinstance(parent.task_spec, SubWorkflowTask):
            raise TypeError(f"{parent.task_spec.name} is no sub-process")
        sub = BpmnSubWorkflow(self._specs[part["spec"]], task_id, top, deserializing=True)
        _read(sub, part, top)
        top.subprocesses[task_id] = sub
        sub.completed_event.connect(parent.task_spec._on_subworkflow_completed, parent)


def _check_size(size: int) -> None:
    if size > MAX_STATE:
        raise LimitExceeded(
            f"The instance has grown to {size} bytes, at most {MAX_STATE} are kept; "
            "use one small instance per thing"
        )


def _write(workflow: Any, under: UUID | None, written: list[int]) -> dict[str, Any]:
    """One workflow; `written` counts the bytes of all, so that what is too much is not built."""
    position = {task_id: index for index, task_id in enumerate(workflow.tasks)}
    # Joins go by who changed last: ranks keep that, and keep the clock out of the state.
    times = sorted({task.last_state_change for task in workflow.tasks.values()})
    rank = {time: index for index, time in enumerate(times)}
    last = workflow.last_task
    rows = []
    for task in workflow.tasks.values():
        row = orjson.dumps(_row(task, workflow.tasks, position, rank))
        rows.append(orjson.Fragment(row))
        written[0] += len(row)
        if written[0] > MAX_STATE:
            _check_size(written[0])
    return {
        "spec": workflow.spec.name,
        "under": under.hex if under else None,
        "data": workflow.data,
        "correlations": workflow.correlations,
        "success": workflow.success,
        "completed": workflow.completed,
        "last": position.get(last.id) if last is not None else None,
        "root": position[workflow.task_tree.id],
        "tasks": rows,
    }


def _row(
    task: Any,
    tasks: Mapping[UUID, Any],
    position: Mapping[UUID, int],
    rank: Mapping[float, int],
) -> list[Any]:
    parent = tasks.get(task._parent)
    before = parent.data if parent is not None else {}
    data = task.data
    changed: dict[str, Any] = {}
    gone: list[str] = []
    if data is not before and (data or before):
        changed = {
            k: v
            for k, v in data.items()
            if k not in before or (before[k] is not v and not _same(before[k], v))
        }
        gone = [key for key in before if key not in data]
    return [
        task.id.hex,
        position.get(task._parent),
        task.task_spec.name,
        task._state,
        int(task.triggered),
        rank[task.last_state_change],
        task.internal_data,
        changed,
        gone,
        [position[child] for child in task._children],
    ]


def _same(before: Any, value: Any) -> bool:
    """Equal and written alike: 1, 1.0 and True are equal, but not the same to a person."""
    if before != value or type(before) is not type(value):
        return False
    return not isinstance(value, list | dict) or orjson.dumps(before) == orjson.dumps(value)


def _read(workflow: Any, part: Mapping[str, Any], top: Any) -> None:
    rows = part["tasks"]
    ids = [UUID(hex=row[0]) for row in rows]
    specs = workflow.spec.task_specs
    for task_id, row in zip(ids, rows, strict=True):
        _, parent, spec_name, state, triggered, changed_at, internal, changed, gone, children = row
        spec = specs[spec_name]
        task = Task(workflow, spec, state=state, id=task_id)
        task.triggered = bool(triggered)
        task.last_state_change = changed_at
        task.internal_data = internal
        task._children = [ids[child] for child in children]
        if parent is None:
            task.data = changed
        else:
            task._parent = ids[parent]
            above = workflow.tasks[task._parent]
            # What is finished changes no more, so equal variables may be one object.
            finished = (state | above._state) & ~TaskState.FINISHED_MASK == 0
            shared = finished and not changed and not gone
            task.data = above.data if shared else _variables(above.data, changed, gone)
        if state == TaskState.WAITING and isinstance(spec, CatchingEvent):
            top.event_manager.add_task(task)
    workflow.task_tree = workflow.tasks[ids[part["root"]]]
    workflow.last_task = workflow.tasks[ids[part["last"]]] if part["last"] is not None else None
    workflow.success, workflow.completed = part["success"], part["completed"]
    workflow.correlations, workflow.data = part["correlations"], part["data"]


def _variables(
    before: Mapping[str, Any], changed: Mapping[str, Any], gone: list[str]
) -> dict[str, Any]:
    """The parent's variables with this task's differences; nothing mutable is shared."""
    data = {
        key: deepcopy(value) if isinstance(value, list | dict) else value
        for key, value in before.items()
    }
    data.update(changed)
    for key in gone:
        data.pop(key, None)
    return data
