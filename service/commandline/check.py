"""`kelisim check`: everything that is wrong with diagrams and forms, before they are deployed."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import click

from service import bootstrap, settings
from service.commandline.plain_text import visible
from service.errors import WrongInput


@click.command()
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
def check(paths: tuple[Path, ...]) -> None:
    """Check .bpmn and .form files, or folders of them (default: the shipped ones).

    Prints "file:line: element (name): what is wrong; what to do"; exit code 1 when there are
    errors, 0 when there are warnings only.
    """
    chosen = paths or (settings.processes_dir(), settings.forms_dir())
    diagrams, forms = _collect(chosen)
    errors = warnings = 0
    for finding in bootstrap.check_files(diagrams, forms):
        click.echo(visible(str(finding)))
        if bootstrap.is_error(finding):
            errors += 1
        else:
            warnings += 1
    checked = f"{len(diagrams)} diagrams and {len(forms)} forms checked"
    click.echo(f"{checked}: {errors} errors, {warnings} warnings.", err=True)
    if errors:
        raise click.exceptions.Exit(1)


def _collect(paths: Iterable[Path]) -> tuple[list[Path], list[Path]]:
    diagrams: list[Path] = []
    forms: list[Path] = []
    seen: set[Path] = set()
    for path in paths:
        for file in _inside(path) if path.is_dir() else [path]:
            if file.resolve() not in seen:  # a file may be named beside its folder
                seen.add(file.resolve())
                (forms if bootstrap.is_form(file) else diagrams).append(file)
    return diagrams, forms


def _inside(folder: Path) -> list[Path]:
    """The regular files of a folder and its folders; what else bears such a name is told."""
    named = sorted(p for p in folder.rglob("*") if p.suffix in (".bpmn", ".form"))
    files = [file for file in named if file.is_file()]
    for other in named:
        if not other.is_file() and not other.is_dir():
            click.echo(visible(f"{other} is no regular file; left out"), err=True)
    if not files:
        raise WrongInput(f"{folder} holds neither .bpmn nor .form files; name another folder")
    return files
