"""The only place where the time is read. Everything else is told it.

Kelisim's time has the resolution of one second: a cut-off is "23:59:59", a receipt names a
second, and nothing lies between 23:59:59 and midnight (see docs/adr/0003-time-in-seconds.md).
"""

from __future__ import annotations

from datetime import UTC, datetime


def now() -> datetime:
    """The present instant in UTC, cut to the whole second."""
    return datetime.now(UTC).replace(microsecond=0)
