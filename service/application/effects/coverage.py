"""Clause 11: high-level understandings and visits, and whether the drafts cover them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from service.application import records as r
from service.application.situation import Situation
from service.application.steps import EffectCall
from service.domain.concepts import ConceptState
from service.errors import Refused

CHECK = "UserTask_CheckUnderstandings"


def check_coverage(situation: Situation, call: EffectCall) -> Mapping[str, Any]:
    """Compare the register with the concepts in the drafts; ask the bodies about what is missing.

    An understanding without a concept leads to a request and a warning, never to an item of its
    own (AMB-12). Returns `uncovered`, their number.
    """
    uncovered = len(_compare(situation))
    situation.note("check_coverage", clause="11", details={"uncovered": uncovered})
    return {"uncovered": uncovered}


def _compare(situation: Situation) -> list[r.Understanding]:
    """Note what is covered now, ask about what was not known to be missing; what is missing."""
    work = situation.work
    planned = work.concepts.of_cycle(situation.cycle_id, [ConceptState.IN_DRAFT_PLAN])
    covered = {concept.related_event for concept in planned if concept.related_event}
    missing = []
    for entry in work.understandings.of_cycle(situation.cycle_id):
        coverage = _coverage(entry.code in covered, entry.entry_type)
        work.understandings.change(entry.id, coverage=coverage)
        if coverage != "not_covered":
            continue
        missing.append(entry)
        if entry.coverage != coverage:
            situation.letter("coverage_request", entry.responsible_body, entry.code, clause="11")
    return missing


def _coverage(is_covered: bool, entry_type: str) -> str:
    if is_covered:
        return "covered"
    return "not_covered" if entry_type == "agreement_reached" else "not_required"


def record_coverage(situation: Situation, call: EffectCall) -> Mapping[str, Any]:
    """Keep the reason why something is not covered. Raises Refused when it is missing.

    The register is compared once more: it may have grown since the task opened.
    """
    form = situation.form_of(CHECK)
    reason = {
        code: form[f"uncovered_reason_{code}"]
        for code in ("kk", "ru", "en")
        if form.get(f"uncovered_reason_{code}")
    }
    uncovered = _compare(situation)
    if uncovered and not (reason.get("kk") and reason.get("ru")):
        raise Refused(
            f"{', '.join(entry.code for entry in uncovered)} is not covered by any concept; "
            "give the reason in Kazakh and Russian.",
            code="uncovered_without_reason",
            clause="11",
        )
    for entry in uncovered:
        situation.work.understandings.change(entry.id, reason=reason)
    situation.note("record_coverage", clause="11", details={"uncovered": len(uncovered)})
    return {}
