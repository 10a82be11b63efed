"""What goes wrong, as pages: the one place that knows which error is which status."""

from __future__ import annotations

import logging

from flask import Flask, Response, current_app, g, render_template, request
from flask_babel import LazyString, lazy_gettext
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

from service.errors import (
    DefinitionRefused,
    FormInvalid,
    KelisimError,
    NotFound,
    NotPermitted,
    Refused,
    StepFailed,
    WrongInput,
)

logger = logging.getLogger(__name__)
MOST_MESSAGE = 2_000  # characters of what an error says; it may quote what was sent

# The first class that fits, from the special to the general.
STATUS: tuple[tuple[type[KelisimError], int], ...] = (
    (NotPermitted, 403),
    (NotFound, 404),
    (FormInvalid, 422),
    (DefinitionRefused, 422),
    (Refused, 409),
    (WrongInput, 400),
    (StepFailed, 500),
    (KelisimError, 503),  # the database is busy or gone
)
TITLES: dict[int, LazyString] = {
    400: lazy_gettext("This request cannot be used"),
    401: lazy_gettext("Please sign in"),
    403: lazy_gettext("You may not do this"),
    404: lazy_gettext("This page does not exist"),
    405: lazy_gettext("This page does not take that kind of request"),
    409: lazy_gettext("This was refused"),
    413: lazy_gettext("This is too much at once"),
    422: lazy_gettext("Some fields are missing or wrong"),
    429: lazy_gettext("Too many attempts"),
    500: lazy_gettext("Something failed here"),
    503: lazy_gettext("Kelisim is busy"),
}
REMEDIES: dict[int, LazyString] = {
    400: lazy_gettext("Go back, reload the page and try again."),
    401: lazy_gettext("Your session has ended."),
    403: lazy_gettext("Ask your administrator for the role that this page needs."),
    404: lazy_gettext("Look whether the address is right, or begin at the list of your tasks."),
    405: lazy_gettext("Go back and use the buttons of the page."),
    409: lazy_gettext("Nothing was changed. Go back and look at the present state."),
    413: lazy_gettext("Send a smaller file or a shorter text."),
    422: lazy_gettext("Nothing was changed. Go back and correct them."),
    429: lazy_gettext("Wait some minutes and try again."),
    500: lazy_gettext("Nothing was changed. Try again; if it fails again, tell the administrator."),
    503: lazy_gettext("Nothing was changed. Try again in a minute."),
}


def show_errors(flask_app: Flask) -> None:
    """Show every error as a page in the reader's language, without traces."""
    flask_app.register_error_handler(CSRFError, _of_http)
    flask_app.register_error_handler(HTTPException, _of_http)
    flask_app.register_error_handler(KelisimError, _of_kelisim)
    flask_app.register_error_handler(Exception, _of_anything)


def error_page(status: int, message: str = "") -> tuple[str, int]:
    """The page of an error; `message` is what the error itself says, in English."""
    known = status if status in TITLES else (400 if status < 500 else 500)
    g.setdefault("now", None)
    page = render_template(
        "error.html",
        status=status,
        title=TITLES[known],
        remedy=REMEDIES[known],
        message=message if len(message) <= MOST_MESSAGE else f"{message[:MOST_MESSAGE]}…",
    )
    return page, status


def status_of(error: KelisimError) -> int:
    """The HTTP status of an error."""
    return next(status for kind, status in STATUS if isinstance(error, kind))


def _of_kelisim(error: KelisimError) -> tuple[str, int]:
    status = status_of(error)
    if status >= 500:
        logger.error("%s", error.message, extra={"path": _asked()}, exc_info=error)
    return error_page(status, error.message if status != 503 else "")


def _of_http(error: HTTPException) -> Response:
    response = current_app.make_response(error)
    if error.code is not None and error.code >= 400 and error.response is None:
        page, _ = error_page(error.code)
        response.set_data(page)
        response.content_type = "text/html; charset=utf-8"
    return response


def _of_anything(error: Exception) -> tuple[str, int]:
    logger.error("A page failed", extra={"path": _asked()}, exc_info=error)
    return error_page(500)


def _asked() -> str:
    """The address, for the log. What is secret in one is called `token`."""
    token = (request.view_args or {}).get("token")
    return request.path.replace(str(token), "…") if token else request.path
