"""File a concept: a body proposes an international treaty (clauses 4, 5)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from service.application import steps as s
from service.application.actors import MOST_SUBJECT, Actor, storable
from service.application.application import Application
from service.application.commands import attempt
from service.application.receiving import Receipt, receive
from service.application.stepping import begin, step
from service.domain.concepts import OTHER_HALF
from service.domain.cycle_settings import CycleSettings
from service.errors import FormInvalid, Refused, WrongInput

PROCESS = "concept_review"


def file_concept(  # noqa: PLR0917 - a command says who, what and when
    app: Application, actor: Actor, year: int, body: str, values: Mapping[str, Any], now: datetime
) -> Receipt:
    """Start the review of a concept with the filled form `file_concept` (F01).

    It is a draft until the body's signatory signs it; the time that counts is the signature's.
    Raises FormInvalid or Refused when the rules do not allow it (one language only, outside the
    plans' years); then nothing is left behind but the journal's entry. Where the cycle returns
    these two defects for correction instead (AMB-10), they are taken in.
    """
    if not isinstance(values, Mapping):
        raise FormInvalid([("", "the form is no object of fields; send one")])
    subject = storable(f"{year}/{body}/{values.get('doc_number', '?')}")[:MOST_SUBJECT]
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
        if work.instances.find(PROCESS, subject) is not None:
            raise Refused(
                f"{body} has used the number {values.get('doc_number')} in this cycle already; "
                "use another number.",
                code="number_used",
                clause="4",
            )
        summary = app.summary(definition)
        instance = begin(work, definition, business_key=subject, cycle_id=cycle.id, now=now)
        received = receive(
            app,
            work,
            instance,
            form_key=summary.start_form,
            element_id=next(e.id for e in summary.elements.values() if e.kind == "startEvent"),
            task_id="",
            values=values,
            actor=actor,
            now=now,
            clause="5",
            may_lack=_may_lack(app.settings(work, cycle.id)),
        )
        variables = {
            **received.variables,
            "cycle_id": cycle.id,
            "cycle_year": year,
            "body": body,
            "filed_by": ",".join(actor.identities),
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
            actor.entry(
                "file_concept",
                subject,
                now,
                clause="4",
                details={"receipt": receipt.number, "content_sha256": receipt.content_sha256},
                instance_id=instance.id,
            )
        )
        work.commit()
    return receipt


def _may_lack(settings: CycleSettings) -> Mapping[str, str]:
    """The halves that may be missing for now, beside those that must then be there (clause 5)."""
    return OTHER_HALF if settings.defect_policy == "return_for_correction" else {}
