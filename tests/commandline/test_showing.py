"""What `kelisim simulate` shows: readable at any width and in each language."""

from __future__ import annotations

import json
from dataclasses import replace
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from service.application.queries.warnings import WARNINGS
from service.bootstrap import open_database
from service.commandline.simulating import words
from service.commandline.simulating.showing import View, show
from service.domain.concepts import ConceptState
from service.domain.plans import PlanState
from tests.commandline.running import DEMONSTRATION, ROOT, kelisim
from tests.journeys.years import small, written

ANNEXES: dict[str, Any] = json.loads(
    (ROOT / "service" / "reference" / "annexes.json").read_text(encoding="utf-8")
)


WIDTHS = {"kk": 80, "ru": 100, "en": 140}


@pytest.fixture(scope="module")
def year(tmp_path_factory: pytest.TempPathFactory) -> View:
    """The demonstration year, played once."""
    out = tmp_path_factory.mktemp("shown") / "out"
    assert kelisim("simulate", DEMONSTRATION, "--json", "--out", out).code == 0
    result = json.loads((out / "outcome.json").read_text(encoding="utf-8"))
    url = f"sqlite:///{out}/simulation.sqlite3"
    with open_database(url, migrate=False) as store, store.read() as work:
        entries = [sealed.entry for sealed in work.journal.sealed()]
        bodies = {body.code: body for body in work.bodies.all()}
    return View(result, entries, bodies, ANNEXES, "kk")


def shown(view: View, width: int) -> str:
    console = Console(file=StringIO(), width=width)
    show(console, view, amendments=2)
    assert isinstance(console.file, StringIO)
    return console.file.getvalue()


@pytest.fixture(scope="module")
def tables(year: View) -> dict[str, str]:
    """The year in each language, each at another width."""
    return {
        language: shown(replace(year, language=language), width)
        for language, width in WIDTHS.items()
    }


def _words(text: str) -> str:
    """The text without line breaks and rules, for headers that are folded."""
    return " ".join(text.replace("─", " ").replace("━", " ").split())


@pytest.mark.parametrize(("language", "width"), [("kk", 80), ("ru", 100), ("en", 140)])
def test_no_line_is_wider_than_the_terminal(
    tables: dict[str, str], language: str, width: int
) -> None:
    assert max(map(len, tables[language].splitlines())) <= width


@pytest.mark.parametrize("language", ["kk", "ru", "en"])
def test_everything_is_there_under_its_title(tables: dict[str, str], language: str) -> None:
    told = tables[language]
    for name in ("timeline", "deadlines", "bodies", "concepts", "letters", "refused"):
        assert words.TITLES[name][language] in told
    for annex in ANNEXES["annexes"]:
        for section in annex["sections"]:
            assert section["heading"][language] in _words(told)
    assert "SMP-2026-029" in told
    assert "2026-08-03 09:00" in told


def test_section_headings_run_across_the_whole_width(tables: dict[str, str]) -> None:
    heading = ANNEXES["annexes"][0]["sections"][0]["heading"]["en"]
    assert heading in [line.strip() for line in tables["en"].splitlines()]


def test_headers_are_those_of_the_annex(tables: dict[str, str]) -> None:
    lines = tables["en"].splitlines()
    for annex in ANNEXES["annexes"]:
        start = next(n for n, line in enumerate(lines) if "Current plan for" in line)
        header = " ".join(lines[start + 2 : start + 9])
        for column in annex["columns"]:
            assert column["header"]["en"].split()[0] in header


def test_bodies_stand_with_abbreviation_and_name(tables: dict[str, str]) -> None:
    assert "МВД –" in tables["ru"]
    assert "Национальный Банк Республики Казахстан" in tables["ru"]


def test_equal_acts_at_one_instant_are_one_line(tables: dict[str, str]) -> None:
    timeline = tables["en"].split("Deadlines")[0]
    [line] = [line for line in timeline.splitlines() if "2026-09-10 10:00" in line]
    assert "Concept registered × 27" in line
    assert "MT/SMP-2026-001" in line
    assert len(timeline.splitlines()) < 90
    assert "2026-11-13 16:00" in timeline
    assert "returned" in timeline


def test_times_are_local(tables: dict[str, str]) -> None:
    assert "2026-10-24 23:59:59" in tables["en"]
    assert "+00:00" not in tables["en"]
    assert "2026-09-28 09:15:00" in tables["en"]  # the reason of the late one


@pytest.mark.parametrize("state", [*ConceptState, *PlanState])
def test_every_state_has_its_word(state: str) -> None:
    assert set(words.STATES[state]) == {"kk", "ru", "en"}


@pytest.mark.parametrize("warning", WARNINGS)
def test_every_warning_has_its_words(warning: str) -> None:
    assert set(words.WARNINGS[warning]) == {"kk", "ru", "en"}
    assert set(words.WARNINGS) == set(WARNINGS)


def test_warnings_are_one_line_before_the_last(year: View) -> None:
    flagged = {**year.result, "warnings": ["commission_overdue", "no_agreed_plan"]}
    view = replace(year, language="en", result=flagged)
    lines = [line for line in shown(view, 200).splitlines() if line.startswith("Attention: ")]
    told = "not with the Commission in time, the new year began without an agreed plan"
    assert lines == [f"Attention: {told}"]
    assert "Attention" not in shown(replace(year, language="en"), 200)


def test_what_failed_is_not_told_as_refused(year: View) -> None:
    failed = replace(year.entries[-1], act="deliver_message", outcome="failed")
    told = shown(replace(year, language="en", entries=[failed]), 140)
    assert "Message delivered: failed" in told


def test_a_word_that_nobody_translated_is_shown_as_it_is() -> None:
    assert words.said(words.ACTS, "do_something_new", "kk") == "do_something_new"


def test_a_marking_stands_in_the_notes_unless_it_is_internal(year: View) -> None:
    plan = year.result["plans"]["current"]
    items = [{**item, "notes": {"en": "With NBK"}} for item in plan["items"]]
    assert {item["marking"] for item in items} == {"internal"}
    marked = {**plan, "items": [{**items[0], "marking": "official_use"}, *items[1:]]}
    view = replace(year, language="en", result={**year.result, "plans": {"current": marked}})
    told = _words(shown(view, 400))
    assert told.count("With NBK; For official use") == 1
    assert "; Internal" not in told


def test_many_concepts_are_summed_up(year: View) -> None:
    many = {
        f"{number}-{copy}": each
        for copy in range(4)
        for number, each in year.result["concepts"].items()
    }
    view = replace(year, language="en", result={**year.result, "concepts": many})

    board = shown(view, 120).split("\nConcepts")[1].split("\nLetters")[0]

    assert len(board.splitlines()) < 14
    assert "SMP-2026-001-0, SMP-2026-002-0" in board
    assert "60" in board


def test_the_command_shows_them(few_bodies: None, tmp_path: Path) -> None:
    ran = kelisim("simulate", written(tmp_path, small()), "--language", "ru", COLUMNS="90")
    assert ran.code == 0
    assert ran.out.startswith("Ход года")
    assert max(map(len, ran.out.splitlines())) <= 90
