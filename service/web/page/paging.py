"""Long lists in pages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from flask import request

T = TypeVar("T")

PER_PAGE = 50
LAST_PAGE = 1_000_000


@dataclass(frozen=True, slots=True)
class Paged(Generic[T]):
    """One page of a list. `number` counts from 1; `total` is the length of the whole list."""

    items: Sequence[T]
    number: int
    total: int
    per_page: int = PER_PAGE

    @property
    def pages(self) -> int:
        """How many pages there are, at least 1."""
        return max(1, -(-self.total // self.per_page))

    @property
    def first(self) -> int:
        """The place in the list of the first item shown, from 1; 0 when none is."""
        return (self.number - 1) * self.per_page + 1 if self.items else 0

    @property
    def last(self) -> int:
        """The place in the list of the last item shown."""
        return self.first + len(self.items) - 1 if self.items else 0

    @property
    def previous(self) -> int | None:
        """The number of the page before, or None."""
        return min(self.number - 1, self.pages) if self.number > 1 else None

    @property
    def next(self) -> int | None:
        """The number of the page after, or None."""
        return self.number + 1 if self.number < self.pages else None


def asked_page() -> int:
    """The page that the address asks for (`?page=3`); 1 for anything that is no such number."""
    asked = request.args.get("page", default=1, type=int)
    return min(max(asked or 1, 1), LAST_PAGE)
