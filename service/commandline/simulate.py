"""`kelisim simulate`: play a whole planning year on a virtual clock."""

from __future__ import annotations

import json
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from service import bootstrap, settings
from service.application.application import Application
from service.commandline.showing import show
from service.errors import WrongInput
from service.simulation.outcome import outcome
from service.simulation.playing import Player
from service.simulation.scenario import read_scenario


@click.command()
@click.argument("scenario", type=click.Path(path_type=Path))
@click.option("--processes", type=click.Path(path_type=Path), help="Other diagrams (a folder).")
@click.option("--calendar", type=click.Path(path_type=Path), help="More calendar overrides (JSON).")
@click.option("--scale", type=click.IntRange(1, 1000), default=1, help="File each concept N times.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object instead of tables.")
@click.option("--out", type=click.Path(path_type=Path), help="Keep outcome and database there.")
@click.option("--database", help="Play in this empty database instead of a temporary SQLite file.")
@click.option("--language", type=click.Choice(["kk", "ru", "en"]), default="kk", help="Of tables.")
def simulate(
    scenario: Path,
    processes: Path | None,
    calendar: Path | None,
    scale: int,
    as_json: bool,
    out: Path | None,
    database: str | None,
    language: str,
) -> None:
    """Play SCENARIO through the same commands that people and timers use, and show the year."""
    year = read_scenario(scenario).scaled(scale)
    diagrams = bootstrap.diagrams_in(processes or settings.processes_dir())
    forms = bootstrap.forms_for(processes)
    overrides = bootstrap.overrides_in(calendar)
    with _database(out, database) as url, bootstrap.open_database(url, durable=False) as store:
        app = bootstrap.application(store)
        bootstrap.prepare(app, diagrams, forms, overrides, year.opens_at)
        with _progress(quiet=as_json) as progress:
            began = time.perf_counter()
            played = Player(app, year, progress).play()
            seconds = time.perf_counter() - began
        result = outcome(app, year.cycle_year, played, seconds)
        if out is not None:
            _keep(out, result)
        if as_json:
            click.echo(json.dumps(result, ensure_ascii=False, indent=1))
        else:
            _show(app, result, language, year.amendments)


def _show(app: Application, result: dict[str, Any], language: str, amendments: int) -> None:
    console = Console(width=None if sys.stdout.isatty() else 140)
    show(console, app, result, language, bootstrap.annexes())
    if amendments:
        console.print(
            f"[yellow]{amendments} amendments of the scenario were not played: "
            "no diagram of clause 16 is deployed.[/]"
        )


@contextmanager
def _database(out: Path | None, given: str | None) -> Iterator[str]:
    """A database URL: the given one, a file under `out`, or a temporary one that goes away."""
    if given is not None:
        yield settings.checked_database_url(given)
    elif out is not None:
        out.mkdir(parents=True, exist_ok=True)
        file = out / "simulation.sqlite3"
        if file.exists():
            raise WrongInput(f"{file} exists; remove it or name another folder with --out")
        yield f"sqlite:///{file.resolve().as_posix()}"
    else:
        with tempfile.TemporaryDirectory(prefix="kelisim-") as folder:
            yield f"sqlite:///{Path(folder).as_posix()}/simulation.sqlite3"


def _keep(out: Path, result: dict[str, Any]) -> None:
    out.mkdir(parents=True, exist_ok=True)
    text = json.dumps(result, ensure_ascii=False, indent=1)
    (out / "outcome.json").write_text(text + "\n", encoding="utf-8")


@contextmanager
def _progress(*, quiet: bool) -> Iterator[Any]:
    columns = (
        TextColumn("playing the year"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
    )
    console = Console(stderr=True)
    with Progress(*columns, console=console, transient=True, disable=quiet) as bar:
        task = bar.add_task("acts", total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)
