"""When a notice may go out, and when a failed delivery is tried again.

Instants are aware; working days are those of the calendar in its zone.
"""

from __future__ import annotations

from datetime import datetime, time, timedelta

from service.domain.calendars import WorkingCalendar

LETTER, NOTICE, REMINDER, ESCALATION = "letter", "notice", "reminder", "escalation"
IMMEDIATE, DIGEST = "immediate", "digest"
WORKING_DAYS_ONLY = (REMINDER, ESCALATION)
OPENS_AT = "09:00"  # local: digests, and what was held over days off

LEASE = timedelta(minutes=10)  # longer than the slowest mail server may take for one round
PAUSES = (
    *(timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=15)),
    *(timedelta(hours=1), timedelta(hours=2), timedelta(hours=4), timedelta(hours=6)),
)
MOST_ATTEMPTS = len(PAUSES) + 1  # eight within thirteen and a half hours
LONGEST_HOLD = timedelta(minutes=10)  # of letters that only share a channel that is down


def goes_out_at(kind: str, wanted: datetime, calendar: WorkingCalendar) -> datetime:
    """The earliest instant from `wanted` on at which a notice of that kind may go out.

    Letters and notices: at once. Reminders and escalations: at any time of a working day, else at
    09:00 of the next one.
    """
    if kind not in WORKING_DAYS_ONLY:
        return wanted
    today = calendar.local_date(wanted)
    if calendar.is_working_day(today):
        return wanted
    return calendar.at(calendar.next_working_day(today), OPENS_AT)


def joins_digest(kind: str, preference: str) -> bool:
    """Whether it waits for the person's digest. An escalation never does."""
    return preference == DIGEST and kind != ESCALATION


def digest_at(now: datetime, calendar: WorkingCalendar) -> datetime:
    """The next digest after `now`: 09:00 of a working day, always later than `now`."""
    today = calendar.local_date(now)
    first = calendar.at(calendar.next_working_day(today), OPENS_AT)
    if first > now:
        return first
    return calendar.at(calendar.next_working_day(today + timedelta(days=1)), OPENS_AT)


def may_digest_go(now: datetime, calendar: WorkingCalendar) -> bool:
    """Whether a digest may go out at `now`: on a working day, from 09:00."""
    local = now.astimezone(calendar.zone)
    return calendar.is_working_day(local.date()) and local.time() >= time.fromisoformat(OPENS_AT)


def is_overtaken(kind: str, sent_at: datetime, closed_at: datetime | None) -> bool:
    """Whether nobody needs a notice any more: what it urges was done after it was sent.

    `sent_at` is the instant of the step that sent it, `closed_at` when its user task was closed.
    A timer that withdraws a task and tells so does both at one instant: that notice stays news.
    """
    return kind in WORKING_DAYS_ONLY and closed_at is not None and closed_at > sent_at


def next_attempt(attempts: int, now: datetime) -> datetime | None:
    """When a delivery is tried again that failed for the `attempts`-th time (from 1).

    After 1 min, 5 min, 15 min, 1 h, 2 h, 4 h and 6 h; None after the eighth: it is given up.
    """
    return now + PAUSES[attempts - 1] if attempts < MOST_ATTEMPTS else None
