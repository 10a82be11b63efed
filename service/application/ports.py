"""What the application needs from the outside, as protocols. `service.persistence` answers them.

A `Work` is one transaction: leaving it without `commit()` rolls everything back. Repositories
are named as their noun; `add` returns the stored value with its id.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Any, Protocol

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
    def remove(self, timer_ids: Sequence[str]) -> None: ...
    def next_due_at(self) -> datetime | None: ...
    def claim_due(self, now: datetime) -> r.Timer | None:
        """The earliest timer with `due_at <= now`, locked, skipping those others hold."""

    def postpone(self, timer_id: str, until: datetime) -> None:
        """Try again later: the next claim sees the timer from `until` on."""


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


class Outbox(Protocol):
    """Letters, reminders and escalations on their way out."""

    def add(self, outgoing: Sequence[r.Outgoing]) -> None: ...
    def of_cycle(self, cycle_id: int) -> Sequence[r.Outgoing]: ...


class Incidents(Protocol):
    """Instances that wait for an administrator."""

    def add(self, incident: r.Incident) -> None: ...
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


class Bodies(Protocol):
    """The directory of central state bodies."""

    def add(self, bodies: Sequence[r.Body]) -> None: ...
    def get(self, code: str) -> r.Body | None: ...
    def all(self) -> Sequence[r.Body]: ...
    def lock_all(self) -> Sequence[r.Body]:
        """All, with row locks where the database has them: who changes one looks at the others."""

    def change(self, code: str, **columns: Any) -> None: ...


class People(Protocol):
    """Persons and their memberships BODY/role."""

    def add(self, people: Sequence[r.Person]) -> None: ...
    def get(self, person_id: str) -> r.Person | None: ...
    def in_group(self, group: str) -> Sequence[r.Person]: ...


class Cycles(Protocol):
    """Planning years."""

    def add(self, cycle: r.Cycle) -> r.Cycle: ...
    def get(self, cycle_id: int) -> r.Cycle: ...
    def of_year(self, year: int) -> r.Cycle | None: ...
    def lock(self, cycle_id: int) -> r.Cycle: ...
    def change(self, cycle_id: int, **columns: Any) -> None: ...
    def next_number(self, cycle_id: int) -> int:
        """Count the cycle's registration numbers up by one, under the row's lock."""


class Concepts(Protocol):
    """Concepts and the conclusions on them."""

    def add(self, concept: r.Concept) -> r.Concept: ...
    def get(self, concept_id: int) -> r.Concept: ...
    def of_instance(self, instance_id: int) -> r.Concept | None: ...
    def by_doc_number(self, cycle_id: int, body: str, doc_number: str) -> r.Concept | None: ...
    def change(self, concept_id: int, **columns: Any) -> None: ...
    def change_states(self, concept_ids: Sequence[int], state: str) -> None: ...
    def of_cycle(self, cycle_id: int, states: Iterable[str] = ()) -> Sequence[r.Concept]:
        """All, or those in one of `states`, in order of id."""

    def exists(self, cycle_id: int, states: Iterable[str], body: str = "") -> bool: ...
    def count(self, cycle_id: int, states: Iterable[str]) -> int: ...
    def add_conclusion(self, conclusion: r.Conclusion) -> None: ...
    def conclusion(self, concept_id: int) -> r.Conclusion | None: ...


class Letters(Protocol):
    """Official letters."""

    def add(self, letter: r.Letter) -> r.Letter: ...
    def of_cycle(self, cycle_id: int, kind: str = "") -> Sequence[r.Letter]: ...
    def find(self, cycle_id: int, kind: str, sender: str) -> r.Letter | None: ...
    def change(self, letter_id: int, **columns: Any) -> None: ...


class Understandings(Protocol):
    """Clause 11's register."""

    def add(self, understandings: Sequence[r.Understanding]) -> None: ...
    def of_cycle(self, cycle_id: int) -> Sequence[r.Understanding]: ...
    def change(self, understanding_id: int, **columns: Any) -> None: ...


class Plans(Protocol):
    """Plans, their versions and items."""

    def add(self, plan: r.Plan) -> r.Plan: ...
    def newest(self, cycle_id: int, kind: str) -> r.Plan | None:
        """The highest version with its items in order of number."""

    def versions(self, cycle_id: int, kind: str) -> Sequence[r.Plan]: ...
    def change(self, plan_id: int, **columns: Any) -> None: ...


class Decisions(Protocol):
    """Acts of the Commission and the President, and sendings."""

    def add(self, decision: r.Decision) -> None: ...
    def of_cycle(self, cycle_id: int) -> Sequence[r.Decision]: ...


class CalendarOverrides(Protocol):
    """The administrator's corrections of the working calendar, as plain data."""

    def add(self, overrides: Sequence[Mapping[str, Any]]) -> None: ...
    def all(self) -> Sequence[Mapping[str, Any]]: ...
    def version(self) -> int:
        """A number that grows with every change; 0 while there are none."""


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
