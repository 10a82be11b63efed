"""How urgent something is, in working days."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from service.domain.calendars import WorkingCalendar
from service.domain.deadlines import is_on_time


@dataclass(frozen=True, slots=True)
class Urgency:
    """Where `now` stands before or after a due instant.

    `state`: none (no deadline) · overdue · today · ahead. `working_days`, never negative: those
    after today up to and including the day it is due on, or those since then when it is overdue.
    Ahead with 0: only days off are left.
    """

    state: str
    working_days: int = 0


def urgency(due_at: datetime | None, calendar: WorkingCalendar, now: datetime) -> Urgency:
    """The urgency at `now` of what is due at `due_at`, by local dates of the calendar's zone."""
    if due_at is None:
        return Urgency("none")
    today, due_on = calendar.local_date(now), calendar.local_date(due_at)
    if not is_on_time(now, due_at):
        return Urgency("overdue", calendar.working_days_between(due_on, today))
    if today == due_on:
        return Urgency("today")
    return Urgency("ahead", calendar.working_days_between(today, due_on))
