"""The Interdepartmental Commission gets the drafts, its decision is recorded (clauses 12, 13)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from service.application import records as r
from service.application.effects.drafts import compose, open_plans
from service.application.situation import Situation
from service.application.steps import EffectCall
from service.domain.concepts import ConceptState, move
from service.domain.deadlines import timeliness
from service.domain.plans import PlanState, move_plan
from service.domain.texts import texts_of
from service.errors import Refused

DECISION = "record_commission_decision"
HEAD = "MFA/head"
_OUTCOMES = {
    "approved": PlanState.APPROVED,
    "approved_with_changes": PlanState.APPROVED,
    "returned": PlanState.RETURNED,
    "refused": PlanState.REFUSED,
}


def submit_to_commission(situation: Situation, call: EffectCall) -> Mapping[str, Any]:
    """Put the drafts before the Commission, on time or late (clause 12). Returns `timeliness`.

    The first time by 10 November, after a return by the date of rework (SIL-10).
    """
    dates = situation.cycle().dates
    earlier = [
        decision
        for decision in situation.work.decisions.of_cycle(situation.cycle_id)
        if decision.kind == "sent_to_commission"
    ]
    nominal = dates["rework_on"] if earlier else dates["commission_on"]
    due = situation.deadline("commission", nominal)
    punctual = timeliness(situation.now, due.due_at)
    version = _move_all(situation, PlanState.AT_COMMISSION)
    situation.work.decisions.add(
        r.Decision(
            id=0,
            cycle_id=situation.cycle_id,
            kind="sent_to_commission",
            outcome="sent",
            decided_at=situation.now,
            plan_version=version,
            timeliness=punctual,
            due_at=due.due_at,
        )
    )
    situation.work.cycles.change(situation.cycle_id, status="at_commission")
    about = str(situation.cycle().year)
    route = {"route": situation.moment.settings.route}
    situation.letter(
        "commission_cover",
        "COMMISSION",
        about,
        clause="12",
        timeliness=punctual,
        payload=route,
    )
    details = {"version": version, "due_at": due.due_at, "timeliness": punctual}
    situation.note("submit_to_commission", clause="12", details=details)
    return {"timeliness": punctual}


def record_commission_decision(situation: Situation, call: EffectCall) -> Mapping[str, Any]:
    """Record the Commission's decision (clause 13).

    approved · approved_with_changes (items may be excluded) · returned (back to consolidation,
    a new version) · refused (the Ministry's head is told and decides, SIL-10). Returns `outcome`
    and `returned`, and `rework_on` when the Commission set its own date for the rework.
    """
    form = situation.form_of(DECISION)
    outcome = str(form.get("outcome", ""))
    if outcome not in _OUTCOMES:
        raise Refused(f"The outcome is {outcome!r}; it is one of {', '.join(_OUTCOMES)}.")
    excluded = _exclude(situation, form) if outcome == "approved_with_changes" else []
    version = _move_all(situation, _OUTCOMES[outcome])
    if excluded:
        version = max(plan.version for plan in compose(situation, PlanState.APPROVED))
    situation.work.decisions.add(
        r.Decision(
            id=0,
            cycle_id=situation.cycle_id,
            kind="commission",
            outcome=outcome,
            decided_at=situation.now,
            plan_version=version,
            remarks=texts_of(form, "remarks"),
            payload={"excluded": excluded},
        )
    )
    details = {"outcome": outcome, "version": version, "excluded": excluded}
    situation.note("record_commission_decision", clause="13", details=details)
    situation.work.cycles.change(situation.cycle_id, status=_OUTCOMES[outcome])
    if outcome == "refused":
        _tell_head(situation)
    returned = outcome in ("returned", "refused")
    return {"outcome": outcome, "returned": returned, **_rework(situation, form)}


def _tell_head(situation: Situation) -> None:
    subject, about = "commission_refused", str(situation.cycle().year)
    situation.notice("escalation", HEAD, subject, about, clause="13")
    situation.note("escalate", clause="13", details={"to": [HEAD], "subject": subject})


def _rework(situation: Situation, form: Mapping[str, Any]) -> dict[str, str]:
    """The date of rework that the Commission set itself (F08), in the place of the usual one."""
    if not form.get("rework_due"):
        return {}
    rework_on = str(form["rework_due"])
    dates = {**situation.cycle().dates, "rework_on": rework_on}
    situation.work.cycles.change(situation.cycle_id, dates=dates)
    return {"rework_on": rework_on}


def _exclude(situation: Situation, form: Mapping[str, Any]) -> list[str]:
    """Exclude the concepts that the Commission struck out; their numbers."""
    work = situation.work
    planned = work.concepts.of_cycle(situation.cycle_id, [ConceptState.IN_DRAFT_PLAN])
    by_number = {concept.number: concept for concept in planned}
    struck = []
    for row in form.get("item_decisions") or ():
        if row.get("decision") != "exclude":
            continue
        concept = by_number.get(str(row["item"]))
        if concept is None:
            raise Refused(
                f"Item {row['item']!r} is not in the drafts; name it by its registration number.",
                code="unknown_item",
                clause="13",
            )
        reason = str(row.get("reason") or "excluded by the Commission")
        state = move(concept.state, ConceptState.EXCLUDED)
        work.concepts.change(concept.id, state=state, reason=reason)
        struck.append(concept.number)
    return struck


def _move_all(situation: Situation, to: PlanState) -> int:
    """Move every open plan to a state; the highest version among them."""
    version = 0
    for plan in open_plans(situation):
        situation.work.plans.change(plan.id, status=move_plan(plan.status, to))
        version = max(version, plan.version)
    return version
