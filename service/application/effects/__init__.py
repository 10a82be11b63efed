"""What a diagram may ask for: `camunda:delegateExpression="${name}"`.

An effect takes the situation and the call (its evaluated inputParameters and the variables), writes
registers, letters and messages in the step's transaction, and returns what becomes variables.
Adding one: write the function in the module of its subject and list it in EFFECTS.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from service.application.effects import (
    commission,
    concepts,
    conclusions,
    coverage,
    drafts,
    legislature,
    notices,
    opening,
    president,
    proposals,
)
from service.application.situation import Situation
from service.application.steps import ArgumentCheck, EffectCall


@dataclass(frozen=True, slots=True)
class Effect:
    """An effect with the clause it carries out; its docstring is its documentation."""

    name: str
    clause: str
    perform: Callable[[Situation, EffectCall], Mapping[str, Any]]
    check: ArgumentCheck = lambda inputs: None  # noqa: ARG005 - most take no arguments


_ALL = (
    Effect("open_submissions", "4", opening.open_submissions, opening.check_dates),
    Effect("close_submissions", "6", opening.close_submissions),
    Effect("close_cycle", "17", opening.close_cycle),
    Effect("end_without_plans", "13", opening.end_without_plans),
    Effect("record_no_proposals", "7", proposals.record_no_proposals),
    Effect("record_no_response", "7", proposals.record_no_response),
    Effect("draft_concept", "5", concepts.draft_concept),
    Effect("return_for_correction", "5", concepts.return_for_correction),
    Effect("register_concept", "4", concepts.register_concept),
    Effect("return_concept", "6", concepts.return_concept),
    Effect("record_withdrawal", "10", concepts.record_withdrawal),
    Effect("record_conclusion", "8", conclusions.record_conclusion),
    Effect("notify_not_expedient", "9", conclusions.notify_not_expedient),
    Effect("include_in_draft_plan", "10", conclusions.include_in_draft_plan),
    Effect("check_coverage", "11", coverage.check_coverage),
    Effect("record_coverage", "11", coverage.record_coverage),
    Effect("compose_draft_plans", "3", drafts.compose_draft_plans),
    Effect("submit_to_commission", "12", commission.submit_to_commission),
    Effect("record_commission_decision", "13", commission.record_commission_decision),
    Effect("send_to_president", "14", president.send_to_president),
    Effect("record_president_decision", "14", president.record_president_decision),
    Effect("transmit_to_legislature", "15", legislature.transmit_to_legislature),
    Effect("remind", "", notices.remind, notices.check_addressed),
    Effect("escalate", "", notices.escalate, notices.check_addressed),
    Effect("notify", "", notices.notify, notices.check_addressed),
)

EFFECTS: Mapping[str, Effect] = {effect.name: effect for effect in _ALL}
CHECKS: Mapping[str, ArgumentCheck] = {effect.name: effect.check for effect in _ALL}
