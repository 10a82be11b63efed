"""Send what waits: claimed in one transaction, sent outside of any, settled in another."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from service.application import records as r
from service.application.actors import SYSTEM, storable
from service.application.application import Application
from service.application.commands.delivering import OVERTAKEN, drop_overtaken
from service.application.ports import Channels, NotDelivered, Work
from service.application.wording.composing import compose
from service.domain.calendars import WorkingCalendar
from service.domain.notices import timing
from service.domain.notices.gathering import matter_key
from service.errors import DatabaseUnavailable

_log = logging.getLogger(__name__)
WAITING, SENDING, SENT, DEAD = "waiting", "sending", "sent", "dead"
MOST_ERROR = 500  # characters of an error that are kept


def send_deliveries(app: Application, channels: Channels, now: datetime, *, limit: int = 10) -> int:
    """Send up to `limit` deliveries that are due on each channel; how many were handled.

    1. Claim the one that is due longest, gather what belongs together, drop what is overtaken (the
       task was closed while it waited), and take a lease on it by moving `due_at` ten minutes on;
       commit.
    2. Put it into words and send it, outside of any transaction.
    3. Settle it. Who is killed before that leaves the lease behind: when it ends, the same goes out
       again under the same Message-ID.

    A failure comes up again after a growing pause, eight times in all; one that cannot be mended
    is given up at once. When a channel is down its other deliveries are held for some minutes.
    Call it again with a fresh `now` until it returns 0: leases count from `now`.
    """
    return sum(_send_over(app, channels, name, now, limit) for name in channels.by_name)


def _send_over(app: Application, channels: Channels, name: str, now: datetime, limit: int) -> int:
    handled = 0
    while handled < limit:
        claimed = _claim(app, name, now)
        if claimed is None:
            break
        handled += 1
        if claimed.status == SENDING and not _deliver(app, channels, claimed, now):
            break
    return handled


def _claim(app: Application, channel: str, now: datetime) -> r.Delivery | None:
    """The next delivery with a lease on it; one that has to wait longer comes back `waiting`, one
    that nobody needs any more `overtaken`.
    """
    with app.store.write() as work:
        due = work.deliveries.claim_due(channel, now)
        if due is None:
            return None
        items = work.deliveries.items(due.id)
        later = _held_until(due, items, app.calendar(work), now)
        if later > now:
            work.deliveries.change(due.id, due_at=later, status=WAITING)
            work.commit()
            return replace(due, due_at=later, status=WAITING)
        chosen = _gathered(work, due, items, now) if due.status == WAITING else due
        if not drop_overtaken(work, chosen, now):
            work.commit()
            return replace(chosen, status=OVERTAKEN)
        attempts, until = chosen.attempts + 1, now + timing.LEASE
        work.deliveries.change(chosen.id, status=SENDING, attempts=attempts, due_at=until)
        work.commit()
    return replace(chosen, status=SENDING, attempts=attempts, due_at=until)


def _held_until(
    delivery: r.Delivery, items: Sequence[r.Outgoing], calendar: WorkingCalendar, now: datetime
) -> datetime:
    """When it may go out, as the calendar is today: it may have changed since the routing."""
    if delivery.digest:
        may = timing.may_digest_go(now, calendar)
        return now if may else timing.digest_at(now, calendar)
    return max((timing.goes_out_at(row.kind, now, calendar) for row in items), default=now)


def _gathered(
    work: Work, due: r.Delivery, items: Sequence[r.Outgoing], now: datetime
) -> r.Delivery:
    """The newest of the person's waiting deliveries that belong together, carrying all of them."""
    joins = due.digest or any(row.kind in timing.WORKING_DAYS_ONLY for row in items)
    if not due.person_id or not joins:
        return due
    matters = {matter_key(row) for row in items}
    together = [due]
    for other, carried in work.deliveries.companions(due):
        if due.digest or other.digest:
            belongs = due.digest and other.digest and other.due_at <= now
        else:
            belongs = not matters.isdisjoint(matter_key(row) for row in carried)
        if belongs:
            together.append(other)
    newest = max(together, key=lambda each: each.id)
    work.deliveries.absorb(newest.id, [each.id for each in together if each is not newest])
    return newest


def _deliver(app: Application, channels: Channels, claimed: r.Delivery, now: datetime) -> bool:
    """Send a claimed delivery and settle it; False when its channel is down."""
    failure: NotDelivered | None = None
    try:
        with app.store.read() as work:
            envelope = compose(app, work, channels, claimed, now)
        channels.by_name[claimed.channel].send(envelope)
    except NotDelivered as problem:
        failure = problem
    except DatabaseUnavailable:
        raise  # the lease brings the delivery up again
    except Exception as problem:  # noqa: BLE001 - one broken letter must not hold up the others
        _log.exception("A delivery could not be written", extra={"delivery": claimed.id})
        kind = type(problem).__name__
        failure = NotDelivered(f"It could not be put into words ({kind}); look into the log")
    with app.store.write() as work:
        _settle(work, claimed, failure, now)
        work.commit()
    return failure is None or not failure.channel_down


def _settle(work: Work, claimed: r.Delivery, failure: NotDelivered | None, now: datetime) -> None:
    present = work.deliveries.lock(claimed.id)
    if failure is None:
        if present.status != SENT:
            work.deliveries.change(claimed.id, status=SENT, settled_at=now, last_error="")
        return
    if present.status != SENDING or present.attempts != claimed.attempts:
        return  # the lease had ended, and somebody else has taken it over
    again = None if failure.permanent else timing.next_attempt(claimed.attempts, now)
    error = storable(failure.message)[:MOST_ERROR].replace("\0", " ")
    if again is not None:
        work.deliveries.change(claimed.id, status=WAITING, due_at=again, last_error=error)
    else:
        _give_up(work, claimed, error, now)
    if failure.channel_down:
        until = min(again or now + timing.LONGEST_HOLD, now + timing.LONGEST_HOLD)
        work.deliveries.hold_due(claimed.channel, now, until)


def _give_up(work: Work, claimed: r.Delivery, error: str, now: datetime) -> None:
    work.deliveries.change(claimed.id, status=DEAD, settled_at=now, last_error=error)
    details = {
        "delivery": claimed.id,
        "channel": claimed.channel,
        "person": claimed.person_id,
        "attempts": claimed.attempts,
        "reason": error,
    }
    work.journal.add(
        SYSTEM.entry("send_deliveries", str(claimed.id), now, outcome="failed", details=details)
    )
