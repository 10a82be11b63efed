"""Bodies, people, and how people get in."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime

from service.application.records.kinds import Texts
from service.application.records.running import UserTask


@dataclass(frozen=True, slots=True)
class Body:
    """A central state body (or other actor) of the directory, with its dates."""

    code: str
    group: str  # ministry · president_subordinate · other
    names: Texts
    abbreviations: Texts
    may_submit: bool
    valid_from: date | None = None
    valid_to: date | None = None
    successor: str = ""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who may act, with the groups (BODY/role) that are his or hers at present."""

    id: str
    name: str
    language: str = "kk"
    groups: tuple[str, ...] = ()
    email: str = ""
    notices: str = "immediate"  # immediate · digest


@dataclass(frozen=True, slots=True)
class Account:
    """A local account: how a person of the directory signs in."""

    person_id: str
    password_hash: str = field(repr=False)
    changed_at: datetime
    disabled_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class WebSession:
    """A browser that is signed in. Of its token only the SHA-256 is known."""

    token_sha256: str
    person_id: str
    created_at: datetime
    expires_at: datetime
    revoked_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class ListedTask:
    """A user task with what it is about, as a list of tasks shows it."""

    task: UserTask
    process: str  # the BPMN process id
    business_key: str
    body: str  # the code of the body whose matter it is; "" for the planning cycle itself
    titles: Texts  # of the concept; empty for other matters
    number: str  # the concept's registration number; ""


@dataclass(frozen=True, slots=True)
class CalendarFeed:
    """A secret address at which a calendar program reads deadlines. Only its SHA-256 is known."""

    id: int
    token_sha256: str
    person_id: str
    group: str  # BODY/role, or "" for all groups of the person
    created_at: datetime
    revoked_at: datetime | None = None
    read_at: datetime | None = None
