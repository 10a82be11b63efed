"""A body is renamed, merged or abolished during a cycle (SIL-21): its tasks go to the successor on
the day after its last one; what it did keeps its name.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import pytest

from service.application import records as r
from service.application.actors import Actor
from service.application.commands.administering.import_directory import import_directory
from service.application.commands.administering.replace_body import replace_body
from service.application.queries.actors import actor_for, recipients_of
from service.bootstrap import INSTALLER
from service.domain.calendars import ALMATY
from service.errors import NotPermitted, Refused
from tests.actors import concept, member
from tests.world import World, changed, directory, instant

LAST_DAY = date(2026, 9, 15)
LAST_SECOND, NEXT_DAY = "2026-09-15 23:59:59", "2026-09-16 00:00:00"
PEOPLE = [
    r.Person("aigul", "Айгүл", groups=("MT/submitter",)),
    r.Person("boris", "Борис", groups=("MT/signatory", "MT/head")),
    r.Person("dana", "Дана", groups=("MTI/submitter",)),
    r.Person("erlan", "Ерлан", groups=("MTI/signatory", "MTI/head")),
    r.Person("gulnar", "Гүлнар", groups=("MNE/submitter", "COMMISSION/secretary")),
]


def opened(world: World) -> World:
    """MT is invited alone; MTI and MNE are in the directory, each with its people."""
    world.opens_cycle(2026)
    others = [directory()["MTI"], directory()["MNE"]]
    import_directory(world.app, INSTALLER, others, PEOPLE, world.now)
    return world


def replaces(
    world: World, code: str = "MT", successor: str = "MTI", last_day: date = LAST_DAY
) -> None:
    replace_body(world.app, INSTALLER, code, successor=successor, last_day=last_day, now=world.now)


def acting(world: World, person: str) -> Actor:
    return actor_for(world.app, person, world.now)


def reached(world: World, group: str) -> Sequence[str]:
    on = world.now.astimezone(ALMATY).date()
    with world.app.store.read() as work:
        return [person.id for person in recipients_of(work, group, on)]


# --- who acts --------------------------------------------------------------------------------


def test_until_its_last_second_everybody_acts_for_their_own_body(world: World) -> None:
    replaces(opened(world))
    world.at(LAST_SECOND)
    assert acting(world, "aigul").groups == {"MT/submitter"}
    assert acting(world, "dana").groups == {"MTI/submitter"}


def test_from_the_next_day_on_the_same_roles_are_the_successors(world: World) -> None:
    replaces(opened(world))
    world.at(NEXT_DAY)
    assert acting(world, "aigul").groups == frozenset()
    assert acting(world, "dana").groups == {"MTI/submitter", "MT/submitter"}
    assert acting(world, "erlan").groups == {
        *("MTI/signatory", "MTI/head", "MT/signatory", "MT/head")
    }


def test_the_day_begins_in_almaty(world: World) -> None:
    replaces(opened(world))
    before, after = instant("2026-09-15 23:59:59"), instant("2026-09-16 00:00:00")
    assert actor_for(world.app, "aigul", before).groups
    assert not actor_for(world.app, "aigul", after).groups


def test_a_chain_is_followed_to_its_end(world: World) -> None:
    """MT → MTI → MNE: each step to its day."""
    opened(world)
    replaces(world)
    replaces(world, "MTI", "MNE", date(2026, 9, 20))
    secretary = "COMMISSION/secretary"
    assert acting(world.at(LAST_SECOND), "gulnar").groups == {"MNE/submitter", secretary}
    assert "MT/submitter" in acting(world.at(NEXT_DAY), "dana").groups
    assert "MT/submitter" in acting(world.at("2026-09-20 23:59:59"), "dana").groups
    world.at("2026-09-21 00:00:00")
    assert acting(world, "dana").groups == frozenset()
    assert acting(world, "gulnar").groups == {
        *("MNE/submitter", "MTI/submitter", "MT/submitter", secretary)
    }


def test_two_bodies_may_merge_into_one(world: World) -> None:
    opened(world)
    replaces(world, "MT", "MNE")
    replaces(world, "MTI", "MNE")
    groups = acting(world.at(NEXT_DAY), "gulnar").groups
    assert {"MT/submitter", "MTI/submitter", "MNE/submitter"} <= groups


def test_somebody_unknown_acts_for_nobody(world: World) -> None:
    with pytest.raises(NotPermitted, match="no person 'zarina'"):
        acting(world, "zarina")


# --- tasks -----------------------------------------------------------------------------------


@pytest.mark.clause("7", element="UserTask_PrepareProposals")
def test_an_open_task_goes_to_the_successors_people(world: World) -> None:
    replaces(opened(world))
    world.at(NEXT_DAY)
    with pytest.raises(NotPermitted):
        world.body("MT").sends_no_proposals_letter(by=acting(world, "aigul"))
    world.body("MT").sends_no_proposals_letter(by=acting(world, "dana"))
    (letter,) = world.letters("no_proposals")
    assert (letter.sender, letter.timeliness) == ("MT", "on_time")
    assert world.standing("MT") == "no_proposals"


@pytest.mark.clause("7", element="UserTask_PrepareProposals")
def test_on_its_last_day_the_body_itself_answers(world: World) -> None:
    replaces(opened(world))
    world.at(LAST_SECOND)
    with pytest.raises(NotPermitted):
        world.body("MT").sends_no_proposals_letter(by=acting(world, "dana"))
    world.body("MT").sends_no_proposals_letter(by=acting(world, "aigul"))


def test_the_successor_sees_it_in_its_list_of_tasks(world: World) -> None:
    replaces(opened(world))
    world.at(NEXT_DAY)
    with world.app.store.read() as work:
        found = work.user_tasks.open_for_groups(acting(world, "dana").groups)
        left = work.user_tasks.open_for_groups(acting(world, "aigul").groups)
    assert [task.element_id for task in found] == ["UserTask_PrepareProposals"]
    assert left == []


@pytest.mark.clause("4", element="UserTask_SignConcept")
def test_the_successors_signatory_signs_the_draft_that_was_left(world: World) -> None:
    opened(world).at("2026-09-15")
    filed = world.body("MT").files(concept(2027), by=acting(world, "aigul"))
    replaces(world)
    world.at(NEXT_DAY)
    with pytest.raises(NotPermitted):
        filed.signs(by=acting(world, "boris"))
    filed.signs(by=acting(world, "erlan"))
    assert (filed.state, filed.record.body) == ("under_review", "MT")


@pytest.mark.clause("10")
def test_the_successor_may_withdraw_what_the_body_submitted(world: World) -> None:
    filed = opened(world).at("2026-09-10").body("MT").submits()
    replaces(world)
    world.at(NEXT_DAY)
    with pytest.raises(NotPermitted):
        world.body("MT").withdraws(filed, by=acting(world, "boris"))
    world.body("MT").withdraws(filed, by=acting(world, "erlan"))
    assert filed.state == "withdrawn"


def test_a_task_that_opens_later_is_the_successors_as_well(world: World) -> None:
    replaces(opened(world))
    world.at("2026-09-28")
    world.body("MT").sends_no_proposals_letter(by=acting(world, "dana"))
    assert world.standing("MT") == "no_proposals_late"


# --- delivery --------------------------------------------------------------------------------


def test_what_is_sent_to_the_body_reaches_the_successors_people(world: World) -> None:
    replaces(opened(world))
    world.at(LAST_SECOND)
    assert reached(world, "MT/submitter") == ["aigul"]
    world.at(NEXT_DAY)
    assert reached(world, "MT/submitter") == ["dana"]
    assert reached(world, "MT/head") == ["erlan"]


def test_without_a_successor_it_reaches_nobody(world: World) -> None:
    replaces(opened(world), successor="")
    world.at(NEXT_DAY)
    assert reached(world, "MT/submitter") == []
    assert acting(world, "aigul").groups == frozenset()


def test_groups_that_are_no_bodies_stay_as_they_are(world: World) -> None:
    opened(world)
    assert reached(world, "COMMISSION/secretary") == ["gulnar"]
    assert reached(world, "KURULTAI") == []


# --- history ---------------------------------------------------------------------------------


def test_what_was_done_keeps_the_bodys_name(world: World) -> None:
    filed = opened(world).at("2026-09-10").body("MT").submits(concept(2027))
    replaces(world)
    world.at("2026-10-05").ministry.concludes(filed)
    world.at("2026-11-05").ministry.checks_understandings()
    world.ministry.consolidates()
    assert filed.record.body == "MT"
    assert [item.body for item in world.plan("current").items] == ["MT"]
    assert [letter.recipient for letter in world.letters("invitation")] == ["MT"]


def test_the_next_cycle_invites_who_exists_then(world: World) -> None:
    replaces(opened(world))
    world.opens_cycle(2027, bodies=())
    assert {letter.recipient for letter in world.letters("invitation")} == {"MTI", "MNE"}


def test_it_is_on_record_with_what_it_was_before(world: World) -> None:
    replaces(opened(world))
    replaces(world, last_day=date(2026, 9, 30))
    first, second = world.journal("replace_body", subject="MT")
    assert first.details["before"] == {"last_day": None, "successor": ""}
    assert second.details == {
        "last_day": "2026-09-30",
        "successor": "MTI",
        "before": {"last_day": "2026-09-15", "successor": "MTI"},
    }
    assert world.journal_is_intact()


# --- what is refused -------------------------------------------------------------------------


def test_only_an_administrator_replaces_bodies(world: World) -> None:
    opened(world)
    for group in ("MFA/head", "ADMIN/process_owner", "MT/head"):
        with pytest.raises(NotPermitted):
            replace_body(
                world.app,
                member(group),
                "MT",
                successor="MTI",
                last_day=LAST_DAY,
                now=world.now,
            )
    assert acting(world.at(NEXT_DAY), "aigul").groups
    assert len(world.journal("replace_body", outcome="refused")) == 3


@pytest.mark.parametrize(
    ("code", "successor", "last_day", "refused"),
    [
        ("XX", "MTI", LAST_DAY, "unknown_body"),
        ("MT", "XX", LAST_DAY, "unknown_body"),
        ("MT", "MT", LAST_DAY, "successor_circle"),
        ("MT", "MTI", date(2013, 12, 31), "wrong_last_day"),
        ("MT", "MTI", date.max, "wrong_last_day"),
        ("MT", "", date.min, "wrong_last_day"),
        ("MOD", "MTI", date(2026, 9, 9), "wrong_last_day"),
        ("MT", "MOD", date(2026, 9, 8), "successor_not_active"),
    ],
)
def test_what_cannot_be_is_refused_and_changes_nothing(
    world: World, code: str, successor: str, last_day: date, refused: str
) -> None:
    """MOD exists from 10 September on."""
    opened(world)
    new = changed("MOD", valid_from=date(2026, 9, 10))
    import_directory(world.app, INSTALLER, [new], [], world.now)
    before = bodies(world)
    with pytest.raises(Refused) as refusal:
        replaces(world, code, successor, last_day)
    assert refusal.value.code == refused
    assert bodies(world) == before
    assert world.journal("replace_body", outcome="refused")


def test_a_new_body_takes_over_on_its_first_day(world: World) -> None:
    opened(world)
    new = changed("MOD", valid_from=date(2026, 9, 16))
    import_directory(world.app, INSTALLER, [new], [], world.now)
    replaces(world, "MT", "MOD", LAST_DAY)
    assert bodies(world)["MT"].successor == "MOD"


def test_a_circle_of_three_is_refused(world: World) -> None:
    opened(world)
    replaces(world, "MT", "MTI")
    replaces(world, "MTI", "MNE", date(2026, 9, 20))
    with pytest.raises(Refused, match="MNE → MT → MTI → MNE") as refusal:
        replaces(world, "MNE", "MT", date(2026, 9, 25))
    assert refusal.value.code == "successor_circle"


def test_one_wrong_entry_of_an_imported_directory_stops_nobody_else(world: World) -> None:
    """A directory may be imported with a circle, or a successor that it lacks."""
    opened(world)
    ended = date(2026, 8, 5)
    wrong = [
        changed("MOD", valid_to=ended, successor="MF"),
        changed("MF", valid_to=ended, successor="MOD"),
        changed("MES", valid_to=ended, successor="ZZ"),
    ]
    import_directory(world.app, INSTALLER, wrong, [], world.now)
    assert acting(world.at("2026-09-01"), "dana").groups == {"MTI/submitter"}
    assert reached(world, "MOD/head") == reached(world, "MES/head") == []


def bodies(world: World) -> dict[str, r.Body]:
    with world.app.store.read() as work:
        return {body.code: body for body in work.bodies.all()}
