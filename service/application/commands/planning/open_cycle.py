"""Open a planning cycle: once a year, once only."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from service.application import records as r
from service.application import steps as s
from service.application.actors import Actor
from service.application.application import Application
from service.application.commands import attempt
from service.application.stepping import begin, step
from service.domain.cycle_settings import CycleSettings
from service.errors import NotPermitted, Refused, WrongInput

PROCESS = "annual_cycle"
FIRST_YEAR, LAST_YEAR = 2014, 2095  # the calendar knows four years more


def open_cycle(
    app: Application,
    actor: Actor,
    year: int,
    now: datetime,
    *,
    settings: Mapping[str, Any] | None = None,
) -> r.Cycle:
    """Start the planning cycle of `year` (current plan year + 1) on its diagram (clauses 2, 4).

    Raises Refused when the year has a cycle already, NotPermitted for somebody outside the
    process's candidateStarterGroups, WrongInput for a year or setting that cannot be.
    """
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise WrongInput(f"The cycle's year is {year}; it lies from {FIRST_YEAR} to {LAST_YEAR}")
    chosen = CycleSettings.from_data(settings or {})
    with attempt(app, actor, "open_cycle", str(year), now), app.store.write() as work:
        definition = work.definitions.latest(PROCESS)
        if definition is None:
            raise WrongInput(f"No diagram '{PROCESS}' is deployed; deploy processes/ first")
        starters = app.summary(definition).starter_groups
        if starters and not actor.groups.intersection(starters):
            raise NotPermitted(f"A cycle is opened by {', '.join(starters)}; ask one of them")
        if work.cycles.of_year(year) is not None:
            raise Refused(
                f"The cycle of {year} is open already; there is one for each year.",
                code="cycle_exists",
                clause="2",
            )
        cycle = work.cycles.add(
            r.Cycle(id=0, year=year, settings=chosen.to_data(), dates={}, opened_at=now)
        )
        instance = begin(work, definition, business_key=str(year), cycle_id=cycle.id, now=now)
        work.cycles.change(cycle.id, instance_id=instance.id)
        started = s.Started({"cycle_id": cycle.id, "cycle_year": year})
        step(app, work, instance, started, actor=actor, now=now)
        work.journal.add(
            actor.entry(
                "open_cycle",
                str(year),
                now,
                clause="2",
                details={"settings": chosen.to_data()},
                instance_id=instance.id,
            )
        )
        opened = work.cycles.get(cycle.id)
        work.commit()
    return opened
