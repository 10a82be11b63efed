"""Working days: a base calendar, an administrator's overrides, changes of them, explanations.

Nothing here reads a clock, a file or a database. Dates are local dates of the calendar's zone;
instants are aware. Years 2014 … 2100 are known: the Rules are of 2014, and nobody plans past 2100.
"""

from __future__ import annotations

from service.domain.calendars.edits import (
    REMARKS,
    CalendarEdit,
    EditRemark,
    YearStatus,
    news,
    read_edit,
    remarks,
)
from service.domain.calendars.explaining import (
    Explanation,
    Question,
    RecordingCalendar,
    explain,
    explained,
)
from service.domain.calendars.known import (
    ALMATY,
    FIRST_YEAR,
    LAST_YEAR,
    LONGEST_CLOSURE,
    MOST_DAYS,
    known_day,
)
from service.domain.calendars.overrides import (
    ANNOUNCED,
    AS_PUBLISHED,
    CONFIRMED,
    DAY_OFF,
    EFFECTS,
    ESTIMATED,
    STATUSES,
    WORKING_DAY,
    DayOverride,
    in_force,
    plain_text,
    read_overrides,
    transfer,
)
from service.domain.calendars.working import BaseCalendar, CountedDay, Day, WorkingCalendar

__all__ = [
    "ALMATY",
    "ANNOUNCED",
    "AS_PUBLISHED",
    "CONFIRMED",
    "DAY_OFF",
    "EFFECTS",
    "ESTIMATED",
    "FIRST_YEAR",
    "LAST_YEAR",
    "LONGEST_CLOSURE",
    "MOST_DAYS",
    "REMARKS",
    "STATUSES",
    "WORKING_DAY",
    "BaseCalendar",
    "CalendarEdit",
    "CountedDay",
    "Day",
    "DayOverride",
    "EditRemark",
    "Explanation",
    "Question",
    "RecordingCalendar",
    "WorkingCalendar",
    "YearStatus",
    "explain",
    "explained",
    "in_force",
    "known_day",
    "news",
    "plain_text",
    "read_edit",
    "read_overrides",
    "remarks",
    "transfer",
]
