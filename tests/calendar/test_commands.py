"""`kelisim calendar` on a real database."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.commandline.running import Ran, kelisim
from tests.domain.given import reference
from tests.rules import stages
from tests.world import World, when


def calendar(url: str, *arguments: object) -> Ran:
    return kelisim("calendar", *arguments, DATABASE_URL=url)


def written(folder: Path, document: object) -> Path:
    file = folder / "calendar.json"
    file.write_text(json.dumps(document, ensure_ascii=False), encoding="utf-8")
    return file


def off(on: str, **more: object) -> dict[str, object]:
    names = {"kk": "Демалыс күні", "ru": "Выходной день", "en": "Day off"}
    return {"date": on, "effect": "day_off", "name": names, "legal_act": "№ 109", **more}


def test_a_year_is_shown_in_three_languages(database_url: str) -> None:
    for language, said in (
        ("kk", "жұмыс күнтізбесі"),
        ("ru", "Производственный календарь"),
        ("en", "Working"),
    ):
        ran = calendar(database_url, "show", "--year", 2026, "--language", language)
        assert ran.code == 0, ran.err
        assert said in ran.out
        assert "247" in ran.out


def test_the_shipped_file_is_imported_and_exported_to_nothing_new(
    database_url: str, tmp_path: Path
) -> None:
    shipped = written(tmp_path, reference("calendar_kz.json"))
    ran = calendar(database_url, "import", shipped, "--reason", "2026", "--language", "en")
    assert "Change 1 is made" in ran.out, ran.err
    exported = tmp_path / "exported.json"
    assert calendar(database_url, "export", exported).code == 0
    again = calendar(database_url, "import", exported, "--reason", "x", "--language", "en")
    assert again.out.startswith("Nothing in the file is new")
    assert json.loads(calendar(database_url, "export", "-").out) == json.loads(
        exported.read_text(encoding="utf-8")
    )


def test_a_running_year_is_previewed_then_moved(
    world: World, database_url: str, tmp_path: Path
) -> None:
    stages.agreed(world)
    file = written(tmp_path, {"overrides": [off("2026-12-18")]})
    seen = calendar(database_url, "preview", file, "--language", "en")
    assert seen.code == 0, seen.err
    assert "2026-12-21 23:59:59" in seen.out
    assert "2026-12-22 23:59:59" in seen.out
    assert when(world.open_tasks()["UserTask_SendToLegislature"].due_at) == "2026-12-21 23:59:59"
    made = calendar(database_url, "import", file, "--reason", "№ 109", "--language", "en")
    assert "Change 1 is made" in made.out, made.err
    task = world.open_tasks()["UserTask_SendToLegislature"]
    assert when(task.due_at) == "2026-12-22 23:59:59"
    explained = calendar(database_url, "explain", "--task", task.id, "--language", "ru")
    assert "Выходной день" in explained.out
    assert "№ 109" in explained.out
    years = calendar(database_url, "explain", "--cycle", 2026, "--language", "kk")
    assert "Заң шығарушы органға" in years.out


def test_confirming_a_year_ends_its_warning(database_url: str) -> None:
    year = calendar(database_url, "show", "--language", "en").out.split("calendar of ")[1][:4]
    ran = calendar(database_url, "confirm", year, "--act", "№ 1, 2026", "--language", "en")
    assert ran.code == 0, ran.err
    shown = calendar(database_url, "show", "--year", year, "--language", "en").out
    assert "Status: confirmed. № 1, 2026" in shown
    assert f"The working calendar of {year} is not confirmed" not in shown


def test_any_term_is_explained(database_url: str) -> None:
    term = ("--after", "2026-12-04", "--working-days", 10, "--language", "en")
    ran = calendar(database_url, "explain", *term)
    assert "The last day of the term: 2026-12-21." in ran.out
    assert "Independence Day" in ran.out
    back = ("--before", "2026-10-27", "--working-days", 2, "--language", "en")
    assert "The result: 2026-10-22." in calendar(database_url, "explain", *back).out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("confirm", 2026, "--act", " "), "no legal act"),
        (("confirm", 2026, "--act", "№ 1", "--as", "nobody"), "no person 'nobody'"),
        (("explain", "--cycle", 2026), "no planning cycle of 2026"),
        (("explain", "--task", "nothing"), "not open any more"),
        (("explain", "--after", "1999-01-01", "--working-days", 1), "1999-01-01"),
        (("preview", "/nosuch.json"), "/nosuch.json"),
    ],
)
def test_what_cannot_be_done_is_said_on_one_line(
    database_url: str, arguments: tuple[object, ...], said: str
) -> None:
    calendar(database_url, *arguments).refuses(said)


@pytest.mark.parametrize(
    ("document", "said"),
    [
        (
            {"overrides": [off("2026-12-18"), off("2026-12-18", effect="working_day")]},
            "given twice",
        ),
        ({"overrides": [off("2026-12-18", linked_date="2026-12-19")]}, "half of a transfer"),
        ({"overrides": [off("2026-12-18", status="maybe")]}, "'maybe'"),
        ({"overrides": {}}, "no list of overrides"),
        ([], None),
    ],
)
def test_a_file_with_nonsense_is_refused(
    database_url: str, tmp_path: Path, document: object, said: str | None
) -> None:
    ran = calendar(database_url, "import", written(tmp_path, document), "--reason", "x")
    if said is None:
        assert ran.code == 0, ran.err
        return
    assert ran.code == 1
    assert said in ran.err
    assert "Traceback" not in ran.err


@pytest.mark.parametrize(
    "arguments",
    [
        ("explain",),
        ("explain", "--after", "2026-12-04"),
        ("explain", "--after", "2026-12-04", "--before", "2026-12-05", "--working-days", 1),
        ("import", "x.json"),
        ("show", "--year", 1999),
    ],
)
def test_wrong_usage_ends_with_two(database_url: str, arguments: tuple[object, ...]) -> None:
    assert calendar(database_url, *arguments).code == 2
