"""Complete an external task: a worker outside has done what the diagram asked for by topic."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from service.application import steps as s
from service.application.actors import Actor
from service.application.application import Application
from service.application.commands import attempt
from service.application.stepping import RUNNING, step
from service.errors import TaskNotOpen

WORKERS = "SYSTEM/worker"


def complete_external_task(
    app: Application, actor: Actor, task_id: str, values: Mapping[str, Any], now: datetime
) -> None:
    """Take a worker's result (plain JSON values, which become variables) and go on.

    Raises NotPermitted for anybody but workers, TaskNotOpen when the task is unknown or done,
    StepFailed when the diagram cannot go on.
    """
    with (
        attempt(app, actor, "complete_external_task", task_id, now) as attempted,
        app.store.write() as work,
    ):
        actor.require(WORKERS, "Completing external work")
        task = work.external_tasks.get(task_id)
        if task is None:
            raise TaskNotOpen(f"There is no external task {task_id}; fetch the open ones again.")
        attempted.subject, attempted.instance_id = task.element_id, task.instance_id
        instance = work.instances.lock(task.instance_id)
        if instance.status != RUNNING:
            raise TaskNotOpen(f"The instance of {task.element_id} is {instance.status}.")
        done = s.ExternalTaskCompleted(task_id, values)
        advance = step(app, work, instance, done, actor=actor, now=now)
        work.journal.add(
            actor.entry(
                "complete_external_task",
                instance.business_key,
                now,
                details={"task": task.element_id, "topic": task.topic, "path": advance.path},
                instance_id=instance.id,
            )
        )
        work.commit()
