"""Fill a database for a demonstration: people to sign in as, and a year in mid-flight."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from service import settings
from service.application.application import Application
from service.application.commands.access.create_account import create_account
from service.application.commands.delivering.route_outbox import route_outbox
from service.application.commands.delivering.send_deliveries import send_deliveries
from service.application.commands.planning.open_cycle import open_cycle
from service.application.commands.running.deliver_messages import deliver_messages
from service.application.ports import Channels, Passwords
from service.application.ports.channels import LOG, Envelope
from service.demonstration.people import PASSWORD, PEOPLE
from service.domain.calendars import ALMATY
from service.installing import INSTALLER
from service.simulation.playing import Player, member
from service.simulation.reading import scenario_of

SCENARIO = "scenario_2026.json"
AT_ONCE = 10_000
_YEAR = re.compile(r"^20\d\d(?=-(?:\d\d|Q))")  # of a date, an instant, a quarter
_YEARS = range(2020, 2041)


def seed_demo(
    app: Application, passwords: Passwords, now: datetime
) -> tuple[tuple[str, str, str], ...]:
    """What the page of signing in shows: name, password and roles of each invented person.

    An installation without accounts and running instances gets the people, and the year as it
    stands at `now` when the demonstration's scenario is played in it (before August: its opening
    alone). What that year sent before counts as delivered. Diagrams and bodies must be there. An
    installation in use stays as it is; nothing is shown unless it is the demonstration's.
    """
    with app.store.read() as work:
        is_ours = all(work.accounts.get(person.id) is not None for person in PEOPLE)
        is_fresh = not work.accounts.count() and not work.instances.running()
    if is_fresh:
        for person in PEOPLE:
            create_account(app, passwords, INSTALLER, person, PASSWORD, now)
        _play(app, now.astimezone(ALMATY).year, now)
        _deliver(app, now)
    shown = PEOPLE if is_ours or is_fresh else ()
    return tuple((person.id, PASSWORD, ", ".join(person.groups)) for person in shown)


def _play(app: Application, year: int, now: datetime) -> None:
    file = settings.demonstration_dir() / SCENARIO
    written = json.loads(file.read_text(encoding="utf-8"))
    scenario = scenario_of(_moved(written, year - int(written["cycle_year"])), SCENARIO)
    if scenario.opens_at > now:
        open_cycle(app, member("MFA/consolidator"), year, now)
        deliver_messages(app, now)
    else:
        Player(app, scenario).play_until(now)


def _moved(value: Any, years: int) -> Any:
    """The scenario, so many years later."""
    if isinstance(value, Mapping):
        return {key: _moved(each, years) for key, each in value.items()}
    if isinstance(value, list):
        return [_moved(each, years) for each in value]
    if isinstance(value, str):
        return _YEAR.sub(lambda found: str(int(found[0]) + years), value)
    return value + years if type(value) is int and value in _YEARS else value


class _Silence:
    """The channel of what was sent before the demonstration began."""

    def send(self, envelope: Envelope) -> None:
        """Nothing has to be done any more."""


def _deliver(app: Application, now: datetime) -> None:
    past = Channels({LOG: _Silence()}, "http://localhost")
    while route_outbox(app, past, now, limit=AT_ONCE):
        pass
    while send_deliveries(app, past, now, limit=AT_ONCE):
        pass
