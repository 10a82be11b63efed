"""Change the working calendar by dated overrides, each with its legal act (SIL-22)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from service.application.actors import Actor
from service.application.application import Application
from service.application.commands import attempt
from service.domain.calendars import DayOverride


def change_calendar(
    app: Application, actor: Actor, overrides: Sequence[DayOverride], now: datetime
) -> int:
    """Add overrides; later ones win over earlier ones for the same day. How many were added.

    Steps made from now on see the new calendar; `replan_deadlines` moves what already waits.
    """
    if not overrides:
        return 0
    with attempt(app, actor, "change_calendar", "calendar", now), app.store.write() as work:
        actor.require("ADMIN/administrator", "Changing the working calendar")
        work.calendar_overrides.add([override.to_data() for override in overrides])
        work.journal.add(
            actor.entry(
                "change_calendar",
                "calendar",
                now,
                details={"days": [override.on.isoformat() for override in overrides]},
            )
        )
        work.commit()
    return len(overrides)
