"""Disable an account: its person is signed out at once and cannot sign in again."""

from __future__ import annotations

from datetime import datetime

from service.application.actors import Actor
from service.application.application import Application
from service.application.commands import attempt
from service.errors import NotFound

GROUP = "ADMIN/administrator"


def disable_account(app: Application, actor: Actor, person_id: str, now: datetime) -> None:
    """Disable an account until an administrator sets a new password.

    Raises NotPermitted for anybody but an administrator, NotFound without an account.
    """
    with attempt(app, actor, "disable_account", person_id, now), app.store.write() as work:
        actor.require(GROUP, "Disabling an account")
        if work.accounts.get(person_id) is None:
            raise NotFound(f"{person_id} has no account.")
        work.accounts.change(person_id, disabled_at=now)
        work.web_sessions.revoke_all(person_id, now)
        work.journal.add(actor.entry("disable_account", person_id, now))
        work.commit()
