"""A process owner writes the text of a message, in one language or in all."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from service.application import records as r
from service.application.actors import Actor
from service.application.application import Application
from service.application.commands import attempt
from service.application.commands.delivering import PROCESS_OWNER
from service.application.wording.shipped import text_in_force
from service.domain.notices.wording import LANGUAGES, Wording, check_wording
from service.errors import Conflict, WrongInput


def change_template(
    app: Application,
    owner: Actor,
    subject: str,
    texts: Mapping[str, Wording],
    now: datetime,
    *,
    seen: Mapping[str, int] | None = None,
) -> Mapping[str, int]:
    """Put texts (by language) into force for everything sent from now on; what got which version.

    Texts that are in force already get none. `seen` says which version the owner began with in each
    language (0: the shipped text, never changed); raises Conflict when somebody else changed it
    meanwhile. Raises NotPermitted for anybody but a process owner, and WrongInput for an unknown
    language or a text that `check_wording` refuses; then nothing is changed in any language.
    """
    with attempt(app, owner, "change_template", subject, now), app.store.write() as work:
        owner.require(PROCESS_OWNER, "Changing the texts of messages")
        changed = {}
        for language, text in texts.items():
            if language not in LANGUAGES:
                raise WrongInput(f"{language!r} is no language here; use {', '.join(LANGUAGES)}.")
            wording = check_wording(subject, text.title, text.body, language)
            newest = work.templates.newest(subject, language)
            version = newest.version if newest else 0
            if seen is not None and seen.get(language, version) != version:
                raise Conflict(
                    f"The text {subject} ({language}) has version {version} by now; look at it and "
                    "write yours again."
                )
            if wording != text_in_force(work, subject, language):
                work.templates.add(
                    r.MessageTemplate(
                        id=0,
                        subject=subject,
                        language=language,
                        version=version + 1,
                        title=wording.title,
                        body=wording.body,
                        changed_by=owner.person,
                        changed_at=now,
                    )
                )
                changed[language] = version + 1
        if changed:
            work.journal.add(
                owner.entry("change_template", subject, now, details={"versions": changed})
            )
            work.commit()
    return changed
