"""A world with people who can be written to, once on SQLite and once on PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.delivery.post import Post
from tests.delivery.servers import MailServer, mail_server
from tests.rules.conftest import open_server, world  # noqa: F401 - fixtures
from tests.world import World


@pytest.fixture
def post(world: World) -> Post:  # noqa: F811 - the fixture
    """Letters leave this world by a channel that writes down what it is given."""
    return Post(world)


@pytest.fixture
def server() -> Iterator[MailServer]:
    """A real mail server, without TLS."""
    with mail_server() as running:
        yield running
