"""Where the Rules are silent and no clause is near: secrecy (SIL-19), languages of the plans
(SIL-20), bodies that change during a cycle (SIL-21), a calendar that changes while tasks are open
(SIL-22).
"""

from __future__ import annotations

from datetime import date

import pytest

from service.errors import FormInvalid, Refused
from tests.actors import concept
from tests.rules import stages
from tests.world import World, changed, when

# --- SIL-19 ----------------------------------------------------------------------------------


def test_nothing_leaves_but_to_those_whom_the_rules_name(world: World) -> None:
    world.opens_cycle(2026).ministry.registers_understanding("EV-2", "MT", kind="scheduled_event")
    stages.agreed(world)
    world.at("2026-12-18").ministry.sends_to_legislature()
    reached = {each.recipient.partition("/")[0] for each in world.outgoing()}
    assert reached <= {"MT", "MFA", "COMMISSION", "PRESIDENT", "KURULTAI"}


def test_a_concept_is_internal_unless_it_says_otherwise(world: World) -> None:
    stages.consolidated(world, concept(2027), concept(2028, marking="official_use"))
    marked = [world.plan(kind).items[0].marking for kind in ("current", "prospective")]
    assert marked == ["internal", "official_use"]


def test_there_are_three_markings(world: World) -> None:
    draft = world.opens_cycle(2026).body("MT").files(concept(marking="public"))
    with pytest.raises(FormInvalid):
        world.body("MT").files(concept(marking="secret"))
    draft.is_sent_back_by_signatory()
    assert draft.is_revised(marking="internal").record.marking == "internal"


def test_the_register_of_understandings_is_restricted(world: World) -> None:
    world.opens_cycle(2026).ministry.registers_understanding("EV-1", "MT")
    assert [entry.restricted for entry in world.board.understandings] == [True]


# --- SIL-20 ----------------------------------------------------------------------------------


def test_plans_are_made_in_kazakh_and_russian_and_english_is_for_information(world: World) -> None:
    stages.consolidated(world, concept(2027, title_en=""), concept(2028))
    without, with_english = (world.plan(kind).items[0] for kind in ("current", "prospective"))
    assert set(without.titles) == {"kk", "ru"}
    assert set(with_english.titles) == {"kk", "ru", "en"}


# --- SIL-21 ----------------------------------------------------------------------------------


def test_a_body_that_ends_during_the_cycle_cannot_file_after_its_last_day(world: World) -> None:
    world.opens_cycle(2026, [changed("MT", valid_to=date(2026, 9, 15), successor="MOJ")])
    kept = world.at("2026-09-15 23:59:59").body("MT").submits()
    world.at("2026-09-16 00:00:00")
    with pytest.raises(Refused) as refusal:
        world.body("MT").files(concept())
    assert refusal.value.code == "body_may_not_submit"
    assert kept.state == "under_review"


def test_what_it_submitted_keeps_its_name(world: World) -> None:
    world.opens_cycle(2026, [changed("MT", valid_to=date(2026, 9, 15), successor="MOJ")])
    stages.consolidated(world, concept(2027))
    assert [item.body for item in world.plan("current").items] == ["MT"]


def test_a_body_is_invited_from_its_first_day_on(world: World) -> None:
    world.opens_cycle(2026, [changed("MT", valid_from=date(2026, 8, 4))])
    assert world.letters("invitation") == []
    world.opens_cycle(2027, bodies=())
    assert [letter.recipient for letter in world.letters("invitation")] == ["MT"]


# --- SIL-22 ----------------------------------------------------------------------------------


def test_a_new_day_off_moves_the_date_that_lies_ahead(world: World) -> None:
    """Friday, 25 September 2026 is declared off: Monday the 28th is on time to its last second."""
    world.opens_cycle(2026, ["MT", "NBK"]).at("2026-09-20")
    world.changes_calendar(("2026-09-25", "day_off"))
    assert world.deadline("submission").legal_on == date(2026, 9, 28)
    world.at("2026-09-28 23:59:59")
    assert world.standing("NBK") == "silent"
    assert world.body("MT").submits().state == "under_review"
    world.at("2026-09-29 00:00:00")
    assert world.body("MT").submits().state == "returned_late"
    assert world.standing("NBK") == "no_response"


def test_open_tasks_move_and_their_people_are_told(world: World) -> None:
    world.opens_cycle(2026).at("2026-09-20").changes_calendar(("2026-09-25", "day_off"))
    task = world.body("MT").tasks()["UserTask_PrepareProposals"]
    assert when(task.due_at) == "2026-09-28 23:59:59"
    assert when(task.follow_up_at) == "2026-09-24 23:59:59"
    assert [told.recipient for told in world.outgoing("notice", subject="deadline_moved")] == [
        "MT/submitter",
        "MT/signatory",
    ]


def test_reminders_and_escalations_move_with_them(world: World) -> None:
    world.opens_cycle(2026).at("2026-09-20").changes_calendar(("2026-09-25", "day_off"))
    world.at("2026-09-28 23:59:59")
    reminded = [when(each.created_at) for each in world.reminders(to="MT/submitter")]
    assert reminded[-2:] == ["2026-09-22 09:00:00", "2026-09-24 09:00:00"]
    assert world.escalations() == []
    world.at("2026-09-29 00:00:00")
    assert world.escalations(to="MT/head", subject="no_response")


def test_a_term_that_is_running_is_counted_again_from_its_event(world: World) -> None:
    """Agreed on 4 December: a transferred day off within moves the 21st to the 22nd."""
    stages.agreed(world)
    world.changes_calendar(("2026-12-18", "day_off"))
    task = world.open_tasks()["UserTask_SendToLegislature"]
    assert when(task.due_at) == "2026-12-22 23:59:59"
    assert world.deadline("legislature").legal_on == date(2026, 12, 22)


def test_a_working_saturday_shortens_it(world: World) -> None:
    stages.agreed(world)
    world.changes_calendar(("2026-12-12", "working_day"))
    assert world.deadline("legislature").legal_on == date(2026, 12, 18)


def test_closed_tasks_keep_what_they_were_judged_by(world: World) -> None:
    filed = world.opens_cycle(2026).at("2026-09-10").body("MT").submits()
    world.changes_calendar(("2026-09-25", "day_off"))
    assert when(filed.record.due_at) == "2026-09-25 23:59:59"


def test_every_change_is_on_record_with_the_days(world: World) -> None:
    world.opens_cycle(2026).changes_calendar(("2026-09-25", "day_off"))
    (entry,) = world.journal("change_calendar")
    assert entry.details["days"] == ["2026-09-25"]
    assert world.journal("replan_instances")
    assert world.journal_is_intact()
