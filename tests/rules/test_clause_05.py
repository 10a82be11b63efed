"""Clause 5: "Concepts are presented to the Ministry in the Kazakh and Russian languages."

A concept in one language is blocked when it is sent (AMB-10): nothing is left behind but the
journal's entry, and what is corrected after the date is late. A cycle may return it for correction
instead, as it may a concept for a year outside the plans.
"""

from __future__ import annotations

import pytest

from service.errors import FormInvalid
from tests.actors import concept
from tests.world import World

pytestmark = [
    pytest.mark.clause("5"),
    pytest.mark.clause("5", element="ServiceTask_DraftConcept"),
]

BILINGUAL = ("title", "concept_text", "justification")


@pytest.mark.parametrize("language", ["kk", "ru"])
@pytest.mark.parametrize("field", BILINGUAL)
def test_title_text_and_justification_must_be_in_both_languages(
    world: World, field: str, language: str
) -> None:
    world.opens_cycle(2026)
    with pytest.raises(FormInvalid) as refusal:
        world.body("MT").files(concept(2027, **{f"{field}_{language}": ""}))
    assert [key for key, _ in refusal.value.problems] == [f"{field}_{language}"]


@pytest.mark.clause("5", element="StartEvent_FileConcept")
def test_a_refused_concept_leaves_nothing_but_the_journals_entry(world: World) -> None:
    world.opens_cycle(2026)
    with pytest.raises(FormInvalid):
        world.body("MT").files(concept(title_ru="", doc_number="30"))
    assert world.board.concepts == []
    assert world.instance("concept_review", "2026/MT/30") is None
    (entry,) = world.journal("file_concept", outcome="refused")
    assert entry.subject == "2026/MT/30"
    assert "title_ru" in entry.details["reason"]


def test_the_same_text_twice_is_one_language(world: World) -> None:
    world.opens_cycle(2026)
    russian = concept()["title_ru"]
    with pytest.raises(FormInvalid) as refusal:
        world.body("MT").files(concept(title_kk=russian, title_ru=russian))
    assert refusal.value.clause == "5"
    assert "are the same" in refusal.value.message


def test_an_english_title_alone_is_not_enough(world: World) -> None:
    world.opens_cycle(2026)
    with pytest.raises(FormInvalid):
        world.body("MT").files(concept(title_kk="", title_ru="", title_en="Agreement on transport"))


def test_english_is_optional(world: World) -> None:
    filed = world.opens_cycle(2026).body("MT").submits(concept(title_en=""))
    assert filed.state == "under_review"
    assert sorted(filed.record.titles) == ["kk", "ru"]


def test_a_title_without_a_kazakh_letter_is_accepted_with_a_warning(world: World) -> None:
    """A soft check: some Kazakh titles have none of ӘҒҚҢӨҰҮҺІ."""
    world.opens_cycle(2026)
    filed = world.body("MT").files(concept(title_kk="Малайзиямен экстрадиция шарты"))
    assert any("title_kk" in warning for warning in filed.receipt.warnings)


@pytest.mark.clause("5", element="UserTask_ReviseConcept")
def test_a_revision_must_be_in_both_languages_too(world: World) -> None:
    draft = world.opens_cycle(2026).body("MT").files(concept())
    draft.is_sent_back_by_signatory()
    with pytest.raises(FormInvalid):
        draft.is_revised(title_kk="")
    assert draft.record.titles["kk"] == concept()["title_kk"]


def test_the_missing_language_can_be_added_until_the_date(world: World) -> None:
    world.opens_cycle(2026).at("2026-09-25 23:59:58")
    with pytest.raises(FormInvalid):
        world.body("MT").submits(concept(title_ru=""))
    world.at("2026-09-25 23:59:59")
    assert world.body("MT").submits(concept()).state == "under_review"


def test_after_the_date_the_corrected_concept_is_late(world: World) -> None:
    world.opens_cycle(2026).at("2026-09-25 23:59:59")
    with pytest.raises(FormInvalid):
        world.body("MT").submits(concept(title_ru=""))
    world.at("2026-09-26 00:00:00")
    assert world.body("MT").submits(concept()).state == "returned_late"


# --- AMB-10, the other position: return for correction ---------------------------------------


def returning(world: World) -> World:
    return world.opens_cycle(2026, settings={"defect_policy": "return_for_correction"})


@pytest.mark.clause("5", element="Gateway_Complete")
@pytest.mark.clause("5", element="ServiceTask_ReturnForCorrection")
@pytest.mark.parametrize("field", BILINGUAL)
def test_a_missing_language_goes_back_for_correction_with_a_letter(
    world: World, field: str
) -> None:
    values = {**concept(doc_number="30"), f"{field}_ru": ""}
    draft = returning(world).body("MT").files(values)
    assert (draft.state, list(draft.tasks())) == ("draft", ["UserTask_ReviseConcept"])
    (letter,) = world.letters("return_notice")
    assert (letter.sender, letter.recipient, letter.about) == ("MFA", "MT", "30")
    assert letter.payload["ground"] == "one_language"
    assert letter.payload["defects"] == [{"ground": "one_language", "field": f"{field}_ru"}]
    assert letter.payload["due_at"].startswith("2026-09-25T")
    assert [each.clause for each in world.outgoing("letter", subject="return_notice")] == ["5"]


@pytest.mark.clause("4", element="Gateway_Complete")
@pytest.mark.parametrize("year", [2026, 2031])
def test_so_does_a_year_outside_both_plans(world: World, year: int) -> None:
    draft = returning(world).body("MT").files(concept(year))
    (letter,) = world.letters("return_notice")
    assert letter.payload["ground"] == "out_of_horizon"
    assert draft.is_revised(proposed_year=2028).signs().state == "under_review"
    assert draft.record.proposed_year == 2028


def test_both_grounds_stand_in_one_letter(world: World) -> None:
    returning(world).body("MT").files(concept(2031, title_kk="", justification_ru=""))
    (letter,) = world.letters("return_notice")
    assert letter.payload["ground"] == "one_language"
    assert [each["field"] for each in letter.payload["defects"]] == [
        "title_kk",
        "justification_ru",
        "proposed_year",
    ]


@pytest.mark.clause("5", element="UserTask_ReviseConcept")
def test_corrected_and_signed_until_the_last_second_it_is_in_time(world: World) -> None:
    draft = returning(world).body("MT").files(concept(title_ru=""))
    world.at("2026-09-25 23:59:59")
    assert draft.is_revised().signs().state == "under_review"
    assert draft.record.titles["ru"] == concept()["title_ru"]


@pytest.mark.clause("6", element="ServiceTask_ReturnConcept")
def test_after_that_it_is_late_and_returned(world: World) -> None:
    draft = returning(world).body("MT").files(concept(title_ru=""))
    world.at("2026-09-26 00:00:00")
    assert world.standing("MT") == "no_response"
    assert draft.is_revised().signs().state == "returned_late"
    assert [each.payload["ground"] for each in world.letters("return_notice")] == [
        "one_language",
        "late",
    ]


def test_the_revision_must_mend_it(world: World) -> None:
    draft = returning(world).body("MT").files(concept(title_ru=""))
    for change in ({"title_ru": ""}, {"proposed_year": 2031}):
        with pytest.raises(FormInvalid):
            draft.is_revised(**change)
    assert draft.state == "draft"


def test_a_concept_without_defects_goes_straight_to_the_signature(world: World) -> None:
    draft = returning(world).body("MT").files(concept())
    assert list(draft.tasks()) == ["UserTask_SignConcept"]
    assert world.letters("return_notice") == []


@pytest.mark.parametrize(
    "change",
    [
        {"title_kk": "", "title_ru": ""},
        {"title_ru": concept()["title_kk"]},
        {"title_ru": "Кратко"},
        {"title_ru": {"typename": "date"}},
        {"title_ru": "", "treaty_kind": "oral"},
        {"title_ru": "", "counterparts": []},
        {"title_ru": "", "contact": "\x00"},
        {"proposed_year": "2027-2028"},
        {"proposed_year": ""},
        {"proposed_period": ""},
    ],
    ids=str,
)
def test_every_other_defect_is_refused_in_both_positions(
    world: World, change: dict[str, object]
) -> None:
    returning(world)
    with pytest.raises(FormInvalid):
        world.body("MT").files({**concept(), **change})
    assert world.board.concepts == []
    assert world.letters("return_notice") == []
