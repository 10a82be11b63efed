"""Withdraw a concept: the body takes it back before consolidation closes (SIL-04)."""

from __future__ import annotations

from datetime import datetime
from uuid import NAMESPACE_URL, uuid5

from service.application import records as r
from service.application import steps as s
from service.application.actors import Actor, is_storable
from service.application.application import Application
from service.application.commands import attempt
from service.application.effects.concepts import ask_again
from service.application.ports import Work
from service.application.situation import MINISTRY
from service.application.stepping import step
from service.domain.concepts import ConceptState, move
from service.errors import FormInvalid, Refused

MOST_REASON = 4_000  # characters

_AT_MINISTRY = (ConceptState.SUBMITTED, ConceptState.UNDER_REVIEW)


def withdraw_concept(
    app: Application, actor: Actor, concept_id: int, reason: str, now: datetime
) -> None:
    """Withdraw a registered concept on behalf of its body, by its signatory.

    While the Ministry considers it, its procedure ends in the same transaction; once it stands in
    a draft plan, it leaves the next version. Raises Refused after the drafts were consolidated:
    then only the Commission decides; FormInvalid for a reason longer than 4,000 characters.
    """
    with attempt(app, actor, "withdraw_concept", str(concept_id), now), app.store.write() as work:
        if len(reason) > MOST_REASON or not is_storable(reason):
            raise FormInvalid([("reason", f"write at most {MOST_REASON} ordinary characters")])
        known = work.concepts.get(concept_id)
        actor.require(f"{known.body}/signatory", f"Withdrawing a concept of {known.body}")
        # Locked in the order in which a conclusion locks them; only then is the state certain.
        instance = work.instances.lock(known.instance_id)
        cycle = work.cycles.lock(known.cycle_id)
        concept = work.concepts.get(concept_id)
        if cycle.consolidated_at is not None:
            raise Refused(
                f"The drafts of {cycle.year} were consolidated on "
                f"{cycle.consolidated_at.isoformat()}; now only the Commission can exclude "
                f"{concept.number}. Write to the Ministry.",
                code="consolidated",
                clause="10",
            )
        if concept.state == ConceptState.DRAFT:
            raise Refused(
                f"{concept.doc_number} was not submitted; return the draft instead of signing it.",
                code="not_submitted",
                clause="4",
            )
        state = move(concept.state, ConceptState.WITHDRAWN)
        if concept.state in _AT_MINISTRY:
            withdrawn = s.MessageArrived("ConceptWithdrawn", {"withdrawal_reason": reason})
            step(app, work, instance, withdrawn, actor=actor, now=now)
        else:
            work.concepts.change(concept_id, state=state, reason=reason)
            _leave_draft(work, cycle, concept, now)
        work.journal.add(
            actor.entry(
                "withdraw_concept",
                concept.number,
                now,
                clause="10",
                details={"reason": reason},
                instance_id=concept.instance_id,
            )
        )
        work.commit()


def _leave_draft(work: Work, cycle: r.Cycle, concept: r.Concept, now: datetime) -> None:
    """The letter for a concept whose procedure has ended; its body may have to answer again."""
    letter = work.letters.add(
        r.Letter(
            id=0,
            cycle_id=cycle.id,
            kind="withdrawal",
            sender=concept.body,
            recipient=MINISTRY,
            about=concept.number,
            sent_at=now,
        )
    )
    work.outbox.add(
        [
            r.Outgoing(
                id=0,
                kind="letter",
                recipient=MINISTRY,
                subject="withdrawal",
                about=concept.number,
                clause="10",
                payload={"letter": letter.id},
                created_at=now,
                message_id=str(uuid5(NAMESPACE_URL, f"withdrawal/{concept.id}")),
                instance_id=concept.instance_id,
            )
        ]
    )
    ask_again(work, cycle, concept.body, now)
