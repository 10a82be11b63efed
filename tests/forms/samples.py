"""What people fill in: one good answer per form, and scenario concepts as the form's fields."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

from service.forms import Form, read_form

ROOT = Path(__file__).resolve().parents[2]
FORMS = ROOT / "forms"
NOW = datetime(2026, 9, 10, 5, 0, tzinfo=UTC)  # 10 o'clock in Astana
KINDS = {"rat": "ratification", "app": "government_resolution", "none": "none"}
DOCUMENT = {
    "doc_number": "01-7/123",
    "doc_date": "2026-09-10",
    "signatory_position": "Министр",
}
BOTH = {"reasons_kk": "Сыртқы саясатқа сәйкес келеді.", "reasons_ru": "Отвечает внешней политике."}
REMARKS = {
    "remarks_kk": "13-тармақ бойынша мерзім нақтылансын.",
    "remarks_ru": "Уточнить срок по позиции 13.",
}


def scenario() -> dict[str, Any]:
    """The demonstration year."""
    path = ROOT / "service" / "demonstration" / "scenario_2026.json"
    loaded: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return loaded


@cache
def form(name: str) -> Form:
    """The form of that name, as delivered."""
    return read_form((FORMS / f"{name}.form").read_text(encoding="utf-8"), f"{name}.form")


def concept(told: dict[str, Any]) -> dict[str, Any]:
    """A concept of a scenario, as somebody would fill it into `file_concept`."""
    values: dict[str, Any] = {
        "treaty_kind": told["treaty_kind"],
        "treaty_form": told["treaty_form"],
        "counterparts": [{"code": each["code"], **each["name"]} for each in told["counterparts"]],
        "proposed_year": told["proposed_year"],
        "proposed_period": f"Q{told['proposed_quarter']}",
        "domestic_procedure_kind": KINDS[told["domestic_procedures_kind"]],
        "domestic_procedure_period": told["domestic_procedures_due"],
        "related_event": told["related_event"],
        "contact": "Шарттар бөлімі, 74-00-00",
        "doc_number": told["id"],
    }
    for language in ("kk", "ru"):
        title, why = told["title"][language], told["justification"][language]
        values[f"title_{language}"] = title
        values[f"justification_{language}"] = why
        values[f"concept_text_{language}"] = f"{title}\n\n{why}".strip()
        values[f"notes_{language}"] = told["notes"][language]
    values["title_en"] = told["title"]["en"]
    return values


def good_concept() -> dict[str, Any]:
    """The first concept of the demonstration year."""
    return concept(scenario()["concepts"][0])


def answers() -> dict[str, dict[str, Any]]:
    """Form → one good answer."""
    filed = good_concept()
    return {
        "file_concept": filed,
        "revise_concept": filed,
        "sign_concept": {
            "decision": "sign",
            "doc_date": "2026-09-10",
            "signatory_position": "Министр",
        },
        "examine_concept": {"languages_ok": True, "expedient": "yes", **BOTH},
        "sign_conclusion": {"decision": "sign", **DOCUMENT},
        "prepare_proposals": {"confirm_none": True, **DOCUMENT},
        "send_late_letter": {"confirm_none": True, **DOCUMENT},
        "check_understandings": {"events_checked": True},
        "consolidate_draft_plans": {
            "cover_note_kk": "Жоспарлардың жобалары жолданады.",
            "cover_note_ru": "Направляются проекты планов.",
            **DOCUMENT,
        },
        "send_to_commission": dict(DOCUMENT),
        "record_commission_decision": {
            "meeting_date": "2026-09-09",
            "outcome": "approved",
            **DOCUMENT,
        },
        "decide_after_refusal": {
            "decision": "restart",
            "reason_kk": "Ескертулер түзетіледі.",
            "reason_ru": "Замечания будут устранены.",
        },
        "send_to_president": {"sent_on": "2026-09-10", "sent_ref": "01-7/200"},
        "record_president_decision": {
            "outcome": "agreed",
            "plans_covered": "both",
            "agreed_on": "2026-09-09",
            **DOCUMENT,
        },
        "send_to_legislature": {"recipient": "kurultai", "sent_on": "2026-09-10", **DOCUMENT},
    }
