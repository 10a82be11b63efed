"""Sign in: a name and a password become a token that a browser keeps."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from service.application import records as r
from service.application.actors import SYSTEM, Actor, storable
from service.application.application import Application
from service.application.commands import attempt
from service.application.ports import Passwords
from service.application.queries.access import token_sha256
from service.errors import NotPermitted

LASTS = timedelta(hours=12)
KEPT = timedelta(days=30)  # how long a session that ended is remembered
LONGEST_NAME = 200  # characters
LONGEST_ADDRESS = 64  # characters; a trusted proxy may pass on anything
MOST_SHOWN = 100  # of a refused name in the journal, so that the address always fits behind it
LONGEST_PASSWORD = 1000  # characters; hashing more would only cost time
REFUSAL = "The name or the password is wrong; correct them, or ask the administrator."


def sign_in(  # noqa: PLR0917 - what a page of signing in knows
    app: Application, passwords: Passwords, name: str, password: str, address: str, now: datetime
) -> str:
    """The token of a new session of 12 hours; only its SHA-256 is kept.

    `name` is the person's id, `address` where the browser is (for the journal). Raises
    NotPermitted, with the same words and after the same time, for an unknown name, a wrong password
    and a disabled account. Every attempt is journalled, never with the password.
    """
    name = storable(name.strip())[:LONGEST_NAME].replace("\0", "")
    address = storable(address)[:LONGEST_ADDRESS]
    account = _account(app, name)
    with attempt(app, _named(account), "sign_in", name, now) as attempted:
        kept = account.password_hash if account and account.disabled_at is None else ""
        if not passwords.matches(kept, password[:LONGEST_PASSWORD]) or account is None:
            attempted.subject = f"{name[:MOST_SHOWN]} ({address})"
            raise NotPermitted(REFUSAL)
        renewed = passwords.hash(password) if passwords.is_outdated(kept) else ""
        token = secrets.token_urlsafe(32)
        with app.store.write() as work:
            if work.accounts.get(name) != account:
                raise NotPermitted(REFUSAL)  # changed or disabled in this very moment
            if renewed:
                work.accounts.change(name, password_hash=renewed)
            work.web_sessions.forget(now - KEPT)
            work.web_sessions.add(r.WebSession(token_sha256(token), name, now, now + LASTS))
            entry = _named(account).entry("sign_in", name, now, details={"address": address})
            work.journal.add(entry)
            work.commit()
    return token


def _account(app: Application, name: str) -> r.Account | None:
    with app.store.read() as work:
        return work.accounts.get(name) if name else None


def _named(account: r.Account | None) -> Actor:
    return Actor(account.person_id, frozenset()) if account else SYSTEM
