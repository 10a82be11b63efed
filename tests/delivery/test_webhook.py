"""Webhooks: an independent receiver checks each signature; each answer is understood."""

from __future__ import annotations

import base64
import json
from dataclasses import replace

import pytest
from standardwebhooks import Webhook, WebhookVerificationError

from service import clock
from service.application.ports import Envelope, NotDelivered
from service.delivery import WebhookChannel
from tests.delivery.servers import HOST, answers, free_port, scripted_server, webhook_server

SECRET = "whsec_" + base64.b64encode(bytes(range(32))).decode()
FACTS = {"kind": "letter", "subject": "president_cover", "texts": {"kk": {"title": "Жоба"}}}


def message() -> Envelope:
    return Envelope(
        message_id="6a1f…1".replace("…", "0"),
        address="",
        name="",
        language="",
        title="",
        text="",
        sent_at=clock.now(),
        facts=FACTS,
    )


def test_the_receiver_can_check_who_sent_it() -> None:
    with webhook_server() as receiver:
        WebhookChannel(receiver.url, SECRET).send(message())
    ((headers, body),) = receiver.received
    told = Webhook(SECRET).verify(body, headers)
    assert told["type"] == "kelisim.letter"
    assert told["data"] == FACTS
    assert headers["webhook-id"] == message().message_id
    assert headers["content-type"] == "application/json"


def test_a_changed_body_does_not_pass() -> None:
    with webhook_server() as receiver:
        WebhookChannel(receiver.url, SECRET).send(message())
    ((headers, body),) = receiver.received
    with pytest.raises(WebhookVerificationError):
        Webhook(SECRET).verify(body.replace(b"letter", b"notice"), headers)


@pytest.mark.parametrize("status", [200, 202, 204])
def test_what_was_accepted(status: int) -> None:
    with webhook_server() as receiver:
        receiver.status = status
        WebhookChannel(receiver.url, SECRET).send(message())
    assert len(receiver.received) == 1


@pytest.mark.parametrize(
    ("status", "permanent"),
    [
        *((400, True), (410, True), (401, False), (403, False), (404, False), (408, False)),
        *((429, False), (500, False), (503, False), (302, False), (307, False)),
    ],
)
def test_what_was_not(status: int, *, permanent: bool) -> None:
    with webhook_server() as receiver, webhook_server() as elsewhere:
        receiver.status, receiver.location = status, elsewhere.url
        with pytest.raises(NotDelivered) as told:
            WebhookChannel(receiver.url, SECRET).send(message())
    assert (told.value.permanent, told.value.channel_down) == (permanent, False)
    assert str(status) in told.value.message
    assert elsewhere.received == []  # a redirect is not followed


@pytest.mark.parametrize("talk", [answers(), answers("rubbish")], ids=["cut", "rubbish"])
def test_a_receiver_that_breaks_off(talk: object) -> None:
    with scripted_server(talk) as url:  # type: ignore[arg-type]
        channel = WebhookChannel(url.replace("smtp+plain", "http"), SECRET, timeout=0.5)
        with pytest.raises(NotDelivered) as told:
            channel.send(message())
    assert told.value.channel_down
    assert not told.value.permanent


def test_errors_keep_the_address_secret() -> None:
    channel = WebhookChannel(f"http://user:pass@{HOST}:{free_port()}/hooks/quiet-token", SECRET)
    with pytest.raises(NotDelivered) as told:
        channel.send(message())
    assert told.value.channel_down
    for secret in ("quiet-token", "pass", SECRET):
        assert secret not in told.value.message


def test_a_message_beyond_all_bounds_is_given_up() -> None:
    with webhook_server() as receiver:
        huge = replace(message(), facts={"about": "ж" * 300_000})
        with pytest.raises(NotDelivered) as told:
            WebhookChannel(receiver.url, SECRET).send(huge)
    assert told.value.permanent
    assert receiver.received == []


def test_facts_are_plain_json() -> None:
    with webhook_server() as receiver:
        WebhookChannel(receiver.url, SECRET).send(message())
    assert json.loads(receiver.received[0][1])["data"]["texts"]["kk"]["title"] == "Жоба"
