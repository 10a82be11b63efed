"""Create a local account, for somebody of the directory or for somebody new."""

from __future__ import annotations

from datetime import datetime

from service.application import records as r
from service.application.actors import Actor
from service.application.application import Application
from service.application.commands import attempt
from service.application.ports import Passwords
from service.domain.passwords import checked_password
from service.errors import Refused

GROUP = "ADMIN/administrator"


def create_account(  # noqa: PLR0917 - an account has no fewer parts
    app: Application,
    passwords: Passwords,
    actor: Actor,
    person: r.Person,
    password: str,
    now: datetime,
) -> None:
    """Let a person sign in with his or her id and this password.

    Somebody new enters the directory; somebody known gains the groups that are missing and keeps
    the rest as it is. Raises NotPermitted for anybody but an administrator, Refused when the person
    has an account already, WrongInput for an id or a password that cannot be used.
    """
    with attempt(app, actor, "create_account", person.id, now):
        actor.require(GROUP, "Creating an account")
        Actor(person.id, frozenset(person.groups))  # refuses what is no id
        hashed = passwords.hash(checked_password(password, person.id))
        with app.store.write() as work:
            if work.accounts.get(person.id) is not None:
                raise Refused(
                    f"{person.id} has an account already; give it a new password instead.",
                    code="account_exists",
                )
            if work.people.get(person.id) is None:
                work.people.add([person])
            else:
                work.people.join(person.id, person.groups)
            work.accounts.add(r.Account(person.id, hashed, now))
            details = {"groups": sorted(person.groups)}
            work.journal.add(actor.entry("create_account", person.id, now, details=details))
            work.commit()
