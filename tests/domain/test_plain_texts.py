"""Texts about the calendar are one line that reads as it is written."""

from __future__ import annotations

import pytest

from service.domain.calendars import plain_text
from service.errors import WrongInput


@pytest.mark.parametrize(
    "text",
    [
        "No \u202e4102 61",
        "\u2067No 1\u2069",
        "two\u2028lines",
        "two\u2029lines",
        "two\nlines",
        "\x00",
    ],
    ids=ascii,
)
def test_what_breaks_or_turns_the_line_is_refused(text: str) -> None:
    with pytest.raises(WrongInput, match="control characters"):
        plain_text(f"Act {text} end", "The legal act")


@pytest.mark.parametrize(
    "text", ["№ 1-ө бұйрық", "Қазан — 24\u00a0ж.", "a\u200db", "«»"], ids=ascii
)
def test_what_people_write_is_kept(text: str) -> None:
    assert plain_text(f" {text} ", "The legal act") == text
