"""Enter high-level understandings and visits into clause 11's register."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from service.application import records as r
from service.application.actors import Actor
from service.application.application import Application
from service.application.commands import attempt
from service.errors import Refused

GROUP = "MFA/consolidator"


def record_understandings(
    app: Application, actor: Actor, year: int, entries: Sequence[r.Understanding], now: datetime
) -> int:
    """Add entries to the register of the year's cycle (clause 11); how many were added.

    Raises NotPermitted for anybody but the Ministry's consolidator, Refused for a code that is
    used already and for an understanding without a responsible body.
    """
    with (
        attempt(app, actor, "record_understandings", str(year), now),
        app.store.write() as work,
    ):
        actor.require(GROUP, "The register of understandings", clause="11")
        cycle = work.cycles.of_year(year)
        if cycle is None:
            raise Refused(f"There is no planning cycle of {year}; open it first.", clause="11")
        known = {entry.code for entry in work.understandings.of_cycle(cycle.id)}
        for entry in entries:
            if entry.code in known:
                raise Refused(f"The register has an entry {entry.code} already.", clause="11")
            if entry.entry_type == "agreement_reached" and not entry.responsible_body:
                raise Refused(f"{entry.code} names no responsible body; add it.", clause="11")
            known.add(entry.code)
        work.understandings.add([replace(entry, cycle_id=cycle.id) for entry in entries])
        work.journal.add(
            actor.entry(
                "record_understandings",
                str(year),
                now,
                clause="11",
                details={"codes": [entry.code for entry in entries]},
            )
        )
        work.commit()
    return len(entries)
