"""The glossary has every word that the code names things by."""

from __future__ import annotations

import ast
import re

import pytest

from service.domain import bodies
from service.domain.concepts import ConceptState
from service.domain.plans import PlanState
from tests.docs.pages import ROOT, code, rows, text

PAGE = "docs/glossary.md"
ALSO = {"UserTask", "Timer", "Effect", "Advance", "Incident", "Moment", "Element"}
STANDINGS = (
    bodies.SUBMITTED,
    bodies.NO_PROPOSALS,
    bodies.NO_PROPOSALS_LATE,
    bodies.NO_RESPONSE,
    bodies.SILENT,
)


def class_names() -> set[str]:
    """Public classes of the domain and of the application's records, states left out."""
    files = [
        *(ROOT / "service/domain").rglob("*.py"),
        *(ROOT / "service/application/records").glob("*.py"),
    ]
    found = {
        node.name
        for file in files
        for node in ast.parse(file.read_text(encoding="utf-8")).body
        if isinstance(node, ast.ClassDef) and not node.name.startswith("_")
    }
    return (found | ALSO) - {"ConceptState", "PlanState"}


def test_every_class_of_the_domain_is_in_the_glossary() -> None:
    missing = {name for name in class_names() if f"`{name}`" not in text(PAGE)}
    assert missing == set(), f"add to {PAGE}"


def test_every_word_has_three_languages_and_a_meaning() -> None:
    table = rows(PAGE, "English", "қазақша", "русский", "meaning", "in code")
    assert len(table) > 50
    assert [row for row in table if not all(row.values())] == []


def test_a_word_has_one_meaning() -> None:
    words = [row["English"] for row in rows(PAGE, "English", "meaning")]
    assert [word for word in words if words.count(word) > 1] == []


def test_what_the_glossary_says_is_in_the_code_is_there() -> None:
    defined = set()
    for file in (ROOT / "service").rglob("*.py"):
        defined |= set(re.findall(r"^class (\w+)", file.read_text(encoding="utf-8"), re.MULTILINE))
    named = {
        word for row in rows(PAGE, "in code") for word in re.findall(r"`(\w+)`", row["in code"])
    }
    assert named - defined == set()


@pytest.mark.parametrize(
    ("column", "values"),
    [("state", {*ConceptState, *PlanState}), ("standing", set(STANDINGS))],
)
def test_states_are_exactly_those_of_the_code(column: str, values: set[str]) -> None:
    assert {code(row[column]) for row in rows(PAGE, column, "meaning")} == set(map(str, values))
