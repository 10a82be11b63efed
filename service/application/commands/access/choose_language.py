"""Choose the language of one's own pages and letters."""

from __future__ import annotations

from datetime import datetime

from service.application.actors import Actor
from service.application.application import Application
from service.application.commands import attempt
from service.domain.texts import LANGUAGES
from service.errors import WrongInput


def choose_language(app: Application, actor: Actor, language: str, now: datetime) -> None:
    """Set the actor's language to kk, ru or en. Raises WrongInput for another."""
    with attempt(app, actor, "choose_language", actor.person, now), app.store.write() as work:
        if language not in LANGUAGES:
            raise WrongInput(
                f"The language is {language[:20]!r}; choose one of {', '.join(LANGUAGES)}."
            )
        work.people.change(actor.person, language=language)
        details = {"language": language}
        work.journal.add(actor.entry("choose_language", actor.person, now, details=details))
        work.commit()
