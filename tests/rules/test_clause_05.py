"""Clause 5: "Concepts are presented to the Ministry in the Kazakh and Russian languages."

A concept in one language is blocked when it is sent (AMB-10): nothing is left behind but the
journal's entry, and what is corrected after the date is late.
"""

from __future__ import annotations

import pytest

from service.errors import FormInvalid, WrongInput
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


def test_defects_cannot_be_accepted_for_later_correction(world: World) -> None:
    """AMB-10, the other position belongs to paper, which nobody can register yet: refused."""
    with pytest.raises(WrongInput, match="defect_policy"):
        world.opens_cycle(2026, settings={"defect_policy": "return_for_correction"})
