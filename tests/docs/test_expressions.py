"""docs/expressions.md explains every word, and its examples give what it says."""

from __future__ import annotations

import json
import re
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from service import bootstrap
from service.application.steps import Moment
from service.domain.cycle_settings import CycleSettings
from service.engine.language import expressions, words
from service.engine.language.scripts import StepScripts
from tests.docs.pages import code, rows

PAGE = "docs/expressions.md"
NOW = datetime(2026, 8, 31, 9, tzinfo=ZoneInfo("Asia/Almaty"))  # as the page says
VARIABLES = {
    code(row["variable"]): json.loads(code(row["value"])) for row in rows(PAGE, "variable", "value")
}
EXAMPLES = [
    (code(row["expression"]), code(row["result for 2026"]))
    for row in rows(PAGE, "expression", "result for 2026")
]
REFUSED = [code(row["refused"]) for row in rows(PAGE, "refused", "why")]
FAILING = [code(row["fails"]) for row in rows(PAGE, "fails", "why")]


@pytest.fixture(scope="module")
def scripts() -> StepScripts:
    return StepScripts(Moment(NOW, bootstrap.working_calendar(None), CycleSettings()))


@pytest.mark.parametrize(("expression", "result"), EXAMPLES)
def test_an_example_gives_what_the_page_says(
    scripts: StepScripts, expression: str, result: str
) -> None:
    assert expressions.check_template(expression) is None
    assert shown(scripts.template(expression, VARIABLES)) == result


@pytest.mark.parametrize("expression", REFUSED)
def test_what_the_page_calls_refused_is(expression: str) -> None:
    assert expressions.check_expression(expression)


@pytest.mark.parametrize("expression", FAILING)
def test_what_the_page_calls_failing_does(scripts: StepScripts, expression: str) -> None:
    assert expressions.check_expression(expression) is None
    with pytest.raises(expressions.ExpressionFailed):
        scripts.template(expression, VARIABLES)


def test_every_word_and_function_is_explained_with_an_example() -> None:
    explained = {
        code(row["word"]): row
        for row in rows(PAGE, "word", "meaning", "expression")
        if row["meaning"]
    }
    assert set(explained) == {*words.WORDS, *expressions.FUNCTIONS}
    for word, row in explained.items():
        assert f"{word}(" in row["expression"]


def test_every_spelling_of_juel_is_in_the_table() -> None:
    spellings = " ".join(row["JUEL"] for row in rows(PAGE, "here", "JUEL"))
    missing = [word for word in expressions._JUEL_WORDS if f"`{word}`" not in spellings]
    assert missing == []


def test_the_limits_are_those_of_the_code() -> None:
    said = {row["what"]: row["at most"] for row in rows(PAGE, "what", "at most")}
    numbers = {what: _numbers(at_most) for what, at_most in said.items()}
    assert numbers["one expression"] == [expressions.MAX_TEXT, expressions.MAX_NODES]
    assert numbers["instants of a ladder"] == [words.MAX_INSTANTS]
    assert numbers["a text or list that an expression makes"] == [expressions.MAX_LENGTH]


def shown(value: Any) -> str:
    """A value as the page writes it."""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(shown, value))}]"
    return json.dumps(value, ensure_ascii=False)


def _numbers(cell: str) -> list[int]:
    return [int(number.replace(",", "")) for number in re.findall(r"\d[\d,]*", cell)]
