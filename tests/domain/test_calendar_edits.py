"""What a change of the calendar may be, and what is nonsense."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from service.almanac import kazakhstan
from service.domain.calendars import (
    AS_PUBLISHED,
    DAY_OFF,
    WORKING_DAY,
    CalendarEdit,
    DayOverride,
    WorkingCalendar,
    YearStatus,
    news,
    read_edit,
    remarks,
    transfer,
)
from service.errors import WrongInput
from tests.domain.given import CALENDAR, day, override, reference

NAMES = {"kk": "Ауыстыру", "ru": "Перенос"}
PAIR = transfer(day("2026-11-16"), day("2026-11-14"), NAMES, legal_act="№ 109")


def edit(*overrides: DayOverride, years: tuple[YearStatus, ...] = ()) -> CalendarEdit:
    return CalendarEdit(overrides, years)


def words(*overrides: DayOverride, today: str = "2026-08-01") -> list[str]:
    return [each.word for each in remarks(edit(*overrides), CALENDAR, day(today))]


# --- overrides -----------------------------------------------------------------------------------


def test_a_withdrawn_override_leaves_the_day_as_published() -> None:
    kept = [override("2026-09-25", DAY_OFF), DayOverride(day("2026-09-25"), AS_PUBLISHED, {})]
    calendar = WorkingCalendar(kazakhstan(), kept)
    assert calendar.is_working_day(day("2026-09-25"))
    assert calendar.overrides == ()
    assert calendar.digest == CALENDAR.digest


@pytest.mark.parametrize(
    ("written", "status"),
    [
        ("estimated (package); Saturday", "estimated"),
        ("announced; first celebrated in 2027", "announced"),
        ("published-in-advance; not checked after the event", "announced"),
        ("press statement of the Ministry of Labour", "announced"),
        ("confirmed in the published 2026 calendar", "confirmed"),
    ],
)
def test_a_remark_of_the_shipped_file_is_one_of_three_statuses(written: str, status: str) -> None:
    data = {"date": "2026-11-16", "effect": DAY_OFF, "name": NAMES, "status": written}
    assert DayOverride.from_data(data).status == status


@pytest.mark.parametrize(
    "change",
    [
        {"status": "perhaps"},
        {"name": {"kk": "А\nБ", "ru": "Б"}},
        {"name": {"kk": "А" * 501, "ru": "Б"}},
        {"legal_act": "№ \x00"},
        {"legal_act": "№ \ud800"},
        {"effect": ["day_off"]},
    ],
)
def test_texts_that_no_database_or_page_could_carry_are_refused(change: dict[str, Any]) -> None:
    entry = {"date": "2026-11-16", "effect": DAY_OFF, "name": NAMES}
    with pytest.raises(WrongInput, match="2026-11-16"):
        DayOverride.from_data(entry | change)


# --- transfers -----------------------------------------------------------------------------------


def test_a_transfer_gives_both_days_and_names_the_other() -> None:
    calendar = edit(*PAIR).onto(CALENDAR)
    assert not calendar.is_working_day(day("2026-11-16"))
    assert calendar.is_working_day(day("2026-11-14"))
    assert [each.linked_on for each in PAIR] == [day("2026-11-14"), day("2026-11-16")]


@pytest.mark.parametrize("half", PAIR)
def test_half_a_transfer_is_refused_with_the_remedy(half: DayOverride) -> None:
    with pytest.raises(WrongInput, match="Give both days in one change"):
        news(edit(half), CALENDAR, ())


def test_half_a_transfer_cannot_be_withdrawn() -> None:
    calendar = edit(*PAIR).onto(CALENDAR)
    halves = [DayOverride(each.on, AS_PUBLISHED, {}) for each in PAIR]
    with pytest.raises(WrongInput, match="or withdraw both"):
        news(edit(halves[0]), calendar, ())
    assert news(edit(*halves), calendar, ()) == edit(*halves)


def test_two_days_of_one_effect_are_no_transfer() -> None:
    both_off = [
        DayOverride(each.on, DAY_OFF, NAMES, "№ 109", linked_on=each.linked_on) for each in PAIR
    ]
    with pytest.raises(WrongInput, match="one day off, one working day"):
        news(edit(*both_off), CALENDAR, ())


# --- what is new, what is nonsense ---------------------------------------------------------------


def test_one_day_cannot_be_both() -> None:
    both = [override("2026-11-16", DAY_OFF), override("2026-11-16", WORKING_DAY)]
    with pytest.raises(WrongInput, match="2026-11-16 is given twice"):
        news(edit(*both), CALENDAR, ())


def test_the_same_twice_counts_once() -> None:
    twice = [override("2026-11-16", DAY_OFF)] * 2
    assert len(news(edit(*twice), CALENDAR, ()).overrides) == 1


def test_what_is_so_already_is_not_new() -> None:
    calendar = edit(*PAIR).onto(CALENDAR)
    known = YearStatus(2026, "confirmed", "№ 1")
    assert not news(edit(*PAIR, years=(known,)), calendar, (known,))


def test_what_was_exported_imports_to_nothing() -> None:
    kept = read_edit({**reference("calendar_kz.json"), "years": []})
    calendar = kept.onto(CALENDAR)
    exported = CalendarEdit(calendar.overrides).to_data()
    assert not news(read_edit(exported), calendar, ())


def test_a_year_without_a_working_day_is_refused() -> None:
    days = [date.fromordinal(day("2026-01-01").toordinal() + n) for n in range(420)]
    closed = [override(on.isoformat(), DAY_OFF) for on in days]
    with pytest.raises(WrongInput, match="no working day within 400 days"):
        news(edit(*closed), CALENDAR, ())


def test_a_change_has_a_thousand_days_at_most() -> None:
    days = [date.fromordinal(day("2026-01-01").toordinal() + n) for n in range(1001)]
    with pytest.raises(WrongInput, match="at most 1000"):
        news(edit(*(override(on.isoformat(), WORKING_DAY) for on in days)), CALENDAR, ())


@pytest.mark.parametrize(
    ("on", "effect", "act", "word"),
    [
        ("2026-11-16", WORKING_DAY, "№ 1", "works_already"),
        ("2026-11-14", DAY_OFF, "№ 1", "off_already"),
        ("2026-11-16", AS_PUBLISHED, "№ 1", "never_overridden"),
        ("2026-11-16", DAY_OFF, "", "without_legal_act"),
        ("2026-07-13", DAY_OFF, "№ 1", "past"),
    ],
)
def test_what_is_odd_is_remarked_and_allowed(on: str, effect: str, act: str, word: str) -> None:
    assert words(override(on, effect, act)) == [word]


# --- years ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        ({"year": 2027, "status": "confirmed"}, "no legal act"),
        ({"year": 2027, "status": "certain", "legal_act": "№ 1"}, "'certain'"),
        ({"year": "2027", "status": "announced"}, "'2027'"),
        ({"year": True, "status": "announced"}, "True"),
        ({"year": 1999, "status": "announced"}, "1999"),
        ({"year": 2027}, "give year, status"),
        (2027, "give year, status"),
    ],
)
def test_a_wrong_year_is_refused_with_its_value(entry: object, said: str) -> None:
    with pytest.raises(WrongInput, match=said):
        read_edit({"overrides": [], "years": [entry]})


@pytest.mark.parametrize(
    "entry",
    [
        ["x" * 100_000],
        {"year": 10**4000, "status": "announced"},
        {"year": ["x" * 100_000] * 1000, "status": "announced"},
        {"year": 2027, "status": "x" * 100_000},
        {"year": 2027, "status": "confirmed", "legal_act": ["x" * 100_000]},
    ],
    ids=["no object", "a number", "a list", "status", "legal act"],
)
def test_what_is_quoted_of_a_huge_year_is_short(entry: object) -> None:
    with pytest.raises(WrongInput) as refused:
        read_edit({"overrides": [], "years": [entry]})
    assert len(refused.value.message) < 500


def test_a_year_has_one_status() -> None:
    two = (YearStatus(2027, "announced"), YearStatus(2027, "estimated"))
    with pytest.raises(WrongInput, match="2027 is given twice"):
        news(edit(years=two), CALENDAR, ())


def test_a_token_names_the_edit_and_the_calendar_it_was_seen_on() -> None:
    one, other = edit(PAIR[0]), edit(PAIR[1])
    assert one.digest("1/1") == one.digest("1/1")
    assert len({one.digest("1/1"), one.digest("1/2"), other.digest("1/1")}) == 3
