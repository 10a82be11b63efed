"""Local accounts, and the browsers that are signed in with them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, delete, func, select, update

from service.application.records import Account, WebSession
from service.persistence import tables as t
from service.persistence.link import Link
from service.persistence.shapes import Shape
from service.persistence.types import Instant

_ACCOUNT = Shape(Account, t.account)
_SESSION = Shape(WebSession, t.web_session)
_HOW_MANY = select(func.count()).select_from(t.account)

_s = t.web_session.c
_PERSON_OF = (
    select(_s.person_id)
    .join_from(t.web_session, t.account, _s.person_id == t.account.c.person_id)
    .where(
        _s.token_sha256 == bindparam("token"),
        _s.expires_at > bindparam("now", type_=Instant),
        _s.revoked_at.is_(None),
        t.account.c.disabled_at.is_(None),
    )
)
_ALIVE = update(t.web_session).where(_s.revoked_at.is_(None))
_REVOKED = {"revoked_at": bindparam("at", type_=Instant)}
_REVOKE = _ALIVE.where(_s.token_sha256 == bindparam("token")).values(_REVOKED)
_REVOKE_ALL = _ALIVE.where(_s.person_id == bindparam("person")).values(_REVOKED)
_FORGET = delete(t.web_session).where(_s.expires_at < bindparam("before", type_=Instant))


class SqlAccounts:
    """`ports.Accounts` in SQL."""

    def __init__(self, link: Link) -> None:
        self._link = link

    def add(self, account: Account) -> None:
        """Store one."""
        _ACCOUNT.add_all(self._link, [account])

    def count(self) -> int:
        """How many there are, disabled ones included."""
        return int(self._link.value(_HOW_MANY) or 0)

    def get(self, person_id: str) -> Account | None:
        """The account of that person, or None; disabled ones too."""
        return _ACCOUNT.one(self._link.row(_ACCOUNT.by_key, {"key": person_id}))

    def change(self, person_id: str, **columns: Any) -> None:
        """Update some columns. Raises NotFound, or ValueError on an unknown column."""
        _ACCOUNT.change(self._link, person_id, columns)


class SqlWebSessions:
    """`ports.WebSessions` in SQL."""

    def __init__(self, link: Link) -> None:
        self._link = link

    def add(self, session: WebSession) -> None:
        """Store one."""
        _SESSION.add_all(self._link, [session])

    def person_of(self, token_sha256: str, now: datetime) -> str:
        """Who is signed in with that token at `now`; "" for nobody."""
        found = self._link.value(_PERSON_OF, {"token": token_sha256, "now": now})
        return str(found or "")

    def revoke(self, token_sha256: str, at: datetime) -> None:
        """End one; nothing happens when it ended already."""
        self._link.run(_REVOKE, {"token": token_sha256, "at": at})

    def revoke_all(self, person_id: str, at: datetime) -> None:
        """End all of a person."""
        self._link.run(_REVOKE_ALL, {"person": person_id, "at": at})

    def forget(self, ended_before: datetime) -> None:
        """Delete those that expired before that instant."""
        self._link.run(_FORGET, {"before": ended_before})
