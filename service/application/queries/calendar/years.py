"""A year of the working calendar, what is known of it, and what is missing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from service.application import records as r
from service.application.application import Application
from service.application.ports import Work
from service.application.replanning import known_years
from service.domain.calendars import (
    CONFIRMED,
    FIRST_YEAR,
    LAST_YEAR,
    CalendarEdit,
    Day,
    DayOverride,
)
from service.errors import WrongInput

CALENDAR_WARNINGS = (
    "year_not_confirmed",  # this year's, or the coming one's
    "replanning_waits",  # a change was made, and instances still have the dates of before it
)


@dataclass(frozen=True, slots=True)
class CalendarWarning:
    """What is missing, as a machine word, and the year it concerns (0 for none)."""

    word: str
    year: int = 0


@dataclass(frozen=True, slots=True)
class YearOfDays:
    """A year: each day in order, its overrides with the change that brought them (or None)."""

    year: int
    known: r.CalendarYear | None
    days: Sequence[Day]
    overrides: Sequence[tuple[DayOverride, int | None]]
    warnings: tuple[CalendarWarning, ...]
    has_cycle: bool  # a planning cycle of that year was opened: its deadlines can be explained

    @property
    def working_days(self) -> Mapping[int, int]:
        """How many days of each month (1 … 12) work."""
        return {
            month: sum(day.working for day in self.days if day.on.month == month)
            for month in range(1, 13)
        }


def year_of_days(app: Application, year: int, now: datetime) -> YearOfDays:
    """The calendar of a year as it is. Raises WrongInput for a year outside 2014 … 2100."""
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise WrongInput(f"The calendar has no year {year}; use {FIRST_YEAR} to {LAST_YEAR}.")
    with app.store.read() as work:
        calendar, first = app.calendar(work), date(year, 1, 1)
        days = [calendar.explain(first + timedelta(days=n)) for n in range(_length(year))]
        brought_by = work.calendar_overrides.brought_by()
        return YearOfDays(
            year=year,
            known=next((y for y in work.calendar_changes.years() if y.year == year), None),
            days=days,
            overrides=[
                (each, brought_by.get(each.on.isoformat()))
                for each in calendar.overrides
                if each.on.year == year
            ],
            warnings=_warnings(app, work, now),
            has_cycle=work.cycles.of_year(year) is not None,
        )


def calendar_warnings(app: Application, now: datetime) -> tuple[CalendarWarning, ...]:
    """What an administrator should do about the calendar at `now`; a warning stops nothing."""
    with app.store.read() as work:
        return _warnings(app, work, now)


def kept_calendar(app: Application) -> CalendarEdit:
    """All overrides in force and all that is known of years: what is exported as a file."""
    with app.store.read() as work:
        return CalendarEdit(app.calendar(work).overrides, known_years(work))


def _warnings(app: Application, work: Work, now: datetime) -> tuple[CalendarWarning, ...]:
    return tuple(_found(app, work, now))


def _found(app: Application, work: Work, now: datetime) -> Iterator[CalendarWarning]:
    # The procedure of a year ends in the next one: ten working days after the President's consent.
    this_year = app.calendar(work).local_date(now).year
    confirmed = {each.year for each in known_years(work) if each.status == CONFIRMED}
    for year in (this_year, this_year + 1):
        if year not in confirmed:
            yield CalendarWarning("year_not_confirmed", year)
    if work.calendar_changes.unfinished():
        yield CalendarWarning("replanning_waits")


def _length(year: int) -> int:
    return (date(year + 1, 1, 1) - date(year, 1, 1)).days
