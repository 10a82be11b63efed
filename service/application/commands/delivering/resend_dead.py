"""Send everything again that was given up on one channel: the mail server works again."""

from __future__ import annotations

from datetime import datetime

from service.application.actors import Actor
from service.application.application import Application
from service.application.commands import attempt
from service.application.commands.delivering import ADMINISTRATOR, bring_back

AT_ONCE = 1_000


def resend_dead(app: Application, actor: Actor, channel: str, now: datetime) -> int:
    """Bring the oldest dead deliveries of a channel back, 1,000 at most; how many.

    For administrators: raises NotPermitted for others. One journal entry names them all.
    """
    with attempt(app, actor, "resend_dead", channel, now), app.store.write() as work:
        actor.require(ADMINISTRATOR, "Sending deliveries again")
        numbers = sorted(work.deliveries.dead_on(channel, AT_ONCE))
        for number in numbers:
            delivery = work.deliveries.lock(number)
            if delivery.status == "dead":
                bring_back(work, delivery, now)
        if numbers:
            work.journal.add(
                actor.entry("resend_dead", channel, now, details={"deliveries": numbers})
            )
        work.commit()
    return len(numbers)
