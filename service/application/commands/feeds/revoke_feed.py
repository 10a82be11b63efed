"""End a calendar feed: its address finds nothing from now on."""

from __future__ import annotations

from datetime import datetime

from service.application.actors import Actor
from service.application.application import Application
from service.application.commands import attempt
from service.errors import NotPermitted

GROUP = "ADMIN/administrator"


def revoke_feed(app: Application, actor: Actor, feed_id: int, now: datetime) -> None:
    """Revoke a feed of the actor's own; an administrator may revoke anybody's.

    One that is revoked already stays as it is. Raises NotFound for an unknown number, NotPermitted
    for somebody else's feed.
    """
    with attempt(app, actor, "revoke_feed", str(feed_id), now), app.store.write() as work:
        feed = work.calendar_feeds.get(feed_id)
        if feed.person_id != actor.person and GROUP not in actor.groups:
            raise NotPermitted(
                f"Calendar feed {feed_id} is not yours; ask its owner or {GROUP} to revoke it."
            )
        if feed.revoked_at is not None:
            return
        work.calendar_feeds.revoke(feed_id, now)
        details = {"feed": feed_id, "group": feed.group, "person": feed.person_id}
        subject = feed.group or feed.person_id
        work.journal.add(actor.entry("revoke_feed", subject, now, details=details))
        work.commit()
