"""An end to every attempt: whoever answers letter by letter must not hold up everybody's mail."""

from __future__ import annotations

import threading

from service.application.ports.channels import Channel, Envelope, NotDelivered

LONGEST = 120.0  # seconds; all exchanges of a slow mail server together, far below a lease
MOST_HANGING = 4  # attempts that may be left behind before no further one is begun


class BoundedChannel:
    """`Channel` that waits for another at most `within` seconds in all.

    Sockets know a timeout for each exchange only, which begins anew with every byte. An attempt
    that is left behind ends with its connection, in a thread of its own; what it may still hand
    over is a repeat under the same id.
    """

    def __init__(self, channel: Channel, *, within: float = LONGEST) -> None:
        self._channel = channel
        self._within = within
        self._left: list[threading.Thread] = []

    def send(self, envelope: Envelope) -> None:
        """As the other channel does. Raises NotDelivered, also when the time is over."""
        self._left = [each for each in self._left if each.is_alive()]
        if len(self._left) >= MOST_HANGING:
            raise NotDelivered(
                f"{MOST_HANGING} earlier attempts still hang at the other side; look at what it "
                "does with connections",
                channel_down=True,
            )
        failures: list[Exception] = []
        thread = threading.Thread(
            target=self._attempt, args=(envelope, failures), name="delivering", daemon=True
        )
        thread.start()
        thread.join(self._within)
        if thread.is_alive():
            self._left.append(thread)
            raise NotDelivered(
                f"The other side did not come to an end within {self._within:g} s",
                channel_down=True,
            )
        if failures:
            raise failures[0]

    def _attempt(self, envelope: Envelope, failures: list[Exception]) -> None:
        try:
            self._channel.send(envelope)
        except Exception as failure:  # noqa: BLE001 - raised again by whoever waits
            failures.append(failure)
