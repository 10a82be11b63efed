"""Kazakh, Russian, English: which one a page speaks, and where its words come from."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from flask import Flask, g, has_request_context, request
from flask_babel import Babel

from service.domain.texts import LANGUAGES
from service.web.page.area import Area

DEFAULT = "kk"
COOKIE = "language"
NAMES = {"kk": "Қазақша", "ru": "Русский", "en": "English"}
SHARED = Path(__file__).parent / "translations"


def speak(flask_app: Flask, areas: Iterable[Area]) -> None:
    """Set up translations: the shared catalogue, then each area's."""
    # A folder that is not there would bring its plural forms, English ones: Flask-Babel takes
    # those of the last catalogue for all.
    folders = [SHARED, *(area.translations for area in areas if area.translations.is_dir())]
    Babel(
        flask_app,
        locale_selector=language,
        default_locale=DEFAULT,
        default_timezone="Asia/Almaty",
        default_translation_directories=";".join(str(folder) for folder in folders),
    )
    flask_app.before_request(_choose)


def language() -> str:
    """The language of this request; Kazakh outside of one."""
    if not has_request_context():
        return DEFAULT
    if "language" not in g:  # an error came before anybody was recognised
        _choose()
    return str(g.language)


def _choose() -> None:
    """The person's own, else what this browser chose before, else what it asks for."""
    visitor, chosen = g.get("visitor"), request.cookies.get(COOKIE, "")
    if visitor is not None and visitor.person.language in LANGUAGES:
        g.language = visitor.person.language
    elif chosen in LANGUAGES:
        g.language = chosen
    else:
        asked = (tag.partition("-")[0].lower() for tag in request.accept_languages.values())
        g.language = next((code for code in asked if code in LANGUAGES), DEFAULT)
