"""User tasks, and the forms that were sent for them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import bindparam, delete, insert, nulls_last, select, update

from service.application.records import Submission, UserTask
from service.application.records.running import inboxes
from service.persistence import tables as t
from service.persistence.link import Link
from service.persistence.shapes import Shape

_TASK = Shape(UserTask, t.user_task)
_SUBMISSION = Shape(Submission, t.form_submission)

_c = t.user_task.c
_BY_URGENCY = (nulls_last(_c.due_at), _c.opened_at, _c.id)
_OPEN_OF_INSTANCE = _TASK.select.where(
    _c.instance_id == bindparam("instance_id"), _c.status == "open"
).order_by(*_BY_URGENCY)
_group = t.user_task_group
_OPEN_FOR_GROUPS = _TASK.select.where(
    _c.id.in_(
        select(_group.c.task_id).where(_group.c.group_name.in_(bindparam("groups", expanding=True)))
    )
).order_by(*_BY_URGENCY)
_CLOSE = (
    update(t.user_task)
    .where(_c.id == bindparam("task_id"))
    .values(
        status=bindparam("new_status"),
        closed_at=bindparam("at", type_=_c.closed_at.type),
        completed_by=bindparam("person"),
    )
)
_REPLAN = (
    update(t.user_task)
    .where(_c.id == bindparam("task_id"), _c.status == "open")
    .values(
        due_at=bindparam("due", type_=_c.due_at.type),
        follow_up_at=bindparam("follow_up", type_=_c.follow_up_at.type),
        revision=_c.revision + 1,
    )
)
_OUT_OF_INBOX = delete(_group).where(_group.c.task_id == bindparam("task_id"))
_INTO_INBOX = insert(_group)

_s = t.form_submission.c
_OF_INSTANCE = _SUBMISSION.select.where(_s.instance_id == bindparam("instance_id"))
_LATEST = _OF_INSTANCE.where(_s.form_key == bindparam("form_key")).order_by(_s.id.desc()).limit(1)
_ALL_OF_INSTANCE = _OF_INSTANCE.order_by(_s.id)


class SqlUserTasks:
    """`ports.UserTasks` in SQL."""

    def __init__(self, link: Link) -> None:
        self._link = link

    def get(self, task_id: str) -> UserTask | None:
        """Open or done."""
        return _TASK.one(self._link.row(_TASK.by_key, {"key": task_id}))

    def add(self, tasks: Sequence[UserTask]) -> None:
        """Store tasks; open ones enter the inboxes of their candidate groups and users."""
        _TASK.add_all(self._link, tasks)
        self._link.run_many(
            _INTO_INBOX,
            [
                {"task_id": task.id, "group_name": group}
                for task in tasks
                if task.status == "open"
                for group in dict.fromkeys(inboxes(task))
            ],
        )

    def close(
        self, task_ids: Sequence[str], *, status: str, at: datetime, completed_by: str = ""
    ) -> None:
        """Mark tasks done or withdrawn and take them out of the inboxes."""
        self._link.run_many(
            _CLOSE,
            [
                {"task_id": task_id, "new_status": status, "at": at, "person": completed_by}
                for task_id in task_ids
            ],
        )
        self._link.run_many(_OUT_OF_INBOX, [{"task_id": task_id} for task_id in task_ids])

    def replan(self, task_id: str, due_at: datetime | None, follow_up_at: datetime | None) -> None:
        """Give an open task other due instants; a closed one keeps those it was judged by."""
        parameters = {"task_id": task_id, "due": due_at, "follow_up": follow_up_at}
        self._link.run(_REPLAN, parameters)

    def open_of_instance(self, instance_id: int) -> Sequence[UserTask]:
        """The open tasks of one instance, the most urgent first."""
        return _TASK.all(self._link.rows(_OPEN_OF_INSTANCE, {"instance_id": instance_id}))

    def open_for_groups(self, groups: Iterable[str]) -> Sequence[UserTask]:
        """The open tasks that any of these groups may do, the most urgent first."""
        wanted = list(groups)
        if not wanted:
            return []
        return _TASK.all(self._link.rows(_OPEN_FOR_GROUPS, {"groups": wanted}))


class SqlSubmissions:
    """`ports.Submissions` in SQL."""

    def __init__(self, link: Link) -> None:
        self._link = link

    def add(self, submission: Submission) -> Submission:
        """Store one; returns it with its id, hence its receipt number."""
        return _SUBMISSION.add(self._link, submission)

    def latest(self, instance_id: int, form_key: str) -> Submission | None:
        """The newest one with this form in this instance."""
        return _SUBMISSION.one(
            self._link.row(_LATEST, {"instance_id": instance_id, "form_key": form_key})
        )

    def of_instance(self, instance_id: int) -> Sequence[Submission]:
        """All of one instance, the oldest first."""
        return _SUBMISSION.all(self._link.rows(_ALL_OF_INSTANCE, {"instance_id": instance_id}))
