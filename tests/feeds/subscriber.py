"""Somebody of the directory who lets a calendar program read a feed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from icalendar import Calendar

from service import bootstrap
from service.application import records as r
from service.application.actors import Actor
from service.application.commands.administering.import_directory import import_directory
from service.application.commands.feeds.create_feed import create_feed
from service.application.queries.actors import actor_for
from service.application.queries.feeds import feed_content
from service.web.notices.entries import feed_document
from tests.world import World

PUBLIC_URL = "https://kelisim.example"


@dataclass(frozen=True)
class Subscriber:
    """A person, and the feeds he or she makes. Everything happens at the world's time."""

    world: World
    id: str

    @property
    def actor(self) -> Actor:
        return actor_for(self.world.app, self.id, self.world.now)

    def subscribes(self, group: str = "") -> str:
        """Make a feed; its token."""
        return create_feed(self.world.app, self.actor, group, self.world.now)[1]

    def feed(self, token: str) -> r.CalendarFeed:
        return feed_content(self.world.app, token, self.world.now).feed


def enters(world: World, name: str, *groups: str, language: str = "en") -> Subscriber:
    """Somebody new in the directory."""
    person = r.Person(name, name.title(), language, groups)
    import_directory(world.app, bootstrap.INSTALLER, [], [person], world.now)
    return Subscriber(world, name)


def document(world: World, token: str) -> bytes:
    """What a calendar program gets at the feed's address."""
    return feed_document(feed_content(world.app, token, world.now), PUBLIC_URL)


def events(world: World, token: str) -> list[Any]:
    """The entries as the package icalendar reads them back."""
    return list(Calendar.from_ical(document(world, token)).walk("VEVENT"))


def days(world: World, token: str) -> dict[str, date]:
    """Title → day."""
    return {str(event["SUMMARY"]): event.decoded("DTSTART") for event in events(world, token)}


def by_uid(world: World, token: str) -> Mapping[str, Any]:
    return {str(event["UID"]): event for event in events(world, token)}
