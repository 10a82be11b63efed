"""Deadlines: what the law names, what counts as late, and what to aim at.

Each step has two dates (AMB-02, ADR 0011). `legal_on` is the date the law names, moved off a day
off as the cycle's settings say; `due_at` is the last good second. `target_on` is the last working
day that is safe under the strictest reading: the one that reminders and the inbox work towards.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from types import MappingProxyType

from service.domain.calendars import WorkingCalendar
from service.domain.cycle_settings import CycleSettings
from service.errors import WrongInput

# Steps with a date in the calendar, and steps with a term after an event, with their clauses.
DATED_STEPS: Mapping[str, str] = MappingProxyType(
    {"submission": "4", "conclusion": "8", "commission": "12", "president": "14"}
)
TERM_STEPS: Mapping[str, str] = MappingProxyType({"legislature": "15", "amendment": "16"})

_ONE_DAY = timedelta(days=1)
_ONE_SECOND = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class Deadline:
    """A step's deadline. Dates are local; instants are aware, in the calendar's zone."""

    step: str
    clause: str
    nominal_on: date  # as the diagram or the law writes it
    legal_on: date  # the date the law names, off a day off: clause 8 → 25 October
    inclusive: bool  # whether legal_on itself is still in time
    target_on: date
    due_at: datetime  # the last second in time
    target_at: datetime  # the last second of target_on


def deadline(
    step: str, nominal_on: date, calendar: WorkingCalendar, settings: CycleSettings
) -> Deadline:
    """The deadline of a step with a date: submission, conclusion, commission or president.

    Clause 8 says «25 қазанға дейін», before 25 October, where the others say "not later than":
    unless the cycle's `conclusion_inclusive` is set, the day itself is too late. Raises WrongInput
    for another step.
    """
    clause = _clause(step, DATED_STEPS)
    inclusive = step != "conclusion" or settings.conclusion_inclusive
    legal_on = _rolled(nominal_on, settings.rollover[step], calendar)
    last_on = legal_on if inclusive else legal_on - _ONE_DAY
    last_nominal_on = nominal_on if inclusive else nominal_on - _ONE_DAY
    target_on = calendar.previous_working_day(min(last_on, last_nominal_on))
    return Deadline(
        step=step,
        clause=clause,
        nominal_on=nominal_on,
        legal_on=legal_on,
        inclusive=inclusive,
        target_on=target_on,
        due_at=calendar.end_of(last_on),
        target_at=calendar.end_of(target_on),
    )


def term(
    step: str,
    event_on: date,
    working_days: int,
    calendar: WorkingCalendar,
    settings: CycleSettings,
) -> Deadline:
    """The deadline of a term of working days after an event: legislature (15) or amendment (16).

    Counted from the next day or the same day as the cycle's `count_from` says; the target is always
    the strict same-day count (AMB-03). `nominal_on` is the event's date. Raises WrongInput for
    another step, or unless 1 <= working_days <= 1000.
    """
    clause = _clause(step, TERM_STEPS)
    if working_days < 1:
        raise WrongInput(f"A term of {working_days} working days; give 1 or more.")
    same_day = settings.count_from == "same_day"
    legal_on = calendar.working_days_after(event_on, working_days, same_day=same_day)
    target_on = calendar.working_days_after(event_on, working_days, same_day=True)
    return Deadline(
        step=step,
        clause=clause,
        nominal_on=event_on,
        legal_on=legal_on,
        inclusive=True,
        target_on=target_on,
        due_at=calendar.end_of(legal_on),
        target_at=calendar.end_of(target_on),
    )


def is_on_time(instant: datetime, due_at: datetime) -> bool:
    """Whether an aware instant is not later than `due_at`, to the second.

    A due instant 23:59:59 covers its whole second; lateness begins at 00:00:00.
    """
    return instant < due_at.replace(microsecond=0) + _ONE_SECOND


def timeliness(instant: datetime, due_at: datetime) -> str:
    """The word for it in registers and letters: on_time · late."""
    return "on_time" if is_on_time(instant, due_at) else "late"


def _clause(step: str, steps: Mapping[str, str]) -> str:
    if step not in steps:
        raise WrongInput(f"There is no such step {step!r} here; use {', '.join(steps)}.")
    return steps[step]


def _rolled(on: date, way: str, calendar: WorkingCalendar) -> date:
    if way == "next":
        return calendar.next_working_day(on)
    if way == "previous":
        return calendar.previous_working_day(on)
    return on
