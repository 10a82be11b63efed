"""Clause 10: "Where concluding the international treaty is expedient in foreign-policy terms, the
Ministry places it in the draft of the appropriate plan, depending on the time proposed for its
conclusion."

The body gives one planning year (AMB-07); the Ministry may adjust the time with a reason, both are
kept (AMB-06). A concept can be withdrawn until consolidation closes (SIL-04). Of two bodies with
the same treaty one leads, the other stands in the notes (SIL-08).
"""

from __future__ import annotations

from typing import Any

import pytest

from service.errors import FormInvalid, NotPermitted, Refused
from tests.actors import Filed, concept, member
from tests.rules import stages
from tests.world import World, when

pytestmark = pytest.mark.clause("10")


def submitted(world: World, year: int = 2027) -> Filed:
    return world.opens_cycle(2026).at("2026-09-10").body("MT").submits(concept(year))


def adjustment(item: str, field: str, new: str, reason: str = "Хаттама") -> dict[str, str]:
    return {"item": item, "field": field, "new": new, "reason": reason}


# --- which plan ------------------------------------------------------------------------------


@pytest.mark.clause("10", element="ServiceTask_IncludeInDraftPlan")
@pytest.mark.parametrize(
    ("year", "plan"),
    [(2027, "current"), (2028, "prospective"), (2029, "prospective"), (2030, "prospective")],
)
def test_the_proposed_year_decides_between_the_plans(world: World, year: int, plan: str) -> None:
    filed = world.ministry.concludes(submitted(world, year))
    assert (filed.state, filed.record.plan_kind) == ("in_draft_plan", plan)


def test_a_treaty_that_straddles_two_plans_follows_its_planning_year(world: World) -> None:
    """SMP-028: from the fourth quarter of 2027 into 2028; the planning year is 2027."""
    world.opens_cycle(2026).at("2026-09-10")
    straddling = concept(2027, proposed_period="Q4", domestic_procedure_period="2028-Q1")
    filed = world.ministry.concludes(world.body("MT").submits(straddling))
    assert filed.record.plan_kind == "current"


@pytest.mark.parametrize("written", ["2027-2028", "2027–2028", ""])
def test_a_range_of_years_is_no_planning_year(world: World, written: str) -> None:
    world.opens_cycle(2026)
    with pytest.raises(FormInvalid) as refusal:
        world.body("MT").files(concept(proposed_year=written))
    assert [key for key, _ in refusal.value.problems] == ["proposed_year"]


def ranging(year: int, period: str, until: int | None, last: str) -> dict[str, Any]:
    """A concept from a period of a year to a period of another."""
    end = {"proposed_until_year": until, "proposed_until_period": last}
    return concept(year, proposed_period=period, **end)


def test_the_end_of_a_range_is_refused_with_advice(world: World) -> None:
    """AMB-07: the planning year is one mandatory value."""
    world.opens_cycle(2026)
    with pytest.raises(FormInvalid) as refusal:
        world.body("MT").files(ranging(2027, "Q4", 2028, "Q1"))
    assert refusal.value.clause == "10"
    assert "name the one year" in refusal.value.message
    assert world.board.concepts == []


RANGES = {"allow_range": True}


@pytest.mark.clause("10", element="ServiceTask_IncludeInDraftPlan")
def test_where_the_cycle_allows_a_range_its_first_year_routes(world: World) -> None:
    """AMB-07, the other position: SMP-028 as its body meant it."""
    world.opens_cycle(2026, settings=RANGES)
    stages.consolidated(world, ranging(2027, "Q4", 2028, "Q1"))
    (item,) = world.plan("current").items
    assert item.estimated_conclusion == {
        "kk": "2027 жылғы IV тоқсан – 2028 жылғы I тоқсан",
        "ru": "IV квартал 2027 года – I квартал 2028 года",
        "en": "Q4 2027 – Q1 2028",
    }
    assert world.plan("prospective").items == ()


def test_one_time_stays_one_time_there(world: World) -> None:
    world.opens_cycle(2026, settings=RANGES)
    stages.consolidated(world, concept(2027), ranging(2028, "Q2", 2028, "Q2"))
    said = [world.plan(kind).items[0] for kind in ("current", "prospective")]
    assert [each.estimated_conclusion["en"] for each in said] == ["Q2 2027", "Q2 2028"]


@pytest.mark.parametrize(
    ("given", "field", "clause"),
    [
        ((2028, "Q1", 2027, "Q4"), "proposed_until_year", "10"),
        ((2027, "Q3", 2027, "Q2"), "proposed_until_year", "10"),
        ((2027, "Q3", 2027, "year"), "proposed_until_year", "10"),
        ((2030, "Q4", 2031, "Q1"), "proposed_until_year", "4"),
        ((2027, "Q4", 2028, ""), "proposed_until_period", "10"),
        ((2027, "Q4", None, "Q1"), "proposed_until_year", "10"),
    ],
)
def test_a_range_ends_after_it_begins_and_within_the_plans(
    world: World, given: tuple[int, str, int | None, str], field: str, clause: str
) -> None:
    world.opens_cycle(2026, settings=RANGES)
    with pytest.raises(FormInvalid) as refusal:
        world.body("MT").files(ranging(*given))
    assert [key for key, _ in refusal.value.problems] == [field]
    assert refusal.value.clause == clause


def test_a_revision_may_name_a_range_or_drop_it(world: World) -> None:
    draft = world.opens_cycle(2026, settings=RANGES).body("MT").files(concept(2027))
    draft.is_sent_back_by_signatory()
    end = {"proposed_until_year": 2027, "proposed_until_period": "Q4"}
    assert draft.is_revised(**end).record.proposed_until_period == "Q4"
    draft.is_sent_back_by_signatory()
    assert draft.is_revised().record.proposed_until_year is None


def test_a_time_that_the_reviewer_adjusts_takes_the_place_of_the_range(world: World) -> None:
    world.opens_cycle(2026, settings=RANGES).at("2026-09-10")
    filed = world.body("MT").submits(ranging(2027, "Q4", 2028, "Q1"))
    record = world.ministry.concludes(filed, date_adjustment="2028-Q3").record
    assert (record.proposed_year, record.proposed_until_year) == (2028, None)
    (entry,) = world.journal("adjust_item", clause="10")
    assert (entry.details["old"], entry.details["new"]) == ("2027-Q4/2028-Q1", "2028-Q3")


def test_so_does_one_that_the_consolidator_adjusts(world: World) -> None:
    world.opens_cycle(2026, settings=RANGES)
    (filed,) = stages.concluded(world, ranging(2027, "Q4", 2028, "Q1"))
    world.at("2026-11-05").ministry.checks_understandings()
    world.ministry.consolidates([adjustment(filed.number, "proposed_period", "Q3")])
    (item,) = world.plan("current").items
    assert item.estimated_conclusion["en"] == "Q3 2027"
    (entry,) = world.journal("adjust_item", clause="10")
    assert (entry.details["old"], entry.details["until"]) == ("Q4", "2028-Q1")


# --- adjusting the time ----------------------------------------------------------------------


@pytest.mark.clause("10", element="UserTask_ExamineConcept")
def test_the_reviewer_may_adjust_the_time_and_both_are_kept(world: World) -> None:
    filed = world.ministry.concludes(submitted(world, 2027), date_adjustment="2028-Q1")
    record = filed.record
    assert (record.proposed_year, record.proposed_period) == (2028, "Q1")
    assert record.plan_kind == "prospective"
    (entry,) = world.journal("adjust_item", clause="10")
    assert (entry.details["old"], entry.details["new"]) == ("2027-Q2", "2028-Q1")


def test_it_must_stay_within_both_plans(world: World) -> None:
    filed = world.ministry.examines(submitted(world), date_adjustment="2031-Q1")
    with pytest.raises(Refused) as refusal:
        world.ministry.signs_conclusion(filed)
    assert refusal.value.code == "out_of_horizon"
    assert filed.state == "under_review"
    world.ministry.sends_conclusion_back(filed)
    assert world.ministry.concludes(filed).state == "in_draft_plan"


@pytest.mark.clause("10", element="UserTask_ConsolidateDraftPlans")
def test_the_consolidator_may_move_an_item_to_the_other_plan_with_a_reason(world: World) -> None:
    (filed,) = stages.concluded(world, concept(2027))
    world.at("2026-11-05").ministry.checks_understandings()
    world.ministry.consolidates([adjustment(filed.number, "proposed_year", "2029")])
    assert [len(world.plan(kind).items) for kind in ("current", "prospective")] == [0, 1]
    (entry,) = world.journal("adjust_item")
    assert entry.details["old"] == "2027"
    assert entry.details["reason"] == "Хаттама"


@pytest.mark.clause("10", element="UserTask_ConsolidateDraftPlans")
@pytest.mark.parametrize(
    ("row", "code"),
    [
        (("2026/0001", "proposed_year", "2029", ""), "form_invalid"),
        (("2026/0001", "proposed_year", "2031", "Хаттама"), "out_of_horizon"),
        (("2026/0099", "proposed_year", "2029", "Хаттама"), "wrong_adjustment"),
        (("2026/0001", "treaty_kind", "interstate", "Хаттама"), "form_invalid"),
    ],
)
def test_an_adjustment_without_reason_or_beyond_the_rules_is_refused(
    world: World, row: tuple[str, str, str, str], code: str
) -> None:
    stages.concluded(world, concept(2027))
    world.at("2026-11-05").ministry.checks_understandings()
    with pytest.raises(Refused) as refusal:
        world.ministry.consolidates([adjustment(*row)])
    assert refusal.value.code == code
    assert world.board.plans == {}


def test_of_two_bodies_with_one_treaty_the_second_stands_in_the_notes(world: World) -> None:
    """SIL-08: the Ministry names the lead; the other body's concept is not expedient beside it."""
    world.opens_cycle(2026, ["MT", "NBK"]).at("2026-09-10")
    lead, same = world.body("MT").submits(), world.body("NBK").submits()
    world.ministry.concludes(lead)
    world.ministry.concludes(same, "no")
    world.at("2026-11-05").ministry.checks_understandings()
    rows = [
        adjustment(lead.number, "notes_kk", "Бірлесіп: ҚРҰБ"),
        adjustment(lead.number, "notes_ru", "Совместно: НБРК"),
    ]
    world.ministry.consolidates(rows)
    (item,) = world.plan("current").items
    assert (item.body, item.notes["ru"]) == ("MT", "Совместно: НБРК")
    assert item.notes["kk"] == "Бірлесіп: ҚРҰБ"


# --- withdrawal ------------------------------------------------------------------------------


@pytest.mark.clause("10", element="Event_WithdrawnInReview")
@pytest.mark.clause("10", element="ServiceTask_RecordWithdrawal")
def test_a_concept_under_review_can_be_withdrawn(world: World) -> None:
    filed = submitted(world)
    world.at("2026-10-01").body("MT").withdraws(filed)
    assert filed.state == "withdrawn"
    assert filed.record.reason
    assert filed.tasks() == {}
    (letter,) = world.letters("withdrawal")
    assert (letter.sender, letter.recipient, letter.about) == ("MT", "MFA", filed.number)


@pytest.mark.clause("10", element="Event_WithdrawnInSigning")
def test_so_can_one_whose_conclusion_waits_for_the_signature(world: World) -> None:
    filed = world.ministry.examines(submitted(world))
    world.body("MT").withdraws(filed)
    assert filed.state == "withdrawn"
    assert filed.conclusion is None


def test_so_can_one_that_stands_in_the_drafts_until_they_are_consolidated(world: World) -> None:
    first, second = stages.concluded(world, concept(2027), concept(2027))
    world.body("MT").withdraws(first)
    assert first.state == "withdrawn"
    assert [sent.about for sent in world.outgoing("letter", subject="withdrawal")] == [first.number]
    world.at("2026-11-05").ministry.checks_understandings()
    world.ministry.consolidates()
    assert [item.concept_id for item in world.plan("current").items] == [second.record.id]


def test_after_consolidation_only_the_commission_can_take_it_out(world: World) -> None:
    first, _ = stages.consolidated(world)
    with pytest.raises(Refused) as refusal:
        world.body("MT").withdraws(first)
    assert (refusal.value.code, refusal.value.clause) == ("consolidated", "10")
    assert first.state == "in_draft_plan"
    assert world.journal("withdraw_concept", outcome="refused")


def test_also_while_the_drafts_are_reworked(world: World) -> None:
    first, _ = stages.at_commission(world)
    world.at("2026-11-13").commission.returns()
    with pytest.raises(Refused) as refusal:
        world.body("MT").withdraws(first)
    assert refusal.value.code == "consolidated"


def test_only_the_bodys_own_signatory_withdraws(world: World) -> None:
    filed = submitted(world)
    for group in ("MT/submitter", "NBK/signatory", "MFA/head"):
        with pytest.raises(NotPermitted):
            world.body("MT").withdraws(filed, by=member(group))
    assert filed.state == "under_review"


def test_a_draft_is_not_withdrawn_but_returned(world: World) -> None:
    draft = world.opens_cycle(2026).body("MT").files(concept())
    with pytest.raises(Refused) as refusal:
        world.body("MT").withdraws(draft)
    assert refusal.value.code == "not_submitted"


def test_the_withdrawal_of_the_last_undecided_concept_lets_the_cycle_go_on(world: World) -> None:
    filed = submitted(world)
    world.at("2026-10-01")
    assert world.open_tasks() == {}
    world.body("MT").withdraws(filed)
    assert list(world.open_tasks()) == ["UserTask_CheckUnderstandings"]
    assert when(world.board.cycle.concluded_at) == "2026-10-01 10:00:00"
