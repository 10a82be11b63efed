"""The draft plans: composed from every expedient concept, version by version (clauses 2, 3, 10)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from service.application import records as r
from service.application.effects.conclusions import UNDECIDED
from service.application.effects.coverage import add_ministry_items
from service.application.situation import Situation
from service.application.steps import EffectCall
from service.domain.concepts import ConceptState
from service.domain.periods import conclusion_period_text, domestic_procedure_text
from service.domain.plans import CURRENT, PROSPECTIVE, PlanState, arrange, plan_years, route
from service.errors import Refused

CONSOLIDATION = "consolidate_draft_plans"
KINDS = (CURRENT, PROSPECTIVE)
SETTLED = (PlanState.AGREED, PlanState.TRANSMITTED)
# Not the Ministry's to change: agreed, or with the President (each plan for itself, SIL-12).
OUT_OF_HAND = (*SETTLED, PlanState.AT_PRESIDENT)
ADJUSTABLE = (
    "proposed_year",
    "proposed_period",
    "domestic_procedure_period",
    "notes_kk",
    "notes_ru",
)
_NO_RANGE = {"proposed_until_year": None, "proposed_until_period": ""}


def compose_draft_plans(situation: Situation, call: EffectCall) -> Mapping[str, Any]:
    """Compose the next version of each plan that is in the Ministry's hands (clauses 3, 10).

    That is neither agreed nor with the President (SIL-10, SIL-12).

    Every expedient concept appears exactly once, in the annexes' sections and numbering, and so
    does each item that the Ministry adds itself where the cycle allows it (AMB-12). Raises Refused
    while a concept is undecided (SIL-06: the hard stop). Returns `plan_version`.
    """
    work = situation.work
    if work.concepts.exists(situation.cycle_id, UNDECIDED):
        count = work.concepts.count(situation.cycle_id, UNDECIDED)
        raise Refused(
            f"{count} concepts have no conclusion yet; the drafts cannot be consolidated before "
            "the Ministry has concluded on each of them.",
            code="undecided_concepts",
            clause="8",
        )
    form = situation.form_of(CONSOLIDATION)
    add_ministry_items(situation, form.get("ministry_items") or (), _kinds_out_of_hand(situation))
    _adjust(situation, form.get("item_adjustments") or ())
    plans = compose(situation, PlanState.CONSOLIDATING)
    work.cycles.change(situation.cycle_id, consolidated_at=situation.now, status="consolidated")
    version = max((plan.version for plan in plans), default=0)
    details = {plan.kind: {"version": plan.version, "items": len(plan.items)} for plan in plans}
    situation.note("compose_draft_plans", clause="3", details=details)
    return {"plan_version": version}


def compose(situation: Situation, status: PlanState) -> list[r.Plan]:
    """Store a new version of each plan in the Ministry's hands, from the concepts as they are."""
    work, cycle = situation.work, situation.cycle()
    concepts = work.concepts.of_cycle(cycle.id, [ConceptState.IN_DRAFT_PLAN])
    years = dict(zip(KINDS, plan_years(cycle.year), strict=True))
    composed = []
    for kind in KINDS:
        newest = work.plans.newest(cycle.id, kind)
        if newest is not None and newest.status in OUT_OF_HAND:
            continue
        chosen = [concept for concept in concepts if concept.plan_kind == kind]
        composed.append(
            work.plans.add(
                r.Plan(
                    id=0,
                    cycle_id=cycle.id,
                    kind=kind,
                    year_from=years[kind][0],
                    year_to=years[kind][1],
                    version=newest.version + 1 if newest else 1,
                    status=status,
                    composed_at=situation.now,
                    items=_items(chosen, situation.moment.settings.numbering),
                )
            )
        )
    return composed


def _kinds_out_of_hand(situation: Situation) -> list[str]:
    newest = (situation.work.plans.newest(situation.cycle_id, kind) for kind in KINDS)
    return [plan.kind for plan in newest if plan is not None and plan.status in OUT_OF_HAND]


def open_plans(situation: Situation) -> Sequence[r.Plan]:
    """The newest version of each plan that is neither agreed nor with the President."""
    newest = (situation.work.plans.newest(situation.cycle_id, kind) for kind in KINDS)
    return [plan for plan in newest if plan is not None and plan.status not in OUT_OF_HAND]


def plans_at_president(situation: Situation) -> Sequence[r.Plan]:
    """The newest version of each plan that waits for the President's decision."""
    newest = (situation.work.plans.newest(situation.cycle_id, kind) for kind in KINDS)
    return [plan for plan in newest if plan and plan.status == PlanState.AT_PRESIDENT]


def _items(concepts: Iterable[r.Concept], numbering: str) -> tuple[r.PlanItem, ...]:
    return tuple(
        r.PlanItem(
            number=place.number,
            section=place.section,
            concept_id=place.item.id,
            body=place.item.body,
            titles=place.item.titles,
            estimated_conclusion=conclusion_period_text(
                place.item.proposed_year,
                place.item.proposed_period,
                place.item.proposed_until_year,
                place.item.proposed_until_period,
            ),
            estimated_domestic_procedures=domestic_procedure_text(
                place.item.domestic_procedure_kind, place.item.domestic_procedure_period
            ),
            notes=place.item.notes,
            marking=place.item.marking,
        )
        for place in arrange(concepts, numbering)
    )


def _adjust(situation: Situation, adjustments: Iterable[Mapping[str, Any]]) -> None:
    """Correct concepts as the Ministry states with a reason; old and new are journalled (AMB-06).

    A new year or period names the time anew: the end of a range goes with it (AMB-07).
    """
    if not adjustments:
        return
    year = situation.cycle().year
    concepts = situation.work.concepts.of_cycle(situation.cycle_id, [ConceptState.IN_DRAFT_PLAN])
    by_number = {concept.number: concept for concept in concepts}
    for row in adjustments:
        number, field, new = str(row["item"]), str(row["field"]), str(row["new"])
        concept = by_number.get(number)
        if concept is None or field not in ADJUSTABLE:
            raise Refused(
                f"'{field}' of item {number} cannot be adjusted; name a registration number of the "
                f"drafts and one of {', '.join(ADJUSTABLE)}.",
                code="wrong_adjustment",
                clause="10",
            )
        columns = _adjusted(concept, field, new, year)
        situation.work.concepts.change(concept.id, **columns)
        by_number[number] = replace(concept, **columns)
        details = {**row, "old": _present(concept, field)}
        if "proposed_until_year" in columns and concept.proposed_until_year:
            details["until"] = f"{concept.proposed_until_year}-{concept.proposed_until_period}"
        situation.note("adjust_item", clause="10", details=details)


def _present(concept: r.Concept, field: str) -> str:
    """What the concept says before it is adjusted, whatever the form was told."""
    if field.startswith("notes_"):
        return concept.notes.get(field.removeprefix("notes_"), "")
    return str(getattr(concept, field))


def _adjusted(concept: r.Concept, field: str, new: str, cycle_year: int) -> dict[str, Any]:
    if field == "proposed_year":
        if not new.isdecimal():
            raise Refused(f"The year is {new!r}; write one year such as {cycle_year + 1}.")
        return {"proposed_year": int(new), "plan_kind": route(int(new), cycle_year), **_NO_RANGE}
    if field.startswith("notes_"):
        return {"notes": {**concept.notes, field.removeprefix("notes_"): new}}
    if field == "proposed_period":
        conclusion_period_text(concept.proposed_year, new)  # refuses what cannot be printed
        return {field: new, **_NO_RANGE}
    domestic_procedure_text(concept.domestic_procedure_kind, new)
    return {field: new}
