"""The Ministry's conclusion on a concept and what follows from it (clauses 8, 9, 10)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from service.application import records as r
from service.application.situation import Situation
from service.application.steps import EffectCall
from service.domain.concepts import ConceptState, move
from service.domain.periods import read_period
from service.domain.plans import route
from service.domain.texts import texts_of
from service.errors import StepFailed

EXAMINATION = "examine_concept"
UNDECIDED = (ConceptState.SUBMITTED, ConceptState.UNDER_REVIEW)


def record_conclusion(situation: Situation, call: EffectCall) -> Mapping[str, Any]:
    """Put the signed conclusion on foreign-policy expediency on record (clause 8).

    There is no third outcome (AMB-11) and no deemed consent (SIL-06). Variables used:
    concept_id, expedient (yes · no), examined_by.
    """
    expedient = call.variables.get("expedient")
    if expedient not in ("yes", "no"):
        raise StepFailed(f"expedient is {expedient!r}; the conclusion says yes or no")
    form = situation.form_of(EXAMINATION)
    due = situation.deadline("conclusion", call.variables["conclusion_on"])
    situation.work.concepts.add_conclusion(
        r.Conclusion(
            id=0,
            concept_id=int(call.variables["concept_id"]),
            expedient=expedient == "yes",
            reasons=texts_of(form, "reasons"),
            concluded_at=situation.now,
            due_at=due.due_at,
            examined_by=str(call.variables.get("examined_by", "")),
            signed_by=situation.actor.person,
        )
    )
    details = {"expedient": expedient, "due_at": due.due_at}
    situation.note("record_conclusion", clause="8", details=details)
    return {}


def notify_not_expedient(situation: Situation, call: EffectCall) -> Mapping[str, Any]:
    """Tell the body that its treaty is not expedient in foreign-policy terms (clause 9)."""
    concept = situation.work.concepts.get(int(call.variables["concept_id"]))
    situation.work.concepts.change(
        concept.id,
        state=move(concept.state, ConceptState.NOT_EXPEDIENT),
        reason="not expedient in foreign-policy terms",
    )
    situation.letter("negative_expediency_notice", concept.body, concept.number, clause="9")
    announce_if_concluded(situation)
    return {}


def include_in_draft_plan(situation: Situation, call: EffectCall) -> Mapping[str, Any]:
    """Place the treaty in the draft current or prospective plan by its proposed year (clause 10).

    The reviewer may have adjusted the time (AMB-06), which names one time in the place of a range:
    the body's own stays in its form. Returns `plan_kind`. Raises Refused when the adjusted year
    lies outside both plans.
    """
    concept = situation.work.concepts.get(int(call.variables["concept_id"]))
    year, period = concept.proposed_year, concept.proposed_period
    until = concept.proposed_until_year, concept.proposed_until_period
    adjustment = str(situation.form_of(EXAMINATION).get("date_adjustment") or "")
    if adjustment:
        details = {
            "old": f"{year}-{period}" + (f"/{until[0]}-{until[1]}" if until[0] else ""),
            "new": adjustment,
            "number": concept.number,
        }
        situation.note("adjust_item", clause="10", details=details)
        (year, period), until = read_period(adjustment), (None, "")
    plan_kind = route(year, int(call.variables["cycle_year"]))
    situation.work.concepts.change(
        concept.id,
        state=move(concept.state, ConceptState.IN_DRAFT_PLAN),
        plan_kind=plan_kind,
        proposed_year=year,
        proposed_period=period,
        proposed_until_year=until[0],
        proposed_until_period=until[1],
    )
    announce_if_concluded(situation)
    return {"plan_kind": plan_kind}


def announce_if_concluded(situation: Situation) -> None:
    """Send ConceptsConcluded to the cycle when nothing is undecided and submissions are closed.

    The cycle's row is locked first: of two last conclusions at the same moment exactly one sees
    that nothing is left (clause 8; SIL-06: without it, consolidation does not begin).
    """
    cycle = situation.work.cycles.lock(situation.cycle_id)
    if cycle.submissions_closed_at is None or cycle.concluded_at is not None:
        return
    if situation.work.concepts.exists(cycle.id, UNDECIDED):
        return
    situation.work.cycles.change(cycle.id, concluded_at=situation.now, status="consolidating")
    situation.send("ConceptsConcluded", str(cycle.year))
