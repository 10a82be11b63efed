"""Clause 6: "Where the central state bodies have not presented concepts for inclusion in the draft
plans in time, the Ministry returns them without considering them."

After 25 September nothing can be resubmitted in the same cycle (SIL-05).
"""

from __future__ import annotations

import pytest

from service.errors import Refused, TaskNotOpen
from tests.actors import concept
from tests.world import World, when

pytestmark = pytest.mark.clause("6")


@pytest.mark.clause("6", element="ServiceTask_ReturnConcept")
def test_a_late_concept_is_returned_at_once_with_its_letter(world: World) -> None:
    filed = world.opens_cycle(2026).at("2026-09-28 09:15:00").body("MT").submits()
    assert filed.state == "returned_late"
    (letter,) = world.letters("return_notice")
    assert (letter.sender, letter.recipient, letter.about) == ("MFA", "MT", filed.number)
    assert when(letter.sent_at) == "2026-09-28 09:15:00"
    assert [each.clause for each in world.outgoing("letter", subject="return_notice")] == ["6"]


def test_the_letter_names_ground_deadline_and_arrival(world: World) -> None:
    world.opens_cycle(2026).at("2026-09-28 09:15:00").body("MT").submits()
    (letter,) = world.letters("return_notice")
    assert letter.payload["ground"] == "late"
    assert letter.payload["due_at"].startswith("2026-09-25T")
    assert letter.payload["received_at"].startswith("2026-09-28T")


@pytest.mark.clause("6", element="EndEvent_Returned")
def test_it_is_not_considered(world: World) -> None:
    filed = world.opens_cycle(2026).at("2026-09-28").body("MT").submits()
    assert filed.tasks() == {}
    assert filed.conclusion is None


@pytest.mark.clause("6", element="EndEvent_Returned")
def test_it_does_not_hold_the_cycle_up(world: World) -> None:
    world.opens_cycle(2026).at("2026-09-28").body("MT").submits()
    assert "UserTask_CheckUnderstandings" in world.open_tasks()


@pytest.mark.clause("6", element="ServiceTask_CloseSubmissions")
def test_a_body_whose_only_concept_was_late_has_not_responded(world: World) -> None:
    world.opens_cycle(2026).at("2026-09-28").body("MT").submits()
    assert world.standing("MT") == "no_response"


def test_what_was_submitted_in_time_is_considered_beside_it(world: World) -> None:
    body = world.opens_cycle(2026).at("2026-09-25").body("MT")
    timely = body.submits()
    late = world.at("2026-09-28").body("MT").submits()
    assert (timely.state, late.state) == ("under_review", "returned_late")
    assert world.standing("MT") == "submitted"


def test_a_returned_concept_cannot_come_back_in_the_same_cycle(world: World) -> None:
    body = world.opens_cycle(2026).at("2026-09-28").body("MT")
    body.submits(concept(doc_number="1"))
    again = world.at("2026-09-29").body("MT").submits(concept(doc_number="2"))
    assert again.state == "returned_late"
    assert len(world.letters("return_notice")) == 2


def test_it_may_be_proposed_in_the_next_cycle(world: World) -> None:
    world.opens_cycle(2026).at("2026-09-28").body("MT").submits(concept(2028))
    world.opens_cycle(2027, bodies=()).at("2027-09-10")
    assert world.body("MT").submits(concept(2028)).state == "under_review"


def test_a_returned_concept_cannot_be_withdrawn(world: World) -> None:
    body = world.opens_cycle(2026).at("2026-09-28").body("MT")
    filed = body.submits()
    with pytest.raises(Refused) as refusal:
        body.withdraws(filed)
    assert refusal.value.code == "wrong_concept_state"


def test_signing_twice_changes_nothing(world: World) -> None:
    filed = world.opens_cycle(2026).at("2026-09-28").body("MT").submits()
    with pytest.raises(TaskNotOpen):
        filed.signs()
    assert len(world.letters("return_notice")) == 1


def test_the_journal_shows_why(world: World) -> None:
    filed = world.opens_cycle(2026).at("2026-09-28").body("MT").submits()
    (entry,) = world.journal("return_concept", clause="6")
    assert entry.details["number"] == filed.number
    assert entry.actor == "mt.signatory"
