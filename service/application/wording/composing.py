"""Letters made of templates and facts: one, a digest, or what a webhook is told."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from service.application import records as r
from service.application.application import Application
from service.application.ports import Channels, Envelope, Work
from service.application.queries.actors import recipients_of
from service.application.wording.facts import read_facts, values_of
from service.application.wording.shipped import text_in_force
from service.domain.journal import plain
from service.domain.notices.addressing import lines_of
from service.domain.notices.calendar_words import long_date
from service.domain.notices.gathering import Gathered, gather
from service.domain.notices.wording import (
    DIGEST_TEXT,
    FOOTER,
    LANGUAGES,
    MISSED_TEXT,
    STAND_IN_TEXT,
    Wording,
    fill,
)

_RULE = "\n\n" + "-" * 40 + "\n\n"


def compose(
    app: Application, work: Work, channels: Channels, delivery: r.Delivery, now: datetime
) -> Envelope:
    """The envelope of a delivery, in its receiver's language, by the templates in force."""
    writer = _Writer(app, work, channels.public_url, now)
    carried = work.deliveries.items(delivery.id)
    person = work.people.get(delivery.person_id) if delivery.person_id else None
    if person is None:
        return _for_machine(writer, delivery, carried[0])
    language = delivery.language if delivery.language in LANGUAGES else LANGUAGES[0]
    letters = [_letter(writer, gathered, person, language) for gathered in gather(carried)]
    wording = _digest(writer, letters, language) if delivery.digest else letters[0]
    footer = writer.text(FOOTER, language, {"link": channels.public_url})
    return Envelope(
        message_id=delivery.message_id,
        address=delivery.address,
        name=person.name,
        language=language,
        title=wording.title,
        text=f"{wording.body}\n\n-- \n{footer.body}\n",
        sent_at=now,
    )


@dataclass(frozen=True, slots=True)
class _Writer:
    """What every text is made with."""

    app: Application
    work: Work
    public_url: str
    now: datetime

    def text(
        self, subject: str, language: str, values: Mapping[str, str], **blocks: str
    ) -> Wording:
        """The subject's text in force, filled."""
        return fill(text_in_force(self.work, subject, language), values, blocks)

    def values(self, row: r.Outgoing, languages: Sequence[str]) -> Mapping[str, dict[str, str]]:
        """Language → placeholder → text."""
        facts = read_facts(self.app, self.work, row, self.public_url, self.now)
        return {language: values_of(facts, language) for language in languages}

    def is_meant_for(self, row: r.Outgoing, person: r.Person) -> bool:
        """Whether the person belongs to those it is meant for, and is nobody's stand-in."""
        today = self.app.calendar(self.work).local_date(self.now)
        is_body = self.work.bodies.get(row.recipient) is not None
        first, *_ = lines_of(row.recipient, is_body=is_body) or ((),)
        return any(
            person.id == one.id for group in first for one in recipients_of(self.work, group, today)
        )


def _letter(
    writer: _Writer, gathered: Gathered[r.Outgoing], person: r.Person, language: str
) -> Wording:
    values = writer.values(gathered.newest, [language])[language]
    letter = writer.text(gathered.newest.subject, language, values)
    notes = []
    if not any(writer.is_meant_for(row, person) for row in gathered.copies):
        notes.append(writer.text(STAND_IN_TEXT, language, values).body)
    if gathered.earlier:
        count = {"count": str(gathered.earlier)}
        notes.append(writer.text(MISSED_TEXT, language, count).body)
    return Wording(letter.title, "\n\n".join([*notes, letter.body]))


def _digest(writer: _Writer, letters: Sequence[Wording], language: str) -> Wording:
    today = writer.app.calendar(writer.work).local_date(writer.now)
    items = _RULE.join(f"{each.title}\n\n{each.body}" for each in letters)
    values = {"count": str(len(letters)), "date": long_date(today, language)}
    return writer.text(DIGEST_TEXT, language, values, items=items)


def _for_machine(writer: _Writer, delivery: r.Delivery, row: r.Outgoing) -> Envelope:
    values = writer.values(row, LANGUAGES)
    texts = {each: writer.text(row.subject, each, values[each]) for each in LANGUAGES}
    return Envelope(
        message_id=delivery.message_id,
        address=delivery.address,
        name="",
        language="",
        title=texts["en"].title,
        text=texts["en"].body,
        sent_at=writer.now,
        facts=_told(row, texts),
    )


def _told(row: r.Outgoing, texts: Mapping[str, Wording]) -> Mapping[str, Any]:
    told: Mapping[str, Any] = plain(
        {
            "kind": row.kind,
            "subject": row.subject,
            "recipient": row.recipient,
            "about": row.about,
            "clause": row.clause,
            "created_at": row.created_at,
            "payload": row.payload,
            "texts": {
                language: {"title": text.title, "body": text.body}
                for language, text in texts.items()
            },
        }
    )
    return told
