"""File a concept: a body proposes an international treaty (clauses 4, 5)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from service.application import records as r
from service.application import steps as s
from service.application.actors import Actor
from service.application.application import Application
from service.application.commands import attempt
from service.application.receiving import Receipt, receive
from service.application.stepping import begin, step
from service.errors import Refused, WrongInput

PROCESS = "concept_review"
START = "StartEvent_FileConcept"


def file_concept(  # noqa: PLR0917 - a command says who, what and when
    app: Application, actor: Actor, year: int, body: str, values: Mapping[str, Any], now: datetime
) -> Receipt:
    """Start the review of a concept with the filled form `file_concept` (F01).

    It is a draft until the body's signatory signs it; the time that counts is the signature's.
    Raises FormInvalid or Refused when the rules do not allow it (one language only, outside the
    plans' years); then nothing is left behind but the journal's entry.
    """
    subject = f"{year}/{body}/{values.get('doc_number', '?')}"
    with attempt(app, actor, "file_concept", subject, now), app.store.write() as work:
        actor.require(f"{body}/submitter", f"Filing a concept of {body}", clause="4")
        cycle = work.cycles.of_year(year)
        if cycle is None or not cycle.dates:
            raise Refused(
                f"There is no planning cycle of {year}; wait until it is opened.",
                code="no_cycle",
                clause="4",
            )
        definition = work.definitions.latest(PROCESS)
        if definition is None:
            raise WrongInput(f"No diagram '{PROCESS}' is deployed; deploy processes/ first")
        instance = begin(work, definition, business_key=subject, cycle_id=cycle.id, now=now)
        received = receive(
            app,
            work,
            instance,
            form_key=app.summary(definition).start_form,
            element_id=START,
            task_id="",
            values=values,
            actor=actor,
            now=now,
            clause="5",
        )
        variables = {
            **received.variables,
            "cycle_id": cycle.id,
            "cycle_year": year,
            "body": body,
            "filed_by": actor.person,
            "submission_on": cycle.dates["submission_on"],
            "conclusion_on": cycle.dates["conclusion_on"],
        }
        step(
            app,
            work,
            instance,
            s.Started(variables),
            actor=actor,
            now=now,
            submission=received.submission,
        )
        receipt = received.receipt(instance)
        work.journal.add(
            r.JournalEntry(
                at=now,
                actor=actor.person,
                act="file_concept",
                subject=subject,
                clause="4",
                details={"receipt": receipt.number, "content_sha256": receipt.content_sha256},
                on_behalf_of=actor.on_behalf_of,
                instance_id=instance.id,
            )
        )
        work.commit()
    return receipt
