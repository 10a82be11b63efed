"""Process instances, and the incidents of those that failed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import bindparam, select, text, update

from service.application.records import Incident, Instance
from service.errors import Conflict, NotFound
from service.persistence import tables as t
from service.persistence.link import Link
from service.persistence.shapes import Shape

_INSTANCE = Shape(Instance, t.instance)
_INCIDENT = Shape(Incident, t.incident)

# NO KEY: others may still insert rows that refer to this one (foreign keys take KEY SHARE).
_LOCKED = _INSTANCE.by_key.with_for_update(key_share=True)
_SAVE = (
    update(t.instance)
    .where(t.instance.c.id == bindparam("row_id"), t.instance.c.version == bindparam("read"))
    .values(
        {
            name: bindparam(name, type_=t.instance.c[name].type)
            for name in ("definition_id", "cycle_id", "status", "version", "state", "ended_at")
        }
    )
)
_RUNNING = select(t.instance.c.id).where(t.instance.c.status == "running").order_by(t.instance.c.id)
_FIND = (
    _INSTANCE.select.where(
        t.instance.c.definition_key == bindparam("key"),
        t.instance.c.business_key == bindparam("business_key"),
    )
    .order_by(t.instance.c.id.desc())
    .limit(1)
)
_i = t.incident.c
_INCIDENTS = _INCIDENT.select.order_by(_i.id)
# The same failure again: one row per instance and element that counts up. Both databases speak
# this; SQLAlchemy has a construct of its own for each.
_ADD_INCIDENT = text(
    "INSERT INTO incident (instance_id, element_id, message, occurred_at, times) "  # noqa: S608
    "VALUES (:instance_id, :element_id, :message, :occurred_at, :times) "
    f"ON CONFLICT (instance_id, element_id) WHERE {t.INCIDENT_IS_OPEN} DO UPDATE SET "
    "message = excluded.message, last_at = excluded.occurred_at, "
    "times = incident.times + excluded.times"
).bindparams(bindparam("occurred_at", type_=_i.occurred_at.type))
_RESOLVE = (
    update(t.incident)
    .where(
        text(t.INCIDENT_IS_OPEN),
        _i.instance_id == bindparam("of_instance"),
        _i.element_id == bindparam("of_element"),
    )
    .values(resolved_at=bindparam("at", type_=_i.resolved_at.type))
)


class SqlInstances:
    """`ports.Instances` in SQL."""

    def __init__(self, link: Link) -> None:
        self._link = link

    def add(self, instance: Instance) -> Instance:
        """Store a new one; returns it with its id."""
        return _INSTANCE.add(self._link, instance)

    def get(self, instance_id: int) -> Instance:
        """Without a lock. Raises NotFound."""
        return _INSTANCE.get(self._link, instance_id)

    def lock(self, instance_id: int) -> Instance:
        """With a row lock on PostgreSQL; on SQLite the writer is alone. Raises NotFound."""
        instance = _INSTANCE.one(self._link.row(_LOCKED, {"key": instance_id}))
        if instance is None:
            raise NotFound(f"There is no instance {instance_id}.")
        return instance

    def save(self, instance: Instance) -> None:
        """Write definition, cycle, status, state and end; the stored version becomes version + 1.

        Raises Conflict when `instance.version` is not the stored one.
        """
        changed = self._link.run(
            _SAVE,
            {
                "row_id": instance.id,
                "read": instance.version,
                "definition_id": instance.definition_id,
                "cycle_id": instance.cycle_id,
                "status": instance.status,
                "version": instance.version + 1,
                "state": instance.state,
                "ended_at": instance.ended_at,
            },
        )
        if changed != 1:
            raise Conflict(
                f"Instance {instance.id} ({instance.business_key}) is not at version "
                f"{instance.version} any more; nothing was changed, try again."
            )

    def running(self) -> Sequence[int]:
        """The ids of the running instances, in order."""
        return [row[0] for row in self._link.rows(_RUNNING)]

    def find(self, key: str, business_key: str) -> Instance | None:
        """The newest instance of this process id with this business key."""
        return _INSTANCE.one(self._link.row(_FIND, {"key": key, "business_key": business_key}))


class SqlIncidents:
    """`ports.Incidents` in SQL."""

    def __init__(self, link: Link) -> None:
        self._link = link

    def add(self, incident: Incident) -> None:
        """Store one. Where the same element of the same instance has an open one, that counts up:
        it keeps when it began, and takes the new message and instant.
        """
        self._link.run(
            _ADD_INCIDENT,
            {
                "instance_id": incident.instance_id,
                "element_id": incident.element_id,
                "message": incident.message,
                "occurred_at": incident.occurred_at,
                "times": incident.times,
            },
        )

    def resolve(self, instance_id: int, element_ids: Sequence[str], at: datetime) -> None:
        """Close the open incidents of these elements; those without one are no error."""
        self._link.run_many(
            _RESOLVE,
            [{"of_instance": instance_id, "of_element": each, "at": at} for each in element_ids],
        )

    def all(self) -> Sequence[Incident]:
        """All, in the order they were recorded."""
        return _INCIDENT.all(self._link.rows(_INCIDENTS))
