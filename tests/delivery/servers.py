"""Real servers on this machine: mail (aiosmtpd), mail that misbehaves by script, webhooks."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from queue import Queue
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword

HOST = "127.0.0.1"
CERTIFICATE = Path(__file__).with_name("certificate.pem")  # of localhost, self-made, with its key
PATIENCE = 10.0  # seconds that a test waits for what must come


@dataclass(frozen=True)
class Mail:
    """A letter as the server got it."""

    sender: str
    receivers: tuple[str, ...]
    letter: EmailMessage

    @property
    def text(self) -> str:
        part = self.letter.get_body(("plain",))
        assert part is not None
        return str(part.get_content())

    @property
    def title(self) -> str:
        return str(self.letter["Subject"]).strip()  # a long one may begin on its second line

    @property
    def message_id(self) -> str:
        return str(self.letter["Message-ID"])


class MailServer:
    """What a mail server does with letters: keeps them, or refuses as it is told."""

    def __init__(self) -> None:
        self.mails: list[Mail] = []
        self.arrived: Queue[Mail] = Queue()
        self.refuses: dict[str, str] = {}  # receiver → reply
        self.refuses_data = ""  # reply to every letter
        self.signed_in: list[str] = []
        self.url = ""

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, _server: Any, _session: Any, envelope: Any, address: str, _options: list[str]
    ) -> str:
        if address in self.refuses:
            return self.refuses[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802
        if self.refuses_data:
            return self.refuses_data
        letter = message_from_bytes(envelope.content, policy=policy.default)
        mail = Mail(envelope.mail_from, tuple(envelope.rcpt_tos), letter)
        self.mails.append(mail)
        self.arrived.put(mail)
        return "250 OK"

    def to(self, address: str) -> list[Mail]:
        return [mail for mail in self.mails if address in mail.receivers]

    def admit(
        self, _server: Any, _session: Any, _envelope: Any, _how: str, given: Any
    ) -> AuthResult:
        """Whoever knows the password `s3cret` may send."""
        ok = isinstance(given, LoginPassword) and given.password == b"s3cret"
        if ok:
            self.signed_in.append(given.login.decode())
        return AuthResult(success=ok, handled=False)


class _Controller(Controller):
    """aiosmtpd's controller with the switches of its SMTP class."""

    def __init__(self, handler: object, port: int, options: Mapping[str, Any], **own: Any) -> None:
        super().__init__(handler, hostname=HOST, port=port, **own)
        self._options = dict(options)

    def factory(self) -> SMTP:
        return SMTP(self.handler, hostname="mail.test", enable_SMTPUTF8=True, **self._options)


@contextmanager
def mail_server(tls: str = "") -> Iterator[MailServer]:
    """A running mail server. `tls`: "" none, `start` STARTTLS and signing in, `all` at once.

    Its `url` is as KELISIM_SMTP_URL names it.
    """
    server, port = MailServer(), free_port()
    options: dict[str, Any] = {}
    own: dict[str, Any] = {}
    if tls == "start":
        options = {
            "tls_context": server_tls(),
            "require_starttls": True,
            "authenticator": server.admit,
            "auth_required": True,
        }
    elif tls == "all":
        own = {"ssl_context": server_tls()}
    controller = _Controller(server, port, options, **own)
    scheme = {"": "smtp+plain", "start": "smtp", "all": "smtps"}[tls]
    server.url = f"{scheme}://{HOST}:{port}"
    controller.start()
    try:
        yield server
    finally:
        controller.stop()


@contextmanager
def scripted_server(talk: Callable[[socket.socket], None]) -> Iterator[str]:
    """A server that holds every conversation as `talk` says; yields its smtp+plain URL."""
    listening = socket.create_server((HOST, 0))
    listening.settimeout(PATIENCE)
    done = threading.Event()

    def serve() -> None:
        while not done.is_set():
            try:
                connection, _ = listening.accept()
            except OSError:
                return
            with connection:
                connection.settimeout(PATIENCE)
                try:
                    talk(connection)
                except OSError:
                    continue

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield f"smtp+plain://{HOST}:{listening.getsockname()[1]}"
    finally:
        done.set()
        listening.shutdown(socket.SHUT_RDWR)
        listening.close()
        thread.join(PATIENCE)


def answers(*replies: str) -> Callable[[socket.socket], None]:
    """Greets, answers each line with the next reply, and hangs up after the last."""

    def talk(connection: socket.socket) -> None:
        lines = connection.makefile("rb")
        for reply in replies:
            connection.sendall(reply.encode() + b"\r\n")
            lines.readline()

    return talk


@dataclass
class WebhookServer:
    """A receiver of webhooks on this machine."""

    url: str = ""
    status: int = 204
    location: str = ""
    received: list[tuple[dict[str, str], bytes]] = field(default_factory=list)


@contextmanager
def webhook_server() -> Iterator[WebhookServer]:
    """A running one; tests set its `status`."""
    state = WebhookServer()

    class Receiver(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            state.received.append(({k.lower(): v for k, v in self.headers.items()}, body))
            self.send_response(state.status)
            if state.location:
                self.send_header("Location", state.location)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing on standard error."""

    server = ThreadingHTTPServer((HOST, 0), Receiver)
    state.url = f"http://{HOST}:{server.server_port}/hooks/quiet-token"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield state
    finally:
        server.shutdown()
        server.server_close()
        thread.join(PATIENCE)


def server_tls() -> ssl.SSLContext:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(CERTIFICATE)
    return context


def trusting_tls() -> ssl.SSLContext:
    """A client that trusts our self-made certificate, as a ministry trusts its own authority."""
    return ssl.create_default_context(cafile=str(CERTIFICATE))


def free_port() -> int:
    with socket.create_server((HOST, 0)) as taken:
        return int(taken.getsockname()[1])


def titles(mails: Sequence[Mail]) -> list[str]:
    return [mail.title for mail in mails]
