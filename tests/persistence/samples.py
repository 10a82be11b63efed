"""One stored value of every kind, for the tests of persistence."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

from service.application import records as r
from service.application.ports import Work

NOW = datetime(2026, 9, 25, 18, 59, 59, tzinfo=UTC)
ALMATY = timezone(timedelta(hours=5))
TEXTS = {"kk": "Тұжырымдама", "ru": "Концепция", "en": "Concept"}

DEFINITION = r.Definition(
    id=0,
    digest="a" * 64,
    key="concept_review",
    version=1,
    xml=b"<definitions/>\x00\xff",
    deployment="d1",
    deployed_at=NOW,
    deployed_by="owner",
    message_starts=("concept_filed", 'quoted "name"'),
)
FORM = r.FormDefinition("examine_concept", "f" * 64, '{"components": []}', "d1", NOW)


def instance(**changes: Any) -> r.Instance:
    values: dict[str, Any] = {
        "id": 0,
        "definition_key": DEFINITION.key,
        "definition_id": 1,
        "business_key": "2026/MT/1",
        "cycle_id": None,
        "status": "running",
        "version": 1,
        "state": b"\x00\x01 state",
        "started_at": NOW,
    }
    return r.Instance(**{**values, **changes})


def user_task(instance_id: int, **changes: Any) -> r.UserTask:
    values: dict[str, Any] = {
        "id": "task-1",
        "instance_id": instance_id,
        "element_id": "UserTask_ExamineConcept",
        "names": TEXTS,
        "form_key": "examine_concept",
        "clause": "8",
        "assignee": "",
        "candidate_groups": ("MFA/reviewer", "MFA/head"),
        "candidate_users": ("aigul",),
        "excluded_users": ("daniyar",),
        "completed_by_variable": "examined_by",
        "due_at": NOW + timedelta(days=30),
        "follow_up_at": None,
        "opened_at": NOW,
    }
    return r.UserTask(**{**values, **changes})


def cycle(**changes: Any) -> r.Cycle:
    values: dict[str, Any] = {
        "id": 0,
        "year": 2026,
        "settings": {"rollover": True},
        "dates": {"submission": "2026-09-25", "conclusion": "2026-10-25"},
        "opened_at": NOW,
    }
    return r.Cycle(**{**values, **changes})


def concept(cycle_id: int, instance_id: int, **changes: Any) -> r.Concept:
    values: dict[str, Any] = {
        "id": 0,
        "cycle_id": cycle_id,
        "instance_id": instance_id,
        "body": "MT",
        "doc_number": "MT-17",
        "number": "",
        "titles": TEXTS,
        "treaty_kind": "intergovernmental",
        "treaty_form": "agreement",
        "counterparts": ({"code": "UZ", "names": TEXTS},),
        "proposed_year": 2027,
        "proposed_period": "Q3",
        "domestic_procedure_kind": "ratification",
        "domestic_procedure_period": "2027-Q4",
        "notes": {},
        "related_event": "",
        "state": "draft",
        "proposed_until_year": 2028,
        "proposed_until_period": "Q1",
        "marking": "official_use",
    }
    return r.Concept(**{**values, **changes})


def plan_item(number: int, concept_id: int, **changes: Any) -> r.PlanItem:
    values: dict[str, Any] = {
        "number": number,
        "section": 2,
        "concept_id": concept_id,
        "body": "MT",
        "titles": TEXTS,
        "estimated_conclusion": {"kk": "2027 ж."},
        "estimated_domestic_procedures": {"kk": "2027 ж. 4-тоқсан"},
        "notes": {},
    }
    return r.PlanItem(**{**values, **changes})


def plan(cycle_id: int, items: tuple[r.PlanItem, ...] = (), **changes: Any) -> r.Plan:
    values: dict[str, Any] = {
        "id": 0,
        "cycle_id": cycle_id,
        "kind": "current",
        "year_from": 2027,
        "year_to": 2027,
        "version": 1,
        "status": "draft",
        "composed_at": NOW,
        "items": items,
        "agreed_on": date(2026, 11, 30),
    }
    return r.Plan(**{**values, **changes})


def letter(cycle_id: int, **changes: Any) -> r.Letter:
    values: dict[str, Any] = {
        "id": 0,
        "cycle_id": cycle_id,
        "kind": "no_proposals",
        "sender": "MT",
        "recipient": "MFA",
        "about": "MT",
        "sent_at": NOW,
    }
    return r.Letter(**{**values, **changes})


def outgoing(instance_id: int | None, message_id: str = "m-1") -> r.Outgoing:
    return r.Outgoing(
        0, "reminder", "MT/submitter", "invitation", "MT", "4", {}, NOW, message_id, instance_id
    )


def message(**changes: Any) -> r.Message:
    values: dict[str, Any] = {
        "id": 0,
        "name": "concept_concluded",
        "business_key": "2026",
        "payload": {"concept_id": 7},
        "created_at": NOW,
    }
    return r.Message(**{**values, **changes})


def journal_entry(**changes: Any) -> r.JournalEntry:
    values: dict[str, Any] = {
        "at": NOW,
        "actor": "aigul",
        "act": "complete_user_task",
        "subject": "2026/MT/1",
        "clause": "8",
        "details": {"task": "task-1", "on": date(2026, 9, 25), "share": 0.1},
    }
    return r.JournalEntry(**{**values, **changes})


def running_instance(work: Work, **changes: Any) -> r.Instance:
    """A stored instance, with its definition."""
    if work.definitions.latest(DEFINITION.key) is None:
        work.definitions.add(DEFINITION)
    return work.instances.add(instance(**changes))
