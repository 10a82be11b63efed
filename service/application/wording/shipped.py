"""The texts that come with Kelisim: `service/reference/messages/LANGUAGE/SUBJECT.txt`."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

from service import settings
from service.application.ports import Work
from service.domain.notices.wording import GENERAL, LANGUAGES, Wording, read_wording


@cache
def shipped_texts() -> Mapping[tuple[str, str], Wording]:
    """All shipped texts by (subject, language). Read once: they belong to the program."""
    folder = settings.reference_dir() / "messages"
    return MappingProxyType(
        {
            (file.stem, language): read_wording(file.read_text(encoding="utf-8"))
            for language in LANGUAGES
            for file in sorted((folder / language).glob("*.txt"))
        }
    )


def shipped_text(subject: str, language: str) -> Wording:
    """The shipped text of a subject; the general one for a subject that has none."""
    texts = shipped_texts()
    return texts.get((subject, language)) or texts[GENERAL, language]


def text_in_force(work: Work, subject: str, language: str) -> Wording:
    """What a process owner wrote for a subject last, else the shipped text.

    A subject that nobody wrote a text for has the general one, which may be edited as well.
    """
    own = work.templates.newest(subject, language)
    if own is not None and own.title:
        return Wording(own.title, own.body)
    if (subject, language) in shipped_texts() or subject == GENERAL:
        return shipped_text(subject, language)
    return text_in_force(work, GENERAL, language)
