"""Forms filled the way the scenario's people would fill them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from service.domain.calendars import ALMATY
from service.forms import Form
from service.simulation.scenario import Filing

LANGUAGES = ("kk", "ru", "en")
_PROCEDURES = {"app": "government_resolution", "rat": "ratification"}
_MOST_TEXT = "Сынақ мәтіні / Пробный текст"


def concept_values(filing: Filing) -> dict[str, Any]:
    """Form F01 from a concept of the scenario. Languages that were not submitted stay empty."""
    raw = filing.values
    given = raw.get("languages_submitted") or LANGUAGES
    kind = str(raw.get("domestic_procedures_kind") or "none")
    values: dict[str, Any] = {
        **_texts(raw, "title", "title", [*given, "en"]),
        **_texts(raw, "justification", "justification", given),
        **_texts(raw, "notes", "notes", LANGUAGES),
        "treaty_kind": raw.get("treaty_kind"),
        "treaty_form": raw.get("treaty_form"),
        "counterparts": [_counterpart(party) for party in raw.get("counterparts") or ()],
        "proposed_year": raw.get("proposed_year"),
        "proposed_period": _quarter(raw.get("proposed_quarter")) or "year",
        "proposed_until_year": raw.get("proposed_until_year"),
        "proposed_until_period": _quarter(raw.get("proposed_until_quarter")),
        "domestic_procedure_kind": _PROCEDURES.get(kind, kind),
        "related_event": raw.get("related_event") or "",
        "marking": raw.get("marking") or "",
        "contact": f"{filing.body}, +7 7172 000000",
        "doc_number": filing.id,
    }
    if values["domestic_procedure_kind"] != "none":
        values["domestic_procedure_period"] = raw.get("domestic_procedures_due") or ""
    for code in ("kk", "ru"):
        if code in given:
            parts = (values.get(f"title_{code}"), values.get(f"justification_{code}"))
            values[f"concept_text_{code}"] = "\n\n".join(part for part in parts if part)
    return {key: value for key, value in values.items() if value not in ("", None)}


def signing_values(at: datetime, number: str = "", decision: str = "sign") -> dict[str, Any]:
    """The fields of a signature: number, date, position."""
    values: dict[str, Any] = {
        "doc_date": local(at).isoformat(),
        "signatory_position": "Министр / Министр",
    }
    if decision:
        values["decision"] = decision
    if number:
        values["doc_number"] = number
    return values


def bilingual(field: str, texts: Mapping[str, str], default: str = _MOST_TEXT) -> dict[str, str]:
    """`field_kk` and `field_ru` from texts in languages."""
    return {f"{field}_{code}": texts.get(code) or default for code in ("kk", "ru")}


def stand_in_values(form: Form | None, at: datetime) -> dict[str, Any]:
    """The least that a form accepts: for tasks that the scenario does not know."""
    if form is None:
        return {}
    return {
        field.key: _least(field, at)
        for field in form.inputs
        if field.rules.required and not field.readonly
    }


def local(instant: datetime) -> date:
    """The local date of an instant."""
    return instant.astimezone(ALMATY).date()


def _least(field: Any, at: datetime) -> Any:
    if field.choices:
        value: Any = field.choices[0].value
        return [value] if field.type in ("checklist", "taglist") else value
    if field.type == "checkbox":
        return True
    if field.type == "number":
        return field.rules.minimum or 1
    if field.type == "datetime":
        instants = {"date": local(at).isoformat(), "time": "09:00"}
        return instants.get(field.subtype, at.isoformat())
    if field.type in ("dynamiclist", "filepicker"):
        return []
    return (_MOST_TEXT * 8)[: field.rules.max_length or 60]


def _quarter(number: object) -> str:
    return f"Q{number}" if number else ""


def _texts(raw: Mapping[str, Any], key: str, field: str, languages: Any) -> dict[str, str]:
    texts = raw.get(key) or {}
    return {f"{field}_{code}": texts.get(code) or "" for code in languages}


def _counterpart(party: Mapping[str, Any]) -> dict[str, str]:
    names = party.get("name") or {}
    found = {"code": str(party.get("code") or ""), **{c: names.get(c) or "" for c in LANGUAGES}}
    return {key: value for key, value in found.items() if value}
