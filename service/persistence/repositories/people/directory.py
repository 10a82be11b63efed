"""State bodies, and persons with their memberships."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import bindparam, insert, select

from service.application.records import Body, Person
from service.persistence import tables as t
from service.persistence.link import Link, Row
from service.persistence.shapes import Shape

_BODY = Shape(Body, t.body)
_PERSON = Shape(Person, t.person, without="groups")

_BODIES = _BODY.select.order_by(t.body.c.code)
_ALL_LOCKED = _BODIES.with_for_update(key_share=True)
_WITH_GROUPS = (
    select(*_PERSON.columns, t.membership.c.group_name)
    .join_from(t.person, t.membership, isouter=True)
    .order_by(t.person.c.id, t.membership.c.group_name)
)
_ONE_PERSON = _WITH_GROUPS.where(t.person.c.id == bindparam("person_id"))
_mate = t.membership.alias("mate")
_IN_GROUP = _WITH_GROUPS.where(
    t.person.c.id.in_(select(_mate.c.person_id).where(_mate.c.group_name == bindparam("wanted")))
)
_JOIN = insert(t.membership)


def _people(rows: Iterable[Row]) -> list[Person]:
    """One row per membership → one person each, groups in alphabetical order."""
    people: dict[str, Person] = {}
    groups: dict[str, list[str]] = {}
    for *person_columns, group in rows:
        person = _PERSON.record(*person_columns[:3], (), *person_columns[3:])
        person = people.setdefault(person.id, person)
        mine = groups.setdefault(person.id, [])
        if group is not None:
            mine.append(group)
    return [replace(person, groups=tuple(groups[key])) for key, person in people.items()]


class SqlBodies:
    """`ports.Bodies` in SQL."""

    def __init__(self, link: Link) -> None:
        self._link = link

    def add(self, bodies: Sequence[Body]) -> None:
        """Store bodies."""
        _BODY.add_all(self._link, bodies)

    def get(self, code: str) -> Body | None:
        """The body with this code, or None."""
        return _BODY.one(self._link.row(_BODY.by_key, {"key": code}))

    def all(self) -> Sequence[Body]:
        """All, in order of code."""
        return _BODY.all(self._link.rows(_BODIES))

    def lock_all(self) -> Sequence[Body]:
        """All, in order of code, with row locks on PostgreSQL."""
        return _BODY.all(self._link.rows(_ALL_LOCKED))

    def change(self, code: str, **columns: Any) -> None:
        """Update some columns. Raises LookupError, or ValueError on an unknown column."""
        _BODY.change(self._link, code, columns)


class SqlPeople:
    """`ports.People` in SQL."""

    def __init__(self, link: Link) -> None:
        self._link = link

    def add(self, people: Sequence[Person]) -> None:
        """Store persons and their memberships."""
        _PERSON.add_all(self._link, people)
        self._link.run_many(
            _JOIN,
            [
                {"person_id": person.id, "group_name": group}
                for person in people
                for group in dict.fromkeys(person.groups)
            ],
        )

    def get(self, person_id: str) -> Person | None:
        """The person with this id, or None; groups in alphabetical order."""
        found = _people(self._link.rows(_ONE_PERSON, {"person_id": person_id}))
        return found[0] if found else None

    def in_group(self, group: str) -> Sequence[Person]:
        """Who belongs to a group, in order of id, each with all of his or her groups."""
        return _people(self._link.rows(_IN_GROUP, {"wanted": group}))

    def change(self, person_id: str, **columns: Any) -> None:
        """Update some columns. Raises NotFound, or ValueError on an unknown column."""
        _PERSON.change(self._link, person_id, columns)

    def join(self, person_id: str, groups: Iterable[str]) -> None:
        """Add memberships that the person does not have yet."""
        person = self.get(person_id)
        known = set(person.groups) if person else set()
        new = [group for group in dict.fromkeys(groups) if group not in known]
        rows = [{"person_id": person_id, "group_name": group} for group in new]
        self._link.run_many(_JOIN, rows)
