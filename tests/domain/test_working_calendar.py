"""Which days work, in Kazakhstan, and how working days are counted (rules.md 2.4, 2.5)."""

from __future__ import annotations

import pickle
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.almanac import kazakhstan
from service.domain.calendars import (
    DAY_OFF,
    LONGEST_CLOSURE,
    WORKING_DAY,
    DayOverride,
    WorkingCalendar,
    read_overrides,
)
from service.errors import WrongInput
from tests.domain.given import CALENDAR, day, moment, override, reference

DATES = st.dates(date(2015, 1, 1), date(2060, 12, 31))
COUNTS = st.integers(0, 300)
VECTORS = reference("calendar_kz.json")["working_day_vectors"]


def working_days_of(year: int) -> int:
    return CALENDAR.working_days_between(day(f"{year - 1}-12-31"), day(f"{year}-12-31"))


@pytest.mark.parametrize(
    ("year", "expected"),
    [
        (int(year), days)
        for year, days in reference("calendar_kz.json")["working_days_per_year_package"].items()
        if year != "2014"  # the day before it is outside the calendar
    ],
)
def test_each_year_has_its_known_number_of_working_days(year: int, expected: int) -> None:
    assert working_days_of(year) == expected


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["event"])
def test_ten_working_days_counted_from_the_next_day(vector: dict[str, str]) -> None:
    due = CALENDAR.working_days_after(day(vector["event"]), 10)
    assert due.isoformat() == vector["plus_10_working_days_next_day_counting"]


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["event"])
def test_ten_working_days_counted_from_the_same_day(vector: dict[str, str]) -> None:
    due = CALENDAR.working_days_after(day(vector["event"]), 10, same_day=True)
    assert due.isoformat() == vector["same_day_counting"]


@pytest.mark.parametrize(
    "transfer",
    [
        each
        for each in reference("calendar_kz.json")["decreed_transfers_2014_2025"]
        if each["working_weekend"] >= "2014"
    ],
    ids=lambda transfer: transfer["day_off"],
)
def test_a_decreed_transfer_swaps_a_weekend_day_for_a_day_off(transfer: dict[str, str]) -> None:
    assert CALENDAR.is_working_day(day(transfer["working_weekend"]))
    assert not CALENDAR.is_working_day(day(transfer["day_off"]))


@pytest.mark.parametrize(
    "entry", reference("calendar_kz.json")["overrides"], ids=lambda entry: entry["date"]
)
def test_the_base_agrees_with_every_correction_known_so_far(entry: dict[str, str]) -> None:
    assert CALENDAR.is_working_day(day(entry["date"])) == (entry["effect"] == WORKING_DAY)


def test_kurban_ait_on_a_sunday_takes_no_monday() -> None:
    assert CALENDAR.is_working_day(day("2024-06-17"))


def test_a_holiday_on_a_sunday_takes_the_next_working_day() -> None:
    assert not CALENDAR.is_working_day(day("2026-10-26"))


def test_a_working_day_is_its_own_next_and_previous_one() -> None:
    friday = day("2026-09-25")
    assert CALENDAR.next_working_day(friday) == CALENDAR.previous_working_day(friday) == friday


def test_a_term_of_no_days_ends_on_the_day_itself_or_the_next_working_one() -> None:
    assert CALENDAR.working_days_after(day("2026-11-27"), 0) == day("2026-11-27")
    assert CALENDAR.working_days_after(day("2027-03-06"), 0) == day("2027-03-09")


def test_both_ends_belong_to_each_working_day() -> None:
    days = CALENDAR.each_working_day(day("2022-10-21"), day("2022-10-26"))
    assert [on.day for on in days] == [21, 22, 26]


def test_a_span_that_runs_backwards_has_no_working_days() -> None:
    assert CALENDAR.each_working_day(day("2026-12-04"), day("2026-12-01")) == ()


def test_an_override_wins_over_the_base() -> None:
    calendar = WorkingCalendar(
        kazakhstan(), [override("2026-11-14", WORKING_DAY), override("2026-11-16", DAY_OFF)]
    )
    assert calendar.is_working_day(day("2026-11-14"))
    assert not calendar.is_working_day(day("2026-11-16"))


def test_the_last_override_of_a_day_counts() -> None:
    calendar = WorkingCalendar(
        kazakhstan(), [override("2026-11-16", DAY_OFF), override("2026-11-16", WORKING_DAY)]
    )
    assert calendar.is_working_day(day("2026-11-16"))


def test_the_digest_tells_calendars_apart() -> None:
    same = WorkingCalendar(kazakhstan())
    other = WorkingCalendar(kazakhstan(), [override("2026-11-16", DAY_OFF)])
    assert CALENDAR.digest == same.digest != other.digest


def test_the_digest_does_not_depend_on_the_order_of_overrides() -> None:
    first, second = override("2026-11-16", DAY_OFF), override("2026-11-14", WORKING_DAY)
    one, other = (
        WorkingCalendar(kazakhstan(), order) for order in ((first, second), (second, first))
    )
    assert one.digest == other.digest


def test_a_calendar_can_be_handed_to_another_process() -> None:
    calendar = WorkingCalendar(kazakhstan(), [override("2026-11-16", DAY_OFF)])
    copy = pickle.loads(pickle.dumps(calendar))
    assert copy.digest == calendar.digest
    assert not copy.is_working_day(day("2026-11-16"))


def test_a_day_ends_at_its_last_second_in_almaty() -> None:
    assert CALENDAR.end_of(day("2026-09-25")).isoformat() == "2026-09-25T23:59:59+05:00"


def test_the_day_that_was_an_hour_longer_ends_with_its_last_hour() -> None:
    end = CALENDAR.end_of(day("2024-02-29"))
    assert end.astimezone(UTC) == datetime(2024, 2, 29, 18, 59, 59, tzinfo=UTC)


def test_the_local_date_changes_at_midnight_in_almaty() -> None:
    assert CALENDAR.local_date(datetime(2026, 9, 25, 19, 0, tzinfo=UTC)) == day("2026-09-26")
    assert CALENDAR.local_date(datetime(2026, 9, 25, 18, 59, 59, tzinfo=UTC)) == day("2026-09-25")


def test_a_time_of_day_is_local() -> None:
    assert CALENDAR.at(day("2026-09-25"), "09:00") == moment("2026-09-25T09:00:00")


@pytest.mark.parametrize(
    ("on", "why", "russian"),
    [
        ("2022-10-22", "working_weekend", "Рабочий день (перенос выходного дня)"),
        ("2022-10-24", "day_off", "Выходной день (перенесён с 22.10.2022)"),
        ("2026-10-25", "day_off", "День Республики"),
        ("2026-10-26", "day_off", "День Республики (перенос)"),
        ("2027-03-15", "day_off", "День Конституции"),
        ("2026-05-27", "day_off", "Курбан-айт (расчётная дата)"),
        ("2026-11-21", "weekend", "Выходной день"),
        ("2026-11-20", "weekday", "Рабочий день"),
    ],
)
def test_each_day_is_explained(on: str, why: str, russian: str) -> None:
    explained = CALENDAR.explain(day(on))
    assert (explained.why, explained.texts["ru"]) == (why, russian)


def test_every_day_off_has_a_name_in_each_language() -> None:
    names = [name for year in range(2014, 2041) for name in kazakhstan().days_off(year).values()]
    cyrillic = [name["kk"] for name in names if not name["ru"] or name["en"] == name["kk"]]
    assert cyrillic == []


def test_a_date_that_is_estimated_is_called_so_in_each_language() -> None:
    names = [name for year in range(2014, 2041) for name in kazakhstan().days_off(year).values()]
    estimated = [name for name in names if "estimated" in name["en"]]
    assert estimated
    for name in estimated:
        assert "болжамды)" in name["kk"]
        assert "расчётная дата)" in name["ru"]
    assert not [name["kk"] for name in names if "бағаланған" in name["kk"]]


def test_an_overridden_day_is_explained_by_its_legal_act() -> None:
    calendar = WorkingCalendar(kazakhstan(), [override("2026-11-16", DAY_OFF, "Order No. 1")])
    explained = calendar.explain(day("2026-11-16"))
    assert (explained.working, explained.why, explained.legal_act) == (
        False,
        "override",
        "Order No. 1",
    )


def test_a_term_is_explained_day_by_day() -> None:
    term = CALENDAR.explain_term(day("2026-12-14"), 3)
    assert [(each.day.on.day, each.number) for each in term] == [
        (14, 0),
        (15, 1),
        (16, 0),  # Independence Day
        (17, 2),
        (18, 3),
    ]


def test_a_same_day_term_counts_the_event_s_own_day() -> None:
    term = CALENDAR.explain_term(day("2026-12-14"), 2, same_day=True)
    assert [each.number for each in term] == [1, 2]


@given(DATES, DATES, COUNTS)
def test_a_later_event_never_ends_its_term_earlier(one: date, other: date, days: int) -> None:
    earlier, later = sorted((one, other))
    assert CALENDAR.working_days_after(earlier, days) <= CALENDAR.working_days_after(later, days)


@given(DATES, COUNTS)
def test_a_longer_term_never_ends_earlier(on: date, days: int) -> None:
    assert CALENDAR.working_days_after(on, days) <= CALENDAR.working_days_after(on, days + 1)


@given(DATES, COUNTS)
def test_same_day_counting_is_never_the_later_one(on: date, days: int) -> None:
    same = CALENDAR.working_days_after(on, days, same_day=True)
    assert same <= CALENDAR.working_days_after(on, days)


@given(DATES, COUNTS)
def test_counting_back_undoes_counting_on(on: date, days: int) -> None:
    start = CALENDAR.next_working_day(on)
    assert CALENDAR.working_days_before(CALENDAR.working_days_after(start, days), days) == start


@given(DATES, COUNTS)
def test_between_a_working_day_and_the_end_of_a_term_lies_the_term(on: date, days: int) -> None:
    start = CALENDAR.next_working_day(on)
    end = CALENDAR.working_days_after(start, days)
    assert CALENDAR.working_days_between(start, end) == days
    assert CALENDAR.working_days_between(end, start) == -days


@given(DATES, st.integers(1, 400))
def test_between_counts_exactly_the_working_days_listed(on: date, span: int) -> None:
    until = on + timedelta(days=span)
    listed = CALENDAR.each_working_day(on + timedelta(days=1), until)
    assert CALENDAR.working_days_between(on, until) == len(listed)


@given(DATES, st.integers(1, 60))
def test_the_explanation_of_a_term_ends_with_its_last_day(on: date, days: int) -> None:
    last = CALENDAR.explain_term(on, days)[-1]
    assert (last.day.on, last.number) == (CALENDAR.working_days_after(on, days), days)


@given(DATES)
def test_a_day_starts_one_second_after_the_day_before_ends(on: date) -> None:
    end = CALENDAR.end_of(on).astimezone(UTC)
    assert CALENDAR.start_of(on + timedelta(days=1)).astimezone(UTC) - end == timedelta(seconds=1)


@given(DATES)
def test_a_day_s_first_and_last_second_are_of_that_day(on: date) -> None:
    assert CALENDAR.local_date(CALENDAR.start_of(on)) == on
    assert CALENDAR.local_date(CALENDAR.end_of(on)) == on


@pytest.mark.parametrize("on", ["2013-12-31", "2101-01-01"])
def test_years_outside_the_calendar_are_refused(on: str) -> None:
    with pytest.raises(WrongInput, match="from 2014 to 2100"):
        CALENDAR.is_working_day(day(on))


@pytest.mark.parametrize("on", [date.min, date.max])
@pytest.mark.parametrize("days", [0, 1, 10])
def test_terms_at_the_ends_of_time_are_refused_as_any_other(on: date, days: int) -> None:
    for count in (CALENDAR.working_days_after, CALENDAR.working_days_before):
        with pytest.raises(WrongInput, match="from 2014 to 2100"):
            count(on, days)


def test_the_last_instant_of_all_has_no_local_date() -> None:
    with pytest.raises(WrongInput, match="from 2014 to 2100"):
        CALENDAR.local_date(datetime.max.replace(tzinfo=UTC))


@pytest.mark.parametrize("days", [-1, 1001])
def test_terms_that_are_no_terms_are_refused(days: int) -> None:
    with pytest.raises(WrongInput, match=f"{days} is no number of working days"):
        CALENDAR.working_days_after(day("2026-12-04"), days)


def test_a_span_of_decades_is_not_listed_day_by_day() -> None:
    with pytest.raises(WrongInput, match="1000 days at most"):
        CALENDAR.each_working_day(day("2020-01-01"), day("2040-01-01"))


def test_a_calendar_without_working_days_is_refused_instead_of_searched_for_ever() -> None:
    closed = [
        override((date(2026, 1, 1) + timedelta(days=n)).isoformat(), DAY_OFF)
        for n in range(LONGEST_CLOSURE + 300)
    ]
    with pytest.raises(WrongInput, match="no working day within 400 days"):
        WorkingCalendar(kazakhstan(), closed).working_days_after(day("2026-01-10"), 10)


def test_an_instant_is_not_taken_for_a_date() -> None:
    with pytest.raises(WrongInput, match="give a date"):
        CALENDAR.is_working_day(moment("2026-12-04T10:00:00"))


def test_an_instant_without_a_zone_has_no_local_date() -> None:
    with pytest.raises(WrongInput, match="no time zone"):
        CALENDAR.local_date(datetime(2026, 12, 4, 10))  # noqa: DTZ001


@pytest.mark.parametrize("time_of_day", ["9:00", "24:00", "09:60", "09:00:00", ""])
def test_a_time_of_day_is_written_in_four_digits(time_of_day: str) -> None:
    with pytest.raises(WrongInput, match="write HH:MM"):
        CALENDAR.at(day("2026-12-04"), time_of_day)


def test_the_published_corrections_are_read_and_written_alike() -> None:
    read = read_overrides(reference("calendar_kz.json"))
    assert read_overrides([each.to_data() for each in read]) == read


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"date": "2026-13-01"}, "2026-13-01"),
        ({"date": "1999-01-01"}, "1999-01-01"),
        ({"date": None}, "None"),
        ({"effect": "holiday"}, "'day_off' or 'working_day'"),
        ({"name": {"kk": "Мереке"}}, "a name in kk and in ru"),
        ({"name": "Праздник"}, "a name in kk and in ru"),
        ({"legal_act": 7}, "legal_act is 7"),
        ({"linked_date": "soon"}, "soon"),
        ({"linked_day": "2026-11-14"}, "unknown key 'linked_day'"),
    ],
)
def test_a_wrong_override_is_refused_with_its_value(change: dict[str, object], named: str) -> None:
    entry = {"date": "2026-11-16", "effect": DAY_OFF, "name": {"kk": "Мереке", "ru": "Праздник"}}
    with pytest.raises(WrongInput, match=named):
        DayOverride.from_data(entry | change)


HUGE = {f"name {number}": "x" * 100 for number in range(100_000)}


@pytest.mark.parametrize(
    "change",
    [
        HUGE,
        {"x" * 100_000: 1},
        {"name": HUGE},
        {"name": {"kk": HUGE}},
        {"effect": HUGE},
        {"effect": "x" * 100_000, "date": "x" * 100_000},
        {"date": HUGE},
        {"date": [[[[HUGE] * 6] * 6] * 6] * 6},
        {"linked_date": "x" * 100_000},
        {"legal_act": [HUGE]},
        {"legal_act": "x" * 100_000},
        {"status": HUGE},
    ],
    ids=lambda change: next(iter(change))[:10],
)
def test_what_is_quoted_of_a_huge_override_is_short(change: dict[str, object]) -> None:
    entry = {"date": "2026-11-16", "effect": DAY_OFF, "name": {"kk": "Мереке", "ru": "Праздник"}}
    for sent in (entry | change, change, [change]):
        with pytest.raises(WrongInput) as refused:
            read_overrides([sent])
        assert len(refused.value.message) < 500


def test_the_place_of_a_mistake_can_be_shown_whatever_was_sent() -> None:
    with pytest.raises(WrongInput) as refused:
        DayOverride.from_data({"date": "\ud800\n", "effect": "none", "name": {}})
    assert refused.value.message.isprintable()


@pytest.mark.parametrize("document", [None, {}, {"overrides": "none"}, [7], [{}]])
def test_a_file_without_overrides_is_refused(document: object) -> None:
    with pytest.raises(WrongInput, match="override"):
        read_overrides(document)
