"""Years, routes, sections, order and states of the plans: clauses 2, 4, 10, 12–15."""

from __future__ import annotations

import random
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.domain.cycle_settings import CycleSettings
from service.domain.plans import (
    PLAN_TRANSITIONS,
    SECTIONS,
    PlanState,
    arrange,
    legislature_on,
    move_plan,
    plan_years,
    route,
    section,
)
from service.errors import Refused, WrongInput
from tests.domain.given import SETTINGS, Treaty, day, reference

TREATIES = st.lists(
    st.builds(
        Treaty,
        number=st.integers(1, 10_000).map("2026-{}".format),
        treaty_kind=st.sampled_from(list(SECTIONS)),
        proposed_year=st.integers(2028, 2030),
        proposed_period=st.sampled_from(["Q1", "Q2", "Q3", "Q4", "M05", "year"]),
    ),
    max_size=30,
    unique_by=lambda treaty: treaty.number,
)


@pytest.mark.parametrize("row", reference("calendar_kz.json")["deadline_table"])
def test_a_cycle_plans_the_next_year_and_the_three_after_it(row: dict[str, Any]) -> None:
    years = plan_years(row["cycle_year"])
    assert years.current == (row["current_plan"], row["current_plan"])
    assert list(years.prospective) == row["prospective_plan"]


@pytest.mark.parametrize(
    ("year", "plan"),
    [(2027, "current"), (2028, "prospective"), (2029, "prospective"), (2030, "prospective")],
)
def test_the_proposed_year_decides_on_the_plan(year: int, plan: str) -> None:
    assert route(year, 2026) == plan


@pytest.mark.parametrize("year", [2025, 2026, 2031])
def test_a_year_outside_both_plans_is_refused_with_advice(year: int) -> None:
    with pytest.raises(Refused, match=f"{year} is outside.*2027.*2028–2030") as refused:
        route(year, 2026)
    assert (refused.value.code, refused.value.clause) == ("out_of_horizon", "4")


@pytest.mark.parametrize("row", reference("annexes.json")["annexes"][0]["sections"])
def test_sections_stand_in_the_annexes_order(row: dict[str, object]) -> None:
    assert section(str(row["key"])) == row["n"]


def test_a_treaty_kind_unknown_to_the_annexes_has_no_section() -> None:
    with pytest.raises(WrongInput, match="'multilateral' is unknown; use interstate"):
        section("multilateral")


def test_items_stand_by_section_then_time_then_registration_number() -> None:
    treaties = [
        Treaty("2026-9", "interagency", proposed_period="Q1"),
        Treaty("2026-10", proposed_period="Q2"),
        Treaty("2026-2", proposed_period="Q2"),
        Treaty("2026-1", proposed_period="year"),
        Treaty("2026-3", proposed_period="M04"),
        Treaty("2026-4", "interstate", proposed_period="Q4"),
    ]
    placed = arrange(treaties)
    assert [(each.number, each.section, each.item.number) for each in placed] == [
        (1, 1, "2026-4"),
        (2, 2, "2026-3"),
        (3, 2, "2026-2"),
        (4, 2, "2026-10"),
        (5, 2, "2026-1"),
        (6, 3, "2026-9"),
    ]


def test_numbering_may_start_again_in_each_section() -> None:
    treaties = [Treaty("1"), Treaty("2"), Treaty("3", "interagency"), Treaty("4", "interstate")]
    assert [each.number for each in arrange(treaties, "per_section")] == [1, 1, 2, 1]


@given(TREATIES, st.randoms(use_true_random=False))
def test_the_order_does_not_depend_on_the_order_of_arrival(
    treaties: list[Treaty], chance: random.Random
) -> None:
    mixed = list(treaties)
    chance.shuffle(mixed)
    assert arrange(mixed) == arrange(treaties)


@given(TREATIES)
def test_every_item_stands_exactly_once_under_a_number_of_its_own(treaties: list[Treaty]) -> None:
    placed = arrange(treaties)
    assert [each.number for each in placed] == list(range(1, len(treaties) + 1))
    assert {each.item for each in placed} == set(treaties)


def test_another_numbering_is_refused() -> None:
    with pytest.raises(WrongInput, match="'roman'; use continuous or per_section"):
        arrange([], "roman")


def test_a_plan_goes_from_collecting_to_transmitted() -> None:
    way = "collecting consolidating at_commission approved at_president agreed transmitted".split()
    for state, following in pairwise(way):
        assert move_plan(state, following) == following


def test_a_returned_plan_is_consolidated_anew() -> None:
    assert move_plan("at_commission", "returned") == PlanState.RETURNED
    assert move_plan("returned", "consolidating") == PlanState.CONSOLIDATING


def test_no_plan_reaches_the_president_past_the_commission() -> None:
    with pytest.raises(Refused, match="from consolidating it can go to at_commission"):
        move_plan("consolidating", "at_president")


def test_silence_of_the_president_is_no_agreement() -> None:
    with pytest.raises(Refused, match="from at_president"):
        move_plan("at_president", "transmitted")


def test_every_plan_state_says_what_may_follow() -> None:
    assert set(PLAN_TRANSITIONS) == set(PlanState)


def test_an_unknown_plan_state_is_named() -> None:
    with pytest.raises(WrongInput, match="'done' is not a valid PlanState"):
        move_plan("done", "archived")


@pytest.mark.parametrize(("on", "code"), [("2026-06-30", "PARLIAMENT"), ("2026-07-01", "KURULTAI")])
def test_the_legislature_is_the_one_of_that_day(on: str, code: str) -> None:
    assert legislature_on(day(on), SETTINGS) == code


def test_a_day_without_a_legislature_is_reported() -> None:
    settings = CycleSettings.from_data({"legislature": [["2026-07-01", "KURULTAI"]]})
    with pytest.raises(WrongInput, match="No legislature is set for 2026-06-30"):
        legislature_on(day("2026-06-30"), settings)
