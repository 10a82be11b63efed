"""What an administrator sends again goes at once, whichever process hears of it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from service import bootstrap, clock
from service.application.commands.delivering.resend_dead import resend_dead
from service.application.commands.delivering.resend_delivery import resend_delivery
from service.application.ports import NotDelivered
from service.persistence.store import SqlStore, open_store
from service.settings import Settings
from tests.delivery.post import ADMINISTRATOR, Post
from tests.delivery.servers import PATIENCE, MailServer
from tests.world import World

UNKNOWN = NotDelivered("The mail server refused the receiver: 550 no such user", permanent=True)
GREYLISTED = NotDelivered("The mail server refused the receiver: 450 later")


@pytest.fixture
def store(database_url: str) -> Iterator[SqlStore]:
    """A database that several processes could share."""
    with open_store(database_url, migrate=False, durable=False) as opened:
        yield opened


@pytest.fixture
def given_up(store: SqlStore) -> Post:
    """A letter that was given up, and one that reached nobody."""
    post = Post(World(store))
    post.leaves("letter", "MFA/registrar", "invitation")
    post.routes()
    post.person("aigul", "MT/submitter")
    post.leaves("letter", "MT", "invitation")
    post.mail.failure = UNKNOWN
    post.goes()
    post.mail.failure = None
    return post


AGAIN: dict[str, Callable[[Post], object]] = {
    "one that was given up": lambda post: resend_delivery(
        post.world.app, ADMINISTRATOR, post.the_delivery("dead").id, post.world.now
    ),
    "one that reached nobody": lambda post: resend_delivery(
        post.world.app, ADMINISTRATOR, post.the_delivery("unaddressed").id, post.world.now
    ),
    "all of a channel": lambda post: resend_dead(
        post.world.app, ADMINISTRATOR, "mail", post.world.now
    ),
}


@pytest.mark.parametrize("which", AGAIN)
def test_the_scheduler_of_this_process_is_told(store: SqlStore, given_up: Post, which: str) -> None:
    told: list[str] = []
    store.on_waiting(lambda: told.append("told"))
    AGAIN[which](given_up)
    assert told == ["told"]


@pytest.mark.parametrize("which", AGAIN)
def test_schedulers_of_other_processes_are_told(
    store: SqlStore, given_up: Post, which: str
) -> None:
    heard, connected = threading.Event(), threading.Event()
    with closing(store.listen(heard.set, connected.set)):
        assert connected.wait(PATIENCE)
        AGAIN[which](given_up)
        assert heard.wait(PATIENCE)


def test_what_merely_fails_tells_nobody(store: SqlStore, given_up: Post) -> None:
    given_up.leaves("letter", "MT", "invitation")
    given_up.routes()
    told: list[str] = []
    store.on_waiting(lambda: told.append("told"))
    given_up.mail.failure = GREYLISTED
    given_up.sends()
    assert len(given_up.deliveries("waiting")) == 1
    assert told == []


def test_it_leaves_over_the_real_scheduler_long_before_its_sweep(
    store: SqlStore, given_up: Post, server: MailServer, database_url: str, tmp_path: Path
) -> None:
    chosen = Settings(tmp_path, database_url, smtp_url=server.url, mail_from="kelisim@mfa.example")
    dead, app = given_up.the_delivery("dead"), given_up.world.app
    with (
        bootstrap.scheduling(app, store, chosen),
        open_store(database_url, migrate=False) as elsewhere,
    ):
        resend_delivery(replace(app, store=elsewhere), ADMINISTRATOR, dead.id, clock.now())
        mail = server.arrived.get(timeout=PATIENCE)
    assert dead.message_id in mail.message_id
