"""Deliveries as administrators and their receivers see them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from service.application import records as r
from service.application.actors import Actor
from service.application.application import Application

STATUSES = ("waiting", "sending", "sent", "dead", "unaddressed", "overtaken")


@dataclass(frozen=True, slots=True)
class Sent:
    """A delivery and what it carries."""

    delivery: r.Delivery
    items: Sequence[r.Outgoing]


@dataclass(frozen=True, slots=True)
class DeliveryPage:
    """Some deliveries, the newest first. `total` counts those of the status and channel asked for;
    `counts` are by status over all, `dead` by channel.
    """

    rows: Sequence[Sent]
    total: int
    counts: Mapping[str, int]
    dead: Mapping[str, int]


def deliveries_page(
    app: Application,
    actor: Actor,
    *,
    status: str = "",
    channel: str = "",
    offset: int = 0,
    limit: int = 50,
) -> DeliveryPage:
    """A page for administrators; `status` and `channel` "" mean any.

    Raises NotPermitted for others: addresses stand here.
    """
    actor.require("ADMIN/administrator", "Looking at deliveries")
    with app.store.read() as work:
        found = work.deliveries.page(status, channel, offset, limit)
        all_counts = work.deliveries.counts()
    counts = dict.fromkeys(STATUSES, 0)
    for (each, _), count in all_counts.items():
        counts[each] += count
    return DeliveryPage(
        rows=[Sent(delivery, items) for delivery, items in found],
        total=sum(
            count
            for (state, way), count in all_counts.items()
            if status in ("", state) and channel in ("", way)
        ),
        counts=counts,
        dead={way: count for (state, way), count in all_counts.items() if state == "dead"},
    )


def deliveries_to(app: Application, actor: Actor, *, limit: int = 20) -> Sequence[Sent]:
    """What was and will be sent to the actor, the newest first."""
    with app.store.read() as work:
        found = work.deliveries.of_person(actor.person, limit)
    return [Sent(delivery, items) for delivery, items in found]


def next_delivery_at(app: Application, channels: Iterable[str]) -> datetime | None:
    """When the next delivery on one of these channels is due; None while none waits."""
    with app.store.read() as work:
        return work.deliveries.next_due_at(channels)
