"""Four eyes count the hand and the name (SIL-09), and a number names one concept only."""

from __future__ import annotations

import pytest

from service.application.actors import Actor
from service.errors import FormInvalid, NotPermitted, Refused, WrongInput
from tests.actors import concept
from tests.world import World


def test_who_signed_for_another_may_not_examine(world: World) -> None:
    """The deputy signs for the head of the proposing unit; neither of the two may examine."""
    filed = world.opens_cycle(2026, ["MFA"]).at("2026-09-10").body("MFA").files(concept())
    filed.signs(by=Actor("deputy", frozenset({"MFA/signatory"}), on_behalf_of="boss"))
    for person in ("deputy", "boss"):
        with pytest.raises(NotPermitted, match="took part"):
            world.ministry.examines(filed, by=Actor(person, frozenset({"MFA/reviewer"})))


def test_who_signed_may_not_examine_through_a_deputy(world: World) -> None:
    filed = world.opens_cycle(2026, ["MFA"]).at("2026-09-10").body("MFA").files(concept())
    filed.signs(by=Actor("boss", frozenset({"MFA/signatory"})))
    reviewer = Actor("deputy", frozenset({"MFA/reviewer"}), on_behalf_of="boss")
    with pytest.raises(NotPermitted, match="took part"):
        world.ministry.examines(filed, by=reviewer)


@pytest.mark.parametrize("person", ["a,b", "a b", "", "a\ud800"])
def test_an_id_that_lists_could_split_is_none(person: str) -> None:
    with pytest.raises(WrongInput, match="no id of a person"):
        Actor(person, frozenset())


def test_a_number_that_a_revised_concept_had_is_not_used_again(world: World) -> None:
    """Otherwise two matters would have one name, and a withdrawal could reach the wrong one."""
    body = world.opens_cycle(2026).at("2026-09-10").body("MT")
    first = body.files(concept(doc_number="A"))
    first.is_sent_back_by_signatory()
    first.is_revised(doc_number="B")
    with pytest.raises(Refused) as refusal:
        body.files(concept(doc_number="A"))
    assert refusal.value.code == "number_used"


def test_a_withdrawal_counts_at_once(world: World) -> None:
    """Nobody can conclude on a concept between its withdrawal and a message's delivery."""
    body = world.opens_cycle(2026).at("2026-09-10").body("MT")
    filed = body.submits()
    body.withdraws(filed)
    assert (filed.state, filed.tasks()) == ("withdrawn", {})


def test_a_reason_without_end_is_refused(world: World) -> None:
    body = world.opens_cycle(2026).at("2026-09-10").body("MT")
    filed = body.submits()
    with pytest.raises(FormInvalid, match="4000"):
        body.withdraws(filed, reason="x" * 4001)
    assert filed.state == "under_review"
