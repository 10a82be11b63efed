"""Mail over SMTP (RFC 5321), TLS demanded unless the URL says otherwise."""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from urllib.parse import unquote, urlsplit

from service.application.ports.channels import Envelope, NotDelivered
from service.delivery.redacted import redacted

TIMEOUT = 10  # seconds, of each exchange with the server
_PORTS = {"smtp": 587, "smtps": 465, "smtp+plain": 25}
_CLOSING = 421
_PERMANENT = 500  # replies from here on are final (RFC 5321, 4.2.1)


class SmtpChannel:
    """`Channel` to one mail server. A connection per letter: a broken one spoils no other.

    `url` as in `service.settings`: smtp:// demands STARTTLS, smtps:// is TLS from the start,
    smtp+plain:// has none. Certificates are checked with `tls` (the system's authorities).
    """

    def __init__(
        self, url: str, sender: str, *, tls: ssl.SSLContext | None = None, timeout: float = TIMEOUT
    ) -> None:
        parts = urlsplit(url)
        self._scheme = parts.scheme
        self._host = parts.hostname or ""
        self._port = parts.port or _PORTS[parts.scheme]
        self._user, self._password = unquote(parts.username or ""), unquote(parts.password or "")
        self._sender = sender
        self._domain = sender.rpartition("@")[2]
        self._tls = tls or ssl.create_default_context()
        self._timeout = timeout

    def send(self, envelope: Envelope) -> None:
        """Hand one letter to the server. Raises NotDelivered."""
        address = self._address(envelope)
        letter = self._letter(envelope, address)
        with self._told(), self._connection() as server:
            server.send_message(letter, self._sender, [address.addr_spec])

    def _address(self, envelope: Envelope) -> Address:
        """The receiver, checked by the library, which refuses line breaks; hosts as in DNS."""
        try:
            address = Address(addr_spec=envelope.address)
            host = address.domain.encode("idna").decode()
            if not address.username or "." not in host.strip("."):
                raise ValueError("it names no person at a host")
        except (ValueError, IndexError, MessageError) as problem:
            raise NotDelivered(
                f"{redacted(envelope.address, ())!r} is no e-mail address "
                f"({redacted(problem, ())}); correct it in the directory",
                permanent=True,
            ) from None
        name = "".join(each for each in envelope.name if each.isprintable())
        return Address(name, address.username, host)

    def _letter(self, envelope: Envelope, address: Address) -> EmailMessage:
        """The message; the library refuses line breaks in headers."""
        letter = EmailMessage(policy=SMTP)
        letter["From"] = self._sender
        letter["To"] = address
        letter["Subject"] = " ".join(envelope.title.split())
        letter["Date"] = envelope.sent_at
        letter["Message-ID"] = f"<{envelope.message_id}@{self._domain}>"
        letter["Auto-Submitted"] = "auto-generated"  # RFC 3834: no answers of absence, no loops
        letter.set_content(envelope.text, cte="base64")
        letter["Content-Language"] = envelope.language
        return letter

    @contextmanager
    def _connection(self) -> Iterator[smtplib.SMTP]:
        server = self._connect()
        try:
            if self._scheme == "smtp":
                server.ehlo_or_helo_if_needed()
                if not server.has_extn("starttls"):
                    raise self._down("it offers no STARTTLS; use smtps:// or another port")
                server.starttls(context=self._tls)
            if self._user:
                server.login(self._user, self._password)
            yield server
        finally:
            _quit(server)

    def _connect(self) -> smtplib.SMTP:
        mine, timeout = self._domain, self._timeout
        if self._scheme == "smtps":
            return smtplib.SMTP_SSL(
                self._host, self._port, mine, timeout=timeout, context=self._tls
            )
        return smtplib.SMTP(self._host, self._port, mine, timeout=timeout)

    @contextmanager
    def _told(self) -> Iterator[None]:
        """What smtplib raises, as our error."""
        try:
            yield
        except NotDelivered:
            raise
        except smtplib.SMTPRecipientsRefused as refused:
            ((code, reply),) = refused.recipients.values()
            raise self._refused("the receiver", code, reply) from None
        except smtplib.SMTPDataError as refused:
            raise self._refused("the letter", refused.smtp_code, refused.smtp_error) from None
        except smtplib.SMTPNotSupportedError as problem:
            raise NotDelivered(
                f"The mail server cannot do it: {redacted(problem, self._secrets)}", permanent=True
            ) from None
        except smtplib.SMTPResponseException as refused:  # greeting, sender, signing in
            said = f"{refused.smtp_code} {redacted(refused.smtp_error, self._secrets)}"
            raise self._down(f"it says {said}") from None
        except (smtplib.SMTPException, ssl.SSLError, OSError) as problem:
            kind = type(problem).__name__
            raise self._down(f"{kind}: {redacted(problem, self._secrets)}") from None

    @property
    def _secrets(self) -> tuple[str, ...]:
        return (self._password,)

    def _down(self, why: str) -> NotDelivered:
        where = f"{self._host}:{self._port}"
        return NotDelivered(f"The mail server {where} does not work: {why}", channel_down=True)

    def _refused(self, what: str, code: int, reply: bytes | str) -> NotDelivered:
        return NotDelivered(
            f"The mail server refused {what}: {code} {redacted(reply, self._secrets)}",
            permanent=code >= _PERMANENT,
            channel_down=code == _CLOSING,
        )


def _quit(server: smtplib.SMTP) -> None:
    """End politely where the other side still listens; what was accepted stays accepted."""
    try:
        server.quit()
    except (smtplib.SMTPException, OSError):
        server.close()
