"""What leaves the system."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol

from service.application import records as r


class Outbox(Protocol):
    """Letters, reminders and escalations on their way out."""

    def add(self, outgoing: Sequence[r.Outgoing]) -> None: ...
    def of_cycle(self, cycle_id: int) -> Sequence[r.Outgoing]: ...
    def claim_unrouted(self) -> r.Outgoing | None:
        """The oldest without deliveries, locked, skipping those others hold."""

    def mark_routed(self, outbox_id: int, at: datetime | None) -> None:
        """Its deliveries are made; with None, they are to be made again, and a scheduler hears."""


class Deliveries(Protocol):
    """Copies for receivers.

    status: waiting · sending · sent · dead · unaddressed · overtaken (its task was closed first).
    """

    def put(self, delivery: r.Delivery, outbox_id: int) -> int:
        """Store it unless one with its `message_id` is there, and let it carry the row; its id."""

    def begin(self, delivery: r.Delivery) -> None:
        """Store it unless one with its `message_id` is there; what it carries comes later."""

    def join_waiting(self, message_id: str, outbox_id: int) -> bool | None:
        """Let the waiting one with this id carry the row too; False when it waits no more.

        None when there is none with this id.
        """

    def get(self, delivery_id: int) -> r.Delivery:
        """Raises NotFound."""

    def lock(self, delivery_id: int) -> r.Delivery:
        """With a row lock where the database has one. Raises NotFound."""

    def claim_due(self, channel: str, now: datetime) -> r.Delivery | None:
        """The unsettled one that is due longest, locked, skipping those others hold."""

    def companions(self, delivery: r.Delivery) -> Sequence[tuple[r.Delivery, Sequence[r.Outgoing]]]:
        """The others that wait for the same person on the same channel, locked, with their rows.

        The oldest first; those that others hold are left out.
        """

    def items(self, delivery_id: int) -> Sequence[r.Outgoing]:
        """What it carries, the oldest first."""

    def absorb(self, delivery_id: int, others: Sequence[int]) -> None:
        """Let it carry what others carried, which are removed."""

    def change(self, delivery_id: int, **columns: Any) -> None: ...
    def bring_back(self, delivery_id: int, at: datetime, address: str, language: str) -> None:
        """Let one that was given up wait again from `at` on; a scheduler hears of it at once."""

    def unload(self, delivery_id: int, outbox_id: int) -> None:
        """It carries that row no more."""

    def remove(self, delivery_id: int) -> None: ...
    def hold_due(self, channel: str, now: datetime, until: datetime) -> int:
        """Postpone all that wait on a channel and are due; how many."""

    def next_due_at(self, channels: Iterable[str]) -> datetime | None:
        """When the next one on one of these channels is due."""

    def dead_on(self, channel: str, limit: int) -> Sequence[int]:
        """The ids of the oldest that were given up on a channel."""

    def page(
        self, status: str, channel: str, offset: int, limit: int
    ) -> Sequence[tuple[r.Delivery, Sequence[r.Outgoing]]]:
        """The newest first, of one status and channel ("": of any), with what they carry."""

    def counts(self) -> Mapping[tuple[str, str], int]:
        """How many there are by (status, channel)."""

    def of_person(
        self, person_id: str, limit: int
    ) -> Sequence[tuple[r.Delivery, Sequence[r.Outgoing]]]:
        """The newest ones of a person, with what they carry."""


class MessageTemplates(Protocol):
    """Texts as process owners wrote them; every version stays."""

    def add(self, template: r.MessageTemplate) -> None:
        """Conflict (on leaving the work) when somebody added that version meanwhile."""

    def newest(self, subject: str, language: str) -> r.MessageTemplate | None: ...
    def all_newest(self) -> Sequence[r.MessageTemplate]:
        """The newest version of each subject and language."""

    def versions(self, subject: str, language: str) -> Sequence[r.MessageTemplate]:
        """The newest first."""
