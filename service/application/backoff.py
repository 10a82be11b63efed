"""How long after a failure the next try comes."""

from __future__ import annotations

from datetime import datetime, timedelta

PAUSES = (
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=6),
    timedelta(days=1),
)


def next_try(failures: int, now: datetime) -> datetime:
    """When to try again after the n-th failure in a row (from 1): PAUSES, the last one for ever."""
    return now + PAUSES[min(max(failures, 1), len(PAUSES)) - 1]
