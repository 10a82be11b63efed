"""My notices: how I am told, and my calendar feeds; and the addresses that programs read."""

from __future__ import annotations

import hashlib

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask_babel import force_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response as Answer

from service.application.commands.feeds.choose_notices import choose_notices
from service.application.commands.feeds.create_feed import MOST_FEEDS, create_feed
from service.application.commands.feeds.note_feed_read import note_feed_read
from service.application.commands.feeds.revoke_feed import revoke_feed
from service.application.queries.delivering.deliveries import deliveries_to
from service.application.queries.feeds import LONGEST_TOKEN, feed_content, my_feeds
from service.errors import NotFound, Refused
from service.web.delivery.words import KINDS
from service.web.notices.entries import feed_document
from service.web.notices.forms import FeedForm, NoticesForm
from service.web.notices.words import standing
from service.web.page.access import public
from service.web.page.area import Area, Entry
from service.web.page.here import current
from service.web.protection import limiter

PER_FEED = "30 per 5 minutes"  # programs come every few minutes at most, from several devices
LATEST = 20  # notices that the page shows
KEEP = "private, max-age=300"
# A program shows this to nobody; a person may try the address in a browser.
UNKNOWN = (
    "Мұндай күнтізбе арнасы жоқ немесе ол тоқтатылған.\n"
    "Такого календарного канала нет, или он отозван.\n"
    "There is no such calendar feed, or it was revoked.\n"
)

blueprint = Blueprint("notices", __name__, template_folder="templates")
AREA = Area(blueprint, (Entry(_l("My notices"), "notices.show"),))


@blueprint.get("/notices")
def show() -> str:
    """How I am told, and my feeds."""
    return _page()


@blueprint.post("/notices")
def choose() -> Answer | tuple[str, int]:
    """Keep my choice."""
    form, here = NoticesForm(), current()
    if not form.validate():
        return _page(form), 422
    chosen = {key: getattr(form, key).data for key in ("language", "email", "notices")}
    choose_notices(here.app, here.actor, **chosen, now=here.now)
    with force_locale(chosen["language"]):
        flash(_("Your choice is kept."), "success")
    return redirect(url_for(".show"), 303)


@blueprint.post("/notices/feeds")
def subscribe() -> tuple[str, int]:
    """Make a feed. Its address stands in this answer and nowhere else."""
    here = current()
    form = FeedForm().offer(here.actor.groups)
    if not form.validate():
        return _page(feed_form=form), 422
    try:
        feed, token = create_feed(here.app, here.actor, form.wanted, here.now)
    except Refused as refusal:
        if refusal.code != "too_many_feeds":
            raise
        form.form_errors.append(_("You have %(num)d feeds; revoke one first.", num=MOST_FEEDS))
        return _page(feed_form=form), 409
    address = here.settings.public_url + url_for(".read", token=token)
    return render_template("notices/new_feed.html", feed=feed, address=address), 201


@blueprint.post("/notices/feeds/<int(max=999999999999):number>/revoke")
def revoke(number: int) -> Answer:
    """End one of my feeds."""
    here = current()
    revoke_feed(here.app, here.actor, number, here.now)
    flash(_("The calendar feed is revoked; its address finds nothing any more."), "success")
    return redirect(url_for(".show", _anchor="feeds"), 303)


def _page(form: NoticesForm | None = None, *, feed_form: FeedForm | None = None) -> str:
    here = current()
    person = here.signed_in.person
    return render_template(
        "notices/mine.html",
        form=form or NoticesForm(formdata=None, obj=person),
        feed_form=feed_form or FeedForm(formdata=None).offer(here.actor.groups),
        feeds=my_feeds(here.app, person.id, here.now),
        sent=deliveries_to(here.app, here.actor, limit=LATEST),
        kinds=KINDS,
        standing=standing,
    )


def _feed_asked() -> str:
    """Names the feed for the limit; not the token itself, since what is limited gets logged."""
    token = str((request.view_args or {}).get("token", ""))[:LONGEST_TOKEN]
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


@blueprint.get("/feeds/<token>.ics")
@public
@limiter.limit(PER_FEED, key_func=_feed_asked)
def read(token: str) -> Response:
    """The deadlines of a feed as an iCalendar document; 304 when the program has them already."""
    here = current()
    try:
        content = feed_content(here.app, token, here.now)
    except NotFound:
        return Response(UNKNOWN, 404, mimetype="text/plain")
    note_feed_read(here.app, content.feed, here.now)
    document = feed_document(content, here.settings.public_url)
    return _calendar(document)


def _calendar(document: bytes) -> Response:
    answer = Response(document, content_type="text/calendar; charset=utf-8")
    answer.headers["Cache-Control"] = KEEP
    answer.headers["Content-Disposition"] = 'inline; filename="kelisim.ics"'
    answer.set_etag(hashlib.sha256(document).hexdigest()[:32])
    answer.make_conditional(request)
    return answer
