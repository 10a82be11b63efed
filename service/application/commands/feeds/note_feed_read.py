"""Note that a calendar program has read a feed, so that its owner sees which one is in use."""

from __future__ import annotations

from datetime import datetime, timedelta

from service.application import records as r
from service.application.application import Application

AT_MOST_EVERY = timedelta(hours=1)  # programs ask often, and a reading should stay cheap


def note_feed_read(app: Application, feed: r.CalendarFeed, now: datetime) -> bool:
    """Note a reading at `now` unless one was noted in the last hour; whether it was noted.

    A fresh one is seen on `feed` itself, without a transaction. Nothing is journalled.
    """
    if feed.read_at is not None and feed.read_at > now - AT_MOST_EVERY:
        return False
    with app.store.write() as work:
        noted = work.calendar_feeds.note_read(feed.id, now, before=now - AT_MOST_EVERY)
        work.commit()
    return noted
