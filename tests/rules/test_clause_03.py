"""Clause 3: "The drafts of the current and prospective plans are developed by the Ministry of
Foreign Affairs on the basis of the concepts for concluding international treaties presented by the
central state bodies."

No item without a concept, unless the cycle allows it (AMB-12). A plan without any concept still
goes its way (SIL-07). Old items are never carried over by themselves (SIL-14). Plans are made in
Kazakh and Russian (SIL-20).
"""

from __future__ import annotations

import pytest

from service.application.queries.carry_over import prefilled_concepts
from service.errors import NotPermitted, Refused
from tests.actors import COVER_NOTE, concept, member, ministry_item
from tests.rules import stages
from tests.world import World

pytestmark = pytest.mark.clause("3")

CONSOLIDATE = "UserTask_ConsolidateDraftPlans"
COMPOSE = "ServiceTask_ComposeDraftPlans"


@pytest.mark.clause("3", element=CONSOLIDATE)
def test_the_ministrys_consolidator_develops_both_drafts(world: World) -> None:
    stages.concluded(world)
    world.at("2026-11-05").ministry.checks_understandings()
    with pytest.raises(NotPermitted):
        world.completes(CONSOLIDATE, COVER_NOTE, by=member("MT/submitter"))
    assert world.board.plans == {}
    world.ministry.consolidates()
    assert {plan.status for plan in world.board.plans.values()} == {"consolidating"}


@pytest.mark.clause("3", element=COMPOSE)
def test_every_expedient_concept_stands_in_the_drafts_exactly_once(world: World) -> None:
    years = (2027, 2028, 2029, 2030, 2027)
    filed = stages.consolidated(world, *(concept(year) for year in years))
    listed = [item.concept_id for plan in world.board.plans.values() for item in plan.items]
    assert sorted(listed) == sorted(each.record.id for each in filed)


@pytest.mark.clause("3", element=COMPOSE)
def test_neither_late_nor_inexpedient_nor_withdrawn_concepts_stand_in_the_drafts(
    world: World,
) -> None:
    world.opens_cycle(2026).at("2026-09-10")
    good, bad, withdrawn = (world.body("MT").submits() for _ in range(3))
    world.body("MT").withdraws(withdrawn)
    world.at("2026-09-28").body("MT").submits()
    world.ministry.concludes(bad, "no")
    world.ministry.concludes(good)
    world.at("2026-11-05").ministry.checks_understandings()
    world.ministry.consolidates()
    assert [item.concept_id for item in world.plan("current").items] == [good.record.id]


@pytest.mark.clause("3", element=COMPOSE)
def test_the_sections_follow_each_other_as_in_the_annex_with_continuous_numbers(
    world: World,
) -> None:
    kinds = ("interagency", "interstate", "intergovernmental", "interstate")
    stages.consolidated(world, *(concept(treaty_kind=kind) for kind in kinds))
    items = world.plan("current").items
    assert [(item.number, item.section) for item in items] == [(1, 1), (2, 1), (3, 2), (4, 3)]


@pytest.mark.clause("3", element=COMPOSE)
def test_a_cycle_may_number_each_section_by_itself(world: World) -> None:
    world.opens_cycle(2026, settings={"numbering": "per_section"})
    kinds = ("interagency", "interstate", "intergovernmental", "interstate")
    stages.consolidated(world, *(concept(treaty_kind=kind) for kind in kinds))
    items = world.plan("current").items
    assert [(item.number, item.section) for item in items] == [(1, 1), (2, 1), (1, 2), (1, 3)]


def test_within_a_section_the_earlier_time_comes_first(world: World) -> None:
    stages.consolidated(world, *(concept(proposed_period=p) for p in ("year", "Q3", "Q1")))
    printed = [item.estimated_conclusion["ru"] for item in world.plan("current").items]
    assert printed == ["I квартал 2027 года", "III квартал 2027 года", "2027 год"]


@pytest.mark.clause("3", element=COMPOSE)
def test_every_item_is_in_kazakh_and_in_russian(world: World) -> None:
    stages.consolidated(world, concept(2027), concept(2030, title_en=""))
    for plan in world.board.plans.values():
        for item in plan.items:
            for texts in (
                item.titles,
                item.estimated_conclusion,
                item.estimated_domestic_procedures,
            ):
                assert texts["kk"], texts
                assert texts["ru"], texts


@pytest.mark.clause("3", element=COMPOSE)
def test_empty_plans_go_to_the_commission_all_the_same(world: World) -> None:
    world.opens_cycle(2026).at("2026-11-05").ministry.checks_understandings()
    world.ministry.consolidates()
    world.ministry.sends_to_commission()
    assert {kind: len(plan.items) for kind, plan in world.board.plans.items()} == {
        "current": 0,
        "prospective": 0,
    }
    assert {plan.status for plan in world.board.plans.values()} == {"at_commission"}


def test_there_is_no_item_without_a_concept(world: World) -> None:
    """AMB-12: even an uncovered understanding adds nothing to the drafts."""
    world.opens_cycle(2026).at("2026-09-10")
    world.ministry.registers_understanding("EV-1", "MT")
    world.at("2026-11-05").ministry.checks_understandings("Келесі жылға қалдырылды")
    world.ministry.consolidates()
    assert all(plan.items == () for plan in world.board.plans.values())


def test_no_item_without_a_concept(world: World) -> None:
    """AMB-12: the drafts stand on concepts alone, unless the cycle says otherwise."""
    stages.concluded(world)
    world.at("2026-11-05").ministry.checks_understandings()
    with pytest.raises(Refused) as refusal:
        world.ministry.consolidates(items=[ministry_item()])
    assert (refusal.value.code, refusal.value.clause) == ("ministry_items", "11")
    assert "ask the responsible body for a concept" in refusal.value.message
    assert world.board.plans == {}


def allowed(world: World) -> World:
    """AMB-12, the other position: up to the consolidation, with one understanding not covered."""
    world.opens_cycle(2026, settings={"allow_ministry_items": True})
    world.ministry.registers_understanding("EV-1", "MT")
    stages.concluded(world)
    world.at("2026-11-05").ministry.checks_understandings("Органның тұжырымдамасы жоқ.")
    return world


@pytest.mark.clause("3", element=COMPOSE)
@pytest.mark.clause("11", element=CONSOLIDATE)
def test_where_the_cycle_allows_it_the_ministry_adds_an_item(world: World) -> None:
    allowed(world).ministry.consolidates(items=[ministry_item(related_event="EV-1")])
    added = world.board.concepts[-1]
    assert (added.body, added.doc_number, added.number) == ("MFA", "MFA-2026-1", "2026/0003")
    assert (added.state, added.plan_kind) == ("in_draft_plan", "current")
    item = next(each for each in world.plan("current").items if each.body == "MFA")
    assert item.titles["ru"] == ministry_item()["title_ru"]
    assert item.estimated_conclusion["en"] == "Q3 2027"
    assert item.estimated_domestic_procedures["en"] == "ratification – Q1 2028"


def test_it_covers_its_understanding_and_its_reason_is_on_record(world: World) -> None:
    allowed(world)
    assert [each.coverage for each in world.board.understandings] == ["not_covered"]
    world.ministry.consolidates(items=[ministry_item(related_event="EV-1")])
    assert [each.coverage for each in world.board.understandings] == ["covered"]
    (entry,) = world.journal("add_ministry_item", clause="11")
    assert entry.details["number"] == "2026/0003"
    assert entry.details["reason_kk"] == ministry_item()["reason_kk"]
    assert entry.details["reason_ru"] == ministry_item()["reason_ru"]


def test_a_round_of_rework_does_not_add_it_twice(world: World) -> None:
    allowed(world).ministry.consolidates(items=[ministry_item()])
    world.at("2026-11-09").ministry.sends_to_commission()
    world.at("2026-11-13").commission.returns()
    world.at("2026-11-16").ministry.consolidates(items=[ministry_item()])
    assert [plan.version for plan in world.versions("current")] == [1, 2]
    assert [item.body for item in world.plan("current").items] == ["MT", "MFA"]
    assert len(world.journal("add_ministry_item")) == 1


def test_it_is_changed_by_adjusting_it(world: World) -> None:
    allowed(world).ministry.consolidates(items=[ministry_item()])
    world.at("2026-11-09").ministry.sends_to_commission()
    world.at("2026-11-13").commission.returns()
    with pytest.raises(Refused) as refusal:
        world.ministry.consolidates(items=[ministry_item(2029)])
    assert refusal.value.code == "item_exists"
    row = {"item": "2026/0003", "field": "proposed_year", "new": "2029", "reason": "Хаттама"}
    world.ministry.consolidates([row])
    assert [item.body for item in world.plan("prospective").items] == ["MT", "MFA"]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"proposed_year": 2031}, "out_of_horizon"),
        ({"related_event": "EV-9"}, "unknown_understanding"),
        ({"reason_ru": ""}, "form_invalid"),
        ({"title_ru": ""}, "form_invalid"),
        ({"treaty_kind": "oral"}, "form_invalid"),
    ],
)
def test_an_item_of_the_ministry_obeys_the_rules_too(
    world: World, change: dict[str, object], code: str
) -> None:
    allowed(world)
    with pytest.raises(Refused) as refusal:
        world.ministry.consolidates(items=[{**ministry_item(), **change}])
    assert refusal.value.code == code
    assert len(world.board.concepts) == 2
    assert world.board.plans == {}


def test_a_plan_with_the_president_takes_no_more_of_them(world: World) -> None:
    """The plan that came back is open, the other is not: each for itself (SIL-12)."""
    allowed(world).ministry.consolidates()
    world.at("2026-11-09").ministry.sends_to_commission()
    world.at("2026-11-13").commission.approves()
    world.at("2026-11-24").ministry.sends_to_president()
    world.at("2026-11-30").president.does_not_agree(plans="prospective")
    with pytest.raises(Refused) as refusal:
        world.ministry.consolidates(items=[ministry_item(2027)])
    assert refusal.value.code == "plan_closed"
    world.ministry.consolidates(items=[ministry_item(2028)])
    assert [item.body for item in world.plan("prospective").items] == ["MT", "MFA"]


def test_last_years_items_are_not_carried_over_by_themselves(world: World) -> None:
    stages.agreed(world, concept(2027), concept(2028))
    world.at("2026-12-18").ministry.sends_to_legislature()
    world.opens_cycle(2027, bodies=())
    assert world.board.concepts == []
    world.at("2027-11-05").ministry.checks_understandings()
    world.ministry.consolidates()
    assert all(plan.items == () for plan in world.board.plans.values())


def test_they_are_offered_as_prefilled_concepts(world: World) -> None:
    """SIL-14: the items of the old current plan, and the coming year's of the prospective one."""
    old, coming, _ = stages.agreed(world, concept(2027), concept(2028), concept(2029))
    world.at("2026-12-18").ministry.sends_to_legislature()
    world.opens_cycle(2027, bodies=())
    offered = prefilled_concepts(world.app, 2027, "MT")
    assert [each["carried_over_from"] for each in offered] == [old.number, coming.number]
    assert {each["proposed_year"] for each in offered} == {2028}
    filed = world.at("2027-09-10").body("MT").submits({**offered[0], "doc_number": "1"})
    assert filed.state == "under_review"


def test_nothing_is_offered_to_others_nor_from_plans_that_were_not_agreed(world: World) -> None:
    stages.at_president(world)
    assert prefilled_concepts(world.app, 2027, "MT") == []
    world.at("2026-12-04").president.agrees()
    assert len(prefilled_concepts(world.app, 2027, "MT")) == 2
    assert prefilled_concepts(world.app, 2027, "NBK") == []
    assert prefilled_concepts(world.app, 2026, "MT") == []


@pytest.mark.clause("3", element=CONSOLIDATE)
def test_the_drafts_need_their_cover_note_in_both_languages(world: World) -> None:
    stages.concluded(world)
    world.at("2026-11-05").ministry.checks_understandings()
    only_russian = {"cover_note_ru": COVER_NOTE["cover_note_ru"]}
    with pytest.raises(Refused) as refusal:
        world.completes(CONSOLIDATE, only_russian)
    assert refusal.value.code == "form_invalid"
    assert "cover_note_kk" in refusal.value.message
