"""What a calendar feed shows of a user task."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from service.application.records.kinds import Texts


@dataclass(frozen=True, slots=True)
class DatedTask:
    """An open user task with its dates: enough for an entry in a calendar, and no more."""

    id: str
    names: Texts
    clause: str
    matter: str  # the instance's business key
    excluded_users: tuple[str, ...]  # four eyes: persons who may not do it
    due_at: datetime | None  # the legal due instant
    follow_up_at: datetime | None  # the target one
    revision: int  # how often these were moved
    changed_at: datetime  # when it was opened, or last moved by a change of the calendar
