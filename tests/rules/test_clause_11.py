"""Clause 11: "When developing the draft plans the Ministry takes into account the understandings
reached at high-level international events and the schedules of international events held with the
participation of the President and the Prime Minister of the Republic of Kazakhstan."

An understanding that no concept covers leads to a request to its body and needs a reason; it never
becomes an item of its own (AMB-12).
"""

from __future__ import annotations

import pytest

from service.errors import NotPermitted, Refused
from tests.actors import concept, member
from tests.rules import stages
from tests.world import World

pytestmark = pytest.mark.clause("11")

CHECK = "UserTask_CheckUnderstandings"


def coverage(world: World) -> dict[str, str]:
    return {entry.code: entry.coverage for entry in world.board.understandings}


@pytest.mark.clause("11", element="ServiceTask_CheckCoverage")
def test_an_understanding_with_a_concept_in_the_drafts_is_covered(world: World) -> None:
    world.opens_cycle(2026).ministry.registers_understanding("EV-1", "MT")
    stages.concluded(world, concept(related_event="EV-1"))
    assert coverage(world) == {"EV-1": "covered"}
    assert world.letters("coverage_request") == []


@pytest.mark.clause("11", element="ServiceTask_CheckCoverage")
def test_an_uncovered_understanding_is_asked_of_its_body(world: World) -> None:
    world.opens_cycle(2026, ["MT", "NBK"]).ministry.registers_understanding("EV-5", "NBK")
    stages.concluded(world, concept(related_event=""))
    assert coverage(world) == {"EV-5": "not_covered"}
    (letter,) = world.letters("coverage_request")
    assert (letter.recipient, letter.about) == ("NBK", "EV-5")


def test_a_concept_that_is_not_expedient_covers_nothing(world: World) -> None:
    world.opens_cycle(2026).ministry.registers_understanding("EV-1", "MT")
    filed = world.at("2026-09-10").body("MT").submits(concept(related_event="EV-1"))
    world.ministry.concludes(filed, "no")
    world.at("2026-10-01")
    assert coverage(world) == {"EV-1": "not_covered"}


def test_a_scheduled_visit_needs_no_concept(world: World) -> None:
    world.opens_cycle(2026).ministry.registers_understanding("EV-2", "MT", kind="scheduled_event")
    world.at("2026-10-01")
    assert coverage(world) == {"EV-2": "not_required"}
    world.ministry.checks_understandings()
    assert stages.CONSOLIDATE in world.open_tasks()


@pytest.mark.clause("11", element="ServiceTask_RecordCoverage")
def test_without_a_reason_the_drafts_cannot_be_consolidated(world: World) -> None:
    world.opens_cycle(2026).ministry.registers_understanding("EV-5", "MT")
    world.at("2026-10-01")
    with pytest.raises(Refused) as refusal:
        world.ministry.checks_understandings()
    assert (refusal.value.code, refusal.value.clause) == ("uncovered_without_reason", "11")
    assert "EV-5" in refusal.value.message
    assert list(world.open_tasks()) == [CHECK]


@pytest.mark.clause("11", element="ServiceTask_RecordCoverage")
def test_with_a_reason_it_is_a_warning_and_no_obstacle(world: World) -> None:
    world.opens_cycle(2026).ministry.registers_understanding("EV-5", "MT")
    world.at("2026-10-01").ministry.checks_understandings("Келесі жылға қалдырылды")
    (entry,) = world.board.understandings
    assert entry.coverage == "not_covered"
    assert set(entry.reason) == {"kk", "ru"}
    assert list(world.open_tasks()) == [stages.CONSOLIDATE]


@pytest.mark.clause("11", element=CHECK)
def test_what_is_registered_while_the_check_is_open_counts_too(world: World) -> None:
    world.opens_cycle(2026).at("2026-10-01")
    world.ministry.registers_understanding("EV-9", "MT")
    with pytest.raises(Refused) as refusal:
        world.ministry.checks_understandings()
    assert refusal.value.code == "uncovered_without_reason"
    world.ministry.checks_understandings("Келесі жылға қалдырылды")
    assert [letter.about for letter in world.letters("coverage_request")] == ["EV-9"]


@pytest.mark.clause("11", element=CHECK)
def test_the_check_cannot_be_passed_over(world: World) -> None:
    world.opens_cycle(2026).at("2026-10-01")
    assert list(world.open_tasks()) == [CHECK]
    with pytest.raises(Refused) as refusal:
        world.completes(CHECK, {"events_checked": False})
    assert refusal.value.code == "form_invalid"


@pytest.mark.clause("11", element=CHECK)
def test_only_the_consolidator_checks_and_keeps_the_register(world: World) -> None:
    """SIL-19: the register of events is restricted."""
    world.opens_cycle(2026).at("2026-10-01")
    with pytest.raises(NotPermitted):
        world.ministry.checks_understandings(by=member("MFA/reviewer"))
    with pytest.raises(NotPermitted) as refusal:
        world.ministry.registers_understanding("EV-1", "MT", by=member("MT/head"))
    assert refusal.value.clause == "11"
    assert world.board.understandings == []


def test_an_understanding_names_its_responsible_body_and_a_code_of_its_own(world: World) -> None:
    world.opens_cycle(2026).ministry.registers_understanding("EV-1", "MT")
    for code, body in (("EV-1", "MT"), ("EV-2", "")):
        with pytest.raises(Refused) as refusal:
            world.ministry.registers_understanding(code, body)
        assert refusal.value.clause == "11"
    assert len(world.board.understandings) == 1
