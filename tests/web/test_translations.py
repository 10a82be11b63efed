"""Every text of the pages is there in Kazakh and Russian, and the compiled catalogues are new."""

from __future__ import annotations

import re
from collections import defaultdict
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po

from tests.web.words import SHARED, WEB, folder_of, texts
from tools.translations import catalogues, compiled

LANGUAGES = ("kk", "ru")
FORMS = {"kk": 2, "ru": 3}
_PLACEHOLDER = re.compile(r"%\(\w+\)[sd]")


def short(file: Path) -> str:
    return file.relative_to(WEB).as_posix()


def read(file: Path) -> Catalog:
    with file.open("rb") as opened:
        return read_po(opened, locale=file.parents[1].name, abort_invalid=True)


def messages(file: Path) -> list[Message]:
    return [message for message in read(file) if message.id]


def ids(message: Message) -> tuple[str, ...]:
    return (message.id,) if isinstance(message.id, str) else tuple(message.id)


def strings(message: Message) -> tuple[str, ...]:
    return (message.string,) if isinstance(message.string, str) else tuple(message.string or ())


def test_the_search_finds_texts() -> None:
    areas = {area for area, _, _ in texts()}
    assert areas >= {SHARED, "access", "tasks"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_is_translated(language: str) -> None:
    known = {}
    for area in {area for area, _, _ in texts()}:
        file = folder_of(area) / language / "LC_MESSAGES" / "messages.po"
        known[area] = {ids(m) for m in messages(file)} if file.is_file() else set()
    missing = [
        f"{where}: {text[0]!r} is not in the catalogue of {area}"
        for area, where, text in texts()
        if text not in known[area] | known[SHARED]
    ]
    assert missing == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_catalogue_holds_what_nobody_shows(language: str) -> None:
    used = {text for _, _, text in texts()}
    idle = [
        f"{short(file)}: {ids(message)[0]!r}"
        for file in catalogues()
        if file.parents[1].name == language
        for message in messages(file)
        if ids(message) not in used
    ]
    assert idle == []


@pytest.mark.parametrize("file", catalogues(), ids=short)
def test_a_catalogue_is_complete_and_keeps_placeholders(file: Path) -> None:
    language, wrong = file.parents[1].name, []
    for message in messages(file):
        wanted = set(_PLACEHOLDER.findall(ids(message)[-1]))
        count = FORMS[language] if len(ids(message)) > 1 else 1
        translated = strings(message)
        if len(translated) != count or not all(translated) or message.fuzzy:
            wrong.append(f"{ids(message)[0]!r} is not translated {count} times")
        elif any(set(_PLACEHOLDER.findall(each)) != wanted for each in translated):
            wrong.append(f"{ids(message)[0]!r} has other placeholders than {sorted(wanted)}")
    assert wrong == []


@pytest.mark.parametrize("file", catalogues(), ids=short)
def test_the_compiled_catalogue_is_that_of_its_source(file: Path) -> None:
    binary = file.with_suffix(".mo")
    assert binary.is_file(), f"{short(binary)} is missing; run `make translations`"
    assert binary.read_bytes() == compiled(file), f"{short(binary)} is old; `make translations`"


@pytest.mark.parametrize("language", LANGUAGES)
def test_one_text_has_one_translation(language: str) -> None:
    """All catalogues become one: of two translations, one would win by chance."""
    said: dict[tuple[str, ...], set[tuple[str, ...]]] = defaultdict(set)
    for file in catalogues():
        if file.parents[1].name == language:
            for message in messages(file):
                said[ids(message)].add(strings(message))
    assert {text: both for text, both in said.items() if len(both) > 1} == {}


def test_kazakh_is_not_russian() -> None:
    """Each Kazakh sentence differs from the Russian one: a line copied by mistake shows here."""
    same = []
    for file in catalogues():
        if file.parents[1].name == "kk":
            russian = {
                ids(m): strings(m)
                for m in messages(file.parents[2] / "ru" / "LC_MESSAGES" / file.name)
            }
            for message in messages(file):
                words = strings(message)[0]
                if russian.get(ids(message), ("",))[0] == words and " " in words.strip():
                    same.append(words)
    assert same == []
