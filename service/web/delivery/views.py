"""What was sent and what was not."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from werkzeug.wrappers import Response

from service.application.commands.delivering.resend_dead import resend_dead
from service.application.commands.delivering.resend_delivery import resend_delivery
from service.application.queries.delivering.deliveries import STATUSES, deliveries_page
from service.errors import WrongInput
from service.web.delivery.words import CHANNELS, KINDS, STATES
from service.web.page.access import requires
from service.web.page.area import Area, Entry
from service.web.page.here import current
from service.web.page.paging import PER_PAGE, Paged, asked_page

ADMINISTRATOR = "ADMIN/administrator"

blueprint = Blueprint("delivery", __name__, template_folder="templates")
AREA = Area(
    blueprint,
    (Entry(_l("Deliveries"), "delivery.show_deliveries", frozenset({ADMINISTRATOR})),),
)


@blueprint.get("/deliveries")
@requires(ADMINISTRATOR)
def show_deliveries() -> str:
    """What waits, was sent, was given up, reached nobody."""
    here, number = current(), asked_page()
    asked = {"status": _asked("status", STATUSES), "channel": _asked("channel", CHANNELS)}
    found = deliveries_page(
        here.app, here.actor, **asked, offset=(number - 1) * PER_PAGE, limit=PER_PAGE
    )
    words = {"kinds": KINDS, "states": STATES, "channels": CHANNELS}
    page = Paged(found.rows, number, found.total)
    return render_template("delivery/deliveries.html", page=page, found=found, **asked, **words)


@blueprint.post("/deliveries/<int(max=999999999999):number>/resend")
@requires(ADMINISTRATOR)
def resend(number: int) -> Response:
    """One that was given up, or reached nobody, once more."""
    here = current()
    resend_delivery(here.app, here.actor, number, here.now)
    flash(_("It goes out again within a minute."), "success")
    return redirect(url_for(".show_deliveries"), 303)


@blueprint.post("/deliveries/resend")
@requires(ADMINISTRATOR)
def resend_all() -> Response:
    """Everything that was given up on a channel once more."""
    here = current()
    count = resend_dead(here.app, here.actor, _sent("channel", CHANNELS), here.now)
    told = ngettext("%(num)d message goes out again.", "%(num)d messages go out again.", count)
    flash(told, "success")
    return redirect(url_for(".show_deliveries"), 303)


def _asked(name: str, known: object) -> str:
    """A filter of the address; "" for none and for anything unknown."""
    asked = request.args.get(name, "")
    return asked if asked in known else ""  # type: ignore[operator]


def _sent(name: str, known: Mapping[str, object]) -> str:
    sent = request.form.get(name, "")
    if sent not in known:
        raise WrongInput(f"There is no {name} {sent!r}; choose one of {', '.join(known)}.")
    return sent
