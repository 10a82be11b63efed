"""Conditions: a small part of FEEL, with FEEL's results."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.forms.conditions import UnsupportedCondition, read_condition

KNOWN: dict[str, Any] = {"outcome": "returned", "items": 3, "done": True, "topics": ["a", "b"]}


@pytest.mark.parametrize(
    "source",
    [
        '=outcome = "returned"',
        'outcome != "approved"',
        "=items >= 3 and items < 4",
        "=items > 2.5",
        "=items > -1",
        "=done = true",
        "=done",
        "=absent = null",
        "=outcome != null",
        '=outcome in ("returned", "refused")',
        '=outcome in ["returned"]',
        '=list contains(topics, "b")',
        '="b" in topics',
        '=not(outcome in ("approved", "refused"))',
        "=done or absent > 3",
        "=(items = 1 or items = 3) and not(items = 2)",
        '=outcome = "returned" and (done or items = 0)',
        '=absent = null and "say \\"yes\\"" != outcome',
    ],
)
def test_it_holds(source: str) -> None:
    assert read_condition(source).holds(KNOWN)


@pytest.mark.parametrize(
    "source",
    [
        '=outcome = "approved"',
        "=absent > 3",
        "=not(absent > 3)",
        '=items = "3"',
        '=not(items = "3")',
        "=items = true",
        "=absent",
        "=outcome",
        "=done and absent > 3",
        '=list contains(outcome, "r")',
    ],
)
def test_it_does_not_hold(source: str) -> None:
    assert not read_condition(source).holds(KNOWN)


@pytest.mark.parametrize(
    ("source", "position"),
    [
        ("=", "ends too early"),
        ("=a =", "ends too early"),
        ("=a == 1", "character 4"),
        ("=if a then b else c", "character 1"),
        ("=topics[1] = 2", "character 7"),
        ("=count(topics) > 1", "character 6"),
        ("=a.b = 1", "character 2"),
        ("=a + 1 = 2", "character 3"),
        ("=a = 'x'", "character 5"),
        ("=some x in topics satisfies x", "character 1"),
        ("=date(a) < 1", "character 5"),
        ("=__import__('os')", "character 11"),
        ("=a = 1 b", "character 7"),
        ("=шарт = 1", "character 1"),
        ("=" + "(" * 50 + "a" + ")" * 50, "nested deeper"),
        ("=" + "not(" * 50 + "a" + ")" * 50, "nested deeper"),
        ("=" + "[" * 50 + "a" + "]" * 50, "nested deeper"),
        ("=a" + " or a" * 500, "at most 1000"),
    ],
)
def test_what_it_does_not_know_is_refused_when_the_form_is_read(source: str, position: str) -> None:
    with pytest.raises(UnsupportedCondition, match=position):
        read_condition(source)


def test_it_tells_which_fields_it_reads() -> None:
    assert read_condition('=a = 1 or not(b = "c") and d in (e, true)').names == set("abde")


@given(st.text(alphabet='ab="()[]<>!, 1.-inotrdlsc\n', max_size=60))
def test_any_text_is_either_a_condition_or_refused(source: str) -> None:
    try:
        condition = read_condition(source)
    except UnsupportedCondition:
        return
    assert condition.holds({"a": 1, "b": "b"}) in (True, False)
