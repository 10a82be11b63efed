"""Clause 7: "If there are no proposals for concluding international treaties to be included in the
draft plans, the state body concerned, within the stated time limit and not later than the said
time limit, sends a letter to the Ministry saying that there are no proposals."

The same date and bodies as in clause 4 (AMB-08). Silence is escalated and the cycle goes on
(SIL-01); a late letter is recorded as late (SIL-02); concept and letter exclude each other
(SIL-03).
"""

from __future__ import annotations

from datetime import datetime

import pytest

from service.application.commands.running.fire_due_timers import fire_due_timers
from service.errors import FormInvalid, NotPermitted, Refused, TaskNotOpen
from tests.actors import concept, member
from tests.world import World, instant, when

pytestmark = pytest.mark.clause("7")

LAST_SECOND, TOO_LATE = "2026-09-25 23:59:59", "2026-09-26 00:00:00"


# --- the letter ------------------------------------------------------------------------------


@pytest.mark.clause("7", element="ServiceTask_RecordNoProposals")
def test_a_letter_in_the_last_second_is_on_time(world: World) -> None:
    world.opens_cycle(2026).at(LAST_SECOND).body("MT").sends_no_proposals_letter()
    (letter,) = world.letters("no_proposals")
    assert (letter.sender, letter.recipient, letter.timeliness) == ("MT", "MFA", "on_time")
    assert world.standing("MT") == "no_proposals"


@pytest.mark.clause("7", element="ServiceTask_RecordLateLetter")
def test_one_second_later_it_is_recorded_as_late_and_nothing_is_returned(world: World) -> None:
    world.opens_cycle(2026).at(TOO_LATE).body("MT").sends_no_proposals_letter()
    (letter,) = world.letters("no_proposals")
    assert letter.timeliness == "late"
    assert world.letters("return_notice") == []
    assert world.standing("MT") == "no_proposals_late"


def test_a_date_on_a_saturday_moves_to_monday_for_the_letter_too(world: World) -> None:
    world.opens_cycle(2027, ["MT", "NBK"])
    world.at("2027-09-27 23:59:59").body("MT").sends_no_proposals_letter()
    world.at("2027-09-28 00:00:00").body("NBK").sends_no_proposals_letter()
    assert world.standing("MT") == "no_proposals"
    assert world.standing("NBK") == "no_proposals_late"


@pytest.mark.clause("7", element="UserTask_PrepareProposals")
def test_the_letter_gets_a_receipt(world: World) -> None:
    receipt = world.opens_cycle(2026).at("2026-09-15").body("MT").sends_no_proposals_letter()
    assert receipt.number.startswith("2026-")
    assert when(receipt.submitted_at) == "2026-09-15 10:00:00"
    assert len(receipt.content_sha256) == 64


@pytest.mark.clause("7", element="UserTask_PrepareProposals")
def test_nobody_writes_another_bodys_letter(world: World) -> None:
    world.opens_cycle(2026, ["MT", "NBK"])
    with pytest.raises(NotPermitted) as refusal:
        world.body("MT").sends_no_proposals_letter(by=member("NBK/signatory"))
    assert (refusal.value.code, refusal.value.clause) == ("not_permitted", "4,7")
    assert world.letters("no_proposals") == []
    assert world.journal("complete_user_task", outcome="refused", actor="nbk.signatory")


def test_the_absence_of_proposals_must_be_confirmed(world: World) -> None:
    world.opens_cycle(2026)
    submission = world.instance("body_submission", "2026/MT")
    assert submission is not None
    values = {"confirm_none": False, "doc_number": "1", "doc_date": world.today}
    with pytest.raises(FormInvalid) as refusal:
        world.completes("UserTask_PrepareProposals", values, instance_id=submission.id)
    assert "confirm_none" in refusal.value.message


@pytest.mark.clause("7", element="EndEvent_NoProposals")
def test_after_the_letter_there_are_no_more_reminders(world: World) -> None:
    world.opens_cycle(2026).at("2026-09-01").body("MT").sends_no_proposals_letter()
    before = len(world.reminders())
    world.at("2026-10-05")
    assert len(world.reminders()) == before
    assert world.escalations() == []


# --- letter or concept -----------------------------------------------------------------------


@pytest.mark.clause("7", element="Event_ConceptRegistered")
def test_a_body_with_a_concept_cannot_say_that_it_has_no_proposals(world: World) -> None:
    body = world.opens_cycle(2026).at("2026-09-10").body("MT")
    body.submits()
    with pytest.raises(TaskNotOpen) as refusal:
        body.sends_no_proposals_letter()
    assert refusal.value.code == "task_not_open"
    assert world.letters("no_proposals") == []
    assert world.journal("complete_user_task", outcome="refused", actor="mt.submitter")


def test_not_even_in_the_moment_before_its_own_task_is_told(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The concept is registered, the message to the body's instance is still on its way."""
    body = world.opens_cycle(2026).at("2026-09-10").body("MT")
    monkeypatch.setattr(world, "settle", lambda: None)
    body.submits()
    with pytest.raises(Refused) as refusal:
        body.sends_no_proposals_letter()
    assert (refusal.value.code, refusal.value.clause) == ("live_concept", "7")


def test_a_concept_in_time_takes_the_place_of_the_letter(world: World) -> None:
    body = world.opens_cycle(2026).at("2026-09-10").body("MT")
    body.sends_no_proposals_letter()
    world.at("2026-09-20")
    body.submits()
    (letter,) = world.letters("no_proposals")
    assert letter.status == "superseded"
    assert world.standing("MT") == "submitted"
    assert world.journal("supersede_letter", clause="7")


def test_a_late_concept_does_not_take_the_place_of_the_letter(world: World) -> None:
    body = world.opens_cycle(2026).at("2026-09-10").body("MT")
    body.sends_no_proposals_letter()
    world.at("2026-09-28")
    assert body.submits().state == "returned_late"
    assert world.standing("MT") == "no_proposals"


@pytest.mark.clause("7", element="Event_ConceptsWithdrawn")
@pytest.mark.parametrize("state", ["under_review", "in_draft_plan"])
def test_a_body_that_withdraws_its_only_concept_must_answer_again(world: World, state: str) -> None:
    body = world.opens_cycle(2026).at("2026-09-10").body("MT")
    filed = body.submits()
    if state == "in_draft_plan":
        world.ministry.concludes(filed)
    assert filed.state == state
    body.withdraws(filed)
    assert world.standing("MT") == "silent"
    world.at("2026-09-15")
    body.sends_no_proposals_letter()
    assert world.standing("MT") == "no_proposals"


@pytest.mark.clause("7", element="Event_ConceptsWithdrawn")
def test_a_body_that_withdrew_and_stays_silent_has_not_responded(world: World) -> None:
    body = world.opens_cycle(2026).at("2026-09-10").body("MT")
    body.withdraws(body.submits())
    world.at(TOO_LATE)
    assert world.standing("MT") == "no_response"
    assert world.escalations(to="MT/head", subject="no_response")


def test_a_letter_stands_again_when_the_concept_in_its_place_is_withdrawn(world: World) -> None:
    body = world.opens_cycle(2026).at("2026-09-10").body("MT")
    body.sends_no_proposals_letter()
    body.withdraws(body.submits())
    world.at(TOO_LATE)
    assert world.standing("MT") == "no_proposals"
    assert world.escalations() == []


def test_a_withdrawal_after_the_date_is_no_silence(world: World) -> None:
    body = world.opens_cycle(2026).at(LAST_SECOND).body("MT")
    filed = body.submits()
    body.withdraws(world.at("2026-10-01").ministry.examines(filed))
    assert filed.state == "withdrawn"
    assert world.standing("MT") == "submitted"


def test_a_withdrawn_concept_may_be_followed_by_another(world: World) -> None:
    body = world.opens_cycle(2026).at("2026-09-10").body("MT")
    body.withdraws(body.submits())
    body.submits(concept(2028))
    world.at(TOO_LATE)
    assert world.standing("MT") == "submitted"
    assert world.escalations() == []


def test_one_of_two_concepts_may_be_withdrawn_without_further_duties(world: World) -> None:
    body = world.opens_cycle(2026).at("2026-09-10").body("MT")
    first = body.submits()
    body.submits(concept(2028))
    body.withdraws(first)
    assert body.tasks() == {}
    assert world.standing("MT") == "submitted"


def test_a_concept_that_was_not_expedient_remains_an_answer(world: World) -> None:
    body = world.opens_cycle(2026).at("2026-09-10").body("MT")
    world.ministry.concludes(body.submits(), "no")
    body.withdraws(body.submits(concept(2028)))
    assert body.tasks() == {}
    world.at(TOO_LATE)
    assert world.standing("MT") == "submitted"
    assert world.escalations() == []


# --- silence ---------------------------------------------------------------------------------


@pytest.mark.clause("7", element="ServiceTask_EscalateNoResponse")
def test_silence_is_told_to_the_bodys_head_and_to_the_ministry(world: World) -> None:
    world.opens_cycle(2026).at(TOO_LATE)
    assert world.standing("MT") == "no_response"
    for head in ("MT/head", "MFA/head"):
        (told,) = world.escalations(to=head, subject="no_response")
        assert (told.about, when(told.created_at)) == ("MT", TOO_LATE)


@pytest.mark.clause("7", element="ServiceTask_RecordNoResponse")
def test_until_the_last_second_nobody_is_silent(world: World) -> None:
    world.opens_cycle(2026).at(LAST_SECOND)
    assert world.standing("MT") == "silent"
    assert world.escalations() == []
    assert world.journal("record_no_response") == []


@pytest.mark.clause("7", element="Escalation_SendLateLetter")
def test_lasting_silence_is_escalated_1_3_and_5_working_days_after(world: World) -> None:
    """To the body's people, then to their head as well, then to the Ministry's head as well."""
    world.opens_cycle(2026).at("2026-10-31")
    first, second, third = "2026-09-28 09:00:00", "2026-09-30 09:00:00", "2026-10-02 09:00:00"
    for to, instants in (
        ("MT/submitter", [first, second, third]),
        ("MT/head", [TOO_LATE, second, third]),
        ("MFA/head", [TOO_LATE, third]),
    ):
        told = world.escalations(to=to, subject="no_response")
        assert [when(each.created_at) for each in told] == instants


@pytest.mark.clause("7", element="Escalation_SendLateLetter")
def test_after_an_outage_one_escalation_stands_for_all_that_were_missed(world: World) -> None:
    body = world.opens_cycle(2026).at("2026-09-26 00:00:00").body("MT")
    (task,) = [t for e, t in body.tasks().items() if e == "UserTask_SendLateLetter"]
    world.now = instant("2026-10-05 11:00:00")
    for _ in range(2):
        fire_due_timers(world.app, world.now)
    told = [each for each in world.escalations() if each.created_at == world.now]
    assert sorted(each.recipient for each in told) == ["MFA/head", "MT/head", "MT/submitter"]
    for each in told:
        assert (each.payload["rung"], each.payload["missed"]) == (3, 2)
        assert (each.payload["task"], each.payload["task_id"]) == (task.element_id, task.id)
        assert [when(datetime.fromisoformat(at)) for at in each.payload["rungs"]] == [
            "2026-09-28 09:00:00",
            "2026-09-30 09:00:00",
            "2026-10-02 09:00:00",
        ]


@pytest.mark.clause("7", element="EndEvent_LateLetter")
def test_a_late_letter_ends_the_escalations(world: World) -> None:
    world.opens_cycle(2026).at("2026-09-29").body("MT").sends_no_proposals_letter()
    world.at("2026-10-31")
    assert len(world.escalations(to="MT/submitter")) == 1
    assert len(world.escalations(to="MT/head")) == 1


def test_the_cycle_goes_on_without_the_silent_body(world: World) -> None:
    world.opens_cycle(2026).at(TOO_LATE)
    assert "UserTask_CheckUnderstandings" in world.open_tasks()


@pytest.mark.clause("7", element="Event_ConsolidationBegins")
def test_once_the_drafts_are_due_a_late_letter_is_not_awaited_any_more(world: World) -> None:
    body = world.opens_cycle(2026).at("2026-11-10 23:59:59").body("MT")
    assert "UserTask_SendLateLetter" in body.tasks()
    world.at("2026-11-11 00:00:00")
    assert body.tasks() == {}
    assert world.standing("MT") == "no_response"
