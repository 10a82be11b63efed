"""The demonstration year, played whole: everything that its file expects comes about.

32 bodies, 30 concepts, 4 cases of letters, 5 understandings; the Commission returns the drafts
once, the President agrees on 4 December, the legislature receives the plans on 18 December 2026.
"""

from __future__ import annotations

import shutil
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from service import bootstrap
from service.application.commands.administering.import_directory import import_directory
from service.simulation.outcome import outcome
from service.simulation.playing import Player
from service.simulation.reading import read_scenario
from tests import postgres
from tests.forms.samples import ROOT, scenario
from tests.world import World

FILE = ROOT / "service" / "demonstration" / "scenario_2026.json"
pytestmark = [pytest.mark.clause(str(number)) for number in range(2, 16)]

CONCEPTS = {told["id"]: told for told in scenario()["concepts"]}
INCLUDED = {
    name: told["expected_result"]["included_in"]
    for name, told in CONCEPTS.items()
    if "included_in" in told["expected_result"]
}


@dataclass(frozen=True)
class Year:
    """What came of the year, and the journal's (entries, first broken one)."""

    came: dict[str, Any]
    journal: tuple[int, int | None, str]

    def letters(self, kind: str) -> list[dict[str, Any]]:
        return [letter for letter in self.came["letters"] if letter["kind"] == kind]

    def decision(self, kind: str) -> dict[str, Any]:
        found: dict[str, Any] = [d for d in self.came["decisions"] if d["kind"] == kind][-1]
        return found


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def year(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Year:
    """Played once on each database for all tests of this file."""
    url = _database(request, tmp_path_factory.mktemp("year"))
    with bootstrap.open_database(url, migrate=False, durable=False) as store:
        app = World(store).app
        told = read_scenario(FILE)
        bodies = bootstrap.shipped_bodies()
        import_directory(app, bootstrap.INSTALLER, bodies, [], told.opens_at)
        played = Player(app, told).play()
        came = outcome(app, 2026, played, 0.0)
        return Year(came, bootstrap.first_broken_entry(store))


def _database(request: pytest.FixtureRequest, folder: Path) -> str:
    if request.param == "sqlite":
        file = folder / "year.sqlite3"
        shutil.copyfile(request.getfixturevalue("_sqlite_original"), file)
        return f"sqlite:///{file.as_posix()}"
    url: str = request.getfixturevalue("_postgres_with_tables")
    postgres.empty_tables(url)
    return url.replace("postgresql://", "postgresql+psycopg://", 1)


# --- concepts --------------------------------------------------------------------------------


@pytest.mark.clause("10", element="ServiceTask_IncludeInDraftPlan")
def test_every_expedient_concept_is_transmitted_in_the_plan_that_is_expected(year: Year) -> None:
    came = {name: year.came["concepts"][name] for name in INCLUDED}
    assert {name: each["plan"] for name, each in came.items()} == INCLUDED
    assert {each["state"] for each in came.values()} == {"transmitted"}


def test_each_of_them_is_included_exactly_once_and_nothing_else_is(year: Year) -> None:
    listed = Counter(
        (item["concept"], kind)
        for kind, plan in year.came["plans"].items()
        for item in plan["items"]
    )
    assert listed == Counter(INCLUDED.items())


def test_the_late_concept_is_returned_without_consideration_with_its_letter(year: Year) -> None:
    assert year.came["concepts"]["SMP-2026-026"]["state"] == "returned_late"
    (letter,) = year.letters("return_notice")
    assert (letter["to"], letter["about"]) == ("MA", "SMP-2026-026")
    assert letter["at"].startswith("2026-09-28T09:15:00")


def test_the_inexpedient_concept_is_notified_and_not_included(year: Year) -> None:
    assert year.came["concepts"]["SMP-2026-027"]["state"] == "not_expedient"
    (letter,) = year.letters("negative_expediency_notice")
    assert (letter["to"], letter["about"]) == ("MTS", "SMP-2026-027")


def test_one_language_and_out_of_horizon_are_refused_and_leave_nothing(year: Year) -> None:
    refused = {each["act"]: each for each in year.came["refused"]}
    assert set(refused) == {"SMP-2026-029", "SMP-2026-030"}
    assert "2031" in refused["SMP-2026-029"]["reason"]
    assert "title_ru" in refused["SMP-2026-030"]["reason"]
    assert {each["code"] for each in refused.values()} == {"form_invalid"}
    for name in refused:
        assert year.came["concepts"][name]["state"] == "refused"
        assert year.came["concepts"][name]["number"] == ""


def test_no_expectation_of_the_file_is_left_out(year: Year) -> None:
    """What the tests above compare is all that the file expects of its concepts."""
    others = {name: told["expected_result"] for name, told in CONCEPTS.items()}
    for name in INCLUDED:
        expected = others.pop(name)
        assert (expected["timeliness"], expected["expediency"]) == ("on_time", "positive")
    assert {name: each.get("result") for name, each in others.items()} == {
        "SMP-2026-026": "returned_without_consideration",
        "SMP-2026-027": "not_included",
        "SMP-2026-029": "rejected_by_validation",
        "SMP-2026-030": "rejected_by_validation",
    }


# --- bodies ----------------------------------------------------------------------------------


@pytest.mark.clause("7")
def test_bodies_stand_where_their_letters_and_concepts_put_them(year: Year) -> None:
    bodies = year.came["bodies"]
    assert (bodies["MOD"], bodies["ACSA"]) == ("no_proposals", "no_proposals")
    assert bodies["APDC"] == "no_proposals_late"
    assert bodies["NBK"] == "no_response"
    submitters = {told["body"] for name, told in CONCEPTS.items() if name in INCLUDED}
    assert {code for code, standing in bodies.items() if standing == "submitted"} == {
        *submitters,
        "MTS",
    }


@pytest.mark.clause("7", element="ServiceTask_EscalateNoResponse")
def test_the_silent_bank_is_escalated_and_the_cycle_goes_on(year: Year) -> None:
    told = [
        each["to"]
        for each in year.came["escalations"]
        if (each["about"], each["at"]) == ("NBK", "2026-09-26T00:00:00+05:00")
    ]
    assert sorted(told) == ["MFA/head", "NBK/head"]
    assert year.came["status"] == "transmitted"


@pytest.mark.clause("4")
def test_only_active_bodies_that_may_propose_are_invited(year: Year) -> None:
    invited = sorted(letter["to"] for letter in year.letters("invitation"))
    active = sorted(body.code for body in bootstrap.shipped_bodies() if body.may_submit)
    assert invited == active == sorted(year.came["bodies"])


# --- plans and their way ---------------------------------------------------------------------


@pytest.mark.clause("2")
def test_the_plans_are_for_2027_and_2028_to_2030(year: Year) -> None:
    plans = year.came["plans"]
    assert plans["current"]["years"] == [2027, 2027]
    assert plans["prospective"]["years"] == [2028, 2030]
    assert {plan["status"] for plan in plans.values()} == {"transmitted"}


@pytest.mark.clause("13", element="Gateway_CommissionOutcome")
def test_the_commissions_return_made_a_second_version(year: Year) -> None:
    assert {plan["version"] for plan in year.came["plans"].values()} == {2}
    outcomes = [d["outcome"] for d in year.came["decisions"] if d["kind"] == "commission"]
    assert outcomes == ["returned", "approved"]


def test_items_are_numbered_by_section_in_both_languages(year: Year) -> None:
    for plan in year.came["plans"].values():
        sections = [item["section"] for item in plan["items"]]
        assert sections == sorted(sections)
        assert [item["no"] for item in plan["items"]] == list(range(1, len(sections) + 1))
        assert all(item["title"]["kk"] and item["title"]["ru"] for item in plan["items"])


@pytest.mark.clause("4")
def test_what_the_plans_print_is_what_the_file_says(year: Year) -> None:
    for plan in year.came["plans"].values():
        for item in plan["items"]:
            told = CONCEPTS[item["concept"]]
            assert item["title"] == told["title"]
            assert item["estimated_conclusion"] == told["estimated_conclusion"]
            printed = item["estimated_domestic_procedures"]
            assert printed == told["estimated_domestic_procedures"]


@pytest.mark.clause("11")
def test_one_understanding_is_uncovered_and_asked_of_its_body(year: Year) -> None:
    coverage = year.came["understandings"]
    assert coverage["EV-05"] == "not_covered"
    assert coverage["EV-01"] == "covered"
    assert [(letter["to"], letter["about"]) for letter in year.letters("coverage_request")] == [
        ("MCI", "EV-05")
    ]


def test_every_letter_is_of_a_kind_that_the_rules_know(year: Year) -> None:
    assert {letter["kind"] for letter in year.came["letters"]} == {
        *("invitation", "no_proposals", "return_notice", "negative_expediency_notice"),
        *("coverage_request", "commission_cover", "president_cover", "legislature_transmittal"),
    }


@pytest.mark.clause("15", element="ServiceTask_TransmitToLegislature")
def test_the_legislature_was_due_on_21_december_and_served_on_the_18th(year: Year) -> None:
    due = next(each for each in year.came["deadlines"] if each["step"] == "legislature")
    assert (due["legal"], due["target"]) == ("2026-12-21", "2026-12-18")
    sent = year.decision("legislature")
    assert (sent["at"][:10], sent["timeliness"]) == ("2026-12-18", "on_time")
    (letter,) = year.letters("legislature_transmittal")
    assert letter["to"] == "KURULTAI"


def test_every_sending_of_the_year_was_on_time(year: Year) -> None:
    assert {each["timeliness"] for each in year.came["decisions"]} == {"on_time"}


def test_the_years_journal_is_intact(year: Year) -> None:
    entries, broken, _ = year.journal
    assert entries > 300
    assert broken is None
    assert year.came["incidents"] == []
    assert year.came["stand_ins"] == []
