"""Open a planning cycle: once a year, once only."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from service.application import records as r
from service.application.actors import Actor
from service.application.application import Application
from service.application.commands import attempt
from service.application.starting import CYCLE_PROCESS, FIRST_YEAR, LAST_YEAR, start_cycle
from service.domain.cycle_settings import CycleSettings
from service.errors import NotPermitted, Refused, WrongInput


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
        definition = work.definitions.latest(CYCLE_PROCESS)
        if definition is None:
            raise WrongInput(f"No diagram '{CYCLE_PROCESS}' is deployed; deploy processes/ first")
        starters = app.summary(definition).starter_groups
        if starters and not actor.groups.intersection(starters):
            raise NotPermitted(f"A cycle is opened by {', '.join(starters)}; ask one of them")
        if work.cycles.of_year(year) is not None:
            raise Refused(
                f"The cycle of {year} is open already; there is one for each year.",
                code="cycle_exists",
                clause="2",
            )
        cycle = start_cycle(app, work, definition, year, chosen, actor=actor, now=now)
        work.journal.add(
            actor.entry(
                "open_cycle",
                str(year),
                now,
                clause="2",
                details={"settings": chosen.to_data()},
                instance_id=cycle.instance_id,
            )
        )
        work.commit()
    return cycle
