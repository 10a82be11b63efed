"""Letters and reminders on their way: routed, sent, sent again; and the texts they are made of."""

from __future__ import annotations

from datetime import datetime

from service.application import records as r
from service.application.ports import Work

ADMINISTRATOR = "ADMIN/administrator"
PROCESS_OWNER = "ADMIN/process_owner"


def bring_back(work: Work, delivery: r.Delivery, now: datetime) -> None:
    """Let a dead delivery wait again, with all its attempts before it."""
    person = work.people.get(delivery.person_id) if delivery.person_id else None
    work.deliveries.change(
        delivery.id,
        status="waiting",
        attempts=0,
        due_at=now,
        settled_at=None,
        address=(person.email or person.id) if person else delivery.address,
        language=person.language if person else delivery.language,
    )
