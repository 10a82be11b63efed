"""The forms in `forms/`: complete, translated, and fit for the demonstration year."""

from __future__ import annotations

import json
from typing import Any

import pytest

from service.errors import FormInvalid
from service.forms import check_form, read_form, validate
from tests.forms.samples import FORMS, NOW, ROOT, answers, concept, form, good_concept, scenario

NAMES = sorted(answers())
# The rules' form → where its fields are asked or shown.
PLACES = {
    "F01": ("file_concept", "sign_concept"),
    "F02": ("prepare_proposals",),
    "F03": ("examine_concept", "sign_conclusion"),
    "F09": ("send_to_president", "record_president_decision"),
    "F10": ("send_to_legislature",),
}
# Named otherwise, or attached by the system instead of by a person.
OTHERWISE = {"submitting_body": "body", "plans": "recipient"}


def test_there_is_one_form_per_user_task_and_start_form() -> None:
    assert sorted(path.stem for path in FORMS.glob("*.form")) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_the_check_finds_nothing(name: str) -> None:
    text = (FORMS / f"{name}.form").read_text(encoding="utf-8")
    assert check_form(text, f"{name}.form") == []


@pytest.mark.parametrize("name", NAMES)
def test_a_good_answer_is_accepted_and_accepted_again_unchanged(name: str) -> None:
    once = validate(form(name), answers()[name], now=NOW)
    assert validate(form(name), once.values, now=NOW).values == once.values
    assert set(once.variables) == {
        field.key for field in form(name).inputs if field.becomes_variable
    }


@pytest.mark.parametrize("name", NAMES)
def test_an_empty_answer_names_every_required_field(name: str) -> None:
    with pytest.raises(FormInvalid) as refused:
        validate(form(name), {}, now=NOW)
    named = {key for key, _ in refused.value.problems}
    always = {f.key for f in form(name).inputs if f.rules.required and not f.hide}
    assert always <= named


@pytest.mark.parametrize("rules_form", sorted(PLACES))
def test_every_field_of_the_rules_has_its_place_and_its_words(rules_form: str) -> None:
    told = json.loads((ROOT / "tests" / "data" / "forms.json").read_text(encoding="utf-8"))
    fields = next(each["fields"] for each in told["forms"] if each["id"] == rules_form)
    inputs: dict[str, Any] = {}
    for place in PLACES[rules_form]:
        inputs.update(form(place).by_key)
    for each in fields:
        name = OTHERWISE.get(each["name"], each["name"])
        here = inputs.get(name) or inputs.get(f"{name}_kk")
        assert here is not None, each["name"]
        if here.key == each["name"]:
            assert here.label("ru") == each["ru"]
            assert here.label("kk") == each["kk"]


def _filed() -> list[dict[str, Any]]:
    told = scenario()
    return [*told["concepts"], *told["amendments"]]


@pytest.mark.parametrize("told", _filed(), ids=lambda told: str(told["id"]))
def test_a_concept_is_taken_in_two_languages_and_refused_in_one(told: dict[str, Any]) -> None:
    values = concept(told)
    if "ru" in told["languages_submitted"]:
        accepted = validate(form("file_concept"), values, now=NOW)
        assert accepted.variables["proposed_year"] == told["proposed_year"]
        return
    with pytest.raises(FormInvalid) as refused:
        validate(form("file_concept"), values, now=NOW)
    assert "title_ru" in {key for key, _ in refused.value.problems}


def test_a_title_that_was_not_translated_is_refused() -> None:
    values = good_concept()
    values["title_kk"] = values["title_ru"]
    with pytest.raises(FormInvalid, match="write each in its own language"):
        validate(form("file_concept"), values, now=NOW)


def test_an_accession_needs_no_counterpart_and_a_treaty_does() -> None:
    values = good_concept() | {"counterparts": []}
    with pytest.raises(FormInvalid, match="add at least one"):
        validate(form("file_concept"), values, now=NOW)
    validate(form("file_concept"), values | {"treaty_form": "accession"}, now=NOW)


def test_a_counterpart_must_be_named_in_both_languages() -> None:
    values = good_concept() | {"counterparts": [{"code": "UZ", "kk": "Өзбекстан"}]}
    with pytest.raises(FormInvalid) as refused:
        validate(form("file_concept"), values, now=NOW)
    assert [key for key, _ in refused.value.problems] == ["counterparts[0].ru"]


def test_no_domestic_procedure_means_no_time_for_it() -> None:
    values = good_concept() | {"domestic_procedure_kind": "none"}
    accepted = validate(form("file_concept"), values, now=NOW)
    assert "domestic_procedure_period" not in accepted.values


@pytest.mark.parametrize("name", ["sign_concept", "sign_conclusion"])
def test_returning_needs_a_reason_and_no_document(name: str) -> None:
    with pytest.raises(FormInvalid) as refused:
        validate(form(name), {"decision": "return"}, now=NOW)
    assert [key for key, _ in refused.value.problems] == ["return_reason"]
    validate(form(name), {"decision": "return", "return_reason": "Мерзімі анық емес."}, now=NOW)


@pytest.mark.parametrize("outcome", ["returned", "refused"])
def test_the_commission_says_why_it_does_not_approve(outcome: str) -> None:
    values = answers()["record_commission_decision"] | {"outcome": outcome}
    with pytest.raises(FormInvalid) as refused:
        validate(form("record_commission_decision"), values, now=NOW)
    assert {key for key, _ in refused.value.problems} == {"remarks_kk", "remarks_ru"}


def test_approval_with_changes_says_what_changes() -> None:
    values = answers()["record_commission_decision"] | {"outcome": "approved_with_changes"}
    with pytest.raises(FormInvalid, match="item_decisions"):
        validate(form("record_commission_decision"), values, now=NOW)
    values["item_decisions"] = [
        {"item": " 2026/0013 ", "decision": "exclude", "reason": "Қайталанады"}
    ]
    accepted = validate(form("record_commission_decision"), values, now=NOW)
    assert accepted.values["item_decisions"][0]["item"] == "2026/0013"
    assert "item_decisions" not in accepted.variables


def test_without_an_agreement_there_is_no_date_of_agreement() -> None:
    values = {"outcome": "pending", "agreed_on": "2026-09-09"}
    accepted = validate(form("record_president_decision"), values, now=NOW)
    assert accepted.values == {"outcome": "pending"}
    assert accepted.variables["agreed_on"] is None


def test_the_president_s_refusal_names_its_kind_and_its_remarks() -> None:
    values = answers()["record_president_decision"] | {"outcome": "not_agreed"}
    with pytest.raises(FormInvalid) as refused:
        validate(form("record_president_decision"), values, now=NOW)
    named = {key for key, _ in refused.value.problems}
    assert named == {"remarks_kind", "remarks_kk", "remarks_ru"}


def test_forms_hold_nothing_that_the_editor_would_not_write() -> None:
    for path in FORMS.glob("*.form"):
        schema = json.loads(path.read_text(encoding="utf-8"))
        assert schema["type"] == "default"
        assert schema["schemaVersion"] == 19
        assert read_form(json.dumps(schema), path.name).id == path.stem
