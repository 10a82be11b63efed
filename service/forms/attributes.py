"""From one component's JSON to what a Field holds. Each function raises Refusal."""

from __future__ import annotations

import re
from collections.abc import Mapping
from keyword import iskeyword
from typing import Any

from service.forms.conditions import Condition, UnsupportedCondition, read_condition
from service.forms.content import shown
from service.forms.patterns import UnsafePattern, read_pattern
from service.forms.schema import (
    CONTAINERS,
    DISPLAYS,
    INPUTS,
    LANGUAGES,
    REFUSED,
    VARIABLES,
    Choice,
    Rules,
)

MAX_CHOICES = 500
MAX_LENGTHS = {"textfield": 1_000, "textarea": 100_000}
PATTERN_LENGTH = 200  # of a field with a pattern and no maxLength of its own
# The engine's serializer, and words of the languages that conditions are written in.
_RESERVED = frozenset("typename true false null".split())
_KEY = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,99}")
_PRESETS = {
    "email": (
        r"^[^@\s]+@[^@\s]+$",
        {"kk": "пошта@мысал.kz", "ru": "почта@пример.kz", "en": "name@example.kz"},
    ),
    "phone": (
        r"^\+?[0-9 ()-]+$",
        {"kk": "+7 7172 720000", "ru": "+7 7172 720000", "en": "+7 7172 720000"},
    ),
}
_VALIDATE = frozenset(
    "required minLength maxLength min max pattern patternErrorMessage validationType".split()
)
_OWN = ("label", "description", "text")


class Refusal(Exception):
    """This part of a form cannot be used; the message says what and what to do instead."""


class Properties:
    """One component's attributes and custom properties (`own`: name → text)."""

    def __init__(self, raw: Mapping[str, Any]) -> None:
        self.raw = raw
        own = raw.get("properties") or {}
        if not isinstance(own, dict):
            raise Refusal('its "properties" are not an object; write name: text')
        for name, text in own.items():
            if not isinstance(text, str):
                raise Refusal(f'its property "{shown(name)}" is "{shown(text)}"; write it as text')
            if name in ("typename", "self") or name.startswith("__"):
                raise Refusal(f'its property "{shown(name)}" has a reserved name; rename it')
        self.own: Mapping[str, str] = own
        for name in ("valuesKey", "valuesExpression"):
            if raw.get(name):
                raise Refusal(f'"{name}" is not supported; list the options in "values"')
        if raw.get("isRepeating") and raw.get("type") == "group":
            raise Refusal("a repeating group is not supported; use a dynamic list")

    def texts(self, name: str, fallback: Any = None) -> dict[str, str]:
        """name.kk, name.ru, name.en; Kazakh from the attribute `name` itself where it is absent."""
        found = {
            each: self.own[f"{name}.{each}"] for each in LANGUAGES if self.own.get(f"{name}.{each}")
        }
        plain = self.text(name) if name in _OWN else ""
        plain = plain or (fallback if isinstance(fallback, str) else "")
        if plain:
            found = {"kk": plain, **found}
        for text in found.values():
            if text.startswith("=") or "{{" in text:
                raise Refusal(f'its {name} is an expression ("{text[:20]}"); write plain text')
        return found

    def text(self, name: str) -> str:
        """The attribute `name`, "" when absent."""
        value = self.raw.get(name)
        if value is None:
            return ""
        if not isinstance(value, str):
            raise Refusal(f'its "{name}" is "{shown(value)}"; write text')
        return value

    def flag(self, name: str) -> bool:
        """The attribute `name`, False when absent."""
        return self.bare_flag(self.raw, name)

    def bare_flag(self, source: Mapping[str, Any], name: str) -> bool:
        """`source[name]` as a boolean, False when absent."""
        value = source.get(name)
        if value is not None and not isinstance(value, bool):
            raise Refusal(f'its "{name}" is "{shown(value)}"; write true or false')
        return bool(value)

    def whole(self, source: Mapping[str, Any], name: str, low: int, high: int) -> int | None:
        """`source[name]` as a whole number from `low` to `high`, None when absent."""
        number = self.number(source, name)
        if number is None:
            return None
        if number != int(number) or not low <= number <= high:
            raise Refusal(f'its "{name}" is {number}; write a whole number from {low} to {high}')
        return int(number)

    def number(self, source: Mapping[str, Any], name: str) -> float | None:
        """`source[name]` as a number, None when absent."""
        value = source.get(name)
        if value is None or value == "":
            return None
        try:
            if isinstance(value, (bool, list, dict)) or not abs(float(value)) <= 1e15:
                raise ValueError(value)
            return float(value)
        except (ValueError, OverflowError):
            raise Refusal(f'its "{name}" is "{shown(value)}"; write a number') from None

    def validate(self) -> Mapping[str, Any]:
        """The object `validate`, with known names only."""
        validate = self.raw.get("validate") or {}
        if not isinstance(validate, dict):
            raise Refusal('its "validate" is not an object; save it again from the form editor')
        unknown = sorted(set(validate) - _VALIDATE)
        if unknown:
            raise Refusal(
                f'"validate.{shown(unknown[0])}" is not known; use {", ".join(sorted(_VALIDATE))}'
            )
        if validate.get("validationType") not in (None, "", "custom", "email", "phone"):
            raise Refusal('"validate.validationType" must be custom, email or phone')
        return validate

    def layout(self, name: str) -> str:
        """The text `name` of the layout, "" when absent."""
        layout = self.raw.get("layout")
        value = layout.get(name) if isinstance(layout, dict) else None
        return value if isinstance(value, str) else ""

    def columns(self) -> int | None:
        """The width, 1 to 16 columns, None when the row shares it out."""
        layout = self.raw.get("layout")
        value = layout.get("columns") if isinstance(layout, dict) else None
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= 16:
            raise Refusal(f"its layout has '{shown(value)}' columns; write 1 to 16")
        return value


def type_of(kind: Any) -> str:
    """The component's type, one of those that a form may use."""
    if not isinstance(kind, str):
        raise Refusal('it has no "type"; choose one in the form editor')
    if kind in REFUSED:
        raise Refusal(f'the type "{kind}" is not allowed; {REFUSED[kind]}')
    if kind not in INPUTS | DISPLAYS | CONTAINERS:
        known = ", ".join(sorted(INPUTS | DISPLAYS | CONTAINERS))
        raise Refusal(f'the type "{shown(kind)}" is not known; use one of {known}')
    return kind


def key_of(raw: Mapping[str, Any], kind: str) -> str:
    """Under which name the value is stored; "" for what holds none."""
    if kind not in INPUTS:
        if raw.get("path"):
            raise Refusal('a group\'s "path" is not supported; leave it empty')
        return ""
    key = raw.get("path") if kind == "dynamiclist" else raw.get("key")
    if not isinstance(key, str) or not _KEY.fullmatch(key):
        raise Refusal(f'its key is "{shown(key)}"; write Latin letters, digits, _, a letter first')
    if key in _RESERVED or iskeyword(key):
        raise Refusal(f'the key "{key}" is reserved; rename it')
    return key


def subtype_of(raw: Mapping[str, Any]) -> str:
    """date, time or datetime."""
    subtype = raw.get("subtype", "date")
    if subtype not in ("date", "time", "datetime"):
        raise Refusal(f"its subtype is '{shown(subtype)}'; use date, time or datetime")
    return str(subtype)


def condition_of(source: str, where: str) -> Condition:
    """The condition `source`; `where` names the attribute it stands in."""
    try:
        return read_condition(source)
    except UnsupportedCondition as error:
        raise Refusal(f'"{where}" cannot be used: {error}') from None


def choices_of(raw: Mapping[str, Any], properties: Properties) -> tuple[Choice, ...]:
    """The options, with their labels in three languages."""
    values = raw.get("values")
    if not isinstance(values, list) or not 1 <= len(values) <= MAX_CHOICES:
        raise Refusal(f'its options must stand in "values", 1 to {MAX_CHOICES} of them; list them')
    choices = []
    for each in values:
        value = each.get("value") if isinstance(each, dict) else None
        if not isinstance(value, str) or not value or not isinstance(each.get("label"), str):
            raise Refusal("an option has no value or label; give it both, as text")
        labels = {"kk": each["label"], **properties.texts(f"option.{value}")}
        choices.append(Choice(value, labels))
    if len({choice.value for choice in choices}) != len(choices):
        raise Refusal("two options have the same value; change one")
    return tuple(choices)


def default_of(raw: Mapping[str, Any], choices: tuple[Choice, ...]) -> Any:
    """What the field shows at first; an option's value where there are options."""
    default = raw.get("defaultValue")
    given = default if isinstance(default, list) else [default]
    offered = [choice.value for choice in choices]
    if choices and default is not None and any(each not in offered for each in given):
        raise Refusal(f'its default "{shown(default)}" is not among the options; change either')
    return default


def becomes_variable_of(kind: str, properties: Properties) -> bool:
    """Whether the diagram may ask about the value."""
    wish = properties.own.get("variable", "true" if kind in VARIABLES else "false")
    if wish not in ("true", "false"):
        raise Refusal(f'its property "variable" is "{shown(wish)}"; write true or false')
    if wish == "true" and kind not in VARIABLES | {"textfield"}:
        raise Refusal(f"a {kind} cannot become a variable; remove its property variable")
    return wish == "true"


def rules_of(raw: Mapping[str, Any], kind: str, properties: Properties) -> Rules:
    """What `validate` and the custom properties demand."""
    validate = properties.validate()
    own = properties.own
    length = properties.whole(validate, "maxLength", 1, MAX_LENGTHS["textarea"])
    source, expected = validate.get("pattern") or "", properties.texts("pattern")
    if validate.get("validationType") in _PRESETS:
        source, preset = _PRESETS[validate["validationType"]]
        expected = expected or preset
    if length is None and kind in MAX_LENGTHS:
        length = PATTERN_LENGTH if source else MAX_LENGTHS[kind]
    dated = kind == "datetime" and subtype_of(raw) == "date"
    if (own.get("not_before") or own.get("not_after")) and not dated:
        raise Refusal('"not_before" and "not_after" belong on date fields; remove them here')
    passed = "today" if raw.get("disallowPassedDates") is True else ""
    return Rules(
        required=properties.bare_flag(validate, "required"),
        required_if=condition_of(own["required_if"], "required_if")
        if own.get("required_if")
        else None,
        min_length=properties.whole(validate, "minLength", 0, length or MAX_LENGTHS["textarea"]),
        max_length=length,
        minimum=properties.number(validate, "min"),
        maximum=properties.number(validate, "max"),
        decimals=properties.whole(raw, "decimalDigits", 0, 10),
        pattern=_pattern(source, length or PATTERN_LENGTH) if source else None,
        pattern_texts=expected,
        not_before=own.get("not_before", "") or (passed if dated else ""),
        not_after=own.get("not_after", ""),
        pair=own.get("pair", ""),
        pair_differs=own.get("pair_differs") == "true",
        language=_language(own.get("language", "")),
    )


def _pattern(source: Any, max_length: int) -> re.Pattern[str]:
    if not isinstance(source, str):
        raise Refusal('"validate.pattern" must be text; write a regular expression')
    try:
        return read_pattern(source, max_length)
    except UnsafePattern as error:
        raise Refusal(f'its pattern "{shown(source)}" cannot be used: {error}') from None


def _language(language: str) -> str:
    if language not in ("", "kk", "ru"):
        raise Refusal(f'its property "language" is "{shown(language)}"; write kk or ru')
    return language
