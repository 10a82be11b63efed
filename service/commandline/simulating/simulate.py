"""`kelisim simulate`: play a whole planning year on a virtual clock."""

from __future__ import annotations

import json
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from service import bootstrap, settings
from service.application.application import Application
from service.commandline.plain_text import visible_json
from service.commandline.simulating.showing import View, show
from service.errors import StepFailed, WrongInput
from service.simulation.outcome import outcome
from service.simulation.playing import STEP_FAILED, Player
from service.simulation.reading import read_scenario

DATABASE, OUTCOME = "simulation.sqlite3", "outcome.json"
PIPED_WIDTH = 140  # columns, where no terminal says how many it has


@click.command()
@click.argument("scenario", type=click.Path(path_type=Path))
@click.option("--processes", type=click.Path(path_type=Path), help="Other diagrams (a folder).")
@click.option("--calendar", type=click.Path(path_type=Path), help="More calendar overrides (JSON).")
@click.option("--scale", type=click.IntRange(1, 1000), default=1, help="File each concept N times.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object instead of tables.")
@click.option("--out", type=click.Path(path_type=Path), help="Keep outcome and database there.")
@click.option("--database", help="Play in this empty database instead of a temporary SQLite file.")
@click.option("--language", type=click.Choice(["kk", "ru", "en"]), default="kk", help="Of tables.")
def simulate(  # noqa: PLR0917 - click passes them by name
    scenario: Path,
    processes: Path | None,
    calendar: Path | None,
    scale: int,
    as_json: bool,  # noqa: FBT001
    out: Path | None,
    database: str | None,
    language: str,
) -> None:
    """Play SCENARIO through the same commands that people and timers use, and show the year."""
    year = read_scenario(scenario).scaled(scale)
    diagrams = bootstrap.diagrams_in(processes or settings.processes_dir())
    forms = bootstrap.forms_for(processes)
    overrides = bootstrap.overrides_in(calendar)
    if out is not None:
        _refuse_unless_free(out)
    with tempfile.TemporaryDirectory(prefix="kelisim-") as folder:
        file = Path(folder) / DATABASE
        url = f"sqlite:///{file.as_posix()}"
        if database is not None:
            url = settings.checked_database_url(database)
            bootstrap.refuse_unfit(diagrams, forms)  # before anything is written into it
        with bootstrap.open_database(url, durable=False) as store:
            app = bootstrap.application(store)
            bootstrap.prepare(app, diagrams, forms, overrides, year.opens_at)
            with _progress(quiet=as_json) as progress:
                began = time.perf_counter()
                played = Player(app, year, progress).play()
                seconds = time.perf_counter() - began
            result = outcome(app, year.cycle_year, played, seconds)
            view = _view(app, result, language)
        if out is not None:
            _keep(out, result, None if database is not None else file)
    if as_json:
        click.echo(visible_json(json.dumps(result, ensure_ascii=False, indent=1)))
    else:
        show(_console(), view, year.amendments)
    _complain(result)


def _complain(result: dict[str, Any]) -> None:
    """A diagram that could not be executed is an error, whatever else came of the year."""
    failed = [(e["element"], e["reason"]) for e in result["incidents"]] + [
        (e["act"], e["reason"]) for e in result["refused"] if e["code"] == STEP_FAILED
    ]
    if failed:
        where, reason = failed[0]
        raise StepFailed(
            f"{len(failed)} steps of the diagrams failed, the first at {where}: {reason}; "
            "correct the diagrams and play again."
        )


def _console() -> Console:
    known = sys.stdout.isatty() or os.environ.get("COLUMNS", "").isdecimal()
    return Console(width=None if known else PIPED_WIDTH)


def _view(app: Application, result: dict[str, Any], language: str) -> View:
    entries = []
    with app.store.read() as work:
        bodies = {body.code: body for body in work.bodies.all()}
        after = 0
        while page := work.journal.sealed(after=after):
            entries += [sealed.entry for sealed in page]
            after = page[-1].sequence
    return View(result, entries, bodies, bootstrap.annexes(), language)


def _refuse_unless_free(out: Path) -> None:
    """Say before the year is played what would keep its outcome from being written."""
    for name in (DATABASE, OUTCOME):
        if (out / name).exists():
            raise WrongInput(f"{out / name} exists; remove it or name another folder with --out")
    made = _missing(out)
    try:
        out.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=out):
            pass
    except OSError as problem:
        reason = f"Nothing can be written into {out} ({problem.strerror})"
        raise WrongInput(f"{reason}; name another folder with --out") from None
    finally:
        _remove(made)


def _keep(out: Path, result: dict[str, Any], database: Path | None) -> None:
    """Write outcome and database into `out`: both, or nothing."""
    made = _missing(out)
    try:
        out.mkdir(parents=True, exist_ok=True)
        if database is not None:
            shutil.copyfile(database, out / DATABASE)
        text = json.dumps(result, ensure_ascii=False, indent=1)
        (out / OUTCOME).write_text(visible_json(text) + "\n", encoding="utf-8")
    except BaseException:
        for name in (DATABASE, OUTCOME):
            (out / name).unlink(missing_ok=True)
        _remove(made)
        raise


def _missing(folder: Path) -> list[Path]:
    return [each for each in (folder, *folder.parents) if not each.exists()]


def _remove(folders: Iterable[Path]) -> None:
    for folder in folders:
        if folder.is_dir():
            folder.rmdir()


@contextmanager
def _progress(*, quiet: bool) -> Iterator[Any]:
    columns = (
        TextColumn("playing the year"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
    )
    console = Console(stderr=True)
    disable = quiet or not console.is_terminal
    with Progress(*columns, console=console, transient=True, disable=disable) as bar:
        task = bar.add_task("acts", total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)
