"""`kelisim create-admin`: somebody who may sign in and look after everything."""

from __future__ import annotations

import sys

import click

from service import bootstrap, clock, settings
from service.application import records as r
from service.application.actors import Actor
from service.application.commands.access.create_account import create_account
from service.application.commands.access.set_password import set_password
from service.commandline.plain_text import visible
from service.errors import WrongInput
from service.passwords import Argon2Passwords

GROUPS = ("ADMIN/administrator", "ADMIN/process_owner")
LONGEST_LINE = 5000  # characters


@click.command("create-admin")
@click.argument("name")
@click.option("--name", "full_name", default="", help="The person's name; default: NAME.")
@click.option("--language", type=click.Choice(["kk", "ru", "en"]), default="kk", show_default=True)
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input.")
@click.option("--reset", is_flag=True, help="Give an existing account a new password instead.")
def create_admin(
    name: str,
    full_name: str,
    language: str,
    password_stdin: bool,  # noqa: FBT001 - click passes it by name
    reset: bool,  # noqa: FBT001
) -> None:
    """Let NAME sign in as administrator and process owner.

    Somebody whom the directory knows gains both roles and keeps the rest. With --reset, whoever
    lost the password or was disabled gets in again.
    """
    person = r.Person(name, full_name or name, language, GROUPS)
    Actor(name, frozenset())  # refuses what is no id before a password is asked for
    chosen = settings.read()
    with bootstrap.open_database(chosen.database_url, migrate=False) as store:
        app, passwords = bootstrap.application(store), Argon2Passwords()
        password = _password(from_input=password_stdin)
        if reset:
            set_password(app, passwords, bootstrap.INSTALLER, name, password, clock.now())
            click.echo(visible(f"{name} has a new password."))
        else:
            create_account(app, passwords, bootstrap.INSTALLER, person, password, clock.now())
            click.echo(visible(f"{name} may sign in as administrator and process owner."))


def _password(*, from_input: bool) -> str:
    if not from_input and sys.stdin.isatty():
        entered: str = click.prompt("Password", hide_input=True, confirmation_prompt=True)
        return entered
    if not from_input:
        raise WrongInput("There is no terminal to ask for the password at; use --password-stdin.")
    try:
        return sys.stdin.readline(LONGEST_LINE).rstrip("\r\n")
    except UnicodeDecodeError:
        raise WrongInput("The password on standard input is not UTF-8; write it so.") from None
