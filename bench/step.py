"""One full step: load, advance, effects, save, commit — by the real command, on a real database.

The steps are the ones a concept makes: filed, signed, examined, concluded. The floor replays the
statements that change rows in those very steps, transaction by transaction, with the bare driver on
a copy of the database taken before.
"""

from __future__ import annotations

import shutil
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import psycopg
from psycopg import sql

from bench.table import Figure
from service import bootstrap, settings
from service.application.actors import Actor
from service.application.application import Application
from service.application.commands.planning.file_concept import file_concept
from service.application.commands.planning.open_cycle import open_cycle
from service.application.commands.running.complete_user_task import complete_user_task
from service.application.commands.running.deliver_messages import deliver_messages
from service.persistence import link, prepared
from service.simulation.filling import concept_values, signing_values
from service.simulation.reading import read_scenario
from tests.postgres import fresh_database

RECORDED, CONCEPTS = 100, 300  # concepts whose writes are kept, and whose steps are timed
OPENED = datetime.fromisoformat("2026-08-03T09:00:00+05:00")
FILED = datetime.fromisoformat("2026-09-10T10:00:00+05:00")
LIMIT_MS = 2.0

Recorded = list[list[tuple[str, Any]]]  # per transaction: text and values


def steps(postgres: str | None) -> list[Figure]:
    """p50 and steps per second on SQLite, each commit on the disk; PostgreSQL where given."""
    with tempfile.TemporaryDirectory(prefix="kelisim-bench-") as folder:
        file = Path(folder) / "bench.sqlite3"
        times, recorded = _measure(f"sqlite:///{file}", lambda: copy_file(file))
        floor = replay_sqlite(file.with_suffix(".before"), recorded)
    figures = _figures("SQLite, durable", times, floor, LIMIT_MS)
    if postgres:
        with (
            fresh_database(postgres, durable=True) as url,
            fresh_database(postgres, durable=True) as floor_url,
        ):
            times, recorded = _measure(url, lambda: copy_postgres(url, floor_url))
            figures += _figures(
                "PostgreSQL, durable", times, replay_postgres(floor_url, recorded), None
            )
    return figures


def _figures(
    where: str, times: list[float], floor: list[float] | None, limit: float | None
) -> list[Figure]:
    p50 = statistics.median(times) * 1000
    p95 = statistics.quantiles(times, n=20)[-1] * 1000
    low = statistics.median(floor) * 1000 if floor else None
    rate = len(times) / sum(times)
    low_rate = len(floor) / sum(floor) if floor else None
    note = f"floor {low_rate:.0f}/s" if low_rate else ""
    return [
        Figure(f"one full step, p50 ({where})", p50, "ms", limit, low),
        Figure(f"one full step, p95 ({where})", p95, "ms"),
        Figure(f"steps per second, one thread ({where})", rate, "/s", note=note),
    ]


def _measure(url: str, before: Callable[[], None]) -> tuple[list[float], Recorded]:
    """Times of the steps of CONCEPTS concepts, and what each transaction wrote."""
    scenario = read_scenario(settings.demonstration_dir() / "scenario_2026.json").scaled(20)
    filings = [f for f in scenario.filings if not f.id.startswith(("SMP-2026-029", "SMP-2026-030"))]
    with bootstrap.open_database(url) as store:
        app = bootstrap.application(store)
        bootstrap.prepare(
            app,
            bootstrap.diagrams_in(settings.processes_dir()),
            bootstrap.shipped_forms(),
            (),
            OPENED,
        )
        open_cycle(app, member("MFA/consolidator"), 2026, OPENED)
        deliver_messages(app, OPENED)
        store.close()  # a database is copied while nobody is connected
        before()
        with recording() as recorded:
            for filing in filings[:RECORDED]:
                _one_concept(app, filing, recorded)
        times: list[float] = []
        for filing in filings[RECORDED : RECORDED + CONCEPTS]:
            times += _one_concept(app, filing, [])
    return times, recorded


def _one_concept(app: Application, filing: Any, recorded: Recorded) -> list[float]:
    times = []
    values = concept_values(filing)
    submitter = member(f"{filing.body}/submitter")

    def timed(act: Callable[[], Any]) -> Any:
        recorded.append([])
        began = time.perf_counter()
        result = act()
        times.append(time.perf_counter() - began)
        return result

    receipt = timed(lambda: file_concept(app, submitter, 2026, filing.body, values, FILED))
    examination = {
        "languages_ok": True,
        "expedient": "yes",
        "reasons_kk": "Сыртқы саяси тұрғыдан орынды деп танылды",
        "reasons_ru": "Признано внешнеполитически целесообразным",
    }
    for days, form in (
        (0, signing_values(FILED)),
        (20, examination),
        (21, signing_values(FILED, f"Қ-{filing.id}")),
    ):
        at = FILED + timedelta(days=days)
        with app.store.read() as work:
            (task,) = work.user_tasks.open_of_instance(receipt.instance_id)
        actor = member(task.candidate_groups[0])
        timed(partial(complete_user_task, app, actor, task.id, form, at))
    return times


@contextmanager
def recording() -> Iterator[Recorded]:
    """Keep the statements that change rows, with their values, per transaction."""
    recorded: Recorded = []
    original = prepared.execute

    def execute(connection: Any, statement: Any, many: Any, *, batch: bool = False) -> Any:
        if recorded and not statement.text.startswith("SELECT"):
            recorded[-1] += [(statement.text, statement.values(each)) for each in many]
        return original(connection, statement, many, batch=batch)

    vars(link)["execute"] = execute
    try:
        yield recorded
    finally:
        vars(link)["execute"] = original


def copy_file(file: Path) -> None:
    with sqlite3.connect(file) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    shutil.copyfile(file, file.with_suffix(".before"))


def replay_sqlite(file: Path, recorded: Recorded) -> list[float]:
    """Times of the same row changes by the bare driver, with the same durability."""
    connection = sqlite3.connect(file, isolation_level=None, cached_statements=512)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA foreign_keys = ON")
    times = []
    for transaction in recorded:
        began = time.perf_counter()
        connection.execute("BEGIN IMMEDIATE")
        for text, values in transaction:
            connection.execute(text, values).fetchall()
        connection.execute("COMMIT")
        times.append(time.perf_counter() - began)
    connection.close()
    return times


def copy_postgres(source: str, target: str) -> None:
    """The tables of one database, with their rows, in another, durable one."""
    with psycopg.connect(plain(target, database="postgres"), autocommit=True) as connection:
        names = [sql.Identifier(urlsplit(url).path.strip("/")) for url in (target, source)]
        connection.execute(sql.SQL("DROP DATABASE {}").format(names[0]))
        connection.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(*names))
        setting = sql.SQL("ALTER DATABASE {} SET synchronous_commit = on").format(names[0])
        connection.execute(setting)  # a template's settings stay behind


def replay_postgres(url: str, recorded: Recorded) -> list[float]:
    times = []
    with psycopg.connect(plain(url)) as connection:
        for transaction in recorded:
            began = time.perf_counter()
            for text, values in transaction:
                connection.execute(text, values)
            connection.commit()
            times.append(time.perf_counter() - began)
    return times


def plain(url: str, *, database: str = "") -> str:
    """The URL as psycopg wants it, with another database where one is named."""
    parts = urlsplit(url.replace("postgresql+psycopg://", "postgresql://"))
    return urlunsplit(parts._replace(path=f"/{database}")) if database else urlunsplit(parts)


def member(group: str) -> Actor:
    return Actor(group.lower().replace("/", "."), frozenset({group}))
