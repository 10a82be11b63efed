"""Ordinary diagrams, as modellers draw them, pass: the linter must not cry wolf."""

from __future__ import annotations

from pathlib import Path

import pytest

from service.engine.checks import trial
from service.engine.checks.reading import read_diagram
from service.engine.lint import lint
from tests.engine.lint.given import EFFECTS, FORMS, PROCESSES, diagrams


@pytest.mark.parametrize("path", diagrams("harmless"), ids=lambda path: path.stem)
def test_harmless_diagram_passes_without_a_word(path: Path) -> None:
    root = read_diagram(path.read_bytes(), path.name)
    found = lint(root, path.name, effects=EFFECTS, forms=FORMS, processes=PROCESSES)
    assert [str(finding) for finding in found] == []


def test_all_harmless_diagrams_survive_the_rehearsal_in_one_child() -> None:
    files = {path.name: path.read_bytes() for path in diagrams("harmless")}
    found = trial.try_definitions(files, effects=EFFECTS, forms=FORMS, processes=PROCESSES)
    errors = [str(f) for findings in found.values() for f in findings if f.is_error]
    assert errors == []
