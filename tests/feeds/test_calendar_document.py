"""The document itself, looked at twice: as the package icalendar reads it, and letter by letter."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar

from service.web.notices.ics import DayEntry, calendar_document

ENTRY = DayEntry(
    uid="task-1-legal@kelisim.example",
    on=date(2026, 9, 25),
    title="Заңды мерзім: Тұжырымдаманы қарау — 2026/MT/MT-17",
    details="Соңғы сәт: 2026 ж. 25 қыркүйек\nhttps://kelisim.example/tasks/task-1",
    link="https://kelisim.example/tasks/task-1",
    category="Заңды мерзім",
    revision=3,
    changed_at=datetime(2026, 8, 3, 4, tzinfo=UTC),
)
HOSTILE = (
    "a\r\nEND:VEVENT\r\nBEGIN:VALARM",
    "a\nATTENDEE:mailto:eve@example.org",
    "a\rX-EVIL:1",
    "a\u2028X-EVIL:1\u2029X-EVIL:2\x85X-EVIL:3\x0bX-EVIL:4\x0cX-EVIL:5\x1cX-EVIL:6",
    'semi;colon,comma\\back\\nslash:"quote"',
    "\x00\x07\x1b[31m\ud800",
    "\\N \\n \\, \\; ^n",
    "ұ" * 300,
    "🇰🇿" * 100,
)


def lines(document: bytes) -> list[bytes]:
    """The lines as they are written, each without its CRLF."""
    assert document.endswith(b"\r\n")
    assert b"\n" not in document.replace(b"\r\n", b"")
    assert b"\r" not in document.replace(b"\r\n", b"")
    return document[:-2].split(b"\r\n")


def unfolded(document: bytes) -> list[str]:
    """The logical lines: RFC 5545, 3.1."""
    return document.replace(b"\r\n ", b"").decode("utf-8").removesuffix("\r\n").split("\r\n")


def written(*entries: DayEntry) -> bytes:
    return calendar_document("Келісім", "Мерзімдер", entries)


def test_the_frame_says_what_calendar_programs_ask_for() -> None:
    first, *middle, last = unfolded(written())
    assert (first, last) == ("BEGIN:VCALENDAR", "END:VCALENDAR")
    assert sorted(middle) == [
        "CALSCALE:GREGORIAN",
        "DESCRIPTION:Мерзімдер",
        "METHOD:PUBLISH",
        "NAME:Келісім",
        "PRODID:-//Kelisim//Deadlines//EN",
        "REFRESH-INTERVAL;VALUE=DURATION:PT1H",
        "VERSION:2.0",
        "X-PUBLISHED-TTL:PT1H",
        "X-WR-CALDESC:Мерзімдер",
        "X-WR-CALNAME:Келісім",
        "X-WR-TIMEZONE:Asia/Almaty",
    ]


def test_an_entry_is_a_whole_day_that_makes_nobody_busy() -> None:
    text = unfolded(written(ENTRY))
    event = text[text.index("BEGIN:VEVENT") : text.index("END:VEVENT") + 1]
    assert sorted(event) == sorted(
        [
            "BEGIN:VEVENT",
            "UID:task-1-legal@kelisim.example",
            "DTSTAMP:20260803T040000Z",
            "LAST-MODIFIED:20260803T040000Z",
            "SEQUENCE:3",
            "DTSTART;VALUE=DATE:20260925",
            "DTEND;VALUE=DATE:20260926",
            "SUMMARY:Заңды мерзім: Тұжырымдаманы қарау — 2026/MT/MT-17",
            "DESCRIPTION:Соңғы сәт: 2026 ж. 25 қыркүйек\\nhttps://kelisim.example/tasks/task-1",
            "URL:https://kelisim.example/tasks/task-1",
            "CATEGORIES:Заңды мерзім",
            "TRANSP:TRANSPARENT",
            "END:VEVENT",
        ]
    )


def test_no_line_is_longer_than_75_octets() -> None:
    long = replace(ENTRY, title="Тұжырымдаманы қарау " * 30, details="ә" * 500 + "\n" + "x" * 500)
    document = written(long)
    assert max(len(line) for line in lines(document)) <= 75
    for line in lines(document):
        line.decode("utf-8")  # no letter is cut in two
    (event,) = Calendar.from_ical(document).walk("VEVENT")
    assert event["SUMMARY"] == long.title
    assert event["DESCRIPTION"] == long.details


@pytest.mark.parametrize("field", ["uid", "title", "details", "category"])
@pytest.mark.parametrize("text", HOSTILE)
def test_no_text_becomes_a_line_of_its_own(field: str, text: str) -> None:
    changes: dict[str, Any] = {field: text}
    hostile = replace(ENTRY, **changes)
    _is_one_event(written(hostile, replace(ENTRY, uid="task-2")))


@given(title=st.text(max_size=200), details=st.text(max_size=200))
def test_whatever_somebody_writes_there_stay_two_entries(title: str, details: str) -> None:
    document = written(replace(ENTRY, title=title, details=details), replace(ENTRY, uid="task-2"))
    _is_one_event(document)


def test_a_name_of_a_calendar_is_a_text_as_any_other() -> None:
    document = calendar_document("a; b, c\r\nX-EVIL:1", "b\nX-EVIL:2", [])
    assert "NAME:a\\; b\\, c  X-EVIL:1" in unfolded(document)
    assert not [line for line in unfolded(document) if line.startswith("X-EVIL")]


def test_plain_texts_are_read_back_as_they_were() -> None:
    title = 'Шарт: "Келісім"; 1-бап, 2-тармақ\\қосымша'
    (event,) = Calendar.from_ical(written(replace(ENTRY, title=title))).walk("VEVENT")
    assert event["SUMMARY"] == title


def test_the_same_entries_give_the_same_bytes() -> None:
    assert written(ENTRY) == written(replace(ENTRY))


def _is_one_event(document: bytes) -> None:
    """Two entries, each with exactly its own properties, however one cuts the lines."""
    for cut in (unfolded(document), document.decode("utf-8").replace("\r\n ", "").splitlines()):
        names = [re.split("[:;]", line, maxsplit=1)[0] for line in cut]
        assert names.count("BEGIN") == 3
        assert len(names) == 13 + 2 * 13
        assert not {"X-EVIL", "ATTENDEE"} & set(names)
    events = Calendar.from_ical(document).walk("VEVENT")
    assert len(events) == 2
    assert all(len(event) == 11 and not event.subcomponents for event in events)
