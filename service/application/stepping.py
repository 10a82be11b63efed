"""One step of one instance, inside the caller's transaction.

Load → advance → perform the effects the diagram asks for → save state, tasks, timers, messages.
Every command that moves an instance goes through here; none of this commits.
"""

from __future__ import annotations

from collections.abc import Generator, Mapping
from contextlib import closing
from dataclasses import replace
from datetime import datetime
from typing import Any

from service.application import records as r
from service.application import steps as s
from service.application.actors import Actor
from service.application.application import Application
from service.application.effects import EFFECTS
from service.application.ports import Work
from service.application.situation import Situation
from service.errors import KelisimError, StepFailed

RUNNING, COMPLETED, CANCELLED = "running", "completed", "cancelled"


def begin(
    work: Work,
    definition: r.Definition,
    *,
    business_key: str,
    cycle_id: int | None,
    now: datetime,
) -> r.Instance:
    """Store a new instance that has not made its first step yet.

    The calendar stays as it is until the transaction ends: a change that comes now waits, and then
    plans this instance again with the others.
    """
    work.calendar_overrides.hold()
    return work.instances.add(
        r.Instance(
            id=0,
            definition_key=definition.key,
            definition_id=definition.id,
            business_key=business_key,
            cycle_id=cycle_id,
            status=RUNNING,
            version=0,
            state=b"",
            started_at=now,
        )
    )


def step(
    app: Application,
    work: Work,
    instance: r.Instance,
    occurrence: s.Occurrence,
    *,
    actor: Actor,
    now: datetime,
    submission: r.Submission | None = None,
) -> s.Advance:
    """Carry a locked instance on and save everything that came of it.

    Raises StepFailed when the diagram cannot be executed and Refused when an effect's rule says
    no; the caller rolls back in both cases.
    """
    definition = app.definition(work, instance)
    moment = app.moment(work, instance.cycle_id, now)
    situation = Situation(work, instance, actor, moment, submission)
    advancing = app.engine.advance(
        definition.digest, definition.xml, instance.state or None, occurrence, moment
    )
    advance = _drive(advancing, situation)
    done = occurrence.task_id if isinstance(occurrence, s.UserTaskCompleted) else ""
    _save(work, instance, advance, actor=actor, now=now, done=done)
    return advance


def _drive(
    advancing: Generator[s.EffectCall, Mapping[str, Any], s.Advance], situation: Situation
) -> s.Advance:
    """Perform each effect the engine asks for and hand its result back, until the step ends."""
    with closing(advancing):
        try:
            call = next(advancing)
            while True:
                call = advancing.send(_perform(situation, call))
        except StopIteration as end:
            advance: s.Advance = end.value
            return advance


def _perform(situation: Situation, call: s.EffectCall) -> Mapping[str, Any]:
    effect = EFFECTS.get(call.name)
    if effect is None:
        raise StepFailed(
            f"'{call.element.id}' asks for the effect '{call.name}', which does not exist; "
            f"known are {', '.join(sorted(EFFECTS))}",
            element_id=call.element.id,
        )
    try:
        return effect.perform(situation, call)
    except KelisimError:
        raise
    except (LookupError, TypeError, ValueError, AttributeError) as problem:
        raise StepFailed(
            f"The effect '{call.name}' at '{call.element.id}' failed: "
            f"{type(problem).__name__}: {problem}; look at the variables it needs",
            element_id=call.element.id,
        ) from problem


def _save(
    work: Work, instance: r.Instance, advance: s.Advance, *, actor: Actor, now: datetime, done: str
) -> None:
    change = advance.change
    _close_tasks(work, change.tasks_closed, actor=actor, now=now, done=done)
    if change.tasks_opened:
        work.user_tasks.add([_user_task(task, instance.id, now) for task in change.tasks_opened])
    if change.timers_cleared and (failed := work.timers.remove(change.timers_cleared)):
        work.incidents.resolve(instance.id, failed, now)
    if change.timers_set:
        work.timers.add(
            [r.Timer(t.id, instance.id, t.element_id, t.due_at) for t in change.timers_set]
        )
    if change.external_closed:
        work.external_tasks.remove(change.external_closed)
    if change.external_opened:
        work.external_tasks.add(
            [
                r.ExternalTask(e.id, instance.id, e.element_id, e.topic, now)
                for e in change.external_opened
            ]
        )
    work.instances.save(
        replace(
            instance,
            state=advance.state,
            status=COMPLETED if advance.completed else RUNNING,
            ended_at=now if advance.completed else None,
        )
    )
    _save_messages(work, instance, advance, now)


def _close_tasks(
    work: Work, closed: tuple[str, ...], *, actor: Actor, now: datetime, done: str
) -> None:
    if done:
        work.user_tasks.close([done], status="done", at=now, completed_by=actor.person)
    if withdrawn := [task_id for task_id in closed if task_id != done]:
        work.user_tasks.close(withdrawn, status="withdrawn", at=now)


def _save_messages(work: Work, instance: r.Instance, advance: s.Advance, now: datetime) -> None:
    if advance.messages:
        work.messages.add(
            [
                r.Message(
                    id=0,
                    name=message.name,
                    business_key=message.business_key or instance.business_key,
                    payload=message.payload,
                    created_at=now,
                    from_instance_id=instance.id,
                )
                for message in advance.messages
            ]
        )
    if advance.change.waits_ended:
        work.subscriptions.remove(advance.change.waits_ended)
    if advance.change.waits_begun:
        work.subscriptions.add(
            [
                r.Subscription(w.id, instance.id, w.name, w.business_key or instance.business_key)
                for w in advance.change.waits_begun
            ]
        )


def _user_task(task: s.OpenTask, instance_id: int, now: datetime) -> r.UserTask:
    element = task.element
    return r.UserTask(
        id=task.id,
        instance_id=instance_id,
        element_id=element.id,
        names=element.names,
        form_key=element.form_key,
        clause=element.clause,
        assignee=task.assignee,
        candidate_groups=task.candidate_groups,
        candidate_users=task.candidate_users,
        excluded_users=task.excluded_users,
        completed_by_variable=element.properties.get("completedBy", ""),
        due_at=task.due_at,
        follow_up_at=task.follow_up_at,
        opened_at=now,
    )
