"""The commands of `kelisim calendar`, on the database that the settings name."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import click
from rich.console import Console

from service import bootstrap, clock, settings
from service.application.actors import Actor
from service.application.application import Application
from service.application.commands.calendar.change_calendar import change_calendar
from service.application.commands.calendar.replan_instances import replan_instances
from service.application.queries.actors import actor_for
from service.application.queries.calendar.changes import change_view
from service.application.queries.calendar.explanations import (
    explain_count,
    explain_cycle,
    explain_task,
)
from service.application.queries.calendar.previews import preview_change
from service.application.queries.calendar.years import (
    calendar_warnings,
    kept_calendar,
    year_of_days,
)
from service.commandline.calendar.tables import Sheet
from service.domain.calendars import ALMATY, CONFIRMED, CalendarEdit, Question, YearStatus
from service.errors import WrongInput

PIPED_WIDTH = 140  # columns, where no terminal says how many it has
_DATE = click.DateTime(formats=["%Y-%m-%d"])
_YEARS = click.IntRange(2014, 2100)
_language = click.option(
    "--language", type=click.Choice(["kk", "ru", "en"]), default="kk", help="Of what is printed."
)
_reason = click.option("--reason", required=True, help="Why the calendar changes: kept on record.")
_as = click.option("--as", "person", help="The administrator who acts (default: the installer).")


@dataclass(frozen=True)
class _Desk:
    """An open installation and where its answers go."""

    app: Application
    sheet: Sheet
    now: datetime

    def actor(self, person: str | None) -> Actor:
        return actor_for(self.app, person, self.now) if person else bootstrap.INSTALLER


@click.group()
def calendar() -> None:
    """Keep the working calendar: show, preview, import, explain, confirm."""


@calendar.command()
@click.option("--year", type=_YEARS, help="Default: the present one.")
@_language
def show(year: int | None, language: str) -> None:
    """A year of the working calendar, its overrides, and what is missing."""
    with _desk(language) as desk:
        wanted = year or desk.now.astimezone(ALMATY).year
        desk.sheet.year(year_of_days(desk.app, wanted, desk.now))


@calendar.command()
@click.argument("file", type=click.Path(path_type=Path))
@_language
def export(file: Path, language: str) -> None:
    """Write overrides and years to FILE as JSON (- for standard output)."""
    with _desk(language) as desk:
        kept = kept_calendar(desk.app)
        text = json.dumps(kept.to_data(), ensure_ascii=False, indent=2) + "\n"
        if str(file) == "-":
            sys.stdout.write(text)
            return
        file.write_text(text, encoding="utf-8")
        desk.sheet.exported(str(file), len(kept.overrides), len(kept.years))


@calendar.command()
@click.argument("file", type=click.Path(path_type=Path))
@_language
def preview(file: Path, language: str) -> None:
    """What importing FILE would move, from → to; nothing is changed."""
    edit = bootstrap.calendar_edit_in(file)
    with _desk(language) as desk:
        desk.sheet.preview(preview_change(desk.app, edit, desk.now))


@calendar.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@_reason
@_as
@_language
def import_(file: Path, reason: str, person: str | None, language: str) -> None:
    """Change the calendar as FILE says, and plan every open deadline again."""
    edit = bootstrap.calendar_edit_in(file)
    with _desk(language) as desk:
        _change(desk, desk.actor(person), edit, reason)


@calendar.command()
@click.argument("year", type=_YEARS)
@click.option("--act", required=True, help="Number and date of the legal act.")
@_as
@_language
def confirm(year: int, act: str, person: str | None, language: str) -> None:
    """State that the calendar of YEAR is as the legal act has it."""
    known = YearStatus.from_data({"year": year, "status": CONFIRMED, "legal_act": act})
    with _desk(language) as desk:
        _change(desk, desk.actor(person), CalendarEdit(years=(known,)), act)


@calendar.command()
@click.option("--after", type=_DATE, help="The event that a term counts from.")
@click.option("--before", type=_DATE, help="The day that is counted back from.")
@click.option("--working-days", type=click.IntRange(0, 1000), help="How many working days.")
@click.option("--same-day", is_flag=True, help="Count the event's own day as day one.")
@click.option("--task", help="An open user task, by its id.")
@click.option("--cycle", type=_YEARS, help="A planning year: its deadlines.")
@_language
def explain(  # noqa: PLR0917 - click passes them by name
    after: datetime | None,
    before: datetime | None,
    working_days: int | None,
    same_day: bool,  # noqa: FBT001
    task: str | None,
    cycle: int | None,
    language: str,
) -> None:
    """Each day of a term, and why it counted or not.

    Give --after or --before with --working-days, or --task, or --cycle.
    """
    from_ = after or before
    given = [from_ is not None and working_days is not None, task is not None, cycle is not None]
    if sum(given) != 1 or (after and before):
        raise click.UsageError(
            "give one of: --after or --before with --working-days, --task, --cycle"
        )
    with _desk(language) as desk:
        if task is not None:
            found = explain_task(desk.app, task)
            desk.sheet.task(found.task, found.about, found.explanations)
        elif cycle is not None:
            for each in explain_cycle(desk.app, cycle):
                desk.sheet.deadline(each)
        elif from_ is not None and working_days is not None:
            kind = "after" if after else "before"
            question = Question(kind, _day(from_), working_days, same_day=same_day)
            desk.sheet.explanation(explain_count(desk.app, question))


def _change(desk: _Desk, actor: Actor, edit: CalendarEdit, reason: str) -> None:
    found = preview_change(desk.app, edit, desk.now)
    desk.sheet.preview(found)
    change = change_calendar(
        desk.app,
        actor,
        found.edit.overrides,
        desk.now,
        reason=reason,
        years=found.edit.years,
        previewed=found.token,
    )
    if change is None:
        return
    while replan_instances(desk.app, desk.now):
        pass
    desk.sheet.change(change_view(desk.app, change.id))
    desk.sheet.warnings(calendar_warnings(desk.app, desk.now))


@contextmanager
def _desk(language: str) -> Iterator[_Desk]:
    chosen = settings.read()
    console = Console()
    if not console.is_terminal:
        console = Console(width=PIPED_WIDTH)
    with bootstrap.open_database(chosen.database_url, migrate=False) as store:
        yield _Desk(bootstrap.application(store), Sheet(console, language), clock.now())


def _day(given: datetime) -> date:
    if not 2014 <= given.year <= 2100:
        raise WrongInput(f"{given:%Y-%m-%d} is no day of the calendar; use 2014 to 2100.")
    return given.date()
