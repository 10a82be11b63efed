"""Sign out: the token of this browser ends at once."""

from __future__ import annotations

from datetime import datetime

from service.application.actors import Actor
from service.application.application import Application
from service.application.queries.access import token_sha256


def sign_out(app: Application, actor: Actor, token: str, now: datetime) -> None:
    """End the session with this token; nothing happens when it ended already."""
    with app.store.write() as work:
        work.web_sessions.revoke(token_sha256(token), now)
        work.journal.add(actor.entry("sign_out", actor.person, now))
        work.commit()
