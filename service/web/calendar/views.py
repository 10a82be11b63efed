"""The working calendar: a year, a change from entry to preview to batch, explanations."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, TypeAlias

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response as Answer

from service.application.commands.calendar.change_calendar import change_calendar
from service.application.queries.calendar.changes import change_view, newest_changes
from service.application.queries.calendar.explanations import (
    explain_count,
    explain_cycle,
    explain_task,
)
from service.application.queries.calendar.previews import preview_change
from service.application.queries.calendar.years import kept_calendar, year_of_days
from service.application.queries.directory import names_of_people
from service.application.queries.task_lists import one_task
from service.domain.calendars import ALMATY, CalendarEdit, Question
from service.domain.calendars import wording as words
from service.errors import Conflict, KelisimError, Refused, WrongInput
from service.web.calendar.forms import (
    ApplyForm,
    DayForm,
    ExplainForm,
    FileForm,
    TransferForm,
    WithdrawForm,
    YearForm,
    edit_in,
)
from service.web.calendar.months import months_of
from service.web.page.access import requires
from service.web.page.area import Area, Entry
from service.web.page.here import current

ADMINISTRATOR = "ADMIN/administrator"
MOST_CHANGES = 50  # on one page
HIGHEST_ID = 999_999_999_999
MOST_SHOWN = 500  # moves of one preview; the page says how many there are
Page: TypeAlias = str | Answer | tuple[str, int]

blueprint = Blueprint("calendar", __name__, url_prefix="/calendar", template_folder="templates")
AREA = Area(blueprint, (Entry(_l("Working calendar"), "calendar.show_year"),))


@blueprint.context_processor
def _words() -> dict[str, Any]:
    return {"words": words, "administrator": ADMINISTRATOR}


@blueprint.get("")
def show_year() -> str:
    """A year of the calendar; the present one, unless another is asked for."""
    here = current()
    asked = request.args.get("year", type=int)
    year = here.now.astimezone(ALMATY).year if asked is None else asked
    found = year_of_days(here.app, year, here.now)
    months = months_of(found.days, here.language)
    return render_template("calendar/year.html", found=found, months=months)


@blueprint.get("/export")
def export() -> Response:
    """Overrides and years as a file that can be imported again."""
    data = kept_calendar(current().app).to_data()
    text = json.dumps(data, ensure_ascii=False, indent=2) + "\n"
    response = Response(text, content_type="application/json; charset=utf-8")
    response.headers["Content-Disposition"] = 'attachment; filename="calendar.json"'
    return response


# --- a change: entry, preview, decision ----------------------------------------------------------


@blueprint.route("/new/day", methods=["GET", "POST"])
@requires(ADMINISTRATOR)
def new_day() -> Page:
    """One day."""
    form = DayForm()
    return _entered(form, form.edit, _("Change a day"))


@blueprint.route("/new/transfer", methods=["GET", "POST"])
@requires(ADMINISTRATOR)
def new_transfer() -> Page:
    """Both days of a transfer."""
    form = TransferForm()
    return _entered(form, form.edit, _("Transfer a day off"))


@blueprint.route("/new/withdrawal", methods=["GET", "POST"])
@requires(ADMINISTRATOR)
def new_withdrawal() -> Page:
    """A day as published again; `?on=` fills the date in."""
    here, asked = current(), request.args.get("on", "")
    form = WithdrawForm(on=next(iter(_dates(asked)), None))
    return _entered(form, lambda: form.edit_of(kept_calendar(here.app)), _("Withdraw an override"))


@blueprint.route("/new/year", methods=["GET", "POST"])
@requires(ADMINISTRATOR)
def new_year() -> Page:
    """What is known of a year; `?year=` fills it in."""
    form = YearForm(year=request.args.get("year", type=int))
    return _entered(form, form.edit, _("Confirm a year"))


@blueprint.route("/new/file", methods=["GET", "POST"])
@requires(ADMINISTRATOR)
def new_file() -> Page:
    """A file that was exported, here or elsewhere."""
    form = FileForm()
    return _entered(form, form.edit, _("Import a calendar"))


@blueprint.post("/changes")
@requires(ADMINISTRATOR)
def apply() -> Page:
    """Decide on what was previewed."""
    here, form = current(), ApplyForm()
    edit = edit_in(form.edit.data or "{}")
    if not form.validate():
        return _preview(edit, form), 422
    try:
        change = change_calendar(
            here.app,
            here.actor,
            edit.overrides,
            here.now,
            reason=form.reason.data,
            years=edit.years,
            previewed=form.token.data,
        )
    except (Conflict, WrongInput) as problem:
        form.form_errors.append(problem.message)
        return _preview(edit, form), 409 if isinstance(problem, Conflict) else 422
    if change is None:
        flash(_("Nothing of this was new: the calendar stays as it is."), "info")
        return redirect(url_for(".show_year"), 303)
    flash(_("The calendar is changed."), "success")
    return redirect(url_for(".show_change", change_id=change.id), 303)


@blueprint.get("/changes")
def show_changes() -> str:
    """The changes, newest first; `?before=` an id goes on from there."""
    before = _asked_id("before")
    changes = newest_changes(current().app, MOST_CHANGES + 1, before)
    more = len(changes) > MOST_CHANGES
    shown = changes[:MOST_CHANGES]
    names = names_of_people(current().app, [change.person for change in shown])
    return render_template("calendar/changes.html", changes=shown, more=more, names=names)


@blueprint.get("/changes/<int(max=999999999999):change_id>")
def show_change(change_id: int) -> str:
    """What a change brought, how far it is, and what it moved that concerns the reader.

    `?after=` an id goes on.
    """
    here = current()
    found = change_view(here.app, change_id, _asked_id("after") or 0, reader=here.actor)
    names = names_of_people(here.app, [found.change.person])
    return render_template("calendar/change.html", found=found, names=names)


# --- explanations --------------------------------------------------------------------------------


@blueprint.get("/explain")
def explain() -> Page:
    """Any term of working days, day by day."""
    form, found = ExplainForm(request.args), None
    asked = bool(request.args)
    if asked and form.validate():
        same_day = form.same_day.data and form.kind.data == "after"
        question = Question(form.kind.data, form.on.data, form.days.data, same_day=same_day)
        try:
            found = explain_count(current().app, question)
        except WrongInput as problem:
            form.form_errors.append(problem.message)
    page = render_template("calendar/explain.html", form=form, found=found)
    return (page, 422) if asked and found is None else page


@blueprint.get("/explain/tasks/<task_id>", endpoint="explain_task")
def explain_of_task(task_id: str) -> str:
    """Why an open task is due when it is, for whoever may see the task."""
    here = current()
    listed = one_task(here.app, here.actor, task_id, here.now)
    found = explain_task(here.app, task_id)
    return render_template("calendar/task.html", found=found, listed=listed)


@blueprint.get("/explain/years/<int(max=9999):year>")
def explain_year(year: int) -> str:
    """Why the deadlines of a planning year are when they are."""
    found = explain_cycle(current().app, year)
    return render_template("calendar/deadlines.html", year=year, found=found)


def _entered(form: Any, edit_of: Callable[[], CalendarEdit], title: str) -> Page:
    """The form, until what is in it can be previewed."""
    if form.is_submitted() and form.validate():
        try:
            return _preview(edit_of(), ApplyForm(formdata=None))
        except (Refused, WrongInput) as problem:
            form.form_errors.append(problem.message)
    page = render_template("calendar/new.html", form=form, title=title)
    return (page, 422) if form.is_submitted() else page


def _preview(edit: CalendarEdit, form: ApplyForm) -> str:
    here = current()
    found = preview_change(here.app, edit, here.now)
    form.edit.data = json.dumps(found.edit.to_data(), ensure_ascii=False)
    form.token.data = found.token
    return render_template("calendar/preview.html", found=found, form=form, most=MOST_SHOWN)


def _asked_id(name: str) -> int | None:
    """An id that the address goes on from; None for none, and for what no id can be."""
    asked = request.args.get(name, type=int)
    return asked if asked is not None and 0 < asked <= HIGHEST_ID else None


def _dates(text: str) -> list[Any]:
    field = DayForm(formdata=None).on
    try:
        field.process_formdata([text])
    except (ValueError, KelisimError):
        return []
    return [field.data]
