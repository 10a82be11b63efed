"""What a body may propose again in a new cycle: nothing is carried over by itself (SIL-14)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from service.application import records as r
from service.application.application import Application
from service.application.ports import Work
from service.domain.plans import CURRENT, PROSPECTIVE, PlanState

_IN_FORCE = (PlanState.AGREED, PlanState.TRANSMITTED)


def prefilled_concepts(app: Application, year: int, body: str) -> list[Mapping[str, Any]]:
    """Form F01 prefilled for the cycle of `year`, from the plans that the year before agreed.

    The body's items of the plan for `year` (whether they were concluded, the body knows), and those
    that the prospective plan has for `year` + 1: all proposed for `year` + 1. The body's own number
    is left to be filled in; `carried_over_from` names the registration number.
    """
    with app.store.read() as work:
        before = work.cycles.of_year(year - 1)
        if before is None:
            return []
        concepts = sorted(_planned(work, before.id, body, year), key=lambda concept: concept.id)
        return [_values(work, concept, year + 1) for concept in concepts]


def _planned(work: Work, cycle_id: int, body: str, year: int) -> Iterator[r.Concept]:
    for kind, planned_for in ((CURRENT, year), (PROSPECTIVE, year + 1)):
        plan = work.plans.newest(cycle_id, kind)
        if plan is None or plan.status not in _IN_FORCE:
            continue
        for item in plan.items:
            concept = work.concepts.get(item.concept_id)
            if concept.body == body and concept.proposed_year == planned_for:
                yield concept


def _values(work: Work, concept: r.Concept, year: int) -> Mapping[str, Any]:
    filed = work.submissions.of_instance(concept.instance_id)
    values = next((form.values for form in filed if form.id == concept.submission_id), {})
    fresh = {"proposed_year": year, "carried_over_from": concept.number}
    return {**{key: v for key, v in values.items() if key != "doc_number"}, **fresh}
