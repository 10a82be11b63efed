"""`kelisim due`: the dates of the Rules, from the command line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.commandline.running import ROOT, kelisim
from tests.journeys.diagrams import Copy

CALENDAR = json.loads((ROOT / "service/reference/calendar_kz.json").read_text(encoding="utf-8"))
VECTORS = CALENDAR["working_day_vectors"]
YEARS = CALENDAR["deadline_table"]
DATED = {"cl4_concepts": "4", "cl12_commission": "12", "cl14_president": "14"}


@pytest.mark.parametrize("vector", VECTORS, ids=[vector["event"] for vector in VECTORS])
def test_ten_working_days_after(vector: dict[str, str]) -> None:
    asked = ("due", "--after", vector["event"], "--working-days", 10)
    assert kelisim(*asked).out == vector["plus_10_working_days_next_day_counting"] + "\n"
    assert kelisim(*asked, "--same-day").out == vector["same_day_counting"] + "\n"


def test_the_example_of_the_issue() -> None:
    asked = ("due", "--after", "2026-12-04", "--working-days", "10")
    assert kelisim(*asked).out == "2026-12-21\n"
    assert kelisim(*asked, "--same-day").out == "2026-12-18\n"


@pytest.mark.parametrize("row", YEARS, ids=[str(row["cycle_year"]) for row in YEARS])
def test_the_deadlines_of_a_year(row: dict[str, dict[str, str]]) -> None:
    ran = kelisim("due", "--cycle", row["cycle_year"])
    by_clause = {line.split()[1]: line for line in ran.out.splitlines()[1:]}
    for key, clause in DATED.items():
        assert row[key]["next_working"] in by_clause[clause], ran.out
    assert f"{row['cycle_year']}-10-25 (before)" in by_clause["8"]
    assert f"{row['cycle_year']}-10-24 23:59:59" in by_clause["8"]


def test_the_dates_stand_on_the_diagram(tmp_path: Path) -> None:
    copy = Copy(tmp_path).date("submission_on", "09-20")
    ran = kelisim("due", "--cycle", 2026, "--processes", copy.folder)
    assert "2026-09-21" in ran.out


def test_an_override_moves_a_deadline(tmp_path: Path) -> None:
    off = {"date": "2026-12-21", "effect": "day_off", "name": {"kk": "Демалыс", "ru": "Выходной"}}
    file = tmp_path / "calendar.json"
    file.write_text(json.dumps({"overrides": [off]}))
    asked = ("due", "--after", "2026-12-04", "--working-days", 10, "--calendar", file)
    assert kelisim(*asked).out == "2026-12-22\n"


@pytest.mark.parametrize(
    "arguments",
    [
        "",
        "--after 2026-12-04",
        "--working-days 10",
        "--after yesterday --working-days 10",
        "--after 2026-02-30 --working-days 10",
        "--after 04.12.2026 --working-days 10",
        "--after 2026-12-04 --working-days ten",
        "--after 2026-12-04 --working-days -1",
        "--after 2026-12-04 --working-days 1001",
        "--after 2026-12-04 --working-days 10 --cycle 2026",
        "--cycle 2026 --same-day",
        "--cycle 2013",
        "--cycle 9999",
        "--cycle soon",
        "--holiday",
        "2026",
    ],
)
def test_wrong_usage(arguments: str) -> None:
    ran = kelisim("due", *arguments.split())
    assert ran.code == 2
    assert ran.out == ""
    assert "Error: " in ran.err
    assert "Usage: kelisim due" in ran.err


@pytest.mark.parametrize("day", ["9999-12-31", "0001-01-01", "2013-12-31", "2100-12-30"])
def test_days_that_the_calendar_does_not_know(day: str) -> None:
    kelisim("due", "--after", day, "--working-days", "10").refuses("20")


CALENDARS = {
    "not JSON": "{",
    "text": '"2026-12-21"',
    "null": "null",
    "no list": '{"overrides": {}}',
    "no overrides": "{}",
    "a number": "[1]",
    "no date": '[{"effect": "day_off"}]',
    "bad date": '[{"date": "2026-02-30", "effect": "day_off", "name": {"kk": "a", "ru": "b"}}]',
    "bad effect": '[{"date": "2026-12-21", "effect": "party", "name": {"kk": "a", "ru": "b"}}]',
    "no name": '[{"date": "2026-12-21", "effect": "day_off"}]',
    "name is a list": '[{"date": "2026-12-21", "effect": "day_off", "name": []}]',
    "odd keys": '[{"date": true, "effect": null, "name": null}]',
    "NaN": "[NaN]",
    "deep": "[" * 100_000,
}


@pytest.mark.parametrize("content", CALENDARS.values(), ids=CALENDARS.keys())
def test_a_calendar_that_is_none(content: str, tmp_path: Path) -> None:
    file = tmp_path / "calendar.json"
    file.write_text(content)
    kelisim("due", "--after", "2026-12-04", "--working-days", "10", "--calendar", file).refuses(
        "calendar.json"
    )


def test_a_year_of_days_off_only(tmp_path: Path) -> None:
    """A term that never ends is refused, not counted for ever."""
    file = tmp_path / "calendar.json"
    names = {"kk": "Демалыс", "ru": "Выходной"}
    days = [
        {"date": f"{year}-{month:02d}-{day:02d}", "effect": "day_off", "name": names}
        for year in (2026, 2027, 2028)
        for month in range(1, 13)
        for day in range(1, 29)
    ]
    file.write_text(json.dumps(days))
    ran = kelisim("due", "--after", "2026-12-04", "--working-days", "900", "--calendar", file)
    assert ran.code in (0, 1)
    assert "Traceback" not in ran.err


def test_a_folder_that_opens_no_submissions(tmp_path: Path) -> None:
    kelisim("due", "--cycle", 2026, "--processes", tmp_path).refuses("holds no .bpmn file")
    kelisim("due", "--cycle", 2026, "--processes", tmp_path / "no").refuses("no folder")
    copy = Copy(tmp_path)
    (copy.folder / "annual_cycle.bpmn").unlink()
    kelisim("due", "--cycle", 2026, "--processes", copy.folder).refuses("opens submissions")
