"""`simulate --json`: the object that design section 7 fixes, key by key and type by type."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from service.application.queries.warnings import WARNINGS
from tests.commandline.running import DEMONSTRATION, Ran, kelisim

STATES = {
    *("draft", "submitted", "returned_late", "under_review", "not_expedient", "in_draft_plan"),
    *("excluded", "agreed", "transmitted", "withdrawn", "refused"),
}
STANDINGS = {"submitted", "no_proposals", "no_proposals_late", "no_response"}
STEPS = ["submission", "conclusion", "commission", "president", "legislature"]


def day(value: object) -> bool:
    return isinstance(value, str) and date.fromisoformat(value).isoformat() == value


def instant(value: object) -> bool:
    """Local time with its offset, to the second."""
    if not isinstance(value, str):
        return False
    found = datetime.fromisoformat(value)
    return found.isoformat() == value and found.utcoffset() == timedelta(hours=5)


def one_of(*words: object) -> Any:
    return lambda value: value in words


def texts(value: object) -> bool:
    return isinstance(value, dict) and all(
        key in ("kk", "ru", "en") and isinstance(text, str) for key, text in value.items()
    )


class Each:
    """Every value of an object whose keys are codes."""

    def __init__(self, shape: Any) -> None:
        self.shape = shape


TEXT, NUMBER = str, int
ITEM = {
    "no": NUMBER,
    "section": one_of(1, 2, 3),
    "body": TEXT,
    "concept": TEXT,
    "number": TEXT,
    "title": texts,
    "estimated_conclusion": texts,
    "estimated_domestic_procedures": texts,
    "notes": texts,
    "marking": one_of("internal", "official_use", "public"),
}
NOTICE = {"to": TEXT, "subject": TEXT, "about": TEXT, "clause": TEXT, "at": instant}
SHAPE: dict[str, Any] = {
    "cycle_year": NUMBER,
    "status": TEXT,
    "plans": Each({"years": [NUMBER], "status": TEXT, "version": NUMBER, "items": [ITEM]}),
    "concepts": Each(
        {
            "state": one_of(*STATES),
            "reason": TEXT,
            "number": lambda value: re.fullmatch(r"(2026/\d{4})?", value),
            "plan": one_of("", "current", "prospective"),
            "body": TEXT,
            "title": texts,
        }
    ),
    "bodies": Each(one_of(*STANDINGS)),
    "deadlines": [
        {
            "step": one_of(*STEPS),
            "clause": TEXT,
            "target": day,
            "legal": day,
            "inclusive": bool,
            "due_at": instant,
        }
    ],
    "decisions": [
        {
            "kind": TEXT,
            "outcome": TEXT,
            "at": instant,
            "timeliness": one_of("on_time", "late"),
            "due_at": lambda value: value is None or instant(value),
            "plan_version": NUMBER,
        }
    ],
    "letters": [
        {
            "kind": TEXT,
            "from": TEXT,
            "to": TEXT,
            "about": TEXT,
            "at": instant,
            "timeliness": one_of("on_time", "late"),
        }
    ],
    "reminders": [NOTICE],
    "escalations": [NOTICE],
    "understandings": Each(one_of("open", "covered", "not_covered", "not_required")),
    "warnings": [one_of(*WARNINGS)],
    "refused": [{"act": TEXT, "code": TEXT, "reason": TEXT}],
    "stand_ins": [{"task": TEXT, "group": TEXT, "about": TEXT, "at": instant}],
    "incidents": [{"element": TEXT, "reason": TEXT, "at": instant}],
    "steps": NUMBER,
    "wall_seconds": float,
}


def faults(value: Any, shape: Any, place: str = "$") -> list[str]:  # noqa: PLR0911
    """Everything in `value` that is not as `shape` says."""
    if isinstance(shape, Each):
        named = dict.fromkeys(value, shape.shape) if isinstance(value, dict) else {"?": 0}
        return faults(value, named, place)
    if isinstance(shape, dict):
        if not isinstance(value, dict) or set(value) != set(shape):
            return [f"{place}: {value if not isinstance(value, dict) else sorted(value)}"]
        return [f for key in shape for f in faults(value[key], shape[key], f"{place}.{key}")]
    if isinstance(shape, list):
        if not isinstance(value, list):
            return [f"{place}: no list"]
        return [f for n, each in enumerate(value) for f in faults(each, shape[0], f"{place}[{n}]")]
    if isinstance(shape, type):
        return [] if type(value) is shape else [f"{place}: {value!r} is no {shape.__name__}"]
    return [] if shape(value) else [f"{place}: {value!r}"]


@pytest.fixture(scope="module")
def ran() -> Ran:
    return kelisim("simulate", DEMONSTRATION, "--json")


def test_it_has_this_shape(ran: Ran) -> None:
    assert faults(ran.json, SHAPE) == []
    assert ran.err == ""


def test_it_holds_both_plans_and_every_step(ran: Ran) -> None:
    year = ran.json
    assert set(year["plans"]) == {"current", "prospective"}
    assert [each["step"] for each in year["deadlines"]] == STEPS
    assert [each["clause"] for each in year["deadlines"]] == ["4", "8", "12", "14", "15"]
    assert len(year["bodies"]) == 32
    assert len(year["concepts"]) == 30


def test_it_says_what_the_issue_asks(ran: Ran) -> None:
    """The legislature: due 21 December, aimed at and sent on the 18th; NBK escalated; version 2."""
    year = ran.json
    legislature = year["deadlines"][-1]
    assert (legislature["legal"], legislature["target"]) == ("2026-12-21", "2026-12-18")
    assert [e["at"] for e in year["decisions"] if e["kind"] == "legislature"] == [
        "2026-12-18T11:00:00+05:00"
    ]
    assert year["bodies"]["NBK"] == "no_response"
    assert "NBK/head" in {each["to"] for each in year["escalations"]}
    assert {plan["version"] for plan in year["plans"].values()} == {2}
    assert year["warnings"] == []


def test_the_shape_finds_faults() -> None:
    assert faults({"a": 1}, {"a": str}) == ["$.a: 1 is no str"]
    assert faults({"a": True}, {"a": int}) == ["$.a: True is no int"]
    assert faults([{}], [{"a": int}]) == ["$[0]: []"]
    assert faults("2026-09-25T10:00:00+06:00", instant)
