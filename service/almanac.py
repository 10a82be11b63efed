"""The base working calendar of Kazakhstan: the only door to the `holidays` package.

The package knows holidays, their substitutes and the transfers decreed until its release; it is a
good base, not an authority (rules.md 2.6): overrides win over it. It has no Russian names (and
answers in English, silently, when asked for them): they come from `reference/calendar_kz.json`.
Dates of Kurban Ait that are not announced yet are its estimates, named so, ± 1 day.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from datetime import date
from functools import cache
from importlib.metadata import version as package_version
from importlib.resources import files
from typing import Any

import holidays

from service.domain.calendars import BaseCalendar
from service.domain.texts import Texts, texts

_SUBSTITUTE = " (қайта белгіленген демалыс)"
_ESTIMATED = " (бағаланған)"
_SUBSTITUTE_ESTIMATED = " (қайта белгіленген демалыс, бағаланған)"
# What the package appends, and what people read instead, in kk, ru and en.
_SUFFIXES: Mapping[str, tuple[str, str, str]] = {
    _SUBSTITUTE: (_SUBSTITUTE, " (перенос)", " (substitute)"),
    _ESTIMATED: (" (болжамды)", " (расчётная дата)", " (estimated)"),
    _SUBSTITUTE_ESTIMATED: (
        " (қайта белгіленген демалыс, болжамды)",
        " (перенос, расчётная дата)",
        " (substitute, estimated)",
    ),
}
_TRANSFER = re.compile(r"Демалыс күні \((\d{2}\.\d{2}\.\d{4}) бастап ауыстырылды\)")
_KURBAN_AIT = texts("Құрбан айт", "Курбан-айт", "Kurban Ait")


@cache
def kazakhstan() -> BaseCalendar:
    """The working calendar of Kazakhstan as the package knows it, for a five-day week."""
    return _Kazakhstan()


class _Kazakhstan:
    version = f"holidays {package_version('holidays')} KZ"

    def __init__(self) -> None:
        reference = files("service").joinpath("reference", "calendar_kz.json")
        document = json.loads(reference.read_text(encoding="utf-8"))
        self._statutory: Sequence[Mapping[str, Any]] = document["statutory_holidays"]
        self._days_off: dict[int, Mapping[date, Texts]] = {}

    def days_off(self, year: int) -> Mapping[date, Texts]:
        """Holidays, their substitutes and decreed days off of that year, in kk, ru and en."""
        known = self._days_off.get(year)
        if known is None:
            found = holidays.country_holidays("KZ", years=year, language="kk")
            plain = _plain_dates(found)
            known = {on: self._translated(name, plain) for on, name in sorted(found.items())}
            self._days_off[year] = known
        return known

    def working_weekends(self, year: int) -> frozenset[date]:
        """Saturdays and Sundays of that year that work by decree."""
        # A transfer may pair 28 December with 3 January; it is filed under the later year.
        found = holidays.country_holidays("KZ", years=(year, year + 1), language="kk")
        return frozenset(on for on in found.weekend_workdays if on.year == year)

    def _translated(self, name: str, plain: Mapping[str, date]) -> Texts:
        parts = [self._part(part, plain) for part in name.split("; ")]
        return texts(*("; ".join(part[key] for part in parts) for key in ("kk", "ru", "en")))

    def _part(self, name: str, plain: Mapping[str, date]) -> Texts:
        transfer = _TRANSFER.fullmatch(name)
        if transfer:
            from_on = transfer[1]
            return texts(
                name,
                f"Выходной день (перенесён с {from_on})",
                f"Day off (transferred from {from_on})",
            )
        stem, suffix = _split(name)
        kk, ru, en = _SUFFIXES.get(suffix, ("", "", ""))
        known = _KURBAN_AIT if stem == _KURBAN_AIT["kk"] else self._statute(plain.get(stem))
        # A holiday newer than the reference keeps its Kazakh name in every language.
        return texts(stem + kk, known.get("ru", stem) + ru, known.get("en", stem) + en)

    def _statute(self, on: date | None) -> Texts:
        if on is None:
            return {}
        for holiday in self._statutory:
            first = date.fromisoformat(f"{on.year}-{holiday['month_day']}")
            in_force = (holiday["from_year"] or 0) <= on.year <= (holiday["to_year"] or 9999)
            if in_force and 0 <= (on - first).days < holiday["days"]:
                names: Texts = holiday["name"]
                return names
        return {}


def _plain_dates(found: Mapping[date, str]) -> Mapping[str, date]:
    """The first date of each holiday that falls on its own day, by Kazakh name."""
    plain: dict[str, date] = {}
    for on, name in sorted(found.items()):
        for part in name.split("; "):
            plain.setdefault(part, on)
    return plain


def _split(name: str) -> tuple[str, str]:
    for suffix in _SUFFIXES:
        if name.endswith(suffix):
            return name.removesuffix(suffix), suffix
    return name, ""
