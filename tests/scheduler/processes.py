"""Schedulers and servers as processes of their own, with what they say kept in files."""

from __future__ import annotations

import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

from tests.commandline.running import ROOT, command, surroundings
from tests.scheduler.given import until

STARTS = 60  # seconds that a process may take to start on a busy machine
ENDS = 10  # seconds in which it has to end when it is told to
_numbers = count(1)


@dataclass
class Process:
    """One process of `kelisim`. What it says lies in `said` and `logged`."""

    arguments: tuple[str, ...]
    home: Path
    url: str
    settings: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        number = next(_numbers)
        self._out, self._err = self.home / f"{number}.out", self.home / f"{number}.err"
        own = {"DATABASE_URL": self.url} if self.url else {}
        with self._out.open("wb") as out, self._err.open("wb") as err:
            self.popen = subprocess.Popen(
                command(*self.arguments),
                cwd=ROOT,
                env=surroundings(**own, KELISIM_HOME=str(self.home), **self.settings),
                stdout=out,
                stderr=err,
            )

    @property
    def said(self) -> str:
        return self._out.read_text(encoding="utf-8")

    @property
    def logged(self) -> str:
        return self._err.read_text(encoding="utf-8")

    def started(self) -> Process:
        """Wait for the one line that it says then."""
        until(lambda: "\n" in self.said or self.popen.poll() is not None, seconds=STARTS)
        assert self.popen.poll() is None, self.logged
        return self

    def killed(self) -> None:
        """SIGKILL: nothing can be put in order any more."""
        self.popen.kill()
        self.popen.wait(ENDS)

    def told_to_end(self, number: int = signal.SIGTERM) -> int:
        """The exit code; fails when it takes longer than promised."""
        began = time.monotonic()
        self.popen.send_signal(number)
        code = self.popen.wait(STARTS)
        assert time.monotonic() - began < ENDS, self.logged
        return code


@contextmanager
def ended(processes: list[Process]) -> Iterator[list[Process]]:
    """None of them outlives the test, whatever happens in it."""
    try:
        yield processes
    finally:
        for each in processes:
            each.popen.kill()
            each.popen.wait(ENDS)
