"""The commands: one file, one public function, one transaction each.

Whoever acts (a browser, a client, a timer, a message, the simulator) goes through these. Only here
stands `commit()`. What the rules refuse is rolled back and leaves one trace: its journal entry.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from service.application import records as r
from service.application.actors import Actor, storable
from service.application.application import Application
from service.errors import (
    Conflict,
    DatabaseUnavailable,
    KelisimError,
    Refused,
    StepFailed,
    WrongInput,
)

MOST_REASON = 2_000  # characters of a refusal in the journal: it may quote anything that was sent
RACES_LOST = 3  # conflicts over one matter before they are its own fault and not the others'

_log = logging.getLogger(__name__)


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
            details = {"code": refusal.code, "reason": storable(refusal.message)[:MOST_REASON]}
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


@contextmanager
def contained(act: str) -> Iterator[None]:
    """Around one transaction of many: what nobody foresaw becomes StepFailed.

    So a defect met by one instance is that instance's failure and does not stop the others. The
    traceback goes into the log, never to people. `KelisimError` passes as it is.
    """
    try:
        yield
    except KelisimError:
        raise
    except Exception as defect:
        _log.exception("%s met a defect", act)
        raise StepFailed(
            f"The program failed in a way nobody foresaw ({type(defect).__name__}); "
            "the log has the details for its developers"
        ) from defect


class Failures:
    """Which failures of a batch belong to one matter, and which are everybody's."""

    def __init__(self) -> None:
        self._lost: Counter[object] = Counter()

    def is_its_own(self, failure: KelisimError, matter: object) -> bool:
        """Whether the matter itself is at fault: it is set aside, and the batch goes on.

        A conflict is tried again at once, and is the matter's own fault at the third. Raises the
        failure again when it is the database's, or no matter was found yet (None).
        """
        if matter is None or isinstance(failure, DatabaseUnavailable):
            raise failure
        if not isinstance(failure, Conflict):
            return True
        self._lost[matter] += 1
        return self._lost[matter] >= RACES_LOST


def incident(
    instance_id: int, failure: KelisimError, now: datetime, *, element_id: str = ""
) -> r.Incident:
    """What an administrator sees of an instance whose step failed or was refused.

    `element_id` is the element that is tried again; without it the one that failed.
    """
    failed_at = failure.element_id if isinstance(failure, StepFailed) else ""
    message = failure.message
    if element_id and failed_at and failed_at not in message:
        message = f"'{failed_at}': {message}"
    return r.Incident(0, instance_id, element_id or failed_at, storable(message), now)


def record_incident(
    app: Application, instance_id: int, failure: KelisimError, now: datetime
) -> None:
    """Keep an instance's failed step for the administrators, in a transaction of its own."""
    with app.store.write() as work:
        work.incidents.add(incident(instance_id, failure, now))
        work.commit()
