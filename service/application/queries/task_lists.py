"""The open tasks of somebody, and one task."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from service.application import records as r
from service.application.actors import Actor
from service.application.application import Application
from service.application.ports import Work
from service.application.queries.urgency import Urgency, urgency
from service.application.records.running import own_inbox
from service.domain.calendars import WorkingCalendar
from service.errors import NotFound, NotPermitted

# Who may look at any task, open or not: those who watch over the procedure.
OVERSEERS = frozenset({"ADMIN/administrator", "MFA/head", "MFA/consolidator"})


@dataclass(frozen=True, slots=True)
class TaskOnList:
    """A task with its matter and its urgency at the instant it was asked for."""

    listed: r.ListedTask
    body: r.Body | None
    legal: Urgency
    target: Urgency
    barred: bool  # four eyes: this person took part in the matter before

    @property
    def task(self) -> r.UserTask:
        """The task itself."""
        return self.listed.task


@dataclass(frozen=True, slots=True)
class TaskList:
    """Part of somebody's open tasks, the most urgent first; `total` is how many there are."""

    tasks: Sequence[TaskOnList]
    total: int
    overdue: int  # in this part


def my_tasks(
    app: Application, actor: Actor, now: datetime, *, limit: int, offset: int = 0
) -> TaskList:
    """The open tasks for the actor's groups and for the actor in person, by legal due instant."""
    groups = sorted(actor.groups | {own_inbox(actor.person)})
    with app.store.read() as work:
        calendar, directory = app.calendar(work), _directory(work)
        listed = work.task_lists.page(groups, limit=limit, offset=offset)
        total = work.task_lists.count(groups)
    tasks = [_on_list(one, directory, calendar, actor, now) for one in listed]
    return TaskList(tasks, total, sum(task.legal.state == "overdue" for task in tasks))


def one_task(app: Application, actor: Actor, task_id: str, now: datetime) -> TaskOnList:
    """One task, open or closed.

    Raises NotFound, and NotPermitted for whoever is neither of its groups nor watches over all.
    """
    with app.store.read() as work:
        listed = work.task_lists.one(task_id)
        if listed is None:
            raise NotFound("There is no such task; look at the list of your tasks.")
        if not _may_see(actor, listed.task):
            raise NotPermitted(
                f"This task is for {', '.join(listed.task.candidate_groups) or 'somebody else'}; "
                "ask somebody of that group."
            )
        return _on_list(listed, _directory(work), app.calendar(work), actor, now)


def _may_see(actor: Actor, task: r.UserTask) -> bool:
    named = {task.assignee, *task.candidate_users, task.completed_by}
    return bool(actor.groups & {*task.candidate_groups, *OVERSEERS} or actor.person in named)


def _directory(work: Work) -> Mapping[str, r.Body]:
    return {body.code: body for body in work.bodies.all()}


def _on_list(
    listed: r.ListedTask,
    directory: Mapping[str, r.Body],
    calendar: WorkingCalendar,
    actor: Actor,
    now: datetime,
) -> TaskOnList:
    task = listed.task
    return TaskOnList(
        listed=listed,
        body=directory.get(listed.body),
        legal=urgency(task.due_at, calendar, now),
        target=urgency(task.follow_up_at, calendar, now),
        barred=bool(set(actor.identities) & set(task.excluded_users)),
    )
