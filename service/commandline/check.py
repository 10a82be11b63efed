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
    findings = bootstrap.check_files(diagrams, forms)
    for finding in findings:
        click.echo(visible(str(finding)))
    errors = sum(bootstrap.is_error(finding) for finding in findings)
    checked = f"{len(diagrams)} diagrams and {len(forms)} forms checked"
    click.echo(f"{checked}: {errors} errors, {len(findings) - errors} warnings.", err=True)
    if errors:
        raise click.exceptions.Exit(1)


def _collect(paths: Iterable[Path]) -> tuple[dict[str, bytes], dict[str, str]]:
    diagrams: dict[str, bytes] = {}
    forms: dict[str, str] = {}
    seen: set[Path] = set()
    for path in paths:
        if path.is_dir():
            inside = sorted(p for p in path.rglob("*") if p.suffix in (".bpmn", ".form"))
            if not inside:
                raise WrongInput(f"{path} holds neither .bpmn nor .form files; name another folder")
        else:
            inside = [path]
        for file in inside:
            if file.resolve() not in seen:  # a file may be named beside its folder
                seen.add(file.resolve())
                bootstrap.read_into(file, diagrams, forms)
    return diagrams, forms
