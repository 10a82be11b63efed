"""docs/command-line.md tells every command and option, and its examples run as they stand."""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import click
import pytest

from service.commandline.entry import cli
from tests.docs.pages import ROOT, blocks, text

PAGE = "docs/command-line.md"
BY_CODE = {"plans", "concepts", "bodies", "understandings"}  # keyed by code, not by field
TEXTS = {"title", "notes", "estimated_conclusion", "estimated_domestic_procedures"}


def test_every_command_has_its_section_and_no_other() -> None:
    assert set(re.findall(r"^## (.+)$", text(PAGE), re.MULTILINE)) == set(cli.commands)


@pytest.mark.parametrize("command", cli.commands.values(), ids=lambda command: str(command.name))
def test_every_option_is_told(command: click.Command) -> None:
    section = text(PAGE).split(f"## {command.name}\n")[1].split("\n## ")[0]
    options = [p.opts[-1] for p in command.params if isinstance(p, click.Option)]
    assert [option for option in options if f"`{option}" not in section] == []


def test_every_command_has_an_example() -> None:
    shown = "\n".join(blocks(PAGE, "console"))
    assert [name for name in cli.commands if f"kelisim {name}" not in shown] == []


@pytest.mark.parametrize("page", [PAGE, "README.md"])
def test_commands_that_a_page_names_exist(page: str) -> None:
    named = set(re.findall(r"\bkelisim ([a-z][a-z-]*)\b", "\n".join(_code(page))))
    assert named - set(cli.commands) == set()


def test_the_examples_run_as_they_stand(tmp_path: Path) -> None:
    for folder in ("service", "tests", "processes", "forms"):
        (tmp_path / folder).symlink_to(ROOT / folder)
    for block in blocks(PAGE, "console"):
        code = 0
        for command, expected in _dialogue(block):
            if command == "echo $?":
                assert expected == str(code), block
                continue
            code, printed = _run(command, tmp_path)
            assert _pattern(expected).fullmatch(printed), f"$ {command}\n{printed}"


def test_the_json_of_simulate_has_the_shape_that_the_page_shows() -> None:
    (block,) = blocks(PAGE, "json")
    done = subprocess.run(
        [sys.executable, "-m", "service", "simulate", _scenario(), "--json"],
        cwd=ROOT,
        capture_output=True,
        check=True,
    )
    assert _differences(json.loads(block), json.loads(done.stdout), "") == []


def _differences(told: Any, real: Any, where: str) -> list[str]:
    """Where the example's keys or kinds are not those of the real object."""
    if isinstance(told, dict) and isinstance(real, dict):
        some = where.strip(".") in BY_CODE or where.rsplit(".", 1)[-1] in TEXTS
        wrong = told.keys() - real.keys() if some else told.keys() ^ real.keys()
        found = [f"{where}.{key}" for key in sorted(wrong)]
        for key in told.keys() & real.keys():
            found += _differences(told[key], real[key], f"{where}.{key}")
        return found
    if isinstance(told, list) and isinstance(real, list):
        return _differences(told[0], real[0], where) if told and real else []
    kinds = [bool if isinstance(value, bool) else type(value) for value in (told, real)]
    return [] if kinds[0] is kinds[1] else [f"{where}: {kinds}"]


def _scenario() -> str:
    return "service/demonstration/scenario_2026.json"


def _code(page: str) -> list[str]:
    return [*re.findall(r"`([^`\n]+)`", text(page)), *blocks(page, "console"), *blocks(page, "")]


def _dialogue(block: str) -> list[tuple[str, str]]:
    """Each command of a block with what it printed."""
    parts = re.split(r"^\$ (.+)$", block, flags=re.MULTILINE)[1:]
    return [(parts[i], parts[i + 1].strip()) for i in range(0, len(parts), 2)]


def _pattern(expected: str) -> re.Pattern[str]:
    """The expected output; `…` stands for anything."""
    return re.compile(".*".join(map(re.escape, expected.split("…"))), re.DOTALL)


def _run(command: str, folder: Path) -> tuple[int, str]:
    words = shlex.split(command)
    settings = dict(word.split("=", 1) for word in words[: words.index("kelisim")])
    environment = {**os.environ, **settings, "PYTHONPATH": str(ROOT), "COLUMNS": "100"}
    done = subprocess.run(
        [sys.executable, "-m", "service", *words[words.index("kelisim") + 1 :]],
        cwd=folder,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
    )
    lines = [line.rstrip() for line in done.stdout.decode().splitlines()]
    return done.returncode, "\n".join(lines).strip()
