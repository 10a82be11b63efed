"""Bodies, people, and how people get in."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, Protocol

from service.application import records as r


class Bodies(Protocol):
    """The directory of central state bodies."""

    def add(self, bodies: Sequence[r.Body]) -> None: ...
    def get(self, code: str) -> r.Body | None: ...
    def all(self) -> Sequence[r.Body]: ...
    def lock_all(self) -> Sequence[r.Body]:
        """All, with row locks where the database has them: who changes one looks at the others."""

    def change(self, code: str, **columns: Any) -> None: ...


class People(Protocol):
    """Persons and their memberships BODY/role."""

    def add(self, people: Sequence[r.Person]) -> None: ...
    def get(self, person_id: str) -> r.Person | None: ...
    def in_group(self, group: str) -> Sequence[r.Person]: ...
    def change(self, person_id: str, **columns: Any) -> None:
        """Update some columns; groups are not among them. Raises NotFound."""

    def join(self, person_id: str, groups: Iterable[str]) -> None:
        """Add memberships that the person does not have yet."""


class Passwords(Protocol):
    """How passwords are kept. Slow on purpose: call it outside of transactions."""

    def hash(self, password: str) -> str: ...
    def matches(self, kept: str, password: str) -> bool:
        """Whether the password is that of the hash; `kept` "" takes as long and is never it."""

    def is_outdated(self, kept: str) -> bool: ...


class Accounts(Protocol):
    """Local accounts."""

    def add(self, account: r.Account) -> None: ...
    def count(self) -> int: ...
    def get(self, person_id: str) -> r.Account | None: ...
    def change(self, person_id: str, **columns: Any) -> None: ...


class WebSessions(Protocol):
    """Browsers that are signed in."""

    def add(self, session: r.WebSession) -> None: ...
    def person_of(self, token_sha256: str, now: datetime) -> str:
        """Who is signed in with it at `now`: "" when it ended or the account is disabled."""

    def revoke(self, token_sha256: str, at: datetime) -> None: ...
    def revoke_all(self, person_id: str, at: datetime) -> None: ...
    def forget(self, ended_before: datetime) -> None:
        """Delete those that ended before that instant."""


class TaskLists(Protocol):
    """Open tasks as people see them in their lists."""

    def count(self, groups: Iterable[str]) -> int: ...
    def page(self, groups: Iterable[str], *, limit: int, offset: int) -> Sequence[r.ListedTask]:
        """The most urgent first, by the legal due instant."""

    def one(self, task_id: str) -> r.ListedTask | None:
        """Open or closed."""


class CalendarFeeds(Protocol):
    """Secret addresses at which calendar programs read deadlines, and what they show."""

    def add(self, feed: r.CalendarFeed) -> r.CalendarFeed: ...
    def get(self, feed_id: int) -> r.CalendarFeed:
        """Live or revoked. Raises NotFound."""

    def by_token(self, token_sha256: str) -> r.CalendarFeed | None:
        """The live feed whose token has this hash, unless its person's account is disabled."""

    def of_person(self, person_id: str) -> Sequence[r.CalendarFeed]:
        """The live feeds of a person, the oldest first."""

    def lock_of_person(self, person_id: str) -> Sequence[r.CalendarFeed]:
        """The same, and nobody else adds one for this person before the work ends."""

    def revoke(self, feed_id: int, at: datetime) -> None: ...
    def note_read(self, feed_id: int, at: datetime, *, before: datetime) -> bool:
        """Note a reading unless one was noted at `before` or later; whether it was noted."""

    def dated_tasks(self, groups: Iterable[str], most: int) -> Sequence[r.DatedTask]:
        """The open tasks of these groups that have a date, the most urgent first."""

    def calendar_changed_at(self) -> datetime | None:
        """When the working calendar was last changed; None while it never was."""
