"""What stands in a feed, as entries of a calendar: legal dates, and targets where they differ."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from itertools import islice
from urllib.parse import quote, urlsplit

from service.application import records as r
from service.application.queries.feeds import FeedContent, YearDeadline
from service.domain.calendars import ALMATY
from service.web.notices import words as w
from service.web.notices.ics import MOST_ENTRIES, DayEntry, calendar_document


@dataclass(frozen=True, slots=True)
class _Matter:
    """Something that is due: a task, or a step of the year."""

    key: str
    title: str
    clause: str
    link: str
    legal_at: datetime | None
    target_at: datetime | None
    revision: int
    changed_at: datetime


def feed_document(content: FeedContent, public_url: str) -> bytes:
    """The feed as an iCalendar document in its owner's language, linking to pages of that URL."""
    language = content.person.language
    name, about = w.said(w.CALENDAR, language), w.said(w.ABOUT, language)
    if content.feed.group:
        name += f", {content.feed.group}"
    host = urlsplit(public_url).hostname or "localhost"
    entries = (
        entry
        for matter in _matters(content, public_url, language)
        for entry in _entries(matter, host, language)
    )
    shown = list(islice(entries, MOST_ENTRIES))
    if not content.complete or next(entries, None) is not None:
        about += f". {w.said(w.CUT, language)}"
    return calendar_document(name, about, shown)


def _matters(content: FeedContent, public_url: str, language: str) -> Iterator[_Matter]:
    for deadline in content.deadlines:
        yield _of_year(deadline, f"{public_url}/", language)
    for task in content.tasks:
        yield _of_task(task, f"{public_url}/tasks/{quote(task.id, safe='')}", language)


def _of_task(task: r.DatedTask, link: str, language: str) -> _Matter:
    return _Matter(
        key=task.id,
        title=f"{w.said(task.names, language)} — {task.matter}",
        clause=task.clause,
        link=link,
        legal_at=task.due_at,
        target_at=task.follow_up_at,
        revision=task.revision,
        changed_at=task.changed_at,
    )


def _of_year(each: YearDeadline, link: str, language: str) -> _Matter:
    due = each.deadline
    return _Matter(
        key=f"cycle-{each.year}-{due.step}",
        title=f"{w.said(w.STEPS[due.step], language)} — {each.year}",
        clause=due.clause,
        link=link,
        legal_at=due.due_at,
        target_at=due.target_at,
        revision=each.revision,
        changed_at=each.changed_at,
    )


def _entries(matter: _Matter, host: str, language: str) -> Iterator[DayEntry]:
    """The legal date, and the target when it is another day."""
    legal_on, target_on = _on(matter.legal_at), _on(matter.target_at)
    details = "\n".join(_details(matter, language))
    for side, label, on in (("legal", w.LEGAL, legal_on), ("target", w.TARGET, target_on)):
        if on is None or (side == "target" and on == legal_on):
            continue
        category = w.said(label, language)
        yield DayEntry(
            uid=f"{matter.key}-{side}@{host}",
            on=on,
            title=f"{category}: {matter.title}",
            details=details,
            link=matter.link,
            category=category,
            revision=matter.revision,
            changed_at=matter.changed_at.astimezone(UTC),
        )


def _details(matter: _Matter, language: str) -> Iterator[str]:
    dates = (
        (w.LAST_SECOND, matter.legal_at),
        (w.TARGET, matter.target_at),
    )
    for label, moment in dates:
        if moment is not None:
            yield f"{w.said(label, language)}: {w.instant(moment, language)}"
    if matter.clause:
        yield f"{w.said(w.CLAUSE, language)}: {matter.clause.replace(',', ', ')}"
    yield matter.link


def _on(moment: datetime | None) -> date | None:
    return None if moment is None else moment.astimezone(ALMATY).date()
