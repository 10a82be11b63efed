"""How messages quote what was sent."""

from __future__ import annotations

import reprlib

MOST_QUOTED = 200  # characters: enough to recognise it, whatever its size
MOST_NAMED = 40  # characters of a value that names the place of a mistake

_short = reprlib.Repr()
_short.maxlevel = 2
_short.maxstring = _short.maxother = 80


def quoted(value: object) -> str:
    """The value as in Python, with `...` in the place of what is too much; 200 characters at most.

    Lone surrogates and control characters come out escaped.
    """
    return _short.repr(value)[:MOST_QUOTED]


def named(value: object) -> str:
    """The beginning of the value without quotes, where it can be shown so; else as `quoted`."""
    text = str(value)[:MOST_NAMED]
    return text if text.isprintable() else quoted(text)
