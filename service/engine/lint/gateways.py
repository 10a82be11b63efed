"""Gateways: every decision must have an outcome, and the engine must be able to take it."""

from __future__ import annotations

import re

from lxml.etree import _Element

from service.engine.checks.reading import CAMUNDA, local
from service.engine.lint.cycles import in_loops
from service.engine.lint.diagram import SPACES, Diagram, Scope, definitions_of, is_true, text_of

_DECIDING = frozenset({"exclusiveGateway", "inclusiveGateway"})
_WAITED_FOR = frozenset(
    {
        "messageEventDefinition",
        "signalEventDefinition",
        "timerEventDefinition",
        "conditionalEventDefinition",
    }
)
_NEGATION = re.compile(r"(?:!|not\b)\s*\(?\s*(.+?)\s*\)?")
_COMPARISON = re.compile(r"([^=!<>]+?)\s*(==|!=|<=|>=|<|>|\b(?:eq|ne|lt|le|gt|ge)\b)\s*([^=!<>]+)")
_MOST_COMPARED, _LONGEST_COMPARED = 20, 200  # each with each: keep hostile ones cheap
_OPPOSITE = {"==": "!=", "!=": "==", "<": ">=", ">=": "<", ">": "<=", "<=": ">"}
_WORDS = {"eq": "==", "ne": "!=", "lt": "<", "le": "<=", "gt": ">", "ge": ">="}


def check(diagram: Diagram) -> None:
    """Report gateways that can get stuck, and conditions that nobody would evaluate."""
    for scope in diagram.scopes:
        looping = in_loops(scope)
        for node_id, node in scope.nodes.items():
            kind = local(node)
            if kind in _DECIDING:
                _check_decision(diagram, scope, node)
            if kind == "inclusiveGateway":
                _check_inclusive_join(diagram, scope, node, looping=node_id in looping)
            if kind == "eventBasedGateway":
                _check_event_gateway(diagram, scope, node)
        for flow in scope.flows:
            _check_condition(diagram, scope, flow)


def _check_decision(diagram: Diagram, scope: Scope, gateway: _Element) -> None:
    flows = scope.outgoing.get(str(gateway.get("id")), [])
    default = str(gateway.get("default", ""))
    if default in diagram.by_id and default not in [flow.get("id") for flow in flows]:
        diagram.error(
            gateway,
            "default_elsewhere",
            f"its default flow {default} does not leave it",
            "choose one of its own outgoing flows as the default",
        )
    conditions = []
    for flow in flows:
        condition = _condition(flow)
        conditions.append(text_of(condition))
        if flow.get("id") == default and condition is not None:
            diagram.warning(
                flow,
                "condition_ignored",
                "the default flow has a condition, which is never looked at",
                "delete the condition",
            )
        if flow.get("id") != default and condition is None and len(flows) > 1:
            diagram.error(
                flow,
                "no_condition",
                "this flow has no condition and is not the default",
                "write a condition, or make it the default flow",
            )
    some = [condition for condition in conditions if condition]
    if some and default not in [flow.get("id") for flow in flows] and not _certain(some):
        diagram.error(
            gateway,
            "no_default",
            "when no condition holds, the process gets stuck here: there is no default flow",
            "choose a default flow",
        )


def _certain(conditions: list[str]) -> bool:
    """Whether one of the conditions always holds: `true`, or a condition and its opposite."""
    plain = [
        _normal(text) for text in conditions[:_MOST_COMPARED] if len(text) <= _LONGEST_COMPARED
    ]
    return "true" in plain or any(
        _opposite(one, other) for one in plain for other in plain if one != other
    )


def _normal(condition: str) -> str:
    inside = (
        condition[2:-1] if condition[:2] in ("${", "#{") and condition[-1:] == "}" else condition
    )
    plain = " ".join(inside.replace('"', "'").split())
    return "true" if plain.lower() == "true" else plain


def _opposite(one: str, other: str) -> bool:
    negated = _NEGATION.fullmatch(one)
    if negated and negated.group(1) == other and not re.search(r"&&|\|\||\band\b|\bor\b|\?", one):
        return True
    left, right = _COMPARISON.fullmatch(one), _COMPARISON.fullmatch(other)
    if not left or not right or re.search(r"&&|\|\||\band\b|\bor\b|\?|\bif\b", one + other):
        return False
    signs = [_WORDS.get(found.group(2), found.group(2)) for found in (left, right)]
    same = (left.group(1), left.group(3)) == (right.group(1), right.group(3))
    return same and _OPPOSITE[signs[0]] == signs[1]


def _condition(flow: _Element) -> _Element | None:
    return flow.find("bpmn:conditionExpression", SPACES)


def _check_condition(diagram: Diagram, scope: Scope, flow: _Element) -> None:
    condition = _condition(flow)
    if condition is None:
        return
    source = scope.nodes.get(str(flow.get("sourceRef")))
    if source is not None and local(source) not in _DECIDING:
        diagram.error(
            flow,
            "condition_ignored",
            f"a condition on a flow that leaves a {local(source)} is never looked at",
            "put an exclusive gateway with a default flow behind it",
        )
    language = str(condition.get("language", "")).lower()
    if language and language != "kelisim" and not language.startswith("http"):
        diagram.error(
            flow,
            "foreign_language",
            f"the condition is written in {language}",
            "write it in the language of docs/expressions.md and clear the language",
        )
    if condition.get(f"{{{CAMUNDA}}}resource"):
        diagram.error(
            flow,
            "foreign_code",
            "the condition refers to a script file",
            "write the condition itself",
        )
        return
    diagram.check_expression(flow, "the condition", condition.text)


def _check_inclusive_join(
    diagram: Diagram, scope: Scope, gateway: _Element, *, looping: bool
) -> None:
    node_id = str(gateway.get("id"))
    joins = len(scope.incoming.get(node_id, ())) > 1
    splits = len(scope.outgoing.get(node_id, ())) > 1
    if joins and looping:
        diagram.error(
            gateway,
            "inclusive_join",
            "an inclusive gateway that joins inside a loop waits for the wrong branches",
            "join by an exclusive or parallel gateway, or keep the loop outside the branches",
        )
    elif joins and splits:
        diagram.warning(
            gateway,
            "inclusive_join",
            "it joins and splits at the same time",
            "use two gateways, one behind the other",
        )


def _check_event_gateway(diagram: Diagram, scope: Scope, gateway: _Element) -> None:
    targets = [scope.nodes[t] for t in scope.flow_targets(str(gateway.get("id")))]
    if is_true(gateway, "instantiate") or gateway.get("eventGatewayType") == "Parallel":
        diagram.error(
            gateway,
            "not_supported",
            "a starting or parallel event-based gateway cannot be executed",
            "use a start event, or a parallel gateway with catch events behind it",
        )
    if len(targets) < 2:
        diagram.error(
            gateway,
            "event_gateway",
            "there is nothing to choose between",
            "lead it to two or more catch events",
        )
    timers = [t for t in targets if t.find("bpmn:timerEventDefinition", SPACES) is not None]
    for extra in timers[1:]:
        diagram.error(
            extra,
            "two_timers",
            f"the event-based gateway {gateway.get('id')} waits for more than one timer; "
            "they would share one clock",
            "keep the earlier timer only",
        )
    for target in targets:
        _check_event_target(diagram, scope, gateway, target)


def _check_event_target(
    diagram: Diagram, scope: Scope, gateway: _Element, target: _Element
) -> None:
    kinds = [local(definition) for definition in definitions_of(target)]
    catches = local(target) == "intermediateCatchEvent" and set(kinds) <= _WAITED_FOR
    if not catches:
        diagram.error(
            target,
            "event_gateway",
            f"a {local(target)} stands behind the event-based gateway {gateway.get('id')}",
            "only message, signal, timer and conditional catch events may",
        )
    if len(scope.incoming.get(str(target.get("id")), ())) > 1:
        diagram.error(
            target,
            "event_gateway",
            "it has other incoming flows besides the one from the event-based gateway "
            f"{gateway.get('id')}; reached by those it would not wait",
            "give it one incoming flow",
        )
