"""Complete a user task: the act of a person that moves a process on."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from service.application import steps as s
from service.application.actors import Actor, require_may_complete
from service.application.application import Application
from service.application.commands import attempt
from service.application.receiving import Receipt, receive
from service.application.stepping import RUNNING, step
from service.errors import TaskNotOpen


def complete_user_task(
    app: Application, actor: Actor, task_id: str, values: Mapping[str, Any], now: datetime
) -> Receipt:
    """Complete an open user task with the values of its form.

    Raises TaskNotOpen when it is done, withdrawn or unknown, NotPermitted when it is not this
    person's, FormInvalid for wrong fields, Refused when a rule of the law says no, StepFailed when
    the diagram cannot go on. Nothing is changed then; the attempt is journalled.
    """
    with (
        attempt(app, actor, "complete_user_task", task_id, now) as attempted,
        app.store.write() as work,
    ):
        task = work.user_tasks.get(task_id)
        if task is None:
            raise TaskNotOpen(f"There is no task {task_id}; reload the list of tasks.")
        attempted.subject, attempted.instance_id = task.element_id, task.instance_id
        instance = work.instances.lock(task.instance_id)
        if task.status != "open" or instance.status != RUNNING:
            name = task.names.get("en") or task.element_id
            raise TaskNotOpen(f"Task {name} is {task.status} already; reload the list of tasks.")
        require_may_complete(actor, task)
        received = receive(
            app,
            work,
            instance,
            form_key=task.form_key,
            element_id=task.element_id,
            task_id=task_id,
            values=values,
            actor=actor,
            now=now,
            clause=task.clause,
        )
        variables = dict(received.variables)
        if task.completed_by_variable:
            variables[task.completed_by_variable] = ",".join(actor.identities)
        advance = step(
            app,
            work,
            instance,
            s.UserTaskCompleted(task_id, variables),
            actor=actor,
            now=now,
            submission=received.submission,
        )
        receipt = received.receipt(instance)
        work.journal.add(
            actor.entry(
                "complete_user_task",
                instance.business_key,
                now,
                clause=task.clause,
                details={
                    "task": task.element_id,
                    "receipt": receipt.number,
                    "content_sha256": receipt.content_sha256,
                    "path": advance.path,
                },
                instance_id=instance.id,
            )
        )
        work.commit()
    return receipt
