"""What one step may compute, how large a value is, and which texts can be saved at all."""

from __future__ import annotations

import re
from typing import Any

from service.errors import LimitExceeded

MAX_WORK = 250_000  # parts evaluated and values looked at in one step: well below a second
_HALF = re.compile(r"[\ud800-\udfff]")  # a surrogate without its other half


class Work:
    """What one step may still compute: every expression of the step draws on it."""

    __slots__ = ("left",)

    def __init__(self) -> None:
        self.left = MAX_WORK

    def spend(self, amount: int) -> None:
        """Take `amount` off. Raises LimitExceeded when nothing is left."""
        self.left -= amount
        if self.left < 0:
            raise LimitExceeded(
                f"The expressions of one step do more than {MAX_WORK} pieces of work; "
                "keep lists short and let somebody wait in between"
            )


def size_of(value: Any, enough: int = MAX_WORK) -> int:
    """How much there is in a value, lists in lists included; counting stops beyond `enough`.

    64 characters count as much as one number: they are compared about as quickly.
    """
    size, waiting = 0, [value]
    while waiting and size <= enough:
        item = waiting.pop()
        size += 1
        if isinstance(item, str):
            size += len(item) >> 6
        elif isinstance(item, list | tuple):
            waiting += item
        elif isinstance(item, dict):
            waiting.extend(item)
            waiting.extend(item.values())
    return size


def can_be_saved(text: str) -> bool:
    """False for half characters, which UTF-8 lacks, and for NUL, which PostgreSQL refuses."""
    if text.isascii():
        return "\0" not in text
    return "\0" not in text and _HALF.search(text) is None
