"""The working calendar as an administrator keeps it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol


class CalendarOverrides(Protocol):
    """The administrator's corrections of the working calendar, as plain data."""

    def add(self, overrides: Sequence[Mapping[str, Any]]) -> None: ...
    def all(self) -> Sequence[Mapping[str, Any]]: ...
    def version(self) -> int:
        """A number that grows with every change; 0 while there are none."""
