"""Who may act for whom on a day: bodies that ended have heirs (SIL-21)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from service.application import records as r
from service.application.actors import Actor
from service.application.application import Application
from service.application.ports import Work
from service.domain.bodies import present_group, present_groups
from service.errors import NotPermitted


def actor_for(app: Application, person_id: str, now: datetime) -> Actor:
    """The person as who he or she acts at `now`, by the local date.

    Whoever belongs to the body at which a line of successors ends has the same role of each
    predecessor, so that its open and future tasks can be done; groups of bodies that do not exist
    are gone. Raises NotPermitted for somebody whom the directory does not know.
    """
    with app.store.read() as work:
        person = work.people.get(person_id)
        if person is None:
            raise NotPermitted(
                f"The directory has no person {person_id!r}; ask the administrator to enter you."
            )
        return acting_as(app, work, person, now)


def acting_as(app: Application, work: Work, person: r.Person, now: datetime) -> Actor:
    """The same, for a person whose record is at hand."""
    today = app.calendar(work).local_date(now)
    directory = {body.code: body for body in work.bodies.all()}
    return Actor(person.id, present_groups(person.groups, directory, today))


def recipients_of(work: Work, group: str, on: date) -> Sequence[r.Person]:
    """Who gets what is sent to a group BODY/role on that local date, in order of id.

    The people of the body that carries on when the body ended; nobody when none does.
    """
    present = present_group(group, {body.code: body for body in work.bodies.all()}, on)
    return work.people.in_group(present) if present else []
