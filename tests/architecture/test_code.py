"""Habits of the code that no linter knows."""

from __future__ import annotations

import ast
from collections import Counter
from pathlib import Path

import pytest

from tests.architecture.tree import ROOT, calls, name, python_files, tree

SERVICE = python_files("service")
# A migration stays as it was generated.
WRITTEN = [file for file in SERVICE if file.parent.name != "versions"]
LONGEST = 400
MOST_MODULES = 10
READS_A_CLOCK = {
    *("now", "utcnow", "today", "datetime.now", "datetime.utcnow", "datetime.today", "date.today"),
    *("time.time", "time.time_ns", "time.localtime", "time.gmtime", "time.ctime"),
}
RUNS_TEXT = {"eval", "exec", "compile", "builtins.eval", "builtins.exec", "__import__"}


def test_files_are_short() -> None:
    lines = {name(file): len(file.read_text(encoding="utf-8").splitlines()) for file in WRITTEN}
    assert {file: count for file, count in lines.items() if count > LONGEST} == {}


def test_folders_hold_few_modules() -> None:
    modules = Counter(name(file.parent) for file in WRITTEN if file.stem != "__init__")
    assert {folder: count for folder, count in modules.items() if count > MOST_MODULES} == {}


def test_only_the_clock_reads_the_time() -> None:
    found = [
        f"{where}: {called}()"
        for file in SERVICE
        if name(file) != "service/clock.py"
        for called, where in calls(file)
        if _without_module(called) in READS_A_CLOCK and not _is_own_word(file, called)
    ]
    assert found == []


def test_only_commands_commit() -> None:
    found = [
        where
        for file in SERVICE
        if not name(file).startswith("service/application/commands/")
        for where in _commits(file)
    ]
    assert found == []


def test_no_text_is_run_as_code() -> None:
    found = [where for file in SERVICE for called, where in calls(file) if called in RUNS_TEXT]
    assert found == []


def test_tests_never_sleep() -> None:
    files = [*python_files("tests"), *python_files("bench")]
    found = [
        where for file in files for called, where in calls(file) if called.split(".")[-1] == "sleep"
    ]
    assert found == []


@pytest.mark.parametrize("file", SERVICE, ids=name)
def test_what_is_public_says_what_it_does(file: Path) -> None:
    silent = [
        f"{name(file)}:{node.lineno}: {node.name}"
        for node in tree(file).body
        if isinstance(node, ast.FunctionDef | ast.ClassDef)
        and not node.name.startswith("_")
        and not ast.get_docstring(node)
        and "migrations" not in file.parts
    ]
    assert silent == []


def test_the_reading_of_the_tree_finds_what_it_looks_for() -> None:
    """A rule that can't fail is no rule: the same reading sees a planted offence."""
    planted = ROOT / "service" / "clock.py"
    assert "datetime.now" in {called for called, _ in calls(planted)}


def _without_module(called: str) -> str:
    """`datetime.datetime.now` → `datetime.now`."""
    return called.removeprefix("datetime.") if called.count(".") > 1 else called


def _is_own_word(file: Path, called: str) -> bool:
    """A bare `now()` or `today()` that the module defines, or takes from another than the clock."""
    if "." in called:
        return False
    imported = {
        alias.asname or alias.name
        for node in ast.walk(tree(file))
        if isinstance(node, ast.ImportFrom) and node.module in {"service.clock", "time", "datetime"}
        for alias in node.names
    }
    return called not in imported


def _commits(file: Path) -> list[str]:
    """Calls of `….commit()`; persistence may say so where it answers the port or makes tables."""
    answers = {
        id(node)
        for function in ast.walk(tree(file))
        if isinstance(function, ast.FunctionDef) and function.name in {"commit", "prepare"}
        if name(file).startswith("service/persistence/")
        for node in ast.walk(function)
    }
    return [
        f"{name(file)}:{node.lineno}"
        for node in ast.walk(tree(file))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == "commit"
        and id(node) not in answers
    ]
