"""Reads a scenario file. Wrong values are refused with their place; unknown keys are ignored.

A scenario may carry notes and expectations of its own, so only what is played is looked at. A
missing list is an empty one, and null is the same as missing.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, TypeVar

from service.domain.cycle_settings import CycleSettings
from service.errors import WrongInput
from service.simulation.scenario import Act, Filing, Reply, Scenario

MAX_BYTES = 64_000_000
MAX_ENTRIES = 100_000  # of one list
FIRST_YEAR, LAST_YEAR = 2014, 2095
YEARS_BEFORE, YEARS_AFTER = 1, 3  # the acts of a cycle lie that near to its year
NEAR = 10  # years: dates of visits and of the President's agreement
LONGEST_SHOWN = 80

_Entry = TypeVar("_Entry")
_CONCEPT_TEXTS = ("title", "justification", "notes")
_CONCEPT_WORDS = (
    *("treaty_kind", "treaty_form", "domestic_procedures_kind", "domestic_procedures_due"),
    *("related_event", "marking"),
)
_CONCEPT_NUMBERS = (
    *("proposed_year", "proposed_quarter"),
    *("proposed_until_year", "proposed_until_quarter"),
)
_ACT_WORDS = ("outcome", "plans_covered", "remarks_kind")
_ACT_DATES = ("agreed_on", "received_on", "rework_due")
_EVENT_TYPES = ("agreement_reached", "scheduled_event")


def read_scenario(path: Path) -> Scenario:
    """The scenario in a JSON file (UTF-8). Raises WrongInput with file, place and value."""
    try:
        with path.open("rb") as file:  # a pipe will do as well; nothing is read without end
            content = file.read(MAX_BYTES + 1)
    except OSError as problem:
        raise WrongInput(f"{path} cannot be read ({problem.strerror}); name a file") from None
    if len(content) > MAX_BYTES:
        raise WrongInput(f"{path} is larger than {MAX_BYTES} bytes; split the scenario")
    try:
        data = json.loads(content.decode("utf-8-sig"), parse_constant=_refuse_constant)
    except RecursionError:
        raise WrongInput(f"{path} is nested too deep; correct it") from None
    except ValueError as problem:  # bad UTF-8, bad JSON, a number of thousands of digits
        raise WrongInput(f"{path} is no JSON ({problem}); correct it") from None
    if not isinstance(data, dict):
        raise WrongInput(f"{path} holds no object; write the scenario as one JSON object")
    return scenario_of(data, path.name)


def scenario_of(data: Mapping[str, Any], name: str) -> Scenario:
    """The scenario in parsed JSON; `name` begins the messages. Raises WrongInput as above."""
    return _Reader(name).scenario(data)


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is no number of JSON")


class _Reader:
    """Reads one file; every message begins with its name."""

    def __init__(self, file: str) -> None:
        self._file = file
        self._year = FIRST_YEAR

    def scenario(self, data: Mapping[str, Any]) -> Scenario:
        self._year = self._cycle_year(data.get("cycle_year"))
        acts = self._object(data, "acts", "acts")
        return Scenario(
            cycle_year=self._year,
            opens_at=self._instant(data.get("opens_at"), "opens_at"),
            filings=self._unique(self._each(data, "concepts", "concepts", self._filing)),
            replies=tuple(
                reply
                for reply in self._each(data, "letters", "letters", self._reply)
                if reply is not None
            ),
            events=self._each(data, "events_register", "events_register", self._event),
            acts={
                name: self._instant(value, f"acts.{name}")
                for name, value in acts.items()
                if name.endswith("_at") and value is not None
            },
            uncovered_reason=self._texts(acts, "uncovered_reason", "acts"),
            commission=self._each(acts, "commission", "acts.commission", self._act),
            president=self._each(acts, "president", "acts.president", self._act),
            amendments=len(self._list(data, "amendments", "amendments")),
            settings=self._settings(self._object(data, "settings", "settings")),
        )

    # --- parts -----------------------------------------------------------------------------

    def _filing(self, entry: Mapping[str, Any], place: str) -> Filing:
        for key in _CONCEPT_TEXTS:
            self._texts(entry, key, place)
        for key in _CONCEPT_WORDS:
            self._word(entry, key, place)
        for key in _CONCEPT_NUMBERS:
            self._number(entry, key, place)
        where = f"{place}.languages_submitted"
        for number, language in enumerate(self._list(entry, "languages_submitted", where)):
            if not isinstance(language, str):
                raise self._wrong(f"{where}[{number}]", language, "a language such as kk")
        self._each(entry, "counterparts", f"{place}.counterparts", self._counterpart)
        examination = self._object(entry, "examination", f"{place}.examination")
        decided, expedient = examination.get("decided_at"), examination.get("expedient")
        if expedient not in (None, "yes", "no"):
            raise self._wrong(f"{place}.examination.expedient", expedient, "yes or no")
        return Filing(
            id=self._name(entry, "id", place),
            body=self._name(entry, "body", place),
            submitted_at=self._instant(entry.get("submitted_at"), f"{place}.submitted_at"),
            values=entry,
            decided_at=(
                None
                if decided is None
                else self._instant(decided, f"{place}.examination.decided_at")
            ),
            expedient=expedient or "yes",
            reasons=self._texts(examination, "reasons", f"{place}.examination"),
        )

    def _counterpart(self, entry: Mapping[str, Any], place: str) -> None:
        self._word(entry, "code", place)
        self._texts(entry, "name", place)

    def _reply(self, entry: Mapping[str, Any], place: str) -> Reply | None:
        if entry.get("submitted_at") is None:
            return None  # never sent
        sent_at = self._instant(entry["submitted_at"], f"{place}.submitted_at")
        return Reply(self._name(entry, "id", place), self._name(entry, "body", place), sent_at)

    def _event(self, entry: Mapping[str, Any], place: str) -> Mapping[str, Any]:
        self._name(entry, "id", place)
        for key in ("level", "responsible_body"):
            self._word(entry, key, place)
        self._texts(entry, "title", place)
        self._date(entry.get("date"), f"{place}.date")
        if entry.get("due") is not None:
            self._date(entry["due"], f"{place}.due")
        if not isinstance(entry.get("restricted"), bool | None):
            raise self._wrong(f"{place}.restricted", entry["restricted"], "true or false")
        if entry.get("type") not in (None, *_EVENT_TYPES):
            raise self._wrong(f"{place}.type", entry["type"], " or ".join(_EVENT_TYPES))
        return entry

    def _act(self, entry: Mapping[str, Any], place: str) -> Act:
        for key in _ACT_WORDS:
            self._word(entry, key, place)
        for key in _ACT_DATES:
            if entry.get(key) is not None:
                self._date(entry[key], f"{place}.{key}")
        self._texts(entry, "remarks", place)
        where = f"{place}.item_decisions"
        self._each(entry, "item_decisions", where, lambda row, _: row)
        reworked = entry.get("reworked_at")
        return Act(
            at=self._instant(entry.get("at"), f"{place}.at"),
            values={k: v for k, v in entry.items() if k not in ("at", "reworked_at")},
            reworked_at=(
                None if reworked is None else self._instant(reworked, f"{place}.reworked_at")
            ),
        )

    def _settings(self, data: Mapping[str, Any]) -> CycleSettings:
        try:
            return CycleSettings.from_data(data)
        except WrongInput as problem:
            raise WrongInput(f"{self._file}: settings: {problem.message}") from None

    def _unique(self, filings: tuple[Filing, ...]) -> tuple[Filing, ...]:
        seen: set[str] = set()
        for number, filing in enumerate(filings):
            if filing.id in seen:
                place = f"concepts[{number}].id"
                raise self._wrong(place, filing.id, "an id that no other concept has")
            seen.add(filing.id)
        return filings

    # --- values ----------------------------------------------------------------------------

    def _each(
        self,
        data: Mapping[str, Any],
        key: str,
        place: str,
        read: Callable[[Mapping[str, Any], str], _Entry],
    ) -> tuple[_Entry, ...]:
        found = []
        for number, entry in enumerate(self._list(data, key, place)):
            if not isinstance(entry, dict):
                raise self._wrong(f"{place}[{number}]", entry, "an object")
            found.append(read(entry, f"{place}[{number}]"))
        return tuple(found)

    def _list(self, data: Mapping[str, Any], key: str, place: str) -> list[Any]:
        value = data.get(key)
        if value is None:
            return []
        if not isinstance(value, list):
            raise self._wrong(place, value, "a list")
        if len(value) > MAX_ENTRIES:
            raise self._wrong(place, value, f"at most {MAX_ENTRIES} entries")
        return value

    def _object(self, data: Mapping[str, Any], key: str, place: str) -> dict[str, Any]:
        value = data.get(key)
        if value is None:
            return {}
        if not isinstance(value, dict):
            raise self._wrong(place, value, "an object")
        return value

    def _texts(self, data: Mapping[str, Any], key: str, place: str) -> dict[str, str]:
        texts = self._object(data, key, f"{place}.{key}")
        for language in texts:
            self._word(texts, language, f"{place}.{key}")
        return {language: text for language, text in texts.items() if text is not None}

    def _word(self, entry: Mapping[str, Any], key: str, place: str) -> None:
        value = entry.get(key)
        if value is not None and not isinstance(value, str):
            raise self._wrong(f"{place}.{key}", value, "a text")
        if value is not None:
            self._storable(value, f"{place}.{key}")

    def _name(self, entry: Mapping[str, Any], key: str, place: str) -> str:
        value = entry.get(key)
        if not isinstance(value, str) or not 0 < len(value) <= 60 or not value.strip():
            raise self._wrong(f"{place}.{key}", value, "a text of 1 to 60 characters")
        self._storable(value, f"{place}.{key}")
        return value

    def _storable(self, text: str, place: str) -> None:
        """No half of a character pair, which no encoding knows, and no NUL."""
        if "\0" in text or any("\ud800" <= character <= "\udfff" for character in text):
            raise self._wrong(place, text, "whole characters only")

    def _number(self, entry: Mapping[str, Any], key: str, place: str) -> None:
        value = entry.get(key)
        if isinstance(value, str):
            self._storable(value, f"{place}.{key}")
        elif value is not None and (type(value) is not int or abs(value) > 1_000_000):
            raise self._wrong(f"{place}.{key}", value, "a whole number")

    def _cycle_year(self, value: Any) -> int:
        if type(value) is not int or not FIRST_YEAR <= value <= LAST_YEAR:
            expected = f"a year from {FIRST_YEAR} to {LAST_YEAR}"
            raise self._wrong("cycle_year", value, expected)
        return value

    def _date(self, value: Any, place: str) -> date:
        found = None
        if isinstance(value, str) and len(value) == len("2026-11-10"):
            try:
                found = date.fromisoformat(value)
            except ValueError:
                found = None
        if found is None or abs(found.year - self._year) > NEAR:
            raise self._wrong(place, value, f"a date such as {self._year}-11-10")
        return found

    def _instant(self, value: Any, place: str) -> datetime:
        try:
            instant = datetime.fromisoformat(value if isinstance(value, str) else "")
            utc = None if instant.tzinfo is None else instant.astimezone(UTC)
        except (ValueError, OverflowError):
            utc = None
        if utc is None:
            example = f"{self._year}-11-10T09:00:00+05:00"
            raise self._wrong(place, value, f"an instant with its offset such as {example}")
        first, last = self._year - YEARS_BEFORE, self._year + YEARS_AFTER
        if not first <= utc.year <= last:
            expected = f"an instant from {first} to {last}, near the cycle's year"
            raise self._wrong(place, value, expected)
        return utc.replace(microsecond=0)

    def _wrong(self, place: str, value: Any, expected: str) -> WrongInput:
        return WrongInput(f"{self._file}: {place} is {_shown(value)}; write {expected}")


def _shown(value: Any) -> str:
    if value is None:
        return "missing or null"
    if isinstance(value, list | dict):
        return f"{'a list' if isinstance(value, list) else 'an object'} of {len(value)} entries"
    if isinstance(value, float) and not math.isfinite(value):
        return "no finite number"
    text = json.dumps(value)  # ASCII: half characters are shown by their codes
    if isinstance(value, str) and value.isprintable():
        text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= LONGEST_SHOWN else text[:LONGEST_SHOWN] + "…"
