"""The journal's seal: each entry carries a hash over the entry before it.

Whoever changes, removes or inserts an entry breaks the chain at that place. Entries are hashed in
a canonical form, so that the hash does not depend on the database that kept them.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from typing import Any, NamedTuple

from service.errors import WrongInput

GENESIS = "0" * 64  # the previous hash of the first entry


class Link(NamedTuple):
    """A sealed entry as it was read back."""

    sequence: int
    entry: Mapping[str, Any]
    previous_hash: str
    hash: str


def plain(value: Any) -> Any:
    """The value as JSON knows it: instants as ISO text in UTC, dates as ISO text, lists, objects.

    Applying it twice changes nothing: store an entry's details in this form and they hash the
    same when they are read back. Raises WrongInput for anything else: an instant without a zone,
    a number that is not finite, a key that is no text, another type.
    """
    if isinstance(value, Mapping) and all(isinstance(key, str) for key in value):
        return {str(key): plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [plain(each) for each in value]
    return _plain_scalar(value)


def _plain_scalar(value: Any) -> Any:
    if isinstance(value, str):
        return str(value)  # an enumeration's value, too
    if isinstance(value, datetime):
        if value.tzinfo is not None:
            return value.astimezone(UTC).isoformat(timespec="microseconds")
    elif isinstance(value, date):
        return value.isoformat()
    elif value is None or isinstance(value, int):
        return value
    if isinstance(value, float) and math.isfinite(value):
        return value
    raise WrongInput(
        f"The journal cannot keep {value!r} ({type(value).__name__}); "
        "give texts, finite numbers, dates, instants with a zone, lists and objects."
    )


def canonical_bytes(entry: Mapping[str, Any]) -> bytes:
    """The entry as JSON in UTF-8 with sorted keys and no spaces. Raises WrongInput as `plain`."""
    text = json.dumps(plain(entry), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return text.encode("utf-8", "surrogatepass")


def chain_hash(previous_hash: str, entry: Mapping[str, Any]) -> str:
    """SHA-256 over the previous hash (hex) and the canonical entry, as 64 hex digits."""
    return hashlib.sha256(
        previous_hash.encode("ascii") + b"\n" + canonical_bytes(entry)
    ).hexdigest()


def first_broken(
    rows: Iterable[Link], *, after_hash: str = GENESIS, after_sequence: int = 0
) -> int | None:
    """The index of the first row that does not follow from the one before; None when all do.

    Rows come in order of sequence. To check in portions, hand over hash and sequence of the last
    row checked. A sequence number that is missing breaks the chain as well.
    """
    for index, row in enumerate(rows):
        if row.sequence != after_sequence + 1 or row.previous_hash != after_hash:
            return index
        try:
            expected = chain_hash(row.previous_hash, row.entry)
        except (WrongInput, UnicodeEncodeError):
            return index
        if row.hash != expected:
            return index
        after_hash, after_sequence = row.hash, row.sequence
    return None
