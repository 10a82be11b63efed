"""Change the working calendar: days and years, each with its legal act, as one batch (SIL-22)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from service.application import records as r
from service.application.actors import Actor
from service.application.application import Application
from service.application.commands import attempt
from service.application.ports import Work
from service.application.replanning import known_years, token_of
from service.domain.calendars import CalendarEdit, DayOverride, YearStatus, news, plain_text
from service.errors import Conflict, WrongInput


def change_calendar(
    app: Application,
    actor: Actor,
    overrides: Sequence[DayOverride],
    now: datetime,
    *,
    reason: str,
    years: Sequence[YearStatus] = (),
    previewed: str = "",
) -> r.CalendarChange | None:
    """Add overrides and what is known of years; later ones win. None when all of it is so already.

    Every running instance waits to be planned again from now on, and `replan_instances` does it;
    steps made meanwhile see the new calendar. With `previewed`, the token of a preview, the change
    is made only if it is exactly that one: raises Conflict when the calendar moved meanwhile.

    Raises NotPermitted for anybody but administrators, WrongInput without a reason, for a day with
    two effects, half of a transfer, and a calendar in which no day works for 400 days.
    """
    with attempt(app, actor, "change_calendar", "calendar", now), app.store.write() as work:
        actor.require("ADMIN/administrator", "Changing the working calendar")
        work.calendar_overrides.lock()
        edit = news(
            CalendarEdit(tuple(overrides), tuple(years)), app.calendar(work), known_years(work)
        )
        if previewed and previewed != token_of(work, edit):
            raise Conflict(
                "The calendar has moved since the preview; nothing was changed. "
                "Look at a new preview and decide again."
            )
        if not edit:
            return None
        change = _store(work, actor, edit, now, _checked(reason))
        work.commit()
    return change


def _checked(reason: str) -> str:
    written = plain_text(reason, "The reason of the change")
    if not written:
        raise WrongInput("The change of the calendar has no reason; say why it is made.")
    return written


def _store(
    work: Work, actor: Actor, edit: CalendarEdit, now: datetime, reason: str
) -> r.CalendarChange:
    # Also where no instance runs: replan_instances looks at the processes that start by themselves.
    status, finished_at = ("replanning", None) if edit.overrides else ("done", now)
    change = work.calendar_changes.add(
        r.CalendarChange(0, now, actor.person, reason, status, 0, finished_at)
    )
    work.calendar_overrides.add([each.to_data() for each in edit.overrides], change.id)
    for year in edit.years:
        work.calendar_changes.put_year(
            r.CalendarYear(year.year, year.status, year.legal_act, change.id)
        )
    instances = work.replanning.add_running(change.id) if edit.overrides else 0
    if instances:
        work.calendar_changes.change(change.id, instances=instances)
    work.journal.add(
        actor.entry(
            "change_calendar",
            "calendar",
            now,
            details={
                "change": change.id,
                "reason": reason,
                "days": [override.on.isoformat() for override in edit.overrides],
                "overrides": [override.to_data() for override in edit.overrides],
                "years": [year.to_data() for year in edit.years],
                "instances": instances,
            },
        )
    )
    return work.calendar_changes.get(change.id)
