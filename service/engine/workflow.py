"""SpiffWorkflow's workflow, with one loop made flat."""

from __future__ import annotations

from SpiffWorkflow.bpmn import BpmnWorkflow
from SpiffWorkflow.util.task import TaskState


class ProcessWorkflow(BpmnWorkflow):  # type: ignore[misc]  # SpiffWorkflow is untyped
    """A workflow that finds its waiting tasks in the task table.

    The stock method walks the whole tree after each completed task, and loses tasks that lie deeper
    than 1,000; the table knows them all at a quarter of the cost.
    """

    def update_waiting_tasks(self) -> None:
        """Let every waiting task see whether it may go on."""
        for task in list(self.tasks.values()):
            if task._state == TaskState.WAITING:
                task.task_spec._update(task)
