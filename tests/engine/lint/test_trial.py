"""The limited child: what it does when a diagram, or the engine, misbehaves."""

from __future__ import annotations

import base64
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from service.engine.checks import trial
from service.engine.checks.findings import Finding
from tests.commandline.running import LAUNCHER
from tests.engine.lint.given import diagram, diagrams, examine

HOME = Path(__file__).parents[3]
HARMLESS = diagram(flows="Begin>Done")


def in_limited_child(program: str) -> subprocess.CompletedProcess[str]:
    """Run Python under the child's own limits."""
    text = f"from service.engine.checks import trial\ntrial._limit()\n{program}"
    return subprocess.run(
        [sys.executable, "-c", text],
        capture_output=True, text=True, check=False, timeout=30,
        env={"PYTHONPATH": str(HOME), "PYTHONDONTWRITEBYTECODE": "1"},
    )  # fmt: skip


def test_a_batch_needs_one_child(monkeypatch: pytest.MonkeyPatch) -> None:
    batches: list[int] = []
    real = trial.run_child

    def counted(batch: list[tuple[str, bytes]]) -> tuple[dict[str, list[Finding]] | None, str]:
        batches.append(len(batch))
        return real(batch)

    monkeypatch.setattr(trial, "run_child", counted)
    files = {f"{n}.bpmn": HARMLESS for n in range(5)}
    found = trial.try_definitions(files, effects=(), forms=None)
    assert batches == [5]
    assert list(found) == list(files)


def test_when_the_batch_dies_the_guilty_one_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    def dies(batch: list[tuple[str, bytes]]) -> tuple[dict[str, list[Finding]] | None, str]:
        if "bad.bpmn" in [file for file, _ in batch]:
            return None, "it needed more than 280 MB of memory"
        return {file: [] for file, _ in batch}, ""

    monkeypatch.setattr(trial, "run_child", dies)
    files = dict.fromkeys(("a.bpmn", "bad.bpmn", "c.bpmn"), HARMLESS)
    found = trial.try_definitions(files, effects=(), forms=None)
    died = {file: [f.code for f in findings if f.is_error] for file, findings in found.items()}
    assert died == {"a.bpmn": [], "bad.bpmn": ["rehearsal_died"], "c.bpmn": []}


def test_a_child_that_answers_nothing_is_a_finding(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/bin/false")
    found = trial.try_definition(HARMLESS, "a.bpmn", effects=(), forms=None)
    died = [finding for finding in found if finding.code == "rehearsal_died"]
    assert died
    assert "exit 1" in died[0].message
    assert died[0].remedy


def test_a_child_that_takes_too_long_is_a_finding(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trial, "WALL_SECONDS", 0.001)
    found = trial.try_definition(HARMLESS, "a.bpmn", effects=(), forms=None)
    assert "0.001 seconds" in next(f.message for f in found if f.code == "rehearsal_died")


@pytest.mark.skipif(sys.platform != "linux", reason="macOS does not limit address space")
def test_memory_is_limited() -> None:
    done = in_limited_child("x = bytearray(400_000_000)")
    assert done.returncode != 0
    assert "MemoryError" in done.stderr
    assert trial._cause(done.returncode, done.stderr) == "it needed more than 280 MB of memory"


@pytest.mark.skipif(os.name != "posix", reason="limits are POSIX")
def test_processor_time_and_files_are_limited(tmp_path: Path) -> None:
    done = in_limited_child(
        "import resource\n"
        "assert resource.getrlimit(resource.RLIMIT_CPU)[0] == trial.CPU_SECONDS\n"
        f"try:\n    open({str(tmp_path / 'x')!r}, 'w').write('x' * 9999)\n"
        "except OSError:\n    print('not written')"
    )
    assert "not written" in done.stdout or done.returncode < 0


@pytest.mark.skipif(os.name != "posix", reason="ru_maxrss is POSIX")
def test_the_child_stays_under_300_mb(tmp_path: Path) -> None:
    """Over every diagram that gets as far as the child."""
    passed = [
        [path.name, base64.b64encode(path.read_bytes()).decode()]
        for folder in ("harmless", "broken")
        for path in diagrams(folder)
        if not any(finding.is_error for finding in examine(path.read_bytes(), path.name))
    ]
    program = "from service.engine.checks import trial; assert trial.main() == 0"
    told = tmp_path / "told"
    done = subprocess.run(
        [sys.executable, "-c", LAUNCHER, told, sys.executable, "-c", program],
        input=json.dumps(passed), capture_output=True, text=True, check=True, timeout=30,
        env={"PYTHONPATH": str(HOME), "PYTHONDONTWRITEBYTECODE": "1"},
    )  # fmt: skip
    unit = 1 if sys.platform == "darwin" else 1024
    assert int(told.read_text()) * unit < 300_000_000
    assert set(json.loads(done.stdout)) == {name for name, _ in passed}


def test_the_child_sees_nothing_of_our_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://secret")
    assert "DATABASE_URL" not in trial._environment("/x")
