"""Scenarios for the tests: small years of any number, built from the demonstration's texts."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeAlias

from tests.commandline.running import DEMONSTRATION

Data: TypeAlias = dict[str, Any]
_TOLD: Data = json.loads(DEMONSTRATION.read_text(encoding="utf-8"))
BODIES = ("MT", "MWRI", "MOJ", "MSHE", "MH", "MTI")
INVITED = (*BODIES, "MOD", "ACSA", "NBK")


def demonstration() -> Data:
    return copy.deepcopy(_TOLD)


def at(year: int, month_day: str, time: str = "10:00:00") -> str:
    """An instant in Almaty (UTC+5 since March 2024)."""
    return f"{year}-{month_day}T{time}+05:00"


def concept(number: int = 1, year: int = 2026, **changes: Any) -> Data:
    """A concept for the current plan, filed on 10 September and examined on 5 October."""
    template = copy.deepcopy(_TOLD["concepts"][0])
    del template["expected_result"], template["test_case"]
    return {
        **template,
        "id": f"C-{number}",
        "body": BODIES[(number - 1) % len(BODIES)],
        "proposed_year": year + 1,
        "domestic_procedures_due": f"{year + 1}-Q4",
        "related_event": None,
        "submitted_at": at(year, "09-10"),
        "examination": {**template["examination"], "decided_at": at(year, "10-05")},
        **changes,
    }


def acts(year: int = 2026, **changes: Any) -> Data:
    """Everything agreed at the first attempt."""
    return {
        "events_checked_at": at(year, "11-02"),
        "consolidated_at": at(year, "11-05"),
        "submitted_to_commission_at": at(year, "11-09"),
        "commission": [{"at": at(year, "11-13"), "outcome": "approved"}],
        "sent_to_president_at": at(year, "11-24"),
        "president": [{"at": at(year, "12-04"), "outcome": "agreed", "agreed_on": f"{year}-12-04"}],
        "sent_to_legislature_at": at(year, "12-15"),
        **changes,
    }


def small(year: int = 2026, **changes: Any) -> Data:
    """Two concepts, one for each plan, and a letter; keys may be changed."""
    later = concept(2, year, proposed_year=year + 2, domestic_procedures_due=f"{year + 3}-Q1")
    return {
        "cycle_year": year,
        "opens_at": at(year, "08-03", "09:00:00"),
        "concepts": [concept(1, year), later],
        "letters": [{"id": "L-1", "body": "MOD", "submitted_at": at(year, "09-15")}],
        "events_register": [],
        "acts": acts(year),
        "amendments": [],
        **changes,
    }


def written(folder: Path, data: object, name: str = "year.json") -> Path:
    file = folder / name
    file.write_text(json.dumps(data, ensure_ascii=True), encoding="utf-8")
    return file


Play: TypeAlias = Callable[[Mapping[str, Any]], Data]
