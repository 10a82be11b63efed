"""Loops that nothing stops: they would spin, or multiply, until the machine gives up.

A loop is fine when something in it waits: a person, a message, an external worker, a duration.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from lxml.etree import _Element

from service.engine.checks.reading import local
from service.engine.lint.diagram import (
    ACTIVITIES,
    SPACES,
    SUB_PROCESSES,
    Diagram,
    Scope,
    camunda,
    definitions_of,
    show,
    text_of,
)
from service.engine.lint.structure import reach

_ALWAYS_WAITS = frozenset({"userTask", "manualTask", "receiveTask"})
_FORKS = frozenset({"parallelGateway", "inclusiveGateway"})
_ZERO = re.compile(r"[^1-9]*")  # a duration without any digit but 0


def check(diagram: Diagram) -> None:
    """Report automatic loops, loops that multiply tokens, and loops over nothing that waits."""
    scopes = {str(scope.element.get("id")): scope for scope in diagram.scopes}
    free = _scopes_without_wait(diagram, scopes)
    if free is None:
        return  # whoever calls itself has no end to look for
    for scope in diagram.scopes:
        waiting = {identity for identity, node in scope.nodes.items() if _waits(node, free)}
        spinning = _loops(
            [identity for identity in scope.nodes if identity not in waiting],
            lambda identity, s=scope, w=waiting: [  # type: ignore[misc]
                target for target in s.successors(identity) if target not in w
            ],
        )
        for loop in spinning:
            _report_spinning(diagram, scope, loop)
        known = {identity for loop in spinning for identity in loop}
        for loop in _loops(list(scope.nodes), scope.successors):
            if not known & set(loop):
                _check_multiplying(diagram, scope, loop)
        for identity, node in scope.nodes.items():
            _check_standard_loop(diagram, node, waits=identity in waiting)


def _scopes_without_wait(diagram: Diagram, scopes: dict[str, Scope]) -> dict[str, bool] | None:
    """Whether a token can cross each process and sub-process without waiting.

    From the innermost outwards, so that no depth of nesting needs recursion. None, and reported,
    when processes of the file call themselves, directly or through each other.
    """
    calls = {
        identity: [name for name in (_called(n) for n in scope.nodes.values()) if name in scopes]
        for identity, scope in scopes.items()
    }
    free: dict[str, bool] = {}
    calls_itself = False
    for group in _components(list(calls), lambda identity: calls[identity]):
        if len(group) > 1 or group[0] in calls[group[0]]:
            _report_recursion(diagram, scopes, group)
            calls_itself = True
        elif not calls_itself:
            free[group[0]] = _passes_through(scopes[group[0]], free)
    return None if calls_itself else free


def _report_recursion(diagram: Diagram, scopes: dict[str, Scope], group: list[str]) -> None:
    inside = [node for name in group for node in scopes[name].nodes.values()]
    diagram.error(
        next(n for n in inside if local(n) == "callActivity" and _called(n) in group),
        "calls_itself",
        f"{show(group)}: by this call the process calls itself, without end",
        "draw a loop with something that waits in it",
    )


def _called(node: _Element) -> str:
    """The id of the process or sub-process that a node opens; "" for other nodes."""
    if local(node) == "callActivity":
        return str(node.get("calledElement", ""))
    return str(node.get("id")) if local(node) in SUB_PROCESSES else ""


def _waits(node: _Element, free: Mapping[str, bool]) -> bool:
    """Whether a token certainly rests here for something outside the engine."""
    kind = local(node)
    if kind in _ALWAYS_WAITS:
        return True
    if kind in ("serviceTask", "sendTask"):
        return camunda(node, "type") == "external"
    if kind in ("intermediateCatchEvent", "boundaryEvent"):
        return any(_event_waits(definition) for definition in definitions_of(node))
    # A process of another file counts as waiting: the budget of a step guards it.
    return bool(_called(node)) and not free.get(_called(node), False)


def _event_waits(definition: _Element) -> bool:
    kind = local(definition)
    if kind in ("messageEventDefinition", "signalEventDefinition"):
        return True
    if kind != "timerEventDefinition":
        return False  # conditions may hold at once; errors and escalations come from inside
    # A literal date lies in the past when the loop comes by again, and zero is no wait.
    date = text_of(definition.find("bpmn:timeDate", SPACES))
    duration = text_of(definition.find("bpmn:timeDuration", SPACES))
    if date:
        return date.startswith(("${", "#{"))
    return not (duration and not duration.startswith(("$", "#")) and _ZERO.fullmatch(duration))


def _passes_through(scope: Scope, free: Mapping[str, bool]) -> bool:
    starts = [str(start.get("id")) for start in scope.of_kind("startEvent")]
    crossed = {identity for identity, node in scope.nodes.items() if not _waits(node, free)}
    reached = reach(
        starts, lambda identity: [t for t in scope.successors(identity) if t in crossed]
    )
    return any(str(end.get("id")) in reached for end in scope.of_kind("endEvent"))


def _report_spinning(diagram: Diagram, scope: Scope, loop: list[str]) -> None:
    first = min((scope.nodes[identity] for identity in loop), key=lambda n: n.sourceline or 0)
    forks = any(
        local(scope.nodes[identity]) in _FORKS and len(scope.outgoing.get(identity, ())) > 1
        for identity in loop
    )
    if forks:
        diagram.error(
            first,
            "fork_bomb",
            f"{show(loop)}: a gateway doubles its tokens and leads back to itself without waiting",
            "lead the branch back through an exclusive gateway, behind a user task or another wait",
        )
    else:
        diagram.error(
            first,
            "automatic_loop",
            f"{show(loop)}: this loop contains nothing that waits and can run for ever",
            "put a user task, message, external task or a timer with a duration into it, "
            "or let an effect do the repetition",
        )


def _check_multiplying(diagram: Diagram, scope: Scope, loop: list[str]) -> None:
    members = set(loop)
    joins = any(
        local(scope.nodes[identity]) in _FORKS and len(scope.incoming.get(identity, ())) > 1
        for identity in loop
    )
    for identity in loop:
        node = scope.nodes[identity]
        back = [target for target in scope.flow_targets(identity) if target in members]
        if local(node) in _FORKS and len(back) > 1 and not joins:
            diagram.error(
                node,
                "fork_bomb",
                f"{len(back)} branches of this gateway lead back to it and never join: "
                "the work doubles with every round",
                "join the branches by a parallel gateway before the way back",
            )
        if local(node) == "boundaryEvent" and node.get("cancelActivity") in ("false", "0"):
            _check_non_interrupting(diagram, node)


def _check_non_interrupting(diagram: Diagram, event: _Element) -> None:
    message = "this event leaves its activity running and leads back to it: the work multiplies"
    remedy = "lead it to an end event of its own, or make the event interrupting"
    if event.find("bpmn:timerEventDefinition", SPACES) is not None:
        diagram.error(event, "fork_bomb", message, remedy)
    else:
        diagram.warning(event, "work_multiplies", message, remedy)


def _check_standard_loop(diagram: Diagram, node: _Element, *, waits: bool) -> None:
    loop = node.find("bpmn:standardLoopCharacteristics", SPACES)
    if local(node) in ACTIVITIES and loop is not None and not waits and not loop.get("loopMaximum"):
        diagram.error(
            node,
            "automatic_loop",
            "it repeats by itself without a maximum",
            "set loopMaximum (at most 1000)",
        )


def _loops(nodes: list[str], successors: Callable[[str], list[str]]) -> list[list[str]]:
    """The components with at least one edge inside: everything on some way back to itself."""
    found = _components(nodes, successors)
    return [loop for loop in found if len(loop) > 1 or loop[0] in successors(loop[0])]


def _components(nodes: list[str], successors: Callable[[str], list[str]]) -> list[list[str]]:
    """Strongly connected components, those that are led to first (Tarjan, without recursion)."""
    index: dict[str, int] = {}
    low: dict[str, int] = {}
    on_path: set[str] = set()
    path: list[str] = []
    found: list[list[str]] = []
    for root in nodes:
        work = [(root, iter(successors(root)))] if root not in index else []
        while work:
            node, rest = work[-1]
            if node not in index:
                index[node] = low[node] = len(index)
                path.append(node)
                on_path.add(node)
            following = next(rest, None)
            if following is None:
                work.pop()
                if work:
                    low[work[-1][0]] = min(low[work[-1][0]], low[node])
                if low[node] == index[node]:
                    found.append(_component(node, path, on_path))
            elif following not in index:
                work.append((following, iter(successors(following))))
            elif following in on_path:
                low[node] = min(low[node], index[following])
    return found


def _component(node: str, path: list[str], on_path: set[str]) -> list[str]:
    at = path.index(node)
    members, path[at:] = path[at:], []
    on_path.difference_update(members)
    return members


def in_loops(scope: Scope) -> set[str]:
    """The ids of all nodes of a scope that lie on some loop."""
    return {node for loop in _loops(list(scope.nodes), scope.successors) for node in loop}
