"""What a form is, as values: a tree of fields in the order of the page."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from service.forms.conditions import Condition

LANGUAGES = ("kk", "ru", "en")

INPUTS = frozenset(
    "textfield textarea number datetime select radio checkbox checklist taglist filepicker "
    "dynamiclist".split()
)
DISPLAYS = frozenset("text table spacer separator button".split())
CONTAINERS = frozenset(("group", "dynamiclist"))
CHOOSERS = frozenset(("select", "radio", "checklist", "taglist"))
# Short facts that a diagram may ask about; texts, lists and files stay in the submission record.
VARIABLES = frozenset("number datetime select radio checkbox checklist taglist".split())

REFUSED: Mapping[str, str] = {
    "html": "write the content as a text component (Markdown)",
    "image": "leave it out; pictures belong to the page's design, not to a form",
    "iframe": "leave it out; a form shows no foreign pages",
    "documentPreview": "use a filepicker; the page links the files itself",
    "expression": "let an effect of the diagram calculate it, and show it as a read-only field",
}


@dataclass(frozen=True, slots=True)
class Choice:
    """One option of a select, radio, checklist or taglist."""

    value: str
    labels: Mapping[str, str]

    def label(self, language: str) -> str:
        """In `language` (kk, ru, en), else Kazakh, else the value itself."""
        return self.labels.get(language) or self.labels.get("kk") or self.value


@dataclass(frozen=True, slots=True)
class Rules:
    """What a value has to satisfy. Lengths count characters (NFC); `None` means no bound."""

    required: bool = False
    required_if: Condition | None = None
    min_length: int | None = None
    max_length: int | None = None
    minimum: float | None = None
    maximum: float | None = None
    decimals: int | None = None  # allowed digits after the point; None = any
    pattern: re.Pattern[str] | None = None
    pattern_texts: Mapping[str, str] = field(default_factory=dict)  # what is expected, in words
    not_before: str = ""  # "today", an ISO date, or the key of another date field
    not_after: str = ""
    pair: str = ""  # key of the same text in the other language
    pair_differs: bool = False  # the two halves may not be the same text
    language: str = ""  # kk or ru: the text must be written in Cyrillic


@dataclass(frozen=True, slots=True)
class Field:
    """One component. `key` is "" for what only shows; `fields` are a group's or list's members."""

    id: str
    type: str
    key: str = ""
    subtype: str = ""  # datetime: date · time · datetime
    labels: Mapping[str, str] = field(default_factory=dict)
    descriptions: Mapping[str, str] = field(default_factory=dict)
    texts: Mapping[str, str] = field(default_factory=dict)  # a text component's Markdown
    rules: Rules = field(default_factory=Rules)
    hide: tuple[Condition, ...] = ()  # hidden when one of them holds; a group's come first
    choices: tuple[Choice, ...] = ()
    allowed: frozenset[str] = frozenset()  # the choices' values
    readonly: bool = False  # shown, never taken from a post
    multiple: bool = False
    accept: str = ""
    default: Any = None
    row: str = ""  # components of the same row stand beside each other
    columns: int | None = None  # of 16
    properties: Mapping[str, str] = field(default_factory=dict)
    fields: tuple[Field, ...] = ()
    inputs: tuple[Field, ...] = ()  # a list's fields with a key, groups flattened
    becomes_variable: bool = False

    def label(self, language: str) -> str:
        """In `language` (kk, ru, en), else Kazakh, else the key."""
        return self.labels.get(language) or self.labels.get("kk") or self.key or self.id

    def description(self, language: str) -> str:
        """In `language`, else Kazakh, else empty."""
        return self.descriptions.get(language) or self.descriptions.get("kk") or ""

    def text(self, language: str) -> str:
        """The Markdown of a text component, in `language`, else Kazakh, else empty."""
        return self.texts.get(language) or self.texts.get("kk") or ""


@dataclass(frozen=True, eq=False)  # compared by identity: one Form per digest, kept by the caller
class Form:
    """A form that may be used. `inputs` are its fields with a key, groups flattened."""

    id: str
    schema_version: int
    fields: tuple[Field, ...]
    inputs: tuple[Field, ...]
    by_key: Mapping[str, Field]

    def walk(self) -> Iterator[Field]:
        """Every component, in the order of the page, members after their container."""
        waiting = list(reversed(self.fields))
        while waiting:
            here = waiting.pop()
            yield here
            waiting.extend(reversed(here.fields))
