"""Dates, deadlines and texts in the reader's language, as filters of the templates."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from babel import Locale
from babel.dates import format_date, format_time
from flask import Flask, g
from flask_babel import LazyString, gettext, lazy_gettext, ngettext

from service.application.queries.directory import abbreviations
from service.application.queries.urgency import Urgency
from service.domain.calendars import ALMATY
from service.domain.texts import LANGUAGES
from service.web.languages import language
from service.web.page.here import installation

ROLES: Mapping[str, LazyString] = {
    "submitter": lazy_gettext("submitter"),
    "signatory": lazy_gettext("signatory"),
    "head": lazy_gettext("head"),
    "reviewer": lazy_gettext("reviewer"),
    "consolidator": lazy_gettext("consolidator"),
    "registrar": lazy_gettext("registrar"),
    "secretary": lazy_gettext("secretary"),
    "administrator": lazy_gettext("administrator"),
    "process_owner": lazy_gettext("process owner"),
}
LOCALES = {"kk": Locale("kk"), "ru": Locale("ru"), "en": Locale("en", "GB")}


def speak_of_time(flask_app: Flask) -> None:
    """Make the filters known to all templates."""
    flask_app.jinja_env.filters.update(
        on_date=on_date,
        at_instant=at_instant,
        short_date=short_date,
        left=left,
        told=told,
        group_name=group_name,
        matter_name=matter_name,
    )


def on_date(day: date | datetime | None) -> str:
    """«2026 ж. 25 қыркүйек» · «25 сентября 2026 г.» · "25 September 2026".

    Of an instant, its local day in Asia/Almaty; "" for None.
    """
    return _date(day, "long")


def short_date(day: date | datetime | None) -> str:
    """The same with the month in short."""
    return _date(day, "medium")


def at_instant(instant: datetime | None) -> str:
    """The local date and the time to the minute, of Asia/Almaty; "" for None."""
    if instant is None:
        return ""
    locale = LOCALES[language()]
    time = format_time(instant, "HH:mm", tzinfo=ALMATY, locale=locale)
    return f"{on_date(instant)}, {time}"


def left(urgency: Urgency) -> str:
    """How long there is until a deadline, in working days."""
    days = urgency.working_days
    if urgency.state == "overdue":
        late = ngettext("%(num)d working day overdue", "%(num)d working days overdue", days)
        return str(late if days else gettext("Overdue"))
    if urgency.state == "ahead":
        ahead = ngettext("In %(num)d working day", "In %(num)d working days", days)
        return str(ahead if days else gettext("Before the next working day"))
    return str(gettext("Today") if urgency.state == "today" else gettext("No deadline"))


def told(texts: Mapping[str, str] | None) -> str:
    """A text in the reader's language, else in the first one that there is: kk, ru, en."""
    of = texts or {}
    return next((of[code] for code in (language(), *LANGUAGES) if of.get(code)), "")


def group_name(group: str) -> str:
    """A group BODY/role for people: "СІМ: қараушы"; ADMIN's roles without the body."""
    body, _, role = group.partition("/")
    word = str(ROLES.get(role, role))
    if body == "ADMIN":
        return word
    return f"{_short_name(body)}: {word}" if word else _short_name(body)


def matter_name(about: str) -> str:
    """What something concerns, for people: a body's code becomes its abbreviation.

    "MT" → "КМ", "2026/MT" → "2026/КМ"; a year or a concept's number stays.
    """
    return "/".join(_short_name(part) for part in about.split("/"))


def _short_name(body: str) -> str:
    """The body's abbreviation in the reader's language, else its code."""
    if body == "COMMISSION":
        return str(gettext("Commission"))
    if "abbreviations" not in g:
        g.abbreviations = abbreviations(installation().app)
    return str(g.abbreviations.get(body, {}).get(language()) or body)


def _date(day: date | datetime | None, form: str) -> str:
    if day is None:
        return ""
    local = day.astimezone(ALMATY).date() if isinstance(day, datetime) else day
    # CLDR's narrow blank is missing in most fonts, and then no blank at all.
    return format_date(local, form, locale=LOCALES[language()]).replace("\u202f", "\u00a0")
