"""Log lines: one JSON object each, so that machines can read them, or plain text for a person.

Every other module says `_log = logging.getLogger(__name__)` and passes facts in `extra=`; they
become fields of the object. What matters for the law is in the journal, not here.
"""

from __future__ import annotations

import json
import logging
import sys
from datetime import UTC, datetime
from typing import TextIO

# What every record carries; whatever else is on it came in `extra=`.
_PLAIN = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}

# Libraries that tell of each job, task and table; those who use them tell what matters.
TALKATIVE = {"apscheduler": logging.ERROR, "alembic": logging.WARNING, "spiff": logging.WARNING}


class JsonLines(logging.Formatter):
    """`{"at", "level", "logger", "message", …extra, "trace"}`; `at` in UTC, to the millisecond."""

    def format(self, record: logging.LogRecord) -> str:
        """The record as one line of JSON; values JSON doesn't know are written as text."""
        at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        line: dict[str, object] = {
            "at": at,
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        line |= {key: value for key, value in vars(record).items() if key not in _PLAIN}
        if record.exc_info:
            line["trace"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False, default=str)


def configure(level: str = "info", *, form: str = "json", stream: TextIO | None = None) -> None:
    """Send all log lines from `level` upwards to `stream` (standard error), as `json` or `text`.

    Calling it again replaces what was set before.
    """
    lines = logging.StreamHandler(sys.stderr if stream is None else stream)
    text = logging.Formatter("%(levelname)s %(name)s: %(message)s")
    lines.setFormatter(JsonLines() if form == "json" else text)
    logging.basicConfig(level=level.upper(), handlers=[lines], force=True)
    for library, least in TALKATIVE.items():
        logging.getLogger(library).setLevel(least)
