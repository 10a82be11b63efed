"""Clause 11: high-level understandings and visits, and whether the drafts cover them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from service.application import records as r
from service.application.situation import MINISTRY, Situation
from service.application.steps import EffectCall
from service.domain.concepts import ConceptState
from service.domain.periods import conclusion_period_text, domestic_procedure_text
from service.domain.plans import route, section
from service.domain.texts import texts_of
from service.errors import Refused
from service.forms import content_hash

CHECK = "check_understandings"


def check_coverage(situation: Situation, call: EffectCall) -> Mapping[str, Any]:
    """Compare the register with the concepts in the drafts; ask the bodies about what is missing.

    An understanding without a concept leads to a request and a warning, not to an item of its own
    (AMB-12). Returns `uncovered`, their number.
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
        coverage = _coverage(entry.entry_type, is_covered=entry.code in covered)
        work.understandings.change(entry.id, coverage=coverage)
        if coverage != "not_covered":
            continue
        missing.append(entry)
        if entry.coverage != coverage:
            situation.letter("coverage_request", entry.responsible_body, entry.code, clause="11")
    return missing


def _coverage(entry_type: str, *, is_covered: bool) -> str:
    if is_covered:
        return "covered"
    return "not_covered" if entry_type == "agreement_reached" else "not_required"


def record_coverage(situation: Situation, call: EffectCall) -> Mapping[str, Any]:
    """Keep the reason why something is not covered. Raises Refused when it is missing.

    The register is compared once more: it may have grown since the task opened.
    """
    form = situation.form_of(CHECK)
    reason = texts_of(form, "uncovered_reason")
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


def add_ministry_items(
    situation: Situation, rows: Iterable[Mapping[str, Any]], closed: Collection[str]
) -> None:
    """Put the treaties that the Ministry plans without a body's concept into the register (AMB-12).

    Each row of the consolidation form becomes a concept of the Ministry that stands in its draft
    at once, is journalled with its reason and covers the understanding it names. A row that was
    added in an earlier round is passed over. Raises Refused when the cycle does not allow such
    items, for a plan among `closed`, an understanding that the register lacks, a year outside the
    plans, or another row under a title that stands there already.
    """
    rows = tuple(rows)
    if rows and not situation.moment.settings.allow_ministry_items:
        raise Refused(
            "In this cycle no treaty enters a plan without a body's concept; remove the Ministry's "
            "own items and ask the responsible body for a concept, or file one for the Ministry.",
            code="ministry_items",
            clause="11",
        )
    known = {
        entry.code: entry for entry in situation.work.understandings.of_cycle(situation.cycle_id)
    }
    for row in rows:
        if _is_new(situation, row):
            _add_item(situation, row, closed, known)


def _is_new(situation: Situation, row: Mapping[str, Any]) -> bool:
    """Whether no earlier round, or row, has added it. Raises Refused for a changed one."""
    own = [
        concept
        for concept in situation.work.concepts.of_cycle(situation.cycle_id)
        if concept.instance_id == situation.instance.id
    ]
    digest = content_hash(row)
    if any(concept.content_sha256 == digest for concept in own):
        return False
    for concept in own:
        if concept.titles["kk"] == row["title_kk"]:
            raise Refused(
                f"{row['title_kk']!r} is item {concept.number} already and was changed; leave it "
                "as it was, and use the adjustments to change the item.",
                code="item_exists",
                clause="11",
            )
    return True


def _add_item(
    situation: Situation,
    row: Mapping[str, Any],
    closed: Collection[str],
    known: Mapping[str, r.Understanding],
) -> None:
    cycle, work = situation.cycle(), situation.work
    plan_kind, event = _plan_of(row, cycle.year, closed), str(row.get("related_event") or "")
    if event and event not in known:
        raise Refused(
            f"The register has no entry {event!r}; name one of its codes, or leave it empty.",
            code="unknown_understanding",
            clause="11",
        )
    concept = work.concepts.add(
        r.Concept(
            id=0,
            cycle_id=cycle.id,
            instance_id=situation.instance.id,
            body=MINISTRY,
            doc_number=_doc_number(situation, cycle),
            number=f"{cycle.year}/{work.cycles.next_number(cycle.id):04d}",
            titles={code: str(row[f"title_{code}"]) for code in ("kk", "ru")},
            treaty_kind=str(row["treaty_kind"]),
            treaty_form="",  # whoever negotiates the treaty decides on its form and parties
            counterparts=(),
            proposed_year=int(row["proposed_year"]),
            proposed_period=str(row["proposed_period"]),
            domestic_procedure_kind=str(row["domestic_procedure_kind"]),
            domestic_procedure_period=str(row.get("domestic_procedure_period") or ""),
            notes={},
            related_event=event,
            state=ConceptState.IN_DRAFT_PLAN,
            plan_kind=plan_kind,
            content_sha256=content_hash(row),
            submission_id=situation.submission.id if situation.submission else None,
        )
    )
    if event:
        work.understandings.change(known[event].id, coverage="covered")
    details = {**row, "number": concept.number, "plan_kind": plan_kind}
    situation.note("add_ministry_item", clause="11", details=details)


def _plan_of(row: Mapping[str, Any], cycle_year: int, closed: Collection[str]) -> str:
    """The plan by the row's year. Raises Refused or WrongInput for what no plan can print."""
    plan_kind = route(int(row["proposed_year"]), cycle_year)
    if plan_kind in closed:
        raise Refused(
            f"The {plan_kind} plan is agreed or with the President, so {row['title_kk']!r} cannot "
            "be added to it now; propose it by way of an amendment (clause 16).",
            code="plan_closed",
            clause="11",
        )
    section(str(row["treaty_kind"]))
    conclusion_period_text(int(row["proposed_year"]), str(row["proposed_period"]))
    kind, period = row["domestic_procedure_kind"], row.get("domestic_procedure_period")
    domestic_procedure_text(str(kind), str(period or ""))
    return plan_kind


def _doc_number(situation: Situation, cycle: r.Cycle) -> str:
    """The first of MFA-2026-1, MFA-2026-2 … that nobody has used."""
    number, find = 1, situation.work.concepts.by_doc_number
    while find(cycle.id, MINISTRY, f"{MINISTRY}-{cycle.year}-{number}") is not None:
        number += 1
    return f"{MINISTRY}-{cycle.year}-{number}"
