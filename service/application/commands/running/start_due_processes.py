"""Start the processes whose date has come: the planning cycle opens by itself, once a year."""

from __future__ import annotations

import logging
from datetime import datetime
from typing import Any

from service.application import records as r
from service.application import steps as s
from service.application.actors import SYSTEM, storable
from service.application.application import Application
from service.application.backoff import next_try
from service.application.commands import Failures, contained
from service.application.ports import Work
from service.application.starting import CYCLE_PROCESS, next_start, start_cycle, start_in
from service.application.stepping import begin, step
from service.domain.cycle_settings import CycleSettings
from service.errors import KelisimError

MOST = 100  # rows in one call: a running installation has a handful

_log = logging.getLogger(__name__)


def start_due_processes(app: Application, now: datetime) -> int:
    """Start every process whose timer start is due by `now`; how many rows were handled.

    Each in one transaction with its journal entry and the date of the next year. What has been
    started by hand is not started again. After an outage it starts late, and the journal says how
    late; after one of years the newest year is started and the others are journalled as skipped. A
    start that fails is journalled and tried again after a growing pause (`backoff.next_try`).

    Raises DatabaseUnavailable when the database is busy or gone. Any number of threads and
    processes may call it at once: rows are claimed with SKIP LOCKED.
    """
    failures = Failures()
    for handled in range(MOST):
        if not _handle_one(app, now, failures):
            return handled
    return MOST


def _handle_one(app: Application, now: datetime, failures: Failures) -> bool:
    start: r.TimerStart | None = None
    try:
        with contained("start_due_processes"), app.store.write() as work:
            start = work.timer_starts.claim_due(now)
            if start is None:
                return False
            _start(app, work, start, now)
            work.commit()
    except KelisimError as failure:
        if failures.is_its_own(failure, start and start.key) and start is not None:
            _set_back(app, start, failure, now)
    return True


def _start(app: Application, work: Work, start: r.TimerStart, now: datetime) -> None:
    work.calendar_overrides.hold()  # a change of it that comes now moves the next date as well
    definition = work.definitions.latest(start.key)
    following = None if definition is None else next_start(app, work, definition, now)
    if following is None:
        work.timer_starts.remove(start.key)
    else:
        work.timer_starts.put(r.TimerStart(start.key, following, wake_at=following))
    if definition is None:
        return
    due = _due_instants(app, work, definition, start, now)
    local = app.calendar(work).local_date
    years = [local(at).year for at in due if not _is_started(work, definition, local(at).year)]
    if not years:
        return
    *skipped, year = years
    if year != local(due[-1]).year:
        return  # the newest one is started already: nobody opens the years before it any more
    late = (now - due[-1]).total_seconds()
    details: dict[str, Any] = {"due_at": due[-1], "seconds_late": int(late)}
    if skipped:
        details["skipped_years"] = skipped
    _begin(app, work, definition, year, details, now)


def _due_instants(
    app: Application, work: Work, definition: r.Definition, start: r.TimerStart, now: datetime
) -> list[datetime]:
    """Those that have passed, one a year, the newest last. By the calendar as it is now."""
    local = app.calendar(work).local_date
    first, last = local(start.due_at).year, local(now).year
    found = (start_in(app, work, definition, year) for year in range(first, last + 1))
    return [at for at in found if at is not None and at <= now]


def _is_started(work: Work, definition: r.Definition, year: int) -> bool:
    if definition.key == CYCLE_PROCESS:
        return work.cycles.of_year(year) is not None
    return work.instances.find(definition.key, str(year)) is not None


def _begin(  # noqa: PLR0917 - what starts, and what is told of it
    app: Application,
    work: Work,
    definition: r.Definition,
    year: int,
    details: dict[str, Any],
    now: datetime,
) -> None:
    """The cycle of the year with the settings of the last one; or another yearly process."""
    if definition.key == CYCLE_PROCESS:
        before = work.cycles.of_year(year - 1)
        settings = CycleSettings.from_data(before.settings if before else {})
        cycle = start_cycle(app, work, definition, year, settings, actor=SYSTEM, now=now)
        act, instance_id = "open_cycle", cycle.instance_id
        details["settings"] = settings.to_data()
    else:
        of_year = work.cycles.of_year(year)
        cycle_id = of_year.id if of_year else None
        instance = begin(work, definition, business_key=str(year), cycle_id=cycle_id, now=now)
        started = s.Started({"cycle_year": year, **({"cycle_id": cycle_id} if cycle_id else {})})
        step(app, work, instance, started, actor=SYSTEM, now=now)
        act, instance_id = "start_process", instance.id
        details["process"] = definition.key
    clause = "2" if definition.key == CYCLE_PROCESS else ""
    work.journal.add(
        SYSTEM.entry(act, str(year), now, clause=clause, details=details, instance_id=instance_id)
    )


def _set_back(app: Application, start: r.TimerStart, failure: KelisimError, now: datetime) -> None:
    """Say so in journal and log, and try again later; no instance is there to have an incident."""
    until = next_try(start.attempts + 1, now)
    facts = {"due_at": start.due_at, "again_at": until}
    _log.error("%s did not start by itself: %s", start.key, failure.message, extra=facts)
    with app.store.write() as work:
        if not work.timer_starts.postpone(start, until):
            return  # somebody else has started it, or failed with it, meanwhile
        details = {**facts, "reason": storable(failure.message), "attempt": start.attempts + 1}
        entry = SYSTEM.entry("start_process", start.key, now, outcome="failed", details=details)
        work.journal.add(entry)
        work.commit()
