"""A body is renamed, merged or abolished: its last day, and who carries on (SIL-21)."""

from __future__ import annotations

from datetime import date, datetime

from service.application.actors import Actor
from service.application.application import Application
from service.application.commands import attempt
from service.domain.bodies import check_replacement

GROUP = "ADMIN/administrator"


def replace_body(
    app: Application,
    actor: Actor,
    code: str,
    *,
    successor: str,
    last_day: date,
    now: datetime,
) -> None:
    """End the body `code` with its local date `last_day`; `successor` "" when nobody carries on.

    From the day after, the successor's people have its roles (`queries.actors`), and its own people
    have none. Concepts, letters and items of plans keep its code. May be repeated to correct an
    entry. Raises NotPermitted for anybody but an administrator, Refused for a code that the
    directory lacks, a circle of successors, or a day on which neither body would exist.
    """
    with attempt(app, actor, "replace_body", code, now), app.store.write() as work:
        actor.require(GROUP, "Replacing a body of the directory")
        directory = {body.code: body for body in work.bodies.lock_all()}
        check_replacement(code, successor, last_day, directory)
        before = directory[code]
        work.bodies.change(code, valid_to=last_day, successor=successor)
        work.journal.add(
            actor.entry(
                "replace_body",
                code,
                now,
                details={
                    "last_day": last_day,
                    "successor": successor,
                    "before": {"last_day": before.valid_to, "successor": before.successor},
                },
            )
        )
        work.commit()
