"""Give an account a new password; whoever was signed in with the old one is signed out."""

from __future__ import annotations

from datetime import datetime

from service.application.actors import Actor
from service.application.application import Application
from service.application.commands import attempt
from service.application.ports import Passwords
from service.domain.passwords import checked_password
from service.errors import NotFound, NotPermitted

GROUP = "ADMIN/administrator"


def set_password(  # noqa: PLR0917 - whose, by whom, which, when
    app: Application,
    passwords: Passwords,
    actor: Actor,
    person_id: str,
    password: str,
    now: datetime,
    *,
    present: str = "",
) -> None:
    """Set the password of `person_id` and end all of the person's sessions.

    One's own needs the `present` one; an administrator may set another's, which also enables a
    disabled account. Raises NotPermitted, NotFound without an account, WrongInput for a password
    that cannot be used.
    """
    with attempt(app, actor, "set_password", person_id, now):
        own = actor.person == person_id
        if not own:
            actor.require(GROUP, "Setting another's password")
        with app.store.read() as work:
            account = work.accounts.get(person_id)
        if account is None:
            raise NotFound(f"{person_id} has no account; create one.")
        if own and not passwords.matches(account.password_hash, present):
            raise NotPermitted("The present password is wrong; give it again.")
        hashed = passwords.hash(checked_password(password, person_id))
        enabled = account.disabled_at if own else None
        with app.store.write() as work:
            work.accounts.change(
                person_id, password_hash=hashed, changed_at=now, disabled_at=enabled
            )
            work.web_sessions.revoke_all(person_id, now)
            work.journal.add(actor.entry("set_password", person_id, now))
            work.commit()
