"""Import the directory of central state bodies, and the people who act for them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from service.application import records as r
from service.application.actors import Actor
from service.application.application import Application
from service.application.commands import attempt


def import_directory(
    app: Application,
    actor: Actor,
    bodies: Sequence[r.Body],
    people: Sequence[r.Person],
    now: datetime,
) -> int:
    """Add the bodies and people that are not known yet; how many bodies were added."""
    with attempt(app, actor, "import_directory", "directory", now), app.store.write() as work:
        actor.require("ADMIN/administrator", "Importing the directory")
        known = {body.code for body in work.bodies.all()}
        new = [body for body in bodies if body.code not in known]
        work.bodies.add(new)
        newcomers = [person for person in people if work.people.get(person.id) is None]
        work.people.add(newcomers)
        if new or newcomers:
            work.journal.add(
                actor.entry(
                    "import_directory",
                    "directory",
                    now,
                    details={"bodies": [body.code for body in new], "people": len(newcomers)},
                )
            )
        work.commit()
    return len(new)
