"""What the directory of bodies and people tells a reader."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from service.application.application import Application
from service.domain.texts import Texts


def abbreviations(app: Application) -> Mapping[str, Texts]:
    """The short names of all bodies, by code."""
    with app.store.read() as work:
        return {body.code: body.abbreviations for body in work.bodies.all()}


def names_of_people(app: Application, ids: Iterable[str]) -> Mapping[str, str]:
    """What people are called, by id; who is not in the directory is called by the id."""
    with app.store.read() as work:
        found = {each: work.people.get(each) for each in set(ids)}
    return {each: person.name if person and person.name else each for each, person in found.items()}
