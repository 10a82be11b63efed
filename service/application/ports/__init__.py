"""What the application needs from the outside, as protocols. `service.persistence` answers them.

A `Work` is one transaction: leaving it without `commit()` rolls everything back. Repositories
are named as their noun; `add` returns the stored value with its id.
"""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Protocol

from service.application.ports.channels import Channel, Channels, Envelope, NotDelivered
from service.application.ports.outgoing import Deliveries, MessageTemplates, Outbox
from service.application.ports.people import (
    Accounts,
    Bodies,
    CalendarFeeds,
    Passwords,
    People,
    TaskLists,
    WebSessions,
)
from service.application.ports.planning_calendar import (
    CalendarChanges,
    CalendarOverrides,
    Replanning,
)
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
    TimerStarts,
    UserTasks,
)


class Work(Protocol):
    """One transaction. Only commands call `commit`."""

    definitions: Definitions
    instances: Instances
    user_tasks: UserTasks
    timers: Timers
    timer_starts: TimerStarts
    subscriptions: Subscriptions
    external_tasks: ExternalTasks
    messages: Messages
    outbox: Outbox
    deliveries: Deliveries
    templates: MessageTemplates
    incidents: Incidents
    journal: Journal
    submissions: Submissions
    bodies: Bodies
    people: People
    accounts: Accounts
    web_sessions: WebSessions
    task_lists: TaskLists
    calendar_feeds: CalendarFeeds
    cycles: Cycles
    concepts: Concepts
    letters: Letters
    understandings: Understandings
    plans: Plans
    decisions: Decisions
    calendar_overrides: CalendarOverrides
    calendar_changes: CalendarChanges
    replanning: Replanning

    def commit(self) -> None: ...


class Store(Protocol):
    """Where transactions come from."""

    def write(self) -> AbstractContextManager[Work]:
        """A transaction that may write (SQLite: BEGIN IMMEDIATE)."""

    def read(self) -> AbstractContextManager[Work]:
        """A transaction that only reads; `commit` raises."""


__all__ = [
    "Accounts",
    "Bodies",
    "CalendarChanges",
    "CalendarFeeds",
    "CalendarOverrides",
    "Channel",
    "Channels",
    "Concepts",
    "Cycles",
    "Decisions",
    "Definitions",
    "Deliveries",
    "Envelope",
    "ExternalTasks",
    "Incidents",
    "Instances",
    "Journal",
    "Letters",
    "MessageTemplates",
    "Messages",
    "NotDelivered",
    "Outbox",
    "Passwords",
    "People",
    "Plans",
    "Replanning",
    "Store",
    "Submissions",
    "Subscriptions",
    "TaskLists",
    "TimerStarts",
    "Timers",
    "Understandings",
    "UserTasks",
    "WebSessions",
    "Work",
]
