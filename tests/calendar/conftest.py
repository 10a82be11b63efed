"""A planning year, and its pages, on both databases."""

from __future__ import annotations

import pytest

from tests.rules.conftest import open_server, world
from tests.web.browser import Browser, Site
from tests.world import World

__all__ = ["open_server", "world"]


class Desk:
    """A planning year seen through its pages: an administrator's browser, and somebody else's."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.site = Site(world.app.store, app=world.app, now=world.now)
        administrator = self.site.person("aigul", "ADMIN/administrator")
        self.browser: Browser = self.site.browser(administrator)
        self.other: Browser = self.site.browser(self.site.person("marat", "MT/submitter"))


@pytest.fixture
def desk(world: World) -> Desk:
    """20 September 2026: two bodies prepare their proposals."""
    world.opens_cycle(2026, ("MT", "MOJ")).at("2026-09-20")
    return Desk(world)
