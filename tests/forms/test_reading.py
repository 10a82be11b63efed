"""Forms as process owners write them: what is refused, where, and what to do instead."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.errors import WrongInput
from service.forms import check_form, read_form
from service.forms.patterns import UnsafePattern, read_pattern

FIELD: dict[str, Any] = {"type": "textfield", "id": "Field_a", "key": "a", "label": "А"}
LIST: dict[str, Any] = {"type": "dynamiclist", "id": "List", "path": "rows"}


def schema(*components: Any, **more: Any) -> str:
    whole = {"type": "default", "id": "some", "components": list(components), **more}
    return json.dumps(whole, indent=2)


def refusal(text: str) -> str:
    with pytest.raises(WrongInput) as refused:
        read_form(text, "some.form")
    return refused.value.message


@pytest.mark.parametrize(
    ("component", "what"),
    [
        ({"type": "html", "id": "H", "content": "<b>"}, "write the content as a text component"),
        ({"type": "image", "id": "I", "source": "x"}, "not allowed"),
        ({"type": "iframe", "id": "I", "url": "x"}, "not allowed"),
        ({"type": "expression", "id": "E", "key": "e"}, "read-only field"),
        ({"type": "chart", "id": "C"}, '"chart" is not known; use one of button'),
        ({"id": "N"}, 'no "type"'),
        ("text", "a component is str"),
        (FIELD | {"key": "typename"}, "reserved"),
        (FIELD | {"key": "in"}, "reserved"),
        (FIELD | {"key": "__proto__"}, "write Latin letters"),
        (FIELD | {"key": "a.b"}, "write Latin letters"),
        (FIELD | {"key": None}, "write Latin letters"),
        (FIELD | {"validate": {"required": "yes"}}, "write true or false"),
        (FIELD | {"validate": {"maxLength": "=5"}}, "write a number"),
        (FIELD | {"validate": {"maxLength": 10**400}}, "write a number"),
        (FIELD | {"validate": {"minLength": 1.5}}, "whole number"),
        (FIELD | {"validate": {"surprise": 1}}, "not known"),
        (FIELD | {"validate": []}, None),
        (FIELD | {"validate": [1]}, "not an object"),
        (FIELD | {"validate": {"pattern": "("}}, "not a regular expression"),
        (FIELD | {"validate": {"pattern": "^(a+)+$"}}, "repeated group"),
        (FIELD | {"conditional": {"hide": "a = 1"}}, 'beginning with "="'),
        (FIELD | {"conditional": {"hide": "=count(a)"}}, "character 6"),
        (FIELD | {"conditional": {"hide": "=b = 1"}}, 'asks for "b"'),
        (FIELD | {"conditional": {"show": "=a"}}, 'knows only "hide"'),
        (FIELD | {"label": "=name"}, "write plain text"),
        (FIELD | {"label": "Hi {{name}}"}, "write plain text"),
        (FIELD | {"readonly": "=a"}, "write true or false"),
        (FIELD | {"properties": {"label.ru": 5}}, "write it as text"),
        (FIELD | {"properties": {"pair": "b"}}, 'set "pair" on both'),
        (FIELD | {"properties": {"variable": "maybe"}}, "write true or false"),
        (FIELD | {"properties": {"not_after": "today"}}, "belong on date fields"),
        (FIELD | {"properties": {"language": "de"}}, "write kk or ru"),
        (FIELD | {"type": "textarea", "properties": {"variable": "true"}}, "cannot become"),
        (FIELD | {"layout": {"columns": 20}}, "write 1 to 16"),
        (FIELD | {"type": "select"}, "list them"),
        (FIELD | {"type": "radio", "values": [{"value": "a"}]}, "give it both"),
        (
            FIELD | {"type": "radio", "values": [{"value": "a", "label": "А"}] * 2},
            "the same value",
        ),
        (
            FIELD
            | {"type": "radio", "values": [{"value": "a", "label": "А"}], "defaultValue": "b"},
            "not among the options",
        ),
        (FIELD | {"type": "select", "valuesExpression": "=x"}, "list the options"),
        (FIELD | {"type": "datetime", "subtype": "year"}, "use date, time or datetime"),
        (
            FIELD | {"type": "datetime", "subtype": "date", "properties": {"not_after": "b"}},
            "neither today",
        ),
        ({"type": "group", "id": "G", "path": "g", "components": []}, "leave it empty"),
        ({"type": "group", "id": "G", "components": {}}, "is not a list"),
        (LIST | {"components": []}, "no field with a key"),
        (LIST | {"components": [LIST | {"id": "L", "components": [FIELD]}]}, "inside a list"),
    ],
)
def test_what_could_surprise_later_is_refused_with_the_remedy(
    component: Any, what: str | None
) -> None:
    if what is None:
        assert read_form(schema(component), "some.form").inputs
    else:
        assert what in refusal(schema(component))


def test_a_finding_names_file_line_and_component() -> None:
    text = schema(FIELD, {"type": "html", "id": "Field_html"})
    line = 1 + text[: text.index('"id": "Field_html"')].count("\n")
    assert refusal(text).startswith(f"some.form:{line}: Field_html: ")


def test_all_findings_come_at_once() -> None:
    text = schema({"type": "html", "id": "A"}, {"type": "image", "id": "B"}, FIELD)
    assert len(refusal(text).splitlines()) == 2


def test_keys_and_ids_are_unique() -> None:
    assert "stands twice" in refusal(schema(FIELD, FIELD | {"id": "Field_b"}))
    assert "stands twice" in refusal(schema(FIELD, FIELD | {"key": "b"}))
    in_group = {"type": "group", "id": "G", "components": [FIELD | {"id": "Field_b"}]}
    assert "stands twice" in refusal(schema(FIELD, in_group))
    in_list = LIST | {"components": [FIELD | {"id": "Field_b"}]}
    assert len(read_form(schema(FIELD, in_list), "some.form").inputs) == 2


def _deep(levels: int) -> Any:
    inner: Any = FIELD
    for level in range(levels):
        inner = {"type": "group", "id": f"G{level}", "components": [inner]}
    return inner


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("", "not JSON"),
        ("{" * 10, "not JSON"),
        ("[" * 200_000, "nested deeper"),
        ("[]", 'no "components" list'),
        ('{"components": 5}', 'no "components" list'),
        ('{"a": 1, "a": 2}', "stands twice"),
        ('{"components": [], "n": NaN}', "not a JSON number"),
        ('{"components": [], "n": ' + "9" * 5000 + "}", "not JSON"),
        (" " * 1_000_001, "larger than"),
        (schema(*[{"type": "spacer"}] * 501), "more than 500 components"),
        (schema(_deep(7)), "nested deeper"),
        (schema(_deep(40)), "nested deeper"),
        (json.dumps({"components": []}), 'write "type": "default"'),
    ],
)
def test_a_file_that_is_no_form_is_refused(text: str, what: str) -> None:
    assert what in refusal(text)


@pytest.mark.parametrize(
    "source",
    [
        "^(a+)+$",
        "^(a|a)*$",
        "^(a?){50}$",
        "(x+x+)+y",
        "^.*.*.*.*x$",
        "a?" * 60,
        "(a)\\1",
        "(?=a)b",
        "(?P<n>a)",
        "^" + "(?:a|a)" * 40,
        "^a{0,900}b{0,900}c{0,900}$",
        "^a{,900}b{,}c{,900}$",
        "^(?:a+){,99}b$",
        "^(?:a|a){,60}b$",
        "^(?:a*){,}b$",
        "^(?:a*){12345}b$",
        "^a{2,10000}$",
        "x" * 400,
    ],
)
def test_a_pattern_that_could_hold_the_server_is_refused(source: str) -> None:
    with pytest.raises(UnsafePattern):
        read_pattern(source, 200)


@pytest.mark.parametrize(
    ("source", "fits", "fits_not"),
    [
        ("^20[0-9]{2}-Q[1-4]$", "2027-Q3", "2027-Q5"),
        (r"^[^@\s]+@[^@\s]+$", "a@b.kz", "a@"),
        ("^(yes|no)?$", "yes", "maybe"),
        ("^(?:[0-9]{2})+$", "1234", "123"),
        (r"^\d{1,4}/[А-ЯӘҒҚҢӨҰҮҺІ]?$", "12/Қ", "12/ққ"),
        (r"^[]x-]$", "]", "y"),
        (r"^a{2}{}b{x}$", "aa{}b{x}", "aab"),
    ],
)
def test_an_everyday_pattern_is_taken(source: str, fits: str, fits_not: str) -> None:
    pattern = read_pattern(source, 200)
    assert pattern.search(fits)
    assert not pattern.search(fits_not)


def test_the_check_asks_for_three_languages_and_the_file_s_name() -> None:
    translated = {"label.kk": "А", "label.ru": "А", "label.en": "A"}
    text = {"type": "text", "id": "T", "text": "Мәтін"}
    found = check_form(schema(FIELD | {"properties": translated}, text), "other.form")
    assert len(found) == 2
    assert 'its id is "some"; make it "other"' in found[0]
    assert [getattr(each, "severity", "error") for each in found] == ["error", "warning"]
    assert "other.form: T: its text is not translated; add the properties text.ru, text.en" in found


def test_the_check_reports_what_reading_refuses() -> None:
    assert "not allowed" in check_form(schema({"type": "html", "id": "H"}), "some.form")[0]


@given(
    st.recursive(
        st.none()
        | st.booleans()
        | st.integers()
        | st.text()
        | st.sampled_from(["textfield", "group", "dynamiclist", "select", "=a", "a"]),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(
                    "type id key path label components values value validate properties "
                    "conditional hide layout columns pattern required".split()
                ),
                inner,
                max_size=6,
            )
        ),
        max_leaves=15,
    )
)
def test_any_file_is_read_or_refused(content: Any) -> None:
    text = json.dumps({"type": "default", "components": [content, FIELD]})
    assert isinstance(check_form(text, "some.form"), list)
