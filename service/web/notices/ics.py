"""Deadlines as an iCalendar document (RFC 5545, with RFC 7986 and what calendar programs expect).

An unchanged list gives the same bytes. An entry's text is kept, so that a feed that is read every
hour costs little.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any

from icalendar import Calendar, vDate, vDatetime, vDuration, vInt, vText, vUri
from icalendar.parser import Contentline, Parameters

PRODUCT = "-//Kelisim//Deadlines//EN"
MOST_ENTRIES = 5_000  # of one document; what programs bear
READ_AGAIN = timedelta(hours=1)  # how often programs are asked to come back
ZONE = "Asia/Almaty"
_KEPT = 20_000  # entries' texts, of all feeds together: about 15 MB
_LINES = 4_000
_LONGEST_LINE = 75  # octets without the line's end
_ONE_DAY = timedelta(days=1)
# Control characters, halves of characters, and what some programs read as the end of a line.
_NOT_TEXT = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
_NO_PARAMETERS, _WHOLE_DAY = Parameters(), Parameters({"VALUE": "DATE"})
_KINDS: Mapping[str, tuple[Callable[[Any], Any], Parameters]] = {
    "DTSTAMP": (vDatetime, _NO_PARAMETERS),
    "LAST-MODIFIED": (vDatetime, _NO_PARAMETERS),
    "SEQUENCE": (vInt, _NO_PARAMETERS),
    "DTSTART": (vDate, _WHOLE_DAY),
    "DTEND": (vDate, _WHOLE_DAY),
    "URL": (vUri, _NO_PARAMETERS),
}


@dataclass(frozen=True, slots=True)
class DayEntry:
    """One day in the calendar. Texts are plain, in the reader's language."""

    uid: str  # stable: by it a program knows the entry again
    on: date  # local date
    title: str
    details: str  # paragraphs separated by a line break
    link: str  # an address in ASCII
    category: str
    revision: int  # grows with every change of the day
    changed_at: datetime


def calendar_document(name: str, about: str, entries: Iterable[DayEntry]) -> bytes:
    """The whole document in UTF-8, lines ended by CRLF.

    `name` is how programs title the calendar, `about` a sentence that describes it.
    """
    frame = _frame(name, about).to_ical()
    head, end = frame.split(b"END:VCALENDAR")
    events = (_event(entry) for entry in entries)
    return b"".join((head, *events, b"END:VCALENDAR", end))


def _frame(name: str, about: str) -> Calendar:
    frame = Calendar()
    frame.add("prodid", PRODUCT)
    frame.add("version", "2.0")
    frame.add("calscale", "GREGORIAN")
    frame.add("method", "PUBLISH")
    # Told to be texts: what the package does not know by name it would write as it is.
    for key in ("name", "x-wr-calname"):
        frame[key] = vText(_plain(name))
    for key in ("description", "x-wr-caldesc"):
        frame[key] = vText(_plain(about))
    frame["x-wr-timezone"] = vText(ZONE)
    frame.add("refresh-interval", vDuration(READ_AGAIN, {"VALUE": "DURATION"}))
    frame["x-published-ttl"] = vDuration(READ_AGAIN)
    return frame


@lru_cache(maxsize=_KEPT)
def _event(entry: DayEntry) -> bytes:
    link = _plain(entry.link)
    lines = (
        _line("BEGIN", "VEVENT"),
        _line("UID", _plain(entry.uid)),
        _line("DTSTAMP", entry.changed_at),
        _line("LAST-MODIFIED", entry.changed_at),
        _line("SEQUENCE", entry.revision),
        _line("DTSTART", entry.on),
        _line("DTEND", entry.on + _ONE_DAY),  # exclusive
        _line("SUMMARY", _plain(entry.title)),
        _line("DESCRIPTION", _plain(entry.details, but="\n")),
        _line("URL", link),
        _line("CATEGORIES", _plain(entry.category)),
        _line("TRANSP", "TRANSPARENT"),  # a deadline does not make anybody busy
        _line("END", "VEVENT"),
    )
    return b"".join(lines)


@lru_cache(maxsize=_LINES)
def _line(name: str, value: str | int | date | datetime) -> bytes:
    """One property, escaped and folded by the package, with its CRLF.

    Line by line and not by its `Event`, which takes four times as long: most lines are the same in
    many entries.
    """
    written, parameters = _KINDS.get(name, (vText, _NO_PARAMETERS))
    line = Contentline.from_parts(name, parameters, written(value))
    octets: bytes = line.encode("utf-8")
    if len(octets) > _LONGEST_LINE:
        octets = line.to_ical()  # folds letter by letter
    return octets + b"\r\n"


def _plain(text: str, *, but: str = "") -> str:
    """The text without what is no character of a line, `but` excepted."""
    return _NOT_TEXT.sub(lambda found: found[0] if found[0] == but else " ", text)
