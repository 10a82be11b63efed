"""Processes, starts, ends, reachability and size."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from lxml.etree import _Element

from service.engine.checks.reading import BPMN, local
from service.engine.lint.diagram import (
    CHOREOGRAPHY,
    GATEWAYS,
    SPACES,
    SUB_PROCESSES,
    Diagram,
    Scope,
    definitions_of,
    is_true,
)

MAX_NODES = 2_000  # of a file
MAX_IN_SEQUENCE = 400  # SpiffWorkflow's parser calls itself twice per node; Python allows 1,000
MAX_LEVELS = 10  # of sub-processes

_SPLITTING = GATEWAYS | {"startEvent"}
_UNSUPPORTED = {
    "businessRuleTask": "compute the decision in an effect, or draw it with exclusive gateways",
    "complexGateway": "use exclusive, inclusive or parallel gateways",
    "transaction": "use a sub-process with error boundary events",
    "adHocSubProcess": "draw the order with gateways, or use one user task",
    "event": "use a start, intermediate or end event",
    "implicitThrowEvent": "use an intermediate throw event",
    **dict.fromkeys(CHOREOGRAPHY, "draw it as a process with messages"),
}


def check(diagram: Diagram) -> None:
    """Report what is missing, unreachable, too large or of a kind that cannot be executed."""
    _check_processes(diagram)
    total = sum(len(scope.nodes) for scope in diagram.scopes)
    if total > MAX_NODES:
        diagram.error(
            diagram.root,
            "too_many_nodes",
            f"the diagram has {total:,} nodes, allowed are {MAX_NODES:,}",
            "move parts into diagrams of their own and call them",
        )
        return
    for scope in diagram.scopes:
        _check_kinds(diagram, scope)
        _check_ends(diagram, scope)
        _check_reach(diagram, scope)
        _check_depth(diagram, scope)


def _check_processes(diagram: Diagram) -> None:
    executable = diagram.executable()
    for process in diagram.root.iterfind("bpmn:process", SPACES):
        if process.get("isExecutable") not in ("true", "false"):
            diagram.error(
                process,
                "not_executable_process",
                "the process does not say whether it is executable",
                'set isExecutable="true", or "false" for a process that is only a picture',
            )
    if not executable:
        diagram.error(
            next(diagram.root.iterfind("bpmn:process", SPACES), diagram.root),
            "not_executable_process",
            "no process of this file is executable",
            'set isExecutable="true" on the process (in Modeler: Executable)',
        )
    called = {
        str(call.get("calledElement")) for call in diagram.root.iter(f"{{{BPMN}}}callActivity")
    }
    for extra in executable[1:]:
        if str(extra.get("id")) not in called:
            diagram.error(
                extra,
                "several_processes",
                "only the first executable process of a file is started, and no call activity "
                "names this one",
                'give it a file of its own, call it, or mark it isExecutable="false"',
            )


def _check_kinds(diagram: Diagram, scope: Scope) -> None:
    for node in scope.nodes.values():
        kind = local(node)
        if kind in _UNSUPPORTED:
            diagram.error(node, "not_supported", f"a {kind} cannot be executed", _UNSUPPORTED[kind])
        if kind == "subProcess" and is_true(node, "triggeredByEvent"):
            diagram.error(
                node,
                "event_sub_process",
                "event sub-processes block the end of the process, interrupting or not",
                "use boundary events on a sub-process around the same steps",
            )
        if is_true(node, "isForCompensation"):
            diagram.error(
                node,
                "compensation",
                "compensation is never executed",
                "undo it by steps of the normal flow",
            )
        split = len(scope.outgoing.get(str(node.get("id")), ())) > 1
        if split and kind not in _SPLITTING:
            diagram.error(
                node,
                "implicit_split",
                f"several flows leave this {kind}",
                "put a gateway behind it: parallel for all, exclusive for one",
            )


def _check_ends(diagram: Diagram, scope: Scope) -> None:
    starts = scope.of_kind("startEvent")
    is_sub = local(scope.element) in SUB_PROCESSES
    plain = [start for start in starts if not definitions_of(start)]
    if not starts:
        diagram.error(
            scope.element,
            "no_start",
            "there is no start event",
            "draw a start event and connect it to the first step",
        )
    for start in plain[1:] if not is_sub else starts[1:]:
        diagram.error(
            start,
            "several_starts",
            "there is more than one plain start event",
            "keep one, and decide by an exclusive gateway behind it",
        )
    for start in starts:
        if is_sub and definitions_of(start) and not is_true(scope.element, "triggeredByEvent"):
            diagram.error(
                start,
                "sub_process_start",
                "a sub-process starts when it is reached, not by an event",
                "use a plain start event; wait by a catch event behind it",
            )
        if scope.incoming.get(str(start.get("id"))):
            diagram.error(
                start,
                "flow_into_start",
                "a flow leads into a start event",
                "lead it to the first step behind the start event",
            )
    if not scope.of_kind("endEvent"):
        diagram.error(
            scope.element,
            "no_end",
            "there is no end event",
            "draw an end event behind the last step",
        )
    for end in scope.of_kind("endEvent"):
        if scope.outgoing.get(str(end.get("id"))):
            diagram.error(
                end,
                "flow_out_of_end",
                "a flow leaves an end event",
                "use an intermediate event where the process goes on",
            )


def _check_reach(diagram: Diagram, scope: Scope) -> None:
    starts = [str(start.get("id")) for start in scope.of_kind("startEvent")]
    reached = reach(starts, scope.successors)
    back: dict[str, list[str]] = {}
    for node_id in scope.nodes:
        for target in scope.successors(node_id):
            back.setdefault(target, []).append(node_id)
    ends = [str(end.get("id")) for end in scope.of_kind("endEvent")]
    leading = reach(ends, lambda node_id: back.get(node_id, []))
    for node_id, node in scope.nodes.items():
        if starts and node_id not in reached:
            diagram.error(
                node,
                "unreachable",
                f"no way leads from the start to this {local(node)}",
                "connect it by a sequence flow, or delete it",
            )
        elif ends and node_id not in leading:
            diagram.error(
                node,
                "no_way_to_end",
                f"no way leads from this {local(node)} to an end",
                "connect it to an end event or a later step",
            )


def reach(begin: Iterable[str], successors: Callable[[str], Iterable[str]]) -> set[str]:
    """Every id reachable from `begin` (included) by the function `successors(id) -> ids`."""
    seen: set[str] = set()
    waiting = list(begin)
    while waiting:
        node_id = waiting.pop()
        if node_id not in seen:
            seen.add(node_id)
            waiting.extend(successors(node_id))
    return seen


def _check_depth(diagram: Diagram, scope: Scope) -> None:
    around = [scope.element, *scope.element.iterancestors()]
    levels = sum(local(element) in SUB_PROCESSES for element in around)
    if levels > MAX_LEVELS:
        diagram.error(
            scope.element,
            "too_deep",
            f"sub-processes are nested {levels} levels deep, allowed are {MAX_LEVELS}",
            "turn inner sub-processes into call activities",
        )
    for start in scope.of_kind("startEvent"):
        depth, deepest = _parser_depth(scope, str(start.get("id")))
        if depth > MAX_IN_SEQUENCE:
            diagram.error(
                deepest,
                "chain_too_long",
                f"it is node {depth} in a row; the parser manages {MAX_IN_SEQUENCE}",
                "move part of the sequence into a sub-process or call activity",
            )
            return


def _parser_depth(scope: Scope, start: str) -> tuple[int, _Element]:
    """How deep the parser's own depth-first walk goes, and where."""
    seen = {start}
    stack = [(start, iter(scope.successors(start)))]
    deepest, place = 1, start
    while stack:
        following = next((t for t in stack[-1][1] if t not in seen), None)
        if following is None:
            stack.pop()
            continue
        seen.add(following)
        stack.append((following, iter(scope.successors(following))))
        if len(stack) > deepest:
            deepest, place = len(stack), following
    return deepest, scope.nodes[place]
