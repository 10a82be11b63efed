"""Clause 2: "The current plan is compiled for the coming year using the form in Annex 1 to these
Rules. The prospective plan is compiled for the following three-year period using the form in Annex
2 to these Rules."

Cycle year Y: current plan Y+1, prospective plan Y+2 … Y+4, without overlap (AMB-05); one of each
per cycle (AMB-21).
"""

from __future__ import annotations

import pytest

from service.bootstrap import annexes
from service.errors import NotPermitted, Refused, WrongInput
from tests.actors import concept, person
from tests.rules.stages import consolidated
from tests.world import World

pytestmark = pytest.mark.clause("2")


def test_the_current_plan_is_for_the_coming_year_the_prospective_for_three_more(
    world: World,
) -> None:
    consolidated(world)
    current, prospective = world.plan("current"), world.plan("prospective")
    assert (current.year_from, current.year_to) == (2027, 2027)
    assert (prospective.year_from, prospective.year_to) == (2028, 2030)


@pytest.mark.clause("2", element="StartEvent_CycleOpened")
def test_there_is_one_cycle_for_each_year(world: World) -> None:
    world.opens_cycle(2026)
    with pytest.raises(Refused) as refusal:
        world.opens_cycle(2026)
    assert (refusal.value.code, refusal.value.clause) == ("cycle_exists", "2")
    assert world.journal("open_cycle", outcome="refused")


def test_the_next_year_has_a_cycle_of_its_own(world: World) -> None:
    world.opens_cycle(2026)
    world.opens_cycle(2027, bodies=())
    assert world.board.cycle.year == 2027
    assert [letter.about for letter in world.letters("invitation")] == ["2027"]


@pytest.mark.clause("2", element="StartEvent_CycleOpened")
def test_only_consolidator_and_administrator_open_a_cycle(world: World) -> None:
    with pytest.raises(NotPermitted):
        world.opens_cycle(2026, by=person("mt.submitter", "MT/submitter"))
    assert world.journal("open_cycle", outcome="refused", actor="mt.submitter")
    world.opens_cycle(2026, by=person("admin", "ADMIN/administrator"))


@pytest.mark.clause("2", element="ServiceTask_ComposeDraftPlans")
def test_a_cycle_makes_one_plan_of_each_kind(world: World) -> None:
    consolidated(world)
    assert sorted(world.board.plans) == ["current", "prospective"]
    assert [len(world.versions(kind)) for kind in ("current", "prospective")] == [1, 1]


@pytest.mark.parametrize("year", [2013, 2096])
def test_a_year_that_the_calendar_does_not_know_is_no_planning_year(
    world: World, year: int
) -> None:
    with pytest.raises(WrongInput, match=str(year)):
        world.opens_cycle(year)


def test_a_plan_holds_what_its_annex_asks_for(world: World) -> None:
    """Six columns: number, body, title, time of conclusion, domestic procedures, notes."""
    consolidated(world, concept(2027, notes_kk="Ескертпе мәтіні", notes_ru="Текст примечания"))
    (item,) = world.plan("current").items
    columns = [column["key"] for column in annexes()["annexes"][0]["columns"]]
    row = dict(
        zip(
            columns,
            (
                item.number,
                item.body,
                item.titles["ru"],
                item.estimated_conclusion["ru"],
                item.estimated_domestic_procedures["ru"],
                item.notes["ru"],
            ),
            strict=True,
        )
    )
    assert row == {
        "row_no": 1,
        "proposing_body": "MT",
        "treaty_name": concept()["title_ru"],
        "estimated_conclusion": "II квартал 2027 года",
        "estimated_domestic_procedures": (
            "утверждение постановлением Правительства Республики Казахстан – III квартал 2027 года"
        ),
        "notes": "Текст примечания",
    }
