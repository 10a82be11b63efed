"""The working calendar as an administrator keeps it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from service.application.records.kinds import Texts


@dataclass(frozen=True, slots=True)
class CalendarChange:
    """One batch of an administrator's: days, confirmed years, and the moves they caused."""

    id: int
    at: datetime
    person: str
    reason: str
    status: str  # replanning · done
    instances: int  # how many were to be planned again
    finished_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class CalendarYear:
    """What is known of the calendar of a year: estimated · announced · confirmed."""

    year: int
    status: str
    legal_act: str
    change_id: int


@dataclass(frozen=True, slots=True)
class CalendarMove:
    """A due date or timer that a change of the calendar moved."""

    id: int
    change_id: int
    instance_id: int
    kind: str  # task · timer
    element_id: str
    about: str  # the instance's business key
    names: Texts
    from_at: datetime
    to_at: datetime
