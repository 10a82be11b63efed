"""What the board of a cycle flags (SIL-01, SIL-06, SIL-10 … 13, SIL-21): each to its second."""

from __future__ import annotations

from datetime import date

import pytest

from service.application.commands.administering.replace_body import replace_body
from service.application.queries.warnings import WARNINGS
from service.bootstrap import INSTALLER
from tests.actors import concept
from tests.rules import stages
from tests.world import World


def test_a_year_that_goes_well_has_no_flags(world: World) -> None:
    stages.agreed(world)
    world.at("2026-12-18").ministry.sends_to_legislature()
    for day in ("2026-12-31", "2027-01-01 00:00:00", "2027-06-01"):
        assert world.at(day).board.warnings == ()


def test_a_year_in_which_nobody_does_anything_has_them_one_after_the_other(world: World) -> None:
    world.opens_cycle(2026)
    seen = {}
    for day in ("11-10 23:59:59", "11-11 00:00:00", "11-25 23:59:59", "11-26 00:00:00"):
        seen[day] = world.at(f"2026-{day}").board.warnings
    assert seen == {
        "11-10 23:59:59": (),
        "11-11 00:00:00": ("commission_overdue",),
        "11-25 23:59:59": ("commission_overdue",),
        "11-26 00:00:00": ("commission_overdue", "president_overdue"),
    }
    assert "no_agreed_plan" not in world.at("2026-12-31 23:59:59").board.warnings
    assert "no_agreed_plan" in world.at("2027-01-01 00:00:00").board.warnings


@pytest.mark.clause("8")
def test_undecided_concepts_are_flagged_from_25_october_on(world: World) -> None:
    filed = world.opens_cycle(2026).at("2026-09-10").body("MT").submits()
    assert world.at("2026-10-24 23:59:59").board.warnings == ()
    assert world.at("2026-10-25 00:00:00").board.warnings == ("undecided_concepts",)
    world.ministry.concludes(filed)
    assert world.board.warnings == ()


@pytest.mark.clause("11")
def test_an_uncovered_understanding_is_flagged_until_there_is_a_reason(world: World) -> None:
    world.opens_cycle(2026).ministry.registers_understanding("EV-1", "MT")
    assert world.board.warnings == ()
    stages.concluded(world)
    assert world.at("2026-10-07").board.warnings == ("uncovered_understandings",)
    world.ministry.checks_understandings("Келіссөздер жалғасуда.")
    assert world.board.warnings == ()


@pytest.mark.clause("12")
def test_returned_drafts_are_overdue_after_the_date_of_rework(world: World) -> None:
    stages.at_commission(world)
    world.at("2026-11-13").commission.returns(rework_due="2026-11-18")
    assert world.at("2026-11-18 23:59:59").board.warnings == ()
    assert world.at("2026-11-19 00:00:00").board.warnings == ("commission_overdue",)
    world.ministry.consolidates()
    world.ministry.sends_to_commission()
    assert world.board.warnings == ()


@pytest.mark.clause("15")
def test_an_agreed_plan_that_is_not_sent_is_overdue_after_its_term(world: World) -> None:
    """Agreed on 4 December: 21 December is the last day. The other plan has a term of its own."""
    stages.at_president(world)
    world.at("2026-12-04").president.agrees(plans="current")
    assert world.at("2026-12-21 23:59:59").board.warnings == ()
    assert world.at("2026-12-22 00:00:00").board.warnings == ("legislature_overdue",)
    world.ministry.sends_to_legislature()
    assert world.board.warnings == ()


@pytest.mark.clause("14")
def test_one_agreed_plan_is_an_agreed_plan(world: World) -> None:
    stages.at_president(world)
    world.at("2026-12-04").president.agrees(plans="prospective")
    world.ministry.sends_to_legislature()
    assert world.at("2027-01-02").board.warnings == ()


def test_a_cycle_that_ended_without_plans_is_late_with_nothing(world: World) -> None:
    stages.at_commission(world)
    world.at("2026-11-13").commission.refuses()
    assert world.at("2026-11-26").board.warnings == ("commission_overdue", "president_overdue")
    world.ministry.decides_after_refusal("end")
    assert world.board.warnings == ()
    assert world.at("2027-01-01 00:00:00").board.warnings == ("no_agreed_plan",)


def test_tasks_of_a_body_without_a_successor_are_flagged(world: World) -> None:
    world.opens_cycle(2026, ["MT", "NBK"]).at("2026-09-10")
    last_day = date(2026, 9, 12)
    replace_body(world.app, INSTALLER, "MT", successor="", last_day=last_day, now=world.now)
    assert world.at("2026-09-12 23:59:59").board.warnings == ()
    assert world.at("2026-09-13 00:00:00").board.warnings == ("tasks_of_nobody",)


def test_a_body_that_has_nothing_to_do_any_more_may_end(world: World) -> None:
    stages.concluded(world, concept(2027))
    last_day = date(2026, 10, 20)
    replace_body(world.app, INSTALLER, "MT", successor="", last_day=last_day, now=world.now)
    assert world.at("2026-10-24").board.warnings == ()


def test_the_words_are_told_in_their_order(world: World) -> None:
    world.opens_cycle(2026).at("2026-09-10").body("MT").submits()
    found = world.at("2027-01-01 00:00:00").board.warnings
    assert list(found) == [word for word in WARNINGS if word in found]
    assert len(found) == 4
