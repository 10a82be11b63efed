"""Where transactions come from."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from types import TracebackType
from typing import Self
from weakref import WeakValueDictionary

from sqlalchemy import Connection, Engine, exc
from sqlalchemy.engine import URL

from service.application import ports
from service.errors import DatabaseUnavailable, WrongInput
from service.persistence import databases, schema
from service.persistence.failures import not_opened, told
from service.persistence.link import Link
from service.persistence.listening import Listening
from service.persistence.prepared import Preparation
from service.persistence.work import SqlWork

MUTEX_SECONDS = 60  # longer than SQLite's own waiting: in one process the queue may be long


def open_store(url: str, *, migrate: bool = True, durable: bool = True) -> SqlStore:
    """Open a database; with `migrate`, create its tables or bring them up to date.

    `url`: sqlite:///FILE, sqlite:// (in memory, one connection) or postgresql://…
    `durable=False` (simulations): on SQLite a commit does not wait for the disk.
    Raises WrongInput when it cannot be opened, or has tables that this program does not know.
    """
    parsed = databases.parsed(url)
    file = databases.sqlite_file(parsed)
    if file is not None and not migrate and not file.exists():
        raise WrongInput(
            f"There is no database {file}; run `kelisim migrate` with the same DATABASE_URL."
        )
    store = SqlStore(databases.engine_for(parsed, durable=durable), parsed)
    try:
        store.prepare(migrate=migrate)
    except BaseException:
        store.close()
        raise
    return store


def migrate(url: str) -> None:
    """Create the tables, or bring them up to date. Raises WrongInput as `open_store`."""
    open_store(url, migrate=True).close()


class SqlStore:
    """`ports.Store` on SQLite or PostgreSQL. Any number of threads may use one."""

    def __init__(self, engine: Engine, url: URL) -> None:
        self._engine = engine
        self.url = databases.masked(url)
        self._place = url
        self._sqlite = url.get_backend_name() == "sqlite"
        self._preparation = Preparation(engine.dialect)
        self._callbacks: list[Callable[[], None]] = []
        file = databases.sqlite_file(url)
        self.file = file  # of SQLite; None in memory or on a server
        self._writers: AbstractContextManager[object] = nullcontext()
        self._readers: AbstractContextManager[object] = nullcontext()
        if file is not None:
            self._writers = _turn_of(file)
        elif self._sqlite:  # in memory all share one connection, so readers take turns as well
            self._writers = self._readers = _Turn()

    @property
    def one_writer(self) -> bool:
        """Whether writers take turns: on SQLite."""
        return self._sqlite

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close all connections that are not in use."""
        self._engine.dispose()

    @contextmanager
    def write(self) -> Iterator[ports.Work]:
        """A transaction that may write; rolled back unless `commit()` was called.

        SQLite: BEGIN IMMEDIATE, one writer of this process at a time. Raises Conflict when the
        database refuses a change or another transaction won, KelisimError when it is busy or
        gone; nothing was changed then.
        """
        work: SqlWork | None = None
        try:
            with self._writers, told(self.url), self._engine.connect() as connection:
                self._begin(connection, "BEGIN IMMEDIATE")
                with _linked(connection, self._preparation, writable=True) as work:
                    yield work
        finally:  # whatever happened after the commit, and when nothing is locked any more
            if work is not None and work.awakens:
                for callback in self._callbacks:
                    callback()

    @contextmanager
    def read(self) -> Iterator[ports.Work]:
        """A transaction that only reads: one state of the data on SQLite, no lock anywhere."""
        with self._readers, told(self.url), self._engine.connect() as connection:
            self._begin(connection, "BEGIN")
            with _linked(connection, self._preparation, writable=False) as work:
                yield work

    def on_waiting(self, callback: Callable[[], None]) -> None:
        """Call back after each commit of this process that a scheduler must hear of.

        That is: a new timer, message, letter … (`prepared.AWAITED`). In the committing thread.
        """
        self._callbacks.append(callback)

    def listen(self, heard: Callable[[], None], connected: Callable[[], None]) -> Listening:
        """Hear of other processes' commits, from a thread of its own until it is closed.

        `heard`: one of them may have written something to wait for. `connected`: at first, and
        after each lost connection, when some may have gone unheard.
        """
        return Listening(self._place, heard, connected)

    def prepare(self, *, migrate: bool) -> None:
        """Connect for the first time, then migrate or check the tables. Raises WrongInput."""
        try:
            self._engine.connect().close()
        except exc.SQLAlchemyError as error:
            raise not_opened(error, self.url) from error
        with self._readers, told(self.url), self._engine.connect() as connection:
            self._begin(connection, "BEGIN")
            if schema.is_current(connection, self.url):
                return
            if not migrate:
                schema.refuse(connection, self.url)
        with self._writers, told(self.url), self._engine.begin() as connection:
            self._begin(connection, "BEGIN IMMEDIATE")
            schema.upgrade(connection, self.url)

    def _begin(self, connection: Connection, how: str) -> None:
        """SQLite's BEGIN; psycopg begins by itself with the first statement."""
        if not connection.in_transaction():
            connection.begin()  # so that commit and rollback reach the driver
        if self._sqlite:
            connection.connection.cursor().execute(how)


@contextmanager
def _linked(
    connection: Connection, preparation: Preparation, *, writable: bool
) -> Iterator[SqlWork]:
    link = Link(connection, preparation, writable=writable)
    try:
        yield SqlWork(link)
    finally:
        link.close()
        connection.rollback()


class _Turn:
    """One writer after the other. SQLite's own waiting is unfair: it polls with growing pauses,
    so some writers wait half a second while others overtake (p99 400 ms; with turns 62 ms).
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._holder = 0

    def __enter__(self) -> None:
        me = threading.get_ident()
        if self._holder == me:
            raise RuntimeError("This thread has an open transaction; leave it first.")
        if not self._lock.acquire(timeout=MUTEX_SECONDS):
            raise DatabaseUnavailable(
                f"The database has been busy for {MUTEX_SECONDS} s; nothing was changed, try again."
            )
        self._holder = me

    def __exit__(self, *_: object) -> None:
        self._holder = 0
        self._lock.release()


_turns: WeakValueDictionary[str, _Turn] = WeakValueDictionary()
_turns_guard = threading.Lock()


def _turn_of(file: Path) -> _Turn:
    """The turn of a database file, shared by all stores of this process that have it open."""
    with _turns_guard:
        return _turns.setdefault(str(file.resolve()), _Turn())
