"""Send a delivery again that was given up, or look once more for people who can be reached."""

from __future__ import annotations

from datetime import datetime

from service.application import records as r
from service.application.actors import Actor
from service.application.application import Application
from service.application.commands import attempt
from service.application.commands.delivering import ADMINISTRATOR, bring_back
from service.application.ports import Work
from service.errors import Conflict


def resend_delivery(app: Application, actor: Actor, delivery_id: int, now: datetime) -> None:
    """Bring a dead or unaddressed delivery back, for administrators.

    A dead one goes out again under its Message-ID, to the person's present address. What reached
    nobody is routed anew. Raises NotPermitted, NotFound, or Conflict when it waits or was sent.
    """
    with (
        attempt(app, actor, "resend_delivery", str(delivery_id), now),
        app.store.write() as work,
    ):
        actor.require(ADMINISTRATOR, "Sending a delivery again")
        delivery = work.deliveries.lock(delivery_id)
        if delivery.status == "dead":
            bring_back(work, delivery, now)
        elif delivery.status == "unaddressed":
            _route_anew(work, delivery)
        else:
            raise Conflict(
                f"Delivery {delivery_id} is {delivery.status}; only what was given up or reached "
                "nobody can be sent again."
            )
        details = {"was": delivery.status, "channel": delivery.channel, "to": delivery.person_id}
        work.journal.add(actor.entry("resend_delivery", str(delivery_id), now, details=details))
        work.commit()


def _route_anew(work: Work, delivery: r.Delivery) -> None:
    for row in work.deliveries.items(delivery.id):
        work.outbox.mark_routed(row.id, None)
    work.deliveries.remove(delivery.id)
