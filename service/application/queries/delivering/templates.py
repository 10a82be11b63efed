"""The texts of messages, as they are in force and as they were."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from service.application import records as r
from service.application.application import Application
from service.application.ports import Work
from service.application.wording.shipped import shipped_text, shipped_texts, text_in_force
from service.domain.calendars import WorkingCalendar
from service.domain.notices.calendar_words import long_date, time_left, working_days
from service.domain.notices.wording import (
    LANGUAGES,
    PARTS,
    SUBJECT,
    Wording,
    check_wording,
    fill,
    placeholders_of,
)
from service.errors import NotFound

_TELLING = ("remind", "escalate", "notify")  # effects whose argument `subject` names a text


@dataclass(frozen=True, slots=True)
class TemplateText:
    """A subject's text in one language. `version` 0: the shipped one was never changed."""

    language: str
    wording: Wording
    version: int
    is_own: bool  # a process owner's, not the shipped one
    versions: Sequence[r.MessageTemplate] = ()


@dataclass(frozen=True, slots=True)
class TemplateEntry:
    """A line of the list of templates."""

    subject: str
    title: str
    own: tuple[str, ...]  # the languages in which a process owner wrote it
    is_shipped: bool
    is_part: bool  # of other messages: digest, footer …


def template_list(app: Application, language: str) -> Sequence[TemplateEntry]:
    """Every subject with a text, and those that diagrams in force name and nobody wrote for."""
    with app.store.read() as work:
        own = {(each.subject, each.language) for each in work.templates.all_newest() if each.title}
        shipped = {subject for subject, _ in shipped_texts()}
        subjects = shipped | {subject for subject, _ in own} | _named_by_diagrams(app, work)
        return [
            TemplateEntry(
                subject=subject,
                title=text_in_force(work, subject, language).title,
                own=tuple(each for each in LANGUAGES if (subject, each) in own),
                is_shipped=subject in shipped,
                is_part=subject in PARTS,
            )
            for subject in sorted(subjects, key=lambda each: (each in PARTS, each))
        ]


def template_texts(app: Application, subject: str) -> Mapping[str, TemplateText]:
    """The subject's text in each language, with all its versions, the newest first.

    Raises NotFound for what cannot be a subject.
    """
    if not SUBJECT.fullmatch(subject):
        raise NotFound(f"There is no message {subject!r}; choose one from the list.")
    with app.store.read() as work:
        return {language: _text(work, subject, language) for language in LANGUAGES}


def preview_texts(
    app: Application, subject: str, texts: Mapping[str, Wording], now: datetime
) -> Mapping[str, Wording]:
    """The texts (by language) with made-up values, as their receivers would read them.

    Raises WrongInput for a text that could not be put into force.
    """
    with app.store.read() as work:
        calendar = app.calendar(work)
    today = calendar.local_date(now)
    return {
        language: fill(
            check_wording(subject, text.title, text.body, language),
            _samples(calendar, subject, language, today),
        )
        for language, text in texts.items()
    }


def _samples(
    calendar: WorkingCalendar, subject: str, language: str, today: date
) -> Mapping[str, str]:
    due_on = calendar.working_days_after(today, 3)
    names = {
        "kk": ("Көлік министрлігі", "Ұсыныстарды дайындау", "басшы"),
        "ru": ("Министерство транспорта", "Подготовить предложения", "руководитель"),
        "en": ("Ministry of Transport", "Prepare proposals", "head"),
    }
    body, task, role = names[language]
    samples = {
        "about": "2026-0017",
        "body": body,
        "clause": "4, 7",
        "count": "2",
        "date": long_date(today, language),
        "due_date": long_date(due_on, language),
        "former_due_date": long_date(due_on - timedelta(days=1), language),
        "ground": {"kk": "кеш түсті", "ru": "поступила поздно", "en": "it came late"}[language],
        "items": "…",
        "link": "https://kelisim.example/tasks/17",
        "recipient": f"{body}, {role}",
        "sent_date": long_date(today, language),
        "submission_date": long_date(due_on, language),
        "task": task,
        "time_left": time_left(today, due_on, calendar, language),
        "working_days_left": working_days(3, language),
        "year": str(today.year),
    }
    return {name: samples[name] for name in placeholders_of(subject)}


def _text(work: Work, subject: str, language: str) -> TemplateText:
    versions = work.templates.versions(subject, language)
    newest = versions[0] if versions else None
    is_own = newest is not None and bool(newest.title)
    wording = Wording(newest.title, newest.body) if newest and is_own else None
    return TemplateText(
        language=language,
        wording=wording or shipped_text(subject, language),
        version=newest.version if newest else 0,
        is_own=is_own,
        versions=versions,
    )


def _named_by_diagrams(app: Application, work: Work) -> set[str]:
    found = set()
    for definition in work.definitions.all_latest():
        for element in app.summary(definition).elements.values():
            subject = element.inputs.get("subject", "").strip()
            if element.effect in _TELLING and SUBJECT.fullmatch(subject):
                found.add(subject)
    return found
