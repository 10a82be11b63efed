"""Diagrams and forms in force."""

from __future__ import annotations

from collections.abc import Sequence

import orjson
from sqlalchemy import Text, bindparam, case, func, select, type_coerce

from service.application.records import Definition, FormDefinition
from service.persistence import tables as t
from service.persistence.link import Link
from service.persistence.shapes import Shape

_DEFINITION = Shape(Definition, t.definition)
_FORM = Shape(FormDefinition, t.form_definition)

_newer = t.definition.alias("newer")
_NEWEST_VERSION = (
    select(func.max(_newer.c.version)).where(_newer.c.key == t.definition.c.key).scalar_subquery()
)
_ALL_LATEST = _DEFINITION.select.where(t.definition.c.version == _NEWEST_VERSION)
_LATEST = (
    _DEFINITION.select.where(t.definition.c.key == bindparam("key"))
    .order_by(t.definition.c.version.desc())
    .limit(1)
)
# A first choice only: LIKE does not mind case on SQLite. The names decide.
_MAY_BE_STARTED_BY = _ALL_LATEST.where(
    type_coerce(t.definition.c.message_starts, Text).contains(
        bindparam("encoded", type_=Text), escape="~"
    )
).order_by(t.definition.c.deployed_at.desc(), t.definition.c.key)
_IN_ORDER = _ALL_LATEST.order_by(t.definition.c.key)
_later = t.form_definition.alias("later")
_NEWEST_FORMS = _FORM.select.where(
    t.form_definition.c.id
    == select(func.max(_later.c.id))
    .where(_later.c.key == t.form_definition.c.key)
    .scalar_subquery()
).order_by(t.form_definition.c.key)
_FORM_OF = (
    _FORM.select.where(t.form_definition.c.key == bindparam("key"))
    .order_by(
        case((t.form_definition.c.deployment == bindparam("deployment"), 0), else_=1),
        t.form_definition.c.deployed_at.desc(),
        t.form_definition.c.id.desc(),
    )
    .limit(1)
)


class SqlDefinitions:
    """`ports.Definitions` in SQL."""

    def __init__(self, link: Link) -> None:
        self._link = link

    def add(self, definition: Definition) -> Definition:
        """Store one. Raises Conflict (on leaving the work) when the version is taken."""
        return _DEFINITION.add(self._link, definition)

    def get(self, definition_id: int) -> Definition:
        """One definition. Raises NotFound."""
        return _DEFINITION.get(self._link, definition_id)

    def latest(self, key: str) -> Definition | None:
        """The highest version of a process id."""
        return _DEFINITION.one(self._link.row(_LATEST, {"key": key}))

    def all_latest(self) -> Sequence[Definition]:
        """The highest version of every process id, in order of id."""
        return _DEFINITION.all(self._link.rows(_IN_ORDER))

    def started_by_message(self, name: str) -> Definition | None:
        """Among the highest versions, the newest one that this message starts."""
        encoded = orjson.dumps(name).decode()
        for wildcard in "~%_":
            encoded = encoded.replace(wildcard, "~" + wildcard)
        found = _DEFINITION.all(self._link.rows(_MAY_BE_STARTED_BY, {"encoded": encoded}))
        return next((one for one in found if name in one.message_starts), None)

    def add_form(self, form: FormDefinition) -> None:
        """Store one form of one deployment."""
        self._link.run(_FORM.insert, _FORM.parameters(form))

    def all_forms(self) -> Sequence[FormDefinition]:
        """The newest form of each key."""
        return _FORM.all(self._link.rows(_NEWEST_FORMS))

    def form(self, key: str, deployment: str) -> FormDefinition | None:
        """The form of that deployment, else the newest of that key."""
        return _FORM.one(self._link.row(_FORM_OF, {"key": key, "deployment": deployment}))
