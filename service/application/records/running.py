"""The engine's bookkeeping: definitions, instances, what they wait for, and the record."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from service.application.records.kinds import Texts, Values


@dataclass(frozen=True, slots=True)
class Definition:
    """One version of one process diagram; immutable. Two versions may have one digest."""

    id: int
    digest: str  # SHA-256 of the XML, hex
    key: str  # the BPMN process id
    version: int  # 1, 2, 3 … per key
    xml: bytes
    deployment: str  # digest of the whole upload: diagrams and forms that came together
    deployed_at: datetime
    deployed_by: str
    message_starts: tuple[str, ...] = ()  # message names that start an instance


@dataclass(frozen=True, slots=True)
class FormDefinition:
    """One `.form` file of one deployment."""

    key: str
    digest: str
    text: str
    deployment: str
    deployed_at: datetime


@dataclass(frozen=True, slots=True)
class Instance:
    """A running or ended process instance. `state` is opaque to everyone but the engine."""

    id: int
    definition_key: str
    definition_id: int  # pinned: a new version doesn't move a running instance
    business_key: str
    cycle_id: int | None
    status: str  # running · completed · cancelled · incident
    version: int  # compared in every UPDATE
    state: bytes
    started_at: datetime
    ended_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class UserTask:
    """A user task, open or done, as the inbox shows it."""

    id: str  # the engine's task id
    instance_id: int
    element_id: str
    names: Texts
    form_key: str
    clause: str
    assignee: str
    candidate_groups: tuple[str, ...]
    candidate_users: tuple[str, ...]
    excluded_users: tuple[str, ...]  # four eyes: persons who may not do it
    completed_by_variable: str  # the process variable that receives who did it; "" = none
    due_at: datetime | None  # the legal due instant
    follow_up_at: datetime | None  # the target one
    opened_at: datetime
    status: str = "open"  # open · done · withdrawn
    closed_at: datetime | None = None
    completed_by: str = ""
    revision: int = 0  # how often its due instants were moved


def inboxes(task: UserTask) -> tuple[str, ...]:
    """In whose lists an open task stands: its candidate groups, and the persons it names."""
    people = filter(None, (task.assignee, *task.candidate_users))
    return (*task.candidate_groups, *(own_inbox(person_id) for person_id in people))


def own_inbox(person_id: str) -> str:
    """The name of a person's own inbox; no group BODY/role begins so."""
    return f"@{person_id}"


@dataclass(frozen=True, slots=True)
class Timer:
    """A timer that waits; `due_at` is the next firing."""

    id: str  # the engine's task id
    instance_id: int
    element_id: str
    due_at: datetime
    attempts: int = 0  # how often it failed since it was set


@dataclass(frozen=True, slots=True)
class TimerStart:
    """The next firing of the timer on a process's start event."""

    key: str  # the BPMN process id
    due_at: datetime
    wake_at: datetime  # `due_at`, or later after a failure
    attempts: int = 0


@dataclass(frozen=True, slots=True)
class Subscription:
    """An instance waits for a message of this name and business key."""

    id: str  # the engine's task id
    instance_id: int
    name: str
    business_key: str


@dataclass(frozen=True, slots=True)
class ExternalTask:
    """Work for an external worker, by topic."""

    id: str  # the engine's task id
    instance_id: int
    element_id: str
    topic: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Message:
    """A message between instances. pending → delivered, or buffered until somebody waits."""

    id: int
    name: str
    business_key: str
    payload: Values
    created_at: datetime
    status: str = "pending"
    from_instance_id: int | None = None


@dataclass(frozen=True, slots=True)
class Incident:
    """An instance whose step failed; it waits for an administrator, or for a try that succeeds.

    One is open per instance and element: the same failure again counts up `times`.
    """

    id: int
    instance_id: int
    element_id: str
    message: str
    occurred_at: datetime
    last_at: datetime | None = None
    times: int = 1
    resolved_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class JournalEntry:
    """One act, done or refused. The store adds sequence number and hash chain on commit."""

    at: datetime
    actor: str  # person id, or "system"
    act: str  # verb_object, the command's name or the effect's
    subject: str  # the matter: a business key
    clause: str = ""
    outcome: str = "done"  # done · refused · failed
    details: Values = field(default_factory=dict)
    on_behalf_of: str = ""
    instance_id: int | None = None


@dataclass(frozen=True, slots=True)
class SealedEntry:
    """A journal entry as stored: `hash` = SHA-256 over `previous_hash` and the canonical entry."""

    sequence: int
    entry: JournalEntry
    previous_hash: str
    hash: str


@dataclass(frozen=True, slots=True)
class Submission:
    """A form that somebody sent, with its receipt (number, server time, content hash)."""

    id: int
    instance_id: int
    task_id: str  # "" for a start form
    element_id: str
    form_key: str
    person: str
    on_behalf_of: str
    submitted_at: datetime
    values: Values
    content_sha256: str

    @property
    def receipt_number(self) -> str:
        """The number on the receipt, unique in the installation."""
        return f"{self.submitted_at.year}-{self.id:07d}"
