"""The rows of the registers and of the engine's bookkeeping, as values.

Rows never leave `service.persistence`; these frozen values do. Instants (`…_at`) are aware and in
UTC, legal dates (`…_on`) are local dates in Asia/Almaty. Texts in languages are mappings with the
keys ``kk``, ``ru``, ``en`` (``en`` may be missing). `id` is 0 until the row is stored.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, TypeAlias

Texts: TypeAlias = Mapping[str, str]
Values: TypeAlias = Mapping[str, Any]


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


@dataclass(frozen=True, slots=True)
class Timer:
    """A timer that waits; `due_at` is the next firing."""

    id: str  # the engine's task id
    instance_id: int
    element_id: str
    due_at: datetime


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
class Outgoing:
    """A letter, reminder or escalation that leaves the system, at least once, under a stable id."""

    id: int
    kind: str  # letter · reminder · escalation
    recipient: str  # a role such as MT/submitter, or an addressee such as KURULTAI
    subject: str  # machine word: invitation, return_notice, no_response …
    about: str  # what it concerns: a concept's number, a body's code, a cycle
    clause: str
    payload: Values
    created_at: datetime
    message_id: str  # stable: the receiver can tell a repeat
    instance_id: int | None = None
    delivered_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Incident:
    """An instance whose step failed; it waits for an administrator."""

    id: int
    instance_id: int
    element_id: str
    message: str
    occurred_at: datetime


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


@dataclass(frozen=True, slots=True)
class Cycle:
    """One planning year Y: current plan Y+1, prospective plan Y+2 … Y+4 (clause 2)."""

    id: int
    year: int
    settings: Values  # service.domain.cycle_settings.CycleSettings as plain data
    dates: Values  # step → nominal date (ISO) or number of working days, as the diagram set them
    opened_at: datetime
    instance_id: int | None = None
    submissions_closed_at: datetime | None = None
    concluded_at: datetime | None = None  # when every concept was concluded
    consolidated_at: datetime | None = None
    status: str = "collecting"
    last_number: int = 0  # the last registration number given to a concept


@dataclass(frozen=True, slots=True)
class Concept:
    """A concept for concluding an international treaty (form F01)."""

    id: int
    cycle_id: int
    instance_id: int
    body: str
    doc_number: str  # the body's own number
    number: str  # registration number at the Ministry; "" until registered
    titles: Texts
    treaty_kind: str  # interstate · intergovernmental · interagency
    treaty_form: str
    counterparts: tuple[Values, ...]
    proposed_year: int
    proposed_period: str  # Q1 … Q4 or year
    domestic_procedure_kind: str
    domestic_procedure_period: str  # 2027-Q3, or ""
    notes: Texts
    related_event: str
    state: str  # service.domain.concepts.ConceptState
    plan_kind: str = ""  # current · prospective, once routed
    reason: str = ""
    submitted_at: datetime | None = None
    due_at: datetime | None = None  # the cut-off it was judged by
    content_sha256: str = ""
    submission_id: int | None = None  # the form that holds its texts
    proposed_until_year: int | None = None  # the end of a range, where the cycle allows one
    proposed_until_period: str = ""
    marking: str = "internal"  # internal · official_use · public (SIL-19)


@dataclass(frozen=True, slots=True)
class Conclusion:
    """The Ministry's conclusion on foreign-policy expediency (clause 8)."""

    id: int
    concept_id: int
    expedient: bool
    reasons: Texts
    concluded_at: datetime
    due_at: datetime
    examined_by: str
    signed_by: str


@dataclass(frozen=True, slots=True)
class Letter:
    """An official letter, registered: D01 … D16 of the rules."""

    id: int
    cycle_id: int
    kind: str  # invitation · no_proposals · return_notice · negative_expediency_notice …
    sender: str
    recipient: str
    about: str
    sent_at: datetime
    timeliness: str = "on_time"  # on_time · late
    status: str = "valid"  # valid · superseded
    payload: Values = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Understanding:
    """An entry of clause 11's register: an understanding reached or a visit scheduled."""

    id: int
    cycle_id: int
    code: str
    entry_type: str  # agreement_reached · scheduled_event
    level: str  # high_level · president · prime_minister
    titles: Texts
    on: date
    responsible_body: str
    due_on: date | None = None
    coverage: str = "open"  # open · covered · not_covered · not_required
    reason: Texts = field(default_factory=dict)
    restricted: bool = True  # not to be published (SIL-19)


@dataclass(frozen=True, slots=True)
class PlanItem:
    """A line of a plan. `number` runs through the plan; `section` is 1, 2 or 3 of the annex."""

    number: int
    section: int
    concept_id: int
    body: str
    titles: Texts
    estimated_conclusion: Texts
    estimated_domestic_procedures: Texts
    notes: Texts
    marking: str = "internal"  # as its concept's


@dataclass(frozen=True, slots=True)
class Plan:
    """One version of one plan of a cycle."""

    id: int
    cycle_id: int
    kind: str  # current · prospective
    year_from: int
    year_to: int
    version: int
    status: str  # service.domain.plans.PlanState
    composed_at: datetime
    items: tuple[PlanItem, ...] = ()
    agreed_on: date | None = None
    transmitted_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Decision:
    """An act of the Commission or the President, or a sending, as recorded."""

    id: int
    cycle_id: int
    kind: str  # sent_to_commission · commission · sent_to_president · president · legislature
    outcome: str
    decided_at: datetime
    plan_version: int
    timeliness: str = "on_time"
    due_at: datetime | None = None
    remarks: Texts = field(default_factory=dict)
    payload: Values = field(default_factory=dict)
