"""`kelisim due`: the dates that the rules give, one per line."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import click

from service import bootstrap, settings

_DATE = click.DateTime(formats=["%Y-%m-%d"])


@click.command()
@click.option("--after", type=_DATE, help="The event that a term of working days counts from.")
@click.option("--working-days", type=click.IntRange(0, 1000), help="The term's working days.")
@click.option("--same-day", is_flag=True, help="Count the event's own day as day one.")
@click.option("--cycle", type=click.IntRange(2014, 2095), help="A planning year: its deadlines.")
@click.option("--calendar", type=click.Path(path_type=Path), help="More calendar overrides (JSON).")
@click.option(
    "--processes", type=click.Path(path_type=Path), help="The diagrams to read the dates from."
)
def due(
    after: datetime | None,
    working_days: int | None,
    same_day: bool,
    cycle: int | None,
    calendar: Path | None,
    processes: Path | None,
) -> None:
    """Print when something is due.

    Either --after DATE --working-days N [--same-day], or --cycle YEAR.
    """
    days = bootstrap.working_calendar(calendar)
    if after is not None and working_days is not None and cycle is None:
        found: date = days.working_days_after(after.date(), working_days, same_day=same_day)
        click.echo(found.isoformat())
        return
    if cycle is None or after is not None or working_days is not None or same_day:
        raise click.UsageError(
            "give --after DATE with --working-days N (and --same-day), or --cycle YEAR"
        )
    folder = processes or settings.processes_dir()
    click.echo("step         clause  target      legal                due")
    for each in bootstrap.deadlines_of_year(cycle, days, folder):
        legal = each.legal_on.isoformat() + ("" if each.inclusive else " (before)")
        click.echo(
            f"{each.step:<12} {each.clause:<7} {each.target_on}  {legal:<20} "
            f"{each.due_at:%Y-%m-%d %H:%M:%S%z}"
        )
