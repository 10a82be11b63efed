"""The development channel: what would be mailed is written to the log, in full."""

from __future__ import annotations

import logging

from service.application.ports.channels import Envelope

_log = logging.getLogger(__name__)


class LogChannel:
    """`Channel` that sends nothing anywhere. For development only: letters stand in the log."""

    def send(self, envelope: Envelope) -> None:
        """Write one line with the whole letter; always succeeds."""
        _log.info(
            "Mail to %s: %s",
            envelope.address,
            envelope.title,
            extra={
                "message_id": envelope.message_id,
                "language": envelope.language,
                "text": envelope.text,
            },
        )
