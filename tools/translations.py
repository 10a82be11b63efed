#!/usr/bin/env python3
"""Compile the catalogues of the pages: each messages.po becomes the messages.mo beside it.

Nothing is extracted: msgids are the English texts in the code and the templates, and whoever
writes one writes its translations. `tests/web/test_translations.py` finds what is missing.
"""

from __future__ import annotations

import io
from datetime import UTC, datetime
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

NO_DATE = datetime(1970, 1, 1, tzinfo=UTC)  # the same catalogue makes the same file on any day
WEB = Path(__file__).resolve().parents[1] / "service" / "web"


def catalogues() -> list[Path]:
    """All messages.po files."""
    return sorted(WEB.glob("**/LC_MESSAGES/messages.po"))


def compiled(catalogue: Path) -> bytes:
    """The content of the .mo file that belongs to a .po file."""
    with catalogue.open("rb") as opened:
        messages = read_po(opened, locale=catalogue.parents[1].name)
    messages.creation_date = NO_DATE
    binary = io.BytesIO()
    write_mo(binary, messages)
    return binary.getvalue()


if __name__ == "__main__":
    for file in catalogues():
        file.with_suffix(".mo").write_bytes(compiled(file))
