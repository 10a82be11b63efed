"""An administrator's word on one day (form F14), and the file that such words come in."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from service.domain.calendars.known import known_day
from service.domain.calendars.quoting import named, quoted
from service.domain.texts import Texts
from service.errors import WrongInput

DAY_OFF = "day_off"
WORKING_DAY = "working_day"
AS_PUBLISHED = "as_published"  # an earlier override is withdrawn: the day is what the base says
EFFECTS = (DAY_OFF, WORKING_DAY, AS_PUBLISHED)
ESTIMATED, ANNOUNCED, CONFIRMED = STATUSES = ("estimated", "announced", "confirmed")
LONGEST_TEXT = 500  # characters of a name or a legal act
_TURNS = ("LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI")  # of Unicode UAX 9

_REQUIRED_KEYS = ("date", "effect", "name")
_OPTIONAL_KEYS = ("legal_act", "status", "linked_date", "note", "source")
# How remarks begin that stand for one of the three in files written before these were fixed.
_REMARKS = (
    (ESTIMATED, ESTIMATED),
    (ANNOUNCED, ANNOUNCED),
    (CONFIRMED, CONFIRMED),
    ("published", ANNOUNCED),
    ("press statement", ANNOUNCED),
)


@dataclass(frozen=True, slots=True)
class DayOverride:
    """An administrator's word on one day. It wins over the base calendar, and a later one over it.

    `status` says how sure it is. Each half of a transfer is an override of its own; `linked_on` is
    the day of the other half.
    """

    on: date
    effect: str  # day_off · working_day · as_published
    names: Texts = field(hash=False)  # may be empty for as_published only
    legal_act: str = ""  # number and date of the order; "" where only the press is known
    status: str = CONFIRMED  # estimated · announced · confirmed
    linked_on: date | None = None

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> DayOverride:
        """Read one entry of `overrides` in calendar_kz.json.

        Keys: date, effect, name {kk, ru, en?}; optional legal_act, status, linked_date; note and
        source are for readers and ignored. Raises WrongInput naming the key and the value.
        """
        if not isinstance(data, Mapping):
            raise WrongInput(
                f"A calendar override is {quoted(data)}; give an object with date, effect …"
            )
        _check_keys(data)
        effect = data["effect"]
        if effect not in EFFECTS:
            raise WrongInput(
                f"{_of(data['date'])}: effect is {quoted(effect)}; write {DAY_OFF!r} or "
                f"{WORKING_DAY!r}, or {AS_PUBLISHED!r} to withdraw an earlier one."
            )
        linked = data.get("linked_date")
        return cls(
            on=known_day(data["date"], "Calendar override: date"),
            effect=effect,
            names=_names_of(data.get("name"), data["date"], needed=effect != AS_PUBLISHED),
            legal_act=plain_text(data.get("legal_act"), f"{_of(data['date'])}: legal_act"),
            status=_status_of(data.get("status"), _of(data["date"])),
            linked_on=(
                None if linked is None else known_day(linked, "Calendar override: linked_date")
            ),
        )

    def to_data(self) -> dict[str, Any]:
        """The same as plain data, readable by `from_data`."""
        return {
            "date": self.on.isoformat(),
            "effect": self.effect,
            "name": dict(self.names),
            "legal_act": self.legal_act,
            "status": self.status,
            "linked_date": self.linked_on.isoformat() if self.linked_on else None,
        }


def read_overrides(document: object) -> tuple[DayOverride, ...]:
    """Overrides from parsed JSON: a list of entries, or an object with the key `overrides`.

    Raises WrongInput when the document or an entry has another shape.
    """
    entries = document.get("overrides") if isinstance(document, Mapping) else document
    if not isinstance(entries, Sequence) or isinstance(entries, str | bytes):
        raise WrongInput(
            "The calendar file holds no list of overrides; "
            'write {"overrides": [{"date": …, "effect": …, "name": {…}}]}.'
        )
    return tuple(DayOverride.from_data(entry) for entry in entries)


def transfer(
    day_off_on: date,
    working_on: date,
    names: Texts,
    *,
    legal_act: str = "",
    status: str = CONFIRMED,
) -> tuple[DayOverride, DayOverride]:
    """One act that moves a day off: both halves, the day off first."""
    return (
        DayOverride(day_off_on, DAY_OFF, names, legal_act, status, working_on),
        DayOverride(working_on, WORKING_DAY, names, legal_act, status, day_off_on),
    )


def in_force(overrides: Iterable[DayOverride]) -> dict[date, DayOverride]:
    """What counts of overrides in the order they were given, by day; none that is withdrawn."""
    found = {override.on: override for override in overrides}
    return {on: each for on, each in sorted(found.items()) if each.effect != AS_PUBLISHED}


def plain_text(value: object, what: str) -> str:
    """A short text on one line, without blanks around it; None is "".

    Raises WrongInput for anything else, for more than 500 characters, for line breaks and control
    characters (also those that turn the direction of writing: a number would read otherwise).
    """
    if value is None:
        return ""
    if not isinstance(value, str):
        raise WrongInput(f"{what} is {quoted(value)}; give a text.")
    text = value.strip()
    if len(text) > LONGEST_TEXT:
        raise WrongInput(f"{what} has {len(text)} characters; at most {LONGEST_TEXT}.")
    if any(_is_control(character) for character in text):
        raise WrongInput(f"{what} is {text[:40]!r}; leave out line breaks and control characters.")
    return text


def _is_control(character: str) -> bool:
    turns = unicodedata.bidirectional(character) in _TURNS
    return turns or unicodedata.category(character) in ("Cc", "Cs", "Zl", "Zp")


def _of(on: object) -> str:
    return f"Calendar override of {named(on)}"


def _check_keys(data: Mapping[str, Any]) -> None:
    required = _REQUIRED_KEYS[: 2 if data.get("effect") == AS_PUBLISHED else 3]
    missing = [key for key in required if key not in data]
    unknown = [key for key in data if key not in _REQUIRED_KEYS + _OPTIONAL_KEYS]
    if missing:
        raise WrongInput(
            f"A calendar override lacks {', '.join(missing)}; it says {quoted(dict(data))}."
        )
    if unknown:
        raise WrongInput(
            f"{_of(data['date'])}: unknown key {quoted(unknown[0])}; "
            f"allowed are {', '.join(_REQUIRED_KEYS + _OPTIONAL_KEYS)}."
        )


def _names_of(value: object, on: object, *, needed: bool) -> Texts:
    what = f"{_of(on)}: name"
    names = value if isinstance(value, Mapping) else {}
    given = {key: plain_text(names.get(key), f"{what}.{key}") for key in ("kk", "ru", "en")}
    given = {key: text for key, text in given.items() if text}
    if needed and not ("kk" in given and "ru" in given):
        raise WrongInput(f"{what} is {quoted(value)}; give a name in kk and in ru.")
    return given


def _status_of(value: object, what: str) -> str:
    if value is None:
        return CONFIRMED
    written = plain_text(value, f"{what}: status")
    for beginning, status in _REMARKS:
        if written.startswith(beginning):
            return status
    raise WrongInput(f"{what}: status is {quoted(written)}; write {', '.join(STATUSES)}.")
