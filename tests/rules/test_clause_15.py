"""Clause 15: "The current and prospective plans agreed with the President (the agreed plans) are
sent to the Parliament of the Republic of Kazakhstan within ten working days."

Day 1 is the first working day after the agreement; the strict same-day count is the target
(AMB-03). The term runs from the date of agreement, not of its receipt (AMB-04). Since 1 July 2026
the legislature is the Kurultai (AMB-22). Transmission ends the process (SIL-15).
"""

from __future__ import annotations

from typing import Any

import pytest

from service.errors import NotPermitted, Refused
from tests.actors import member
from tests.rules import stages
from tests.world import World, when

pytestmark = pytest.mark.clause("15")

SEND = "UserTask_SendToLegislature"


# --- ten working days ------------------------------------------------------------------------


@pytest.mark.clause("15", element=SEND)
def test_agreed_on_4_december_2026_they_are_due_on_21_december(world: World) -> None:
    """16 December, Independence Day, lies within; the strict count ends on the 18th."""
    stages.agreed(world)
    due = world.deadline("legislature")
    assert (due.clause, due.legal_on.isoformat()) == ("15", "2026-12-21")
    assert due.target_on.isoformat() == "2026-12-18"
    task = world.open_tasks()[SEND]
    assert (when(task.due_at), when(task.follow_up_at)) == (
        "2026-12-21 23:59:59",
        "2026-12-18 23:59:59",
    )


@pytest.mark.clause("15", element=SEND)
def test_counting_from_the_same_day_is_a_setting(world: World) -> None:
    world.opens_cycle(2026, settings={"count_from": "same_day"})
    stages.agreed(world)
    assert world.deadline("legislature").legal_on.isoformat() == "2026-12-18"
    assert when(world.open_tasks()[SEND].due_at) == "2026-12-18 23:59:59"


@pytest.mark.parametrize(
    ("start", "due_at"),
    [("agreed_on", "2026-12-21 23:59:59"), ("received_on", "2026-12-23 23:59:59")],
)
def test_whether_agreement_or_its_receipt_starts_the_term_is_a_setting(
    world: World, start: str, due_at: str
) -> None:
    world.opens_cycle(2026, settings={"legislature_start": start})
    stages.at_president(world)
    world.at("2026-12-08").president.agrees(on="2026-12-04", received_on="2026-12-08")
    assert when(world.open_tasks()[SEND].due_at) == due_at
    assert when(world.deadline("legislature").due_at) == due_at


@pytest.mark.parametrize("received_on", ["2026-12-03", "2026-12-09"])
def test_receipt_lies_between_agreement_and_today(world: World, received_on: str) -> None:
    stages.at_president(world)
    world.at("2026-12-08")
    with pytest.raises(Refused) as refusal:
        world.president.agrees(on="2026-12-04", received_on=received_on)
    assert refusal.value.code in ("received_on", "form_invalid")


@pytest.mark.clause("15", element="ServiceTask_TransmitToLegislature")
@pytest.mark.parametrize(
    ("at", "timeliness"), [("2026-12-21 23:59:59", "on_time"), ("2026-12-22 00:00:00", "late")]
)
def test_late_plans_are_flagged_and_sent_all_the_same(
    world: World, at: str, timeliness: str
) -> None:
    stages.agreed(world)
    world.at(at).ministry.sends_to_legislature()
    assert world.decision("legislature").timeliness == timeliness
    (letter,) = world.letters("legislature_transmittal")
    assert letter.timeliness == timeliness
    assert {plan.status for plan in world.board.plans.values()} == {"transmitted"}


@pytest.mark.clause("15", element="Escalation_SendToLegislature")
def test_the_first_second_after_it_is_escalated(world: World) -> None:
    stages.agreed(world)
    world.at("2026-12-21 23:59:59")
    assert world.escalations() == []
    world.at("2026-12-22 00:00:00")
    assert world.escalations(to="MFA/head", subject="legislature_overdue")


@pytest.mark.clause("15", element="Reminder_SendToLegislature")
def test_the_registrar_is_reminded_5_3_and_1_working_days_before(world: World) -> None:
    stages.agreed(world)
    world.at("2026-12-21")
    reminded = world.reminders(to="MFA/registrar", subject="legislature_due")
    assert [when(each.created_at) for each in reminded] == [
        "2026-12-11 09:00:00",
        "2026-12-15 09:00:00",
        "2026-12-18 09:00:00",
    ]


# --- to whom ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("year", "settings", "recipient"),
    [
        (2026, {}, "KURULTAI"),
        (2025, {}, "PARLIAMENT"),
        (2026, {"legislature": [["0001-01-01", "PARLIAMENT"]]}, "PARLIAMENT"),
        (2026, {"legislature": [["2026-01-01", "MAJILIS"]]}, "MAJILIS"),
    ],
)
def test_the_addressee_goes_by_date_and_is_a_setting(
    world: World, year: int, settings: dict[str, Any], recipient: str
) -> None:
    world.opens_cycle(year, settings=settings)
    stages.agreed(world)
    world.at(f"{year}-12-18").ministry.sends_to_legislature(recipient="")
    (letter,) = world.letters("legislature_transmittal")
    assert letter.recipient == recipient


def test_the_registrar_may_name_the_addressee(world: World) -> None:
    stages.agreed(world)
    world.ministry.sends_to_legislature(recipient="parliament")
    (letter,) = world.letters("legislature_transmittal")
    assert letter.recipient == "PARLIAMENT"


@pytest.mark.clause("15", element=SEND)
def test_only_the_registrar_sends(world: World) -> None:
    stages.agreed(world)
    with pytest.raises(NotPermitted) as refusal:
        world.completes(SEND, {}, by=member("MFA/head"))
    assert refusal.value.clause == "15"


def test_the_way_to_the_legislature_is_a_setting(world: World) -> None:
    world.opens_cycle(2026, settings={"route": "government_office"})
    stages.agreed(world)
    world.ministry.sends_to_legislature()
    (letter,) = world.letters("legislature_transmittal")
    assert letter.payload["route"] == "government_office"


# --- the end ---------------------------------------------------------------------------------


@pytest.mark.clause("15", element="EndEvent_PlansTransmitted")
def test_transmission_ends_the_process(world: World) -> None:
    filed = stages.agreed(world)
    world.at("2026-12-18").ministry.sends_to_legislature()
    assert {each.state for each in filed} == {"transmitted"}
    assert world.board.cycle.status == "transmitted"
    assert world.open_tasks() == {}
    instance = world.instance("annual_cycle", "2026")
    assert instance is not None
    assert instance.status == "completed"


def test_nothing_happens_afterwards(world: World) -> None:
    stages.agreed(world)
    world.at("2026-12-18").ministry.sends_to_legislature()
    before = len(world.outgoing())
    world.at("2027-07-01")
    assert len(world.outgoing()) == before


def test_the_journal_of_the_whole_year_is_intact(world: World) -> None:
    stages.agreed(world)
    world.at("2026-12-18").ministry.sends_to_legislature()
    assert world.journal_is_intact()
    clauses = {entry.clause for entry in world.journal() if entry.clause}
    assert {"2", "4", "8", "11", "12", "13", "14", "15"} <= clauses
