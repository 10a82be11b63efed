"""Plans, their versions and items."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import bindparam, select

from service.application.records import Plan, PlanItem
from service.persistence import tables as t
from service.persistence.link import Link, Row
from service.persistence.shapes import Shape

_PLAN = Shape(Plan, t.plan, without="items")
_ITEM = Shape(PlanItem, t.plan_item)

_VERSIONS = _PLAN.select.where(
    t.plan.c.cycle_id == bindparam("cycle_id"), t.plan.c.kind == bindparam("kind")
).order_by(t.plan.c.version)
_NEWEST = _VERSIONS.order_by(None).order_by(t.plan.c.version.desc()).limit(1)
_ITEMS = (
    select(t.plan_item.c.plan_id, *_ITEM.columns)
    .where(t.plan_item.c.plan_id.in_(bindparam("plan_ids", expanding=True)))
    .order_by(t.plan_item.c.plan_id, t.plan_item.c.section, t.plan_item.c.number)
)


class SqlPlans:
    """`ports.Plans` in SQL."""

    def __init__(self, link: Link) -> None:
        self._link = link

    def add(self, plan: Plan) -> Plan:
        """Store a version with its items; returns it with its id."""
        number = self._link.insert(_PLAN.insert_one, _PLAN.parameters(plan))
        self._link.run_many(
            _ITEM.insert, [{"plan_id": number, **_ITEM.parameters(item)} for item in plan.items]
        )
        return replace(plan, id=number)

    def newest(self, cycle_id: int, kind: str) -> Plan | None:
        """The highest version with its items in order of section and number."""
        row = self._link.row(_NEWEST, {"cycle_id": cycle_id, "kind": kind})
        return None if row is None else self._with_items([row])[0]

    def versions(self, cycle_id: int, kind: str) -> Sequence[Plan]:
        """All versions with their items, the oldest first."""
        return self._with_items(self._link.rows(_VERSIONS, {"cycle_id": cycle_id, "kind": kind}))

    def change(self, plan_id: int, **columns: Any) -> None:
        """Update some columns. Raises LookupError, or ValueError on an unknown column."""
        _PLAN.change(self._link, plan_id, columns)

    def _with_items(self, rows: Iterable[Row]) -> list[Plan]:
        plans = _PLAN.all(rows)
        items: dict[int, list[PlanItem]] = {plan.id: [] for plan in plans}
        if plans:
            for row in self._link.rows(_ITEMS, {"plan_ids": list(items)}):
                plan_id, *item = tuple(row)
                items[plan_id].append(PlanItem(*item))
        return [replace(plan, items=tuple(items[plan.id])) for plan in plans]
