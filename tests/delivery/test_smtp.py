"""Mail over a real SMTP server: what arrives, and how each failure is told."""

from __future__ import annotations

import socket
from dataclasses import replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import pytest

from service.application.ports import Envelope, NotDelivered
from service.delivery import SmtpChannel
from tests.delivery.servers import (
    HOST,
    MailServer,
    answers,
    free_port,
    mail_server,
    scripted_server,
    trusting_tls,
)

SENDER = "kelisim@mfa.example"
NOW = datetime(2026, 9, 21, 4, 0, tzinfo=UTC)
LETTER = Envelope(
    message_id="0b0c6f6e-9d5c-5b0e-8f6e-1f7f3a1f2a3b",
    address="aigul@mt.example",
    name="Айгүл Өтегенқызы",
    language="kk",
    title="Еске салу: ұсыныстар енгізу мерзімі 2026 ж. 25 қыркүйек",
    text="Мерзімі: 2026 ж. 25 қыркүйек (4 жұмыс күні қалды).\n.\n..\nСоңы\n",
    sent_at=NOW,
)


def sent(server: MailServer, letter: Envelope = LETTER, **options: object) -> None:
    SmtpChannel(server.url, SENDER, tls=trusting_tls(), **options).send(letter)  # type: ignore[arg-type]


def refusal(channel: SmtpChannel, letter: Envelope = LETTER) -> NotDelivered:
    with pytest.raises(NotDelivered) as told:
        channel.send(letter)
    return told.value


def test_a_letter_arrives_whole() -> None:
    with mail_server() as server:
        sent(server)
    (mail,) = server.mails
    assert mail.sender == SENDER
    assert mail.receivers == ("aigul@mt.example",)
    assert mail.title == LETTER.title
    assert mail.text.replace("\r\n", "\n") == LETTER.text
    assert mail.message_id == f"<{LETTER.message_id}@mfa.example>"
    assert parsedate_to_datetime(mail.letter["Date"]) == NOW
    assert mail.letter["Auto-Submitted"] == "auto-generated"
    assert mail.letter["To"] == "Айгүл Өтегенқызы <aigul@mt.example>"
    assert mail.letter["Content-Language"] == "kk"


def test_a_name_in_the_url_signs_in_after_starttls() -> None:
    with mail_server("start") as server:
        server.url = server.url.replace("://", "://ke%40lisim:s3cret@")
        sent(server)
    assert server.signed_in == ["ke@lisim"]
    assert len(server.mails) == 1


def test_tls_from_the_start() -> None:
    with mail_server("all") as server:
        sent(server)
    assert len(server.mails) == 1


def test_without_starttls_nothing_is_sent_and_no_password_shown() -> None:
    with mail_server() as server:
        url = server.url.replace("smtp+plain://", "smtp://kelisim:s3cret@")
        problem = refusal(SmtpChannel(url, SENDER))
    assert problem.channel_down
    assert "STARTTLS" in problem.message
    assert server.mails == []
    assert server.signed_in == []


@pytest.mark.parametrize("tls", ["start", "all"])
def test_an_unknown_certificate_is_refused(tls: str) -> None:
    with mail_server(tls) as server:
        problem = refusal(SmtpChannel(server.url, SENDER))
    assert problem.channel_down
    assert "ertificate" in problem.message
    assert server.mails == []


def test_a_wrong_password_stops_the_channel_and_is_not_repeated() -> None:
    with mail_server("start") as server:
        url = server.url.replace("://", "://kelisim:w0rd@")
        problem = refusal(SmtpChannel(url, SENDER, tls=trusting_tls()))
    assert problem.channel_down
    assert not problem.permanent
    assert "535" in problem.message
    assert "w0rd" not in problem.message


@pytest.mark.parametrize(
    ("reply", "permanent", "down"),
    [
        ("550 5.1.1 No such user", True, False),
        ("450 4.2.0 Greylisted", False, False),
        ("421 4.3.0 Closing", False, True),
    ],
)
def test_a_refused_receiver(reply: str, *, permanent: bool, down: bool) -> None:
    with mail_server() as server:
        server.refuses["aigul@mt.example"] = reply
        problem = refusal(SmtpChannel(server.url, SENDER))
        assert (problem.permanent, problem.channel_down) == (permanent, down)
        assert reply in problem.message
        if not down:
            sent(server, replace(LETTER, address="other@mt.example"))
            assert len(server.mails) == 1


@pytest.mark.parametrize(("reply", "permanent"), [("554 No", True), ("451 Later", False)])
def test_a_refused_letter(reply: str, *, permanent: bool) -> None:
    with mail_server() as server:
        server.refuses_data = reply
        problem = refusal(SmtpChannel(server.url, SENDER))
    assert (problem.permanent, problem.channel_down) == (permanent, False)


def test_nobody_there() -> None:
    problem = refusal(SmtpChannel(f"smtp+plain://{HOST}:{free_port()}", SENDER))
    assert problem.channel_down
    assert not problem.permanent
    assert "ConnectionRefused" in problem.message


def test_a_server_that_hangs_up_in_the_middle_of_a_letter() -> None:
    cut = answers("220 mail.test", "250 mail.test", "250 OK", "250 OK", "354 Go on")
    with scripted_server(cut) as url:
        problem = refusal(SmtpChannel(url, SENDER))
    assert problem.channel_down
    assert not problem.permanent


def test_a_server_that_says_nothing() -> None:
    def wait_for_the_end(connection: socket.socket) -> None:
        while connection.recv(1024):
            pass

    with scripted_server(wait_for_the_end) as url:
        problem = refusal(SmtpChannel(url, SENDER, timeout=0.2))
    assert problem.channel_down
    assert "timed out" in problem.message


@pytest.mark.parametrize(
    "address",
    [
        "aigul@mt.example\r\nBcc: all@mt.example",
        "aigul@mt.example\nRCPT TO:<all@mt.example>",
        "aigul@mt.example, all@mt.example",
        "<aigul@mt.example> all@mt.example",
        "aigul",
        "@mt.example",
        "aigul@",
        "aigul@mt",
        "",
        "a b@mt.example",
        "aigul@mt.example\0",
        "ай\ud800гүл@mt.example",
    ],
)
def test_an_address_cannot_smuggle_anything(address: str) -> None:
    with mail_server() as server:
        problem = refusal(SmtpChannel(server.url, SENDER), replace(LETTER, address=address))
    assert problem.permanent
    assert not problem.channel_down
    assert server.mails == []


EVIL = "Еске салу\r\nBcc: all@mt.example\r\n\r\nИә"


@pytest.mark.parametrize("letter", [replace(LETTER, title=EVIL), replace(LETTER, name=EVIL)])
def test_a_header_cannot_smuggle_another(letter: Envelope) -> None:
    with mail_server() as server:
        sent(server, letter)
    (mail,) = server.mails
    assert mail.receivers == ("aigul@mt.example",)
    assert mail.letter["Bcc"] is None
    assert mail.text.replace("\r\n", "\n") == LETTER.text


def test_a_host_in_kazakh_letters() -> None:
    with mail_server() as server:
        sent(server, replace(LETTER, address="aigul@көлік.example"))
    assert server.mails[0].receivers[0].startswith("aigul@xn--")
