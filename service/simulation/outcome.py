"""The outcome of a played year, as the object that `simulate --json` prints (design, section 7)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from service.application import records as r
from service.application.application import Application
from service.application.queries.boards import Board, board
from service.domain.calendars import ALMATY
from service.simulation.playing import Played


def outcome(app: Application, year: int, played: Played, wall_seconds: float) -> dict[str, Any]:
    """Plain data: plans, concepts, bodies, deadlines, letters, reminders, escalations, refusals."""
    seen = board(app, year, played.now)
    by_id = {concept.id: concept for concept in seen.concepts}
    ids = {concept.number: concept.doc_number for concept in seen.concepts if concept.number}
    return {
        "cycle_year": year,
        "status": seen.cycle.status,
        "plans": {kind: _plan(plan, by_id) for kind, plan in seen.plans.items()},
        "concepts": _concepts(seen, played),
        "bodies": dict(sorted(seen.bodies.items())),
        "deadlines": [_deadline(each) for each in seen.deadlines],
        "decisions": [_decision(each) for each in seen.decisions],
        "letters": [_letter(each, ids) for each in seen.letters],
        "reminders": _notices(seen.outgoing, "reminder"),
        "escalations": _notices(seen.outgoing, "escalation"),
        "understandings": {e.code: e.coverage for e in seen.understandings},
        "warnings": list(seen.warnings),
        "refused": [
            {"act": act, "code": code, "reason": reason} for act, code, reason in played.refused
        ],
        "stand_ins": [
            {"task": task, "group": group, "about": about, "at": _local(at)}
            for task, group, about, at in played.stand_ins
        ],
        "incidents": [
            {"element": each.element_id, "reason": each.message, "at": _local(each.occurred_at)}
            for each in played.incidents
        ],
        "steps": played.steps,
        "wall_seconds": round(wall_seconds, 3),
    }


def _plan(plan: r.Plan, concepts: Mapping[int, r.Concept]) -> dict[str, Any]:
    return {
        "years": [plan.year_from, plan.year_to],
        "status": plan.status,
        "version": plan.version,
        "items": [
            {
                "no": item.number,
                "section": item.section,
                "body": item.body,
                "concept": concepts[item.concept_id].doc_number,
                "number": concepts[item.concept_id].number,
                "title": dict(item.titles),
                "estimated_conclusion": dict(item.estimated_conclusion),
                "estimated_domestic_procedures": dict(item.estimated_domestic_procedures),
                "notes": dict(item.notes),
                "marking": item.marking,
            }
            for item in plan.items
        ],
    }


def _concepts(seen: Board, played: Played) -> dict[str, Any]:
    found: dict[str, Any] = {
        concept.doc_number: {
            "state": concept.state,
            "reason": concept.reason,
            "number": concept.number,
            "plan": concept.plan_kind,
            "body": concept.body,
            "title": dict(concept.titles),
        }
        for concept in seen.concepts
    }
    for act, _, reason in played.refused:
        filing = played.filings.get(act)
        if filing is not None and act not in found:
            found[act] = {
                "state": "refused",
                "reason": reason,
                "number": "",
                "plan": "",
                "body": filing.body,
                "title": {k: v for k, v in (filing.values.get("title") or {}).items() if v},
            }
    return found


def _deadline(deadline: Any) -> dict[str, Any]:
    return {
        "step": deadline.step,
        "clause": deadline.clause,
        "target": deadline.target_on.isoformat(),
        "legal": deadline.legal_on.isoformat(),
        "inclusive": deadline.inclusive,
        "due_at": deadline.due_at.isoformat(),
    }


def _decision(decision: r.Decision) -> dict[str, Any]:
    return {
        "kind": decision.kind,
        "outcome": decision.outcome,
        "at": _local(decision.decided_at),
        "timeliness": decision.timeliness,
        "due_at": _local(decision.due_at) if decision.due_at else None,
        "plan_version": decision.plan_version,
    }


def _letter(letter: r.Letter, ids: Mapping[str, str]) -> dict[str, Any]:
    return {
        "kind": letter.kind,
        "from": letter.sender,
        "to": letter.recipient,
        "about": ids.get(letter.about, letter.about),
        "at": _local(letter.sent_at),
        "timeliness": letter.timeliness,
    }


def _notices(outgoing: Sequence[r.Outgoing], kind: str) -> list[dict[str, Any]]:
    found = [
        {
            "to": each.recipient,
            "subject": each.subject,
            "about": each.about,
            "clause": each.clause,
            "at": _local(each.created_at),
        }
        for each in outgoing
        if each.kind == kind
    ]
    return sorted(found, key=lambda each: (each["at"], each["about"], each["to"]))


def _local(instant: datetime) -> str:
    return instant.astimezone(ALMATY).isoformat()
