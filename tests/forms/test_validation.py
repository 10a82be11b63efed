"""Answers: everything that is wrong at once, in the reader's language, or clean values."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.errors import FormInvalid
from service.forms import Form, content_hash, examine, read_form, validate
from tests.forms.samples import NOW, form, good_concept


def small(*components: dict[str, Any]) -> Form:
    """A form of these components; ids are made up."""
    for index, each in enumerate(components):
        each.setdefault("id", f"Field_{index}")
    return read_form(json.dumps({"type": "default", "components": components}), "small.form")


def one(kind: str, **more: Any) -> Form:
    return small({"type": kind, "key": "x", "label": "Х", **more})


def taken(of: Form, value: Any) -> Any:
    return validate(of, {"x": value}, now=NOW).values.get("x")


def codes(of: Form, values: Any) -> list[tuple[str, str]]:
    return [(each.key, each.code) for each in examine(of, values, now=NOW).problems]


OPTIONS = [{"value": "a", "label": "А"}, {"value": "b", "label": "Б"}]


@pytest.mark.parametrize(
    ("of", "sent", "stored"),
    [
        (one("textfield"), "  Келісім \r\n туралы ", "Келісім туралы"),
        (one("textarea"), "бір\r\nекі\n", "бір\nекі"),
        (one("textfield"), "и\u0306", "\u0439"),
        (one("textfield"), "   ", None),
        (one("number"), "1 234,5", 1234.5),
        (one("number", decimalDigits=0), "2027", 2027),
        (one("number"), 2.0, 2),
        (one("number"), "", None),
        (one("checkbox"), "on", True),
        (one("checkbox"), None, False),
        (one("radio", values=OPTIONS), "a", "a"),
        (one("select", values=OPTIONS), "", None),
        (one("checklist", values=OPTIONS), ["b", "a", "b"], ["a", "b"]),
        (one("taglist", values=OPTIONS), "b", ["b"]),
        (one("datetime", subtype="date"), "2026-09-25", "2026-09-25"),
        (one("datetime", subtype="time"), "18:00:00", "18:00"),
        (
            one("datetime", subtype="datetime"),
            "2026-09-25T18:00",
            "2026-09-25T13:00:00+00:00",
        ),
        (
            one("datetime", subtype="datetime"),
            "2026-09-25T18:00:00.5+05:00",
            "2026-09-25T13:00:00+00:00",
        ),
        (one("filepicker"), "files::7f", ["files::7f"]),
    ],
)
def test_what_was_meant_is_stored(of: Form, sent: Any, stored: Any) -> None:
    assert taken(of, sent) == stored


@pytest.mark.parametrize(
    ("of", "sent", "code"),
    [
        (one("textfield"), 5, "not_text"),
        (one("textfield", validate={"maxLength": 3}), "төртт", "too_long"),
        (one("textfield", validate={"minLength": 3}), "бі", "too_short"),
        (one("textfield", validate={"pattern": "^[0-9]{4}$"}), "12345", "wrong_pattern"),
        (one("textfield", validate={"validationType": "email"}), "nobody", "wrong_pattern"),
        (one("textfield", properties={"language": "kk"}), "latin only", "not_cyrillic"),
        (one("number"), "бес", "not_a_number"),
        (one("number"), True, "not_a_number"),
        (one("number"), float("nan"), "not_a_number"),
        (one("number"), 1e300, "not_a_number"),
        (one("number"), "٣", "not_a_number"),
        (one("number", decimalDigits=0), 1.5, "decimals"),
        (one("number", validate={"min": 5}), 4, "too_small"),
        (one("number", validate={"max": 5}), 6, "too_large"),
        (one("checkbox"), "maybe", "not_yes_no"),
        (one("checkbox", validate={"required": True}), False, "not_confirmed"),
        (one("radio", values=OPTIONS), "c", "not_a_choice"),
        (one("radio", values=OPTIONS), ["a"], "not_a_choice"),
        (one("checklist", values=OPTIONS), {"a": 1}, "not_a_list"),
        (one("checklist", values=OPTIONS), ["z"], "not_a_choice"),
        (one("datetime", subtype="date"), "2026-02-30", "not_a_date"),
        (one("datetime", subtype="date"), "25.09.2026", "not_a_date"),
        (one("datetime", subtype="date"), "0001-01-01", "not_a_date"),
        (one("datetime", subtype="time"), "25:00", "not_a_time"),
        (one("datetime", subtype="datetime"), "2026-09-25", "not_an_instant"),
        (one("datetime", subtype="datetime"), 5, "not_an_instant"),
        (one("filepicker"), "../../etc/passwd", "not_a_file"),
        (one("filepicker"), ["a", "b"], "too_many_files"),
        (one("filepicker", multiple=True), ["a"] * 21, "too_many_files"),
        (one("textfield", validate={"required": True}), " ", "required"),
        (one("datetime", subtype="date", disallowPassedDates=True), "2026-09-09", "too_early"),
    ],
)
def test_what_cannot_be_meant_is_refused_with_its_reason(of: Form, sent: Any, code: str) -> None:
    assert codes(of, {"x": sent}) == [("x", code)]


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("kk", "«Атауы» толтырылмаған"),
        ("ru", "«Название»: не заполнено"),
        ("en", "“Name” is empty"),
    ],
)
def test_problems_speak_the_reader_s_language(language: str, words: str) -> None:
    labels = {"label.ru": "Название", "label.en": "Name"}
    asked = small(
        {"type": "textfield", "key": "x", "label": "Атауы", "validate": {"required": True}}
        | {"properties": labels}
    )
    with pytest.raises(FormInvalid) as refused:
        validate(asked, {}, now=NOW, language=language)
    assert words in refused.value.problems[0][1]


def test_a_text_without_translation_shows_its_kazakh_label() -> None:
    assert "“Х”" in examine(one("number"), {"x": "?"}, now=NOW).problems[0].message("en")


def test_a_refusal_cites_the_clause_it_is_given() -> None:
    with pytest.raises(FormInvalid) as refused:
        validate(form("file_concept"), {}, now=NOW, clause="5")
    assert refused.value.clause == "5"
    assert len(refused.value.problems) > 5


def test_a_document_may_be_dated_today_in_almaty_but_not_tomorrow() -> None:
    signing = form("sign_concept")
    answer = {"decision": "sign", "signatory_position": "Министр"}
    late_evening = datetime(2026, 9, 10, 19, 30, tzinfo=UTC)  # already the 11th in Almaty
    validate(signing, answer | {"doc_date": "2026-09-11"}, now=late_evening)
    with pytest.raises(FormInvalid, match="2026-09-12"):
        validate(signing, answer | {"doc_date": "2026-09-12"}, now=late_evening)


def test_a_reply_cannot_arrive_before_it_was_given() -> None:
    dates = small(
        {"type": "datetime", "subtype": "date", "key": "agreed_on"},
        {
            "type": "datetime",
            "subtype": "date",
            "key": "received_on",
            "properties": {"not_before": "agreed_on"},
        },
    )
    sent = {"agreed_on": "2026-09-09", "received_on": "2026-09-08"}
    assert codes(dates, sent) == [("received_on", "too_early")]
    assert codes(dates, {"received_on": "2026-09-08"}) == []


def test_a_wrong_value_in_a_hidden_field_does_not_matter_and_is_dropped() -> None:
    asked = small(
        {"type": "radio", "key": "a", "values": OPTIONS},
        {"type": "number", "key": "n", "conditional": {"hide": '=a = "a"'}},
        {"type": "number", "key": "m", "conditional": {"hide": "=n = null"}},
    )
    found = validate(asked, {"a": "a", "n": "?", "m": 1}, now=NOW)
    assert found.values == {"a": "a"}
    assert found.variables == {"a": "a", "n": None, "m": None}
    assert codes(asked, {"a": "b", "n": "?", "m": 1}) == [("n", "not_a_number")]


def test_a_hidden_group_hides_what_it_holds() -> None:
    asked = small(
        {"type": "checkbox", "key": "more"},
        {
            "type": "group",
            "conditional": {"hide": "=more != true"},
            "components": [
                {"type": "textfield", "key": "y", "id": "Y", "validate": {"required": True}}
            ],
        },
    )
    assert codes(asked, {}) == []
    assert codes(asked, {"more": True}) == [("y", "required")]


def test_a_field_that_only_shows_is_never_taken_from_a_post() -> None:
    found = validate(
        form("check_understandings"), {"events_checked": True, "cycle_year": 1}, now=NOW
    )
    assert "cycle_year" not in found.values
    assert "cycle_year" not in found.variables
    assert [each.code for each in found.warnings] == ["read_only"]


def test_a_field_the_form_does_not_have_is_refused_by_name() -> None:
    assert codes(one("number"), {"x": 1, "surplus": 2}) == [("surplus", "unknown_key")]


def test_empty_rows_are_left_out() -> None:
    filed = good_concept()
    filed["counterparts"] = [{"code": "", "kk": None}, *filed["counterparts"]]
    assert len(validate(form("file_concept"), filed, now=NOW).values["counterparts"]) == 1


def test_a_condition_in_a_row_sees_the_row_and_what_is_around_it() -> None:
    inner = {"type": "textfield", "key": "why", "id": "W", "properties": {"required_if": "=n > k"}}
    asked = small(
        {"type": "number", "key": "k"},
        {
            "type": "dynamiclist",
            "path": "rows",
            "components": [{"type": "number", "key": "n", "id": "N"}, inner],
        },
    )
    sent = {"k": 5, "rows": [{"n": 9}, {"n": 1}, 7, {"z": 1}]}
    assert codes(asked, sent) == [
        ("rows[0].why", "required"),
        ("rows", "not_a_row"),
        ("rows[3].z", "unknown_key"),
    ]


def test_half_of_an_optional_pair_is_refused() -> None:
    sent = {"events_checked": True, "uncovered_reason_kk": "Келіссөздер келесі жылға қалды."}
    assert codes(form("check_understandings"), sent) == [("uncovered_reason_ru", "half_missing")]


def test_numbers_that_differ_between_the_languages_are_pointed_out() -> None:
    filed = good_concept()
    filed["justification_ru"] += " До 2030 года."
    found = validate(form("file_concept"), filed, now=NOW)
    odd = [each for each in found.warnings if each.code == "numbers_differ"]
    assert [each.key for each in odd] == ["justification_kk"]
    assert "2030" in odd[0].message("ru")


def test_a_russian_text_in_the_kazakh_field_is_pointed_out() -> None:
    filed = good_concept()
    filed["justification_kk"] = filed["justification_ru"]
    found = validate(form("file_concept"), filed, now=NOW)
    assert ("justification_kk", "maybe_other_language") in [(w.key, w.code) for w in found.warnings]


def test_endless_spaces_take_no_time() -> None:
    assert codes(one("textfield"), {"x": "а" + " " * 400_000 + "б\nв"}) == [("x", "too_long")]


def _nested(levels: int) -> Any:
    value: Any = 1
    for _ in range(levels):
        value = [value]
    return value


@pytest.mark.parametrize(
    ("sent", "code"),
    [
        ({"typename": "x"}, "reserved_key"),
        ({"x": {"a": [{"typename": "x"}]}}, "reserved_key"),
        ({"x": {"__class__": 1}}, "reserved_key"),
        ({"x": _nested(7)}, "too_deep"),
        ({"x": _nested(100_000)}, "too_deep"),
        ({"x": "a\x00b"}, "control_character"),
        ({"x": "a\ud800b"}, "control_character"),
        ({"x": "a\u202eb"}, "control_character"),
        ({"x": "ж" * 600_000}, "too_big"),
        ({"x": [0] * 30_000}, "too_many"),
        ({"x": 10**5000}, "number_too_big"),
        ({"x": {"a": b"bytes"}}, "not_json"),
        ({5: 1}, "bad_key"),
        (["x"], "not_an_object"),
        (None, "not_an_object"),
    ],
)
def test_hostile_content_is_refused_as_a_whole(sent: Any, code: str) -> None:
    assert [each[1] for each in codes(one("textarea"), sent)] == [code]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


@settings(max_examples=200, deadline=None)
@given(data=st.data(), name=st.sampled_from(["file_concept", "record_president_decision"]))
def test_whatever_arrives_is_accepted_or_refused_never_a_crash(
    data: st.DataObject, name: str
) -> None:
    of = form(name)
    keys = st.sampled_from(sorted(of.by_key)) | st.text()
    sent = data.draw(st.dictionaries(keys, JSON, max_size=8))
    if name == "file_concept":
        sent = good_concept() | sent
    try:
        accepted = validate(of, sent, now=NOW)
    except FormInvalid:
        return
    again = validate(of, accepted.values, now=NOW)
    assert content_hash(again.values) == content_hash(accepted.values)


@given(JSON)
def test_whatever_stands_in_the_place_of_the_answers(sent: Any) -> None:
    assert isinstance(examine(form("check_understandings"), sent, now=NOW).values, dict)


def test_the_hash_vouches_for_the_content_not_for_its_order() -> None:
    one_way, other_way = {"a": 1, "b": ["ә", None]}, {"b": ["ә", None], "a": 1}
    assert content_hash(one_way) == content_hash(other_way)
    assert content_hash(one_way) != content_hash(one_way | {"a": 2})
    assert content_hash({}) == "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"
