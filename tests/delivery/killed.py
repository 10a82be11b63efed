"""A process that sends letters and stops dead at a point, to be killed there.

`python -m tests.delivery.killed DATABASE_URL SMTP_URL INSTANT POINT`: says `here` on standard
output when it has come to the point (before · after, of the sending), and waits for ever.
"""

from __future__ import annotations

import sys
import threading
from datetime import datetime

from service import bootstrap
from service.application.commands.delivering.send_deliveries import send_deliveries
from service.application.ports import Channels, Envelope
from service.application.ports.channels import MAIL
from service.delivery import SmtpChannel
from tests.delivery.post import PAGES, SENDER


class Stopping:
    """The mail channel, with a full stop before or after the letter was sent."""

    def __init__(self, url: str, point: str) -> None:
        self._channel, self._point = SmtpChannel(url, SENDER), point

    def send(self, envelope: Envelope) -> None:
        if self._point == "after":
            self._channel.send(envelope)
        sys.stdout.write("here\n")
        sys.stdout.flush()
        threading.Event().wait()


if __name__ == "__main__":
    database, smtp, now, point = sys.argv[1:]
    with bootstrap.open_database(database, migrate=False) as store:
        channels = Channels({MAIL: Stopping(smtp, point)}, PAGES)
        send_deliveries(bootstrap.application(store), channels, datetime.fromisoformat(now))
