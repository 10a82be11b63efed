"""Bodies, people, and how people get in."""

from __future__ import annotations

from collections.abc import Sequence
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
