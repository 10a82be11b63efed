"""An explanation lists each day of a term and why it counted or not, in three languages."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from service.domain.calendars import (
    DAY_OFF,
    WORKING_DAY,
    DayOverride,
    Explanation,
    Question,
    WorkingCalendar,
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


def reckoned(
    calendar: WorkingCalendar, question: Question
) -> tuple[date, list[tuple[date, bool, int]]]:
    """The answer and each day on the way (works, number), by walking and looking at the rules."""
    overridden = {each.on: each.effect == WORKING_DAY for each in calendar.overrides}

    def works(on: date) -> bool:
        weekday = on.weekday() < 5 and on not in calendar.base.days_off(on.year)
        return overridden.get(on, weekday or on in calendar.base.working_weekends(on.year))

    step = -1 if question.kind in ("before", "previous") else 1
    wanted, on, number = question.days, question.on, 0
    first = not wanted or question.same_day  # the day itself may be the answer, or count
    walked = []
    while True:
        counts = works(on) and (on != question.on or first)
        number += counts and number < wanted
        walked.append((on, works(on), number if counts and wanted else 0))
        if counts and number == wanted:
            return on, walked
        on += timedelta(days=step)


def asked(kind: str, on: date, days: int) -> Question:
    """As a calendar is asked: only terms have a number, only those after an event a same day."""
    if kind == "same day":
        return Question("after", on, days, same_day=True)
    return Question(kind, on, days if kind in ("after", "before") else 0)


@settings(max_examples=400)
@given(
    kind=st.sampled_from(["after", "same day", "before", "next", "previous"]),
    on=DAYS,
    days=st.integers(0, 40),
    changed=st.dictionaries(st.integers(-70, 70), st.sampled_from([DAY_OFF, WORKING_DAY])),
)
@example(kind="before", on=day("2026-11-08"), days=0, changed={})
@example(kind="before", on=day("2026-11-06"), days=0, changed={})
@example(kind="same day", on=day("2026-11-07"), days=1, changed={})
@example(kind="before", on=day("2029-12-31"), days=1_000, changed={})
@example(
    kind="before", on=day("2026-11-06"), days=1_000, changed=dict.fromkeys(range(-390, 0), DAY_OFF)
)
def test_an_explanation_is_what_an_independent_count_finds(
    kind: str, on: date, days: int, changed: dict[int, str]
) -> None:
    overrides = [DayOverride(on + timedelta(days=n), effect, {}) for n, effect in changed.items()]
    calendar = WorkingCalendar(CALENDAR.base, overrides)
    found = explain(calendar, asked(kind, on, days))
    each = [(counted.day.on, counted.day.working, counted.number) for counted in found.each]
    assert (found.answer, each) == reckoned(calendar, asked(kind, on, days))
