"""Open tasks with what they are about, in the order in which people see them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import bindparam, func, nulls_last, select

from service.application.records import ListedTask, UserTask
from service.persistence import tables as t
from service.persistence.link import Link, Row
from service.persistence.shapes import Shape

_TASK = Shape(UserTask, t.user_task)
_c = t.user_task.c
_group, _instance, _concept = t.user_task_group, t.instance, t.concept

_LISTED = (
    select(
        *_TASK.columns,
        _instance.c.definition_key,
        _instance.c.business_key,
        _concept.c.body,
        _concept.c.titles,
        _concept.c.number,
    )
    .join_from(t.user_task, _instance, _c.instance_id == _instance.c.id)
    .join(_concept, _concept.c.instance_id == _instance.c.id, isouter=True)
)
_in_my_groups = _group.c.group_name.in_(bindparam("groups", expanding=True))
_COUNT = select(func.count(func.distinct(_group.c.task_id))).where(_in_my_groups)
_PAGE = (
    _LISTED.where(_c.id.in_(select(_group.c.task_id).where(_in_my_groups)))
    .order_by(nulls_last(_c.due_at), _c.opened_at, _c.id)
    .limit(bindparam("most"))
    .offset(bindparam("skipped"))
)
_ONE = _LISTED.where(_c.id == bindparam("task_id"))
_OWN = len(_TASK.columns)


def _listed(row: Row) -> ListedTask:
    process, business_key, body, titles, number = row[_OWN:]
    return ListedTask(
        task=UserTask(*row[:_OWN]),
        process=process,
        business_key=business_key,
        body=body or business_key.partition("/")[2],
        titles=titles or {},
        number=number or "",
    )


class SqlTaskLists:
    """`ports.TaskLists` in SQL."""

    def __init__(self, link: Link) -> None:
        self._link = link

    def count(self, groups: Iterable[str]) -> int:
        """How many open tasks these groups have."""
        wanted = list(groups)
        return int(self._link.value(_COUNT, {"groups": wanted}) or 0) if wanted else 0

    def page(self, groups: Iterable[str], *, limit: int, offset: int) -> Sequence[ListedTask]:
        """The most urgent first, by the legal due instant; those without one last."""
        wanted = list(groups)
        if not wanted:
            return []
        asked = {"groups": wanted, "most": limit, "skipped": offset}
        return [_listed(row) for row in self._link.rows(_PAGE, asked)]

    def one(self, task_id: str) -> ListedTask | None:
        """Open or closed; None when there is none."""
        row = self._link.row(_ONE, {"task_id": task_id})
        return None if row is None else _listed(row)
