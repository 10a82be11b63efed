"""What the application needs from the outside, as protocols. `service.persistence` answers them.

A `Work` is one transaction: leaving it without `commit()` rolls everything back. Repositories
are named as their noun; `add` returns the stored value with its id.
"""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Protocol

from service.application.ports.outgoing import Outbox
from service.application.ports.people import Bodies, People
from service.application.ports.planning_calendar import CalendarOverrides
from service.application.ports.registers import (
    Concepts,
    Cycles,
    Decisions,
    Letters,
    Plans,
    Understandings,
)
from service.application.ports.running import (
    Definitions,
    ExternalTasks,
    Incidents,
    Instances,
    Journal,
    Messages,
    Submissions,
    Subscriptions,
    Timers,
    UserTasks,
)


class Work(Protocol):
    """One transaction. Only commands call `commit`."""

    definitions: Definitions
    instances: Instances
    user_tasks: UserTasks
    timers: Timers
    subscriptions: Subscriptions
    external_tasks: ExternalTasks
    messages: Messages
    outbox: Outbox
    incidents: Incidents
    journal: Journal
    submissions: Submissions
    bodies: Bodies
    people: People
    cycles: Cycles
    concepts: Concepts
    letters: Letters
    understandings: Understandings
    plans: Plans
    decisions: Decisions
    calendar_overrides: CalendarOverrides

    def commit(self) -> None: ...


class Store(Protocol):
    """Where transactions come from."""

    def write(self) -> AbstractContextManager[Work]:
        """A transaction that may write (SQLite: BEGIN IMMEDIATE)."""

    def read(self) -> AbstractContextManager[Work]:
        """A transaction that only reads; `commit` raises."""


__all__ = [
    "Bodies",
    "CalendarOverrides",
    "Concepts",
    "Cycles",
    "Decisions",
    "Definitions",
    "ExternalTasks",
    "Incidents",
    "Instances",
    "Journal",
    "Letters",
    "Messages",
    "Outbox",
    "People",
    "Plans",
    "Store",
    "Submissions",
    "Subscriptions",
    "Timers",
    "Understandings",
    "UserTasks",
    "Work",
]
