"""Other years, other turns of events: each played whole on the shipped diagrams."""

from __future__ import annotations

from typing import Any

import pytest

from tests.journeys.years import Data, Play, acts, at, concept, small

BOTH_PLANS = {"C-1": "current", "C-2": "prospective"}


def refused(year: Data) -> dict[str, str]:
    return {each["act"]: each["code"] for each in year["refused"]}


def states(year: Data) -> dict[str, str]:
    return {number: each["state"] for number, each in year["concepts"].items()}


def deadlines(year: Data) -> dict[str, str]:
    return {each["step"]: each["due_at"] for each in year["deadlines"]}


def decided(year: Data, kind: str) -> list[str]:
    return [each["outcome"] for each in year["decisions"] if each["kind"] == kind]


def returned(on: str, reworked: str, year: int = 2026) -> Data:
    remarks = {"kk": "Мерзімі нақтылансын.", "ru": "Уточнить сроки."}
    return {
        "at": at(year, on),
        "outcome": "returned",
        "remarks": remarks,
        "reworked_at": at(year, reworked),
    }


# --- other years ---------------------------------------------------------------------------------


def test_25_september_2027_is_a_saturday(play: Play) -> None:
    """The last second is that of Monday 27 September; the next one is late (clauses 4, 6)."""
    last, next_one = at(2027, "09-27", "23:59:59"), at(2027, "09-28", "00:00:00")
    year = play(
        small(
            2027,
            concepts=[
                concept(1, 2027, submitted_at=last),
                concept(2, 2027, submitted_at=next_one),
            ],
            letters=[
                {"id": "L-1", "body": "MOD", "submitted_at": last},
                {"id": "L-2", "body": "ACSA", "submitted_at": next_one},
            ],
        )
    )

    assert deadlines(year)["submission"] == last
    assert states(year) == {"C-1": "transmitted", "C-2": "returned_late"}
    assert year["bodies"]["MOD"] == "no_proposals"
    assert year["bodies"]["ACSA"] == "no_proposals_late"
    assert year["plans"]["current"]["years"] == [2028, 2028]
    assert year["plans"]["prospective"]["years"] == [2029, 2031]


@pytest.mark.parametrize(
    ("number", "submission", "commission", "president"),
    [
        (2024, "2024-09-25", "2024-11-11", "2024-11-25"),
        (2028, "2028-09-25", "2028-11-10", "2028-11-27"),
        (2029, "2029-09-25", "2029-11-12", "2029-11-26"),
    ],
)
def test_every_year_ends_transmitted(
    play: Play, number: int, submission: str, commission: str, president: str
) -> None:
    year = play(small(number))

    assert year["refused"] == []
    assert year["status"] == "transmitted"
    assert {n: each["plan"] for n, each in year["concepts"].items()} == BOTH_PLANS
    legal = {each["step"]: each["legal"] for each in year["deadlines"]}
    assert (legal["submission"], legal["commission"], legal["president"]) == (
        submission,
        commission,
        president,
    )
    assert legal["conclusion"] == f"{number}-10-25"
    recipient = "PARLIAMENT" if number < 2026 else "KURULTAI"
    assert {
        each["to"] for each in year["letters"] if each["kind"] == "legislature_transmittal"
    } == {recipient}


# --- little or nothing happens -------------------------------------------------------------------


@pytest.mark.parametrize(
    "nothing", [{}, {"acts": {}}, {"acts": None}, {"acts": {"commission": [], "president": None}}]
)
def test_a_year_in_which_nobody_does_anything(play: Play, nothing: Data) -> None:
    data: Data = {"cycle_year": 2026, "opens_at": at(2026, "08-03"), **nothing}
    if not nothing:
        data |= {k: [] for k in ("concepts", "letters", "events_register", "amendments")}
    year = play(data)

    assert set(year["bodies"].values()) == {"no_response"}
    assert year["concepts"] == {}
    assert year["plans"] == {}
    assert year["refused"] == []
    assert year["status"] != "transmitted"
    assert len(deadlines(year)) == 4  # none for the legislature: nothing is agreed


def test_a_year_without_concepts_has_empty_plans(play: Play) -> None:
    year = play(small(concepts=[], letters=[]))

    assert year["status"] == "transmitted"
    assert [plan["items"] for plan in year["plans"].values()] == [[], []]


def test_acts_that_are_missing_are_not_done(play: Play) -> None:
    """Nobody sent the plans to the President: it escalates from 26 November on."""
    year = play(
        small(acts=acts(sent_to_president_at=None, president=[], sent_to_legislature_at=None))
    )

    assert year["plans"]["current"]["status"] == "approved"
    overdue = [each for each in year["escalations"] if each["subject"] == "president_overdue"]
    assert [each["at"] for each in overdue] == [
        at(2026, "11-26", "00:00:00"),
        at(2026, "11-30", "09:00:00"),
        at(2026, "12-02", "09:00:00"),
    ]
    assert year["refused"] == []


def test_letters_that_were_never_sent(play: Play) -> None:
    year = play(small(letters=[{"id": "L-1", "body": "MOD", "submitted_at": None}]))

    assert year["bodies"]["MOD"] == "no_response"
    assert year["refused"] == []


# --- several rounds ------------------------------------------------------------------------------


def test_the_commission_returns_the_drafts_twice(play: Play) -> None:
    rounds = [returned("11-11", "11-13"), returned("11-16", "11-18")]
    rounds.append({"at": at(2026, "11-20"), "outcome": "approved"})
    year = play(small(acts=acts(commission=rounds)))

    assert decided(year, "commission") == ["returned", "returned", "approved"]
    assert {plan["version"] for plan in year["plans"].values()} == {3}
    assert year["refused"] == []
    assert year["status"] == "transmitted"


def test_the_commission_refuses_and_the_ministry_begins_again(play: Play) -> None:
    refusal = {**returned("11-11", "11-13"), "outcome": "refused"}
    rounds = [refusal, {"at": at(2026, "11-20"), "outcome": "approved"}]
    year = play(small(acts=acts(commission=rounds)))

    assert decided(year, "commission") == ["refused", "approved"]
    assert year["refused"] == []
    assert year["status"] == "transmitted"


def test_the_commission_refuses_and_that_is_the_end(play: Play) -> None:
    refusal = {"at": at(2026, "11-11"), "outcome": "refused"}
    year = play(small(acts={**acts(commission=[refusal]), "president": []}))

    assert year["status"] != "transmitted"
    assert refused(year) == {
        "sent_to_president": "task_not_open",
        "sent_to_legislature": "task_not_open",
    }
    assert {each["state"] for each in year["concepts"].values()} == {"in_draft_plan"}


def test_the_commission_approves_late_and_the_plans_go_on_at_once(play: Play) -> None:
    """Sent to the President before the Commission decided: refused, and nothing is left of it."""
    rounds = [{"at": at(2026, "11-30"), "outcome": "approved"}]
    year = play(small(acts=acts(commission=rounds)))

    assert refused(year) == {"sent_to_president": "task_not_open"}
    reason = year["refused"][0]["reason"]
    assert "UserTask_SendToPresident is not open" in reason
    assert "UserTask_RecordCommissionDecision" in reason
    sent = [each for each in year["decisions"] if each["kind"] == "sent_to_president"]
    assert [(each["at"], each["timeliness"]) for each in sent] == [
        (at(2026, "11-30", "10:00:01"), "late")
    ]
    assert year["status"] == "transmitted"


@pytest.mark.parametrize(("kind", "version"), [("substantive", 2), ("correction", 1)])
def test_the_president_does_not_agree_at_first(play: Play, kind: str, version: int) -> None:
    """Substantive remarks go back to the Commission; a correction is sent again as it is."""
    first = {
        "at": at(2026, "12-01"),
        "outcome": "not_agreed",
        "remarks_kind": kind,
        "remarks": {"kk": "Мәтіні нақтылансын.", "ru": "Уточнить текст."},
        "reworked_at": at(2026, "12-03"),
    }
    second = {"at": at(2026, "12-10"), "outcome": "agreed"}
    rounds = [{"at": at(2026, "11-13"), "outcome": "approved"}]
    if kind == "substantive":
        rounds.append({"at": at(2026, "12-07"), "outcome": "approved"})
    year = play(small(acts=acts(commission=rounds, president=[first, second])))

    assert year["refused"] == []
    assert decided(year, "president") == ["not_agreed", "agreed"]
    assert {plan["version"] for plan in year["plans"].values()} >= {version}
    assert year["status"] == "transmitted"


def test_the_president_agrees_one_plan_first(play: Play) -> None:
    """The current plan goes to the legislature alone; the prospective one follows."""
    rounds = [
        {"at": at(2026, "12-01"), "outcome": "agreed", "plans_covered": "current"},
        {"at": at(2026, "12-04"), "outcome": "agreed", "plans_covered": "prospective"},
    ]
    year = play(small(acts=acts(president=rounds)))

    assert year["refused"] == []
    assert [each["at"] for each in year["decisions"] if each["kind"] == "legislature"] == [
        at(2026, "12-04", "09:59:59"),
        at(2026, "12-15"),
    ]
    assert set(states(year).values()) == {"transmitted"}
    assert year["status"] == "transmitted"


def test_the_president_agrees_the_second_plan_after_the_first_was_sent(play: Play) -> None:
    rounds = [
        {"at": at(2026, "12-01"), "outcome": "agreed", "plans_covered": "current"},
        {"at": at(2026, "12-20"), "outcome": "agreed", "plans_covered": "prospective"},
    ]
    year = play(small(acts=acts(president=rounds)))

    assert year["refused"] == []
    assert year["status"] == "transmitted"


# --- acts that cannot be -------------------------------------------------------------------------


def test_acts_before_their_time_are_refused_and_leave_nothing(play: Play) -> None:
    data = small(
        concepts=[
            concept(1, submitted_at=at(2026, "08-01")),  # before the cycle is open
            concept(2, examination={"decided_at": at(2026, "09-01")}),  # before it is filed
            concept(3, body="NOBODY"),
            concept(4, body="MT/head"),
        ],
        letters=[{"id": "L-1", "body": "NOBODY", "submitted_at": at(2026, "09-15")}],
    )
    year = play(data)

    codes = refused(year)
    assert codes["C-1"] == "no_cycle"
    assert codes["C-2"] == "not_filed"
    assert "C-3" in codes
    assert "C-4" in codes
    assert codes["L-1"] == "unknown_body"
    assert states(year)["C-2"] == "under_review"
    assert {states(year)[number] for number in ("C-1", "C-3", "C-4")} == {"refused"}
    assert set(year["concepts"]) == {"C-1", "C-2", "C-3", "C-4"}  # no act is taken for a concept
    assert "NOBODY" not in year["bodies"]


def test_a_concept_that_the_rules_refuse_leaves_no_number_behind(play: Play) -> None:
    wrong = concept(1, proposed_year=2040)
    year = play(small(concepts=[wrong, concept(2)]))

    assert states(year) == {"C-2": "transmitted", "C-1": "refused"}
    assert year["concepts"]["C-2"]["number"] == "2026/0001"
    assert "2040" in year["concepts"]["C-1"]["reason"]
    assert year["bodies"]["MT"] == "no_response"


def test_examination_of_a_returned_concept_is_passed_over(play: Play) -> None:
    year = play(small(concepts=[concept(1, submitted_at=at(2026, "09-28"))]))

    assert states(year) == {"C-1": "returned_late"}
    assert year["refused"] == []


# --- options of the scenario ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("settings", "step", "due"),
    [
        ({"count_from": "same_day"}, "legislature", at(2026, "12-18", "23:59:59")),
        ({}, "legislature", at(2026, "12-21", "23:59:59")),
        ({"conclusion_inclusive": True}, "conclusion", at(2026, "10-25", "23:59:59")),
    ],
)
def test_settings_of_the_scenario_are_the_cycles(
    play: Play, settings: Data, step: str, due: str
) -> None:
    year = play(small(settings=settings))

    assert deadlines(year)[step] == due


def test_another_addressee_by_setting(play: Play) -> None:
    parliament = {"legislature": [["0001-01-01", "PARLIAMENT"]]}
    year = play(small(settings=parliament))

    assert "PARLIAMENT" in {each["to"] for each in year["letters"]}
    assert year["status"] == "transmitted"


def test_scale_files_each_concept_again_under_a_fresh_id(play: Any) -> None:
    data = small()
    data["concepts"].append(concept(3, id="C-1-0001"))  # an id that scaling would give
    year = play(data, scale=3)

    assert len(year["concepts"]) == 9
    numbers = {each["number"] for each in year["concepts"].values()}
    assert numbers == {f"2026/{number:04d}" for number in range(1, 10)}
    assert set(states(year).values()) == {"transmitted"}
    assert year["refused"] == []
