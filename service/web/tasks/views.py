"""The list of my tasks, and one task."""

from __future__ import annotations

from flask import Blueprint, current_app, render_template, url_for
from flask_babel import lazy_gettext as _l

from service.application.queries.task_lists import my_tasks, one_task
from service.web.page.area import Area, Entry
from service.web.page.here import current
from service.web.page.paging import PER_PAGE, Paged, asked_page

EXPLANATION = "calendar.explain_task"  # the endpoint that tells why a date is what it is

blueprint = Blueprint("tasks", __name__, template_folder="templates")
AREA = Area(blueprint, (Entry(_l("My tasks"), "tasks.home"),))


@blueprint.get("/", endpoint="home")
@blueprint.get("/tasks")
def show_all() -> str:
    """My open tasks, the most urgent first."""
    here, number = current(), asked_page()
    found = my_tasks(here.app, here.actor, here.now, limit=PER_PAGE, offset=(number - 1) * PER_PAGE)
    page = Paged(found.tasks, number, found.total)
    return render_template("tasks/list.html", page=page, overdue=found.overdue)


@blueprint.get("/tasks/<task_id>")
def show_one(task_id: str) -> str:
    """What the task is, whose, and until when."""
    here = current()
    found = one_task(here.app, here.actor, task_id, here.now)
    return render_template("tasks/task.html", found=found, why=_why(task_id))


def _why(task_id: str) -> str:
    """Where the task's date is explained; "" when no area does."""
    known = EXPLANATION in current_app.view_functions
    return url_for(EXPLANATION, task_id=task_id) if known else ""
