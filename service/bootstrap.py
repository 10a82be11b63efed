"""The composition root: the only module that knows everyone."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import asdict
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TypeAlias

from service import settings
from service.almanac import kazakhstan
from service.application import records as r
from service.application.application import Application
from service.application.commands.administering.deploy_processes import (
    check_upload,
    deploy_processes,
)
from service.application.commands.administering.import_directory import import_directory
from service.application.commands.calendar.change_calendar import change_calendar
from service.application.commands.calendar.replan_instances import replan_instances
from service.application.commands.delivering.route_outbox import route_outbox
from service.application.commands.delivering.send_deliveries import send_deliveries
from service.application.commands.running.deliver_messages import deliver_messages
from service.application.commands.running.fire_due_timers import fire_due_timers
from service.application.commands.running.start_due_processes import start_due_processes
from service.application.effects.opening import read_dates
from service.application.ports import Store, Work
from service.application.queries.boards import cycle_deadlines
from service.application.queries.delivering.deliveries import next_delivery_at
from service.delivery import open_channels
from service.domain.calendars import DayOverride, WorkingCalendar
from service.domain.cycle_settings import CycleSettings
from service.domain.deadlines import Deadline
from service.domain.journal import GENESIS, Link, first_broken
from service.engine.advance import SpiffEngine
from service.engine.definitions import compile_definition
from service.errors import DefinitionRefused, WrongInput
from service.files import (
    annexes,
    calendar_edit_in,
    check_files,
    diagrams_in,
    forms_for,
    is_error,
    is_form,
    overrides_in,
    read_texts,
    shipped_bodies,
    shipped_forms,
)
from service.installing import INSTALLER, put_into_force
from service.passwords import Argon2Passwords
from service.persistence import databases
from service.persistence.store import SqlStore, migrate, open_store
from service.scheduler import Act, Lane, Scheduler, alone_on, side_by_side

__all__ = [
    "INSTALLER",
    "Application",
    "Demonstration",
    "Scheduler",
    "alone_on_database",
    "annexes",
    "answering_on",
    "application",
    "calendar_edit_in",
    "check_files",
    "deadlines_of_year",
    "diagrams_in",
    "firing",
    "first_broken_entry",
    "forms_for",
    "is_error",
    "is_form",
    "migrate_database",
    "open_database",
    "overrides_in",
    "pages",
    "prepare",
    "put_into_force",
    "read_texts",
    "refuse_unfit",
    "scheduling",
    "seed_demonstration",
    "shipped_bodies",
    "shipped_forms",
    "working_calendar",
]

Demonstration: TypeAlias = tuple[tuple[str, str, str], ...]  # name, password, what one may do
LAST_ANSWERS = 7  # seconds; for pages that are being made when the process is told to end
FIRING_THREADS = 3  # of one scheduler, on PostgreSQL
AT_ONCE = 50  # things a command does before the scheduler asks whether to stop


def application(store: Store) -> Application:
    """A Kelisim on this store, with the real engine and the calendar of Kazakhstan."""
    return Application(store=store, engine=SpiffEngine(), base_calendar=kazakhstan())


def open_database(url: str, *, migrate: bool = True, durable: bool = True) -> SqlStore:
    """The store behind a database URL; a context manager that closes it."""
    return open_store(url, migrate=migrate, durable=durable)


def prepare(
    app: Application,
    diagrams: Mapping[str, bytes],
    forms: Mapping[str, str],
    overrides: Sequence[DayOverride],
    now: datetime,
) -> None:
    """Fill an empty database: calendar, diagrams and forms, the directory of bodies.

    Raises WrongInput when the database holds a planning cycle already, DefinitionRefused for
    diagrams that may not come into force.
    """
    with app.store.read() as work:
        if work.bodies.all() or work.definitions.all_latest():
            raise WrongInput("The database is in use already; name an empty one")
    change_calendar(app, INSTALLER, overrides, now, reason="Given at installation")
    deploy_processes(app, INSTALLER, diagrams, forms, now)
    import_directory(app, INSTALLER, shipped_bodies(), [], now)


def refuse_unfit(diagrams: Mapping[str, bytes], forms: Mapping[str, str]) -> None:
    """Raise DefinitionRefused with all findings when these may not come into force."""
    with open_database("sqlite://") as nowhere:
        findings = check_upload(application(nowhere), diagrams, forms)
    if any(is_error(finding) for finding in findings):
        raise DefinitionRefused(findings)


def migrate_database(chosen: settings.Settings) -> None:
    """Bring the settings' database to the present schema; the default one gets its folder."""
    _make_default_folder(chosen)
    migrate(chosen.database_url)


def _make_default_folder(chosen: settings.Settings) -> None:
    folder = chosen.home / "var"
    if chosen.database_url == f"sqlite:///{(folder / 'kelisim.sqlite3').as_posix()}":
        folder.mkdir(parents=True, exist_ok=True)


@contextmanager
def alone_on_database(chosen: settings.Settings) -> Iterator[None]:
    """Be the only scheduler of a SQLite database; any number may work on PostgreSQL.

    Raises WrongInput, before anything is opened, when another process is.
    """
    _make_default_folder(chosen)
    with alone_on(databases.sqlite_file(databases.parsed(chosen.database_url))):
        yield


def answering_on(chosen: settings.Settings, host: str, port: int) -> tuple[settings.Settings, int]:
    """The settings with the public URL of pages on that host and port, and the port.

    `port` 0 finds a free one. Raises WrongInput when the host has none.
    """
    if port == 0:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        try:
            with socket.create_server((host, 0), family=family) as found:
                port = found.getsockname()[1]
        except OSError as problem:
            raise _not_to_be_had(host, port, problem) from None
    return settings.answering_on(chosen, host, port), port


@contextmanager
def pages(
    app: Application,
    chosen: settings.Settings,
    host: str,
    port: int,
    accounts: Demonstration = (),
) -> Iterator[str]:
    """Let the pages answer as long as the context lasts; yields their address.

    `port` 0 takes a free one. Raises WrongInput when the address cannot be had.
    """
    # Flask and its company take half a second; most commands show no page.
    from service.web.app import create_app  # noqa: PLC0415
    from service.web.page.here import Installation  # noqa: PLC0415
    from service.web.server import WebServer, secret_key  # noqa: PLC0415

    shown = Installation(app, chosen, Argon2Passwords(), secret_key(chosen), demonstration=accounts)
    try:
        server = WebServer(create_app(shown), host, port)
    except OSError as problem:
        raise _not_to_be_had(host, port, problem) from None
    thread = threading.Thread(target=server.run, name="pages", daemon=True)
    thread.start()
    try:
        name = f"[{host}]" if ":" in host else host
        yield f"http://{name}:{server.port}"
    finally:
        server.close()
        thread.join(timeout=LAST_ANSWERS)


def _not_to_be_had(host: str, port: int, problem: OSError) -> WrongInput:
    return WrongInput(
        f"{host}:{port} cannot be answered on ({problem.strerror or problem}); name another "
        "--host or --port, or end the program that has it."
    )


def seed_demonstration(app: Application, now: datetime) -> Demonstration:
    """Fill an empty database with people to sign in as; what the page of signing in shows."""
    # The year is played by the simulation, which other commands have no use for.
    from service.demonstration.seeding import seed_demo  # noqa: PLC0415

    return seed_demo(app, Argon2Passwords(), now)


@contextmanager
def scheduling(app: Application, store: SqlStore, chosen: settings.Settings) -> Iterator[Scheduler]:
    """Let timers fire and letters leave as long as the context lasts.

    Woken by this process's commits, by those of others, and each minute. Leaving it waits for
    what is being done, some seconds at most.
    """
    scheduler = Scheduler(_lanes(app, store, chosen))
    store.on_waiting(scheduler.wake)
    scheduler.start()
    with closing(store.listen(scheduler.wake, scheduler.wake_afresh)):
        try:
            yield scheduler
        finally:
            scheduler.stop()


def _lanes(app: Application, store: SqlStore, chosen: settings.Settings) -> list[Lane]:
    acts: dict[str, Act] = {
        "replan_instances": partial(replan_instances, app, limit=AT_ONCE),
        "deliver_messages": partial(deliver_messages, app, limit=AT_ONCE),
        "fire_due_timers": firing(app, store, limit=AT_ONCE),
        "start_due_processes": partial(start_due_processes, app),
    }
    channels = open_channels(chosen)
    delivering: dict[str, Act] = {
        "route_outbox": partial(route_outbox, app, channels, limit=AT_ONCE),
        "send_deliveries": partial(send_deliveries, app, channels),
    }
    return [
        Lane("fire", acts, partial(_next_firing, app)),
        Lane(
            "deliver",
            delivering,
            partial(next_delivery_at, app, channels.by_name),
            yields_to="fire",
        ),
    ]


def firing(app: Application, store: SqlStore, *, limit: int) -> Act:
    """What fires due timers: up to `limit` in each of several threads where writers need no turns.

    A second and a third thread fire half as many more on PostgreSQL; a fourth adds nothing.
    """
    threads = 1 if store.one_writer else FIRING_THREADS
    return side_by_side(partial(fire_due_timers, app, limit=limit), threads)


def _next_firing(app: Application) -> datetime | None:
    with app.store.read() as work:
        due = (work.timers.next_due_at(), work.timer_starts.next_due_at())
    return min((each for each in due if each is not None), default=None)


def first_broken_entry(store: Store) -> tuple[int, int | None, str]:
    """How many journal entries there are, the first broken one's sequence, and the last hash.

    An end that is not where the journal's head says is broken as well: entries were cut off.
    """
    hash_, sequence = GENESIS, 0
    with store.read() as work:
        while page := _readable(work, sequence):
            links = [Link(s.sequence, asdict(s.entry), s.previous_hash, s.hash) for s in page]
            broken = first_broken(links, after_hash=hash_, after_sequence=sequence)
            if broken is not None:
                return sequence, page[broken].sequence, hash_
            hash_, sequence = page[-1].hash, page[-1].sequence
        if page is None:
            return sequence, sequence + 1, hash_
        if work.journal.head() != (sequence, hash_):
            return sequence, sequence + 1, hash_
    return sequence, None, hash_


def _readable(work: Work, after: int) -> Sequence[r.SealedEntry] | None:
    """The next journal entries; None when the very next one is no entry any more."""
    for limit in (10_000, 1):
        try:
            return work.journal.sealed(after=after, limit=limit)
        except (ValueError, TypeError, AttributeError):  # somebody wrote into it by hand
            continue
    return None


def working_calendar(overrides: Path | None) -> WorkingCalendar:
    """The calendar of Kazakhstan with the overrides of a JSON file."""
    return WorkingCalendar(kazakhstan(), overrides_in(overrides))


def deadlines_of_year(year: int, calendar: WorkingCalendar, folder: Path) -> list[Deadline]:
    """The deadlines of a planning year, from the dates that stand on the cycle's diagram."""
    for name, xml in diagrams_in(folder).items():
        opening = compile_definition(xml, name).with_effect("open_submissions")
        if opening is not None:
            dates = read_dates(opening.inputs, year)
            return cycle_deadlines(dates, calendar, CycleSettings())
    raise WrongInput(f"No diagram in {folder} opens submissions; name the folder of the diagrams")
