"""What a calendar feed shows: the dated tasks of its groups, and the year's own deadlines."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from service.application import records as r
from service.application.application import Application
from service.application.ports import Work
from service.application.queries.boards import cycle_deadlines
from service.application.situation import MINISTRY
from service.domain.bodies import present_groups
from service.domain.deadlines import Deadline
from service.errors import NotFound

MOST_TASKS = 5_000
LONGEST_TOKEN = 100  # characters; ours have 43


@dataclass(frozen=True, slots=True)
class YearDeadline:
    """A deadline of a running cycle. `revision` grows whenever the dates may have moved."""

    year: int
    deadline: Deadline
    revision: int
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class FeedContent:
    """A feed as it is to be shown: to whom, and what is due, the most urgent first."""

    feed: r.CalendarFeed
    person: r.Person
    tasks: Sequence[r.DatedTask]
    deadlines: Sequence[YearDeadline]
    complete: bool  # False when more than MOST_TASKS tasks are open


@dataclass(frozen=True, slots=True)
class MyFeed:
    """A live feed as its owner sees it; without its address, which nobody knows any more."""

    feed: r.CalendarFeed
    shows: bool  # False when the group is not the owner's at present: the address finds nothing


def feed_content(app: Application, token: str, now: datetime) -> FeedContent:
    """What the feed with this token shows at `now`.

    Raises NotFound, always in the same words, when there is none: the token is unknown, the feed
    was revoked, its owner may not sign in, has left the group, or the group's body has ended.
    """
    digest = hashlib.sha256(token[:LONGEST_TOKEN].encode("utf-8", "replace")).hexdigest()
    with app.store.read() as work:
        feed = work.calendar_feeds.by_token(digest)
        person = work.people.get(feed.person_id) if feed else None
        if feed is None or person is None:
            raise NotFound(_UNKNOWN)
        mine = _present(app, work, person.groups, now)
        if feed.group and feed.group not in mine:
            raise NotFound(_UNKNOWN)
        groups = _present(app, work, (feed.group,), now) | {feed.group} if feed.group else mine
        found = work.calendar_feeds.dated_tasks(groups, MOST_TASKS + 1)
        tasks = [each for each in found[:MOST_TASKS] if person.id not in each.excluded_users]
        of_ministry = any(group.startswith(f"{MINISTRY}/") for group in groups)
        deadlines = _year_deadlines(app, work) if of_ministry else []
    return FeedContent(feed, person, tasks, deadlines, complete=len(found) <= MOST_TASKS)


def my_feeds(app: Application, person_id: str, now: datetime) -> Sequence[MyFeed]:
    """The live feeds of a person, the oldest first."""
    with app.store.read() as work:
        person = work.people.get(person_id)
        if person is None:
            return []
        mine = _present(app, work, person.groups, now)
        feeds = work.calendar_feeds.of_person(person_id)
    return [MyFeed(feed, shows=not feed.group or feed.group in mine) for feed in feeds]


_UNKNOWN = "There is no such calendar feed; make a new one on the page of your notices."


def _present(app: Application, work: Work, groups: Sequence[str], now: datetime) -> frozenset[str]:
    """Whose tasks these groups see by the local date, bodies' successors heeded (SIL-21)."""
    directory = {body.code: body for body in work.bodies.all()}
    return present_groups(groups, directory, app.calendar(work).local_date(now))


def _year_deadlines(app: Application, work: Work) -> list[YearDeadline]:
    calendar, version = app.calendar(work), work.calendar_overrides.version()
    changed_at = work.calendar_feeds.calendar_changed_at()
    found = []
    for cycle in work.cycles.running():
        events = [
            date.fromisoformat(str(decision.payload["term_from"]))
            for decision in work.decisions.of_cycle(cycle.id)
            if decision.payload.get("term_from")
        ]
        settings = app.settings(work, cycle.id)
        for deadline in cycle_deadlines(cycle.dates, calendar, settings, events):
            # A later agreement starts clause 15's term anew, as a changed calendar moves any.
            revision = version + len(events)
            since = max(filter(None, (cycle.opened_at, changed_at)))
            found.append(YearDeadline(cycle.year, deadline, revision, since))
    return found
