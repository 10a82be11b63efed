"""One value at a time: from what a browser or a program sent to what is stored.

Each function takes (field, value) and returns the plain value, or None when nothing was
entered, or raises `Wrong` with a message's code. Values are JSON: texts in NFC, dates as ISO
text, instants as ISO text in UTC (a naive one is local time in Asia/Almaty).
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, time
from typing import Any

from service.domain.calendars import ALMATY
from service.forms.content import shown
from service.forms.schema import Field

MAX_FILES = 20
YEARS = (1900, 2200)
MAX_NUMBER = 10**15
_NUMBER = re.compile(r"[+-]?\d{1,16}(?:\.\d{1,16})?")
_DATE = re.compile(r"\d{4}-\d\d-\d\d")
_FILE = re.compile(r"[A-Za-z0-9][A-Za-z0-9:._-]{0,199}")
_CYRILLIC = re.compile("[\u0400-\u04ff]")
_YES = frozenset(("true", "on", "1", "yes"))
_NO = frozenset(("false", "off", "0", "no", ""))


class Wrong(Exception):
    """This value cannot be taken. `code` and `facts` make the message."""

    def __init__(self, code: str, **facts: object) -> None:
        super().__init__(code)
        self.code, self.facts = code, facts


def _text(field: Field, value: Any) -> str | None:
    if value is None:
        return None
    if not isinstance(value, str):
        raise Wrong("not_text")
    text = value.strip()
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    if not text.isascii():
        text = unicodedata.normalize("NFC", text)
    if field.type == "textfield" and "\n" in text:
        text = " ".join(line.strip() for line in text.split("\n") if line.strip())
    if not text:
        return None
    _check_text(field, text)
    return text


def _check_text(field: Field, text: str) -> None:
    rules, length = field.rules, len(text)
    if rules.max_length is not None and length > rules.max_length:
        raise Wrong("too_long", actual=length, limit=rules.max_length)
    if rules.min_length is not None and length < rules.min_length:
        raise Wrong("too_short", actual=length, limit=rules.min_length)
    if rules.pattern is not None and not rules.pattern.search(text):
        expected = rules.pattern_texts or rules.pattern.pattern
        raise Wrong("wrong_pattern", value=shown(text), expected=expected)
    if rules.language and not _CYRILLIC.search(text):
        raise Wrong("not_cyrillic")


def _number(field: Field, value: Any) -> int | float | None:
    if isinstance(value, str):
        value = _parsed(value)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not _is_sane(value):
        raise Wrong("not_a_number", value=shown(value))
    rules, number = field.rules, int(value) if value == int(value) else value
    if rules.decimals is not None and round(number, rules.decimals) != number:
        raise Wrong("decimals", value=number, limit=rules.decimals)
    if rules.minimum is not None and number < rules.minimum:
        raise Wrong("too_small", value=number, limit=_plain(rules.minimum))
    if rules.maximum is not None and number > rules.maximum:
        raise Wrong("too_large", value=number, limit=_plain(rules.maximum))
    return number


def _parsed(text: str) -> int | float | None:
    plain = text.strip().replace("\N{NO-BREAK SPACE}", "").replace(" ", "").replace(",", ".")
    if not plain:
        return None
    if not _NUMBER.fullmatch(plain) or not plain.isascii():
        raise Wrong("not_a_number", value=shown(text))
    return float(plain) if "." in plain else int(plain)


def _is_sane(number: int | float) -> bool:
    return math.isfinite(number) and abs(number) <= MAX_NUMBER


def _plain(number: float) -> int | float:
    return int(number) if number == int(number) else number


def _checkbox(_: Field, value: Any) -> bool:
    if value is None:
        return False
    if isinstance(value, bool):
        return value
    if isinstance(value, str):
        word = value.strip().lower()
        if word in _YES or word in _NO:
            return word in _YES
    raise Wrong("not_yes_no", value=shown(value))


def _choice(field: Field, value: Any) -> str | None:
    if value is None or value == "":
        return None
    if not isinstance(value, str) or value not in field.allowed:
        raise _not_offered(field, value)
    return value


def _choices(field: Field, value: Any) -> list[str] | None:
    if value is None or value == "":
        return None
    given = [value] if isinstance(value, str) else value
    if not isinstance(given, (list, tuple)):
        raise Wrong("not_a_list")
    for each in given:
        if not isinstance(each, str) or each not in field.allowed:
            raise _not_offered(field, each)
    wanted = frozenset(given)
    return [choice.value for choice in field.choices if choice.value in wanted] or None


def _not_offered(field: Field, value: Any) -> Wrong:
    return Wrong("not_a_choice", value=shown(value), allowed=", ".join(sorted(field.allowed)[:20]))


def _datetime(field: Field, value: Any) -> str | None:
    if value is None or value == "":
        return None
    if not isinstance(value, str):
        raise Wrong(_WHEN[field.subtype], value=shown(value))
    try:
        return _PARSE[field.subtype](value.strip())
    except (ValueError, OverflowError):
        raise Wrong(_WHEN[field.subtype], value=shown(value)) from None


def _date(text: str) -> str:
    if not _DATE.fullmatch(text):
        raise ValueError(text)
    day = date.fromisoformat(text)
    if not YEARS[0] <= day.year <= YEARS[1]:
        raise ValueError(text)
    return text


def _time(text: str) -> str:
    return time.fromisoformat(text[:5]).strftime("%H:%M")


def _instant(text: str) -> str:
    instant = datetime.fromisoformat(text)
    if not YEARS[0] <= instant.year <= YEARS[1] or "T" not in text:
        raise ValueError(text)
    aware = instant if instant.tzinfo else instant.replace(tzinfo=ALMATY)
    return aware.astimezone(UTC).replace(microsecond=0).isoformat()


def _files(field: Field, value: Any) -> list[str] | None:
    if value is None or value == "":
        return None
    given = [value] if isinstance(value, str) else value
    if not isinstance(given, (list, tuple)):
        raise Wrong("not_a_list")
    for each in given:
        if not isinstance(each, str) or not _FILE.fullmatch(each):
            raise Wrong("not_a_file", value=shown(each))
    limit = MAX_FILES if field.multiple else 1
    if len(given) > limit:
        raise Wrong("too_many_files", actual=len(given), limit=limit)
    return list(given) or None


_WHEN = {"date": "not_a_date", "time": "not_a_time", "datetime": "not_an_instant"}
_PARSE: Mapping[str, Callable[[str], str]] = {"date": _date, "time": _time, "datetime": _instant}

NORMALISE: Mapping[str, Callable[[Field, Any], Any]] = {
    "textfield": _text,
    "textarea": _text,
    "number": _number,
    "checkbox": _checkbox,
    "select": _choice,
    "radio": _choice,
    "checklist": _choices,
    "taglist": _choices,
    "datetime": _datetime,
    "filepicker": _files,
}
