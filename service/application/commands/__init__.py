"""The commands: one file, one public function, one transaction each.

Whoever acts (a browser, a client, a timer, a message, the simulator) goes through these. Only here
stands `commit()`. What the rules refuse is rolled back and leaves one trace: its journal entry.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from service.application import records as r
from service.application.actors import Actor, storable
from service.application.application import Application
from service.errors import KelisimError, Refused, StepFailed, WrongInput


@dataclass
class Attempt:
    """What is attempted, for the journal; a command says more once it knows more."""

    subject: str
    instance_id: int | None = None


@contextmanager
def attempt(
    app: Application, actor: Actor, act: str, subject: str, now: datetime
) -> Iterator[Attempt]:
    """Run a command's transaction; journal what is refused, record an incident for what breaks.

    The error is raised again either way.
    """
    attempted = Attempt(subject)
    try:
        yield attempted
    except (Refused, WrongInput) as problem:
        refusal = problem if isinstance(problem, Refused) else Refused(problem.message)
        with app.store.write() as work:
            details = {"code": refusal.code, "reason": storable(refusal.message)}
            work.journal.add(
                actor.entry(
                    act,
                    attempted.subject,
                    now,
                    clause=refusal.clause,
                    outcome="refused",
                    details=details,
                    instance_id=attempted.instance_id,
                )
            )
            work.commit()
        raise
    except StepFailed as failure:
        if attempted.instance_id is not None:
            record_incident(app, attempted.instance_id, failure, now)
        raise


def incident(instance_id: int, failure: KelisimError, now: datetime) -> r.Incident:
    """What an administrator sees of an instance whose step failed or was refused."""
    element_id = failure.element_id if isinstance(failure, StepFailed) else ""
    return r.Incident(0, instance_id, element_id, storable(failure.message), now)


def record_incident(
    app: Application, instance_id: int, failure: KelisimError, now: datetime
) -> None:
    """Keep an instance's failed step for the administrators, in a transaction of its own."""
    with app.store.write() as work:
        work.incidents.add(incident(instance_id, failure, now))
        work.commit()
