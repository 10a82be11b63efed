"""How a person wants to be told: in which language, at which address, at once or gathered."""

from __future__ import annotations

import re
from datetime import datetime

from service.application.actors import Actor, storable
from service.application.application import Application
from service.application.commands import attempt
from service.domain.texts import LANGUAGES
from service.errors import FormInvalid, NotPermitted

NOTICES = ("immediate", "digest")
LONGEST_EMAIL = 254  # characters (RFC 5321: a path of 256 with its two brackets)
_LONGEST_LOCAL = 64  # characters before the @ (RFC 5321)
# Plain addresses only: no quoted names, no comments, nothing that could end a header.
_EMAIL = re.compile(
    r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
    r"@[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?)+"
)


def choose_notices(
    app: Application, actor: Actor, *, language: str, email: str, notices: str, now: datetime
) -> None:
    """Keep the actor's own choice: `language` kk, ru or en, `notices` immediate or digest.

    `email` may be "": then letters go to whoever stands in. What was changed is journalled with
    what it was before; nothing changed leaves no trace. Raises FormInvalid naming each field
    that cannot be used, NotPermitted for somebody whom the directory does not know.
    """
    chosen = {"language": language, "email": email.strip(), "notices": notices}
    with (
        attempt(app, actor, "choose_notices", actor.person, now),
        app.store.write() as work,
    ):
        person = work.people.get(actor.person)
        if person is None:
            raise NotPermitted(
                f"The directory has no person {actor.person!r}; ask the administrator to enter you."
            )
        if problems := _problems(chosen):
            raise FormInvalid(problems)
        changed = {key: value for key, value in chosen.items() if getattr(person, key) != value}
        if not changed:
            return
        work.people.change(actor.person, **changed)
        before = {key: getattr(person, key) for key in changed}
        details = {"changed": changed, "before": before}
        work.journal.add(actor.entry("choose_notices", actor.person, now, details=details))
        work.commit()


def _problems(chosen: dict[str, str]) -> list[tuple[str, str]]:
    found = []
    for key, allowed in (("language", LANGUAGES), ("notices", NOTICES)):
        if chosen[key] not in allowed:
            shown = storable(chosen[key])[:LONGEST_EMAIL]
            found.append((key, f"{shown!r} is none of {', '.join(allowed)}; choose one."))
    if chosen["email"] and not is_email(chosen["email"]):
        shown = storable(chosen["email"])[:LONGEST_EMAIL]
        found.append(
            ("email", f"{shown!r} is no e-mail address; write name@host in Latin letters.")
        )
    return found


def is_email(text: str) -> bool:
    """Whether a text is one plain address name@host in ASCII, as every mail server takes it."""
    local = text.partition("@")[0]
    fits = len(text) <= LONGEST_EMAIL and len(local) <= _LONGEST_LOCAL
    return fits and _EMAIL.fullmatch(text) is not None
