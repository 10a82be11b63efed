"""The registers of a planning cycle."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime

from service.application.records.kinds import Texts, Values


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
