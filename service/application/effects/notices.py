"""Reminders, escalations and plain notices that a diagram may send from anywhere."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from service.application.situation import Situation
from service.application.steps import EffectCall
from service.errors import StepFailed


def remind(situation: Situation, call: EffectCall) -> Mapping[str, Any]:
    """Remind groups of something due. Arguments: to (comma separated), subject."""
    return _tell(situation, call, "reminder")


def escalate(situation: Situation, call: EffectCall) -> Mapping[str, Any]:
    """Tell a head that something is overdue. Arguments: to (comma separated), subject."""
    return _tell(situation, call, "escalation")


def notify(situation: Situation, call: EffectCall) -> Mapping[str, Any]:
    """Send a notice. Arguments: to (comma separated), subject."""
    return _tell(situation, call, "notice")


def check_addressed(inputs: Mapping[str, str]) -> str | None:
    """What is wrong with a notice's arguments as they stand on the diagram, or None."""
    missing = [name for name in ("to", "subject") if not inputs.get(name, "").strip()]
    if missing:
        return f"the inputParameter '{missing[0]}' is missing; say who is told, and about what"
    return None


def _occasion(call: EffectCall) -> dict[str, Any]:
    """The task whose timer led here, and which reminders before this one were missed."""
    occasion: dict[str, Any] = {}
    if call.host is not None:
        due_at = call.host.due_at
        occasion |= {"task": call.host.element.id, "task_id": call.host.id}
        occasion["due_at"] = due_at.isoformat() if due_at else None
    if call.rungs:
        occasion["rung"] = call.rungs[-1].number
        occasion["missed"] = call.missed_rungs
        occasion["rungs"] = [rung.due_at.isoformat() for rung in call.rungs]
    return occasion


def _tell(situation: Situation, call: EffectCall, kind: str) -> Mapping[str, Any]:
    to = call.arguments.get("to", "")
    recipients = [part.strip() for part in str(to).split(",") if part.strip()]
    subject = str(call.arguments.get("subject", "")).strip()
    if not recipients or not subject:
        raise StepFailed(
            f"'{call.element.id}' needs the inputParameters 'to' and 'subject'; "
            f"they are {to!r} and {subject!r}",
            element_id=call.element.id,
        )
    others = {k: v for k, v in call.arguments.items() if k not in ("to", "subject")}
    variables = call.variables
    about = str(variables.get("number") or variables.get("body") or situation.instance.business_key)
    payload = {"element": call.element.id, **others, **_occasion(call)}
    clause = call.element.clause
    for recipient in recipients:
        situation.notice(kind, recipient, subject, about, clause=clause, payload=payload)
    details = {"to": recipients, "subject": subject}
    situation.note(call.name, clause=clause, details=details)
    return {}
