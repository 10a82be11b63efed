"""Planning years, and what is recorded about them: letters, understandings, decisions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import bindparam, update

from service.application.records import Cycle, Decision, Letter, Understanding
from service.errors import NotFound
from service.persistence import tables as t
from service.persistence.link import Link
from service.persistence.shapes import Shape

_CYCLE = Shape(Cycle, t.cycle)
_LETTER = Shape(Letter, t.letter)
_UNDERSTANDING = Shape(Understanding, t.understanding)
_DECISION = Shape(Decision, t.decision)

_OF_YEAR = _CYCLE.select.where(t.cycle.c.year == bindparam("year"))
_RUNNING = (
    _CYCLE.select.join(t.instance, t.instance.c.id == t.cycle.c.instance_id)
    .where(t.instance.c.status == "running")
    .order_by(t.cycle.c.year)
)
_LOCKED = _CYCLE.by_key.with_for_update(key_share=True)
_COUNT_UP = (
    update(t.cycle)
    .where(t.cycle.c.id == bindparam("key"))
    .values(last_number=t.cycle.c.last_number + 1)
    .returning(t.cycle.c.last_number)
)

_l = t.letter.c
_LETTERS = _LETTER.select.where(_l.cycle_id == bindparam("cycle_id")).order_by(_l.id)
_LETTERS_OF_KIND = _LETTERS.where(_l.kind == bindparam("kind"))
_LETTER_OF = (
    _LETTER.select.where(
        _l.cycle_id == bindparam("cycle_id"),
        _l.kind == bindparam("kind"),
        _l.sender == bindparam("sender"),
    )
    .order_by(_l.id.desc())
    .limit(1)
)
_UNDERSTANDINGS = _UNDERSTANDING.select.where(
    t.understanding.c.cycle_id == bindparam("cycle_id")
).order_by(t.understanding.c.id)
_DECISIONS = _DECISION.select.where(t.decision.c.cycle_id == bindparam("cycle_id")).order_by(
    t.decision.c.id
)


class SqlCycles:
    """`ports.Cycles` in SQL."""

    def __init__(self, link: Link) -> None:
        self._link = link

    def add(self, cycle: Cycle) -> Cycle:
        """Store one; returns it with its id. Conflict (on leaving the work): a year is taken."""
        return _CYCLE.add(self._link, cycle)

    def get(self, cycle_id: int) -> Cycle:
        """Without a lock. Raises NotFound."""
        return _CYCLE.get(self._link, cycle_id)

    def of_year(self, year: int) -> Cycle | None:
        """The cycle of a planning year, or None."""
        return _CYCLE.one(self._link.row(_OF_YEAR, {"year": year}))

    def running(self) -> Sequence[Cycle]:
        """Those whose procedure has not ended, in order of year."""
        return _CYCLE.all(self._link.rows(_RUNNING))

    def lock(self, cycle_id: int) -> Cycle:
        """With a row lock on PostgreSQL. Raises NotFound."""
        cycle = _CYCLE.one(self._link.row(_LOCKED, {"key": cycle_id}))
        if cycle is None:
            raise NotFound(f"There is no cycle {cycle_id}.")
        return cycle

    def change(self, cycle_id: int, **columns: Any) -> None:
        """Update some columns. Raises NotFound, or ValueError on an unknown column."""
        _CYCLE.change(self._link, cycle_id, columns)

    def next_number(self, cycle_id: int) -> int:
        """The next registration number, 1, 2, 3 …; without gaps, as it rolls back with the work.

        Raises NotFound.
        """
        number = self._link.value(_COUNT_UP, {"key": cycle_id})
        if number is None:
            raise NotFound(f"There is no cycle {cycle_id}.")
        return int(number)


class SqlLetters:
    """`ports.Letters` in SQL."""

    def __init__(self, link: Link) -> None:
        self._link = link

    def add(self, letter: Letter) -> Letter:
        """Store one; returns it with its id."""
        return _LETTER.add(self._link, letter)

    def of_cycle(self, cycle_id: int, kind: str = "") -> Sequence[Letter]:
        """All, or those of one kind, in the order they were registered."""
        statement = _LETTERS_OF_KIND if kind else _LETTERS
        parameters = {"cycle_id": cycle_id, "kind": kind} if kind else {"cycle_id": cycle_id}
        return _LETTER.all(self._link.rows(statement, parameters))

    def find(self, cycle_id: int, kind: str, sender: str) -> Letter | None:
        """The newest letter of this kind by this sender."""
        parameters = {"cycle_id": cycle_id, "kind": kind, "sender": sender}
        return _LETTER.one(self._link.row(_LETTER_OF, parameters))

    def change(self, letter_id: int, **columns: Any) -> None:
        """Update some columns. Raises NotFound, or ValueError on an unknown column."""
        _LETTER.change(self._link, letter_id, columns)


class SqlUnderstandings:
    """`ports.Understandings` in SQL."""

    def __init__(self, link: Link) -> None:
        self._link = link

    def add(self, understandings: Sequence[Understanding]) -> None:
        """Store entries."""
        _UNDERSTANDING.add_all(self._link, understandings)

    def of_cycle(self, cycle_id: int) -> Sequence[Understanding]:
        """All of a cycle, in the order they were entered."""
        return _UNDERSTANDING.all(self._link.rows(_UNDERSTANDINGS, {"cycle_id": cycle_id}))

    def change(self, understanding_id: int, **columns: Any) -> None:
        """Update some columns. Raises NotFound, or ValueError on an unknown column."""
        _UNDERSTANDING.change(self._link, understanding_id, columns)


class SqlDecisions:
    """`ports.Decisions` in SQL."""

    def __init__(self, link: Link) -> None:
        self._link = link

    def add(self, decision: Decision) -> None:
        """Store one."""
        self._link.run(_DECISION.insert, _DECISION.parameters(decision))

    def of_cycle(self, cycle_id: int) -> Sequence[Decision]:
        """All of a cycle, in the order they were recorded."""
        return _DECISION.all(self._link.rows(_DECISIONS, {"cycle_id": cycle_id}))
