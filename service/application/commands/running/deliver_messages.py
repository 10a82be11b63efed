"""Deliver messages between instances: one transaction each, buffered until somebody waits."""

from __future__ import annotations

from datetime import datetime

from service.application import records as r
from service.application import steps as s
from service.application.actors import SYSTEM, storable
from service.application.application import Application
from service.application.commands import Failures, contained, incident
from service.application.ports import Work
from service.application.stepping import RUNNING, begin, step
from service.errors import KelisimError, StepFailed


def deliver_messages(app: Application, now: datetime, *, limit: int = 10_000) -> int:
    """Deliver up to `limit` pending messages; how many were handled.

    A message goes to the instance that waits for its name and business key, else starts the
    process whose start event names it (once per business key), else is buffered. One whose step
    fails, or is refused, is marked and journalled, and holds up no other; the instance that was
    waiting for it gets an incident. Raises DatabaseUnavailable when the database is busy or gone.
    """
    failures = Failures()
    handled = 0
    while handled < limit and _deliver_one(app, now, failures):
        handled += 1
    return handled


def _deliver_one(app: Application, now: datetime, failures: Failures) -> bool:
    message: r.Message | None = None
    instance_id: int | None = None
    try:
        with contained("deliver_messages"), app.store.write() as work:
            message = work.messages.claim_pending()
            if message is None:
                return False
            waiting = work.subscriptions.find(message.name, message.business_key)
            if waiting is not None:
                instance_id = waiting.instance_id
            delivered = _deliver(app, work, message, instance_id, now)
            work.messages.mark(message.id, "delivered" if delivered else "buffered")
            work.commit()
    except KelisimError as failure:
        if failures.is_its_own(failure, message and message.id) and message is not None:
            _set_aside(app, message, instance_id, failure, now)
    return True


def _set_aside(
    app: Application,
    message: r.Message,
    instance_id: int | None,
    failure: KelisimError,
    now: datetime,
) -> None:
    """Keep what failed where an administrator looks: journal and, of an instance, incident."""
    element_id = failure.element_id if isinstance(failure, StepFailed) else ""
    with app.store.write() as work:
        if instance_id is not None:
            work.incidents.add(incident(instance_id, failure, now))
        work.messages.mark(message.id, "failed")
        work.journal.add(
            SYSTEM.entry(
                "deliver_message",
                message.business_key,
                now,
                outcome="failed",
                details={
                    "message": message.name,
                    "id": message.id,
                    "element": element_id,
                    "reason": storable(failure.message),
                },
                instance_id=instance_id,
            )
        )
        work.commit()


def _deliver(
    app: Application, work: Work, message: r.Message, instance_id: int | None, now: datetime
) -> bool:
    if instance_id is not None:
        instance = work.instances.lock(instance_id)
        waiting = work.subscriptions.find(message.name, message.business_key)
        if instance.status != RUNNING or waiting is None or waiting.instance_id != instance_id:
            return False  # it went on meanwhile and waits no more
        arrived = s.MessageArrived(message.name, message.payload)
        step(app, work, instance, arrived, actor=SYSTEM, now=now)
        return True
    definition = work.definitions.started_by_message(message.name)
    if definition is None:
        return False
    if work.instances.find(definition.key, message.business_key) is not None:
        return True  # a repeat of a message that has started its instance already
    cycle_id = message.payload.get("cycle_id")
    instance = begin(
        work, definition, business_key=message.business_key, cycle_id=cycle_id, now=now
    )
    started = s.Started(message.payload, message.name)
    step(app, work, instance, started, actor=SYSTEM, now=now)
    return True
