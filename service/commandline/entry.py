"""All commands, and how what goes wrong in one becomes a message and an exit code."""

from __future__ import annotations

import io
import sys

import click

from service import __version__
from service.commandline.calendar.commands import calendar
from service.commandline.check import check
from service.commandline.create_admin import create_admin
from service.commandline.due import due
from service.commandline.migrate import migrate
from service.commandline.plain_text import visible
from service.commandline.serve import scheduler, serve, web
from service.commandline.simulating.simulate import simulate
from service.commandline.verify_journal import verify_journal
from service.errors import KelisimError

DONE, FAILED, MISUSED, INTERRUPTED = 0, 1, 2, 130


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="kelisim")
def cli() -> None:
    """The yearly planning of international treaties, run from BPMN diagrams."""


for command in (
    serve,
    web,
    scheduler,
    simulate,
    check,
    due,
    calendar,
    migrate,
    create_admin,
    verify_journal,
):
    cli.add_command(command)


def run(arguments: list[str] | None = None) -> int:
    """Run one command; returns the exit code. Raises BrokenPipeError when nobody reads."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # whatever the locale: never fail on a letter
            stream.reconfigure(errors="backslashreplace")
    try:
        code = cli.main(arguments, prog_name="kelisim", standalone_mode=False)
    except click.UsageError as problem:
        problem.show()
        return MISUSED
    except click.exceptions.Exit as leaving:
        return leaving.exit_code
    except (click.Abort, KeyboardInterrupt):
        return INTERRUPTED
    except KelisimError as problem:
        return _failed(problem.message)
    except BrokenPipeError:
        raise
    except OSError as problem:
        name = f"{problem.filename}: " if problem.filename else ""
        return _failed(f"{name}{problem.strerror or problem}")
    return code if isinstance(code, int) else DONE


def _failed(message: str) -> int:
    click.echo(f"kelisim: {visible(message, lines=True)}", err=True)
    return FAILED
