"""Databases for the tests.

- `database_url`: a database with its tables and no rows, once on SQLite and once on PostgreSQL:
  a test that asks for it runs on both.
- `blank_database_url`: the same without tables, for tests of the migrations themselves.
- `postgres_url`: the worker's PostgreSQL database alone.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from _pytest.config import Config

from tests import postgres

_SERVER = pytest.StashKey[postgres.Server | str]()
MakeTables = Callable[[str], None]


@pytest.hookimpl(optionalhook=True)  # pytest-xdist's
def pytest_configure_node(node) -> None:  # type: ignore[no-untyped-def]  # noqa: ANN001
    """Several workers share the one server that their controller found or started."""
    server = _server(node.config)
    node.workerinput["postgres"] = server if isinstance(server, str) else ""
    node.workerinput["postgres_url"] = "" if isinstance(server, str) else server.url


def pytest_unconfigure(config: Config) -> None:
    """Stop the server if this run started it."""
    server = config.stash.get(_SERVER, "")
    if isinstance(server, postgres.Server):
        server.stop()


def pytest_report_header(config: Config) -> list[str]:
    server = config.stash.get(_SERVER, None)
    return [f"PostgreSQL: {server.how}"] if isinstance(server, postgres.Server) else []


@pytest.fixture(scope="session")
def postgres_server_url(request: pytest.FixtureRequest) -> str:
    """The URL of a PostgreSQL server; the test fails, with all reasons, when there is none."""
    told = getattr(request.config, "workerinput", None)
    if told is not None:
        if told["postgres"]:
            pytest.fail(told["postgres"], pytrace=False)
        return str(told["postgres_url"])
    server = _server(request.config)
    if isinstance(server, str):
        pytest.fail(server, pytrace=False)
    return server.url


@pytest.fixture(scope="session")
def postgres_url(postgres_server_url: str) -> Iterator[str]:
    """An empty database of this worker's own, dropped at the end."""
    with postgres.fresh_database(postgres_server_url) as url:
        yield url


@pytest.fixture(scope="session")
def make_tables() -> MakeTables:
    """What gives a database at a URL its tables, as `kelisim migrate` does."""
    from service.persistence.store import open_store  # noqa: PLC0415 - only who needs a database

    def make(url: str) -> None:
        with open_store(url, migrate=True):
            pass

    return make


@pytest.fixture(scope="session")
def _sqlite_original(tmp_path_factory: pytest.TempPathFactory, make_tables: MakeTables) -> Path:
    original = tmp_path_factory.mktemp("sqlite") / "original.sqlite3"
    make_tables(_sqlite_url(original))
    return original


@pytest.fixture(scope="session")
def _postgres_with_tables(postgres_url: str, make_tables: MakeTables) -> str:
    make_tables(_for_sqlalchemy(postgres_url))
    return postgres_url


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A database with tables and no rows, for SQLAlchemy. Cheap: migrated once per worker."""
    if request.param == "sqlite":
        file = tmp_path / "kelisim.sqlite3"
        shutil.copyfile(request.getfixturevalue("_sqlite_original"), file)
        return _sqlite_url(file)
    url: str = request.getfixturevalue("_postgres_with_tables")
    postgres.empty_tables(url)
    return _for_sqlalchemy(url)


@pytest.fixture(params=["sqlite", "postgresql"])
def blank_database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database without tables, for SQLAlchemy."""
    with ExitStack() as at_the_end:
        if request.param == "sqlite":
            yield _sqlite_url(tmp_path / "blank.sqlite3")
        else:
            server = request.getfixturevalue("postgres_server_url")
            yield _for_sqlalchemy(at_the_end.enter_context(postgres.fresh_database(server)))


def _server(config: Config) -> postgres.Server | str:
    """The server of this run, looked for once; a text when there is none: why."""
    if _SERVER not in config.stash:
        try:
            config.stash[_SERVER] = postgres.find_server()
        except postgres.NoPostgres as reasons:
            config.stash[_SERVER] = str(reasons)
    return config.stash[_SERVER]


def _sqlite_url(file: Path) -> str:
    return f"sqlite:///{file.as_posix()}"


def _for_sqlalchemy(url: str) -> str:
    return url.replace("postgresql://", "postgresql+psycopg://", 1)
