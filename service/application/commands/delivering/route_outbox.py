"""Route what leaves the system: each row of the outbox becomes a copy for each receiver."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import NAMESPACE_URL, uuid5

from service.application import records as r
from service.application.application import Application
from service.application.ports import Channels, Work
from service.application.ports.channels import MAIL, WEBHOOK
from service.application.queries.actors import recipients_of
from service.domain.calendars import WorkingCalendar
from service.domain.notices import timing
from service.domain.notices.addressing import Reached, is_for_people, lines_of, reach
from service.domain.notices.gathering import news_key

UNADDRESSED = "unaddressed"
MOST_DIGESTS = 30  # that are looked through for one that still waits


def route_outbox(app: Application, channels: Channels, now: datetime, *, limit: int = 1_000) -> int:
    """Make the deliveries of up to `limit` rows that have none; how many rows were routed.

    One transaction per row. A receiver gets one copy however many groups he or she is in: the ids
    of deliveries follow from what they carry, so that no second one is made by another process
    either. A row for people that nobody can read leaves a delivery `unaddressed`.
    """
    routed = 0
    while routed < limit and _route_one(app, channels, now):
        routed += 1
    return routed


def _route_one(app: Application, channels: Channels, now: datetime) -> bool:
    with app.store.write() as work:
        row = work.outbox.claim_unrouted()
        if row is None:
            return False
        _Routing(work, channels, row, app.calendar(work), now).run()
        work.outbox.mark_routed(row.id, now)
        work.commit()
    return True


@dataclass(frozen=True, slots=True)
class _Routing:
    """One row on its way to its receivers."""

    work: Work
    channels: Channels
    row: r.Outgoing
    calendar: WorkingCalendar
    now: datetime

    def run(self) -> None:
        """Store the deliveries: the webhook's, then one for each person."""
        due_at = timing.goes_out_at(self.row.kind, self.now, self.calendar)
        if self.channels.has_webhook:
            self._put(self._new(WEBHOOK, self.row.message_id, due_at))
        is_body = self.work.bodies.get(self.row.recipient) is not None
        if not is_for_people(self.row.recipient, is_body=is_body):
            return
        people = self._reached(is_body=is_body).people
        for person in people:
            if timing.joins_digest(self.row.kind, person.notices):
                self._into_digest(person)
            else:
                message_id = _stable("copy", self._channel, person.id, news_key(self.row))
                self._put(self._new(self._channel, message_id, due_at, person))
        if not people:
            self._put(self._new("", _stable(UNADDRESSED, self.row.message_id), self.now))

    @property
    def _channel(self) -> str:
        return self.channels.to_people

    def _reached(self, *, is_body: bool) -> Reached[r.Person]:
        today = self.calendar.local_date(self.now)
        return reach(
            lines_of(self.row.recipient, is_body=is_body),
            people_of=lambda group: recipients_of(self.work, group, today),
            has_address=lambda person: bool(person.email) or self._channel != MAIL,
            identity=lambda person: person.id,
        )

    def _into_digest(self, person: r.Person) -> None:
        """Let the person's next digest carry the row; a later one when that is on its way."""
        due_at = timing.digest_at(self.now, self.calendar)
        for _ in range(MOST_DIGESTS):
            message_id = _stable("digest", self._channel, person.id, due_at.isoformat())
            joined = self.work.deliveries.join_waiting(message_id, self.row.id)
            if joined is None:  # another process may begin the same digest at this moment
                # Not `put`: who carries holds the digest, and two who hold it cannot both lock it.
                self.work.deliveries.begin(
                    self._new(self._channel, message_id, due_at, person, digest=True)
                )
                joined = self.work.deliveries.join_waiting(message_id, self.row.id)
            if joined:
                return
            due_at = timing.digest_at(due_at, self.calendar)

    def _new(
        self,
        channel: str,
        message_id: str,
        due_at: datetime,
        person: r.Person | None = None,
        *,
        digest: bool = False,
    ) -> r.Delivery:
        return r.Delivery(
            id=0,
            channel=channel,
            person_id=person.id if person else "",
            address=(person.email or person.id) if person else "",
            language=person.language if person else "",
            message_id=message_id,
            status="waiting" if channel else UNADDRESSED,
            last_error="",
            digest=digest,
            created_at=self.now,
            due_at=due_at,
            attempts=0,
            settled_at=None if channel else self.now,
        )

    def _put(self, delivery: r.Delivery) -> None:
        self.work.deliveries.put(delivery, self.row.id)


def _stable(*parts: str) -> str:
    return str(uuid5(NAMESPACE_URL, "/".join(parts)))
