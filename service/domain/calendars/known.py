"""The zone and the days that the calendar knows."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from service.domain.calendars.quoting import quoted
from service.errors import WrongInput

ALMATY = ZoneInfo("Asia/Almaty")
FIRST_YEAR = 2014
LAST_YEAR = 2100
MOST_DAYS = 1000  # the longest term that may be asked for, in working days
LONGEST_CLOSURE = 400  # days without one working day: more is a mistake in the overrides
ONE_DAY = timedelta(days=1)


def known_day(value: object, what: str) -> date:
    """A date of a known year, from a date or text such as 2026-10-26.

    `what` names the place in the message. Raises WrongInput with the value.
    """
    try:
        on = date.fromisoformat(value) if isinstance(value, str) else value
    except ValueError:
        on = None
    if not isinstance(on, date) or isinstance(on, datetime):
        raise WrongInput(f"{what} is {quoted(value)}; write a date such as 2026-10-26.")
    if not FIRST_YEAR <= on.year <= LAST_YEAR:
        raise WrongInput(f"{what} is {on}; use a date from {FIRST_YEAR} to {LAST_YEAR}.")
    return on
