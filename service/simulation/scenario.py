"""A scenario file: everything people do in one planning year.

Whatever the rules do by themselves (returns, reminders, routing) is not in it. Unknown keys are
ignored (a scenario may carry expectations); wrong values are refused with their place.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

from service.errors import WrongInput

MAX_BYTES = 64_000_000


@dataclass(frozen=True, slots=True)
class Filing:
    """A concept as a body files it; `values` is the raw entry of the file."""

    id: str
    body: str
    submitted_at: datetime
    values: Mapping[str, Any]
    decided_at: datetime | None = None
    expedient: str = "yes"
    reasons: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Reply:
    """A no-proposals letter."""

    id: str
    body: str
    sent_at: datetime


@dataclass(frozen=True, slots=True)
class Act:
    """What somebody does at a user task of the cycle; `reworked_at` when it comes back."""

    at: datetime
    values: Mapping[str, Any]
    reworked_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Scenario:
    """One year. Instants are aware; lists may be empty."""

    cycle_year: int
    opens_at: datetime
    filings: tuple[Filing, ...]
    replies: tuple[Reply, ...]
    events: tuple[Mapping[str, Any], ...]
    acts: Mapping[str, Any]  # name → datetime, where given
    uncovered_reason: Mapping[str, str]
    commission: tuple[Act, ...]
    president: tuple[Act, ...]
    amendments: int  # how many there are; they are played once clause 16 is on a diagram
    settings: Mapping[str, Any] = field(default_factory=dict)

    def scaled(self, times: int) -> Scenario:
        """The same year with each concept filed `times` times, under fresh ids."""
        if times == 1:
            return self
        many = [
            replace(filing, id=f"{filing.id}-{copy:04d}" if copy else filing.id)
            for copy in range(times)
            for filing in self.filings
        ]
        return replace(self, filings=tuple(many))


def read_scenario(path: Path) -> Scenario:
    """The scenario in a JSON file. Raises WrongInput with file, place and value."""
    try:
        if path.stat().st_size > MAX_BYTES:
            raise WrongInput(f"{path} is larger than {MAX_BYTES} bytes; split the scenario")
        data = json.loads(path.read_text(encoding="utf-8"))
    except OSError as problem:
        raise WrongInput(f"{path} cannot be read ({problem.strerror}); name a file") from None
    except (UnicodeDecodeError, json.JSONDecodeError, RecursionError) as problem:
        raise WrongInput(f"{path} is no JSON ({problem}); correct it") from None
    if not isinstance(data, dict):
        raise WrongInput(f"{path} holds no object; write the scenario as one JSON object")
    return _Reader(path.name).scenario(data)


class _Reader:
    """Reads one file; every message begins with its name."""

    def __init__(self, file: str) -> None:
        self._file = file

    def scenario(self, data: Mapping[str, Any]) -> Scenario:
        acts = self._object(data.get("acts") or {}, "acts")
        instants = {
            name: self._instant(value, f"acts.{name}")
            for name, value in acts.items()
            if name.endswith("_at") and value is not None
        }
        return Scenario(
            cycle_year=self._year(data.get("cycle_year")),
            opens_at=self._instant(data.get("opens_at"), "opens_at"),
            filings=self._unique(self._each(data, "concepts", self._filing), "concepts"),
            replies=tuple(
                reply for reply in self._each(data, "letters", self._reply) if reply is not None
            ),
            events=self._each(data, "events_register", self._event),
            acts=instants,
            uncovered_reason=self._object(acts.get("uncovered_reason") or {}, "uncovered_reason"),
            commission=self._each(acts, "commission", self._act),
            president=self._each(acts, "president", self._act),
            amendments=len(self._list(data, "amendments")),
            settings=self._object(data.get("settings") or {}, "settings"),
        )

    def _filing(self, entry: Mapping[str, Any], place: str) -> Filing:
        examination = self._object(entry.get("examination") or {}, f"{place}.examination")
        decided = examination.get("decided_at")
        expedient = examination.get("expedient", "yes")
        if expedient not in ("yes", "no"):
            raise self._wrong(f"{place}.examination.expedient", expedient, "yes or no")
        return Filing(
            id=self._text(entry, "id", place),
            body=self._text(entry, "body", place),
            submitted_at=self._instant(entry.get("submitted_at"), f"{place}.submitted_at"),
            values=entry,
            decided_at=self._instant(decided, f"{place}.decided_at") if decided else None,
            expedient=expedient,
            reasons=self._object(examination.get("reasons") or {}, f"{place}.reasons"),
        )

    def _reply(self, entry: Mapping[str, Any], place: str) -> Reply | None:
        if entry.get("submitted_at") is None:
            return None  # never sent
        sent_at = self._instant(entry["submitted_at"], f"{place}.submitted_at")
        return Reply(self._text(entry, "id", place), self._text(entry, "body", place), sent_at)

    def _event(self, entry: Mapping[str, Any], place: str) -> Mapping[str, Any]:
        self._text(entry, "id", place)
        for key in ("date", "due"):
            if key == "date" or entry.get(key):
                self._date(entry.get(key), f"{place}.{key}")
        return entry

    def _act(self, entry: Mapping[str, Any], place: str) -> Act:
        reworked = entry.get("reworked_at")
        return Act(
            at=self._instant(entry.get("at"), f"{place}.at"),
            values={k: v for k, v in entry.items() if k not in ("at", "reworked_at")},
            reworked_at=self._instant(reworked, f"{place}.reworked_at") if reworked else None,
        )

    def _each(self, data: Mapping[str, Any], key: str, read: Any) -> tuple[Any, ...]:
        return tuple(
            read(self._object(entry, f"{key}[{index}]"), f"{key}[{index}]")
            for index, entry in enumerate(self._list(data, key))
        )

    def _list(self, data: Mapping[str, Any], key: str) -> list[Any]:
        value = data.get(key) or []
        if not isinstance(value, list):
            raise self._wrong(key, value, "a list")
        return value

    def _unique(self, filings: tuple[Filing, ...], place: str) -> tuple[Filing, ...]:
        seen: set[str] = set()
        for filing in filings:
            if filing.id in seen:
                raise self._wrong(f"{place}.id", filing.id, "an id that no other concept has")
            seen.add(filing.id)
        return filings

    def _object(self, value: Any, place: str) -> dict[str, Any]:
        if not isinstance(value, dict):
            raise self._wrong(place, value, "an object")
        return value

    def _text(self, entry: Mapping[str, Any], key: str, place: str) -> str:
        value = entry.get(key)
        if not isinstance(value, str) or not 0 < len(value) <= 60:
            raise self._wrong(f"{place}.{key}", value, "a text of 1 to 60 characters")
        return value

    def _year(self, value: Any) -> int:
        if not isinstance(value, int) or isinstance(value, bool) or not 2014 <= value <= 2095:
            raise self._wrong("cycle_year", value, "a year from 2014 to 2095")
        return value

    def _date(self, value: Any, place: str) -> date:
        try:
            return date.fromisoformat(str(value))
        except ValueError:
            raise self._wrong(place, value, "a date such as 2026-11-10") from None

    def _instant(self, value: Any, place: str) -> datetime:
        try:
            instant = datetime.fromisoformat(str(value)).replace(microsecond=0)
        except ValueError:
            instant = datetime.min
        if instant.tzinfo is None:
            expected = "an instant with its offset such as 2026-11-10T09:00:00+05:00"
            raise self._wrong(place, value, expected)
        return instant

    def _wrong(self, place: str, value: Any, expected: str) -> WrongInput:
        shown = json.dumps(value, ensure_ascii=False, default=str)[:80]
        return WrongInput(f"{self._file}: {place} is {shown}; write {expected}")
