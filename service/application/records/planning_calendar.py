"""The working calendar as an administrator keeps it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from service.application.records.kinds import Texts
from service.application.records.running import Instance, Timer, UserTask


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
    """A due date or timer that a change of the calendar moved, or an instance where that failed.

    `task` is a user task's legal due instant, `target` the one to aim at, `timer` the next firing
    of a timer, `start` when a process starts by itself (`instance_id` is 0, `about` the process).
    `failed`: the instance could not be planned again, its dates are the old ones and it has an
    incident; `from_at` and `to_at` are when that was.
    """

    id: int
    change_id: int
    instance_id: int
    kind: str  # task · target · timer · start · failed
    element_id: str
    about: str  # the instance's business key
    names: Texts
    from_at: datetime
    to_at: datetime


@dataclass(frozen=True, slots=True)
class OpenWork:
    """A running instance with the user tasks and timers that wait in it."""

    instance: Instance
    tasks: tuple[UserTask, ...]
    timers: tuple[Timer, ...]
