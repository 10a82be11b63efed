"""The calendar words that expressions may use: pure, bounded, in the calendar's zone.

Dates may be given as `date` or as ISO text. Instants are aware datetimes, cut to the second. The
page docs/expressions.md is checked against WORDS, so that no word stays unexplained.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from service.application.steps import Moment, Rung
from service.domain.calendars import FIRST_YEAR, LAST_YEAR, WorkingCalendar
from service.domain.deadlines import Deadline, deadline, term
from service.errors import WrongInput

MAX_INSTANTS = 400  # of a ladder or of each_working_day


class EachDay(list[datetime]):
    """An instant on each of some days: as rungs they are known by their day, not by their place."""


class Words:
    """The words of one moment. `variables` is set before each evaluation."""

    def __init__(self, moment: Moment) -> None:
        self.moment = moment
        self.variables: Mapping[str, Any] = {}
        self.rungs: Callable[[], Sequence[Rung]] = tuple  # of the ladder that led here
        self._deadlines: dict[tuple[str, date], Deadline] = {}  # asked for several times a step

    def functions(self) -> dict[str, Callable[..., Any]]:
        """Word → function, exactly the names in WORDS."""
        return {name: getattr(self, method) for name, method in WORDS.items()}

    def month_day(self, month: int | str, day: int = 0, years_ahead: int = 0) -> date:
        """A day of the cycle year (variable `cycle_year`), or of a year after it."""
        if isinstance(month, str):
            parts = month.split("-")
            if len(parts) == 3:
                return as_date(month)
            month, day = int(parts[0]), int(parts[1])
        year = self.variables.get("cycle_year", self.local_date(self.moment.now).year)
        return date(int(year) + years_ahead, month, day)

    def date_of(self, text: Any) -> date:
        """A date written as ISO text."""
        return as_date(text)

    def end_of(self, day: Any) -> datetime:
        """23:59:59 of the day."""
        return self.moment.calendar.end_of(self._day(day))

    def start_of(self, day: Any) -> datetime:
        """00:00:00 of the day."""
        return self.moment.calendar.start_of(self._day(day))

    def before(self, day: Any) -> datetime:
        """The last second before the day begins."""
        return self.start_of(day) - timedelta(seconds=1)

    def after(self, instant: Any) -> datetime:
        """One second later: the first second that is late."""
        return as_instant(instant, self.moment.calendar) + timedelta(seconds=1)

    def at(self, day: Any, time: str) -> datetime:
        """A time of day, `HH:MM`."""
        return self.moment.calendar.at(self._day(day), time)

    def next_working_day(self, day: Any) -> date:
        """The day itself when it works, else the next working day."""
        return self.moment.calendar.next_working_day(self._day(day))

    def previous_working_day(self, day: Any) -> date:
        """The day itself when it works, else the working day before."""
        return self.moment.calendar.previous_working_day(self._day(day))

    def working_days_after(  # the words' own calling convention
        self,
        event: Any,
        n: int,
        same_day: bool = False,  # noqa: FBT001, FBT002
    ) -> date:
        """The n-th working day after the event's day (next-day counting, or same-day)."""
        return self.moment.calendar.working_days_after(self._day(event), n, same_day=same_day)

    def working_days_before(self, day: Any, n: int) -> date:
        """The n-th working day before the day."""
        return self.moment.calendar.working_days_before(self._day(day), n)

    def each_working_day(self, first: Any, last: Any, time: str = "") -> EachDay:
        """An instant on every working day from `first` to `last`, both included."""
        days = list(self.moment.calendar.each_working_day(self._day(first), self._day(last)))
        if len(days) > MAX_INSTANTS:
            raise WrongInput(f"{len(days)} instants are too many; at most {MAX_INSTANTS}")
        return EachDay(self._rung(day, time) for day in days)

    def ladder(self, due: Any, *rungs: int, at: str = "") -> list[datetime]:
        """Instants on the n-th working day before (-n), on (0) or after (n) the due date."""
        if len(rungs) > MAX_INSTANTS:
            raise WrongInput(f"{len(rungs)} rungs are too many; at most {MAX_INSTANTS}")
        return [self._rung(self._rung_day(self._day(due), rung), at) for rung in sorted(rungs)]

    def overdue(self, due: Any, *rungs: int, at: str = "") -> list[datetime]:
        """The first second that is late, or that follows now, and a `ladder` of rungs after it."""
        late = max(self.after(due), self.after(self.moment.now))
        return [late, *self.ladder(due, *rungs, at=at)]

    def rung(self) -> int:
        """Which rung of the ladder led here, from 1; 1 where no ladder did."""
        rungs = self.rungs()
        return rungs[-1].number if rungs else 1

    def climb(self, *groups: Any) -> str:
        """On the n-th rung of a ladder the first n of these, on all later ones all."""
        wrong = next((group for group in groups if not isinstance(group, str)), None)
        if wrong is not None:
            raise WrongInput(f"climb takes names of groups; {wrong!r} is none")
        return ",".join(groups[: self.rung()])

    def legal_due(self, step: str, day: Any) -> datetime:
        """The last second of the step's term, by the cycle's settings."""
        return self._deadline(step, day).due_at

    def target_due(self, step: str, day: Any) -> datetime:
        """The last second of the working day to aim at."""
        return self._deadline(step, day).target_at

    def term_due(self, step: str, event: Any, n: int) -> datetime:
        """The last second of the n-th working day after the event (clause 15's counting)."""
        moment = self.moment
        return term(step, self._day(event), int(n), moment.calendar, moment.settings).due_at

    def term_target(self, step: str, event: Any, n: int) -> datetime:
        """The same by the strict count, which includes the event's day."""
        moment = self.moment
        return term(step, self._day(event), int(n), moment.calendar, moment.settings).target_at

    def today(self) -> date:
        """The local date of the step."""
        return self.local_date(self.moment.now)

    def now(self) -> datetime:
        """The instant of the step."""
        return self.moment.now

    def local_date(self, instant: Any) -> date:
        """The local date of an instant."""
        return self.moment.calendar.local_date(as_instant(instant, self.moment.calendar))

    def _deadline(self, step: str, day: Any) -> Deadline:
        key = step, self._day(day)
        if key not in self._deadlines:
            self._deadlines[key] = deadline(*key, self.moment.calendar, self.moment.settings)
        return self._deadlines[key]

    def _rung_day(self, due: date, rung: int) -> date:
        calendar = self.moment.calendar
        if rung == 0:
            return calendar.previous_working_day(due)
        if rung < 0:
            return calendar.working_days_before(due, -rung)
        return calendar.working_days_after(due, rung)

    def _rung(self, day: date, time: str) -> datetime:
        return self.moment.calendar.at(day, time or self.moment.settings.reminder_time)

    def _day(self, value: Any) -> date:
        if isinstance(value, datetime):
            return self.moment.calendar.local_date(value)
        if isinstance(value, str) and len(value) == 5:
            return self.month_day(value)
        if isinstance(value, str) and "T" in value:
            return self.local_date(value)
        return as_date(value)


WORDS: Mapping[str, str] = {
    "date": "date_of",
    **{
        name: name
        for name in (
            *("month_day", "end_of", "start_of", "before", "after", "at"),
            *("next_working_day", "previous_working_day", "working_days_after"),
            *("working_days_before", "each_working_day", "ladder", "legal_due", "target_due"),
            *("overdue", "rung", "climb"),
            *("term_due", "term_target", "today", "now", "local_date"),
        )
    },
}


def as_date(value: Any) -> date:
    """A `date` of a known year, from a date or ISO text. Raises WrongInput with the value."""
    if isinstance(value, datetime):
        raise WrongInput(f"{value.isoformat()} is an instant; use local_date(…) for its date")
    if not isinstance(value, date):
        try:
            value = date.fromisoformat(str(value))
        except ValueError:
            raise WrongInput(f"{value!r} is no date; write it as '2026-09-25'") from None
    day: date = value
    check_year(day)
    return day


def as_instant(value: Any, calendar: WorkingCalendar) -> datetime:
    """An aware datetime of a known year, from a datetime, ISO text, or date (its end).

    Raises WrongInput.
    """
    if isinstance(value, str):
        if len(value) == 10:
            return calendar.end_of(as_date(value))
        try:
            value = datetime.fromisoformat(value)
        except ValueError:
            raise WrongInput(
                f"{value!r} is no instant; write it as '2026-09-25T18:00:00+05:00'"
            ) from None
    if isinstance(value, datetime):
        check_year(value)
        aware = value if value.tzinfo else value.replace(tzinfo=calendar.zone)
        return aware.replace(microsecond=0)
    return calendar.end_of(as_date(value))


def check_year(value: date) -> None:
    """Refuse a year that the calendar does not know: near 1 and 9999 no zone can convert it."""
    if not FIRST_YEAR <= value.year <= LAST_YEAR:
        raise WrongInput(
            f"{value.isoformat()} lies outside the years {FIRST_YEAR} … {LAST_YEAR}; "
            "correct the year"
        )
