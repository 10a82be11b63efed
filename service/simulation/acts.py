"""The acts of Ministry, Commission and President, as steps at the cycle's user tasks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from service.application import records as r
from service.domain.calendars import ALMATY
from service.domain.plans import legislature_on
from service.simulation.filling import bilingual, local, signing_values
from service.simulation.scenario import Act, Scenario

RECIPIENTS = ("parliament", "kurultai")  # of the form
PAUSE = timedelta(seconds=1)  # acts that the file puts at one instant follow each other


@dataclass(frozen=True, slots=True)
class Step:
    """Complete the user task `element` at `at`; `only_if_open`: skip it silently otherwise."""

    at: datetime
    name: str
    element: str
    values: Mapping[str, Any]
    only_if_open: bool = False


def understandings(scenario: Scenario) -> Iterator[tuple[datetime, r.Understanding]]:
    """Clause 11's register: each entry when it is known, at the latest when it was reached."""
    for entry in scenario.events:
        on, kind = date.fromisoformat(entry["date"]), entry.get("type") or "agreement_reached"
        opened = scenario.opens_at.astimezone(ALMATY)
        known = scenario.opens_at + PAUSE
        if kind == "agreement_reached" and on > opened.date():
            known = datetime.combine(on, opened.timetz())
        yield (
            known,
            r.Understanding(
                id=0,
                cycle_id=0,
                code=entry["id"],
                entry_type=kind,
                level=entry.get("level") or "high_level",
                titles=entry.get("title") or {},
                on=on,
                responsible_body=entry.get("responsible_body") or "",
                due_on=date.fromisoformat(entry["due"]) if entry.get("due") else None,
                restricted=entry.get("restricted") is not False,
            ),
        )


def cycle_steps(scenario: Scenario) -> Iterator[Step]:
    """Every step at the cycle's own user tasks, in the order of the diagram.

    What follows from a further round is done right after it, if its task is open then: sending
    once more to the President after a later approval, and to the legislature a plan that the
    President agreed alone, before or after the other.
    """
    acts = scenario.acts
    if at := acts.get("events_checked_at"):
        values = {"events_checked": True, **bilingual_if(scenario.uncovered_reason)}
        yield Step(at, "events_checked", "UserTask_CheckUnderstandings", values)
    if at := acts.get("consolidated_at"):
        yield _consolidate(at)
    if at := acts.get("submitted_to_commission_at"):
        yield _send_to_commission(at)
    if at := acts.get("sent_to_president_at"):
        yield _send_to_president(at)
    for number, act in enumerate(scenario.commission, start=1):
        yield from _commission_round(act, number)
        if (at := acts.get("sent_to_president_at")) and act.at > at:
            yield _send_to_president(act.at + PAUSE, only_if_open=True)
    yield from _agreeing_and_transmitting(scenario)


def _agreeing_and_transmitting(scenario: Scenario) -> Iterator[Step]:
    transmitted_at = scenario.acts.get("sent_to_legislature_at")
    for number, act in enumerate(scenario.president, start=1):
        if transmitted_at and number > 1 and act.at < transmitted_at:
            yield _send_to_legislature(scenario, act.at - PAUSE, only_if_open=True)
        yield from _president_round(act, number)
        if transmitted_at and act.at > transmitted_at:
            yield _send_to_legislature(scenario, act.at + PAUSE, only_if_open=True)
    if transmitted_at:
        yield _send_to_legislature(scenario, transmitted_at)


def bilingual_if(texts: Mapping[str, str]) -> dict[str, str]:
    """The reason why something is not covered, when the scenario gives one."""
    return bilingual("uncovered_reason", texts) if texts else {}


def _consolidate(at: datetime, *, only_if_open: bool = False) -> Step:
    values = {**bilingual("cover_note", {}), **signing_values(at, _number("Ж", at), decision="")}
    element = "UserTask_ConsolidateDraftPlans"
    return Step(at, "consolidated", element, values, only_if_open)


def _send_to_commission(at: datetime, *, only_if_open: bool = False) -> Step:
    values = signing_values(at, _number("К", at), decision="")
    element = "UserTask_SendToCommission"
    return Step(at, "submitted_to_commission", element, values, only_if_open)


def _send_to_president(at: datetime, *, only_if_open: bool = False) -> Step:
    values = {"sent_on": local(at).isoformat(), "sent_ref": _number("П", at)}
    element = "UserTask_SendToPresident"
    return Step(at, "sent_to_president", element, values, only_if_open)


def _send_to_legislature(scenario: Scenario, at: datetime, *, only_if_open: bool = False) -> Step:
    recipient = legislature_on(local(at), scenario.settings).lower()
    values = {
        "recipient": recipient if recipient in RECIPIENTS else RECIPIENTS[0],
        "sent_on": local(at).isoformat(),
        **signing_values(at, _number("З", at), decision=""),
    }
    element = "UserTask_SendToLegislature"
    return Step(at, "sent_to_legislature", element, values, only_if_open)


def _commission_round(act: Act, number: int) -> Iterator[Step]:
    values = {
        "outcome": act.values.get("outcome"),
        "meeting_date": local(act.at).isoformat(),
        **signing_values(act.at, f"Х-{number}", decision=""),
        **_kept(act, "item_decisions", "rework_due"),
    }
    if act.values.get("outcome") in ("returned", "refused"):
        values |= bilingual("remarks", act.values.get("remarks") or {})
    yield Step(act.at, f"commission_{number}", "UserTask_RecordCommissionDecision", values)
    if act.values.get("outcome") == "refused":
        decision = "restart" if act.reworked_at else "end"
        reason = {"decision": decision, **bilingual("reason", act.values.get("remarks") or {})}
        yield Step(act.at + PAUSE, f"refusal_{number}", "UserTask_DecideAfterRefusal", reason)
    if act.reworked_at:
        yield _consolidate(act.reworked_at)
        yield _send_to_commission(act.reworked_at + PAUSE)


def _president_round(act: Act, number: int) -> Iterator[Step]:
    outcome = act.values.get("outcome")
    values = {
        "outcome": outcome,
        "plans_covered": act.values.get("plans_covered") or "both",
        **signing_values(act.at, f"Ө-{number}", decision=""),
        **({"agreed_on": local(act.at).isoformat()} if outcome == "agreed" else {}),
        **_kept(act, "agreed_on", "received_on"),
    }
    if outcome in ("agreed_with_remarks", "not_agreed"):
        values["remarks_kind"] = act.values.get("remarks_kind") or "substantive"
        values |= bilingual("remarks", act.values.get("remarks") or {})
    yield Step(act.at, f"president_{number}", "UserTask_RecordPresidentDecision", values)
    if act.reworked_at:
        yield _consolidate(act.reworked_at, only_if_open=True)
        yield _send_to_commission(act.reworked_at + PAUSE, only_if_open=True)
        yield _send_to_president(act.reworked_at + 2 * PAUSE, only_if_open=True)


def _kept(act: Act, *names: str) -> dict[str, Any]:
    return {name: act.values[name] for name in names if act.values.get(name) is not None}


def _number(letter: str, at: datetime) -> str:
    return f"{letter}-{local(at):%m%d}"
