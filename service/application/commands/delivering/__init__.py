"""Letters and reminders on their way: routed, sent, sent again; and the texts they are made of."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from uuid import NAMESPACE_URL, uuid5

from service.application import records as r
from service.application.ports import Work
from service.domain.notices import timing

OVERTAKEN = "overtaken"
ADMINISTRATOR = "ADMIN/administrator"
PROCESS_OWNER = "ADMIN/process_owner"


def bring_back(work: Work, delivery: r.Delivery, now: datetime) -> None:
    """Let a dead delivery wait again, with all its attempts before it."""
    person = work.people.get(delivery.person_id) if delivery.person_id else None
    work.deliveries.bring_back(
        delivery.id,
        now,
        (person.email or person.id) if person else delivery.address,
        person.language if person else delivery.language,
    )


def drop_overtaken(work: Work, delivery: r.Delivery, now: datetime) -> bool:
    """Take out of a delivery what is overtaken: its task was closed after it was sent.

    Whether anything is left to go out. What was taken out is kept as a delivery `overtaken`, so
    that the pages tell why it did not go.
    """
    items = work.deliveries.items(delivery.id)
    dropped = [row for row in items if _is_overtaken(work, row)]
    if items and len(dropped) == len(items):
        work.deliveries.change(delivery.id, status=OVERTAKEN, settled_at=now, last_error="")
        return False
    for row in dropped:
        message_id = str(uuid5(NAMESPACE_URL, f"{OVERTAKEN}/{delivery.message_id}"))
        kept = replace(delivery, message_id=message_id, status=OVERTAKEN, settled_at=now)
        work.deliveries.put(kept, row.id)
        work.deliveries.unload(delivery.id, row.id)
    return True


def _is_overtaken(work: Work, row: r.Outgoing) -> bool:
    task_id = row.payload.get("task_id")
    task = work.user_tasks.get(task_id) if isinstance(task_id, str) else None
    return task is not None and timing.is_overtaken(row.kind, row.created_at, task.closed_at)
