"""An explanation lists each day of a term and why it counted or not, in three languages."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.domain.calendars import (
    CountedDay,
    Explanation,
    Question,
    explain,
    explained,
    transfer,
)
from service.domain.calendars.edits import CalendarEdit
from service.domain.calendars.wording import heading, why
from service.domain.deadlines import deadline, term
from tests.domain.given import CALENDAR, SETTINGS, day

DAYS = st.dates(day("2020-01-01"), day("2030-12-31"))


def numbers(found: Explanation) -> dict[str, int]:
    return {each.day.on.isoformat(): each.number for each in found.each}


def test_ten_working_days_after_an_event_with_a_holiday_between() -> None:
    found = explain(CALENDAR, Question("after", day("2026-12-04"), 10))
    assert found.answer == day("2026-12-21")
    assert [number for number in numbers(found).values() if number] == list(range(1, 11))
    assert numbers(found)["2026-12-16"] == 0
    (holiday,) = [each for each in found.each if each.day.on == day("2026-12-16")]
    assert holiday.day.texts["kk"] == "Тәуелсіздік күні"
    assert why(found, holiday) == {
        "kk": "Есепке кірмейді",
        "ru": "Не считается",
        "en": "Does not count",
    }


def test_the_legal_act_of_a_transferred_day_is_named() -> None:
    names = {"kk": "Ауыстыру", "ru": "Перенос"}
    pair = transfer(day("2026-12-11"), day("2026-12-12"), names, legal_act="№ 109, 2026")
    calendar = CalendarEdit(pair).onto(CALENDAR)
    found = explain(calendar, Question("after", day("2026-12-04"), 10))
    days = {each.day.on: each for each in found.each}
    off, worked = days[day("2026-12-11")], days[day("2026-12-12")]
    assert (off.number, worked.number) == (0, 5)
    assert off.day.legal_act == worked.day.legal_act == "№ 109, 2026"


def test_counting_back_names_the_days_backwards() -> None:
    found = explain(CALENDAR, Question("before", day("2026-10-27"), 2))
    assert list(numbers(found)) == [f"2026-10-{n}" for n in (27, 26, 25, 24, 23, 22)]
    assert (numbers(found)["2026-10-23"], numbers(found)["2026-10-22"]) == (1, 2)


def test_a_date_on_a_day_off_rolls_to_the_next_working_day_by_day() -> None:
    """Clause 4 in 2027: 25 September is a Saturday."""
    found, why_ = explained(
        CALENDAR, lambda calendar: deadline("submission", day("2027-09-25"), calendar, SETTINGS)
    )
    rolled = why_[0]
    assert (rolled.question.kind, rolled.answer) == ("next", found.legal_on)
    assert list(numbers(rolled)) == ["2027-09-25", "2027-09-26", "2027-09-27"]
    assert why(rolled, rolled.each[0])["en"] == "Does not work: moves on"
    assert why(rolled, rolled.each[-1])["en"] == "This is the day"


def test_before_25_october_ends_with_the_day_before_working_or_not() -> None:
    """Clause 8 in 2026: the last second is on Saturday 24, the target on Friday 23."""
    found, why_ = explained(
        CALENDAR, lambda calendar: deadline("conclusion", day("2026-10-25"), calendar, SETTINGS)
    )
    asked = {(each.question.kind, each.question.on): each.answer for each in why_}
    assert asked["previous", day("2026-10-24")] == found.target_on == day("2026-10-23")
    assert asked["end", day("2026-10-24")] == day("2026-10-24")


def test_a_term_is_explained_by_both_of_its_counts() -> None:
    found, why_ = explained(
        CALENDAR, lambda calendar: term("legislature", day("2026-12-04"), 10, calendar, SETTINGS)
    )
    counts = {each.question.same_day: each.answer for each in why_ if each.question.kind == "after"}
    assert counts == {False: found.legal_on, True: found.target_on}


@pytest.mark.parametrize("kind", ["after", "before", "next", "previous", "end"])
def test_every_sentence_is_there_in_three_languages(kind: str) -> None:
    found = explain(CALENDAR, Question(kind, day("2026-10-24"), 3 if kind[0] in "ab" else 0))
    assert set(heading(found)) == {"kk", "ru", "en"}
    assert all("{" not in text for text in heading(found).values())
    for each in found.each:
        assert set(why(found, each)) == {"kk", "ru", "en"}


@settings(max_examples=60, deadline=None)
@given(on=DAYS, days=st.integers(0, 30), kind=st.sampled_from(["after", "before"]))
def test_the_numbers_always_lead_to_the_answer(on, days, kind) -> None:  # type: ignore[no-untyped-def]  # noqa: ANN001
    found = explain(CALENDAR, Question(kind, on, days))
    counted: list[CountedDay] = [each for each in found.each if each.number]
    assert [each.number for each in counted] == list(range(1, days + 1))
    assert all(each.day.working for each in counted)
    assert found.each[-1].day.on == found.answer
