"""Who is behind a request: Flask-Login on the sessions that the database keeps."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Flask, g, session
from flask_login import LoginManager, current_user, login_user, logout_user

from service.application.queries.access import SignedIn, signed_in
from service.web.page.here import installation


@dataclass(frozen=True, slots=True)
class Visitor:
    """What Flask-Login keeps in the cookie is the token; the person is looked up each time."""

    token: str
    signed_in: SignedIn | None = None
    is_authenticated: bool = True
    is_active: bool = True
    is_anonymous: bool = False

    def get_id(self) -> str:
        """What Flask-Login puts into the signed cookie."""
        return self.token


def recognise(flask_app: Flask) -> None:
    """Set `g.visitor` before each request: the person behind it, or None."""
    manager = LoginManager(flask_app, add_context_processor=False)  # pages use g.visitor
    manager.session_protection = None  # addresses change; sessions are ended by the database
    manager.user_loader(_visitor)
    flask_app.before_request(_recognise)


def greet(token: str) -> None:
    """Let this browser hold the token. Whatever its cookie held before is gone."""
    session.clear()
    login_user(Visitor(token))


def dismiss() -> str:
    """Forget the browser's token; returns it."""
    token = str(session.get("_user_id", ""))
    logout_user()
    session.clear()
    return token


def _visitor(token: object) -> Visitor | None:
    if not isinstance(token, str):
        return None
    found = signed_in(installation().app, token, g.now)
    return Visitor(token, found) if found else None


def _recognise() -> None:
    g.visitor = None  # so that a page of errors can be shown when the next line fails
    g.visitor = current_user.signed_in if current_user.is_authenticated else None
