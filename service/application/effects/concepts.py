"""A concept until the Ministry considers it: drafted, registered, returned, withdrawn."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from service.application import records as r
from service.application.effects.conclusions import announce_if_concluded
from service.application.ports import Work
from service.application.situation import MINISTRY, Situation
from service.application.steps import EffectCall
from service.domain.bodies import active_on
from service.domain.concepts import (
    ANSWER_STATES,
    MARKINGS,
    ConceptState,
    check_concept,
    check_filing,
    move,
    planning_year,
)
from service.domain.deadlines import is_on_time
from service.domain.texts import texts_of
from service.errors import Refused, StepFailed
from service.forms import content_hash


def draft_concept(situation: Situation, call: EffectCall) -> Mapping[str, Any]:
    """Put the filed form into the register of concepts, or the revised form over it (clause 5).

    Returns `concept_id` and `defects`, the number of those that go back for correction: one
    language only, outside the plans' years, and only in a cycle that lets them be corrected
    (AMB-10). Raises FormInvalid or Refused for those in any other cycle or revised form, and for
    whatever else the rules do not allow, such as a number used twice.
    """
    submission = situation.submission
    if submission is None:
        raise StepFailed("draft_concept needs the form that was just sent; put it after a form")
    cycle, values = situation.cycle(), submission.values
    body = str(call.variables["body"])
    known = situation.work.concepts.of_instance(situation.instance.id)
    if known is None:
        _check_body(situation, body)  # a draft may be completed by its body's successor (SIL-21)
    defects = _check(situation, values, cycle.year, revised=known is not None)
    same = situation.work.concepts.by_doc_number(cycle.id, body, str(values["doc_number"]))
    if same is not None and (known is None or same.id != known.id):
        raise Refused(
            f"{body} has already filed a concept under its number {values['doc_number']}; "
            "use another number.",
            code="number_used",
            clause="4",
        )
    columns = _columns(values, situation)
    columns["submission_id"] = submission.id
    if known is not None:
        situation.work.concepts.change(known.id, **columns)
        return {"concept_id": known.id, "defects": defects}
    concept = situation.work.concepts.add(
        r.Concept(
            id=0,
            cycle_id=cycle.id,
            instance_id=situation.instance.id,
            body=body,
            number="",
            state=ConceptState.DRAFT,
            **columns,
        )
    )
    return {"concept_id": concept.id, "defects": defects}


def _check(
    situation: Situation, values: Mapping[str, Any], cycle_year: int, *, revised: bool
) -> int:
    if revised:
        check_concept(values, cycle_year, situation.moment.settings)
        return 0
    return len(check_filing(values, cycle_year, situation.moment.settings))


def return_for_correction(situation: Situation, call: EffectCall) -> Mapping[str, Any]:
    """Tell the body what keeps its draft from being submitted, and until when (clause 5, AMB-10).

    The letter names the ground (one_language before out_of_horizon), every defect and the cut-off
    of clause 4; what is signed after it is late (clause 6).
    """
    submission = situation.submission
    if submission is None:
        raise StepFailed("return_for_correction needs the form just sent; put it after a form")
    concept = situation.work.concepts.get(int(call.variables["concept_id"]))
    year, settings = situation.cycle().year, situation.moment.settings
    defects = check_filing(submission.values, year, settings)
    due = situation.deadline("submission", call.variables["submission_on"])
    payload = {
        "ground": min((defect.ground for defect in defects), default="other"),
        "defects": [defect._asdict() for defect in defects],
        "due_at": due.due_at,
        "received_at": situation.now,
    }
    situation.letter("return_notice", concept.body, concept.doc_number, clause="5", payload=payload)
    details = {"doc_number": concept.doc_number, **payload}
    situation.note("return_for_correction", clause="5", details=details)
    return {}


def _check_body(situation: Situation, code: str) -> None:
    body = situation.work.bodies.get(code)
    today = situation.moment.calendar.local_date(situation.now)
    if body is None or not body.may_submit or not active_on(body, today):
        raise Refused(
            f"{code} is no body that may propose treaties on {today}; "
            "ask the administrator to look at the directory.",
            code="body_may_not_submit",
            clause="4",
        )


def _columns(values: Mapping[str, Any], situation: Situation) -> dict[str, Any]:
    return {
        "doc_number": str(values["doc_number"]),
        "titles": texts_of(values, "title"),
        "treaty_kind": values["treaty_kind"],
        "treaty_form": values["treaty_form"],
        "counterparts": tuple(values.get("counterparts") or ()),
        "proposed_year": planning_year(values["proposed_year"], situation.moment.settings),
        "proposed_period": values["proposed_period"],
        "domestic_procedure_kind": values["domestic_procedure_kind"],
        "domestic_procedure_period": values.get("domestic_procedure_period") or "",
        "notes": texts_of(values, "notes"),
        "related_event": values.get("related_event") or "",
        "content_sha256": content_hash(values),
        "proposed_until_year": values.get("proposed_until_year"),
        "proposed_until_period": values.get("proposed_until_period") or "",
        "marking": values.get("marking") or MARKINGS[0],
    }


def register_concept(situation: Situation, call: EffectCall) -> Mapping[str, Any]:
    """Register the signed concept: number, server time, content hash; on time or late (clause 4).

    The time is the instant of the signature in the system (AMB-09). Returns `timeliness` and
    `number`. The body's own procedure is told about its first concept on time.
    """
    work = situation.work
    concept = work.concepts.get(int(call.variables["concept_id"]))
    due = situation.deadline("submission", call.variables["submission_on"])
    on_time = is_on_time(situation.now, due.due_at)
    year = int(call.variables["cycle_year"])
    number = f"{year}/{work.cycles.next_number(concept.cycle_id):04d}"
    first = on_time and not work.concepts.exists(concept.cycle_id, ANSWER_STATES, concept.body)
    state = move(concept.state, ConceptState.SUBMITTED)
    if on_time:
        state = move(state, ConceptState.UNDER_REVIEW)
    work.concepts.change(
        concept.id,
        number=number,
        state=state,
        submitted_at=situation.now,
        due_at=due.due_at,
    )
    if first:
        _supersede_letter(situation, concept)
        situation.send("ConceptRegistered", f"{year}/{concept.body}")
    timeliness = "on_time" if on_time else "late"
    details = {"number": number, "timeliness": timeliness, "content_sha256": concept.content_sha256}
    situation.note("register_concept", clause="4", details=details)
    return {"timeliness": timeliness, "number": number}


def _supersede_letter(situation: Situation, concept: r.Concept) -> None:
    """A concept on time takes the place of a no-proposals letter sent before (SIL-03)."""
    letter = situation.work.letters.find(concept.cycle_id, "no_proposals", concept.body)
    if letter is not None and letter.status == "valid":
        situation.work.letters.change(letter.id, status="superseded")
        situation.note("supersede_letter", clause="7", details={"letter": letter.id})


def return_concept(situation: Situation, call: EffectCall) -> Mapping[str, Any]:
    """Return a late concept without considering it, with its letter (clause 6)."""
    concept = situation.work.concepts.get(int(call.variables["concept_id"]))
    if concept.submitted_at is None or concept.due_at is None:
        raise StepFailed("A concept is returned before it was registered; register it first")
    reason = f"received {concept.submitted_at.isoformat()}, due {concept.due_at.isoformat()}"
    situation.work.concepts.change(
        concept.id, state=move(concept.state, ConceptState.RETURNED_LATE), reason=reason
    )
    payload = {"ground": "late", "due_at": concept.due_at, "received_at": concept.submitted_at}
    situation.letter("return_notice", concept.body, concept.number, clause="6", payload=payload)
    situation.note("return_concept", clause="6", details={"number": concept.number, **payload})
    return {}


def record_withdrawal(situation: Situation, call: EffectCall) -> Mapping[str, Any]:
    """The body took its concept back before consolidation closed (SIL-04).

    A body that is left without any concept has to answer again.
    """
    work = situation.work
    concept = work.concepts.get(int(call.variables["concept_id"]))
    state = move(concept.state, ConceptState.WITHDRAWN)
    reason = str(call.variables.get("withdrawal_reason") or "")
    work.concepts.change(concept.id, state=state, reason=reason)
    situation.letter("withdrawal", MINISTRY, concept.number, clause="10", sender=concept.body)
    ask_again(work, situation.cycle(), concept.body, situation.now)
    announce_if_concluded(situation)
    situation.note("record_withdrawal", clause="10", details={"number": concept.number})
    return {}


def ask_again(work: Work, cycle: r.Cycle, body: str, now: datetime) -> None:
    """What follows when a body may have taken back its last concept (SIL-01, SIL-03).

    A no-proposals letter that its concept had superseded stands again; without one, the body's own
    procedure is told, so that it answers anew while there is time.
    """
    if work.concepts.exists(cycle.id, ANSWER_STATES, body):
        return
    letter = work.letters.find(cycle.id, "no_proposals", body)
    if letter is not None:
        work.letters.change(letter.id, status="valid")
        return
    message = r.Message(
        id=0,
        name="ConceptsWithdrawn",
        business_key=f"{cycle.year}/{body}",
        payload={},
        created_at=now,
    )
    work.messages.add([message])
