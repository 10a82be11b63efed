"""Dates and spans of working days as people write them in Kazakh, Russian and English."""

from __future__ import annotations

from datetime import date

from service.domain.calendars import WorkingCalendar

_MONTHS = {
    "kk": (
        *("қаңтар", "ақпан", "наурыз", "сәуір", "мамыр", "маусым"),
        *("шілде", "тамыз", "қыркүйек", "қазан", "қараша", "желтоқсан"),
    ),
    "ru": (
        *("января", "февраля", "марта", "апреля", "мая", "июня"),
        *("июля", "августа", "сентября", "октября", "ноября", "декабря"),
    ),
    "en": (
        *("January", "February", "March", "April", "May", "June"),
        *("July", "August", "September", "October", "November", "December"),
    ),
}


def long_date(on: date, language: str) -> str:
    """2026 ж. 25 қыркүйек · 25 сентября 2026 г. · 25 September 2026."""
    month = _MONTHS.get(language, _MONTHS["en"])[on.month - 1]
    if language == "kk":
        return f"{on.year} ж. {on.day} {month}"
    return f"{on.day} {month} {on.year}{' г.' if language == 'ru' else ''}"


def working_days(count: int, language: str) -> str:
    """3 жұмыс күні · 3 рабочих дня · 3 working days. `count` from 0."""
    if language == "kk":
        return f"{count} жұмыс күні"
    if language == "ru":
        return f"{count} {_russian(count, 'рабочий день', 'рабочих дня', 'рабочих дней')}"
    return f"{count} working day{'' if count == 1 else 's'}"


def time_left(today: date, due_on: date, calendar: WorkingCalendar, language: str) -> str:
    """How much time is left until the end of `due_on`, as a clause; counted in working days."""
    if due_on < today:
        return _overdue(calendar.working_days_between(due_on, today), language)
    if due_on == today:
        last = {"kk": "бүгін соңғы күн", "ru": "сегодня последний день"}
        return last.get(language, "today is the last day")
    count = calendar.working_days_between(today, due_on)
    if count == 0:
        none = {"kk": "жұмыс күні қалмады", "ru": "рабочих дней не осталось"}
        return none.get(language, "no working day is left")
    days = working_days(count, language)
    if language == "kk":
        return f"{days} қалды"
    if language == "ru":
        return f"{_russian(count, 'остался', 'осталось', 'осталось')} {days}"
    return f"{days} left"


def _overdue(count: int, language: str) -> str:
    if count == 0:
        passed = {"kk": "мерзімі өтіп кетті", "ru": "срок истёк"}
        return passed.get(language, "the deadline has passed")
    if language == "kk":
        return f"мерзімі өткеніне {count} жұмыс күні болды"
    if language == "ru":
        one, many = "рабочий день", "рабочих дней"
        return f"срок истёк {count} {_russian(count, one, 'рабочих дня', many)} назад"
    return f"{working_days(count, language)} overdue"


def _russian(count: int, one: str, few: str, many: str) -> str:
    if count % 10 == 1 and count % 100 != 11:
        return one
    if count % 10 in (2, 3, 4) and count % 100 not in (12, 13, 14):
        return few
    return many
