"""A body's answer other than a concept: the no-proposals letter, or silence (clause 7)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from service.application.situation import MINISTRY, Situation
from service.application.steps import EffectCall
from service.domain.concepts import LIVE_STATES
from service.domain.deadlines import timeliness
from service.errors import Refused


def record_no_proposals(situation: Situation, call: EffectCall) -> Mapping[str, Any]:
    """Register the letter, on time or late (clause 7, SIL-02: a late one is not returned).

    Returns `timeliness`. Raises Refused while the body has a live concept (SIL-03).
    """
    body = str(call.variables["body"])
    if situation.work.concepts.exists(situation.cycle_id, LIVE_STATES, body):
        raise Refused(
            f"{body} has a concept in this cycle, so it cannot say that it has no proposals; "
            "withdraw the concept first, or leave the letter.",
            code="live_concept",
            clause="7",
        )
    due = situation.deadline("submission", call.variables["submission_on"])
    punctual = timeliness(situation.now, due.due_at)
    situation.letter("no_proposals", MINISTRY, body, clause="7", sender=body, timeliness=punctual)
    details = {"body": body, "due_at": due.due_at, "timeliness": punctual}
    situation.note("record_no_proposals", clause="7", details=details)
    return {"timeliness": punctual}


def record_no_response(situation: Situation, call: EffectCall) -> Mapping[str, Any]:
    """Neither concept nor letter came by the deadline; the cycle goes on (SIL-01)."""
    body = str(call.variables["body"])
    situation.note("record_no_response", clause="7", details={"body": body})
    return {"timeliness": "none"}
