"""Clause 4: "For inclusion in the draft current or draft prospective plan respectively, the
central state bodies every year, not later than 25 September, submit to the Ministry concepts for
the international treaties intended to be concluded in the next calendar year or in the three years
after it."

"Not later than" includes the day, to its last second (AMB-01). A day off moves the date to the
next working day, the target to the last working day before (AMB-02). What counts is the signature
in the system (AMB-09).
"""

from __future__ import annotations

import pytest

from service.errors import FormInvalid, NotPermitted, Refused
from tests.actors import concept, member, person
from tests.world import World, changed, when

pytestmark = pytest.mark.clause("4")

LAST_SECOND, TOO_LATE = "2026-09-25 23:59:59", "2026-09-26 00:00:00"


# --- who is asked ----------------------------------------------------------------------------


@pytest.mark.clause("4", element="ServiceTask_OpenSubmissions")
def test_every_active_body_that_may_propose_treaties_is_invited(world: World) -> None:
    bodies = (
        "MT",
        "NBK",
        changed("MOJ", may_submit=False),
        changed("MF", valid_to=world.now.date()),
        changed("MES", valid_from=world.now.date().replace(year=2030)),
    )
    world.opens_cycle(2026, bodies)
    assert sorted(letter.recipient for letter in world.letters("invitation")) == ["MT", "NBK"]
    assert sorted(world.board.bodies) == ["MT", "NBK"]


@pytest.mark.clause("4", element="StartEvent_SubmissionOpened")
def test_each_invited_body_has_its_own_task_with_legal_and_target_date(world: World) -> None:
    world.opens_cycle(2026, ["MT", "NBK"])
    for code in ("MT", "NBK"):
        task = world.body(code).tasks()["UserTask_PrepareProposals"]
        assert task.candidate_groups == (f"{code}/submitter", f"{code}/signatory")
        assert when(task.due_at) == LAST_SECOND
        assert when(task.follow_up_at) == LAST_SECOND


def test_a_body_that_may_not_propose_cannot_file(world: World) -> None:
    world.opens_cycle(2026, [changed("MOJ", may_submit=False)])
    with pytest.raises(Refused) as refusal:
        world.body("MOJ").files(concept())
    assert refusal.value.code == "body_may_not_submit"
    assert world.board.concepts == []


@pytest.mark.clause("4", element="StartEvent_FileConcept")
def test_nobody_files_for_another_body(world: World) -> None:
    world.opens_cycle(2026, ["MT", "NBK"])
    with pytest.raises(NotPermitted) as refusal:
        world.body("MT").files(concept(), by=member("NBK/submitter"))
    assert refusal.value.clause == "4"
    (entry,) = world.journal("file_concept", outcome="refused")
    assert (entry.actor, entry.details["code"]) == ("nbk.submitter", "not_permitted")


@pytest.mark.clause("4", element="UserTask_SignConcept")
def test_only_the_bodys_signatory_signs(world: World) -> None:
    draft = world.opens_cycle(2026).body("MT").files(concept())
    with pytest.raises(NotPermitted):
        draft.signs(by=member("MT/submitter"))
    assert draft.state == "draft"
    assert world.journal("complete_user_task", outcome="refused", actor="mt.submitter")


def test_without_a_cycle_of_the_year_nothing_can_be_filed(world: World) -> None:
    with pytest.raises(Refused) as refusal:
        world.body("MT").files(concept(doc_number="1"))
    assert refusal.value.code == "no_cycle"


# --- in time or late -------------------------------------------------------------------------


@pytest.mark.clause("4", element="ServiceTask_RegisterConcept")
def test_two_concepts_of_one_body_in_the_last_second_are_both_on_time(world: World) -> None:
    body = world.opens_cycle(2026).at(LAST_SECOND).body("MT")
    assert [body.submits().state, body.submits().state] == ["under_review", "under_review"]


@pytest.mark.clause("4", element="Gateway_OnTime")
def test_one_second_later_is_late(world: World) -> None:
    filed = world.opens_cycle(2026).at(TOO_LATE).body("MT").submits()
    assert filed.state == "returned_late"


@pytest.mark.clause("4", element="UserTask_SignConcept")
def test_what_counts_is_the_signature_not_the_draft(world: World) -> None:
    draft = world.opens_cycle(2026).at(LAST_SECOND).body("MT").files(concept())
    assert draft.state == "draft"
    world.at(TOO_LATE)
    assert draft.signs().state == "returned_late"


@pytest.mark.parametrize(
    ("rollover", "last_second", "too_late"),
    [
        ("next", "2027-09-27 23:59:59", "2027-09-28 00:00:00"),
        ("previous", "2027-09-24 23:59:59", "2027-09-25 00:00:00"),
        ("none", "2027-09-25 23:59:59", "2027-09-26 00:00:00"),
    ],
)
def test_in_2027_the_date_is_a_saturday(
    world: World, rollover: str, last_second: str, too_late: str
) -> None:
    world.opens_cycle(2027, settings={"rollover": {"submission": rollover}})
    body = world.at(last_second).body("MT")
    assert body.submits(concept(2028)).state == "under_review"
    world.at(too_late)
    assert body.submits(concept(2028)).state == "returned_late"


def test_by_default_a_saturday_moves_the_date_on_and_the_target_back(world: World) -> None:
    due = world.opens_cycle(2027).deadline("submission")
    assert due.clause == "4"
    assert (due.legal_on.isoformat(), due.target_on.isoformat()) == ("2027-09-27", "2027-09-24")
    assert when(due.due_at) == "2027-09-27 23:59:59"


@pytest.mark.clause("4", element="Event_SubmissionsClose")
def test_submissions_close_with_the_first_second_after_the_date(world: World) -> None:
    world.opens_cycle(2026).at(LAST_SECOND)
    assert world.board.cycle.submissions_closed_at is None
    world.at(TOO_LATE)
    assert when(world.board.cycle.submissions_closed_at) == TOO_LATE


# --- what a body gets ------------------------------------------------------------------------


@pytest.mark.clause("4", element="ServiceTask_RegisterConcept")
def test_a_submission_gets_a_receipt_with_number_server_time_and_hash(world: World) -> None:
    world.opens_cycle(2026).at("2026-09-10 10:00:00")
    receipt = world.body("MT").files(concept()).receipt
    other = world.body("MT").files(concept(contact="Басқа бөлім")).receipt
    assert receipt.number.startswith("2026-")
    assert when(receipt.submitted_at) == "2026-09-10 10:00:00"
    assert len(receipt.content_sha256) == 64
    assert receipt.number != other.number
    assert receipt.content_sha256 != other.content_sha256


@pytest.mark.clause("4", element="ServiceTask_RegisterConcept")
def test_registration_numbers_run_through_the_year_in_order_of_signature(world: World) -> None:
    world.opens_cycle(2026, ["MT", "NBK"]).at("2026-09-10")
    first, second = world.body("MT").files(concept()), world.body("NBK").files(concept())
    assert second.signs().number == "2026/0001"
    assert first.signs().number == "2026/0002"


def test_a_body_uses_its_own_number_once_a_year(world: World) -> None:
    world.opens_cycle(2026, ["MT", "NBK"]).body("MT").files(concept(doc_number="1-7/5"))
    with pytest.raises(Refused) as refusal:
        world.body("MT").files(concept(doc_number="1-7/5"))
    assert refusal.value.code == "number_used"
    assert world.body("NBK").files(concept(doc_number="1-7/5")).state == "draft"


@pytest.mark.clause("4", element="UserTask_ReviseConcept")
def test_a_signatory_may_send_the_draft_back_for_revision(world: World) -> None:
    draft = world.opens_cycle(2026).body("MT").files(concept(2027))
    draft.is_sent_back_by_signatory()
    assert draft.is_revised(proposed_year=2028).record.proposed_year == 2028
    assert draft.signs().state == "under_review"


# --- for which years -------------------------------------------------------------------------


@pytest.mark.parametrize("year", [2027, 2028, 2029, 2030])
def test_next_year_and_the_three_years_after_it_may_be_proposed(world: World, year: int) -> None:
    assert world.opens_cycle(2026).body("MT").submits(concept(year)).state == "under_review"


@pytest.mark.parametrize("year", [2026, 2031])
def test_a_year_outside_both_plans_is_refused_with_advice(world: World, year: int) -> None:
    world.opens_cycle(2026)
    with pytest.raises(FormInvalid) as refusal:
        world.body("MT").files(concept(year))
    assert refusal.value.clause == "4"
    assert "2027" in refusal.value.message
    assert "2028–2030" in refusal.value.message
    assert world.board.concepts == []
    assert world.journal("file_concept", outcome="refused")


# --- reminders -------------------------------------------------------------------------------


@pytest.mark.clause("4", element="Reminder_PrepareProposals")
def test_a_silent_body_is_reminded_30_10_3_and_1_working_days_before(world: World) -> None:
    world.opens_cycle(2026).at("2026-10-01")
    reminded = world.reminders(to="MT/submitter", subject="submission_due")
    assert [when(each.created_at) for each in reminded] == [
        "2026-08-14 09:00:00",
        "2026-09-11 09:00:00",
        "2026-09-22 09:00:00",
        "2026-09-24 09:00:00",
    ]


def test_the_hour_of_reminders_is_a_setting(world: World) -> None:
    world.opens_cycle(2026, settings={"reminder_time": "15:30"}).at("2026-08-15")
    (reminded,) = world.reminders(to="MT/submitter")
    assert when(reminded.created_at) == "2026-08-14 15:30:00"


@pytest.mark.clause("4", element="Event_ConceptRegistered")
def test_a_body_that_has_submitted_is_not_reminded_any_more(world: World) -> None:
    world.opens_cycle(2026, ["MT", "NBK"]).at("2026-09-01").body("MT").submits()
    world.at("2026-09-25")
    assert len(world.reminders(to="MT/submitter")) == 1
    assert len(world.reminders(to="NBK/submitter")) == 4


def test_a_draft_is_no_submission(world: World) -> None:
    world.opens_cycle(2026).at("2026-09-01").body("MT").files(concept())
    world.at(TOO_LATE)
    assert world.standing("MT") == "no_response"


def test_standing_follows_what_came(world: World) -> None:
    world.opens_cycle(2026, ["MT", "NBK"])
    assert world.standing("MT") == "silent"
    world.body("MT").submits()
    assert (world.standing("MT"), world.standing("NBK")) == ("submitted", "silent")


def test_one_person_may_file_and_sign_when_the_body_says_so(world: World) -> None:
    minister = person("minister", "MT/submitter", "MT/signatory")
    draft = world.opens_cycle(2026).body("MT").files(concept(), by=minister)
    assert draft.signs(by=minister).state == "under_review"
