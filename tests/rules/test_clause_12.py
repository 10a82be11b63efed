"""Clause 12: "Every year, not later than 10 November, the draft plans are put before the
Interdepartmental Commission on International Treaties of the Republic of Kazakhstan under the
Government of the Republic of Kazakhstan (the Commission)."

"Not later than" includes the day; a day off moves it on (AMB-02). The Ministry sends, through the
Government Office if so set (AMB-13). Late drafts are escalated and sent all the same. After a
return the drafts are due again on 20 November (SIL-10).
"""

from __future__ import annotations

import pytest

from service.errors import NotPermitted
from tests.actors import member
from tests.rules import stages
from tests.world import World, when

pytestmark = pytest.mark.clause("12")

SEND = "UserTask_SendToCommission"


@pytest.mark.clause("12", element="ServiceTask_SubmitToCommission")
@pytest.mark.parametrize(
    ("at", "timeliness"), [("2026-11-10 23:59:59", "on_time"), ("2026-11-11 00:00:00", "late")]
)
def test_10_november_to_its_last_second_is_on_time(world: World, at: str, timeliness: str) -> None:
    stages.consolidated(world)
    world.at(at).ministry.sends_to_commission()
    sent = world.decision("sent_to_commission")
    assert (sent.timeliness, when(sent.due_at)) == (timeliness, "2026-11-10 23:59:59")
    (letter,) = world.letters("commission_cover")
    assert (letter.recipient, letter.timeliness) == ("COMMISSION", timeliness)


@pytest.mark.clause("12", element="ServiceTask_SubmitToCommission")
def test_late_drafts_are_with_the_commission_all_the_same(world: World) -> None:
    stages.consolidated(world)
    world.at("2026-11-11 00:00:00").ministry.sends_to_commission()
    assert {plan.status for plan in world.board.plans.values()} == {"at_commission"}
    assert list(world.open_tasks()) == ["UserTask_RecordCommissionDecision"]


@pytest.mark.clause("12", element="Escalation_SendToCommission")
def test_the_first_second_after_it_is_escalated(world: World) -> None:
    stages.consolidated(world)
    world.at("2026-11-10 23:59:59")
    assert world.escalations() == []
    world.at("2026-11-11 00:00:00")
    (told,) = world.escalations(to="MFA/head", subject="commission_overdue")
    assert told.clause == "12"


@pytest.mark.parametrize(
    ("at", "timeliness"), [("2029-11-12 23:59:59", "on_time"), ("2029-11-13 00:00:00", "late")]
)
def test_in_2029_the_date_is_a_saturday_and_moves_to_monday(
    world: World, at: str, timeliness: str
) -> None:
    world.opens_cycle(2029)
    due = world.deadline("commission")
    assert (due.legal_on.isoformat(), due.target_on.isoformat()) == ("2029-11-12", "2029-11-09")
    stages.consolidated(world)
    world.at(at).ministry.sends_to_commission()
    assert world.decision("sent_to_commission").timeliness == timeliness


@pytest.mark.parametrize(
    ("rollover", "legal"), [("previous", "2029-11-09"), ("none", "2029-11-10")]
)
def test_how_it_moves_is_a_setting(world: World, rollover: str, legal: str) -> None:
    world.opens_cycle(2029, settings={"rollover": {"commission": rollover}})
    assert world.deadline("commission").legal_on.isoformat() == legal


@pytest.mark.clause("12", element=SEND)
def test_only_the_ministrys_head_sends(world: World) -> None:
    stages.consolidated(world)
    with pytest.raises(NotPermitted) as refusal:
        world.completes(SEND, {}, by=member("MFA/consolidator"))
    assert refusal.value.clause == "12"
    assert {plan.status for plan in world.board.plans.values()} == {"consolidating"}


@pytest.mark.clause("12", element=SEND)
def test_the_task_shows_when_it_is_due(world: World) -> None:
    stages.consolidated(world)
    assert when(world.open_tasks()[SEND].due_at) == "2026-11-10 23:59:59"


@pytest.mark.clause("12", element="Reminder_ConsolidateDraftPlans")
def test_the_consolidator_is_reminded_5_3_and_1_working_days_before(world: World) -> None:
    stages.concluded(world)
    world.at("2026-10-20").ministry.checks_understandings()
    world.at("2026-11-10")
    reminded = world.reminders(to="MFA/consolidator", subject="consolidation_due")
    assert [when(each.created_at) for each in reminded] == [
        "2026-11-03 09:00:00",
        "2026-11-05 09:00:00",
        "2026-11-09 09:00:00",
    ]


@pytest.mark.clause("12", element="Reminder_SendToCommission")
def test_the_head_is_reminded_from_the_time_the_drafts_are_ready(world: World) -> None:
    """The rung of three working days before had passed when they were consolidated."""
    stages.consolidated(world)
    world.at("2026-11-10")
    reminded = world.reminders(to="MFA/head", subject="commission_due")
    assert [when(each.created_at) for each in reminded] == ["2026-11-09 09:00:00"]


@pytest.mark.clause("12", element=SEND)
@pytest.mark.parametrize(
    ("at", "timeliness"), [("2026-11-20 23:59:59", "on_time"), ("2026-11-21 00:00:00", "late")]
)
def test_reworked_drafts_are_due_on_20_november(world: World, at: str, timeliness: str) -> None:
    stages.at_commission(world)
    world.at("2026-11-13").commission.returns()
    world.at("2026-11-17").ministry.consolidates()
    assert when(world.open_tasks()[SEND].due_at) == "2026-11-20 23:59:59"
    world.at(at).ministry.sends_to_commission()
    sent = world.decision("sent_to_commission")
    assert (sent.timeliness, sent.plan_version) == (timeliness, 2)


@pytest.mark.parametrize("route", ["direct", "government_office"])
def test_the_way_to_the_commission_is_a_setting(world: World, route: str) -> None:
    world.opens_cycle(2026, settings={"route": route})
    stages.at_commission(world)
    (letter,) = world.letters("commission_cover")
    assert letter.payload["route"] == route
