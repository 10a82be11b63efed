"""`kelisim due`: the dates that the rules give, one per line."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import click

from service import bootstrap, settings
from service.errors import WrongInput

FIRST_YEAR, LAST_YEAR = 2014, 2095  # the calendar knows a few years more
_DATE = click.DateTime(formats=["%Y-%m-%d"])


@click.command()
@click.option("--after", type=_DATE, help="The event that a term of working days counts from.")
@click.option("--working-days", type=click.IntRange(0, 1000), help="The term's working days.")
@click.option("--same-day", is_flag=True, help="Count the event's own day as day one.")
@click.option(
    "--cycle", type=click.IntRange(FIRST_YEAR, LAST_YEAR), help="A planning year: its deadlines."
)
@click.option("--calendar", type=click.Path(path_type=Path), help="More calendar overrides (JSON).")
@click.option(
    "--processes", type=click.Path(path_type=Path), help="The diagrams to read the dates from."
)
def due(  # noqa: PLR0917 - click passes them by name
    after: datetime | None,
    working_days: int | None,
    same_day: bool,  # noqa: FBT001
    cycle: int | None,
    calendar: Path | None,
    processes: Path | None,
) -> None:
    """Print when something is due.

    Either --after DATE --working-days N [--same-day], or --cycle YEAR.
    """
    if after is not None and working_days is not None and cycle is None:
        days = bootstrap.working_calendar(calendar)
        found: date = days.working_days_after(_known(after), working_days, same_day=same_day)
        click.echo(found.isoformat())
        return
    if cycle is None or after is not None or working_days is not None or same_day:
        raise click.UsageError(
            "give --after DATE with --working-days N (and --same-day), or --cycle YEAR"
        )
    folder = processes or settings.processes_dir()
    found_of_year = bootstrap.deadlines_of_year(cycle, bootstrap.working_calendar(calendar), folder)
    click.echo("step         clause  target      legal                due")
    for each in found_of_year:
        legal = each.legal_on.isoformat() + ("" if each.inclusive else " (before)")
        click.echo(
            f"{each.step:<12} {each.clause:<7} {each.target_on}  {legal:<20} "
            f"{each.due_at:%Y-%m-%d %H:%M:%S%z}"
        )


def _known(after: datetime) -> date:
    if not FIRST_YEAR <= after.year <= LAST_YEAR:
        raise WrongInput(
            f"--after is {after:%Y-%m-%d}; the calendar knows {FIRST_YEAR} to {LAST_YEAR}"
        )
    return after.date()
