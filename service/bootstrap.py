"""The composition root: the only module that knows everyone."""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import date, datetime
from pathlib import Path
from typing import Any

from service import settings
from service.almanac import kazakhstan
from service.application import records as r
from service.application.actors import Actor
from service.application.application import Application
from service.application.commands.administering.change_calendar import change_calendar
from service.application.commands.administering.deploy_processes import (
    check_upload,
    deploy_processes,
)
from service.application.commands.administering.import_directory import import_directory
from service.application.effects import CHECKS
from service.application.effects.opening import read_dates
from service.application.ports import Store, Work
from service.application.queries.boards import cycle_deadlines
from service.domain.calendars import DayOverride, WorkingCalendar, read_overrides
from service.domain.cycle_settings import CycleSettings
from service.domain.deadlines import Deadline
from service.domain.journal import GENESIS, Link, first_broken
from service.engine.advance import SpiffEngine
from service.engine.checks import reading as diagram_reading
from service.engine.checks.findings import Finding
from service.engine.definitions import compile_definition
from service.errors import DefinitionRefused, WrongInput
from service.forms import check_form
from service.forms import reading as form_reading
from service.persistence.store import SqlStore, migrate, open_store

MAX_FILES = 500
MAX_BYTES = 20_000_000  # of a calendar, a directory
LARGEST = {".form": form_reading.MAX_BYTES, ".bpmn": diagram_reading.MAX_BYTES}
AT_ONCE = 4_000_000  # bytes of diagrams that are checked together
INSTALLER = Actor("installer", frozenset({"ADMIN/administrator", "ADMIN/process_owner"}))


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
    change_calendar(app, INSTALLER, overrides, now)
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
    folder = chosen.home / "var"
    if chosen.database_url == f"sqlite:///{(folder / 'kelisim.sqlite3').as_posix()}":
        folder.mkdir(parents=True, exist_ok=True)
    migrate(chosen.database_url)


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


def check_files(diagrams: Sequence[Path], forms: Sequence[Path]) -> Iterator[object]:
    """Every finding on these files, a few in memory at a time. Diagrams may use the shipped forms.

    Raises WrongInput for a file that cannot be read, or a form that is not UTF-8.
    """
    known = {name.removesuffix(".form") for name in (*shipped_forms(), *(f.name for f in forms))}
    batch: dict[str, bytes] = {}
    for file in diagrams:
        if (size := _status(file).st_size) > diagram_reading.MAX_BYTES:
            yield _too_large(file, size, diagram_reading.MAX_BYTES)
            continue
        if batch and size + sum(map(len, batch.values())) > AT_ONCE:
            yield from SpiffEngine().examine(batch, CHECKS, known)
            batch = {}
        batch[str(file)] = _content(file)
    yield from SpiffEngine().examine(batch, CHECKS, known)
    for file in forms:
        if (size := _status(file).st_size) > form_reading.MAX_BYTES:
            yield _too_large(file, size, form_reading.MAX_BYTES)
        else:
            yield from check_form(_text(file, _content(file)), str(file))


def is_form(file: Path) -> bool:
    """Whether it is a .form file or a diagram; raises WrongInput for others and for devices."""
    if file.suffix not in (".form", ".bpmn", ".xml"):
        raise WrongInput(f"{file} is neither a .bpmn nor a .form file; name one of those")
    if not stat.S_ISREG(_status(file).st_mode):
        raise WrongInput(f"{file} is no regular file; name a file or a folder")
    return file.suffix == ".form"


def working_calendar(overrides: Path | None) -> WorkingCalendar:
    """The calendar of Kazakhstan with the overrides of a JSON file."""
    return WorkingCalendar(kazakhstan(), overrides_in(overrides))


def overrides_in(file: Path | None) -> tuple[DayOverride, ...]:
    """The calendar overrides of a JSON file; none without a file."""
    if file is None:
        return ()
    try:
        return read_overrides(_json(file))
    except WrongInput as problem:
        if str(file) in problem.message:
            raise
        raise WrongInput(f"{file}: {problem.message}") from None


def deadlines_of_year(year: int, calendar: WorkingCalendar, folder: Path) -> list[Deadline]:
    """The deadlines of a planning year, from the dates that stand on the cycle's diagram."""
    for name, xml in diagrams_in(folder).items():
        opening = compile_definition(xml, name).with_effect("open_submissions")
        if opening is not None:
            dates = read_dates(opening.inputs, year)
            return cycle_deadlines(dates, calendar, CycleSettings())
    raise WrongInput(f"No diagram in {folder} opens submissions; name the folder of the diagrams")


def annexes() -> Any:
    """Columns, sections and titles of the annexes in three languages."""
    return _json(settings.reference_dir() / "annexes.json")


def forms_for(processes: Path | None) -> dict[str, str]:
    """The shipped forms, with those that lie beside other diagrams in their place."""
    own = read_texts(processes, ".form") if processes is not None else {}
    return {**shipped_forms(), **own}


def is_error(finding: object) -> bool:
    """Whether a finding keeps its file from coming into force."""
    return getattr(finding, "severity", "error") == "error"


def shipped_forms() -> dict[str, str]:
    """The `.form` files that come with Kelisim, by file name."""
    return read_texts(settings.forms_dir(), ".form")


def diagrams_in(folder: Path) -> dict[str, bytes]:
    """The `.bpmn` files of a folder, by file name. Raises WrongInput when there are none."""
    files = _files(folder, ".bpmn")
    if not files:
        raise WrongInput(f"{folder} holds no .bpmn file; name a folder with diagrams")
    return {file.name: _content(file) for file in files}


def read_texts(folder: Path, suffix: str) -> dict[str, str]:
    """The text files of a folder with a suffix, by file name. Raises WrongInput for non-UTF-8."""
    return {file.name: _text(file, _content(file)) for file in _files(folder, suffix)}


def shipped_bodies() -> list[r.Body]:
    """The directory of central state bodies that comes with Kelisim."""
    data = _json(settings.reference_dir() / "agencies.json")
    return [_body(entry) for entry in data["bodies"]]


def _body(entry: Mapping[str, Any]) -> r.Body:
    return r.Body(
        code=entry["code"],
        group=entry["group"],
        names=entry["name"],
        abbreviations=entry["abbr"],
        may_submit=bool(entry["active"] and entry["may_submit_concepts"]),
        valid_from=_day(entry.get("valid_from")),
        valid_to=_day(entry.get("valid_to"), last=True),
        successor=entry.get("successor") or entry.get("replaced_by") or "",
    )


def _day(text: str | None, *, last: bool = False) -> date | None:
    """A date that may be given as year or year and month only: its first or last day."""
    if not text:
        return None
    parts = [int(part) for part in text.split("-")]
    month = parts[1] if len(parts) > 1 else (12 if last else 1)
    if len(parts) > 2:
        return date(*parts[:3])
    first = date(parts[0], month, 1)
    if not last:
        return first
    following = date(parts[0] + month // 12, month % 12 + 1, 1)
    return date.fromordinal(following.toordinal() - 1)


def _json(file: Path) -> Any:
    try:
        return json.loads(_text(file, _content(file)), parse_constant=_refuse_constant)
    except RecursionError:
        raise WrongInput(f"{file} is nested too deep; correct it") from None
    except ValueError as problem:
        raise WrongInput(f"{file} is no JSON ({problem}); correct it") from None


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is no number of JSON")


def _status(file: Path) -> os.stat_result:
    try:
        return file.stat()
    except OSError as problem:
        raise WrongInput(f"{file} cannot be read ({problem.strerror}); name a file") from None


def _too_large(file: Path, size: int, limit: int) -> Finding:
    message = f"the file has {size:,} bytes, allowed are {limit:,}"
    return Finding("error", str(file), 1, "", "", "too_large", message, "split it")


def _content(file: Path) -> bytes:
    limit = LARGEST.get(file.suffix, MAX_BYTES)
    try:
        with file.open("rb") as opened:
            content = opened.read(limit + 1)
    except OSError as problem:
        raise WrongInput(f"{file} cannot be read ({problem.strerror}); name a file") from None
    if len(content) > limit:
        raise WrongInput(f"{file} is larger than {limit} bytes; is it the right file?")
    return content


def _text(file: Path, content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as problem:
        raise WrongInput(f"{file} is not UTF-8 ({problem.reason}); save it as UTF-8") from None


def _files(folder: Path, suffix: str) -> list[Path]:
    if not folder.is_dir():
        raise WrongInput(f"{folder} is no folder; name one with {suffix} files")
    try:
        inside = sorted(folder.iterdir())
    except OSError as problem:
        raise WrongInput(f"{folder} cannot be read ({problem.strerror}); name a folder") from None
    files = [file for file in inside if file.suffix == suffix and file.is_file()]
    if len(files) > MAX_FILES:
        raise WrongInput(f"{folder} holds {len(files)} {suffix} files; at most {MAX_FILES}")
    return files
