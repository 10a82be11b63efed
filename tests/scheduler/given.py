"""Instances that wait for timers, and what became of them."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

from service import bootstrap
from service.application import records as r
from service.application import steps as s
from service.application.actors import SYSTEM
from service.application.application import Application
from service.application.commands.administering.deploy_processes import deploy_processes
from service.application.stepping import begin, step

DIAGRAMS = Path(__file__).parents[1] / "data" / "diagrams" / "timers"
ONE_WAIT, TWO_WAITS = "one_wait", "two_waits"
FIRST = timedelta(seconds=5)  # from the start to the first timer; the second is one second later
SECONDS = 20  # that a test waits for what happens in the background


def deployed(app: Application, now: datetime) -> Application:
    """With the diagrams that wait in force."""
    diagrams = {file.name: file.read_bytes() for file in sorted(DIAGRAMS.glob("*.bpmn"))}
    deploy_processes(app, bootstrap.INSTALLER, diagrams, {}, now)
    return app


def waiting(app: Application, *due: datetime, process: str = TWO_WAITS) -> list[r.Timer]:
    """An instance for each instant, whose first timer is due then."""
    with app.store.write() as work:
        definition = work.definitions.latest(process)
        assert definition is not None
        timers = []
        for number, at in enumerate(due):
            key = f"{at:%Y%m%dT%H%M%S}/{number}"
            then = at - FIRST
            instance = begin(work, definition, business_key=key, cycle_id=None, now=then)
            advance = step(app, work, instance, s.Started({}), actor=SYSTEM, now=then)
            (timer,) = advance.change.timers_set
            assert timer.due_at == at
            timers.append(r.Timer(timer.id, instance.id, timer.element_id, at))
        work.commit()
    return timers


def fired(app: Application) -> Counter[str]:
    """How often each timer fired, by its id, as the journal has it."""
    return Counter(
        str(entry.details["id"]) for entry in journal(app, "fire_timer") if entry.outcome == "done"
    )


def journal(app: Application, act: str) -> list[r.JournalEntry]:
    """The journal's entries of one act."""
    found: list[r.JournalEntry] = []
    with app.store.read() as work:
        after = 0
        while page := work.journal.sealed(after=after):
            found += [each.entry for each in page if each.entry.act == act]
            after = page[-1].sequence
    return found


def running(app: Application) -> int:
    """How many instances have not ended."""
    with app.store.read() as work:
        return len(work.instances.running())


def until(holds: Callable[[], bool], *, seconds: float = SECONDS, look: float = 0.02) -> None:
    """Wait until something holds that nobody tells."""
    end = time.monotonic() + seconds
    pause = threading.Event()
    while not holds():
        assert time.monotonic() < end, f"not within {seconds} s"
        pause.wait(look)
