"""docs/administrators-guide.md: its examples run as they stand, and it names what there is."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from service import settings
from service.commandline.entry import cli
from service.web.delivery.words import STATES
from tests.docs.pages import ROOT, blocks, rows, text
from tests.docs.test_command_line import _dialogue, _pattern, _run

PAGE = "docs/administrators-guide.md"
WEB = ROOT / "service" / "web"


def test_the_examples_run_one_after_the_other(tmp_path: Path) -> None:
    for folder in ("service", "tests", "processes", "forms", "docs"):
        (tmp_path / folder).symlink_to(ROOT / folder)
    for block in blocks(PAGE, "console"):
        for command, expected in _dialogue(block):
            code, printed = _run(command, tmp_path)
            assert _pattern(expected).fullmatch(printed), f"$ {command}\n{printed}"
            assert code == 0, command


def test_every_command_that_it_names_exists() -> None:
    named = set(re.findall(r"\bkelisim ([a-z][a-z-]*)\b", text(PAGE)))
    assert named - set(cli.commands) == set()
    assert named >= {"serve", "web", "scheduler", "calendar", "create-admin", "verify-journal"}


def test_every_setting_that_it_names_exists() -> None:
    assert set(re.findall(r"\bKELISIM_[A-Z_]+[A-Z]\b", text(PAGE))) <= set(settings.NAMES)


def test_every_state_of_a_delivery_is_explained_by_its_name() -> None:
    told = [row["state"] for row in rows(PAGE, "state", "what it means")]
    assert told == [str(name) for name in STATES.values()]


@pytest.mark.parametrize("words", re.findall(r"(?<![\w*])\*([A-Z][^*\n]+)\*(?!\*)", text(PAGE)))
def test_pages_and_buttons_are_called_as_they_are(words: str) -> None:
    """Whatever stands in italics with a capital is an English text of the pages."""
    sources = "\n".join(
        file.read_text(encoding="utf-8")
        for file in WEB.rglob("*")
        if file.suffix in {".py", ".html"} and file.is_file()
    )
    for word in words.split(" → "):
        assert f'"{word}"' in sources, word
