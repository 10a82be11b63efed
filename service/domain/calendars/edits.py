"""What one change of the calendar is to bring: days and years, checked before they count."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from service.domain.calendars.known import FIRST_YEAR, LAST_YEAR
from service.domain.calendars.overrides import (
    AS_PUBLISHED,
    CONFIRMED,
    DAY_OFF,
    STATUSES,
    WORKING_DAY,
    DayOverride,
    in_force,
    plain_text,
    read_overrides,
)
from service.domain.calendars.quoting import quoted
from service.domain.calendars.working import WorkingCalendar
from service.errors import WrongInput

MOST_OVERRIDES = 1_000  # of one change, and years too: a file with more is another file
REMARKS = (
    "works_already",  # made a working day, and works as published
    "off_already",  # made a day off, and is one as published
    "never_overridden",  # to be as published, and is
    "without_legal_act",  # confirmed, but no order is named
    "past",  # lies before today: what was judged by it stays as it was
)


@dataclass(frozen=True, slots=True)
class YearStatus:
    """What is known of the calendar of a year: estimated · announced · confirmed."""

    year: int
    status: str
    legal_act: str = ""

    @classmethod
    def from_data(cls, data: object) -> YearStatus:
        """Read one entry of `years`: year, status, legal_act. Raises WrongInput with the value."""
        if not isinstance(data, Mapping) or not {"year", "status"} <= data.keys():
            raise WrongInput(
                f"A year of the calendar is {quoted(data)}; give year, status, legal_act."
            )
        year, status = data["year"], data["status"]
        if type(year) is not int or not FIRST_YEAR <= year <= LAST_YEAR:
            raise WrongInput(f"Year {quoted(year)} is none from {FIRST_YEAR} to {LAST_YEAR}.")
        if status not in STATUSES:
            raise WrongInput(
                f"Year {year}: status is {quoted(status)}; write {', '.join(STATUSES)}."
            )
        act = plain_text(data.get("legal_act"), f"Year {year}: legal_act")
        if status == CONFIRMED and not act:
            raise WrongInput(f"Year {year} is confirmed by no legal act; name its number and date.")
        return cls(year, status, act)

    def to_data(self) -> dict[str, Any]:
        """The same as plain data, readable by `from_data`."""
        return {"year": self.year, "status": self.status, "legal_act": self.legal_act}


@dataclass(frozen=True, slots=True)
class CalendarEdit:
    """The days and years of one change, in the order they were given."""

    overrides: tuple[DayOverride, ...] = ()
    years: tuple[YearStatus, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.overrides or self.years)

    def onto(self, calendar: WorkingCalendar) -> WorkingCalendar:
        """The calendar as it would be."""
        overrides = (*calendar.overrides, *self.overrides)
        return WorkingCalendar(calendar.base, overrides, calendar.zone)

    def digest(self, version: str) -> str:
        """Names exactly this edit of a calendar at that version, for whoever saw it previewed."""
        text = json.dumps([version, self.to_data()], ensure_ascii=False, sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()[:32]

    def to_data(self) -> dict[str, Any]:
        """As the file that `read_edit` reads."""
        return {
            "overrides": [override.to_data() for override in self.overrides],
            "years": [year.to_data() for year in self.years],
        }


@dataclass(frozen=True, slots=True)
class EditRemark:
    """Something to look at in an edit that is allowed all the same; `word` is one of REMARKS."""

    on: date
    word: str


def read_edit(document: object) -> CalendarEdit:
    """Days and years from parsed JSON: `{"overrides": […], "years": […]}`, or a list of overrides.

    Raises WrongInput when the document or an entry has another shape.
    """
    years = document.get("years", []) if isinstance(document, Mapping) else []
    if not isinstance(years, Sequence) or isinstance(years, str | bytes):
        raise WrongInput('The calendar file\'s "years" is no list; write [{"year": …, …}].')
    return CalendarEdit(
        read_overrides(document), tuple(YearStatus.from_data(entry) for entry in years)
    )


def news(
    edit: CalendarEdit, calendar: WorkingCalendar, years: Iterable[YearStatus]
) -> CalendarEdit:
    """The edit without what is so already, and without repeats.

    Raises WrongInput for a day that is given two effects, half of a transfer, a year with two
    statuses, a calendar in which no day works for 400 days, and more than 1,000 entries.
    """
    if max(len(edit.overrides), len(edit.years)) > MOST_OVERRIDES:
        raise WrongInput(
            f"The change has {len(edit.overrides)} days and {len(edit.years)} years; at most "
            f"{MOST_OVERRIDES} of each. Give it in parts."
        )
    by_day = _once(edit.overrides, lambda override: override.on)
    by_year = _once(edit.years, lambda known: known.year)
    held = in_force(calendar.overrides)
    known = {each.year: each for each in years}
    new = CalendarEdit(
        tuple(each for on, each in by_day.items() if _is_new(each, held.get(on))),
        tuple(each for year, each in by_year.items() if known.get(year) != each),
    )
    _refuse_halves(new, held)
    _refuse_closure(new, calendar)
    return new


def remarks(edit: CalendarEdit, calendar: WorkingCalendar, today: date) -> tuple[EditRemark, ...]:
    """What somebody should look at before the edit counts. `calendar` is the present one."""
    published = WorkingCalendar(calendar.base, (), calendar.zone)
    return tuple(
        EditRemark(each.on, word)
        for each in edit.overrides
        for word in _remarks(each, published, calendar, today)
    )


def _remarks(
    override: DayOverride, published: WorkingCalendar, present: WorkingCalendar, today: date
) -> Iterator[str]:
    works = published.is_working_day(override.on)
    if override.effect == AS_PUBLISHED:
        if override.on not in {each.on for each in present.overrides}:
            yield "never_overridden"
    elif works is (override.effect == WORKING_DAY):
        yield "works_already" if works else "off_already"
    if override.status == CONFIRMED and not override.legal_act:
        yield "without_legal_act"
    if override.on < today:
        yield "past"


def _once(entries: Iterable[Any], key: Any) -> dict[Any, Any]:
    found: dict[Any, Any] = {}
    for entry in entries:
        before = found.setdefault(key(entry), entry)
        if before != entry:
            raise WrongInput(
                f"{key(entry)} is given twice, in different ways; leave one of the two out."
            )
    return found


def _is_new(override: DayOverride, held: DayOverride | None) -> bool:
    if override.effect == AS_PUBLISHED:
        return held is not None
    return override != held


def _refuse_halves(edit: CalendarEdit, held: Mapping[date, DayOverride]) -> None:
    """Both days of a transfer come together, and go together."""
    after = in_force((*held.values(), *edit.overrides))
    touched = {each.on for each in edit.overrides}
    for on, each in after.items():
        if each.linked_on is None or not touched & {on, each.linked_on}:
            continue
        mate = after.get(each.linked_on)
        if mate is None or mate.linked_on != on or mate.effect == each.effect:
            raise WrongInput(
                f"{on} is half of a transfer with {each.linked_on}: one day off, one working day, "
                f"each naming the other. Give both days in one change, or withdraw both."
            )


def _refuse_closure(edit: CalendarEdit, calendar: WorkingCalendar) -> None:
    """A body that works for no day in a year is a mistake; terms could not be counted."""
    days_off = [each.on for each in edit.overrides if each.effect == DAY_OFF]
    if days_off:
        after = edit.onto(calendar)
        after.next_working_day(min(days_off))
        after.next_working_day(max(days_off))
