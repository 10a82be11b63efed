"""The working calendar as an administrator keeps it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any, Protocol

from service.application import records as r


class CalendarOverrides(Protocol):
    """The administrator's corrections of the working calendar, as plain data."""

    def add(self, overrides: Sequence[Mapping[str, Any]], change_id: int | None = None) -> None: ...
    def all(self) -> Sequence[Mapping[str, Any]]:
        """All, also those that later ones replaced, in the order they were given."""

    def of_change(self, change_id: int) -> Sequence[Mapping[str, Any]]: ...
    def brought_by(self) -> Mapping[str, int]:
        """Date as ISO text → the change that brought its last override."""

    def version(self) -> int:
        """A number that grows with every change; 0 while there are none."""

    def hold(self) -> None:
        """Until this transaction ends, nobody changes the calendar; many may hold it at once."""

    def lock(self) -> None:
        """Until this transaction ends, nobody else holds or changes the calendar."""


class CalendarChanges(Protocol):
    """Changes of the calendar, with the years they confirmed and what they moved."""

    def add(self, change: r.CalendarChange) -> r.CalendarChange: ...
    def get(self, change_id: int) -> r.CalendarChange:
        """Raises NotFound."""

    def newest(self, limit: int, before: int | None = None) -> Sequence[r.CalendarChange]:
        """The newest first; with `before`, those with a smaller id."""

    def unfinished(self) -> Sequence[r.CalendarChange]:
        """Those that still wait for instances to be planned again, the oldest first."""

    def claim_unfinished(self) -> Sequence[r.CalendarChange]:
        """Those of them for which nothing waits any more, locked, skipping what others hold."""

    def change(self, change_id: int, **columns: Any) -> None: ...
    def years(self) -> Sequence[r.CalendarYear]: ...
    def put_year(self, year: r.CalendarYear) -> None:
        """Store what is known of a year, in the place of what was."""

    def add_moves(self, moves: Sequence[r.CalendarMove]) -> None: ...
    def moves(
        self, change_id: int, after: int, limit: int, groups: Collection[str] | None = None
    ) -> Sequence[r.CalendarMove]:
        """With an id greater than `after`, in order of id.

        With `groups`, of instances that have or had a task of one of them.
        """

    def count_moves(
        self, change_id: int, groups: Collection[str] | None = None
    ) -> Mapping[str, int]:
        """How many of each kind; `groups` as in `moves`."""


class Replanning(Protocol):
    """Instances that wait to be planned again after a change of the calendar."""

    def add_running(self, change_id: int) -> int:
        """Every running instance waits for this change from now on; how many they are."""

    def claim(self) -> int | None:
        """An instance that waits, with its lock, skipping those others hold; the oldest first."""

    def clear(self, instance_id: int) -> Sequence[int]:
        """It waits no more; the ids of the changes it waited for, in order."""

    def waiting(self, change_id: int) -> int:
        """How many wait for this change."""

    def open_work(self, after: int, limit: int) -> Sequence[r.OpenWork]:
        """Running instances with an id greater than `after`, in order, with what waits in them."""

    def open_work_of(self, instance: r.Instance) -> r.OpenWork:
        """What waits in one."""
