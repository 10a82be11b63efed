"""Plan instances again after a change of the calendar: one transaction each, then the end of it."""

from __future__ import annotations

from datetime import datetime

from service.application import records as r
from service.application import steps as s
from service.application.actors import SYSTEM, storable
from service.application.application import Application
from service.application.commands import Failures, contained, incident
from service.application.ports import Work
from service.application.replanning import (
    FAILED,
    calendar_changed,
    moved_starts,
    moved_tasks,
    moves_of,
)
from service.application.situation import Situation
from service.application.starting import replan_starts
from service.application.stepping import RUNNING, step
from service.errors import KelisimError, StepFailed, WrongInput


def replan_instances(app: Application, now: datetime, *, limit: int = 1_000) -> int:
    """Work out the dates of up to `limit` waiting instances by the calendar as it is now.

    1. Claim an instance that waits, skipping what others hold.
    2. Its open tasks and timers get their new dates, anchored to what they count from; closed
       tasks keep those they were judged by. Each move is kept with the change, journalled, and
       told to the task's people. What is overdue by the new calendar fires at the next tick.
    3. One that cannot be planned again keeps its dates and gets an incident.
    4. When nothing waits for a change any more, it is done, with its totals in the journal.

    How many instances were handled. A kill at any point loses and repeats nothing. Raises
    DatabaseUnavailable when the database is busy or gone: the next call goes on.
    """
    with app.store.read() as work:
        if not work.calendar_changes.unfinished():
            return 0
    handled, failures = 0, Failures()
    while handled < limit and _replan_one(app, now, failures):
        handled += 1
    _finish(app, now)
    return handled


def _replan_one(app: Application, now: datetime, failures: Failures) -> bool:
    instance_id: int | None = None
    try:
        with contained("replan_instances"), app.store.write() as work:
            instance_id = work.replanning.claim()
            if instance_id is None:
                return False
            _replan(app, work, instance_id, now)
            work.commit()
    except KelisimError as failure:
        if failures.is_its_own(failure, instance_id) and instance_id is not None:
            _set_aside(app, instance_id, failure, now)
    return True


def _replan(app: Application, work: Work, instance_id: int, now: datetime) -> None:
    instance = work.instances.lock(instance_id)
    changes = work.replanning.clear(instance_id)
    if instance.status != RUNNING or not changes:
        return
    open_work = work.replanning.open_work_of(instance)
    changed = calendar_changed(open_work)
    advance = step(app, work, instance, changed, actor=SYSTEM, now=now)
    elements = app.summary(app.definition(work, instance)).elements
    moves = moves_of(open_work, advance, elements, changes[-1])
    work.calendar_changes.add_moves(moves)
    situation = Situation(work, instance, SYSTEM, app.moment(work, instance.cycle_id, now))
    for task, new in moved_tasks(open_work, advance):
        work.user_tasks.replan(task.id, new.due_at, new.follow_up_at)
        _tell(situation, task, new)
    if moves:
        details = {
            "changes": list(changes),
            "moves": [
                {"kind": m.kind, "element": m.element_id, "from": m.from_at, "to": m.to_at}
                for m in moves
            ],
        }
        situation.note("replan_instances", clause="", details=details)


def _tell(situation: Situation, task: r.UserTask, new: s.OpenTask) -> None:
    """The task's people hear of it: of the legal date, or of the one to aim at."""
    if task.due_at != new.due_at:
        subject, from_at, to_at = "deadline_moved", task.due_at, new.due_at
    else:
        subject, from_at, to_at = "target_moved", task.follow_up_at, new.follow_up_at
    payload = {
        "id": task.id,
        "task": task.element_id,
        "from": from_at and from_at.isoformat(),
        "to": to_at and to_at.isoformat(),
    }
    about = situation.instance.business_key
    for group in task.candidate_groups:
        situation.notice("notice", group, subject, about, clause=task.clause, payload=payload)


def _set_aside(app: Application, instance_id: int, failure: KelisimError, now: datetime) -> None:
    found = incident(instance_id, failure, now)
    with app.store.write() as work:
        instance = work.instances.lock(instance_id)
        changes = work.replanning.clear(instance_id)
        if not changes:
            return  # somebody else has dealt with it
        work.incidents.add(found)
        about, names = instance.business_key, dict.fromkeys(("kk", "ru", "en"), "")
        failed = r.CalendarMove(
            0, changes[-1], instance_id, FAILED, found.element_id, about, names, now, now
        )
        work.calendar_changes.add_moves([failed])
        details = {"changes": list(changes), "reason": found.message}
        work.journal.add(
            SYSTEM.entry(
                "replan_instances",
                about,
                now,
                outcome="failed",
                details=details,
                instance_id=instance_id,
            )
        )
        work.commit()


def _finish(app: Application, now: datetime) -> None:
    """Changes for which nothing waits any more are done; each is finished by one process only."""
    with app.store.write() as work:
        finished = work.calendar_changes.claim_unfinished()
        if not finished:
            return
        problem = _replan_starts(app, work, finished[-1].id, now)
        for change in finished:
            work.calendar_changes.change(change.id, status="done", finished_at=now)
            totals = dict(work.calendar_changes.count_moves(change.id))
            details = {"change": change.id, "instances": change.instances, "moves": totals}
            if problem:
                details["problem"] = problem
            work.journal.add(SYSTEM.entry("finish_replanning", "calendar", now, details=details))
        work.commit()


def _replan_starts(app: Application, work: Work, change_id: int, now: datetime) -> str:
    """Processes start by themselves when the new calendar says; what is wrong with one, or ""."""
    try:
        work.calendar_changes.add_moves(moved_starts(app, work, now, change_id=change_id))
        replan_starts(app, work, now)
    except (StepFailed, WrongInput) as failure:
        return storable(failure.message)  # it starts when it was to; nothing else is held up
    return ""
