"""What may arrive at all, before any form is asked: plain JSON of a sane size. And its hash."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from typing import Any

MAX_BYTES = 1_000_000
MAX_DEPTH = 6
MAX_NODES = 20_000
# Controls, lone surrogates, non-characters, and the marks that make text read in another order
# than it is stored: a signed text must say what it shows.
_FORBIDDEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\u202a-\u202e\u2066-\u2069\ufffe\uffff]"
)


class Hostile(Exception):
    """This content is refused as a whole. `key` is the top-level field, `code` a message's code."""

    def __init__(self, key: str, code: str, **facts: object) -> None:
        super().__init__(code)
        self.key, self.code, self.facts = key, code, facts


def inspect(values: Any) -> None:
    """Raise Hostile unless `values` is a mapping of plain JSON within the limits.

    Refused: the key `typename` and keys beginning with "__" at any depth (the engine's
    serializer would act on them), more than 6 levels, 1 MB or 20,000 values, control characters.
    """
    if not isinstance(values, Mapping):
        raise Hostile("", "not_an_object")
    _Inspection().mapping("", values, 1)


class _Inspection:
    """Adds up sizes while it walks."""

    def __init__(self) -> None:
        self.size = 0
        self.nodes = 0

    def mapping(self, top: str, values: Mapping[Any, Any], depth: int) -> None:
        if depth > MAX_DEPTH:
            raise Hostile(top, "too_deep", limit=MAX_DEPTH)
        for key, value in values.items():
            if not isinstance(key, str):
                raise Hostile(top, "bad_key", value=shown(key))
            self.text(top, key)
            if key in ("typename", "self") or key.startswith("__"):
                raise Hostile(top or shown(key), "reserved_key", value=shown(key))
            self.value(top or key, value, depth)

    def value(self, top: str, value: Any, depth: int) -> None:
        self.nodes += 1
        if self.nodes > MAX_NODES:
            raise Hostile(top, "too_many", limit=MAX_NODES)
        if isinstance(value, str):
            self.text(top, value)
        elif isinstance(value, Mapping):
            self.mapping(top, value, depth + 1)
        elif isinstance(value, (list, tuple)):
            if depth + 1 > MAX_DEPTH:
                raise Hostile(top, "too_deep", limit=MAX_DEPTH)
            for member in value:
                self.value(top, member, depth + 1)
        elif isinstance(value, int):
            if value.bit_length() > 64:
                raise Hostile(top, "number_too_big", limit="2^64")
        elif value is not None and not isinstance(value, float):
            raise Hostile(top, "not_json", value=shown(type(value).__name__))

    def text(self, top: str, text: str) -> None:
        if not text.isascii() or not text.isprintable():
            found = _FORBIDDEN.search(text)
            if found:
                raise Hostile(shown(top), "control_character", value=f"U+{ord(found[0]):04X}")
        self.size += len(text) if text.isascii() else len(text.encode())
        if self.size > MAX_BYTES:
            raise Hostile(shown(top), "too_big", limit=MAX_BYTES)


def shown(value: object) -> str:
    """`value` for a message: at most 40 characters, nothing unprintable."""
    if isinstance(value, int) and not isinstance(value, bool) and value.bit_length() > 200:
        return "…"  # Python refuses to print very long integers
    text = str(value)[:41]
    text = "".join(each if each.isprintable() else "\N{REPLACEMENT CHARACTER}" for each in text)
    return text if len(text) <= 40 else text[:39] + "…"


def content_hash(values: Mapping[str, Any]) -> str:
    """SHA-256, hex, over canonical JSON (keys sorted, no spaces, UTF-8) of validated values."""
    canonical = json.dumps(
        values, sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False
    )
    return hashlib.sha256(canonical.encode()).hexdigest()
