"""From a URL to an engine that behaves: SQLite's and PostgreSQL's settings."""

from __future__ import annotations

import re
import time
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, create_engine, event, exc, make_url
from sqlalchemy.engine import URL
from sqlalchemy.pool import StaticPool

from service.errors import WrongInput

CONNECT_SECONDS = 10  # how long a server may take to let us in
BUSY_SECONDS = 10  # how long a writer waits for another one before it gives up
IDLE_SECONDS = 5.0  # a PostgreSQL connection unused for longer is tried before it is handed out

_POSTGRESQL = "postgresql+psycopg"
_DRIVERS = {
    "sqlite": "sqlite",
    "sqlite+pysqlite": "sqlite",
    "postgres": _POSTGRESQL,
    "postgresql": _POSTGRESQL,
    _POSTGRESQL: _POSTGRESQL,
}


def parsed(url: str) -> URL:
    """The URL with the driver that Kelisim uses. Raises WrongInput, never showing a password."""
    try:
        given = make_url(url)
        driver = _DRIVERS[given.drivername]
    except (exc.ArgumentError, ValueError, KeyError):
        scheme = re.match(r"[\w+]+:", url)
        raise WrongInput(
            f"The database URL {scheme[0] + '… ' if scheme else ''}is none that Kelisim knows; "
            "give sqlite:///FILE or postgresql://USER:PASSWORD@HOST/DATABASE."
        ) from None
    if driver == "sqlite" and (given.host or given.username):
        raise WrongInput(
            f"The database URL {masked(given)} names a host; a file has three slashes "
            "(sqlite:///kelisim.sqlite3), four when its path starts at the root."
        )
    return given.set(drivername=driver)


def masked(url: URL) -> str:
    """For people and logs: *** instead of the password."""
    return url.render_as_string(hide_password=True)


def sqlite_file(url: URL) -> Path | None:
    """The database's file; None in memory or on a server."""
    if url.get_backend_name() != "sqlite" or url.database in (None, "", ":memory:"):
        return None
    return Path(str(url.database)).absolute()


def engine_for(url: URL, *, durable: bool) -> Engine:
    """An engine; connects at its first use. `durable=False`: SQLite does not wait for the disk."""
    if url.get_backend_name() == "sqlite":
        return _sqlite(url, durable=durable)
    return _postgres(url)


def _sqlite(url: URL, *, durable: bool) -> Engine:
    # isolation_level None: the driver begins nothing by itself, on Python 3.11 to 3.14 alike;
    # the store says BEGIN or BEGIN IMMEDIATE. The pool hands connections from thread to thread.
    options: dict[str, Any] = {
        "connect_args": {
            "isolation_level": None,
            "check_same_thread": False,
            "timeout": BUSY_SECONDS,
            "cached_statements": 512,
        }
    }
    if sqlite_file(url) is None:
        options["poolclass"] = StaticPool
    else:
        options |= {"pool_size": 8, "max_overflow": 56, "pool_use_lifo": True}
    engine = create_engine(url, **options)

    @event.listens_for(engine, "connect")
    def set_up(connection: Any, _record: object) -> None:
        connection.execute(f"PRAGMA busy_timeout = {BUSY_SECONDS * 1000}")
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA foreign_keys = ON")
        # FULL: a commit is on the disk when it returns; a receipt must survive a power cut.
        connection.execute(f"PRAGMA synchronous = {'FULL' if durable else 'OFF'}")

    return engine


def psycopg_arguments(url: URL) -> dict[str, Any]:
    """What psycopg's own `connect` needs for a connection as the engine's have them."""
    plain = url.set(drivername="postgresql").render_as_string(hide_password=False)
    return {"conninfo": plain, **_defaults(url)}


def _defaults(url: URL) -> dict[str, str]:
    defaults = {
        "application_name": "kelisim",
        "connect_timeout": str(CONNECT_SECONDS),
        "options": f"-c lock_timeout={BUSY_SECONDS}s -c timezone=UTC",
        # A server that vanished without a word is noticed after half a minute, not two hours.
        "keepalives_idle": "15",
        "keepalives_interval": "5",
        "keepalives_count": "3",
        "tcp_user_timeout": "30000",
    }
    return {key: value for key, value in defaults.items() if key not in url.query}


def _postgres(url: URL) -> Engine:
    engine = create_engine(
        url,
        connect_args=_defaults(url),
        isolation_level="READ COMMITTED",
        pool_size=8,
        max_overflow=24,
        pool_use_lifo=True,
    )
    _try_idle_connections(engine)
    return engine


def _try_idle_connections(engine: Engine) -> None:
    """Try connections that lay idle before handing them out: a server may have restarted.

    Not those just used: a round trip per transaction is too dear. SQLAlchemy answers a
    DisconnectionError here with a new connection.
    """

    @event.listens_for(engine, "checkin")
    def remember(_connection: object, record: Any) -> None:
        record.info["idle_since"] = time.monotonic()

    @event.listens_for(engine, "checkout")
    def attempt(connection: Any, record: Any, _proxy: object) -> None:
        idle_since = record.info.get("idle_since")
        if idle_since is None or time.monotonic() - idle_since < IDLE_SECONDS:
            return
        try:
            engine.dialect.do_ping(connection)
        except engine.dialect.loaded_dbapi.Error as error:
            raise exc.DisconnectionError("the server does not answer any more") from error
