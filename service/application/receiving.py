"""Taking a form in: validate it, keep it with its receipt, hand its scalars on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from service.application import records as r
from service.application.actors import Actor
from service.application.application import Application
from service.application.ports import Work
from service.errors import FormInvalid
from service.forms import Form, Validated, content_hash, examine


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a person gets for a submission: number, server time (UTC), content hash (SHA-256)."""

    number: str
    submitted_at: datetime
    content_sha256: str
    instance_id: int
    business_key: str
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Received:
    """A stored submission, the variables it gives and what is worth a second look."""

    submission: r.Submission
    variables: Mapping[str, Any]
    warnings: tuple[str, ...]

    def receipt(self, instance: r.Instance) -> Receipt:
        """The receipt for the person."""
        kept = self.submission
        return Receipt(
            kept.receipt_number,
            kept.submitted_at,
            kept.content_sha256,
            instance.id,
            instance.business_key,
            self.warnings,
        )


def receive(
    app: Application,
    work: Work,
    instance: r.Instance,
    *,
    form_key: str,
    element_id: str,
    task_id: str,
    values: Mapping[str, Any],
    actor: Actor,
    now: datetime,
    clause: str = "",
    may_lack: Mapping[str, str] | None = None,
) -> Received:
    """Validate and store what somebody sent at an element of an instance.

    `may_lack` maps a required field to the one that stands for it: it may be empty while that one
    is filled (AMB-10). Raises FormInvalid with every other problem, citing `clause`. A task without
    a form takes no values.
    """
    deployment = app.definition(work, instance).deployment
    form = app.form(work, form_key, deployment)
    if form is None:
        if values:
            raise FormInvalid([("", "This task has no form; send no values with it")])
        checked: dict[str, Any] = {}
        variables: dict[str, Any] = {}
        warnings: tuple[str, ...] = ()
    else:
        validated = _validate(form, values, now, clause, may_lack or {})
        checked, variables = dict(validated.values), dict(validated.variables)
        warnings = tuple(str(warning) for warning in validated.warnings)
    submission = work.submissions.add(
        r.Submission(
            id=0,
            instance_id=instance.id,
            task_id=task_id,
            element_id=element_id,
            form_key=form_key,
            person=actor.person,
            on_behalf_of=actor.on_behalf_of,
            submitted_at=now,
            values=checked,
            content_sha256=content_hash(checked),
        )
    )
    return Received(submission, variables, warnings)


def _validate(
    form: Form, values: Mapping[str, Any], now: datetime, clause: str, may_lack: Mapping[str, str]
) -> Validated:
    found = examine(form, values, now=now)
    wrong = [
        (each.key, each.message("en"))
        for each in found.problems
        if not (each.code == "required" and found.values.get(may_lack.get(each.key, "")))
    ]
    if wrong:
        raise FormInvalid(wrong, clause=clause)
    return Validated(found.values, found.variables, found.warnings)
