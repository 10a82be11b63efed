"""Why a date is what it is: each day of a term, and whether it counted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from functools import partial

from service.application import records as r
from service.application import steps as s
from service.application.application import Application
from service.application.ports import Work
from service.application.queries.boards import deadlines_of
from service.application.stepping import RUNNING
from service.domain.calendars import (
    Explanation,
    Question,
    WorkingCalendar,
    explain,
    explained,
)
from service.domain.cycle_settings import CycleSettings
from service.domain.deadlines import DATED_STEPS, Deadline, deadline, term
from service.errors import NotFound, TaskNotOpen


@dataclass(frozen=True, slots=True)
class ExplainedTask:
    """An open task's dates. `about` is its matter; `present` whether its dates are by the calendar
    as it is now (after a change they are not until the instance was planned again).
    """

    task: r.UserTask
    about: str
    present: bool
    explanations: tuple[Explanation, ...]


@dataclass(frozen=True, slots=True)
class ExplainedDeadline:
    """A deadline of a planning cycle with what the calendar was asked for it."""

    deadline: Deadline
    explanations: tuple[Explanation, ...]


def explain_count(app: Application, question: Question) -> Explanation:
    """The answer to any question to the calendar, day by day. Raises WrongInput as it does."""
    with app.store.read() as work:
        return explain(app.calendar(work), question)


def explain_task(app: Application, task_id: str) -> ExplainedTask:
    """Why an open task is due when it is, whatever its diagram says about it.

    The due dates are worked out once more, as on the day the task was opened, with a calendar that
    notes what it is asked. Raises TaskNotOpen when the task is unknown or closed: a closed task
    keeps the deadline it was judged by, also where the calendar is another one since.
    """
    with app.store.read() as work:
        task = work.user_tasks.get(task_id)
        if task is None or task.status != "open":
            raise TaskNotOpen("This task is not open any more; its deadline stays as it was.")
        instance = work.instances.get(task.instance_id)
        if instance.status != RUNNING:
            raise TaskNotOpen(f"The matter {instance.business_key} is {instance.status}.")
        dates = partial(_dates, app, work, task, instance)
        found, explanations = explained(app.calendar(work), dates)
    return ExplainedTask(
        task=task,
        about=instance.business_key,
        present=found == (task.due_at, task.follow_up_at),
        explanations=explanations,
    )


def explain_cycle(app: Application, year: int) -> list[ExplainedDeadline]:
    """Why each deadline of a planning year is when it is. Raises NotFound without that cycle."""
    with app.store.read() as work:
        cycle = work.cycles.of_year(year)
        if cycle is None:
            raise NotFound(f"There is no planning cycle of {year}.")
        calendar, settings = app.calendar(work), app.settings(work, cycle.id)
        deadlines = deadlines_of(work, cycle, calendar, settings)
        days = int(str(cycle.dates.get("legislature_working_days", 0)))
    return [
        ExplainedDeadline(*explained(calendar, partial(_again, each, days, settings)))
        for each in deadlines
    ]


def _again(
    known: Deadline, working_days: int, settings: CycleSettings, calendar: WorkingCalendar
) -> Deadline:
    on: date = known.nominal_on
    if known.step in DATED_STEPS:
        return deadline(known.step, on, calendar, settings)
    return term(known.step, on, working_days, calendar, settings)


def _dates(
    app: Application,
    work: Work,
    task: r.UserTask,
    instance: r.Instance,
    calendar: WorkingCalendar,
) -> tuple[datetime | None, datetime | None]:
    definition = app.definition(work, instance)
    moment = s.Moment(task.opened_at, calendar, app.settings(work, instance.cycle_id))
    described = app.engine.describe_task(
        definition.digest, definition.xml, instance.state, task.id, moment
    )
    return described.due_at, described.follow_up_at
