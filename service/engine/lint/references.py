"""Ids that cannot be used, and references that lead nowhere.

SpiffWorkflow reports a dangling reference as a TypeError from deep inside; a duplicate id silently
replaces a node; `Start`, `End` and `Root` are the names of its own tasks: a user task called `End`
is skipped.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from lxml import etree
from lxml.etree import _Element

from service.engine.checks.findings import printable
from service.engine.checks.reading import BPMN, BPMNDI, line_of, local
from service.engine.lint.diagram import NODES, SPACES, Diagram, Scope, show, text_of

_ID = re.compile(r"[^\W\d][\w.\-]*")
_LONGEST_ID = 150
_RESERVED = frozenset({"Start", "End", "Root", "StartEventSplit", "StartEventJoin", "typename"})
_RESERVED_ENDINGS = (".BoundaryEventSplit", ".BoundaryEventJoin", ".EndJoin")

_IDENTIFIED = NODES | {"process", "sequenceFlow", "message", "signal", "error", "escalation"}
_FOUND_ANYWHERE = ("sequenceFlow", "boundaryEvent", "dataObjectReference", "dataStoreReference")
_ANYTHING_GOES = frozenset({"documentation", "text", "script"})  # BPMN's schema lets all in

# attribute → what it must point at; None: anything in the file that has an id
_ATTRIBUTES: dict[str, frozenset[str] | None] = {
    "attachedToRef": NODES,
    "messageRef": frozenset({"message"}),
    "signalRef": frozenset({"signal"}),
    "errorRef": frozenset({"error"}),
    "escalationRef": frozenset({"escalation"}),
    "processRef": frozenset({"process"}),
    "default": frozenset({"sequenceFlow"}),
    "dataObjectRef": frozenset({"dataObject"}),
    "dataStoreRef": frozenset({"dataStore"}),
    "sourceRef": None,
    "targetRef": None,
    "activityRef": None,
}
_TEXTS: dict[str, frozenset[str]] = {
    "flowNodeRef": NODES,
    "incoming": frozenset({"sequenceFlow"}),
    "outgoing": frozenset({"sequenceFlow"}),
}


def check(diagram: Diagram) -> None:
    """Report unusable ids, dangling references, and lists that disagree with the flows."""
    _check_ids(diagram)
    for element in diagram.root.iter(f"{{{BPMN}}}*"):
        for attribute, kinds in _ATTRIBUTES.items():
            reference = element.get(attribute)
            if reference is not None:
                _check_reference(diagram, element, attribute, str(reference), kinds)
        wanted = _TEXTS.get(local(element))
        if wanted is not None:
            _check_reference(diagram, element, local(element), text_of(element), wanted)
    for element in diagram.root.iter(f"{{{BPMNDI}}}BPMNShape", f"{{{BPMNDI}}}BPMNEdge"):
        _check_drawn(diagram, element)
    for scope in diagram.scopes:
        _check_flows(diagram, scope)
    _check_data(diagram)


def _check_ids(diagram: Diagram) -> None:
    seen: dict[str, _Element] = {}
    for element in diagram.root.iter(etree.Element):
        identity = element.get("id")
        ours = str(element.tag).startswith((f"{{{BPMN}}}", f"{{{BPMNDI}}}"))
        if ours and identity is None and local(element) in _IDENTIFIED:
            diagram.error(element, "no_id", f"this {local(element)} has no id", "give it one")
        if ours and identity is not None:
            if identity in seen:
                _report_twice(diagram, element, seen[identity])
            seen.setdefault(str(identity), element)
            _check_id(diagram, element, str(identity))
    for process in diagram.root.iterfind("bpmn:process", SPACES):
        for element in process.iter(etree.Element):
            _check_foreign(diagram, element, seen)


def _check_foreign(diagram: Diagram, element: _Element, seen: Mapping[str, _Element]) -> None:
    """What other readers overlook, SpiffWorkflow's parser finds: it searches at any depth.

    It looks for tags that *end* in sequenceFlow, in any namespace, and lets the last element with
    an id stand for it, whatever that element is.
    """
    parent = element.getparent()
    ours = str(element.tag).startswith(f"{{{BPMN}}}")
    inside = parent is not None and (
        not str(parent.tag).startswith(f"{{{BPMN}}}") or local(parent) in _ANYTHING_GOES
    )
    if (ours and inside) or (not ours and local(element).endswith(_FOUND_ANYWHERE)):
        diagram.error(
            element,
            "smuggled",
            f"<{printable(local(element))}> stands inside an extension or a text, where only the "
            "engine would find it",
            "delete it, or draw it in the diagram",
        )
    identity = element.get("id")
    if not ours and identity is not None and identity in seen:
        _report_twice(diagram, element, seen[str(identity)])


def _report_twice(diagram: Diagram, element: _Element, first: _Element) -> None:
    diagram.error(
        element,
        "duplicate_id",
        f"the id {printable(str(element.get('id')))} is also used on line {line_of(first)}",
        "give each element an id of its own",
    )


def _check_id(diagram: Diagram, element: _Element, identity: str) -> None:
    if not _ID.fullmatch(identity) or len(identity) > _LONGEST_ID:
        diagram.error(
            element,
            "odd_id",
            f"'{printable(identity)}' cannot be an id",
            "use English letters, digits, _ - . and begin with a letter; at most "
            f"{_LONGEST_ID} characters",
        )
    elif not identity.isascii() and local(element) in NODES:
        diagram.warning(
            element,
            "odd_id",
            "the id has letters that are not English",
            "use English ids; the name may be in any language",
        )
    internal = identity in _RESERVED or identity.endswith(_RESERVED_ENDINGS)
    if internal or identity.startswith("__"):
        diagram.error(
            element,
            "reserved_id",
            f"the engine uses the id {identity} itself",
            f"rename it, for example to {local(element)}_{identity.strip('_.')}",
        )


def _check_reference(
    diagram: Diagram,
    element: _Element,
    what: str,
    reference: str,
    kinds: frozenset[str] | None,
) -> None:
    target = diagram.by_id.get(reference)
    if target is not None and (kinds is None or local(target) in kinds):
        return
    known = (
        identity
        for identity, other in diagram.by_id.items()
        if kinds is None or local(other) in kinds
    )
    near = diagram.similar(reference, known)
    is_what = "does not exist" if target is None else f"is a {local(target)}"
    diagram.error(
        element,
        "dangling_reference",
        f"{what} names '{printable(reference)}', which {is_what}",
        f"did you mean {near}?" if near else "remove it or draw what it names",
    )


def _check_drawn(diagram: Diagram, element: _Element) -> None:
    reference = str(element.get("bpmnElement", ""))
    if reference and reference.rpartition(":")[2] not in diagram.by_id:
        diagram.error(
            element,
            "dangling_reference",
            f"bpmnElement names '{printable(reference)}', which does not exist",
            "delete this shape or edge, or draw what it shows",
        )


def _check_flows(diagram: Diagram, scope: Scope) -> None:
    for flow in scope.flows:
        for end in ("sourceRef", "targetRef"):
            reference = str(flow.get(end))
            if reference in diagram.by_id and reference not in scope.nodes:
                inside = (
                    "is not a flow node"
                    if local(diagram.by_id[reference]) not in NODES
                    else ("lies in another process or sub-process")
                )
                diagram.error(
                    flow,
                    "flow_leaves_scope",
                    f"{end} {reference} {inside}",
                    "connect nodes of one process only; between pools use messages",
                )
    for node_id, node in scope.nodes.items():
        for tag, flows in (("incoming", scope.incoming), ("outgoing", scope.outgoing)):
            _check_listed(diagram, node, tag, [str(f.get("id")) for f in flows.get(node_id, ())])
        host = str(node.get("attachedToRef", ""))
        if host in diagram.by_id and host not in scope.nodes:
            diagram.error(
                node,
                "flow_leaves_scope",
                f"it is attached to {host} in another process or sub-process",
                "attach it to an activity of its own process",
            )


def _check_listed(diagram: Diagram, node: _Element, tag: str, flows: list[str]) -> None:
    listed = [text_of(item) for item in node.iterfind(f"bpmn:{tag}", SPACES)]
    actual, named = set(flows), set(listed)
    wrong = [flow for flow in listed if flow in diagram.by_id and flow not in actual]
    if wrong:
        diagram.error(
            node,
            "flows_disagree",
            f"it lists {show(wrong)} as {tag}, but the flow says otherwise",
            "make sourceRef/targetRef of the flow and the list agree; redrawing the flow does both",
        )
    missing = [flow for flow in flows if named and flow not in named]
    if missing:
        diagram.warning(
            node,
            "flows_disagree",
            f"its {tag} list misses {show(missing)}",
            "redraw the flow in the modeller",
        )


def _check_data(diagram: Diagram) -> None:
    """Data objects further away than the parent send the library's parser into an endless loop."""
    for store in diagram.root.iterfind("bpmn:dataStore", SPACES):
        diagram.error(
            store,
            "data_store",
            "data stores cannot be read or written by the engine",
            "delete the data store; keep ids in variables and texts in the registers",
        )
    for scope in diagram.scopes:
        for found in scope.element.iterfind("bpmn:dataObject", SPACES):
            if str(found.get("id")) == "typename":
                diagram.error(found, "reserved_id", "a data object is called typename", "rename it")
        for node in scope.nodes.values():
            for path in (
                "dataInputAssociation/bpmn:sourceRef",
                "dataOutputAssociation/bpmn:targetRef",
            ):
                for reference in node.iterfind(f"bpmn:{path}", SPACES):
                    _check_association(diagram, scope, node, reference)


def _check_association(diagram: Diagram, scope: Scope, node: _Element, reference: _Element) -> None:
    target = diagram.by_id.get(reference.text or "")
    if target is None or local(target) != "dataObjectReference":
        diagram.error(
            reference,
            "dangling_reference",
            f"a data association of {node.get('id')} names "
            f"'{printable(reference.text or '')}', which is no data object",
            "connect it to a data object, or use a text annotation",
        )
        return
    place = diagram.by_id.get(str(target.get("dataObjectRef", "")))
    around = scope.element.getparent()
    if place is None or place.getparent() not in (scope.element, around):
        diagram.error(
            reference,
            "data_too_far",
            f"the data object {target.get('id')} lies more than one level outside {node.get('id')}",
            "put the data object into the same process or the one directly around it",
        )
