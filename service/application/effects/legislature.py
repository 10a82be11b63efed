"""The legislature receives the agreed plans within ten working days (clause 15)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from service.application import records as r
from service.application.effects.drafts import KINDS
from service.application.situation import Situation
from service.application.steps import EffectCall
from service.domain.concepts import ConceptState
from service.domain.deadlines import term, timeliness
from service.domain.plans import PlanState, legislature_on, move_plan

SENDING = "send_to_legislature"
_RECIPIENTS = {"parliament": "PARLIAMENT", "kurultai": "KURULTAI"}


def transmit_to_legislature(situation: Situation, call: EffectCall) -> Mapping[str, Any]:
    """Send the plans that are agreed to the legislature, on time or late (clause 15).

    Returns `next_step`: done · wait, consolidate or resend for a plan that is not agreed yet
    (SIL-12). The legislature's own reaction is not part of the Rules (SIL-15).
    """
    work, cycle = situation.work, situation.cycle()
    newest = [plan for kind in KINDS if (plan := work.plans.newest(cycle.id, kind)) is not None]
    agreed = [plan for plan in newest if plan.status == PlanState.AGREED]
    for plan in agreed:
        status = move_plan(plan.status, PlanState.TRANSMITTED)
        work.plans.change(plan.id, status=status, transmitted_at=situation.now)
        concept_ids = [item.concept_id for item in plan.items]
        work.concepts.change_states(concept_ids, ConceptState.TRANSMITTED)
    _record(situation, call, agreed)
    rest = [plan.status for plan in newest if plan not in agreed]
    return {"next_step": _next_step([status for status in rest if status != "transmitted"])}


def _next_step(rest: list[str]) -> str:
    if not rest:
        return "done"
    return "wait" if PlanState.AT_PRESIDENT in rest else "consolidate"


def _record(situation: Situation, call: EffectCall, plans: list[r.Plan]) -> None:
    event_on = date.fromisoformat(str(call.variables["agreed_on"]))
    days = int(call.variables["legislature_working_days"])
    moment = situation.moment
    due = term("legislature", event_on, days, moment.calendar, moment.settings)
    punctual = timeliness(situation.now, due.due_at)
    chosen = str(situation.form_of(SENDING).get("recipient") or "")
    today = moment.calendar.local_date(situation.now)
    recipient = _RECIPIENTS.get(chosen) or legislature_on(today, moment.settings)
    kinds = [plan.kind for plan in plans]
    situation.work.decisions.add(
        r.Decision(
            id=0,
            cycle_id=situation.cycle_id,
            kind="legislature",
            outcome="sent",
            decided_at=situation.now,
            plan_version=max((plan.version for plan in plans), default=0),
            timeliness=punctual,
            due_at=due.due_at,
            payload={"plans": kinds, "recipient": recipient},
        )
    )
    about = str(situation.cycle().year)
    situation.letter(
        "legislature_transmittal",
        recipient,
        about,
        clause="15",
        timeliness=punctual,
        payload={"plans": kinds, "route": moment.settings.route},
    )
    details = {"plans": kinds, "recipient": recipient, "due_at": due.due_at}
    situation.note(
        "transmit_to_legislature", clause="15", details={**details, "timeliness": punctual}
    )
