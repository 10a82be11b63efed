"""For whoever watches over the process: `/healthz` and `/readyz`, in plain text."""

from __future__ import annotations

from flask import Blueprint

from service.errors import KelisimError
from service.web.page.access import public
from service.web.page.area import Area
from service.web.page.here import current
from service.web.protection import answers_any_host, limiter

PLAIN = {"Content-Type": "text/plain; charset=utf-8"}
blueprint = Blueprint("health", __name__)
AREA = Area(blueprint)


@blueprint.get("/healthz")
@public
@answers_any_host
@limiter.exempt
def lives() -> tuple[str, int, dict[str, str]]:
    """The process answers."""
    return "ok\n", 200, PLAIN


@blueprint.get("/readyz")
@public
@answers_any_host
@limiter.exempt
def is_ready() -> tuple[str, int, dict[str, str]]:
    """The database answers, and has the tables of this program."""
    try:
        with current().app.store.read() as work:
            work.journal.head()
    except KelisimError:
        return "the database does not answer\n", 503, PLAIN
    return "ok\n", 200, PLAIN
