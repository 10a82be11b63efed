"""What a view works with: the installation it belongs to, and the request it answers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from flask import abort, current_app, g

from service import clock
from service.application.actors import Actor
from service.application.application import Application
from service.application.ports import Passwords
from service.application.queries.access import SignedIn
from service.settings import Settings


@dataclass(frozen=True, slots=True)
class Installation:
    """One running Kelisim, as the pages see it. Put together by the composition root."""

    app: Application
    settings: Settings
    passwords: Passwords
    secret_key: str  # signs cookies; the same in all processes
    clock: Callable[[], datetime] = clock.now
    # Accounts shown on the page of signing in: name, password, what the person may do. Only in a
    # demonstration.
    demonstration: tuple[tuple[str, str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Here:
    """One request. `now` was read once, when the request came; `language` is kk, ru or en."""

    installation: Installation
    now: datetime
    language: str
    visitor: SignedIn | None

    @property
    def app(self) -> Application:
        """What commands and queries are called with."""
        return self.installation.app

    @property
    def settings(self) -> Settings:
        """The installation's settings."""
        return self.installation.settings

    @property
    def actor(self) -> Actor:
        """Who acts. On a public page nobody may be signed in: then the answer is 401."""
        return self.signed_in.actor

    @property
    def signed_in(self) -> SignedIn:
        """The person with his or her record; 401 for nobody."""
        if self.visitor is None:
            abort(401)
        return self.visitor


def current() -> Here:
    """The request that is being answered."""
    return Here(installation(), g.now, g.get("language", "kk"), g.get("visitor"))


def installation() -> Installation:
    """The installation that this Flask application shows."""
    found: Installation = current_app.extensions["kelisim"]
    return found
