"""The alarm clock: it knows when something is due, and lets the commands do it.

What is due stands in the database; here are only the hours at which to look. Each *lane* has one
date job of APScheduler at its next due instant, set anew after every run and every wake, and works
in a thread of its own, so that a slow mail server never delays a deadline. A sweep each minute
finds what no wake told. Nothing here can be lost by killing the process (docs/adr/0050).
"""

from __future__ import annotations

import logging
import os
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import TypeVar

from apscheduler.jobstores.base import JobLookupError
from apscheduler.schedulers.background import BackgroundScheduler
from filelock import FileLock, Timeout

from service import clock
from service.errors import KelisimError, WrongInput

SWEEP_SECONDS = 60
LONGEST_PAUSE = 30  # seconds: a failing command is tried again after 1, 2, 4 … up to this
JUMP_SECONDS = 2  # a clock that differs by more from the time that has passed was set
LOOK_SECONDS = 1.0  # between two looks at the clock
YIELD_SECONDS = 2.0  # that a round waits, at most, for the lane that goes first
STOP_SECONDS = 8.0  # for what is being done when the process is told to end
_SWEEP = "sweep"

_log = logging.getLogger(__name__)
T = TypeVar("T")
Act = Callable[[datetime], int]  # does what is due at an instant; how many things it handled


@dataclass(frozen=True, slots=True)
class Lane:
    """What is done together, in this order and again until nothing is left.

    `acts`: a name for logs and status → the command. `next_due`: when it has to be done again
    (UTC), or None while nothing waits. `yields_to`: the lane that goes first when both have work.
    """

    name: str
    acts: Mapping[str, Act]
    next_due: Callable[[], datetime | None]
    yields_to: str = ""


@dataclass(frozen=True, slots=True)
class LaneStatus:
    """How a lane stands. `failing`: the acts that failed last → what was said."""

    name: str
    running: bool
    last_run_at: datetime | None
    next_run_at: datetime | None
    handled: int  # since the start
    failing: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Status:
    """A heartbeat, for administrators."""

    last_sweep_at: datetime | None
    lanes: tuple[LaneStatus, ...]


class Scheduler:
    """Runs the lanes in the background from `start` to `stop`. Any thread may call any method."""

    def __init__(self, lanes: Sequence[Lane]) -> None:
        self._stopping = threading.Event()
        self._jobs = _Jobs(
            timezone=UTC,
            executors={"default": {"type": "threadpool", "max_workers": 2 * len(lanes) + 1}},
            job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1},
        )
        self._tracks = [_Track(lane, self._jobs, self._stopping) for lane in lanes]
        for track in self._tracks:
            track.first = next((one for one in self._tracks if one.name == track.yields_to), None)
        self._watcher = threading.Thread(target=self._watch, name="clock watcher", daemon=True)
        self._last_sweep_at: datetime | None = None
        self._stopped_at: float | None = None

    def start(self) -> None:
        """Begin; all lanes run at once, for much may have become due meanwhile."""
        self._jobs.start()
        self._every_minute()
        self._watcher.start()

    def stop(self, within: float = STOP_SECONDS) -> bool:
        """Begin nothing new, and wait for what is being done; whether everything came to its end.

        `within`: seconds, at most, counted from the first call. So a process may say it early
        (with 0), end other things, and then wait.
        """
        if self._stopped_at is None:
            self._stopped_at = time.monotonic()
        self._stopping.set()
        if self._jobs.running:
            self._jobs.pause()
            self._jobs.shutdown(wait=False)
        until = self._stopped_at + within
        return all(track.idle(until - time.monotonic()) for track in self._tracks)

    def wake(self) -> None:
        """Something new may be due. Returns at once; ten wakes during a run make one more run."""
        for track in self._tracks:
            track.wake()

    def wake_afresh(self) -> None:
        """As `wake`, and what failed is tried again at once: the database is back."""
        for track in self._tracks:
            track.wake(afresh=True)

    def status(self) -> Status:
        """How it stands."""
        return Status(self._last_sweep_at, tuple(track.status() for track in self._tracks))

    def _every_minute(self) -> None:
        self._jobs.add_job(
            self._sweep,
            "interval",
            seconds=SWEEP_SECONDS,
            next_run_time=clock.now(),
            id=_SWEEP,
            name=_SWEEP,
            replace_existing=True,
        )

    def _sweep(self) -> None:
        self._last_sweep_at = clock.now()
        for track in self._tracks:
            track.wake(anyway=True)

    def _watch(self) -> None:
        """Notice that the clock was set, or the machine slept: APScheduler would not."""
        ahead = _ahead()
        while not self._stopping.wait(LOOK_SECONDS):
            jump = _ahead() - ahead
            if abs(jump) > JUMP_SECONDS:
                _log.warning("the clock jumped by %d s; looking at everything anew", jump)
                ahead += jump
                self._every_minute()


class _Jobs(BackgroundScheduler):  # type: ignore[misc] # it has no types
    """APScheduler, which tells of removing a job that is gone as of an error.

    It would end its own thread by that, with a traceback, when it is shut down while it begins one.
    """

    def remove_job(self, job_id: str, jobstore: str | None = None) -> None:
        with suppress(JobLookupError):
            super().remove_job(job_id, jobstore)


class _Track:
    """One lane while it runs: its wakes, its failures, and when to look again."""

    def __init__(self, lane: Lane, jobs: _Jobs, stopping: threading.Event) -> None:
        self._lane, self._jobs, self._stopping = lane, jobs, stopping
        self.name, self.yields_to = lane.name, lane.yields_to
        self.first: _Track | None = None  # the one that goes first
        self._guard = threading.Lock()
        self._serial = count(1)
        self._job = ""  # the one that waits
        self._idle = threading.Event()
        self._idle.set()
        self._wanted = False  # woken, and not run since
        self._failures = _Failures(lane.name)
        self._looked_at: datetime | None = None
        self._handled = 0

    def wake(self, *, afresh: bool = False, anyway: bool = False) -> None:
        """Run soon. `anyway`: even if that seems to be arranged already."""
        if afresh:
            self._failures.forget_pauses()
        with self._guard:
            arranged, self._wanted = self._wanted, True
            if self._idle.is_set() and (anyway or not arranged) and not self._stopping.is_set():
                self._place(clock.now())

    def run(self) -> None:
        """Do what is due, then place the next run."""
        with self._guard:
            if not self._idle.is_set():  # one more round of the run that goes on
                self._wanted = True
                return
            self._idle.clear()
        try:
            self._rounds()
        finally:
            self._end()

    def _rounds(self) -> None:
        """Round after round, until one handled nothing and nobody woke the lane meanwhile."""
        again = True
        while again and not self._stopping.is_set():
            if self.first is not None:
                self.first.idle(YIELD_SECONDS)
            with self._guard:
                self._wanted = False
            self._looked_at = clock.now()
            handled = sum(self._act(name, act) for name, act in self._lane.acts.items())
            self._handled += handled
            again = handled > 0 or self._wanted

    def _end(self) -> None:
        at = None if self._stopping.is_set() else self._next()
        with self._guard:
            self._idle.set()
            if self._stopping.is_set():
                return
            if self._wanted:
                at = clock.now()
            if at is not None:
                self._place(at)

    def _place(self, at: datetime) -> None:
        """Let one job, and no other, wait for the lane until `at`. The guard is held.

        Each has an id of its own: APScheduler removes a date job by its id after it has begun it,
        which may be after a short run has placed the next.
        """
        if self._job:
            self._jobs.remove_job(self._job)
        self._job = f"{self._lane.name} {next(self._serial)}"
        self._jobs.add_job(self.run, "date", run_date=at, id=self._job, name=self._lane.name)

    def idle(self, within: float) -> bool:
        """Wait until nothing is being done; False when that takes too long."""
        return self._idle.wait(max(0.0, within))

    def status(self) -> LaneStatus:
        waiting = self._jobs.get_job(self._job) if self._job else None
        return LaneStatus(
            name=self._lane.name,
            running=not self._idle.is_set(),
            last_run_at=self._looked_at,
            next_run_at=waiting.next_run_time if waiting else None,
            handled=self._handled,
            failing=self._failures.told(),
        )

    def _act(self, name: str, act: Act) -> int:
        return self._tried(name, lambda: act(clock.now())) or 0

    def _tried(self, name: str, call: Callable[[], T]) -> T | None:
        """The result; what is raised costs neither the other acts nor the scheduler."""
        if self._stopping.is_set() or self._failures.pausing(name):
            return None
        try:
            result = call()
        except Exception as problem:  # noqa: BLE001 - whatever it is, timers have to go on
            self._failures.add(name, problem)
            return None
        self._failures.over(name)
        return result

    def _next(self) -> datetime | None:
        """When to run again: at the next due instant, or when what failed is tried again."""
        due = self._tried("next_due", self._lane.next_due)
        now = clock.now()
        times = [now + timedelta(seconds=pause) for pause in self._failures.pauses()]
        if due is not None:
            # What was due at the last look and still is, is held by another scheduler, or its
            # command fails; it is looked at again in a second.
            held = self._looked_at is not None and due <= self._looked_at
            times.append(now + timedelta(seconds=1) if held else _whole(due))
        return min(times, default=None)


class _Failures:
    """What fails at present, each with its pause; each distinct failure is logged once."""

    def __init__(self, lane: str) -> None:
        self._lane = lane
        self._failing: dict[str, tuple[str, int, float]] = {}  # what was said, times, not before
        self._logged: set[str] = set()

    def add(self, name: str, problem: Exception) -> None:
        said = problem.message if isinstance(problem, KelisimError) else repr(problem)
        times = self._failing[name][1] + 1 if name in self._failing else 1
        pause = min(2 ** (times - 1), LONGEST_PAUSE)
        self._failing[name] = said, times, time.monotonic() + pause
        if said not in self._logged:
            self._logged.add(said)
            trace = None if isinstance(problem, KelisimError) else problem
            facts = {"lane": self._lane, "act": name}
            _log.error(
                "%s failed: %s; it is tried again and again",
                name,
                said,
                exc_info=trace,
                extra=facts,
            )

    def over(self, name: str) -> None:
        if self._failing.pop(name, None) is not None:
            _log.info("%s works again", name, extra={"lane": self._lane, "act": name})
            if not self._failing:
                self._logged.clear()

    def pausing(self, name: str) -> bool:
        return name in self._failing and time.monotonic() < self._failing[name][2]

    def pauses(self) -> list[int]:
        """The seconds until each failing act may be tried again."""
        now = time.monotonic()
        return [max(1, round(until - now + 0.5)) for _, _, until in self._failing.values()]

    def forget_pauses(self) -> None:
        for name, (said, _, _) in list(self._failing.items()):
            self._failing[name] = said, 0, 0.0

    def told(self) -> dict[str, str]:
        return {name: said for name, (said, _, _) in list(self._failing.items())}


def side_by_side(act: Act, threads: int) -> Act:
    """The act in several threads at once, which each take what the others have not.

    While one waits for the database another one computes. What one raises is raised when all have
    ended.
    """
    if threads == 1:
        return act
    pool = ThreadPoolExecutor(threads, thread_name_prefix="timers")

    def acts(now: datetime) -> int:
        runs = [pool.submit(act, now) for _ in range(threads)]
        wait(runs)
        return sum(run.result() for run in runs)

    return acts


@contextmanager
def alone_on(file: Path | None) -> Iterator[None]:
    """Be the only scheduler of a SQLite database; the lock ends with the process, however it dies.

    `file`: the database's; None (a server, or memory) has no such limit. Raises WrongInput when
    another process holds it. That its folder is missing is told by whoever opens the database.
    """
    if file is None or not file.parent.is_dir():
        yield
        return
    lock = FileLock(file.with_name(f"{file.name}.scheduler"), blocking=False, mode=0o640)
    try:
        lock.acquire()
    except Timeout:
        holder = _content(Path(lock.lock_file))
        raise WrongInput(
            f"Another scheduler{f' (process {holder})' if holder else ''} works on {file}, and "
            f"holds {lock.lock_file}. SQLite takes one: stop that one, or use PostgreSQL "
            "(DATABASE_URL), where any number may run."
        ) from None
    try:
        Path(lock.lock_file).write_text(str(os.getpid()), encoding="ascii")
        yield
    finally:
        lock.release()


def _content(file: Path) -> str:
    try:
        return file.read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError):
        return ""


def _ahead() -> float:
    """Seconds by which the wall clock is ahead of the time that has passed since some instant."""
    return clock.now().timestamp() - time.monotonic()


def _whole(due: datetime) -> datetime:
    """The clock's next whole second from `due` on: before it, the commands don't see it as due."""
    return due if due.microsecond == 0 else due.replace(microsecond=0) + timedelta(seconds=1)
