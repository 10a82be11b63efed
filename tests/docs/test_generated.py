"""What docs say about clauses, diagrams, effects and tests is what is there."""

from __future__ import annotations

import pytest

from service.application.effects import EFFECTS
from service.domain.clauses import NUMBERS
from tests.docs.pages import code, rows, text
from tools import effects_table, traceability

RENEW = "run `make traceability`"
ACTS = NUMBERS[1:15]  # clauses 2 … 15; 16 and 17 have no diagram of their own yet
TESTS = traceability.rule_tests()
ELEMENTS = traceability.drawn_elements()


def test_the_traceability_page_is_up_to_date() -> None:
    assert text("docs/traceability.md") == traceability.render(), RENEW


def test_the_table_of_effects_is_up_to_date() -> None:
    guide = text("docs/process-owners-guide.md")
    assert guide == effects_table.put_into(guide), RENEW


def test_every_effect_is_in_the_guide_with_what_it_does() -> None:
    table = rows("docs/process-owners-guide.md", "effect", "what it does")
    said = {code(row["effect"]): row["what it does"] for row in table}
    assert set(said) == set(EFFECTS)
    assert all(said.values())


@pytest.mark.parametrize("number", ACTS)
def test_every_clause_about_acts_is_drawn(number: str) -> None:
    assert [drawn for drawn in ELEMENTS if number in drawn.clauses]


@pytest.mark.parametrize("number", ACTS)
def test_every_clause_about_acts_has_a_test(number: str) -> None:
    assert [test for test in TESTS if number in test.clauses]


def test_clauses_on_diagrams_and_effects_exist() -> None:
    named = {number for drawn in ELEMENTS for number in drawn.clauses}
    named |= {effect.clause for effect in EFFECTS.values() if effect.clause}
    named |= {number for test in TESTS for number in test.clauses}
    assert named <= set(NUMBERS)


def test_elements_that_tests_name_exist() -> None:
    known = {drawn.element.id for drawn in traceability.drawn_elements(every=True)}
    assert {test.element for test in TESTS if test.element} <= known


def test_every_effect_that_a_diagram_asks_for_exists() -> None:
    drawn = traceability.drawn_elements(every=True)
    assert {each.element.effect for each in drawn if each.element.effect} <= set(EFFECTS)


def test_marks_are_read_as_pytest_reads_them(tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("tree") / "tests" / "rules"
    folder.mkdir(parents=True)
    (folder / "test_some.py").write_text(
        'pytestmark = pytest.mark.clause("4")\n'
        '@pytest.mark.clause("5,6", "7", element="UserTask_SignConcept")\n'
        "def test_a_first_thing(): ...\n"
        "def test_another():\n"
        '    """Said in words.\n\n    And more."""\n'
        "def helper(): ...\n"
    )
    first, second = traceability.rule_tests(folder)
    assert (first.clauses, first.element) == (("5", "6", "7", "4"), "UserTask_SignConcept")
    assert (first.file, first.sentence) == ("tests/rules/test_some.py", "a first thing")
    assert (second.clauses, second.sentence) == (("4",), "Said in words.")
