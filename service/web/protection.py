"""What guards every request: headers, hosts, sizes, repeated attempts, odd letters."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any, TypeVar
from urllib.parse import urlsplit

from flask import Flask, Response, abort, current_app, g, request
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from flask_wtf import CSRFProtect

from service.settings import Settings
from service.web.page.here import installation

View = TypeVar("View", bound=Callable[..., Any])

_ANY_HOST = "kelisim_any_host"
LARGEST_REQUEST = 4_000_000  # bytes, as a calendar's import
LARGEST_FIELDS = 500_000  # bytes of a form without its files
MOST_FIELDS = 5_000
YEAR_SECONDS = 31_536_000
# Everything from this site only; nothing inline, no scripts at all, not in anybody's frame.
POLICY = "; ".join(
    (
        *("default-src 'none'", "style-src 'self'", "img-src 'self'", "font-src 'self'"),
        *("form-action 'self'", "base-uri 'none'", "frame-ancestors 'none'"),
    )
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}

logger = logging.getLogger(__name__)

csrf = CSRFProtect()
# Counted in the memory of each process: with several, the limits are as many times as high.
limiter = Limiter(get_remote_address, storage_uri="memory://", headers_enabled=False)


def protect(flask_app: Flask, settings: Settings, secret_key: str) -> None:
    """Set up everything that guards requests."""
    public = urlsplit(settings.public_url)
    secure = public.scheme == "https"
    flask_app.config.update(
        SECRET_KEY=secret_key,
        SESSION_COOKIE_NAME="__Host-kelisim" if secure else "kelisim",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=secure,
        MAX_CONTENT_LENGTH=LARGEST_REQUEST,
        MAX_FORM_MEMORY_SIZE=LARGEST_FIELDS,
        MAX_FORM_PARTS=MOST_FIELDS,
        WTF_CSRF_TIME_LIMIT=None,  # as long as the session: pages stay open for hours
        PREFERRED_URL_SCHEME=public.scheme,
    )
    flask_app.before_request(_read_time)
    flask_app.before_request(_refuse_other_hosts)
    flask_app.before_request(_refuse_oversized)
    flask_app.before_request(_refuse_nul)
    flask_app.after_request(_with_headers)
    csrf.init_app(flask_app)
    limiter.init_app(flask_app)


def _read_time() -> None:
    g.now = installation().clock()


def answers_any_host(view: View) -> View:
    """A view without links and secrets, for load balancers that ask by a bare address."""
    setattr(view, _ANY_HOST, True)
    return view


def _refuse_other_hosts() -> None:
    """A page answers under its own names only, so that no link can be made to lead elsewhere."""
    view = current_app.view_functions.get(request.endpoint or "")
    if getattr(view, _ANY_HOST, False):
        return
    public = urlsplit(installation().settings.public_url).hostname
    try:
        asked = urlsplit(f"//{request.host}").hostname
    except ValueError:
        asked = None
    if asked not in (public, "localhost", "127.0.0.1", "::1"):
        logger.warning(
            "A request for another host was refused; is KELISIM_PUBLIC_URL right?",
            extra={"host": asked, "public_url": installation().settings.public_url},
        )
        abort(400)


def _refuse_oversized() -> None:
    """Werkzeug's own limit on fields holds for forms with files only."""
    plain = request.mimetype != "multipart/form-data"
    if plain and (request.content_length or 0) > LARGEST_FIELDS:
        abort(413)


def _refuse_nul() -> None:
    """No text of a person holds a NUL, and PostgreSQL takes none."""
    texts = [request.path, *request.args.keys(), *request.args.values()]
    if request.method == "POST":
        texts += [text for pair in request.form.items(multi=True) for text in pair]
    if any("\0" in text for text in texts):
        abort(400)


def _with_headers(response: Response) -> Response:
    response.headers.update(HEADERS)
    if installation().settings.public_url.startswith("https:"):
        response.headers["Strict-Transport-Security"] = f"max-age={YEAR_SECONDS}"
    if request.endpoint != "static" and "Cache-Control" not in response.headers:
        response.headers["Cache-Control"] = "no-store"
    return response
