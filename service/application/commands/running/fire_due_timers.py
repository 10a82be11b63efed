"""Fire the timers that are due: one transaction per instance, the poisonous ones set aside."""

from __future__ import annotations

from datetime import datetime, timedelta

from service.application import records as r
from service.application import steps as s
from service.application.actors import SYSTEM
from service.application.application import Application
from service.application.commands import incident
from service.application.stepping import RUNNING, step
from service.errors import Conflict, Refused, StepFailed, WrongInput

RETRY_AFTER = timedelta(hours=1)


def fire_due_timers(app: Application, now: datetime, *, limit: int = 1_000) -> int:
    """Fire up to `limit` timers with a due instant not after `now`; how many were fired.

    1. Claim the earliest due timer, skipping what other schedulers hold.
    2. Lock its instance and wake it at `now`; whatever is due there fires in this transaction.
    3. A step that fails, or is refused by a rule, is rolled back, becomes an incident, and is
       tried again in an hour.
    """
    fired = 0
    while fired < limit and _fire_one(app, now):
        fired += 1
    return fired


def _fire_one(app: Application, now: datetime) -> bool:
    timer: r.Timer | None = None
    try:
        with app.store.write() as work:
            timer = work.timers.claim_due(now)
            if timer is None:
                return False
            instance = work.instances.lock(timer.instance_id)
            if instance.status != RUNNING:
                work.timers.remove([timer.id])
                work.commit()
                return True
            advance = step(app, work, instance, s.Woken(), actor=SYSTEM, now=now)
            if timer.id not in advance.change.timers_cleared:
                work.timers.postpone(timer.id, now + RETRY_AFTER)
            work.journal.add(
                SYSTEM.entry(
                    "fire_timer",
                    instance.business_key,
                    now,
                    details={"timer": timer.element_id, "due_at": timer.due_at},
                    instance_id=instance.id,
                )
            )
            work.commit()
    except (StepFailed, Refused, WrongInput) as failure:
        if timer is None or isinstance(failure, Conflict):
            raise  # nothing was changed: the next sweep tries again
        with app.store.write() as work:
            work.incidents.add(incident(timer.instance_id, failure, now))
            work.timers.postpone(timer.id, now + RETRY_AFTER)
            work.commit()
    return True
