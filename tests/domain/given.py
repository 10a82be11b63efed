"""What the tests of the rules start from: the calendar, the reference data, the invented year."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, datetime
from importlib.resources import files
from typing import Any

from service.almanac import kazakhstan
from service.domain.calendars import ALMATY, DayOverride, WorkingCalendar
from service.domain.cycle_settings import CycleSettings

CALENDAR = WorkingCalendar(kazakhstan())
SETTINGS = CycleSettings()


def reference(name: str) -> Any:
    """A JSON file of service/reference."""
    return json.loads(files("service").joinpath("reference", name).read_text("utf-8"))


def scenario() -> Any:
    """The invented planning year 2026."""
    path = files("service").joinpath("demonstration", "scenario_2026.json")
    return json.loads(path.read_text("utf-8"))


def day(text: str) -> date:
    """A date from 2026-12-31."""
    return date.fromisoformat(text)


def moment(text: str) -> datetime:
    """An instant in Almaty from 2026-12-31T23:59:59."""
    return datetime.fromisoformat(text).replace(tzinfo=ALMATY)


def override(on: str, effect: str, legal_act: str = "") -> DayOverride:
    """An administrator's override."""
    return DayOverride(day(on), effect, {"kk": "Түзету", "ru": "Правка"}, legal_act)


KINDS = {"app": "government_resolution", "rat": "ratification", "none": "none"}


def concept_values(**changes: Any) -> dict[str, Any]:
    """Form F01 of a concept without faults, with the fields given changed."""
    return _values_of(scenario()["concepts"][0]) | changes


def concept_values_of(concept_id: str) -> dict[str, Any]:
    """Form F01 of a concept of the scenario."""
    filed = scenario()["concepts"] + scenario()["amendments"]
    return _values_of(next(concept for concept in filed if concept["id"] == concept_id))


def _values_of(concept: dict[str, Any]) -> dict[str, Any]:
    texts = {
        f"{field}_{language}": concept[source].get(language, "")
        for field, source in (
            ("title", "title"),
            ("concept_text", "justification"),
            ("justification", "justification"),
            ("notes", "notes"),
        )
        for language in ("kk", "ru", "en")
    }
    return texts | {
        "treaty_kind": concept["treaty_kind"],
        "treaty_form": concept["treaty_form"],
        "counterparts": [{"code": c["code"], **c["name"]} for c in concept["counterparts"]],
        "proposed_year": concept["proposed_year"],
        "proposed_period": f"Q{concept['proposed_quarter']}",
        "domestic_procedure_kind": KINDS[concept["domestic_procedures_kind"]],
        "domestic_procedure_period": concept["domestic_procedures_due"] or "",
    }


@dataclass(frozen=True)
class Treaty:
    """The least that a plan needs to know of a concept."""

    number: str
    treaty_kind: str = "intergovernmental"
    proposed_year: int = 2027
    proposed_period: str = "Q1"
