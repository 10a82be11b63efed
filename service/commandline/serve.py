"""`kelisim serve`, `web` and `scheduler`: the processes that stay."""

from __future__ import annotations

import logging
import os
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from ipaddress import ip_address

import click

from service import bootstrap, clock, logs, settings
from service.commandline.plain_text import visible
from service.errors import WrongInput

HOST, PORT = "127.0.0.1", 8000
_ENDS = "Ctrl-C or SIGTERM ends it"
_log = logging.getLogger(__name__)

_host = click.option("--host", default=HOST, show_default=True, help="The address to answer on.")
_port = click.option(
    "--port",
    type=click.IntRange(0, 65_535),
    default=PORT,
    show_default=True,
    help="The port; 0 takes a free one.",
)


@click.command()
@_host
@_port
@click.option("--demo", is_flag=True, help="Fill an empty database with people to sign in as.")
def serve(host: str, port: int, demo: bool) -> None:  # noqa: FBT001 - click passes it by name
    """Pages and timers in one process; the database is brought to the present schema first."""
    if demo and not _is_loopback(host):
        raise WrongInput(
            f"--demo shows passwords to everybody who reaches {host}; leave out --host, so that "
            "only this machine does, or leave out --demo and use `kelisim create-admin`."
        )
    chosen, port = bootstrap.answering_on(_chosen(), host, port)
    with bootstrap.alone_on_database(chosen), _told_to_stop() as stop:
        bootstrap.migrate_database(chosen)
        with bootstrap.open_database(chosen.database_url, migrate=False) as store:
            app = bootstrap.application(store)
            _install(app)
            accounts = bootstrap.seed_demonstration(app, clock.now()) if demo else ()
            with (
                bootstrap.scheduling(app, store, chosen) as scheduler,
                bootstrap.pages(app, chosen, host, port, accounts) as address,
            ):
                _say(f"Kelisim answers on {address}, timers fire", chosen)
                stop.wait()
                scheduler.stop(within=0)  # it ends what it does while the pages end
            _end_now_if_busy(scheduler)


@click.command()
@_host
@_port
def web(host: str, port: int) -> None:
    """Pages only; any number may run beside `kelisim scheduler`."""
    chosen, port = bootstrap.answering_on(_chosen(), host, port)
    with (
        _told_to_stop() as stop,
        bootstrap.open_database(chosen.database_url, migrate=False) as store,
        bootstrap.pages(bootstrap.application(store), chosen, host, port) as address,
    ):
        _say(f"Kelisim answers on {address}", chosen)
        stop.wait()


@click.command()
def scheduler() -> None:
    """Timers and letters only: one process on SQLite, any number on PostgreSQL."""
    chosen = _chosen()
    with (
        bootstrap.alone_on_database(chosen),
        _told_to_stop() as stop,
        bootstrap.open_database(chosen.database_url, migrate=False) as store,
    ):
        app = bootstrap.application(store)
        _install(app)
        with bootstrap.scheduling(app, store, chosen) as running:
            _say("Timers fire", chosen)
            stop.wait()
        _end_now_if_busy(running)


def _chosen() -> settings.Settings:
    chosen = settings.read()
    logs.configure(chosen.log_level, form=chosen.log_format)
    return chosen


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def _install(app: bootstrap.Application) -> None:
    for told in bootstrap.put_into_force(app, clock.now()):
        _log.warning(told)


def _say(what: str, chosen: settings.Settings) -> None:
    click.echo(visible(f"{what}, with the database {chosen.database_label}; {_ENDS}."))
    sys.stdout.flush()


@contextmanager
def _told_to_stop() -> Iterator[threading.Event]:
    """Set by the first SIGTERM or SIGINT; a second one ends the process at once."""
    stop = threading.Event()

    def told(number: int, _frame: object) -> None:
        signal.signal(number, before[signal.Signals(number)])
        stop.set()

    before = {each: signal.signal(each, told) for each in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield stop
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)


def _end_now_if_busy(running: bootstrap.Scheduler) -> None:
    """Leave behind what doesn't come to its end, such as a mail server that says nothing.

    Python would wait for it. What it does is done again by the next process, as after a kill.
    """
    if any(lane.running for lane in running.status().lanes):
        _log.warning("something was still being done; the next process does it again")
        sys.stdout.flush()
        os._exit(0)
