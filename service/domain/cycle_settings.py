"""The switches of one planning year: where the Rules leave a choice, what was chosen.

Defaults are the decisions AMB-01 … AMB-13, AMB-21 and AMB-22 of rules.md. A cycle keeps its own
copy, so that changing a default never moves a running year. Switches of clauses 16 and 17 belong
to amendments and reports.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import date
from types import MappingProxyType
from typing import Any

from service.errors import WrongInput

ROLLOVERS = ("next", "previous", "none")
STEPS_WITH_ROLLOVER = ("submission", "conclusion", "commission", "president")

_CHOICES: Mapping[str, tuple[str, ...]] = {
    "count_from": ("next_day", "same_day"),
    "legislature_start": ("agreed_on", "received_on"),
    "defect_policy": ("block", "return_for_correction"),
    "route": ("direct", "government_office"),
    "numbering": ("continuous", "per_section"),
}
_FLAGS = ("conclusion_inclusive", "allow_range", "allow_ministry_items")
_DEFAULT_ROLLOVER = MappingProxyType(
    {"submission": "next", "conclusion": "none", "commission": "next", "president": "next"}
)
_TIME_OF_DAY = re.compile(r"([01]\d|2[0-3]):[0-5]\d")


@dataclass(frozen=True, slots=True)
class CycleSettings:
    """The settings of a cycle. Building one with a value that is not allowed raises WrongInput."""

    conclusion_inclusive: bool = False  # AMB-01: 25 October itself is too late
    rollover: Mapping[str, str] = field(
        default_factory=lambda: dict(_DEFAULT_ROLLOVER), hash=False
    )  # AMB-02, per step
    count_from: str = "next_day"  # AMB-03: next_day · same_day
    legislature_start: str = "agreed_on"  # AMB-04: agreed_on · received_on
    allow_range: bool = False  # AMB-07: a proposed time may span two years
    defect_policy: str = "block"  # AMB-10: block · return_for_correction
    allow_ministry_items: bool = False  # AMB-12: an item without a concept
    route: str = "direct"  # AMB-13: direct · government_office
    legislature: tuple[tuple[date, str], ...] = (  # AMB-22: from that day, this addressee
        (date.min, "PARLIAMENT"),
        (date(2026, 7, 1), "KURULTAI"),
    )
    numbering: str = "continuous"  # annexes: continuous · per_section
    reminder_time: str = "09:00"  # HH:MM, local

    def __post_init__(self) -> None:
        for key in _FLAGS:
            if not isinstance(getattr(self, key), bool):
                raise _wrong(key, getattr(self, key), "true or false")
        for key, allowed in _CHOICES.items():
            if getattr(self, key) not in allowed:
                raise _wrong(key, getattr(self, key), " or ".join(allowed))
        if _TIME_OF_DAY.fullmatch(str(self.reminder_time)) is None:
            raise _wrong("reminder_time", self.reminder_time, "a time such as 09:00")
        _check_rollover(self.rollover)
        _check_legislature(self.legislature)

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> CycleSettings:
        """Read settings from plain data; keys left out keep their default.

        `rollover` may name some steps only. `legislature` is a list of [from, code], from as ISO
        date. Raises WrongInput naming an unknown key or a bad value, and what is allowed.
        """
        if not isinstance(data, Mapping):
            raise WrongInput(f"The cycle's settings are {data!r}; give an object of settings.")
        known = [each.name for each in fields(cls)]
        for key in data:
            if key not in known:
                raise WrongInput(f"Unknown setting {key!r}; allowed are {', '.join(known)}.")
        values = dict(data)
        if "rollover" in values:
            values["rollover"] = _read_rollover(values["rollover"])
        if "legislature" in values:
            values["legislature"] = _read_legislature(values["legislature"])
        return cls(**values)

    def to_data(self) -> dict[str, Any]:
        """Every setting as plain data, readable by `from_data`."""
        data = {each.name: getattr(self, each.name) for each in fields(self)}
        data["rollover"] = dict(self.rollover)
        data["legislature"] = [[since.isoformat(), code] for since, code in self.legislature]
        return data


def _read_rollover(value: object) -> Mapping[str, str]:
    if not isinstance(value, Mapping):
        raise _wrong("rollover", value, f"an object of {', '.join(STEPS_WITH_ROLLOVER)}")
    return {**_DEFAULT_ROLLOVER, **value}


def _check_rollover(rollover: Mapping[str, str]) -> None:
    for step in STEPS_WITH_ROLLOVER:
        if step not in rollover:
            raise _wrong(f"rollover.{step}", None, " or ".join(ROLLOVERS))
    for step, way in rollover.items():
        if step not in STEPS_WITH_ROLLOVER:
            raise WrongInput(
                f"Unknown setting 'rollover.{step}'; allowed are {', '.join(STEPS_WITH_ROLLOVER)}."
            )
        if way not in ROLLOVERS:
            raise _wrong(f"rollover.{step}", way, " or ".join(ROLLOVERS))


def _read_legislature(value: object) -> tuple[tuple[date, str], ...]:
    try:
        return tuple((date.fromisoformat(since), str(code)) for since, code in value)  # type: ignore[attr-defined]
    except (TypeError, ValueError):
        raise _wrong(
            "legislature", value, 'a list such as [["0001-01-01", "PARLIAMENT"]]'
        ) from None


def _check_legislature(legislature: tuple[tuple[date, str], ...]) -> None:
    days = [since for since, _ in legislature]
    if not days or days != sorted(set(days)):
        raise _wrong("legislature", days, "at least one entry, each later than the one before")
    for _, code in legislature:
        if not code:
            raise _wrong("legislature", code, "the code of an addressee such as KURULTAI")


def _wrong(key: str, value: object, allowed: str) -> WrongInput:
    return WrongInput(f"Setting {key!r} is {value!r}; allowed is {allowed}.")
