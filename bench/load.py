"""The whole of `kelisim serve` under load: 10,000 timers due at once, while people look and act.

A process of its own, from its command line. Meanwhile one person reads the list of tasks again and
again, and another one writes (chooses a language). The floor is the same pages before anything is
due.
"""

from __future__ import annotations

import re
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import requests

from bench.table import Figure
from service import bootstrap, clock
from service.application import records as r
from service.application.commands.access.create_account import create_account
from service.passwords import Argon2Passwords
from service.persistence.store import SqlStore
from tests.commandline.running import ROOT, command, surroundings
from tests.postgres import fresh_database
from tests.scheduler.given import ONE_WAIT, deployed, waiting
from tests.scheduler.given import fired as fired_timers

TOGETHER = 1_000  # instances that are made in one transaction
PAUSE = 0.25  # seconds between two pages of one person
CALM = 50  # pages before anything is due
PASSWORD = "alma-agash guldep tur"
GROUP = "MFA/consolidator"
MOST_MS = 5.0  # a timer: 200 a second
LONGEST = 600  # seconds
_CSRF = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')


def load(number: int, postgres: str | None) -> list[Figure]:
    """Timers a second, and how long pages take meanwhile."""
    with tempfile.TemporaryDirectory(prefix="kelisim-bench-") as folder:
        url = f"sqlite:///{Path(folder) / 'bench.sqlite3'}"
        figures = _figures("SQLite, durable", number, url, Path(folder))
        if postgres:
            with fresh_database(postgres, durable=True) as there:
                figures += _figures("PostgreSQL, durable", number, there, Path(folder))
    return figures


def _figures(where: str, number: int, url: str, home: Path) -> list[Figure]:
    with bootstrap.open_database(url) as store:
        _people(store)
        with _Serving(url, home) as serving:
            calm = [[_timed(act) for _ in range(CALM)] for act in (serving.read, serving.write)]
        _due_at_once(store, number)
        with _Serving(url, home) as serving:
            each, read, write = _measure(store, number, serving)
    return [
        Figure(f"{number} due at once in serve, each ({where})", each, "ms", MOST_MS),
        Figure(f"timers fired per second in serve ({where})", 1000 / each, "/s"),
        Figure(
            f"the list of tasks meanwhile, p95 ({where})", _p95(read), "ms", None, _p95(calm[0])
        ),
        Figure(f"an act meanwhile, p95 ({where})", _p95(write), "ms", None, _p95(calm[1])),
    ]


def _measure(
    store: SqlStore, number: int, serving: _Serving
) -> tuple[float, list[float], list[float]]:
    """Milliseconds a timer, and of each page read and each act, until all have fired."""
    times: dict[str, list[float]] = {"read": [], "write": []}
    fired = threading.Event()

    def again(name: str, act: Callable[[], None]) -> None:
        while not fired.wait(PAUSE):
            times[name].append(_timed(act))

    people = [
        threading.Thread(target=again, args=each)
        for each in (("read", serving.read), ("write", serving.write))
    ]
    left, began = _left(store), time.perf_counter()
    for person in people:
        person.start()
    while _left(store):
        assert not fired.wait(0.2)
        assert time.perf_counter() - began < LONGEST, f"{_left(store)} of {number} left"
    spent = time.perf_counter() - began
    fired.set()
    for person in people:
        person.join()
    times_fired = fired_timers(bootstrap.application(store))
    assert len(times_fired) == number == times_fired.total(), "not each timer fired once"
    return spent / left * 1000, times["read"], times["write"]


class _Serving:
    """`kelisim serve` as a process, and two people who have signed in."""

    def __init__(self, url: str, home: Path) -> None:
        self._url, self._home = url, home

    def __enter__(self) -> _Serving:
        self._process = subprocess.Popen(
            command("serve", "--port", "0"),
            cwd=ROOT,
            env=surroundings(DATABASE_URL=self._url, KELISIM_HOME=str(self._home)),
            stdout=subprocess.PIPE,
            stderr=sys.stderr,
            text=True,
        )
        assert self._process.stdout is not None
        said = self._process.stdout.readline()
        self._address = said.split(" answers on ")[1].split(",")[0]
        self._reader, _ = self._signed_in("reader")
        self._writer, self._token = self._signed_in("writer")
        return self

    def __exit__(self, *_: object) -> None:
        self._process.terminate()
        self._process.communicate(timeout=30)

    def _signed_in(self, name: str) -> tuple[requests.Session, str]:
        session = requests.Session()
        page = session.get(f"{self._address}/sign-in", timeout=60).text
        form = {"name": name, "password": PASSWORD, "csrf_token": _CSRF.findall(page)[0]}
        answer = session.post(f"{self._address}/sign-in", data=form, timeout=60)
        assert answer.status_code == 200, answer.text
        return session, str(_CSRF.findall(answer.text)[0])

    def read(self) -> None:
        """Look at the list of one's tasks."""
        assert self._reader.get(f"{self._address}/tasks", timeout=60).status_code == 200

    def write(self) -> None:
        """Choose a language, which is a transaction with its journal entry."""
        form = {"language": "ru", "csrf_token": self._token}
        answer = self._writer.post(
            f"{self._address}/language", data=form, timeout=60, allow_redirects=False
        )
        assert answer.status_code == 303, answer.text


def _people(store: SqlStore) -> None:
    app = deployed(bootstrap.application(store), clock.now())
    for name in ("reader", "writer"):
        person = r.Person(name, name, groups=(GROUP,))
        create_account(app, Argon2Passwords(), bootstrap.INSTALLER, person, PASSWORD, clock.now())


def _due_at_once(store: SqlStore, number: int) -> None:
    app, due = bootstrap.application(store), clock.now() - timedelta(hours=1)
    for first in range(0, number, TOGETHER):
        some = min(TOGETHER, number - first)
        waiting(app, *[due + timedelta(seconds=first // TOGETHER)] * some, process=ONE_WAIT)


def _left(store: SqlStore) -> int:
    with store.read() as work:
        return len(work.instances.running())


def _timed(act: Callable[[], None]) -> float:
    began = time.perf_counter()
    act()
    return (time.perf_counter() - began) * 1000


def _p95(values: list[float]) -> float:
    return statistics.quantiles(values, n=20, method="inclusive")[-1]
