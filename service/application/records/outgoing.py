"""What leaves the system."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from service.application.records.kinds import Values


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A letter, reminder or escalation that leaves the system, at least once, under a stable id."""

    id: int
    kind: str  # letter · notice · reminder · escalation
    recipient: str  # a role such as MT/submitter, or an addressee such as KURULTAI
    subject: str  # machine word: invitation, return_notice, no_response …
    about: str  # what it concerns: a concept's number, a body's code, a cycle
    clause: str
    payload: Values
    created_at: datetime
    message_id: str  # stable: the receiver can tell a repeat
    instance_id: int | None = None
    routed_at: datetime | None = None  # when its deliveries were made


@dataclass(frozen=True, slots=True)
class Delivery:
    """One copy for one receiver over one channel; a digest carries several."""

    id: int
    channel: str  # mail · webhook · log; none of them where nobody was found
    person_id: str  # "" for a machine
    address: str  # as it was when the delivery was made
    language: str
    message_id: str  # stable over every attempt: the receiver can tell a repeat
    status: str  # waiting · sending · sent · dead · unaddressed · overtaken
    last_error: str
    digest: bool  # gathers what comes until `due_at`
    created_at: datetime
    due_at: datetime  # the next attempt, not before; while it is sent, the end of the lease
    attempts: int
    settled_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class MessageTemplate:
    """The text of one kind of message in one language, as a process owner wrote it.

    Title and body are empty where the owner went back to the shipped text.
    """

    id: int
    subject: str  # the machine word of the outbox: invitation, conclusion_due …
    language: str
    version: int
    title: str
    body: str
    changed_by: str
    changed_at: datetime
