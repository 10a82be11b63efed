"""Templates: a title and a body with ``${placeholders}`` of a closed list.

The texts are those of `string.Template`; values are plain text, never templates themselves.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from string import Template

from service.errors import WrongInput

LANGUAGES = ("kk", "ru", "en")
MOST_TITLE = 150  # characters
MOST_BODY = 4_000
MOST_VALUE = 300  # of what is put into a placeholder
MOST_PLACEHOLDERS = 40  # in one text: each may become 300 characters
SUBJECT = re.compile(r"[a-z][a-z0-9_]{0,59}")
GENERAL = "general"  # the text of a subject that nobody wrote one for
DIGEST_TEXT, MISSED_TEXT, STAND_IN_TEXT, FOOTER = "digest", "missed", "stand_in", "footer"

PLACEHOLDERS: Mapping[str, str] = {
    "about": "what it concerns: a concept's number, a body's name, a year",
    "body": "the central state body's name",
    "clause": "the clauses of the Rules, such as 4, 7",
    "due_date": "the deadline's date",
    "former_due_date": "the date before the deadline was moved",
    "ground": "why a concept is returned",
    "link": "the address of the task, or of the pages",
    "recipient": "whom it is meant for: the body's name and the role",
    "sent_date": "the date of the step that sends it",
    "submission_date": "the last day for proposals in that year",
    "task": "the user task's name",
    "time_left": "a clause such as: 3 working days left",
    "working_days_left": "such as: 3 working days",
    "year": "the planning year",
}
_OF_PARTS: Mapping[str, Mapping[str, str]] = {
    DIGEST_TEXT: {"count": "how many notices", "items": "the notices", "date": "today"},
    MISSED_TEXT: {"count": "how many earlier reminders"},
    STAND_IN_TEXT: {"recipient": PLACEHOLDERS["recipient"]},
    FOOTER: {"link": "the address of the pages"},
}
PARTS = tuple(_OF_PARTS)
_BLOCKS = ("items",)  # a digest's notices: as long as they are, so once is enough
# What word processors leave in pasted text and `isprintable` calls unprintable.
_TYPOGRAPHY = {0xA0: " ", 0x202F: " ", 0x2009: " ", 0xAD: None, 0x09: " "}


@dataclass(frozen=True, slots=True)
class Wording:
    """A title and a body, of a template or filled in."""

    title: str
    body: str


def placeholders_of(subject: str) -> Mapping[str, str]:
    """Placeholder → meaning, for a subject's texts. `digest`, `missed` … have their own."""
    return _OF_PARTS.get(subject, PLACEHOLDERS)


def check_wording(subject: str, title: str, body: str, language: str = "") -> Wording:
    """The wording as it is kept: plain line ends, no blanks around.

    Raises WrongInput, naming the `language`, for an empty or overlong text, a line break in the
    title, control characters, a `$` that begins no placeholder, a placeholder that the subject
    does not have, or more of them than a letter can bear.
    """
    if not SUBJECT.fullmatch(subject):
        raise WrongInput(f"{subject!r} is no subject; use small letters, digits and _, up to 60.")
    title = title.translate(_TYPOGRAPHY).strip()
    body = "\n".join(line.rstrip() for line in body.translate(_TYPOGRAPHY).strip().splitlines())
    parts = (("title", title, MOST_TITLE), ("body", body, MOST_BODY))
    for part, text, most in parts:
        name = f"{part} ({language})" if language else part
        if not text:
            raise WrongInput(f"The {name} is empty; write one.")
        if len(text) > most:
            raise WrongInput(
                f"The {name} has {len(text)} characters, at most {most} are possible; shorten it."
            )
        _check_characters(name, text)
        _check_placeholders(name, text, placeholders_of(subject))
    if "\n" in title:
        raise WrongInput(f"The title {language} has more than one line; write it on one.")
    return Wording(title, body)


def fill(
    wording: Wording, values: Mapping[str, str], blocks: Mapping[str, str] | None = None
) -> Wording:
    """The wording with its placeholders filled; what has no value becomes a dash.

    Values are put on one line of printable characters; `blocks` (the notices of a digest) keep
    their lines. The title is one line whatever the values are.
    """
    known = _Filled({name: _one_line(text) for name, text in values.items()} | dict(blocks or {}))
    title = Template(wording.title).safe_substitute(known)
    return Wording(_one_line(title)[:MOST_TITLE], Template(wording.body).safe_substitute(known))


def read_wording(text: str) -> Wording:
    """A shipped text: its first line is the title, the body follows after an empty line."""
    title, _, body = text.strip().partition("\n")
    return Wording(title.strip(), body.strip())


class _Filled(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return "—"


def _check_placeholders(name: str, text: str, allowed: Mapping[str, str]) -> None:
    template = Template(text)
    known = ", ".join(f"${{{each}}}" for each in allowed)
    if not template.is_valid():
        raise WrongInput(f"The {name} holds a $ that begins no placeholder; write $$ or {known}.")
    unknown = [each for each in template.get_identifiers() if each not in allowed]
    if unknown:
        raise WrongInput(f"The {name} holds ${{{unknown[0]}}}, which nobody fills; known: {known}.")
    found = [each["named"] or each["braced"] for each in template.pattern.finditer(text)]
    for block in _BLOCKS:
        if found.count(block) > 1:
            raise WrongInput(f"The {name} holds ${{{block}}} more than once; leave one of them.")
    if len(found) > MOST_PLACEHOLDERS:
        raise WrongInput(
            f"The {name} holds {len(found)} placeholders; {MOST_PLACEHOLDERS} are possible."
        )


def _check_characters(name: str, text: str) -> None:
    for letter in text:
        if not letter.isprintable() and letter != "\n":
            raise WrongInput(
                f"The {name} holds the character U+{ord(letter):04X}, which mail cannot carry; "
                "remove it."
            )


def _one_line(text: str) -> str:
    """The text on one line: everything that is not printable becomes a blank."""
    printable = "".join(letter if letter.isprintable() else " " for letter in text)
    return " ".join(printable.split())[:MOST_VALUE]
