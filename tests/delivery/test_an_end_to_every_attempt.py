"""Servers that answer one byte after the other, for ever: the mail of others goes out anyway."""

from __future__ import annotations

import base64
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import monotonic

import pytest

from service.application.ports import Channel, Envelope, NotDelivered
from service.application.ports.channels import MAIL, WEBHOOK
from service.delivery import BoundedChannel, SmtpChannel, WebhookChannel
from service.delivery.bounded import LONGEST, MOST_HANGING
from service.domain.notices.timing import LEASE
from tests.delivery.post import SENDER, Post, Recorded
from tests.world import instant

SECRET = "whsec_" + base64.b64encode(bytes(32)).decode()
LETTER = Envelope(
    "m-1", "a@b.example", "Anna", "en", "Title", "Text", instant("2026-09-18 10:00:00")
)
OFTEN = 0.05  # seconds between two bytes; each begins the socket's timeout anew


@contextmanager
def dripping(first: bytes) -> Iterator[int]:
    """A server that begins an answer and never ends it; its port."""
    over = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def drip(connection: socket.socket) -> None:
            with connection:
                try:
                    connection.sendall(first)
                    while not over.wait(OFTEN):
                        connection.sendall(b"x")
                except OSError:
                    pass

        def accept() -> None:
            while not over.is_set():
                try:
                    connection, _ = listening.accept()
                except OSError:
                    return
                threading.Thread(target=drip, args=(connection,), daemon=True).start()

        threading.Thread(target=accept, daemon=True).start()
        try:
            yield listening.getsockname()[1]
        finally:
            over.set()


CHANNELS: dict[str, tuple[bytes, Callable[[int], Channel]]] = {
    "mail": (b"220", lambda port: SmtpChannel(f"smtp+plain://127.0.0.1:{port}", SENDER, timeout=5)),
    "webhook": (
        b"HTTP/1.1 200 OK\r\nX-Endless: ",
        lambda port: WebhookChannel(f"http://127.0.0.1:{port}", SECRET, timeout=5),
    ),
}


@pytest.mark.parametrize("which", CHANNELS)
def test_an_attempt_ends_though_the_answer_does_not(which: str) -> None:
    first, channel = CHANNELS[which]
    with dripping(first) as port:
        bounded = BoundedChannel(channel(port), within=0.5)
        began = monotonic()
        with pytest.raises(NotDelivered, match=r"within 0\.5 s") as failure:
            bounded.send(LETTER)
        assert monotonic() - began < 4
        assert failure.value.channel_down
        assert not failure.value.permanent


def test_what_hangs_does_not_pile_up() -> None:
    first, channel = CHANNELS["webhook"]
    with dripping(first) as port:
        bounded = BoundedChannel(channel(port), within=0.1)
        for _ in range(MOST_HANGING):
            with pytest.raises(NotDelivered, match="within"):
                bounded.send(LETTER)
        with pytest.raises(NotDelivered, match="still hang"):
            bounded.send(LETTER)


def test_mail_goes_out_beside_a_webhook_that_hangs(post: Post) -> None:
    first, channel = CHANNELS["webhook"]
    mail = Recorded()
    post.person("aigul", "MT/submitter")
    with dripping(first) as port:
        hangs = BoundedChannel(channel(port), within=0.2)
        post.by(webhook=hangs, mail=mail)
        post.leaves("letter", "MT", "invitation")
        post.goes()
    assert len(mail.sent) == 1
    assert {each.channel: each.status for each in post.deliveries()} == {
        WEBHOOK: "waiting",
        MAIL: "sent",
    }


def test_what_the_channel_says_is_said() -> None:
    recorded = Recorded()
    bounded = BoundedChannel(recorded)
    bounded.send(LETTER)
    assert recorded.sent == [LETTER]
    recorded.failure = NotDelivered("550 no such user", permanent=True)
    with pytest.raises(NotDelivered, match="550") as failure:
        bounded.send(LETTER)
    assert failure.value is recorded.failure


def test_an_attempt_ends_long_before_its_lease() -> None:
    assert LEASE.total_seconds() > 2 * LONGEST
