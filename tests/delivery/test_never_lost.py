"""Whatever dies, nothing is lost: what was not settled goes out again under the same id."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from service.application.commands.delivering.route_outbox import route_outbox
from service.domain.notices.timing import LEASE
from tests.delivery.post import Post
from tests.delivery.servers import PATIENCE, MailServer, mail_server, trusting_tls

ROOT = Path(__file__).resolve().parents[2]


def killed(database_url: str, server: MailServer, post: Post, point: str) -> None:
    """Another process sends, comes to that point, and is killed there (SIGKILL)."""
    arguments = [database_url, server.url, post.world.now.isoformat(), point]
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.delivery.killed", *arguments],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    )
    assert process.stdout is not None
    with process.stdout:
        assert process.stdout.readline() == b"here\n"
    process.kill()
    assert process.wait(PATIENCE) != 0


@pytest.mark.parametrize(("point", "arrivals"), [("after", 2), ("before", 1)])
def test_a_process_killed_while_sending(
    post: Post, server: MailServer, database_url: str, point: str, arrivals: int
) -> None:
    post.over(server.url)
    post.person("aigul", "MT/submitter", language="kk")
    post.leaves("letter", "MT", "invitation", about="2026")
    post.routes()
    killed(database_url, server, post, point)
    assert post.the_delivery().status == "sending"
    assert post.sends() == 0  # the lease of the dead one still holds
    post.world.now += LEASE
    post.sends()
    assert len(server.mails) == arrivals
    assert len({mail.message_id for mail in server.mails}) == 1
    assert len({mail.text for mail in server.mails}) == 1
    assert post.the_delivery("sent").attempts == 2


def test_two_processes_send_everything_once(post: Post, database_url: str) -> None:
    """Threads with connections of their own stand for processes: the database does not know."""
    people = [f"p{number:02d}" for number in range(12)]
    for name in people:
        post.person(name, "MT/submitter")
    for number in range(4):
        post.leaves("letter", "MT", "invitation", about=str(number))
    at_once(lambda: route_outbox(post.world.app, post.channels, post.world.now), 3)
    assert len(post.deliveries()) == 48
    at_once(post.sends, 3)
    assert Counter(letter.address for letter in post.mail.sent) == {
        f"{name}@mail.example": 4 for name in people
    }
    assert len({letter.message_id for letter in post.mail.sent}) == 48
    assert {each.status for each in post.deliveries()} == {"sent"}


def test_two_processes_begin_one_digest(post: Post) -> None:
    post.person("aigul", "MT/submitter", notices="digest")
    for number in range(20):
        post.leaves("letter", "MT", "invitation", about=str(number))
    at_once(lambda: route_outbox(post.world.app, post.channels, post.world.now), 3)
    assert len(post.carried(post.the_delivery("waiting"))) == 20


def test_a_mail_server_that_comes_back_gets_everything(post: Post) -> None:
    post.person("aigul", "MT/submitter")
    post.person("boris", "MT/submitter", language="ru")
    with mail_server("start") as server:
        url = server.url.replace("://", "://kelisim:s3cret@")
    post.over(url, tls=trusting_tls())  # it is gone by now
    post.leaves("letter", "MT", "invitation", about="2026")
    post.goes()
    assert [each.status for each in post.deliveries()] == ["waiting", "waiting"]
    assert "s3cret" not in "".join(each.last_error for each in post.deliveries())
    with mail_server("start") as server:
        url = server.url.replace("://", "://kelisim:s3cret@")
        post.over(url, tls=trusting_tls())
        due = post.next_due_at()
        assert due is not None
        post.world.now = due
        post.goes()
        assert len(server.mails) == 2


def test_one_refused_receiver_costs_no_other(post: Post, server: MailServer) -> None:
    post.over(server.url)
    for name in ("aigul", "boris", "dina"):
        post.person(name, "MT/submitter")
    server.refuses["boris@mail.example"] = "550 5.1.1 No such user"
    post.leaves("letter", "MT", "invitation", about="2026")
    post.goes()
    assert {mail.receivers for mail in server.mails} == {
        ("aigul@mail.example",),
        ("dina@mail.example",),
    }
    dead = post.the_delivery("dead")
    assert dead.person_id == "boris"
    assert "550 5.1.1 No such user" in dead.last_error


def at_once(act: Callable[[], object], threads: int) -> None:
    """The same in several threads that begin together."""
    gate = threading.Barrier(threads)
    problems: list[BaseException] = []

    def run() -> None:
        gate.wait(PATIENCE)
        try:
            act()
        except BaseException as problem:  # noqa: BLE001 - shown below
            problems.append(problem)

    started = [threading.Thread(target=run) for _ in range(threads)]
    for thread in started:
        thread.start()
    for thread in started:
        thread.join(60)
    assert problems == []
