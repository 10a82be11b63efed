"""Twelve months as grids of weeks, for the page of a year."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from babel import Locale
from babel.dates import get_day_names, get_month_names

from service.domain.calendars import Day

_PLAIN = ("weekday", "weekend")
# A sign says what colour says too; the page explains them.
OFF, WORKS, UNSURE = "×", "✓", "≈"


@dataclass(frozen=True, slots=True)
class Cell:
    """A day in the grid. `kind`: plain · off · special_off · special_works."""

    day: Day
    kind: str
    sign: str


@dataclass(frozen=True, slots=True)
class Month:
    """A month: its name, weeks of seven cells (None outside it), days to be named below."""

    name: str
    weekdays: Sequence[tuple[str, str]]  # short and full name, from Monday
    weeks: Sequence[Sequence[Cell | None]]
    special: Sequence[Day]
    working_days: int


def months_of(days: Sequence[Day], language: str) -> list[Month]:
    """The months of a year's days, which are in order; names in kk, ru or en."""
    locale = Locale(language)
    names = get_month_names("wide", "stand-alone", locale=locale)
    short = get_day_names("short", "stand-alone", locale=locale)
    full = get_day_names("wide", "stand-alone", locale=locale)
    weekdays = [(short[n], full[n]) for n in range(7)]
    return [
        _month(names[number], weekdays, list(some))
        for number, some in groupby(days, key=lambda day: day.on.month)
    ]


def _month(name: str, weekdays: Sequence[tuple[str, str]], days: Sequence[Day]) -> Month:
    cells: list[Cell | None] = [None] * days[0].on.weekday()
    cells += [_cell(day) for day in days]
    cells += [None] * (-len(cells) % 7)
    return Month(
        name=name,
        weekdays=weekdays,
        weeks=[cells[start : start + 7] for start in range(0, len(cells), 7)],
        special=[day for day in days if day.why not in _PLAIN],
        working_days=sum(day.working for day in days),
    )


def _cell(day: Day) -> Cell:
    if day.why in _PLAIN:
        return Cell(day, "plain" if day.working else "off", "")
    sign = WORKS if day.working else OFF
    unsure = day.status in ("estimated", "announced") or "(estimated)" in day.texts.get("en", "")
    kind = "special_works" if day.working else "special_off"
    return Cell(day, kind, sign + (UNSURE if unsure else ""))
