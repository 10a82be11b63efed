"""The Flask application, put together."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

from flask import Flask, g, request, url_for

from service.web import errors, languages, protection, visitors, wording
from service.web.areas import AREAS
from service.web.page.access import guard
from service.web.page.area import Entry
from service.web.page.here import Installation, current

STATIC = Path(__file__).parent / "static"
STATIC_SECONDS = 31_536_000  # their addresses change with their content


def create_app(installation: Installation) -> Flask:
    """The pages of one installation, as a WSGI application.

    Thread-safe. Each request reads the clock once; whoever is not signed in sees only what is
    public.
    """
    flask_app = Flask("service.web", static_folder=STATIC, template_folder="templates")
    flask_app.extensions["kelisim"] = installation
    flask_app.config["SEND_FILE_MAX_AGE_DEFAULT"] = STATIC_SECONDS
    flask_app.jinja_env.add_extension("jinja2.ext.do")
    flask_app.jinja_env.trim_blocks = flask_app.jinja_env.lstrip_blocks = True
    protection.protect(flask_app, installation.settings, installation.secret_key)
    visitors.recognise(flask_app)
    languages.speak(flask_app, AREAS)
    wording.speak_of_time(flask_app)
    errors.show_errors(flask_app)
    flask_app.before_request(guard)
    flask_app.context_processor(_layout)
    for area in AREAS:
        flask_app.register_blueprint(area.blueprint)
    return flask_app


def _layout() -> dict[str, object]:
    """What every template may use."""
    return {
        "asset": _asset,
        "language": languages.language(),
        "languages": languages.NAMES,
        "navigation": _navigation(),
        "visitor": g.get("visitor"),
        "now": g.get("now"),
    }


def _navigation() -> list[tuple[Entry, str, bool]]:
    """The visitor's entries: entry, address, whether it is the area of this page."""
    if g.get("visitor") is None:
        return []
    groups = current().actor.groups
    return [
        (entry, url_for(entry.endpoint), _is_here(entry))
        for area in AREAS
        for entry in area.entries
        if not entry.groups or entry.groups & groups
    ]


def _is_here(entry: Entry) -> bool:
    return (request.endpoint or "").partition(".")[0] == entry.endpoint.partition(".")[0]


def _asset(file: str) -> str:
    """The address of a static file, which changes with its content: so browsers may keep it."""
    return url_for("static", filename=file, v=_mark(file))


@cache
def _mark(file: str) -> str:
    return hashlib.sha256((STATIC / file).read_bytes()).hexdigest()[:12]
