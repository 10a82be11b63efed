"""Hearing of what other processes committed.

PostgreSQL notifies (triggers of migration 0003). SQLite knows no notification, but a number that
changes with every commit of another connection; it is looked at twice a second.
"""

from __future__ import annotations

import logging
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from pathlib import Path

import psycopg
from sqlalchemy.engine import URL

from service.persistence import databases

CHANNEL = "kelisim"
SECONDS = 0.5  # between two looks; a notification is heard at once
FIRST_PAUSE, LONGEST_PAUSE = 0.5, 5.0  # seconds between attempts to connect again

_log = logging.getLogger(__name__)
_Look = Callable[[], bool]  # waits up to SECONDS; whether another process committed something


class Listening:
    """A thread that listens until it is closed, through any number of lost connections.

    A database in memory has no other processes; nothing is heard there.
    """

    def __init__(self, url: URL, heard: Callable[[], None], connected: Callable[[], None]) -> None:
        self._url = url
        self._heard, self._connected = heard, connected
        self._closed = threading.Event()
        self._thread = threading.Thread(target=self._run, name="listening", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Stop listening; waits for a look that is under way."""
        self._closed.set()
        self._thread.join(timeout=2 * SECONDS + databases.CONNECT_SECONDS)

    def _run(self) -> None:
        pause = FIRST_PAUSE
        while not self._closed.is_set():
            try:
                with self._source() as look:
                    if pause > FIRST_PAUSE:
                        _log.info("the database is heard again")
                    pause = FIRST_PAUSE
                    self._connected()
                    while not self._closed.is_set():
                        if look():
                            self._heard()
            except (psycopg.Error, sqlite3.Error, OSError) as problem:
                if pause == FIRST_PAUSE:
                    reason = str(problem).strip().partition("\n")[0]
                    _log.warning("the database is not heard (%s); trying again", reason)
                self._closed.wait(pause)
                pause = min(pause * 2, LONGEST_PAUSE)

    def _source(self) -> AbstractContextManager[_Look]:
        if self._url.get_backend_name() == "postgresql":
            return _notifications(self._url)
        return _data_version(databases.sqlite_file(self._url), self._closed)


@contextmanager
def _notifications(url: URL) -> Iterator[_Look]:
    """LISTEN on a connection of its own, for it must not lie in a pool."""
    with psycopg.connect(**databases.psycopg_arguments(url), autocommit=True) as connection:
        connection.execute(f"LISTEN {CHANNEL}")
        yield lambda: any(True for _ in connection.notifies(timeout=SECONDS, stop_after=1))


@contextmanager
def _data_version(file: Path | None, closed: threading.Event) -> Iterator[_Look]:
    """`PRAGMA data_version`; this process's own commits change it as well."""
    if file is None:
        yield lambda: closed.wait() and False
        return
    with closing(sqlite3.connect(f"{file.as_uri()}?mode=rw", uri=True)) as connection:
        seen = _version(connection)

        def look() -> bool:
            nonlocal seen
            closed.wait(SECONDS)
            before, seen = seen, _version(connection)
            return seen != before

        yield look


def _version(connection: sqlite3.Connection) -> int:
    return int(connection.execute("PRAGMA data_version").fetchone()[0])
