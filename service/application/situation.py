"""What an effect gets: the transaction, the matter, who acts, the moment, and verbs.

Effects write registers, letters and messages; they never call the engine and never commit.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from service.application import records as r
from service.application.actors import Actor
from service.application.ports import Work
from service.application.steps import Moment
from service.domain.deadlines import Deadline, deadline
from service.errors import StepFailed

MINISTRY = "MFA"


@dataclass
class Situation:
    """One step of one instance, as its effects see it."""

    work: Work
    instance: r.Instance
    actor: Actor
    moment: Moment
    submission: r.Submission | None = None
    _notices: int = field(default=0, init=False)

    @property
    def now(self) -> datetime:
        """The instant of the step."""
        return self.moment.now

    @property
    def cycle_id(self) -> int:
        """The planning cycle of the instance. Raises StepFailed when it belongs to none."""
        if self.instance.cycle_id is None:
            raise StepFailed("This effect needs a planning cycle; start the process from a cycle")
        return self.instance.cycle_id

    def cycle(self) -> r.Cycle:
        """The planning cycle's row, as it is now."""
        return self.work.cycles.get(self.cycle_id)

    def deadline(self, step: str, nominal: str | date) -> Deadline:
        """The legal and target date of a step, by the calendar and the cycle's settings."""
        on = nominal if isinstance(nominal, date) else date.fromisoformat(nominal)
        return deadline(step, on, self.moment.calendar, self.moment.settings)

    def form_of(self, form_key: str) -> Mapping[str, Any]:
        """What was last submitted with a form in this instance.

        Raises StepFailed when nothing was: a legal record is not made of nothing.
        """
        if self.submission is not None and self.submission.form_key == form_key:
            return self.submission.values
        found = self.work.submissions.latest(self.instance.id, form_key)
        if found is None:
            raise StepFailed(
                f"Nobody has sent the form '{form_key}' yet; put a user task with it before this "
                "element"
            )
        return found.values

    def send(self, name: str, business_key: str, payload: Mapping[str, Any] | None = None) -> None:
        """A message to another instance, delivered after the commit."""
        self.work.messages.add(
            [
                r.Message(
                    id=0,
                    name=name,
                    business_key=business_key,
                    payload=payload or {},
                    created_at=self.now,
                    from_instance_id=self.instance.id,
                )
            ]
        )

    def letter(
        self,
        kind: str,
        recipient: str,
        about: str,
        *,
        clause: str,
        sender: str = MINISTRY,
        timeliness: str = "on_time",
        payload: Mapping[str, Any] | None = None,
    ) -> r.Letter:
        """Register an official letter and put it into the outbox."""
        letter = self.work.letters.add(
            r.Letter(
                id=0,
                cycle_id=self.cycle_id,
                kind=kind,
                sender=sender,
                recipient=recipient,
                about=about,
                sent_at=self.now,
                timeliness=timeliness,
                payload=payload or {},
            )
        )
        self.notice("letter", recipient, kind, about, clause=clause, payload={"letter": letter.id})
        return letter

    def notice(
        self,
        kind: str,
        recipient: str,
        subject: str,
        about: str,
        *,
        clause: str,
        payload: Mapping[str, Any] | None = None,
    ) -> None:
        """Put a letter, reminder or escalation into the outbox, under a stable id."""
        self._notices += 1
        stable = f"{self.instance.id}/{self.instance.version}/{self._notices}/{recipient}/{subject}"
        self.work.outbox.add(
            [
                r.Outgoing(
                    id=0,
                    kind=kind,
                    recipient=recipient,
                    subject=subject,
                    about=about,
                    clause=clause,
                    payload=payload or {},
                    created_at=self.now,
                    message_id=str(uuid5(NAMESPACE_URL, stable)),
                    instance_id=self.instance.id,
                )
            ]
        )

    def note(self, act: str, *, clause: str, details: Mapping[str, Any], subject: str = "") -> None:
        """An entry in the journal."""
        self.work.journal.add(
            self.actor.entry(
                act,
                subject or self.instance.business_key,
                self.now,
                clause=clause,
                details=details,
                instance_id=self.instance.id,
            )
        )
