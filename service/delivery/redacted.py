"""What the other side said, fit to be stored and shown: short, printable, without secrets."""

from __future__ import annotations

from collections.abc import Iterable

MOST = 300  # characters


def redacted(text: object, secrets: Iterable[str]) -> str:
    """The text (bytes are read as UTF-8) on one line, with `***` for each secret."""
    plain = text.decode("utf-8", "replace") if isinstance(text, bytes) else str(text)
    for secret in secrets:
        if secret:
            plain = plain.replace(secret, "***")
    printable = "".join(letter if letter.isprintable() else " " for letter in plain)
    return " ".join(printable.split())[:MOST]
