"""The ways out: what is handed to a channel, and what a channel answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from service.errors import KelisimError

MAIL, WEBHOOK, LOG = "mail", "webhook", "log"


@dataclass(frozen=True, slots=True)
class Envelope:
    """One delivery, ready to go."""

    message_id: str  # stable: the receiver can tell a repeat
    address: str
    name: str  # of the person; "" for a machine
    language: str
    title: str
    text: str
    sent_at: datetime  # of this attempt
    facts: Mapping[str, Any] = field(default_factory=dict)  # for machines: plain data


class NotDelivered(KelisimError):
    """The delivery did not arrive; it is tried again.

    `permanent`: trying again is no use. `channel_down`: the channel itself does not work, so that
    nothing else gets through either. The message holds no secrets and can be stored.
    """

    def __init__(
        self, message: str = "", *, permanent: bool = False, channel_down: bool = False
    ) -> None:
        super().__init__(message)
        self.permanent = permanent
        self.channel_down = channel_down


class Channel(Protocol):
    """A mail server, a webhook, or the log."""

    def send(self, envelope: Envelope) -> None:
        """Hand it over; returns when the other side has accepted it. Raises NotDelivered."""


@dataclass(frozen=True, slots=True)
class Channels:
    """The channels that are set up, by name, and the address of the pages that letters name."""

    by_name: Mapping[str, Channel]
    public_url: str

    @property
    def to_people(self) -> str:
        """The channel by which people are reached: mail, else the log (development)."""
        return MAIL if MAIL in self.by_name else LOG

    @property
    def has_webhook(self) -> bool:
        """Whether everything that leaves goes to a webhook, too."""
        return WEBHOOK in self.by_name
