"""Work that is not done by people: effects, external workers, and code that must stay outside."""

from __future__ import annotations

import re
from difflib import get_close_matches

from lxml.etree import _Element

from service.engine.checks.findings import printable
from service.engine.checks.reading import BPMN, CAMUNDA, local
from service.engine.lint.diagram import Diagram, camunda

_EFFECT = re.compile(r"[$#]\{\s*([A-Za-z_]\w*)\s*\}")
_CODE_ATTRIBUTES = (
    "class",
    "expression",
    "resource",
    "decisionRef",
    "caseRef",
    "variableMappingClass",
    "variableMappingDelegateExpression",
    "formHandlerClass",
    "errorCodeVariableClass",
)
_CODE_ELEMENTS = frozenset(
    {
        "executionListener",
        "taskListener",
        "connector",
        "connectorId",
        "script",
        "field",
        "validation",
    }
)
_INSTEAD = (
    'name a registered effect as camunda:delegateExpression="${effect}", or an external topic'
)


def check(diagram: Diagram) -> None:
    """Report foreign code anywhere, and tasks without, or with an unknown, implementation."""
    for process in diagram.executable():
        for element in process.iter(f"{{{CAMUNDA}}}*", f"{{{BPMN}}}*"):
            _check_code(diagram, element)
    for _, node in diagram.nodes():
        if local(node) == "serviceTask" or (
            local(node) == "sendTask" and not node.get("messageRef") and _has_implementation(node)
        ):
            check_effect(diagram, node, node)
        elif local(node) in ("sendTask", "receiveTask") and not node.get("messageRef"):
            also = ", or an effect or an external topic" if local(node) == "sendTask" else ""
            diagram.error(
                node,
                "no_message",
                f"the {local(node)} does not say which message",
                f"choose a message{also}",
            )
        if local(node) == "receiveTask" and node.get("instantiate") in ("true", "1"):
            diagram.error(
                node,
                "not_supported",
                "a receive task cannot start a process",
                "use a message start event",
            )


def check_effect(diagram: Diagram, node: _Element, carrier: _Element) -> None:
    """Check the implementation given on `carrier` (a task or a message event definition)."""
    kind, effect = camunda(carrier, "type"), camunda(carrier, "delegateExpression")
    if kind == "external" and not effect:
        if carrier is not node:
            diagram.error(
                node,
                "no_implementation",
                "an event cannot be done by an external worker",
                "use a service task with the topic in front of it",
            )
        elif not camunda(carrier, "topic"):
            diagram.error(
                node,
                "no_topic",
                "external work has no topic",
                "set camunda:topic to the queue that the worker reads",
            )
        else:
            diagram.check_template(node, "the topic", camunda(carrier, "topic"))
        return
    if kind:
        diagram.error(
            node,
            "no_implementation",
            f'camunda:type="{printable(kind)}" '
            f"{'together with an effect ' if effect else ''}is not known",
            _INSTEAD,
        )
        return
    if not effect:
        if not any(camunda(carrier, name) for name in _CODE_ATTRIBUTES):
            diagram.error(node, "no_implementation", "it does not say what to do", _INSTEAD)
        return
    _check_known(diagram, node, effect)


def _check_known(diagram: Diagram, node: _Element, effect: str) -> None:
    match = _EFFECT.fullmatch(effect)
    if match is None:
        diagram.error(
            node,
            "no_implementation",
            f"'{printable(effect)}' does not name an effect",
            "write one effect's name, such as ${remind}",
        )
    elif match.group(1) not in diagram.effects:
        near = get_close_matches(match.group(1), list(diagram.effects), 1)
        diagram.error(
            node,
            "unknown_effect",
            f"there is no effect '{printable(match.group(1))}'",
            f"did you mean {near[0]}?"
            if near
            else f"the effects are: {', '.join(sorted(diagram.effects)) or 'none'}",
        )


def _has_implementation(node: _Element) -> bool:
    return any(camunda(node, name) for name in ("delegateExpression", "type", *_CODE_ATTRIBUTES))


def _check_code(diagram: Diagram, element: _Element) -> None:
    """Java classes, scripts, listeners and connectors are programs: none comes from a diagram."""
    for attribute in _CODE_ATTRIBUTES:
        if camunda(element, attribute):
            diagram.error(
                element,
                "foreign_code",
                f"camunda:{attribute} would run code from outside",
                _INSTEAD,
            )
    if element.tag in {f"{{{CAMUNDA}}}{name}" for name in _CODE_ELEMENTS}:
        diagram.error(
            element,
            "foreign_code",
            f"camunda:{local(element)} would run code from outside",
            f"delete it; {_INSTEAD}",
        )
    if element.tag == f"{{{CAMUNDA}}}formData":
        diagram.warning(
            element,
            "form_ignored",
            "generated form fields are not shown",
            "make a .form and name it as camunda:formRef",
        )
