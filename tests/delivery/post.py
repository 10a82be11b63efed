"""The post of a world: people with addresses, channels, and time that passes while letters go."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from service import bootstrap
from service.application import records as r
from service.application.actors import Actor
from service.application.commands.administering.import_directory import import_directory
from service.application.commands.delivering.route_outbox import route_outbox
from service.application.commands.delivering.send_deliveries import send_deliveries
from service.application.ports import Channel, Channels, Envelope, NotDelivered
from service.application.ports.channels import LOG, MAIL, WEBHOOK
from service.delivery import SmtpChannel
from tests.world import World, directory, instant, when

SENDER = "kelisim@mfa.example"
PAGES = "https://kelisim.example"
ADMINISTRATOR = Actor("admin", frozenset({"ADMIN/administrator"}))
OWNER = Actor("owner", frozenset({"ADMIN/process_owner"}))


@dataclass
class Recorded:
    """A way out that writes down what it is given, or fails as it is told."""

    sent: list[Envelope] = field(default_factory=list)
    failure: NotDelivered | None = None

    def send(self, envelope: Envelope) -> None:
        if self.failure is not None:
            raise self.failure
        self.sent.append(envelope)

    def to(self, address: str) -> list[Envelope]:
        return [each for each in self.sent if each.address == address]


class Post:
    """Routing and sending in a world."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.mail = Recorded()
        self.channels = Channels({MAIL: self.mail}, PAGES)
        self._numbers = iter(range(1, 10_000))
        import_directory(
            world.app, bootstrap.INSTALLER, [directory()["MT"], directory()["MFA"]], [], world.now
        )

    # --- set-up ------------------------------------------------------------------------------

    def by(self, **by_name: Channel) -> None:
        """Letters leave by these channels from now on: mail, webhook, log."""
        names = {"mail": MAIL, "webhook": WEBHOOK, "log": LOG}
        self.channels = Channels({names[name]: each for name, each in by_name.items()}, PAGES)

    def over(self, url: str, **options: Any) -> None:
        """Mail leaves over this server."""
        self.by(mail=SmtpChannel(url, SENDER, **options))

    def person(
        self,
        name: str,
        *groups: str,
        language: str = "en",
        notices: str = "immediate",
        email: str = "?",
    ) -> r.Person:
        address = f"{name}@mail.example" if email == "?" else email
        person = r.Person(name, name.title(), language, groups, address, notices)
        import_directory(self.world.app, bootstrap.INSTALLER, [], [person], self.world.now)
        return person

    def changes(self, name: str, **columns: Any) -> None:
        with self.world.app.store.write() as work:
            work.people.change(name, **columns)
            work.commit()

    # --- what leaves -------------------------------------------------------------------------

    def leaves(
        self,
        kind: str,
        recipient: str,
        subject: str = "submission_due",
        *,
        about: str = "MT",
        payload: Mapping[str, Any] | None = None,
        instance_id: int | None = None,
    ) -> str:
        """Something is put into the outbox now; its stable id."""
        message_id = f"out-{next(self._numbers)}"
        row = r.Outgoing(
            0,
            kind,
            recipient,
            subject,
            about,
            "4,7",
            payload or {},
            self.world.now,
            message_id,
            instance_id,
        )
        with self.world.app.store.write() as work:
            work.outbox.add([row])
            work.commit()
        return message_id

    # --- time --------------------------------------------------------------------------------

    def at(self, time: str) -> Post:
        """It becomes later, and nothing else happens (`goes` lets letters leave)."""
        self.world.now = instant(time)
        return self

    def goes(self) -> int:
        """What is in the outbox is routed, and what is due is sent; how many were handled."""
        self.routes()
        return self.sends()

    def routes(self) -> int:
        return route_outbox(self.world.app, self.channels, self.world.now)

    def sends(self) -> int:
        handled = total = send_deliveries(self.world.app, self.channels, self.world.now)
        while handled:
            handled = send_deliveries(self.world.app, self.channels, self.world.now)
            total += handled
        return total

    def lives_until(self, time: str, *, hour: int = 10) -> None:
        """Day after day until then: timers fire, letters leave at that hour."""
        end = instant(time)
        while self.world.now < end:
            tomorrow = (self.world.now + timedelta(days=1)).replace(hour=hour, minute=0, second=0)
            self.world.at(when(min(tomorrow, end)))
            self.goes()

    # --- looking -----------------------------------------------------------------------------

    def deliveries(self, status: str = "") -> list[r.Delivery]:
        """All, the oldest first."""
        with self.world.app.store.read() as work:
            found = [delivery for delivery, _ in work.deliveries.page(status, "", 0, 1_000)]
        return found[::-1]

    def the_delivery(self, status: str = "") -> r.Delivery:
        (delivery,) = self.deliveries(status)
        return delivery

    def carried(self, delivery: r.Delivery) -> list[str]:
        with self.world.app.store.read() as work:
            return [row.message_id for row in work.deliveries.items(delivery.id)]

    def next_due_at(self) -> datetime | None:
        with self.world.app.store.read() as work:
            return work.deliveries.next_due_at(self.channels.by_name)


def addresses(letters: Iterable[Envelope]) -> list[str]:
    return sorted(letter.address for letter in letters)
