"""What led to a task: the ladder's rungs that fired, and the task on whose edge the timer sits."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from SpiffWorkflow.bpmn.specs.defaults import BoundaryEvent

from service.application.steps import Rung
from service.engine.timers import timer_of


def rungs_of(my_task: Any) -> tuple[Rung, ...]:
    """What the ladder that leads to this task used up in one firing; empty where none does."""
    for task in _line_of(my_task):
        if (rungs := task._get_internal_data("rungs")) is not None:
            return tuple(Rung(number, datetime.fromisoformat(at)) for number, at in rungs)
        if _is_boundary(task):
            break
    return ()


def host_of(my_task: Any) -> Any:
    """The task on whose edge the timer sits that leads to this one; None where none does."""
    for task in _line_of(my_task):
        if _is_boundary(task):
            if timer_of(task) is None:
                return None
            return next((t for t in task.parent.children if not _is_boundary(t)), None)
    return None


def _is_boundary(my_task: Any) -> bool:
    return isinstance(my_task.task_spec, BoundaryEvent)


def _line_of(my_task: Any) -> Iterator[Any]:
    """The task and those that led to it, the nearest first, out of sub-processes too; as far as
    it went by itself: not beyond what a person did.
    """
    task = my_task
    while task is not None and (task is my_task or not task.task_spec.manual):
        yield task
        above = task.parent
        inside = task.workflow
        if above is None and inside.top_workflow is not inside:
            above = inside.top_workflow.get_task_from_id(inside.parent_task_id)
        task = above
