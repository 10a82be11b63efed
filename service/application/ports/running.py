"""What steps of a process need."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Protocol

from service.application import records as r


class Definitions(Protocol):
    """Diagrams and forms in force."""

    def add(self, definition: r.Definition) -> r.Definition: ...
    def get(self, definition_id: int) -> r.Definition:
        """Raises NotFound."""

    def latest(self, key: str) -> r.Definition | None: ...
    def all_latest(self) -> Sequence[r.Definition]: ...
    def started_by_message(self, name: str) -> r.Definition | None: ...
    def add_form(self, form: r.FormDefinition) -> None: ...
    def all_forms(self) -> Sequence[r.FormDefinition]:
        """The newest form of each key."""

    def form(self, key: str, deployment: str) -> r.FormDefinition | None:
        """The form of that deployment, else the newest of that key."""


class Instances(Protocol):
    """Process instances."""

    def add(self, instance: r.Instance) -> r.Instance: ...
    def get(self, instance_id: int) -> r.Instance:
        """Without a lock. Raises LookupError."""

    def lock(self, instance_id: int) -> r.Instance:
        """With a row lock where the database has one. Raises LookupError."""

    def save(self, instance: r.Instance) -> None:
        """Write what changed and `version + 1`; Conflict when `version` is not the stored one."""

    def find(self, key: str, business_key: str) -> r.Instance | None: ...
    def running(self) -> Sequence[int]:
        """The ids of the running instances, in order."""


class UserTasks(Protocol):
    """User tasks, open and done."""

    def get(self, task_id: str) -> r.UserTask | None: ...
    def add(self, tasks: Sequence[r.UserTask]) -> None: ...
    def close(
        self, task_ids: Sequence[str], *, status: str, at: datetime, completed_by: str = ""
    ) -> None: ...
    def replan(self, task_id: str, due_at: datetime | None, follow_up_at: datetime | None) -> None:
        """Give an open task other due instants."""

    def open_of_instance(self, instance_id: int) -> Sequence[r.UserTask]: ...
    def open_for_groups(self, groups: Iterable[str]) -> Sequence[r.UserTask]: ...


class Timers(Protocol):
    """Timers that wait."""

    def add(self, timers: Sequence[r.Timer]) -> None: ...
    def remove(self, timer_ids: Sequence[str]) -> Sequence[str]:
        """The element ids of those among them that had failed before."""

    def next_due_at(self) -> datetime | None: ...
    def claim_due(self, now: datetime) -> tuple[r.Timer, r.Instance] | None:
        """The earliest timer to be woken by `now` and its instance, both locked.

        Skipped are those that others hold, and instances whose deadlines are still to be planned
        again after a change of the calendar.
        """

    def postpone(self, timer: r.Timer, until: datetime) -> bool:
        """Try again from `until` on, with one attempt more.

        False when somebody else has removed or postponed it since it was read.
        """


class TimerStarts(Protocol):
    """When processes start by themselves: one row per process with a timer start."""

    def put(self, start: r.TimerStart) -> None:
        """Store it in the place of the one before."""

    def get(self, key: str) -> r.TimerStart | None: ...
    def remove(self, key: str) -> None: ...
    def all(self) -> Sequence[r.TimerStart]:
        """All, in order of key."""

    def next_due_at(self) -> datetime | None:
        """When the next one is to be claimed."""

    def claim_due(self, now: datetime) -> r.TimerStart | None:
        """The earliest one to be woken by `now`, locked, skipping those others hold."""

    def postpone(self, start: r.TimerStart, until: datetime) -> bool:
        """As `Timers.postpone`."""


class Subscriptions(Protocol):
    """Who waits for which message. Adding one turns matching buffered messages to pending."""

    def add(self, subscriptions: Sequence[r.Subscription]) -> None: ...
    def remove(self, subscription_ids: Sequence[str]) -> None: ...
    def find(self, name: str, business_key: str) -> r.Subscription | None: ...


class ExternalTasks(Protocol):
    """Work for external workers."""

    def add(self, tasks: Sequence[r.ExternalTask]) -> None: ...
    def remove(self, task_ids: Sequence[str]) -> None: ...
    def get(self, task_id: str) -> r.ExternalTask | None: ...
    def of_instance(self, instance_id: int) -> Sequence[r.ExternalTask]:
        """The open ones of an instance, the oldest first."""


class Messages(Protocol):
    """Messages between instances."""

    def add(self, messages: Sequence[r.Message]) -> None: ...
    def claim_pending(self) -> r.Message | None:
        """The oldest pending message, locked, skipping those others hold."""

    def mark(self, message_id: int, status: str) -> None: ...


class Incidents(Protocol):
    """Instances that wait for an administrator, or for a try that succeeds."""

    def add(self, incident: r.Incident) -> None:
        """Store one, or count up the one that is open for the same instance and element."""

    def resolve(self, instance_id: int, element_ids: Sequence[str], at: datetime) -> None:
        """Close the open ones of these elements."""

    def all(self) -> Sequence[r.Incident]: ...


class Journal(Protocol):
    """The append-only, hash-chained record. Entries are sealed when the work commits."""

    def add(self, entry: r.JournalEntry) -> None: ...
    def sealed(self, after: int = 0, limit: int = 10_000) -> Sequence[r.SealedEntry]: ...
    def head(self) -> tuple[int, str]:
        """Sequence and hash of the last entry that was sealed; (0, GENESIS) before the first."""


class Submissions(Protocol):
    """Forms that were sent, each with its receipt."""

    def add(self, submission: r.Submission) -> r.Submission: ...
    def latest(self, instance_id: int, form_key: str) -> r.Submission | None: ...
    def of_instance(self, instance_id: int) -> Sequence[r.Submission]: ...
