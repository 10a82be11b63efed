"""The working calendar as an administrator keeps it, and who waits to be planned again."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import (
    JSON,
    ColumnElement,
    bindparam,
    cast,
    delete,
    exists,
    func,
    insert,
    literal_column,
    select,
    update,
)

from service.application.records import (
    CalendarChange,
    CalendarMove,
    CalendarYear,
    Instance,
    OpenWork,
    Timer,
    UserTask,
)
from service.persistence import tables as t
from service.persistence.link import Link
from service.persistence.shapes import Shape

_CHANGE = Shape(CalendarChange, t.calendar_change)
_YEAR = Shape(CalendarYear, t.calendar_year)
_MOVE = Shape(CalendarMove, t.calendar_move)
_INSTANCE = Shape(Instance, t.instance)
_TASK = Shape(UserTask, t.user_task)
_TIMER = Shape(Timer, t.timer)

# One number for the whole database: whoever starts an instance shares it, a change has it alone.
_CALENDAR_LOCK = 0x6B656C6973696D
_HOLD = select(func.pg_advisory_xact_lock_shared(literal_column(str(_CALENDAR_LOCK))))
_LOCK = select(func.pg_advisory_xact_lock(literal_column(str(_CALENDAR_LOCK))))

_o, _c, _m, _r = t.calendar_override.c, t.calendar_change.c, t.calendar_move.c, t.replanning.c
_ADD_OVERRIDE = insert(t.calendar_override)
_VERSION = select(func.max(_o.id))
_OVERRIDES = select(_o.content).order_by(_o.id)
_OF_CHANGE = select(_o.content).where(_o.change_id == bindparam("wanted_change")).order_by(_o.id)
_BROUGHT_BY = select(_o.content, _o.change_id).order_by(_o.id)

_NEWEST = _CHANGE.select.order_by(_c.id.desc()).limit(bindparam("most"))
_NEWEST_BEFORE = _NEWEST.where(_c.id < bindparam("before"))
_REPLANS = _c.status == "replanning"
_UNFINISHED = _CHANGE.select.where(_REPLANS).order_by(_c.id)
_CLAIM_UNFINISHED = _UNFINISHED.where(~exists().where(_r.change_id == _c.id)).with_for_update(
    skip_locked=True, key_share=True
)
_YEARS = _YEAR.select.order_by(t.calendar_year.c.year)
_SET_YEAR = (
    update(t.calendar_year)
    .where(t.calendar_year.c.year == bindparam("of_year"))
    .values(
        status=bindparam("new_status"),
        legal_act=bindparam("new_act"),
        change_id=bindparam("new_change"),
    )
)
_MOVES = (
    _MOVE.select.where(_m.change_id == bindparam("wanted_change"), _m.id > bindparam("after"))
    .order_by(_m.id)
    .limit(bindparam("most"))
)
_COUNT_MOVES = (
    select(_m.kind, func.count())
    .where(_m.change_id == bindparam("wanted_change"))
    .group_by(_m.kind)
)


def _of_my_groups(*, postgres: bool) -> ColumnElement[bool]:
    """Moves of instances with a task, open or closed, for one of the `groups`."""
    kept = t.user_task.c.candidate_groups
    each = func.json_array_elements_text(cast(kept, JSON)) if postgres else func.json_each(kept)
    group = each.table_valued("value", joins_implicitly=True)
    return exists().where(
        t.user_task.c.instance_id == _m.instance_id,
        group.c.value.in_(bindparam("groups", expanding=True)),
    )


# By whether the database is PostgreSQL: the two unfold JSON by different names.
_MY_MOVES = {each: _MOVES.where(_of_my_groups(postgres=each)) for each in (True, False)}
_COUNT_MINE = {each: _COUNT_MOVES.where(_of_my_groups(postgres=each)) for each in (True, False)}

_RUNNING = t.instance.c.status == "running"
_ADD_RUNNING = insert(t.replanning).from_select(
    ["instance_id", "change_id"],
    select(t.instance.c.id, bindparam("wanted_change", type_=_c.id.type)).where(_RUNNING),
)
# The row and its instance are locked together, and skipped together (as timers are).
_CLAIM = (
    select(_r.instance_id)
    .join(t.instance, t.instance.c.id == _r.instance_id)
    .order_by(_r.instance_id)  # the key's own order: no sorting of all that wait
    .limit(1)
    .with_for_update(skip_locked=True, key_share=True)
)
_CLEAR = (
    delete(t.replanning).where(_r.instance_id == bindparam("of_instance")).returning(_r.change_id)
)
_WAITING = select(func.count()).where(_r.change_id == bindparam("wanted_change"))
_NEXT_INSTANCES = (
    _INSTANCE.select.where(_RUNNING, t.instance.c.id > bindparam("after"))
    .order_by(t.instance.c.id)
    .limit(bindparam("most"))
)
_OPEN_TASKS = _TASK.select.where(
    t.user_task.c.instance_id.between(bindparam("first"), bindparam("last")),
    t.user_task.c.status == "open",
).order_by(t.user_task.c.opened_at, t.user_task.c.id)
_TIMERS = _TIMER.select.where(
    t.timer.c.instance_id.between(bindparam("first"), bindparam("last"))
).order_by(t.timer.c.due_at, t.timer.c.id)


class SqlCalendarOverrides:
    """`ports.CalendarOverrides` in SQL."""

    def __init__(self, link: Link) -> None:
        self._link = link

    def add(self, overrides: Sequence[Mapping[str, Any]], change_id: int | None = None) -> None:
        """Store corrections, plain data, with the change that brings them."""
        self._link.run_many(
            _ADD_OVERRIDE, [{"content": one, "change_id": change_id} for one in overrides]
        )

    def all(self) -> Sequence[Mapping[str, Any]]:
        """All, in the order they were given."""
        return [row[0] for row in self._link.rows(_OVERRIDES)]

    def of_change(self, change_id: int) -> Sequence[Mapping[str, Any]]:
        """Those of one change, in the order they were given."""
        return [row[0] for row in self._link.rows(_OF_CHANGE, {"wanted_change": change_id})]

    def brought_by(self) -> Mapping[str, int]:
        """Date as ISO text → the change that brought its last override, where one did."""
        rows = self._link.rows(_BROUGHT_BY)
        return {str(content["date"]): int(number) for content, number in rows if number}

    def version(self) -> int:
        """Grows with every correction; 0 while there are none."""
        return int(self._link.value(_VERSION) or 0)

    def hold(self) -> None:
        """Share the calendar until this transaction ends. On SQLite the writer is alone."""
        if self._link.postgres:
            self._link.rows(_HOLD)

    def lock(self) -> None:
        """Have the calendar alone until this transaction ends."""
        if self._link.postgres:
            self._link.rows(_LOCK)


class SqlCalendarChanges:
    """`ports.CalendarChanges` in SQL."""

    def __init__(self, link: Link) -> None:
        self._link = link

    def add(self, change: CalendarChange) -> CalendarChange:
        """Store one; returns it with its id."""
        return _CHANGE.add(self._link, change)

    def get(self, change_id: int) -> CalendarChange:
        """One. Raises NotFound."""
        return _CHANGE.get(self._link, change_id)

    def newest(self, limit: int, before: int | None = None) -> Sequence[CalendarChange]:
        """The newest first."""
        if before is None:
            return _CHANGE.all(self._link.rows(_NEWEST, {"most": limit}))
        return _CHANGE.all(self._link.rows(_NEWEST_BEFORE, {"most": limit, "before": before}))

    def unfinished(self) -> Sequence[CalendarChange]:
        """Those for which instances may still wait, the oldest first."""
        return _CHANGE.all(self._link.rows(_UNFINISHED))

    def claim_unfinished(self) -> Sequence[CalendarChange]:
        """Those for which nothing waits any more, locked on PostgreSQL."""
        return _CHANGE.all(self._link.rows(_CLAIM_UNFINISHED))

    def change(self, change_id: int, **columns: Any) -> None:
        """Update some columns. Raises NotFound, or ValueError on an unknown column."""
        _CHANGE.change(self._link, change_id, columns)

    def years(self) -> Sequence[CalendarYear]:
        """What is known of years, in their order."""
        return _YEAR.all(self._link.rows(_YEARS))

    def put_year(self, year: CalendarYear) -> None:
        """Store what is known of a year; whoever calls holds the calendar's lock."""
        known = {
            "of_year": year.year,
            "new_status": year.status,
            "new_act": year.legal_act,
            "new_change": year.change_id,
        }
        if self._link.run(_SET_YEAR, known) == 0:
            self._link.run(_YEAR.insert, _YEAR.parameters(year))

    def add_moves(self, moves: Sequence[CalendarMove]) -> None:
        """Store moves."""
        _MOVE.add_all(self._link, moves)

    def moves(
        self, change_id: int, after: int, limit: int, groups: Collection[str] | None = None
    ) -> Sequence[CalendarMove]:
        """A page of a change's moves, in order of id; all, or what concerns these groups."""
        wanted: dict[str, Any] = {"wanted_change": change_id, "after": after, "most": limit}
        if groups is None:
            return _MOVE.all(self._link.rows(_MOVES, wanted))
        mine = _MY_MOVES[self._link.postgres]
        return _MOVE.all(self._link.rows(mine, {**wanted, "groups": list(groups)}))

    def count_moves(
        self, change_id: int, groups: Collection[str] | None = None
    ) -> Mapping[str, int]:
        """How many of each kind, of all or of what concerns these groups."""
        wanted: dict[str, Any] = {"wanted_change": change_id}
        if groups is None:
            rows = self._link.rows(_COUNT_MOVES, wanted)
        else:
            mine = _COUNT_MINE[self._link.postgres]
            rows = self._link.rows(mine, {**wanted, "groups": list(groups)})
        return {str(kind): int(count) for kind, count in rows}


class SqlReplanning:
    """`ports.Replanning` in SQL."""

    def __init__(self, link: Link) -> None:
        self._link = link

    def add_running(self, change_id: int) -> int:
        """Every running instance waits for this change; how many they are."""
        self._link.run(_ADD_RUNNING, {"wanted_change": change_id})
        return self.waiting(change_id)

    def claim(self) -> int | None:
        """An instance that waits, locked on PostgreSQL, skipping those others hold."""
        found: int | None = self._link.value(_CLAIM)
        return found

    def clear(self, instance_id: int) -> Sequence[int]:
        """It waits no more; the changes it waited for, in order.

        Whoever calls holds the instance's lock and reads the calendar afterwards: so each change
        whose row went is in it.
        """
        rows = self._link.rows(_CLEAR, {"of_instance": instance_id})
        return sorted(int(row[0]) for row in rows)

    def waiting(self, change_id: int) -> int:
        """How many instances wait for this change."""
        return int(self._link.value(_WAITING, {"wanted_change": change_id}) or 0)

    def open_work(self, after: int, limit: int) -> Sequence[OpenWork]:
        """Running instances in order of id, with what waits in them; three statements."""
        rows = self._link.rows(_NEXT_INSTANCES, {"after": after, "most": limit})
        instances = _INSTANCE.all(rows)
        return self._with_work(instances) if instances else []

    def open_work_of(self, instance: Instance) -> OpenWork:
        """What waits in one instance."""
        return self._with_work([instance])[0]

    def _with_work(self, instances: Sequence[Instance]) -> list[OpenWork]:
        span = {"first": instances[0].id, "last": instances[-1].id}
        tasks: dict[int, list[UserTask]] = defaultdict(list)
        timers: dict[int, list[Timer]] = defaultdict(list)
        for task in _TASK.all(self._link.rows(_OPEN_TASKS, span)):
            tasks[task.instance_id].append(task)
        for timer in _TIMER.all(self._link.rows(_TIMERS, span)):
            timers[timer.instance_id].append(timer)
        return [OpenWork(one, tuple(tasks[one.id]), tuple(timers[one.id])) for one in instances]
