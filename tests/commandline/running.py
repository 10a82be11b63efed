"""The command line as somebody runs it: in this process (fast), or as a process of its own."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from service.__main__ import main

ROOT = Path(__file__).resolve().parents[2]
DEMONSTRATION = ROOT / "service" / "demonstration" / "scenario_2026.json"

LAUNCHER = """
import pathlib, resource, subprocess, sys
code = subprocess.run(sys.argv[2:]).returncode
most = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
pathlib.Path(sys.argv[1]).write_text(str(most))
sys.exit(code)
"""


@dataclass(frozen=True)
class Ran:
    """What came of one command."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> dict[str, Any]:
        assert self.code == 0, self.err
        found: dict[str, Any] = json.loads(self.out)
        return found

    def refuses(self, *words: str) -> None:
        """Exit code 1, nothing on standard output, one message with these words, no traceback."""
        assert self.code == 1, (self.code, self.out[:500], self.err[-2000:])
        assert self.out == ""
        assert self.err.startswith("kelisim: ")
        assert "Traceback" not in self.err
        for word in words:
            assert word in self.err, (word, self.err)


def kelisim(*arguments: object, **environment: str) -> Ran:
    """In this process; fast, and a traceback shows where."""
    out, err = io.StringIO(), io.StringIO()
    with pytest.MonkeyPatch.context() as patch, redirect_stdout(out), redirect_stderr(err):
        for name, value in environment.items():
            patch.setenv(name, value)
        with pytest.raises(SystemExit) as ended:
            main([str(argument) for argument in arguments])
    code = ended.value.code
    assert isinstance(code, int)
    return Ran(code, out.getvalue(), err.getvalue())


def command(*arguments: object) -> list[str]:
    return [sys.executable, "-m", "service", *(str(argument) for argument in arguments)]


def process(*arguments: object, cwd: Path = ROOT, timeout: float = 60, **environment: str) -> Ran:
    """As a process of its own."""
    done = subprocess.run(
        command(*arguments),
        cwd=cwd,
        env=surroundings(**environment),
        capture_output=True,
        timeout=timeout,
        check=False,
    )
    return Ran(done.returncode, done.stdout.decode(), done.stderr.decode())


def measured(*arguments: object, timeout: float = 60) -> tuple[Ran, int]:
    """As a process of its own; and the most memory it or a child of its had, in kB on Linux.

    A small launcher starts it: what the system tells of a process includes what the one that
    forked it had, and this one grows with the tests.
    """
    with tempfile.NamedTemporaryFile("r+") as told:
        done = subprocess.run(
            [sys.executable, "-c", LAUNCHER, told.name, *command(*arguments)],
            cwd=ROOT,
            env=surroundings(),
            capture_output=True,
            timeout=timeout,
            check=False,
        )
        kilobytes = int(told.read())
    return Ran(done.returncode, done.stdout.decode(), done.stderr.decode()), kilobytes


def surroundings(**environment: str) -> Mapping[str, str]:
    """This process's environment without what somebody set for Kelisim, and with the source."""
    own = {k: v for k, v in os.environ.items() if k != "DATABASE_URL" and "KELISIM" not in k}
    return {**own, "PYTHONPATH": str(ROOT), **environment}
