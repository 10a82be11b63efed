"""Re-plan: after a change of the calendar, open tasks and waiting timers get their new dates."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from service.application import records as r
from service.application import steps as s
from service.application.actors import Actor
from service.application.application import Application
from service.application.commands import attempt, record_incident
from service.application.ports import Work
from service.application.situation import Situation
from service.application.stepping import RUNNING, step
from service.errors import Refused, StepFailed, WrongInput


@dataclass(frozen=True, slots=True)
class Replanned:
    """How many instances were looked at, and how many tasks and timers moved."""

    instances: int
    tasks: int
    timers: int


def replan_deadlines(app: Application, actor: Actor, now: datetime) -> Replanned:
    """Work out every open due date and timer again by the calendar as it is now (SIL-22).

    Terms stay anchored to the event they count from; closed tasks keep what they were judged by.
    Each move is journalled and told to the task's people. One transaction per instance.
    """
    with attempt(app, actor, "replan_deadlines", "calendar", now):
        actor.require("ADMIN/administrator", "Planning the deadlines again")
    with app.store.read() as work:
        waiting = work.instances.running()
    tasks = timers = 0
    for instance_id in waiting:
        try:
            moved = _replan(app, actor, instance_id, now)
        except (StepFailed, Refused, WrongInput) as failure:
            record_incident(app, instance_id, failure, now)
            continue
        tasks, timers = tasks + moved[0], timers + moved[1]
    return Replanned(len(waiting), tasks, timers)


def _replan(app: Application, actor: Actor, instance_id: int, now: datetime) -> tuple[int, int]:
    with app.store.write() as work:
        instance = work.instances.lock(instance_id)
        if instance.status != RUNNING:
            return 0, 0
        before = {task.id: task for task in work.user_tasks.open_of_instance(instance_id)}
        advance = step(app, work, instance, s.CalendarChanged(), actor=actor, now=now)
        moves = [
            _move(work, before[task.id], task)
            for task in advance.change.tasks_kept
            if task.id in before and before[task.id].due_at != task.due_at
        ]
        timers = len(advance.change.timers_set)
        if not moves and not timers:
            return 0, 0  # nothing moved: the work is left without a commit
        situation = Situation(work, instance, actor, app.moment(work, instance.cycle_id, now))
        for move in moves:
            _tell(situation, before[move["id"]], move)
        work.journal.add(
            actor.entry(
                "replan_deadlines",
                instance.business_key,
                now,
                details={"tasks": moves, "timers": timers},
                instance_id=instance_id,
            )
        )
        work.commit()
    return len(moves), timers


def _move(work: Work, row: r.UserTask, task: s.OpenTask) -> dict[str, Any]:
    work.user_tasks.replan(row.id, task.due_at, task.follow_up_at)
    return {"id": row.id, "task": row.element_id, "from": row.due_at, "to": task.due_at}


def _tell(situation: Situation, task: r.UserTask, move: dict[str, Any]) -> None:
    payload = {key: str(value) for key, value in move.items()}
    about = situation.instance.business_key
    for group in task.candidate_groups:
        situation.notice(
            "notice", group, "deadline_moved", about, clause=task.clause, payload=payload
        )
