"""Clause 9: "Where concluding the international treaty is not expedient in foreign-policy terms,
the Ministry informs the central state body that presented the concept."

Only the negative outcome makes a formal notice (AMB-11). After it the treaty cannot be resubmitted
in the same cycle once 25 September has passed (SIL-05).
"""

from __future__ import annotations

import pytest

from service.errors import Refused
from tests.actors import Filed, concept
from tests.world import World, when

pytestmark = pytest.mark.clause("9")


def submitted(world: World) -> Filed:
    return world.opens_cycle(2026).at("2026-09-10").body("MT").submits()


@pytest.mark.clause("9", element="ServiceTask_NotifyNotExpedient")
def test_the_body_is_told_with_the_conclusion(world: World) -> None:
    filed = submitted(world)
    world.at("2026-10-15 11:00:00").ministry.concludes(filed, "no")
    (letter,) = world.letters("negative_expediency_notice")
    assert (letter.sender, letter.recipient, letter.about) == ("MFA", "MT", filed.number)
    assert when(letter.sent_at) == "2026-10-15 11:00:00"
    (sent,) = world.outgoing("letter", subject="negative_expediency_notice")
    assert (sent.recipient, sent.clause) == ("MT", "9")


@pytest.mark.clause("9", element="EndEvent_NotExpedient")
def test_the_concept_goes_no_further(world: World) -> None:
    filed = world.ministry.concludes(submitted(world), "no")
    assert filed.state == "not_expedient"
    assert filed.record.plan_kind == ""
    assert filed.tasks() == {}


def test_the_body_finds_the_conclusion_with_its_reasons(world: World) -> None:
    conclusion = world.ministry.concludes(submitted(world), "no").conclusion
    assert conclusion is not None
    assert conclusion.expedient is False
    assert all(conclusion.reasons[language] for language in ("kk", "ru"))


@pytest.mark.clause("9", element="Gateway_Expedient")
def test_a_positive_conclusion_makes_no_notice(world: World) -> None:
    world.ministry.concludes(submitted(world), "yes")
    assert world.letters("negative_expediency_notice") == []
    assert {letter.kind for letter in world.letters()} == {"invitation"}


def test_nobody_is_told_before_the_head_has_signed(world: World) -> None:
    filed = world.ministry.examines(submitted(world), "no")
    assert world.letters("negative_expediency_notice") == []
    assert filed.state == "under_review"


def test_the_body_has_answered_all_the_same(world: World) -> None:
    world.ministry.concludes(submitted(world), "no")
    world.at("2026-10-01")
    assert world.standing("MT") == "submitted"
    assert world.escalations() == []


def test_before_the_date_the_body_may_propose_anew(world: World) -> None:
    world.ministry.concludes(submitted(world), "no")
    again = world.at("2026-09-25 23:59:59").body("MT").submits(concept(2028))
    assert again.state == "under_review"


def test_after_the_date_a_new_attempt_is_late(world: World) -> None:
    world.ministry.concludes(submitted(world), "no")
    again = world.at("2026-09-26 00:00:00").body("MT").submits(concept(2028))
    assert again.state == "returned_late"


def test_what_is_not_expedient_cannot_be_withdrawn_any_more(world: World) -> None:
    filed = world.ministry.concludes(submitted(world), "no")
    with pytest.raises(Refused) as refusal:
        world.body("MT").withdraws(filed)
    assert refusal.value.code == "wrong_concept_state"


def test_when_nothing_is_expedient_the_cycle_goes_on_with_empty_plans(world: World) -> None:
    world.ministry.concludes(submitted(world), "no")
    world.at("2026-11-05").ministry.checks_understandings()
    world.ministry.consolidates()
    assert [len(plan.items) for plan in world.board.plans.values()] == [0, 0]
