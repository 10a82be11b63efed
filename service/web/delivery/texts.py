"""The texts of messages, as process owners keep them."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from service.application.commands.delivering.change_template import change_template
from service.application.commands.delivering.restore_template import restore_template
from service.application.queries.delivering.templates import (
    preview_texts,
    template_list,
    template_texts,
)
from service.application.queries.directory import names_of_people
from service.domain.notices.wording import Wording, placeholders_of
from service.errors import Refused, WrongInput
from service.web.delivery.forms import TemplateForm
from service.web.delivery.words import PLACEHOLDERS
from service.web.languages import NAMES
from service.web.page.access import requires
from service.web.page.area import Area, Entry
from service.web.page.here import current

OWNER = "ADMIN/process_owner"

blueprint = Blueprint("texts", __name__, template_folder="templates")
AREA = Area(blueprint, (Entry(_l("Texts of messages"), "texts.show_all", frozenset({OWNER})),))


@blueprint.get("/templates")
@requires(OWNER)
def show_all() -> str:
    """Every text, and who wrote it."""
    here = current()
    found = template_list(here.app, here.language)
    return render_template("delivery/templates.html", found=found, languages_named=NAMES)


@blueprint.get("/templates/<subject>")
@requires(OWNER)
def show_one(subject: str) -> str:
    """One text in three languages."""
    return _template(subject, TemplateForm.of(template_texts(current().app, subject)))


@blueprint.post("/templates/<subject>")
@requires(OWNER)
def write(subject: str) -> Response | tuple[str, int] | str:
    """Look at what was written, or put it into force."""
    here, form = current(), TemplateForm()
    if not form.validate():
        return _template(subject, form), 422
    try:
        if form.preview.data:
            shown = preview_texts(here.app, subject, form.texts(), here.now)
            return _template(subject, form, shown)
        change_template(here.app, here.actor, subject, form.texts(), here.now, seen=form.seen())
    except (Refused, WrongInput) as problem:
        form.form_errors.append(problem.message)
        return _template(subject, form), 422
    flash(_("The text is in force from now on."), "success")
    return redirect(url_for(".show_one", subject=subject), 303)


@blueprint.post("/templates/<subject>/restore/<language>")
@requires(OWNER)
def restore(subject: str, language: str) -> Response:
    """Back to the shipped text."""
    here = current()
    restore_template(here.app, here.actor, subject, language, here.now)
    flash(_("The shipped text is in force again."), "success")
    return redirect(url_for(".show_one", subject=subject), 303)


def _template(subject: str, form: TemplateForm, shown: Mapping[str, Wording] | None = None) -> str:
    here = current()
    texts = template_texts(here.app, subject)
    authors = [version.changed_by for each in texts.values() for version in each.versions]
    return render_template(
        "delivery/template.html",
        subject=subject,
        texts=texts,
        names=names_of_people(here.app, authors),
        form=form,
        shown=shown or {},
        placeholders={name: PLACEHOLDERS[name] for name in placeholders_of(subject)},
        languages_named=NAMES,
    )
