"""The frame: README, Makefile, locks and the package say the same."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

from tests.architecture.tree import ROOT, name, text_files

LOCKS = ("requirements.lock", "requirements-dev.lock")
PINNED = re.compile(r"^([a-z0-9._-]+)==([^\s;]+)", re.MULTILINE)
# Spelled in two halves, so that this file does not find itself.
WORK_NOTES = re.compile(r"\b(?:" + "|".join(("TO" + "DO", "FIX" + "ME", "HA" + "CK")) + r")\b")
OF_ONE_MACHINE = re.compile(
    r"(?<![\w.}])/(?:" + "|".join(("wo" + "rk", "ro" + "ot", "ho" + "me", "Us" + "ers")) + r")/\w"
)
INDEX = re.compile(r"--(?:extra-)?index" + r"-url|--find" + r"-links|\b(?:pypi)\.(?:org|python)\b")


def test_the_readme_names_its_two_commands_and_they_exist() -> None:
    readme = _read("README.md")
    targets = re.findall(r"^([a-z-]+):", _read("Makefile"), re.MULTILINE)
    for command in ("make serve", "make test", "make demo"):
        assert command in readme
        assert command.removeprefix("make ") in targets


def test_every_make_target_says_what_it_does() -> None:
    for line in re.findall(r"^[a-z-]+:.*$", _read("Makefile"), re.MULTILINE):
        assert " ## " in line, line


def test_ci_runs_exactly_the_readmes_test_command() -> None:
    lines = [line for line in _read(".ci/run").splitlines() if not line.startswith("#")]
    assert lines == [
        "set -euo pipefail",
        'cd "$(dirname "${BASH_SOURCE[0]}")/.."',
        "make test",
    ]
    assert (ROOT / ".ci/run").stat().st_mode & 0o111


@pytest.mark.parametrize("lock", LOCKS)
def test_locks_pin_every_package_by_hash_and_name_no_address(lock: str) -> None:
    text = _read(lock)
    assert "://" not in text
    assert not INDEX.search(text)
    packages = re.split(r"\n(?=[a-z0-9])", re.sub(r"^#.*\n", "", text, flags=re.MULTILINE))
    assert all("--hash=sha256:" in package for package in packages)
    assert _declared() <= {match[1] for match in PINNED.finditer(text)}


def test_both_locks_agree() -> None:
    run, dev = (dict(PINNED.findall(_read(lock))) for lock in LOCKS)
    assert run.items() <= dev.items()


def test_no_work_notes_and_nothing_of_one_machine() -> None:
    found = [
        f"{name(file)}:{number}: {line.strip()}"
        for file in text_files()
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1)
        if WORK_NOTES.search(line) or OF_ONE_MACHINE.search(line) or INDEX.search(line)
    ]
    assert found == []


def test_the_package_carries_diagrams_forms_and_data(tmp_path: Path) -> None:
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    (wheel,) = tmp_path.glob("kelisim-*.whl")
    carried = set(zipfile.ZipFile(wheel).namelist())
    for folder in ("processes", "forms"):
        for file in (ROOT / folder).glob("*.*"):
            assert f"service/_shipped/{folder}/{file.name}" in carried
    assert "service/demonstration/scenario_2026.json" in carried
    assert "service/reference/calendar_kz.json" in carried
    assert not [file for file in carried if file.startswith("tests/")]


def _declared() -> set[str]:
    """The names of the packages that the product asks for, as locks spell them."""
    project = tomllib.loads(_read("pyproject.toml"))["project"]
    names = (re.match(r"[\w.-]+", wanted) for wanted in project["dependencies"])
    return {re.sub(r"[-_.]+", "-", found[0]).lower() for found in names if found}


def _read(file: str) -> str:
    return (ROOT / file).read_text(encoding="utf-8")
