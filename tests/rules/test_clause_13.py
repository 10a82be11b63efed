"""Clause 13: "The draft plans are approved by a Commission decision in the manner set by the
regulation on the Commission."

The Rules know approval only. Returned: back to consolidation, a new version, rework by 20
November. Refused: the head of the Ministry ends the cycle or starts again. Single items can be
excluded (SIL-10).
"""

from __future__ import annotations

import pytest

from service.errors import FormInvalid, NotPermitted, Refused
from tests.actors import concept, member
from tests.rules import stages
from tests.world import World, when

pytestmark = pytest.mark.clause("13")

DECISION = "UserTask_RecordCommissionDecision"
BOTH = ("current", "prospective")


def statuses(world: World) -> set[str]:
    return {plan.status for plan in world.board.plans.values()}


@pytest.mark.clause("13", element="ServiceTask_ApplyCommissionDecision")
def test_approved_drafts_go_on_to_the_president(world: World) -> None:
    stages.at_commission(world)
    world.at("2026-11-13").commission.approves()
    assert statuses(world) == {"approved"}
    assert world.decision("commission").outcome == "approved"
    assert list(world.open_tasks()) == ["UserTask_SendToPresident"]
    assert world.board.cycle.status == "approved"


@pytest.mark.clause("13", element=DECISION)
def test_only_the_commissions_secretary_records_its_decision(world: World) -> None:
    stages.at_commission(world)
    with pytest.raises(NotPermitted) as refusal:
        world.commission.approves(by=member("MFA/head"))
    assert refusal.value.clause == "13"
    assert statuses(world) == {"at_commission"}
    assert world.journal("complete_user_task", outcome="refused", actor="mfa.head")


@pytest.mark.clause("13", element="Gateway_CommissionOutcome")
def test_returned_drafts_become_a_second_version(world: World) -> None:
    stages.at_commission(world)
    world.at("2026-11-13").commission.returns()
    assert statuses(world) == {"returned"}
    assert list(world.open_tasks()) == [stages.CONSOLIDATE]
    world.at("2026-11-17").ministry.consolidates()
    assert [world.plan(kind).version for kind in BOTH] == [2, 2]
    world.ministry.sends_to_commission()
    world.at("2026-11-20").commission.approves()
    assert statuses(world) == {"approved"}
    assert world.decision("commission").plan_version == 2


def test_the_first_version_stays_readable(world: World) -> None:
    (filed, _) = stages.at_commission(world)
    world.at("2026-11-13").commission.returns()
    row = {"item": filed.number, "field": "proposed_period", "new": "Q4", "reason": "Комиссия"}
    world.ministry.consolidates([row])
    first, second = world.versions("current")
    assert (first.status, second.status) == ("returned", "consolidating")
    assert first.items[0].estimated_conclusion["ru"] == "II квартал 2027 года"
    assert second.items[0].estimated_conclusion["ru"] == "IV квартал 2027 года"


def test_it_may_be_returned_more_than_once(world: World) -> None:
    stages.at_commission(world)
    for day in (11, 12, 13):
        world.at(f"2026-11-{day}").commission.returns()
        world.ministry.consolidates()
        world.ministry.sends_to_commission()
    assert [world.plan(kind).version for kind in BOTH] == [4, 4]


@pytest.mark.clause("13", element=DECISION)
@pytest.mark.parametrize("language", ["kk", "ru"])
def test_a_return_needs_remarks_in_both_languages(world: World, language: str) -> None:
    stages.at_commission(world)
    with pytest.raises(FormInvalid):
        world.commission.returns(**{f"remarks_{language}": ""})
    assert statuses(world) == {"at_commission"}


def test_the_remarks_are_kept_with_the_decision(world: World) -> None:
    stages.at_commission(world)
    world.commission.returns()
    assert set(world.decision("commission").remarks) == {"kk", "ru"}


def test_rework_is_due_on_20_november(world: World) -> None:
    stages.at_commission(world)
    world.at("2026-11-13").commission.returns()
    assert when(world.open_tasks()[stages.CONSOLIDATE].due_at) == "2026-11-20 23:59:59"


@pytest.mark.clause("13", element=DECISION)
def test_unless_the_commission_sets_another_day(world: World) -> None:
    stages.at_commission(world)
    world.at("2026-11-13").commission.returns(rework_due="2026-11-18")
    assert when(world.open_tasks()[stages.CONSOLIDATE].due_at) == "2026-11-18 23:59:59"
    world.ministry.consolidates()
    world.at("2026-11-19 00:00:00").ministry.sends_to_commission()
    sent = world.decision("sent_to_commission")
    assert (sent.timeliness, when(sent.due_at)) == ("late", "2026-11-18 23:59:59")


# --- refusal ---------------------------------------------------------------------------------


@pytest.mark.clause("13", element="UserTask_DecideAfterRefusal")
def test_a_refusal_is_put_before_the_ministrys_head(world: World) -> None:
    stages.at_commission(world)
    world.at("2026-11-13").commission.refuses()
    assert statuses(world) == {"refused"}
    (task,) = world.open_tasks().values()
    assert task.element_id == "UserTask_DecideAfterRefusal"
    assert task.candidate_groups == ("MFA/head",)
    assert world.board.cycle.status == "refused"


@pytest.mark.clause("13", element="ServiceTask_ApplyCommissionDecision")
def test_a_refusal_is_escalated_to_the_head_once(world: World) -> None:
    stages.at_commission(world)
    world.at("2026-11-13").commission.refuses()
    (told,) = world.escalations(subject="commission_refused")
    assert (told.recipient, told.about, told.clause) == ("MFA/head", "2026", "13")
    assert world.journal("escalate", clause="13")


def test_neither_return_nor_approval_is_escalated(world: World) -> None:
    stages.at_commission(world)
    world.commission.returns()
    world.ministry.consolidates()
    world.ministry.sends_to_commission()
    world.commission.approves()
    assert world.escalations() == []


@pytest.mark.clause("13", element="EndEvent_EndedWithoutPlans")
def test_who_may_end_the_cycle(world: World) -> None:
    stages.at_commission(world)
    world.at("2026-11-13").commission.refuses()
    world.ministry.decides_after_refusal("end")
    assert world.open_tasks() == {}
    assert world.board.cycle.status == "ended_without_plans"
    assert statuses(world) == {"refused"}
    assert world.journal("end_without_plans", clause="13")
    ended = world.instance("annual_cycle", "2026")
    assert ended is not None
    assert ended.status == "completed"


@pytest.mark.clause("13", element="Gateway_AfterRefusal")
def test_or_start_again_with_a_new_version(world: World) -> None:
    stages.at_commission(world)
    world.at("2026-11-13").commission.refuses()
    world.ministry.decides_after_refusal("restart")
    assert world.board.cycle.status == "consolidating"
    world.ministry.consolidates()
    assert world.board.cycle.status == "consolidated"
    world.ministry.sends_to_commission()
    world.commission.approves()
    assert statuses(world) == {"approved"}
    assert [world.plan(kind).version for kind in BOTH] == [2, 2]


# --- single items ----------------------------------------------------------------------------


@pytest.mark.clause("13", element="ServiceTask_ApplyCommissionDecision")
def test_the_commission_may_exclude_single_items(world: World) -> None:
    out, stays = stages.at_commission(world, concept(2027), concept(2027))
    world.commission.approves_with_changes(excluding=[out.number])
    assert (out.state, stays.state) == ("excluded", "in_draft_plan")
    plan = world.plan("current")
    assert (plan.status, plan.version) == ("approved", 2)
    assert [(item.number, item.concept_id) for item in plan.items] == [(1, stays.record.id)]
    assert world.decision("commission").payload["excluded"] == [out.number]


def test_what_it_excluded_does_not_come_back(world: World) -> None:
    out, stays = stages.at_commission(world, concept(2027), concept(2027))
    world.commission.approves_with_changes(excluding=[out.number])
    world.at("2026-11-24").ministry.sends_to_president()
    world.at("2026-12-04").president.does_not_agree("substantive")
    world.ministry.consolidates()
    assert [item.concept_id for item in world.plan("current").items] == [stays.record.id]
    assert world.plan("current").version == 3


def test_what_is_not_in_the_drafts_cannot_be_excluded(world: World) -> None:
    stages.at_commission(world)
    with pytest.raises(Refused) as refusal:
        world.commission.approves_with_changes(excluding=["2026/0099"])
    assert (refusal.value.code, refusal.value.clause) == ("unknown_item", "13")
    assert statuses(world) == {"at_commission"}


@pytest.mark.clause("13", element=DECISION)
def test_the_commission_meets_when_it_meets(world: World) -> None:
    """The Rules set it no date: nothing happens by itself, the President's date stays in view."""
    stages.at_commission(world)
    world.at("2026-12-31")
    assert statuses(world) == {"at_commission"}
    assert when(world.open_tasks()[DECISION].due_at) == "2026-11-25 23:59:59"
