"""What is read from files: diagrams, forms, calendars, the directory of bodies.

Everything is read under limits; what is wrong with a file is told as WrongInput, with its name.
"""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from service import settings
from service.application import records as r
from service.application.effects import CHECKS
from service.domain.calendars import CalendarEdit, DayOverride, read_edit, read_overrides
from service.engine.advance import SpiffEngine
from service.engine.checks import reading as diagram_reading
from service.engine.checks.findings import Finding
from service.errors import WrongInput
from service.forms import check_form
from service.forms import reading as form_reading

MAX_FILES = 500
MAX_BYTES = 20_000_000  # of a calendar, a directory
LARGEST = {".form": form_reading.MAX_BYTES, ".bpmn": diagram_reading.MAX_BYTES}
AT_ONCE = 4_000_000  # bytes of diagrams that are checked together


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


def calendar_edit_in(file: Path) -> CalendarEdit:
    """The overrides and years of a JSON file. Raises WrongInput, naming the file."""
    try:
        return read_edit(_json(file))
    except WrongInput as problem:
        if str(file) in problem.message:
            raise
        raise WrongInput(f"{file}: {problem.message}") from None


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
