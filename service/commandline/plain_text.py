"""Texts of others, made harmless for a terminal."""

from __future__ import annotations

import re

# What moves the cursor, changes colours, turns the direction of writing round or has no encoding:
# C0 and C1 controls, DEL, line separators, bidirectional controls, halves of characters.
_CONTROLS = re.compile(
    "[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]"
)
_LINES = re.compile(_CONTROLS.pattern.replace("\x00-\x1f", "\x00-\x09\x0b-\x1f"))


def visible(text: str, *, lines: bool = False) -> str:
    r"""The text with its control characters spelled out, as in `\x1b`; `lines` keeps line ends."""
    return (_LINES if lines else _CONTROLS).sub(_spelled, text)


def visible_json(text: str) -> str:
    """JSON with the control characters inside its texts escaped; it says the same."""
    return _LINES.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def _spelled(found: re.Match[str]) -> str:
    code = ord(found[0])
    return f"\\x{code:02x}" if code < 256 else f"\\u{code:04x}"
