"""What makes a concept acceptable, and its states: clauses 4, 5 and 10."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest

from service.domain.concepts import (
    CONCEPT_TRANSITIONS,
    ConceptState,
    check_concept,
    check_filing,
    move,
    planning_year,
    warnings,
)
from service.domain.cycle_settings import CycleSettings
from service.errors import FormInvalid, Refused, WrongInput
from tests.domain.given import SETTINGS, concept_values, concept_values_of, scenario

RANGES_ALLOWED = CycleSettings(allow_range=True)


def problems_of(values: dict[str, Any], settings: CycleSettings = SETTINGS) -> dict[str, str]:
    with pytest.raises(FormInvalid) as invalid:
        check_concept(values, 2026, settings)
    return dict(invalid.value.problems)


@pytest.mark.parametrize("concept", scenario()["amendments"], ids=lambda concept: concept["id"])
def test_the_scenario_s_amendments_bring_sound_concepts(concept: dict[str, Any]) -> None:
    check_concept(concept_values_of(concept["id"]), 2026, SETTINGS)


@pytest.mark.parametrize("concept", scenario()["concepts"], ids=lambda concept: concept["id"])
def test_the_scenario_s_concepts_are_judged_as_expected(concept: dict[str, Any]) -> None:
    values = concept_values_of(concept["id"])
    if concept["expected_result"].get("result") == "rejected_by_validation":
        assert problems_of(values)
    else:
        check_concept(values, 2026, SETTINGS)


def test_a_concept_in_one_language_is_refused_under_clause_5() -> None:
    with pytest.raises(FormInvalid) as invalid:
        check_concept(concept_values_of("SMP-2026-030"), 2026, SETTINGS)
    fields = [field for field, _ in invalid.value.problems]
    assert fields == ["title_ru", "concept_text_ru", "justification_ru"]
    assert invalid.value.clause == "5"


def test_a_concept_outside_the_horizon_is_refused_under_clause_4() -> None:
    with pytest.raises(FormInvalid) as invalid:
        check_concept(concept_values_of("SMP-2026-029"), 2026, SETTINGS)
    assert [field for field, _ in invalid.value.problems] == ["proposed_year"]
    assert invalid.value.clause == "4"


def test_every_problem_is_told_at_once() -> None:
    values = concept_values(title_ru="", proposed_year=2031, counterparts=[], treaty_kind="?")
    with pytest.raises(FormInvalid) as invalid:
        check_concept(values, 2026, SETTINGS)
    fields = [field for field, _ in invalid.value.problems]
    assert fields == ["title_ru", "treaty_kind", "counterparts", "proposed_year"]
    assert invalid.value.clause == "4, 5"


def test_an_empty_form_is_refused_field_by_field() -> None:
    assert set(problems_of({})) == {
        "title_kk",
        "title_ru",
        "concept_text_kk",
        "concept_text_ru",
        "justification_kk",
        "justification_ru",
        "treaty_kind",
        "treaty_form",
        "counterparts",
        "proposed_year",
        "proposed_period",
        "domestic_procedure_kind",
    }


@pytest.mark.parametrize(
    ("change", "field", "said"),
    [
        ({"title_kk": "Келісім"}, "title_kk", "has 7 characters; write 10 or more"),
        ({"title_ru": "Д" * 1001}, "title_ru", "shorten it to 1000"),
        ({"title_ru": "Agreement on trade"}, "title_ru", "no Cyrillic letter"),
        ({"justification_ru": "Нужно."}, "justification_ru", "write 10 or more"),
        ({"concept_text_ru": "  "}, "concept_text_ru", "missing in Russian"),
        ({"concept_text_kk": None}, "concept_text_kk", "missing in Kazakh"),
        ({"treaty_form": "oral"}, "treaty_form", "choose bilateral"),
        ({"marking": "secret"}, "marking", "choose internal"),
        ({"treaty_kind": ["interstate"]}, "treaty_kind", "choose interstate"),
        ({"counterparts": "UZ"}, "counterparts", "give a list"),
        ({"counterparts": [{"code": ""}]}, "counterparts", "empty line"),
        ({"proposed_year": None}, "proposed_year", "write one year such as 2027"),
        ({"proposed_year": True}, "proposed_year", "write one year such as 2027"),
        ({"proposed_year": "2027-2028"}, "proposed_year", "spans two years"),
        ({"proposed_period": "spring"}, "proposed_period", "write Q1 … Q4"),
        ({"domestic_procedure_kind": "app"}, "domestic_procedure_kind", "choose ratification"),
        ({"domestic_procedure_period": ""}, "domestic_procedure_period", "is missing"),
        ({"domestic_procedure_period": "2027-Q7"}, "domestic_procedure_period", "write 2027-Q3"),
        ({"notes_ru": "п" * 2001}, "notes_ru", "shorten it to 2000"),
    ],
)
def test_a_fault_is_told_at_its_field(change: dict[str, Any], field: str, said: str) -> None:
    problems = problems_of(concept_values(**change))
    assert list(problems) == [field]
    assert said in problems[field]


def test_the_russian_half_may_not_repeat_the_kazakh_one() -> None:
    values = concept_values()
    values["title_ru"] = values["title_kk"].upper()
    assert "same as in Kazakh" in problems_of(values)["title_ru"]


def test_the_text_of_a_concept_may_be_a_file() -> None:
    file = {"name": "concept.docx", "sha256": "00"}
    check_concept(concept_values(concept_text_kk=file, concept_text_ru=file), 2026, SETTINGS)


def test_an_accession_needs_no_counterpart() -> None:
    check_concept(concept_values(treaty_form="accession", counterparts=[]), 2026, SETTINGS)


@pytest.mark.parametrize("kind", ["none", "tbd"])
def test_no_period_is_asked_where_no_procedure_is_known(kind: str) -> None:
    values = concept_values(domestic_procedure_kind=kind, domestic_procedure_period="")
    check_concept(values, 2026, SETTINGS)


def test_where_ranges_are_allowed_the_first_year_routes() -> None:
    assert planning_year("2027–2028", RANGES_ALLOWED) == 2027
    check_concept(concept_values(proposed_year="2027-2028"), 2026, RANGES_ALLOWED)


def test_a_refused_range_names_clause_10() -> None:
    with pytest.raises(Refused, match="spans two years") as refused:
        planning_year("2027/2028", SETTINGS)
    assert (refused.value.code, refused.value.clause) == ("year_range", "10")


def test_a_filing_tells_what_may_be_corrected_and_raises_the_rest() -> None:
    returning = CycleSettings(defect_policy="return_for_correction")
    values = concept_values(title_ru="", proposed_year=2031)
    assert check_filing(values, 2026, returning) == (
        ("one_language", "title_ru"),
        ("out_of_horizon", "proposed_year"),
    )
    with pytest.raises(FormInvalid) as invalid:
        check_filing({**values, "counterparts": []}, 2026, returning)
    assert [field for field, _ in invalid.value.problems] == ["counterparts"]
    with pytest.raises(FormInvalid):
        check_filing(values, 2026, SETTINGS)
    assert check_filing(concept_values(), 2026, SETTINGS) == ()


@pytest.mark.parametrize(
    ("end", "field", "said"),
    [
        ((2031, "Q1"), "proposed_until_year", "outside the plans"),
        ((2027, "Q1"), "proposed_until_year", "before the beginning"),
        (("soon", "Q1"), "proposed_until_year", "write one year"),
        ((2028, "spring"), "proposed_until_period", "write Q1"),
        ((2028, None), "proposed_until_period", "is missing"),
    ],
)
def test_the_end_of_a_range_is_checked(end: tuple[Any, Any], field: str, said: str) -> None:
    until = dict(zip(("proposed_until_year", "proposed_until_period"), end, strict=True))
    problems = problems_of(concept_values(**until), RANGES_ALLOWED)
    assert list(problems) == [field]
    assert said in problems[field]
    assert "leave the end" in problems_of(concept_values(**until))["proposed_until_year"]


def test_a_year_from_a_form_may_be_text() -> None:
    assert planning_year(" 2027 ", SETTINGS) == 2027


@pytest.mark.parametrize("concept", scenario()["concepts"][:29], ids=lambda c: c["id"])
def test_sound_concepts_raise_no_warnings(concept: dict[str, Any]) -> None:
    assert warnings(concept_values_of(concept["id"])) == ()


@pytest.mark.parametrize(
    ("change", "field", "said"),
    [
        ({"title_kk": "Договор о границе"}, "title_kk", "no Kazakh letter"),
        ({"title_ru": "Шекара туралы келісім жобасы ә"}, "title_ru", "has Kazakh letters"),
        (
            {"notes_kk": "2027 жылғы 1 ақпанда қол қою", "notes_ru": "Подписание 02.02.2027"},
            "notes_ru",
            "other dates than the Kazakh text (kk 2027-02-01; ru 2027-02-02)",
        ),
        (
            {"notes_kk": "Үш жыл ішінде 12 кездесу өтті", "notes_ru": "Прошла 21 встреча"},
            "notes_ru",
            "other numbers than the Kazakh text (kk 12; ru 21)",
        ),
        ({"domestic_procedure_period": "2027-Q1"}, "domestic_procedure_period", "ends before"),
    ],
)
def test_a_doubt_is_a_warning_and_no_refusal(change: dict[str, Any], field: str, said: str) -> None:
    values = concept_values(**change)
    check_concept(values, 2026, SETTINGS)
    assert [(key, said in what) for key, what in warnings(values)] == [(field, True)]


@pytest.mark.parametrize(
    "ru", ["Подписание 1 февраля 2027 года", "Подписание 01.02.2027", "Подписание 2027-02-01"]
)
def test_the_same_date_may_be_written_in_several_ways(ru: str) -> None:
    values = concept_values(notes_kk="2027 жылғы 1 ақпанда қол қою", notes_ru=ru)
    assert warnings(values) == ()


def test_a_number_of_any_length_can_be_compared() -> None:
    digits = "9" * 1900
    values = concept_values(notes_kk=f"Нөмірі {digits}", notes_ru=f"Номер 00{digits}")
    assert warnings(values | {"concept_text_ru": "7" * 6000})[0][0] == "concept_text_ru"


def test_an_empty_form_raises_no_warnings() -> None:
    assert warnings({}) == ()


def test_a_concept_goes_from_draft_to_transmitted() -> None:
    way = "draft submitted under_review in_draft_plan agreed transmitted".split()
    for state, following in pairwise(way):
        assert move(state, following) == following


@pytest.mark.parametrize(
    ("state", "to"),
    [
        ("returned_late", "under_review"),  # clause 6: without consideration
        ("not_expedient", "in_draft_plan"),
        ("submitted", "in_draft_plan"),
        ("transmitted", "withdrawn"),
    ],
)
def test_a_step_the_rules_do_not_know_is_refused(state: str, to: str) -> None:
    with pytest.raises(Refused, match=f"cannot go from {state} to {to}"):
        move(state, to)


def test_every_concept_state_says_what_may_follow() -> None:
    assert set(CONCEPT_TRANSITIONS) == set(ConceptState)


def test_an_unknown_concept_state_is_named() -> None:
    with pytest.raises(WrongInput, match="'accepted' is not a valid ConceptState; a concept is"):
        move("submitted", "accepted")
