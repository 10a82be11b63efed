"""Events: exactly one definition each, of a kind that is executed, naming what it waits for."""

from __future__ import annotations

from lxml.etree import _Element

from service.engine.checks.reading import local
from service.engine.lint.diagram import ACTIVITIES, SPACES, Diagram, Scope, camunda, definitions_of
from service.engine.lint.services import check_effect

# What the engine executes, by kind of event ("" = no definition at all).
_ALLOWED = {
    "startEvent": {"", "message", "signal", "timer", "conditional"},
    "endEvent": {"", "message", "error", "escalation", "terminate"},
    "intermediateThrowEvent": {"", "message", "signal", "escalation"},
    "intermediateCatchEvent": {"message", "signal", "timer", "conditional"},
    "boundaryEvent": {"message", "signal", "timer", "conditional", "error", "escalation"},
}
_REMEDIES = {
    "link": "draw a sequence flow instead of the link: the engine would skip everything behind it",
    "compensate": "undo it by steps of the normal flow",
    "cancel": "use a sub-process with an error boundary event",
    "signal": "throw the signal by an intermediate event in front of the end event",
    "": "choose what the event waits for: a message, signal, timer or condition",
}
_ROOTS = {"message": "messageRef", "signal": "signalRef"}


def check(diagram: Diagram) -> None:
    """Report events that SpiffWorkflow would skip, confuse or never let happen."""
    for scope, node in diagram.nodes():
        if local(node) in _ALLOWED:
            _check_event(diagram, scope, node)
    for kind in ("message", "signal", "error", "escalation"):
        for root in diagram.root.iterfind(f"bpmn:{kind}", SPACES):
            if kind in _ROOTS and not (root.get("name") or "").strip():
                diagram.error(
                    root,
                    "unnamed",
                    f"the {kind} has no name, by which it is found",
                    f"name the {kind}",
                )
    for found in diagram.root.iterfind(".//bpmn:correlationProperty", SPACES):
        diagram.error(
            found,
            "correlation",
            "correlation properties are not used: a message finds "
            "its instance by name and business key",
            "delete them",
        )


def _check_event(diagram: Diagram, scope: Scope, event: _Element) -> None:
    definitions = definitions_of(event)
    if event.find("bpmn:eventDefinitionRef", SPACES) is not None:
        diagram.error(
            event,
            "event_kind",
            "it refers to an event definition standing elsewhere, which would be ignored",
            "write the definition into the event",
        )
        return
    if len(definitions) > 1:
        diagram.error(
            event,
            "event_kind",
            f"it has {len(definitions)} event definitions",
            "draw one event for each",
        )
        return
    kind = local(definitions[0]).removesuffix("EventDefinition") if definitions else ""
    if kind not in _ALLOWED[local(event)]:
        code = {"link": "link_event", "compensate": "compensation"}.get(kind, "event_kind")
        what = f"a {kind} {local(event)}" if kind else f"a {local(event)} that waits for nothing"
        remedy = _REMEDIES.get(
            kind,
            "use one of: " + ", ".join(sorted(_ALLOWED[local(event)]) or ())
            if kind
            else _REMEDIES[""],
        )
        diagram.error(event, code, f"{what} cannot be executed", remedy)
        return
    if local(event) == "boundaryEvent":
        _check_boundary(diagram, scope, event, kind)
    if definitions:
        _check_definition(diagram, event, definitions[0], kind)


def _check_boundary(diagram: Diagram, scope: Scope, event: _Element, kind: str) -> None:
    host = scope.nodes.get(str(event.get("attachedToRef")))
    if host is not None and local(host) not in ACTIVITIES:
        diagram.error(
            event,
            "boundary_host",
            f"it is attached to a {local(host)}",
            "attach it to a task, sub-process or call activity",
        )
    if scope.incoming.get(str(event.get("id"))):
        diagram.error(
            event,
            "flow_into_boundary",
            "a flow leads into a boundary event",
            "lead the flow to the activity or to an event in the flow",
        )
    if kind == "error" and event.get("cancelActivity") in ("false", "0"):
        diagram.error(
            event,
            "error_interrupts",
            "an error always ends its activity",
            "make the event interrupting, or use an escalation",
        )


def _check_definition(diagram: Diagram, event: _Element, definition: _Element, kind: str) -> None:
    throws = local(event) in ("endEvent", "intermediateThrowEvent")
    effect = camunda(definition, "delegateExpression")
    if kind == "message" and throws and (effect or _implemented(definition)):
        check_effect(diagram, event, definition)
        return
    if kind in _ROOTS and not definition.get(_ROOTS[kind]):
        also = (
            ", or an effect as camunda:delegateExpression" if kind == "message" and throws else ""
        )
        diagram.error(
            event,
            f"no_{kind}",
            f"it does not say which {kind}",
            f"choose a {kind} in the modeller{also}",
        )
    if kind == "error" and throws and not definition.get("errorRef"):
        diagram.error(event, "no_error", "it does not say which error", "choose an error")
    if kind == "escalation" and throws and not definition.get("escalationRef"):
        diagram.error(
            event, "no_escalation", "it does not say which escalation", "choose an escalation"
        )
    if kind == "conditional":
        condition = definition.find("bpmn:condition", SPACES)
        text = condition.text if condition is not None else ""
        diagram.check_expression(event, "the condition", text)


def _implemented(definition: _Element) -> bool:
    return any(camunda(definition, name) for name in ("class", "expression", "type"))
