"""The command line `kelisim`, also `python -m service`."""

from __future__ import annotations

import os
import sys

import click

from service import __version__
from service.commandline.check import check
from service.commandline.due import due
from service.commandline.migrate import migrate
from service.commandline.simulate import simulate
from service.commandline.verify_journal import verify_journal
from service.errors import KelisimError

FAILED, MISUSED, INTERRUPTED = 1, 2, 130


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="kelisim")
def cli() -> None:
    """The yearly planning of international treaties, run from BPMN diagrams."""


for command in (simulate, check, due, migrate, verify_journal):
    cli.add_command(command)


def main(arguments: list[str] | None = None) -> None:
    """Run the command line. Exit code 0; 1 for bad input; 2 for wrong usage; never a traceback."""
    try:
        code = cli.main(arguments, standalone_mode=False)
    except click.UsageError as problem:
        problem.show()
        sys.exit(MISUSED)
    except click.exceptions.Exit as leaving:
        sys.exit(leaving.exit_code)
    except (click.Abort, KeyboardInterrupt):
        sys.exit(INTERRUPTED)
    except KelisimError as problem:
        click.echo(f"kelisim: {problem.message}", err=True)
        sys.exit(FAILED)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # nobody reads any more
        sys.exit(FAILED)
    except OSError as problem:
        click.echo(f"kelisim: {problem.filename or ''}: {problem.strerror or problem}", err=True)
        sys.exit(FAILED)
    sys.exit(code or 0)


if __name__ == "__main__":
    main()
