"""The commands: one file, one public function, one transaction each.

Whoever acts (a browser, a client, a timer, a message, the simulator) goes through these. Only here
stands `commit()`. What the rules refuse is rolled back and leaves one trace: its journal entry.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from service.application import records as r
from service.application.actors import Actor
from service.application.application import Application
from service.errors import Refused, StepFailed


@contextmanager
def attempt(
    app: Application,
    actor: Actor,
    act: str,
    subject: str,
    now: datetime,
    *,
    instance_id: int | None = None,
) -> Iterator[None]:
    """Run a command's transaction; journal what is refused, record an incident for what breaks.

    The error is raised again either way.
    """
    try:
        yield
    except Refused as refusal:
        with app.store.write() as work:
            details = {"code": refusal.code, "reason": refusal.message}
            work.journal.add(
                r.JournalEntry(
                    at=now,
                    actor=actor.person,
                    act=act,
                    subject=subject,
                    clause=refusal.clause,
                    outcome="refused",
                    details=details,
                    on_behalf_of=actor.on_behalf_of,
                    instance_id=instance_id,
                )
            )
            work.commit()
        raise
    except StepFailed as failure:
        if instance_id is not None:
            record_incident(app, instance_id, failure, now)
        raise


def record_incident(
    app: Application, instance_id: int, failure: StepFailed, now: datetime
) -> None:
    """Keep an instance's failed step for the administrators, in a transaction of its own."""
    with app.store.write() as work:
        work.incidents.add(
            r.Incident(
                id=0,
                instance_id=instance_id,
                element_id=failure.element_id,
                message=failure.message,
                occurred_at=now,
            )
        )
        work.commit()
