"""What the directory of bodies tells a reader."""

from __future__ import annotations

from collections.abc import Mapping

from service.application.application import Application
from service.domain.texts import Texts


def abbreviations(app: Application) -> Mapping[str, Texts]:
    """The short names of all bodies, by code."""
    with app.store.read() as work:
        return {body.code: body.abbreviations for body in work.bodies.all()}
