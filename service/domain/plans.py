"""The two plans of a cycle: their years, who goes where, in which order, and their states.

Cycle year Y plans Y+1 (current) and Y+2 … Y+4 (prospective): clauses 2, 4 and 10, AMB-05.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from types import MappingProxyType
from typing import Generic, NamedTuple, Protocol, TypeVar

from service.domain.cycle_settings import CycleSettings
from service.domain.periods import WHOLE_YEAR, months_of
from service.errors import Refused, WrongInput

CURRENT = "current"
PROSPECTIVE = "prospective"
SECTIONS: Mapping[str, int] = MappingProxyType(
    {"interstate": 1, "intergovernmental": 2, "interagency": 3}
)

_DIGITS = re.compile(r"(\d+)")


class PlanYears(NamedTuple):
    """First and last year of both plans."""

    current: tuple[int, int]
    prospective: tuple[int, int]


def plan_years(cycle_year: int) -> PlanYears:
    """The years of both plans: 2026 → current (2027, 2027), prospective (2028, 2030)."""
    return PlanYears((cycle_year + 1, cycle_year + 1), (cycle_year + 2, cycle_year + 4))


def route(proposed_year: int, cycle_year: int) -> str:
    """The plan for a treaty proposed for that year: "current" or "prospective" (clause 10).

    Raises Refused (code out_of_horizon, clause 4) for a year outside both plans.
    """
    ahead = proposed_year - cycle_year
    if ahead == 1:
        return CURRENT
    if 2 <= ahead <= 4:
        return PROSPECTIVE
    raise Refused(
        f"The proposed year {proposed_year} is outside the plans of cycle {cycle_year}; "
        f"propose {cycle_year + 1} (current plan) or {cycle_year + 2}–{cycle_year + 4} "
        "(prospective plan), or wait for a later cycle.",
        code="out_of_horizon",
        clause="4",
    )


def section(treaty_kind: str) -> int:
    """The section of the annexes: interstate 1, intergovernmental 2, interagency 3."""
    if treaty_kind not in SECTIONS:
        raise WrongInput(f"Treaty kind {treaty_kind!r} is unknown; use {', '.join(SECTIONS)}.")
    return SECTIONS[treaty_kind]


class Plannable(Protocol):
    """What a concept must tell to get its place in a plan."""

    @property
    def treaty_kind(self) -> str:
        """One of SECTIONS."""

    @property
    def proposed_year(self) -> int:
        """The planning year."""

    @property
    def proposed_period(self) -> str:
        """Q1 … Q4, M01 … M12 or year."""

    @property
    def number(self) -> str:
        """The registration number."""


T = TypeVar("T", bound=Plannable)


@dataclass(frozen=True, slots=True)
class Placed(Generic[T]):
    """A concept with its place: `number` runs from 1, `section` is 1, 2 or 3."""

    number: int
    section: int
    item: T


def arrange(items: Iterable[T], numbering: str = "continuous") -> tuple[Placed[T], ...]:
    """Concepts in the order of a plan, numbered.

    By section, proposed time (a quarter or month by its end, a whole year last), registration
    number (its digits read as numbers). The same concepts come out in the same order, whatever
    the order they came in. `numbering`: "continuous" through the plan, or "per_section".
    Raises WrongInput for another one, an unknown kind or period.
    """
    if numbering not in ("continuous", "per_section"):
        raise WrongInput(f"Numbering is {numbering!r}; use continuous or per_section.")
    placed: list[Placed[T]] = []
    for item in sorted(items, key=_place):
        in_section = section(item.treaty_kind)
        starts_again = numbering == "per_section" and placed and placed[-1].section != in_section
        number = 1 if starts_again or not placed else placed[-1].number + 1
        placed.append(Placed(number, in_section, item))
    return tuple(placed)


def _place(item: Plannable) -> tuple[object, ...]:
    first_month, last_month = months_of(item.proposed_period)
    if item.proposed_period == WHOLE_YEAR:
        last_month += 1
    number = [
        (1, int(part), "") if part.isdecimal() else (0, 0, part)
        for part in _DIGITS.split(item.number)
    ]
    return section(item.treaty_kind), item.proposed_year, last_month, first_month, number


class PlanState(StrEnum):
    """The states of one version of a plan (rules.md 4.5; refused: SIL-10)."""

    COLLECTING = "collecting"
    CONSOLIDATING = "consolidating"
    AT_COMMISSION = "at_commission"
    RETURNED = "returned"
    REFUSED = "refused"
    APPROVED = "approved"
    AT_PRESIDENT = "at_president"
    REMARKS = "remarks"
    AGREED = "agreed"
    TRANSMITTED = "transmitted"
    AMENDED = "amended"
    ARCHIVED = "archived"


PLAN_TRANSITIONS: Mapping[PlanState, tuple[PlanState, ...]] = MappingProxyType(
    {
        PlanState.COLLECTING: (PlanState.CONSOLIDATING,),
        PlanState.CONSOLIDATING: (PlanState.AT_COMMISSION,),
        PlanState.AT_COMMISSION: (PlanState.RETURNED, PlanState.APPROVED, PlanState.REFUSED),
        PlanState.RETURNED: (PlanState.CONSOLIDATING,),
        PlanState.REFUSED: (PlanState.CONSOLIDATING, PlanState.ARCHIVED),
        PlanState.APPROVED: (PlanState.AT_PRESIDENT,),
        PlanState.AT_PRESIDENT: (PlanState.REMARKS, PlanState.AGREED),
        # A substantive change goes through the Commission again, a correction need not (SIL-12).
        PlanState.REMARKS: (PlanState.CONSOLIDATING, PlanState.AT_PRESIDENT),
        PlanState.AGREED: (PlanState.TRANSMITTED, PlanState.AMENDED),
        PlanState.TRANSMITTED: (PlanState.AMENDED, PlanState.ARCHIVED),
        PlanState.AMENDED: (PlanState.ARCHIVED,),
        PlanState.ARCHIVED: (),
    }
)


def move_plan(state: str, to: str) -> PlanState:
    """The new state of a plan. Raises Refused when the rules know no such step."""
    try:
        before, after = PlanState(state), PlanState(to)
    except ValueError as error:
        raise WrongInput(f"{error}; a plan is {', '.join(PlanState)}.") from None
    allowed = PLAN_TRANSITIONS[before]
    if after not in allowed:
        raise Refused(
            f"A plan cannot go from {before} to {after}; "
            f"from {before} it can go to {', '.join(allowed) or 'no other state'}.",
            code="wrong_plan_state",
        )
    return after


def legislature_on(on: date, settings: CycleSettings) -> str:
    """The code of the legislature that receives the plans on that date (clause 15, AMB-22)."""
    receiving = [code for since, code in settings.legislature if since <= on]
    if not receiving:
        raise WrongInput(f"No legislature is set for {on}; add one to the setting 'legislature'.")
    return receiving[-1]
