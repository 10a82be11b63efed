"""Texts in the state's languages, and what two halves of one document should have in common.

`Texts` is a mapping with the keys ``kk`` and ``ru`` and, where there is one, ``en``.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from typing import Any, TypeAlias

Texts: TypeAlias = Mapping[str, str]

LANGUAGES = ("kk", "ru", "en")
KAZAKH_LETTERS = frozenset("ӘҒҚҢӨҰҮҺІәғқңөұүһі")

# First letters are enough: the endings change (ақпан, ақпанда, ақпандағы · февраль, февраля).
_MONTHS: tuple[tuple[str, str, str], ...] = (
    ("қаңтар", "январ", "January"),
    ("ақпан", "феврал", "February"),
    ("наурыз", "март", "March"),
    ("сәуір", "апрел", "April"),
    ("мамыр", "ма[йя]", "May"),
    ("маусым", "июн", "June"),
    ("шілде", "июл", "July"),
    ("тамыз", "август", "August"),
    ("қыркүйек", "сентябр", "September"),
    ("қазан", "октябр", "October"),
    ("қараша", "ноябр", "November"),
    ("желтоқсан", "декабр", "December"),
)
# A month of 0 stands for "written as a number in the text".
_DATES: tuple[tuple[int, re.Pattern[str]], ...] = (
    (0, re.compile(r"\b(?P<y>\d{4})-(?P<m>\d{2})-(?P<d>\d{2})\b")),
    (0, re.compile(r"\b(?P<d>\d{1,2})\.(?P<m>\d{1,2})\.(?P<y>\d{4})\b")),
    *(
        (month, re.compile(pattern, re.IGNORECASE))
        for month, (kk, ru, en) in enumerate(_MONTHS, start=1)
        for pattern in (
            rf"\b(?P<y>\d{{4}})\s+жыл\w*\s+(?P<d>\d{{1,2}})\s+{kk}\w*",
            rf"\b(?P<d>\d{{1,2}})\s+{ru}\w*\s+(?P<y>\d{{4}})",
            rf"\b(?P<d>\d{{1,2}})\s+{en}\s+(?P<y>\d{{4}})",
        )
    ),
)
_NUMBER = re.compile(r"\d+")


def texts(kk: str, ru: str, en: str = "") -> Texts:
    """One text in its languages; an empty English text is left out."""
    return {"kk": kk, "ru": ru, "en": en} if en else {"kk": kk, "ru": ru}


def texts_of(values: Mapping[str, Any], field: str) -> Texts:
    """The halves of a form's field in languages: field_kk, field_ru, field_en where filled."""
    return {code: values[f"{field}_{code}"] for code in LANGUAGES if values.get(f"{field}_{code}")}


def has_kazakh_letters(text: str) -> bool:
    """Whether a letter stands in the text that only Kazakh has (ӘҒҚҢӨҰҮҺІ)."""
    return not KAZAKH_LETTERS.isdisjoint(text)


def has_cyrillic(text: str) -> bool:
    """Whether any Cyrillic letter stands in the text."""
    return any("\u0400" <= letter <= "\u04ff" for letter in text)


def same_words(one: str, other: str) -> bool:
    """Whether two texts are the same but for case and spacing."""
    return one.casefold().split() == other.casefold().split()


def figures(text: str) -> tuple[Counter[str], Counter[str]]:
    """The dates (as ``2027-02-01``) and the other whole numbers of a text, each with its count.

    Dates are found in the forms 2027-02-01, 01.02.2027, «2027 жылғы 1 ақпан», «1 февраля 2027
    года» and "1 February 2027", so that two languages can be compared. Roman numerals are ignored.
    """
    dates: Counter[str] = Counter()
    for month, pattern in _DATES:
        for match in pattern.finditer(text):
            dates[f"{match['y']}-{month or int(match['m']):02d}-{int(match['d']):02d}"] += 1
        text = pattern.sub(" ", text)
    numbers = Counter(number.lstrip("0") or "0" for number in _NUMBER.findall(text))
    return dates, numbers
