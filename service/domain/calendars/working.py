"""Working days as a value: a base calendar, and dated overrides that win over it.

Source: rules.md 2.4 (holidays and transfers) and 2.5 (how terms are counted).
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

from service.domain.calendars.known import (
    ALMATY,
    FIRST_YEAR,
    LAST_YEAR,
    LONGEST_CLOSURE,
    MOST_DAYS,
    ONE_DAY,
)
from service.domain.calendars.overrides import WORKING_DAY, DayOverride, in_force
from service.domain.calendars.quoting import quoted
from service.domain.texts import Texts, texts
from service.errors import WrongInput

_SATURDAY = 5
_TIME_OF_DAY = re.compile(r"([01]\d|2[0-3]):([0-5]\d)")
_PLAIN: Mapping[str, Texts] = {
    "weekday": texts("Жұмыс күні", "Рабочий день", "Working day"),
    "weekend": texts("Демалыс күні", "Выходной день", "Weekend"),
    "working_weekend": texts(
        "Жұмыс күні (демалыс күні ауыстырылды)",
        "Рабочий день (перенос выходного дня)",
        "Working day (day off transferred)",
    ),
}


class BaseCalendar(Protocol):
    """What a calendar is before the administrator's overrides, for a five-day week."""

    @property
    def version(self) -> str:
        """Names source and version; part of the calendar's digest."""

    def days_off(self, year: int) -> Mapping[date, Texts]:
        """Holidays, their substitutes and decreed days off of a year, with names."""

    def working_weekends(self, year: int) -> frozenset[date]:
        """Saturdays and Sundays of a year that are working days by decree."""


@dataclass(frozen=True, slots=True)
class Day:
    """Why a day works or does not."""

    on: date
    working: bool
    why: str  # weekday · weekend · day_off · working_weekend · override
    texts: Texts = field(hash=False)
    legal_act: str = ""
    status: str = ""


@dataclass(frozen=True, slots=True)
class CountedDay:
    """A day of a term; `number` is its place in the count, 0 when it does not count."""

    day: Day
    number: int


class WorkingCalendar:
    """Working days of a zone. Immutable; what it works out for a year is kept.

    Any method raises WrongInput for a day outside 2014 … 2100, for an instant without a zone, for
    a count outside 0 … 1000 and when 400 days in a row are days off.
    """

    __slots__ = ("_by_day", "_working", "base", "digest", "overrides", "zone")

    def __init__(
        self,
        base: BaseCalendar,
        overrides: Iterable[DayOverride] = (),
        zone: ZoneInfo = ALMATY,
    ) -> None:
        """Of several overrides of one day the last one counts; `overrides` keeps those."""
        self.base = base
        self.zone = zone
        self._by_day = in_force(overrides)
        self.overrides = tuple(self._by_day.values())
        self.digest = self._make_digest()
        # Two threads may work out the same year at once; both find the same, the last one stays.
        self._working: dict[int, frozenset[date]] = {}

    def is_working_day(self, on: date) -> bool:
        """Whether state bodies work on that local date."""
        return on in self._year_of(on)

    def next_working_day(self, on: date) -> date:
        """That day when it works, else the first working day after it."""
        return self._nearest(on, ONE_DAY)

    def previous_working_day(self, on: date) -> date:
        """That day when it works, else the last working day before it."""
        return self._nearest(on, -ONE_DAY)

    def working_days_after(self, event_on: date, days: int, *, same_day: bool = False) -> date:
        """The last day of a term of `days` working days.

        Day 1 is the first working day after the event; with `same_day`, the event's own day when
        it works, else the next working day (AMB-03). 0 days: the event's day, or the next working
        one. The result always works.
        """
        _check_count(days)
        if days == 0 or same_day:
            event_on = self.next_working_day(event_on)
            days = max(days - 1, 0)
        return self._step(event_on, days, ONE_DAY)

    def working_days_before(self, on: date, days: int) -> date:
        """The `days`-th working day before that day. 0: that day, or the working one before it."""
        _check_count(days)
        if days == 0:
            return self.previous_working_day(on)
        return self._step(on, days, -ONE_DAY)

    def working_days_between(self, after: date, until: date) -> int:
        """How many working days lie after `after`, up to and including `until`: (after, until].

        Negative, with the same half-open reading, when `until` is the earlier one. For a working
        day d and n >= 0: working_days_between(d, working_days_after(d, n)) == n.
        """
        if until < after:
            return -self.working_days_between(until, after)
        first, last = self._year_of(after), self._year_of(until)
        if first is last:
            return sum(after < on <= until for on in first)
        between = sum(len(self._working_days(year)) for year in range(after.year + 1, until.year))
        return sum(after < on for on in first) + between + sum(on <= until for on in last)

    def each_working_day(self, first: date, last: date) -> tuple[date, ...]:
        """The working days from `first` to `last`, both included; none when `last` is earlier.

        Raises WrongInput when the span is longer than 1,000 days.
        """
        span = (last - first).days
        if span > MOST_DAYS:
            raise WrongInput(
                f"From {first} to {last} are {span} days; ask for {MOST_DAYS} days at most."
            )
        days = (first + timedelta(days=n) for n in range(span + 1))
        return tuple(on for on in days if self.is_working_day(on))

    def start_of(self, on: date) -> datetime:
        """00:00:00 of that local date."""
        self._year_of(on)
        return datetime.combine(on, time(), tzinfo=self.zone)

    def end_of(self, on: date) -> datetime:
        """23:59:59 of that local date: the last second of the day.

        Reckoned back from the next midnight: on 29 February 2024 the hour before midnight came
        twice (UTC+6 became UTC+5), and the day ends with the second one.
        """
        self._year_of(on)
        midnight = datetime.combine(on + ONE_DAY, time(), tzinfo=self.zone)
        return (midnight.astimezone(UTC) - timedelta(seconds=1)).astimezone(self.zone)

    def at(self, on: date, time_of_day: str) -> datetime:
        """That local date at a time written as HH:MM. Raises WrongInput for any other writing."""
        match = _TIME_OF_DAY.fullmatch(time_of_day)
        if match is None:
            raise WrongInput(
                f"{quoted(time_of_day)} is no time of day; write HH:MM, such as '09:00'."
            )
        self._year_of(on)
        return datetime.combine(on, time(int(match[1]), int(match[2])), tzinfo=self.zone)

    def local_date(self, instant: datetime) -> date:
        """The local date of an aware instant."""
        if instant.tzinfo is None:
            raise WrongInput(f"{instant} has no time zone; give an aware instant.")
        try:
            return instant.astimezone(self.zone).date()
        except OverflowError:  # the last hours of the year 9999
            raise WrongInput(
                f"{instant} has no local date; use years from {FIRST_YEAR} to {LAST_YEAR}."
            ) from None

    def explain(self, on: date) -> Day:
        """Why that day works or does not, in three languages, with the legal act if known."""
        working = self.is_working_day(on)
        override = self._by_day.get(on)
        if override is not None:
            return Day(on, working, "override", override.names, override.legal_act, override.status)
        name = self.base.days_off(on.year).get(on)
        if name is not None and not working:
            return Day(on, working, "day_off", name)
        if working:
            why = "working_weekend" if on.weekday() >= _SATURDAY else "weekday"
        else:
            why = "weekend"
        return Day(on, working, why, _PLAIN[why])

    def explain_term(
        self, event_on: date, days: int, *, same_day: bool = False
    ) -> tuple[CountedDay, ...]:
        """Each day from the event to the end of the term, with its place in the count."""
        last = self.working_days_after(event_on, days, same_day=same_day)
        counted: list[CountedDay] = []
        number = 0
        for offset in range((last - event_on).days + 1):
            day = self.explain(event_on + timedelta(days=offset))
            counts = day.working and number < days and (offset > 0 or same_day)
            number += counts
            counted.append(CountedDay(day, number if counts else 0))
        return tuple(counted)

    def _year_of(self, on: date) -> frozenset[date]:
        if isinstance(on, datetime):
            raise WrongInput(f"{on} is an instant; give a date, or use local_date first.")
        return self._working_days(on.year)

    def _working_days(self, year: int) -> frozenset[date]:
        known = self._working.get(year)
        if known is None:
            known = self._working[year] = self._work_out(year)
        return known

    def _work_out(self, year: int) -> frozenset[date]:
        if not FIRST_YEAR <= year <= LAST_YEAR:
            raise WrongInput(
                f"The calendar has no year {year}; use dates from {FIRST_YEAR} to {LAST_YEAR}."
            )
        first = date(year, 1, 1)
        all_days = (first + timedelta(days=n) for n in range((date(year + 1, 1, 1) - first).days))
        weekdays = {on for on in all_days if on.weekday() < _SATURDAY}
        working = (weekdays - set(self.base.days_off(year))) | self.base.working_weekends(year)
        for on, override in self._by_day.items():
            if on.year == year:
                (working.add if override.effect == WORKING_DAY else working.discard)(on)
        return frozenset(working)

    def _nearest(self, on: date, step: timedelta) -> date:
        first = on
        for _ in range(LONGEST_CLOSURE + 1):
            if self.is_working_day(on):
                return on
            on += step
        raise WrongInput(
            f"There is no working day within {LONGEST_CLOSURE} days of {first}; "
            "look through the calendar's overrides."
        )

    def _step(self, on: date, days: int, step: timedelta) -> date:
        self._year_of(on)  # a day outside the known years may have no day beside it
        for _ in range(days):
            on = self._nearest(on + step, step)
        return on

    def _make_digest(self) -> str:
        content = [self.base.version, str(self.zone), [each.to_data() for each in self.overrides]]
        text = json.dumps(content, ensure_ascii=False, sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()[:16]


def _check_count(days: int) -> None:
    if type(days) is not int or not 0 <= days <= MOST_DAYS:
        raise WrongInput(
            f"{quoted(days)} is no number of working days; "
            f"give a whole number from 0 to {MOST_DAYS}."
        )
