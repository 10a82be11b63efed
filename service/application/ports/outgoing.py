"""What leaves the system."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from service.application import records as r


class Outbox(Protocol):
    """Letters, reminders and escalations on their way out."""

    def add(self, outgoing: Sequence[r.Outgoing]) -> None: ...
    def of_cycle(self, cycle_id: int) -> Sequence[r.Outgoing]: ...
