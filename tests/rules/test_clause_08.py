"""Clause 8: "By 25 October (25 қазанға дейін) the Ministry examines the concepts presented and
gives a conclusion on the foreign-policy expediency of concluding the international treaties."

"By" excludes the day (AMB-01), a holiday since 2022, and does not move; the target is the last
working day before it (AMB-02). Nothing is deemed: what is overdue is escalated and may not enter
the drafts (SIL-06). Who proposed does not conclude, who examined does not sign (SIL-09).
"""

from __future__ import annotations

import pytest

from service.errors import FormInvalid, NotPermitted
from tests.actors import REASONS, Filed, concept, member, person
from tests.world import World, when

pytestmark = pytest.mark.clause("8")

LAST_SECOND, OVERDUE = "2026-10-24 23:59:59", "2026-10-25 00:00:00"
EXAMINE, SIGN = "UserTask_ExamineConcept", "UserTask_SignConclusion"


def submitted(world: World) -> Filed:
    return world.opens_cycle(2026).at("2026-09-10").body("MT").submits()


# --- the date --------------------------------------------------------------------------------


def test_the_law_names_25_october_and_the_day_itself_is_too_late(world: World) -> None:
    due = world.opens_cycle(2026).deadline("conclusion")
    assert (due.clause, due.legal_on.isoformat(), due.inclusive) == ("8", "2026-10-25", False)
    assert when(due.due_at) == LAST_SECOND


@pytest.mark.parametrize(
    ("year", "target"),
    [
        (2022, "2022-10-22"),  # a Saturday that works by decree
        (2023, "2023-10-24"),
        (2024, "2024-10-24"),
        (2025, "2025-10-24"),
        (2026, "2026-10-23"),
        (2027, "2027-10-22"),
    ],
)
def test_the_target_is_the_last_working_day_before(world: World, year: int, target: str) -> None:
    due = world.opens_cycle(year).deadline("conclusion")
    assert due.target_on.isoformat() == target
    assert due.legal_on.isoformat() == f"{year}-10-25"


@pytest.mark.parametrize(
    ("settings", "last_second"),
    [
        ({}, "2026-10-24 23:59:59"),
        ({"conclusion_inclusive": True}, "2026-10-25 23:59:59"),
        ({"conclusion_inclusive": True, "rollover": {"conclusion": "next"}}, "2026-10-27 23:59:59"),
        ({"rollover": {"conclusion": "next"}}, "2026-10-26 23:59:59"),
        ({"rollover": {"conclusion": "previous"}}, "2026-10-22 23:59:59"),
    ],
)
def test_inclusive_or_not_and_rolled_or_not_are_settings(
    world: World, settings: dict[str, object], last_second: str
) -> None:
    world.opens_cycle(2026, settings=settings)
    assert when(world.deadline("conclusion").due_at) == last_second


@pytest.mark.clause("8", element=EXAMINE)
@pytest.mark.clause("8", element=SIGN)
def test_both_tasks_carry_legal_and_target_date(world: World) -> None:
    filed = submitted(world)
    examine = filed.tasks()[EXAMINE]
    sign = world.ministry.examines(filed).tasks()[SIGN]
    for task in (examine, sign):
        assert when(task.due_at) == LAST_SECOND
        assert when(task.follow_up_at) == "2026-10-23 23:59:59"


# --- the conclusion --------------------------------------------------------------------------


@pytest.mark.clause("8", element="ServiceTask_RecordConclusion")
def test_a_conclusion_records_outcome_reasons_who_and_when(world: World) -> None:
    filed = submitted(world)
    world.at("2026-10-05")
    conclusion = world.ministry.concludes(filed).conclusion
    assert conclusion is not None
    assert conclusion.expedient is True
    assert set(conclusion.reasons) == {"kk", "ru"}
    assert (conclusion.examined_by, conclusion.signed_by) == ("mfa.reviewer", "mfa.head")
    assert when(conclusion.concluded_at) == "2026-10-05 10:00:00"
    assert when(conclusion.due_at) == LAST_SECOND


@pytest.mark.clause("8", element=EXAMINE)
@pytest.mark.parametrize("outcome", ["", "partly", "maybe"])
def test_there_is_no_third_outcome(world: World, outcome: str) -> None:
    filed = submitted(world)
    with pytest.raises(FormInvalid) as refusal:
        world.ministry.examines(filed, outcome)
    assert (refusal.value.code, refusal.value.clause) == ("form_invalid", "8")


@pytest.mark.clause("8", element=EXAMINE)
@pytest.mark.parametrize("language", ["kk", "ru"])
def test_the_reasons_are_given_in_both_languages_whatever_the_outcome(
    world: World, language: str
) -> None:
    filed = submitted(world)
    for outcome in ("yes", "no"):
        with pytest.raises(FormInvalid) as refusal:
            world.ministry.examines(filed, outcome, by=None, **{f"reasons_{language}": ""})
        assert f"reasons_{language}" in refusal.value.message


@pytest.mark.clause("8", element="Gateway_ConclusionSigned")
def test_the_head_may_send_the_conclusion_back(world: World) -> None:
    filed = submitted(world)
    world.ministry.sends_conclusion_back(world.ministry.examines(filed, "no"))
    assert filed.state == "under_review"
    assert world.ministry.concludes(filed, "yes").state == "in_draft_plan"


# --- who may ---------------------------------------------------------------------------------


@pytest.mark.clause("8", element=EXAMINE)
def test_only_the_reviewing_unit_examines(world: World) -> None:
    filed = submitted(world)
    with pytest.raises(NotPermitted) as refusal:
        world.ministry.examines(filed, by=member("MT/signatory"))
    assert refusal.value.clause == "8"
    (entry,) = world.journal("complete_user_task", outcome="refused")
    assert (entry.actor, entry.details["code"]) == ("mt.signatory", "not_permitted")


@pytest.mark.clause("8", element=SIGN)
def test_only_the_head_signs(world: World) -> None:
    filed = world.ministry.examines(submitted(world))
    with pytest.raises(NotPermitted):
        world.ministry.signs_conclusion(filed, by=member("MFA/reviewer"))
    assert filed.conclusion is None


@pytest.mark.clause("8", element=SIGN)
def test_who_examined_does_not_sign(world: World) -> None:
    both = person("serik", "MFA/reviewer", "MFA/head")
    filed = world.ministry.examines(submitted(world), by=both)
    with pytest.raises(NotPermitted) as refusal:
        world.ministry.signs_conclusion(filed, by=both)
    assert "took part" in refusal.value.message
    assert world.ministry.signs_conclusion(filed).state == "in_draft_plan"


@pytest.mark.clause("8", element=EXAMINE)
@pytest.mark.parametrize("did", ["filed", "signed"])
def test_the_ministrys_own_concept_is_examined_by_somebody_else(world: World, did: str) -> None:
    groups = ("MFA/submitter", "MFA/signatory", "MFA/reviewer")
    aigul, other = person("aigul", *groups), person("other", *groups)
    world.opens_cycle(2026, ["MFA"]).at("2026-09-10")
    draft = world.body("MFA").files(concept(), by=aigul if did == "filed" else other)
    filed = draft.signs(by=aigul if did == "signed" else other)
    with pytest.raises(NotPermitted):
        world.ministry.examines(filed, by=aigul)
    assert world.ministry.concludes(filed).state == "in_draft_plan"


@pytest.mark.clause("8", element=SIGN)
def test_nor_does_its_proposer_sign_the_conclusion_as_head(world: World) -> None:
    head = person("head", "MFA/submitter", "MFA/signatory", "MFA/head")
    filed = world.opens_cycle(2026, ["MFA"]).body("MFA").files(concept(), by=head).signs()
    world.ministry.examines(filed)
    with pytest.raises(NotPermitted):
        world.ministry.signs_conclusion(filed, by=head)


# --- reminders and lateness ------------------------------------------------------------------


@pytest.mark.clause("8", element="Reminder_ExamineConcept")
def test_the_reviewer_is_reminded_10_5_3_and_1_working_days_before_the_target(
    world: World,
) -> None:
    submitted(world)
    world.at("2026-10-24")
    reminded = world.reminders(to="MFA/reviewer", subject="conclusion_due")
    assert [when(each.created_at) for each in reminded] == [
        "2026-10-09 09:00:00",
        "2026-10-16 09:00:00",
        "2026-10-20 09:00:00",
        "2026-10-22 09:00:00",
    ]


@pytest.mark.clause("8", element="Escalation_ExamineConcept")
def test_with_the_first_second_of_25_october_it_is_overdue(world: World) -> None:
    filed = submitted(world)
    world.at(LAST_SECOND)
    assert world.escalations(subject="conclusion_overdue") == []
    world.at(OVERDUE)
    (told,) = world.escalations(to="MFA/head", subject="conclusion_overdue")
    assert (told.about, when(told.created_at)) == (filed.number, OVERDUE)


@pytest.mark.clause("8", element="Escalation_SignConclusion")
def test_a_conclusion_that_waits_for_its_signature_is_overdue_too(world: World) -> None:
    world.ministry.examines(submitted(world))
    world.at(OVERDUE)
    assert len(world.escalations(to="MFA/head", subject="conclusion_overdue")) == 1


@pytest.mark.clause("8", element="ServiceTask_EscalateConclusions")
def test_the_cycle_tells_the_head_as_well(world: World) -> None:
    submitted(world)
    world.at(OVERDUE)
    (told,) = world.escalations(to="MFA/head", subject="conclusions_overdue")
    assert told.clause == "8"


def test_overdue_is_not_consent(world: World) -> None:
    filed = submitted(world)
    world.at("2026-11-09")
    assert filed.state == "under_review"
    assert filed.conclusion is None


@pytest.mark.clause("8", element="Event_AllConcludedLate")
def test_an_undecided_concept_stops_the_consolidation(world: World) -> None:
    body = world.opens_cycle(2026).at("2026-09-10").body("MT")
    decided, undecided = body.submits(), body.submits()
    world.ministry.concludes(decided)
    world.at("2026-11-09")
    assert world.open_tasks() == {}
    world.ministry.concludes(undecided, "no")
    assert list(world.open_tasks()) == ["UserTask_CheckUnderstandings"]


@pytest.mark.clause("8", element="Event_AllConcluded")
def test_with_the_last_conclusion_the_cycle_goes_on(world: World) -> None:
    filed = submitted(world)
    world.at("2026-10-05")
    assert world.open_tasks() == {}
    world.ministry.concludes(filed)
    assert list(world.open_tasks()) == ["UserTask_CheckUnderstandings"]
    world.at(OVERDUE)
    assert world.escalations(subject="conclusions_overdue") == []


def test_conclusions_before_submissions_close_do_not_move_the_cycle(world: World) -> None:
    """Somebody may still submit another concept."""
    filed = submitted(world)
    world.ministry.concludes(filed)
    world.at("2026-09-25 23:59:59")
    assert world.open_tasks() == {}
    world.at("2026-09-26 00:00:00")
    assert list(world.open_tasks()) == ["UserTask_CheckUnderstandings"]


def test_a_late_conclusion_still_counts_and_shows_that_it_is_late(world: World) -> None:
    filed = submitted(world)
    world.at("2026-10-27")
    conclusion = world.ministry.concludes(filed).conclusion
    assert conclusion is not None
    assert conclusion.concluded_at > conclusion.due_at
    assert filed.state == "in_draft_plan"


def test_texts_of_the_reasons_are_the_reviewers(world: World) -> None:
    conclusion = world.ministry.concludes(submitted(world), "no").conclusion
    assert conclusion is not None
    assert conclusion.reasons["ru"] == REASONS["reasons_ru"]
