"""A webhook after the Standard Webhooks specification: signed JSON over HTTP."""

from __future__ import annotations

import base64
import hashlib
import hmac
from urllib.parse import urlsplit

import orjson
import requests

from service import __version__
from service.application.ports.channels import Envelope, NotDelivered

TIMEOUT = 10.0  # seconds: to connect, and between two bytes of the answer
MOST_BODY = 256_000  # bytes
_PERMANENT = (400, 410)  # bad request: it will never like this one; gone: it wants no more


class WebhookChannel:
    """`Channel` to one URL. Headers webhook-id (the stable id), webhook-timestamp and
    webhook-signature `v1,…`: HMAC-SHA256 over "id.timestamp.body" with the secret's bytes.

    Proxies and netrc of the environment are not used: what goes out is what the settings say.
    """

    def __init__(self, url: str, secret: str, *, timeout: float = TIMEOUT) -> None:
        self._url = url
        self._label = urlsplit(url).hostname or "the webhook"
        self._key = base64.b64decode(secret.removeprefix("whsec_"))
        self._timeout = timeout

    def send(self, envelope: Envelope) -> None:
        """Post one row; any 2xx is success. Raises NotDelivered, permanent for 400 and 410."""
        body = orjson.dumps(
            {
                "type": f"kelisim.{envelope.facts.get('kind', 'message')}",
                "timestamp": envelope.sent_at.isoformat(),
                "data": dict(envelope.facts),
            }
        )
        if len(body) > MOST_BODY:
            raise NotDelivered(
                f"The webhook's message has {len(body)} bytes, at most {MOST_BODY} are sent",
                permanent=True,
            )
        status = self._post(body, self._headers(envelope, body))
        if 200 <= status < 300:
            return
        remedy = "; redirects are not followed: set the final address" if status // 100 == 3 else ""
        raise NotDelivered(
            f"The webhook at {self._label} answered {status}{remedy}",
            permanent=status in _PERMANENT,
        )

    def _headers(self, envelope: Envelope, body: bytes) -> dict[str, str]:
        at = str(int(envelope.sent_at.timestamp()))
        signed = b".".join([envelope.message_id.encode(), at.encode(), body])
        signature = base64.b64encode(hmac.new(self._key, signed, hashlib.sha256).digest())
        return {
            "content-type": "application/json",
            "user-agent": f"Kelisim/{__version__}",
            "webhook-id": envelope.message_id,
            "webhook-timestamp": at,
            "webhook-signature": f"v1,{signature.decode()}",
        }

    def _post(self, body: bytes, headers: dict[str, str]) -> int:
        """The status; the answer's body is not read. Errors keep the URL secret."""
        try:
            with requests.Session() as session:
                session.trust_env = False
                with session.post(
                    self._url,
                    data=body,
                    headers=headers,
                    timeout=(self._timeout, self._timeout),
                    allow_redirects=False,
                    stream=True,
                ) as answer:
                    return answer.status_code
        except requests.RequestException as problem:
            raise NotDelivered(
                f"The webhook at {self._label} cannot be reached ({type(problem).__name__})",
                channel_down=True,
            ) from None
