"""Columns 4 and 5 of the annexes, against every concept of the invented year."""

from __future__ import annotations

from typing import Any

import pytest

from service.domain.periods import (
    PROCEDURE_KINDS,
    conclusion_period_text,
    domestic_procedure_text,
    months_of,
    read_period,
)
from service.errors import WrongInput
from tests.domain.given import KINDS, scenario

CONCEPTS = [
    pytest.param(concept, id=concept["id"])
    for concept in scenario()["concepts"] + scenario()["amendments"]
]


@pytest.mark.parametrize("concept", CONCEPTS)
def test_column_4_reads_as_in_the_scenario(concept: dict[str, Any]) -> None:
    period = f"Q{concept['proposed_quarter']}"
    text = conclusion_period_text(concept["proposed_year"], period)
    assert text == concept["estimated_conclusion"]


@pytest.mark.parametrize("concept", CONCEPTS)
def test_column_5_reads_as_in_the_scenario(concept: dict[str, Any]) -> None:
    kind = KINDS[concept["domestic_procedures_kind"]]
    text = domestic_procedure_text(kind, concept["domestic_procedures_due"] or "")
    assert text == concept["estimated_domestic_procedures"]


@pytest.mark.parametrize(
    ("period", "kk", "ru", "en"),
    [
        ("year", "2027 жыл", "2027 год", "2027"),
        ("M05", "2027 жылғы мамыр", "май 2027 года", "May 2027"),
    ],
)
def test_a_month_or_the_whole_year_can_be_named(period: str, kk: str, ru: str, en: str) -> None:
    assert conclusion_period_text(2027, period) == {"kk": kk, "ru": ru, "en": en}


def test_a_range_names_both_its_ends() -> None:
    text = conclusion_period_text(2027, "Q4", 2028, "Q1")
    assert text["kk"] == "2027 жылғы IV тоқсан – 2028 жылғы I тоқсан"
    assert text["ru"] == "IV квартал 2027 года – I квартал 2028 года"
    assert text["en"] == "Q4 2027 – Q1 2028"
    assert conclusion_period_text(2027, "year", 2028, "year")["kk"] == "2027 жыл – 2028 жыл"
    assert conclusion_period_text(2027, "Q4", 2027, "Q4") == conclusion_period_text(2027, "Q4")


@pytest.mark.parametrize("kind", PROCEDURE_KINDS)
def test_every_procedure_has_a_text_in_each_language(kind: str) -> None:
    assert set(domestic_procedure_text(kind, "2027-Q3")) == {"kk", "ru", "en"}


def test_a_procedure_without_a_period_stands_alone() -> None:
    assert domestic_procedure_text("ratification")["ru"] == "ратификация"


def test_periods_are_read_in_three_writings() -> None:
    read = [read_period(text) for text in ("2027-Q3", "2027-05", "2027")]
    assert read == [(2027, "Q3"), (2027, "M05"), (2027, "year")]


@pytest.mark.parametrize("period", ["Q5", "III", "M13", "", "2027-Q3", "Q1-Q2"])
def test_an_unknown_period_is_refused(period: str) -> None:
    with pytest.raises(WrongInput, match="write Q1 … Q4"):
        months_of(period)


@pytest.mark.parametrize("text", ["2027-Q5", "2027-13", "Q3 2027", "", "27-Q1", "2027-Q3 "])
def test_an_unknown_dated_period_is_refused(text: str) -> None:
    with pytest.raises(WrongInput, match="write 2027-Q3"):
        read_period(text)


def test_an_unknown_procedure_is_refused() -> None:
    with pytest.raises(WrongInput, match="'app' is unknown; use ratification"):
        domestic_procedure_text("app", "2027-Q3")
