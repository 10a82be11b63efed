"""Make a secret address at which a person's calendar program reads deadlines."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime

from service.application import records as r
from service.application.actors import Actor
from service.application.application import Application
from service.application.commands import attempt
from service.errors import NotPermitted, Refused

MOST_FEEDS = 10  # live ones of one person
TOKEN_BYTES = 32  # 256 bits: nobody guesses one


def create_feed(
    app: Application, actor: Actor, group: str, now: datetime
) -> tuple[r.CalendarFeed, str]:
    """A feed of the actor's own, and its token, which is known only here and only now.

    `group` is one of the actor's groups BODY/role; "" stands for all that are his or hers whenever
    the feed is read. The journal names the feed, not the token. Raises NotPermitted for a group of
    others and for somebody whom the directory does not know, Refused from the eleventh on.
    """
    with attempt(app, actor, "create_feed", group or actor.person, now), app.store.write() as work:
        if work.people.get(actor.person) is None:
            raise NotPermitted(
                f"The directory has no person {actor.person!r}; ask the administrator to enter you."
            )
        if group:
            actor.require(group, f"A calendar feed of {group}")
        live = work.calendar_feeds.lock_of_person(actor.person)
        if len(live) >= MOST_FEEDS:
            raise Refused(
                f"{actor.person} has {len(live)} calendar feeds; revoke one that is not needed.",
                code="too_many_feeds",
            )
        token = secrets.token_urlsafe(TOKEN_BYTES)
        digest = hashlib.sha256(token.encode("ascii")).hexdigest()
        feed = work.calendar_feeds.add(r.CalendarFeed(0, digest, actor.person, group, now))
        details = {"feed": feed.id, "group": group}
        work.journal.add(actor.entry("create_feed", group or actor.person, now, details=details))
        work.commit()
    return feed, token
