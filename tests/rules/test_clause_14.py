"""Clause 14: "The current and prospective plans approved by the Commission are sent to the
President of the Republic of Kazakhstan for agreement not later than 25 November."

Approved later, they are sent at once with a late flag and the reason (SIL-11). Remarks of
substance go through the Commission again, corrections are sent anew without it; each plan has its
own status (SIL-12). Silence is never consent: a reminder after 20 working days, a flag on 1
January (SIL-13).
"""

from __future__ import annotations

import pytest

from service.errors import FormInvalid, NotPermitted, Refused
from tests.actors import REMARKS, concept, member
from tests.rules import stages
from tests.world import World, when

pytestmark = pytest.mark.clause("14")

SEND, DECISION = "UserTask_SendToPresident", "UserTask_RecordPresidentDecision"


def statuses(world: World) -> list[str]:
    return [world.plan(kind).status for kind in ("current", "prospective")]


# --- sending ---------------------------------------------------------------------------------


@pytest.mark.clause("14", element="ServiceTask_SubmitToPresident")
@pytest.mark.parametrize(
    ("at", "timeliness"), [("2026-11-25 23:59:59", "on_time"), ("2026-11-26 00:00:00", "late")]
)
def test_25_november_to_its_last_second_is_on_time(world: World, at: str, timeliness: str) -> None:
    stages.approved(world)
    world.at(at).ministry.sends_to_president()
    assert world.decision("sent_to_president").timeliness == timeliness
    (letter,) = world.letters("president_cover")
    assert (letter.recipient, letter.timeliness) == ("PRESIDENT", timeliness)
    assert statuses(world) == ["at_president", "at_president"]


@pytest.mark.clause("14", element="Escalation_SendToPresident")
def test_the_first_second_after_it_is_escalated(world: World) -> None:
    stages.approved(world)
    world.at("2026-11-25 23:59:59")
    assert world.escalations() == []
    world.at("2026-11-26 00:00:00")
    assert world.escalations(to="MFA/head", subject="president_overdue")


@pytest.mark.clause("14", element="ServiceTask_SubmitToPresident")
def test_plans_approved_after_the_date_are_sent_with_flag_and_reason(world: World) -> None:
    stages.at_commission(world)
    world.at("2026-11-27").commission.approves()
    world.ministry.sends_to_president()
    sent = world.decision("sent_to_president")
    assert sent.timeliness == "late"
    assert sent.payload["reason"] == "approved by the Commission on 2026-11-27"
    assert statuses(world) == ["at_president", "at_president"]


@pytest.mark.parametrize(
    ("at", "timeliness"), [("2028-11-27 23:59:59", "on_time"), ("2028-11-28 00:00:00", "late")]
)
def test_in_2028_the_date_is_a_saturday_and_moves_to_monday(
    world: World, at: str, timeliness: str
) -> None:
    world.opens_cycle(2028)
    due = world.deadline("president")
    assert (due.legal_on.isoformat(), due.target_on.isoformat()) == ("2028-11-27", "2028-11-24")
    stages.approved(world)
    world.at(at).ministry.sends_to_president()
    assert world.decision("sent_to_president").timeliness == timeliness


@pytest.mark.parametrize(
    ("rollover", "legal"), [("previous", "2028-11-24"), ("none", "2028-11-25")]
)
def test_how_it_moves_is_a_setting(world: World, rollover: str, legal: str) -> None:
    world.opens_cycle(2028, settings={"rollover": {"president": rollover}})
    assert world.deadline("president").legal_on.isoformat() == legal


@pytest.mark.clause("14", element="Reminder_SendToPresident")
def test_the_head_is_reminded_5_3_and_1_working_days_before(world: World) -> None:
    stages.approved(world)
    world.at("2026-11-25")
    reminded = world.reminders(to="MFA/head", subject="president_due")
    assert [when(each.created_at) for each in reminded] == [
        "2026-11-18 09:00:00",
        "2026-11-20 09:00:00",
        "2026-11-24 09:00:00",
    ]


@pytest.mark.clause("14", element=SEND)
def test_only_the_ministrys_head_sends(world: World) -> None:
    stages.approved(world)
    values = {"sent_on": world.today, "sent_ref": "1"}
    with pytest.raises(NotPermitted):
        world.completes(SEND, values, by=member("MFA/registrar"))
    assert statuses(world) == ["approved", "approved"]


def test_the_way_to_the_president_is_a_setting(world: World) -> None:
    world.opens_cycle(2026, settings={"route": "government_office"})
    stages.at_president(world)
    (letter,) = world.letters("president_cover")
    assert letter.payload["route"] == "government_office"


# --- agreement -------------------------------------------------------------------------------


@pytest.mark.clause("14", element="ServiceTask_ApplyPresidentDecision")
def test_agreed_plans_are_agreed_with_all_their_concepts(world: World) -> None:
    filed = stages.at_president(world)
    world.at("2026-12-04").president.agrees()
    assert statuses(world) == ["agreed", "agreed"]
    assert {each.state for each in filed} == {"agreed"}
    assert {plan.agreed_on for plan in world.board.plans.values()} == {world.now.date()}
    assert list(world.open_tasks()) == ["UserTask_SendToLegislature"]


@pytest.mark.clause("14", element=DECISION)
def test_only_the_registrar_records_the_presidents_decision(world: World) -> None:
    stages.at_president(world)
    values = {"outcome": "pending"}
    with pytest.raises(NotPermitted):
        world.completes(DECISION, values, by=member("MFA/head"))


@pytest.mark.parametrize("on", ["", "2026-12-05"])
def test_an_agreement_has_a_day_that_is_not_in_the_future(world: World, on: str) -> None:
    stages.at_president(world)
    world.at("2026-12-04")
    with pytest.raises(Refused):
        world.president.agrees(on or " ")
    assert statuses(world) == ["at_president", "at_president"]


# --- remarks ---------------------------------------------------------------------------------


@pytest.mark.clause("14", element="Gateway_NextRound")
def test_remarks_of_substance_go_through_the_commission_again(world: World) -> None:
    stages.at_president(world)
    world.at("2026-12-04").president.does_not_agree("substantive")
    assert statuses(world) == ["remarks", "remarks"]
    world.ministry.consolidates()
    world.ministry.sends_to_commission()
    world.commission.approves()
    world.ministry.sends_to_president()
    world.president.agrees()
    assert statuses(world) == ["agreed", "agreed"]
    assert world.plan("current").version == 2


@pytest.mark.clause("14", element="Gateway_NextRound")
def test_a_correction_is_sent_anew_without_the_commission(world: World) -> None:
    stages.at_president(world)
    world.at("2026-12-04").president.does_not_agree("correction")
    assert list(world.open_tasks()) == [SEND]
    world.ministry.sends_to_president()
    world.president.agrees()
    assert statuses(world) == ["agreed", "agreed"]
    assert len([d for d in world.board.decisions if d.kind == "commission"]) == 1


@pytest.mark.clause("14", element=DECISION)
@pytest.mark.parametrize("language", ["kk", "ru"])
def test_not_agreeing_comes_with_remarks_in_both_languages(world: World, language: str) -> None:
    stages.at_president(world)
    values = {
        "outcome": "not_agreed",
        "plans_covered": "both",
        "remarks_kind": "substantive",
        "doc_number": "1",
        "doc_date": world.today,
        "signatory_position": "Министр",
        **REMARKS,
        f"remarks_{language}": "",
    }
    with pytest.raises(FormInvalid):
        world.completes(DECISION, values)
    assert statuses(world) == ["at_president", "at_president"]


# --- one plan only ---------------------------------------------------------------------------


@pytest.mark.clause("14", element="Gateway_AllTransmitted")
def test_one_plan_may_be_agreed_before_the_other(world: World) -> None:
    current, prospective = stages.at_president(world)
    world.at("2026-12-04").president.agrees(plans="current")
    assert statuses(world) == ["agreed", "at_president"]
    assert (current.state, prospective.state) == ("agreed", "in_draft_plan")
    world.ministry.sends_to_legislature()
    assert statuses(world) == ["transmitted", "at_president"]
    assert list(world.open_tasks()) == [DECISION]
    world.at("2026-12-20").president.agrees(plans="prospective")
    world.ministry.sends_to_legislature()
    assert statuses(world) == ["transmitted", "transmitted"]


def test_a_plan_that_is_agreed_cannot_be_decided_on_again(world: World) -> None:
    stages.at_president(world)
    world.at("2026-12-04").president.agrees(plans="current")
    world.ministry.sends_to_legislature()
    with pytest.raises(Refused) as refusal:
        world.president.agrees(plans="current")
    assert refusal.value.clause == "14"
    assert statuses(world) == ["transmitted", "at_president"]


@pytest.mark.parametrize("kind", ["substantive", "correction"])
def test_remarks_on_one_plan_leave_the_other_with_the_president(world: World, kind: str) -> None:
    stages.at_president(world)
    world.at("2026-12-04").president.does_not_agree(kind, plans="current")
    assert statuses(world) == ["remarks", "at_president"]
    if kind == "substantive":
        world.ministry.consolidates()
        world.ministry.sends_to_commission()
        world.commission.approves()
    world.ministry.sends_to_president()
    assert statuses(world) == ["at_president", "at_president"]
    assert world.plan("prospective").version == 1
    world.president.agrees()
    assert statuses(world) == ["agreed", "agreed"]


def test_an_agreed_plan_is_not_changed_by_rework_of_the_other(world: World) -> None:
    stages.at_president(world)
    world.at("2026-12-04").president.agrees(plans="current")
    world.ministry.sends_to_legislature()
    world.president.does_not_agree("substantive", plans="prospective")
    world.ministry.consolidates()
    world.ministry.sends_to_commission()
    world.commission.approves()
    world.ministry.sends_to_president()
    assert [world.plan(kind).version for kind in ("current", "prospective")] == [1, 2]
    assert statuses(world) == ["transmitted", "at_president"]


# --- silence ---------------------------------------------------------------------------------


@pytest.mark.clause("14", element="Reminder_RecordPresidentDecision")
def test_silence_of_20_working_days_is_recalled(world: World) -> None:
    """Sent on 24 November; 16 December is a holiday."""
    stages.at_president(world)
    world.at("2026-12-31")
    (reminded,) = world.reminders(subject="president_silent")
    assert (reminded.recipient, when(reminded.created_at)) == ("MFA/head", "2026-12-23 09:00:00")


@pytest.mark.clause("14", element="Escalation_NoAgreedPlan")
def test_no_agreed_plan_on_1_january_is_flagged(world: World) -> None:
    stages.at_president(world)
    world.at("2026-12-31 23:59:59")
    assert world.escalations() == []
    world.at("2027-01-01 00:00:00")
    assert world.escalations(to="MFA/head", subject="no_agreed_plan")


def test_silence_is_never_consent(world: World) -> None:
    filed = stages.at_president(world)
    world.at("2027-06-01")
    assert statuses(world) == ["at_president", "at_president"]
    assert {each.state for each in filed} == {"in_draft_plan"}


@pytest.mark.clause("14", element="Flow_PresidentOutcome_Rest")
def test_a_pending_decision_only_waits(world: World) -> None:
    stages.at_president(world)
    world.at("2026-12-04").president.is_silent()
    assert statuses(world) == ["at_president", "at_president"]
    assert list(world.open_tasks()) == [DECISION]
    world.at("2026-12-10").president.agrees()
    assert statuses(world) == ["agreed", "agreed"]


@pytest.mark.clause("14", element="Reminder_RecordPresidentDecision")
def test_recording_the_silence_does_not_recall_it_twice(world: World) -> None:
    stages.at_president(world)
    world.at("2026-12-25").president.is_silent()
    world.at("2026-12-30")
    assert len(world.reminders(subject="president_silent")) == 1


@pytest.mark.clause("14", element="Reminder_RecordPresidentDecision")
def test_silence_recorded_before_the_20th_working_day_is_recalled_on_it(world: World) -> None:
    stages.at_president(world)
    for day in ("2026-12-10", "2026-12-22"):
        world.at(day).president.is_silent()
    world.at("2026-12-31")
    (reminded,) = world.reminders(subject="president_silent")
    assert when(reminded.created_at) == "2026-12-23 09:00:00"


@pytest.mark.clause("14", element="Escalation_NoAgreedPlan")
def test_the_new_year_is_escalated_once(world: World) -> None:
    stages.at_president(world)
    for day in ("2026-12-30", "2027-01-11", "2027-02-01"):
        world.at(day).president.is_silent()
    (told,) = world.escalations(subject="no_agreed_plan")
    assert when(told.created_at) == "2027-01-01 00:00:00"


@pytest.mark.clause("14", element="Escalation_NoAgreedPlan")
def test_plans_sent_in_the_new_year_are_flagged_without_an_escalation(world: World) -> None:
    """The date had passed before the task opened; the board says it all the same."""
    stages.approved(world)
    world.at("2027-01-05").ministry.sends_to_president()
    world.at("2027-03-01")
    assert world.escalations(subject="no_agreed_plan") == []
    assert world.board.warnings == ("no_agreed_plan",)
    world.president.agrees()
    assert not world.board.warnings


def test_every_item_is_agreed_in_kazakh_and_russian(world: World) -> None:
    stages.agreed(world, concept(2027), concept(2029))
    for plan in world.board.plans.values():
        assert all({"kk", "ru"} <= set(item.titles) for item in plan.items)
