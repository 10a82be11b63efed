"""What the law names, what is late, what to aim at: clauses 4, 8, 12, 14, 15 and 16."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.almanac import kazakhstan
from service.domain.calendars import DAY_OFF, WorkingCalendar
from service.domain.cycle_settings import CycleSettings
from service.domain.deadlines import DATED_STEPS, deadline, is_on_time, term
from service.errors import WrongInput
from tests.domain.given import CALENDAR, SETTINGS, day, moment, override, reference

ROWS = reference("calendar_kz.json")["deadline_table"]
STEPS = {
    "cl4_concepts": "submission",
    "cl12_commission": "commission",
    "cl14_president": "president",
}
INCLUSIVE_CASES = [
    pytest.param(step, row[key], id=f"{row['cycle_year']}-clause-{DATED_STEPS[step]}")
    for row in ROWS
    for key, step in STEPS.items()
]
CONCLUSION_CASES = [pytest.param(row["cl8_conclusion"], id=str(row["cycle_year"])) for row in ROWS]


@pytest.mark.parametrize(("step", "row"), INCLUSIVE_CASES)
def test_the_legal_date_moves_to_the_next_working_day(step: str, row: dict[str, Any]) -> None:
    found = deadline(step, day(row["nominal"]), CALENDAR, SETTINGS)
    assert found.legal_on.isoformat() == row["next_working"]
    assert found.due_at == CALENDAR.end_of(found.legal_on)


@pytest.mark.parametrize(("step", "row"), INCLUSIVE_CASES)
def test_the_target_is_the_last_working_day_up_to_the_date(step: str, row: dict[str, Any]) -> None:
    found = deadline(step, day(row["nominal"]), CALENDAR, SETTINGS)
    assert found.target_on.isoformat() == row["previous_working"]


@pytest.mark.parametrize("row", CONCLUSION_CASES)
def test_the_conclusion_must_exist_before_25_october_begins(row: dict[str, Any]) -> None:
    found = deadline("conclusion", day(row["nominal"]), CALENDAR, SETTINGS)
    assert (found.legal_on, found.inclusive) == (day(row["nominal"]), False)
    assert found.due_at == CALENDAR.end_of(day(row["nominal"]) - timedelta(days=1))


@pytest.mark.parametrize("row", CONCLUSION_CASES)
def test_the_conclusion_s_target_is_the_last_working_day_before(row: dict[str, Any]) -> None:
    found = deadline("conclusion", day(row["nominal"]), CALENDAR, SETTINGS)
    assert found.target_on.isoformat() == row["last_working_day_strictly_before"]


def test_read_inclusively_the_conclusion_is_due_on_25_october_itself() -> None:
    settings = CycleSettings(conclusion_inclusive=True)
    found = deadline("conclusion", day("2024-10-25"), CALENDAR, settings)
    assert found.due_at == moment("2024-10-25T23:59:59")
    assert found.target_on == day("2024-10-24")


@pytest.mark.parametrize(
    ("inclusive", "way", "due"),
    [
        (True, "next", "2026-10-27T23:59:59"),
        (True, "previous", "2026-10-23T23:59:59"),
        (False, "next", "2026-10-26T23:59:59"),
        (False, "previous", "2026-10-22T23:59:59"),
    ],
)
def test_the_conclusion_s_date_moves_where_the_cycle_says_so(
    inclusive: bool,  # noqa: FBT001
    way: str,
    due: str,
) -> None:
    settings = CycleSettings.from_data(
        {"conclusion_inclusive": inclusive, "rollover": {"conclusion": way}}
    )
    found = deadline("conclusion", day("2026-10-25"), CALENDAR, settings)
    assert found.due_at == moment(due)
    assert found.target_at <= found.due_at


def test_a_cycle_may_keep_a_date_where_it_falls() -> None:
    settings = CycleSettings.from_data({"rollover": {"submission": "none"}})
    found = deadline("submission", day("2027-09-25"), CALENDAR, settings)
    assert found.due_at == moment("2027-09-25T23:59:59")


def test_a_day_off_decreed_later_moves_the_deadline() -> None:
    calendar = WorkingCalendar(kazakhstan(), [override("2026-11-10", DAY_OFF)])
    found = deadline("commission", day("2026-11-10"), calendar, SETTINGS)
    assert (found.legal_on, found.target_on) == (day("2026-11-11"), day("2026-11-09"))


def test_the_legislature_gets_the_plans_within_ten_working_days_of_agreement() -> None:
    found = term("legislature", day("2026-12-04"), 10, CALENDAR, SETTINGS)
    assert found.due_at == moment("2026-12-21T23:59:59")
    assert found.target_at == moment("2026-12-18T23:59:59")


def test_under_same_day_counting_legal_and_target_date_are_one() -> None:
    settings = CycleSettings(count_from="same_day")
    found = term("legislature", day("2026-12-04"), 10, CALENDAR, settings)
    assert found.legal_on == found.target_on == day("2026-12-18")


def test_an_amendment_is_concluded_within_ten_working_days_of_receipt() -> None:
    found = term("amendment", day("2027-03-05"), 10, CALENDAR, SETTINGS)
    assert (found.legal_on, found.target_on) == (day("2027-03-26"), day("2027-03-25"))
    assert found.clause == "16"


@pytest.mark.parametrize(
    ("instant", "on_time"),
    [
        ("2027-09-27T23:59:59", True),
        ("2027-09-27T23:59:59.999999", True),
        ("2027-09-28T00:00:00", False),
    ],
)
def test_lateness_begins_one_second_after_the_due_second(
    instant: str,
    on_time: bool,  # noqa: FBT001
) -> None:
    due_at = deadline("submission", day("2027-09-25"), CALENDAR, SETTINGS).due_at
    assert is_on_time(moment(instant), due_at) == on_time


@given(st.sampled_from(list(DATED_STEPS)), st.dates(date(2015, 1, 1), date(2060, 12, 31)))
def test_whoever_meets_the_target_is_in_time(step: str, nominal_on: date) -> None:
    found = deadline(step, nominal_on, CALENDAR, SETTINGS)
    assert CALENDAR.is_working_day(found.target_on)
    assert found.target_at <= found.due_at


def test_another_step_has_no_deadline() -> None:
    with pytest.raises(WrongInput, match=r"'parliament'.*submission"):
        deadline("parliament", day("2026-10-25"), CALENDAR, SETTINGS)


def test_a_term_has_at_least_one_day() -> None:
    with pytest.raises(WrongInput, match="give 1 or more"):
        term("legislature", day("2026-12-04"), 0, CALENDAR, SETTINGS)
