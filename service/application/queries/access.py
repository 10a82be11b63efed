"""Who is signed in."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime

from service.application import records as r
from service.application.actors import Actor
from service.application.application import Application
from service.application.queries.actors import acting_as


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A person behind a browser, and as whom he or she acts at present."""

    person: r.Person
    actor: Actor


def signed_in(app: Application, token: str, now: datetime) -> SignedIn | None:
    """Whose browser holds this token at `now`; None when it ended or the account is disabled."""
    with app.store.read() as work:
        person_id = work.web_sessions.person_of(token_sha256(token), now)
        person = work.people.get(person_id) if person_id else None
        return SignedIn(person, acting_as(app, work, person, now)) if person else None


def token_sha256(token: str) -> str:
    """What is kept of a token: SHA-256, hex. It is random, so no salt is needed."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()
