"""Fire the timers that are due: one transaction each, none holding up another."""

from __future__ import annotations

import logging
from datetime import datetime

from service.application import records as r
from service.application import steps as s
from service.application.actors import SYSTEM, storable
from service.application.application import Application
from service.application.backoff import next_try
from service.application.commands import Failures, contained, incident
from service.application.ports import Work
from service.application.stepping import RUNNING, step
from service.errors import KelisimError, StepFailed

_log = logging.getLogger(__name__)


def fire_due_timers(app: Application, now: datetime, *, limit: int = 1_000) -> int:
    """Handle up to `limit` timers with a due instant not after `now`; how many were handled.

    1. Claim the earliest due timer and its instance, skipping what other schedulers hold and
       what waits to be planned again.
    2. Wake the instance at `now`; whatever is due there fires in this transaction.
    3. A step that fails, or is refused by a rule, is rolled back, becomes an incident, and is
       tried again after a growing pause (`backoff.next_try`). Success resolves the incident.

    Raises DatabaseUnavailable when the database is busy or gone: nothing is lost, the next call
    goes on. Any number of threads and processes may call it at once.
    """
    failures = Failures()
    for handled in range(limit):
        if not _handle_one(app, now, failures):
            return handled
    return limit


def _handle_one(app: Application, now: datetime, failures: Failures) -> bool:
    timer: r.Timer | None = None
    try:
        with contained("fire_due_timers"), app.store.write() as work:
            claimed = work.timers.claim_due(now)
            if claimed is None:
                return False
            timer = claimed[0]
            _fire(app, work, *claimed, now)
            work.commit()
    except KelisimError as failure:
        if failures.is_its_own(failure, timer and timer.id) and timer is not None:
            _set_back(app, timer, failure, now)
    return True


def _fire(
    app: Application, work: Work, timer: r.Timer, instance: r.Instance, now: datetime
) -> None:
    if instance.status != RUNNING:
        work.incidents.resolve(instance.id, work.timers.remove([timer.id]), now)
        return
    advance = step(app, work, instance, s.Woken(), actor=SYSTEM, now=now)
    if timer.id not in advance.change.timers_cleared:
        raise StepFailed(
            f"The timer '{timer.element_id}' is due since {timer.due_at.isoformat()} and does not "
            "fire; look at the instance's diagram and state",
            element_id=timer.element_id,
        )
    details = {"timer": timer.element_id, "id": timer.id, "due_at": timer.due_at}
    work.journal.add(
        SYSTEM.entry(
            "fire_timer", instance.business_key, now, details=details, instance_id=instance.id
        )
    )


def _set_back(app: Application, timer: r.Timer, failure: KelisimError, now: datetime) -> None:
    """Keep the failure where an administrator looks, and try again later."""
    until = next_try(timer.attempts + 1, now)
    facts = {"timer": timer.element_id, "instance": timer.instance_id, "again_at": until}
    _log.warning("a timer failed: %s", failure.message, extra=facts)
    with app.store.write() as work:
        if not work.timers.postpone(timer, until):
            return  # somebody else has fired it, or failed with it, meanwhile
        work.incidents.add(incident(timer.instance_id, failure, now, element_id=timer.element_id))
        if timer.attempts == 0:
            business_key = work.instances.get(timer.instance_id).business_key
            reason = storable(failure.message)
            details = {"timer": timer.element_id, "id": timer.id, "reason": reason}
            work.journal.add(
                SYSTEM.entry(
                    "fire_timer",
                    business_key,
                    now,
                    outcome="failed",
                    details=details,
                    instance_id=timer.instance_id,
                )
            )
        work.commit()
