"""A process owner goes back to the text that came with Kelisim."""

from __future__ import annotations

from datetime import datetime

from service.application import records as r
from service.application.actors import Actor
from service.application.application import Application
from service.application.commands import attempt
from service.application.commands.delivering import PROCESS_OWNER
from service.domain.notices.wording import LANGUAGES
from service.errors import WrongInput


def restore_template(
    app: Application, owner: Actor, subject: str, language: str, now: datetime
) -> bool:
    """Put the shipped text into force again, as a further version; False when it is already.

    Raises NotPermitted for anybody but a process owner, WrongInput for an unknown language.
    """
    with attempt(app, owner, "restore_template", subject, now), app.store.write() as work:
        owner.require(PROCESS_OWNER, "Changing the texts of messages")
        if language not in LANGUAGES:
            raise WrongInput(f"{language!r} is no language here; use {', '.join(LANGUAGES)}.")
        newest = work.templates.newest(subject, language)
        if newest is None or not newest.title:
            return False
        restored = r.MessageTemplate(
            id=0,
            subject=subject,
            language=language,
            version=newest.version + 1,
            title="",
            body="",
            changed_by=owner.person,
            changed_at=now,
        )
        work.templates.add(restored)
        details = {"language": language, "version": restored.version}
        work.journal.add(owner.entry("restore_template", subject, now, details=details))
        work.commit()
    return True
