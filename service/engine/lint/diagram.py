"""The diagram as a graph, indexed once, with the list into which every rule reports."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from difflib import get_close_matches
from itertools import islice

from lxml import etree
from lxml.etree import _Element

from service.engine.checks.findings import MAX_FINDINGS, Finding, printable
from service.engine.checks.reading import BPMN, BPMNDI, CAMUNDA, line_of, local
from service.engine.language.expressions import check_expression, check_template

TASKS = frozenset(
    {
        "task",
        "userTask",
        "manualTask",
        "serviceTask",
        "scriptTask",
        "sendTask",
        "receiveTask",
        "businessRuleTask",
    }
)
SUB_PROCESSES = frozenset({"subProcess", "transaction", "adHocSubProcess"})
ACTIVITIES = TASKS | SUB_PROCESSES | {"callActivity"}
GATEWAYS = frozenset(
    {
        "exclusiveGateway",
        "parallelGateway",
        "inclusiveGateway",
        "eventBasedGateway",
        "complexGateway",
    }
)
THROWING = frozenset({"endEvent", "intermediateThrowEvent", "implicitThrowEvent"})
EVENTS = THROWING | {"startEvent", "intermediateCatchEvent", "boundaryEvent", "event"}
CHOREOGRAPHY = frozenset({"choreographyTask", "subChoreography", "callChoreography"})
NODES = ACTIVITIES | GATEWAYS | EVENTS | CHOREOGRAPHY

MAX_EXPRESSION = 2_000  # characters
MAX_TEMPLATE = 4_000
MAX_ALTERNATIVES = 20  # of `a ? b : c` in one expression
MAX_SUGGESTIONS = 5  # in one diagram: comparing words takes time
MAX_SUGGESTED = 60  # characters of a word that is compared
MAX_CANDIDATES = 200  # that it is compared with
MAX_ALL_EXPRESSIONS = 300_000  # characters in one diagram: about a second of parsing

SPACES = {"bpmn": BPMN, "camunda": CAMUNDA, "bpmndi": BPMNDI}


class EnoughFound(Exception):
    """Nobody reads more findings than these, and looking on would cost a hostile file nothing."""


@dataclass
class Scope:
    """A process or sub-process: its own nodes by id, and the flows between them."""

    element: _Element
    nodes: dict[str, _Element] = field(default_factory=dict)
    flows: list[_Element] = field(default_factory=list)
    outgoing: dict[str, list[_Element]] = field(default_factory=dict)
    incoming: dict[str, list[_Element]] = field(default_factory=dict)
    boundaries: dict[str, list[str]] = field(default_factory=dict)  # host id → boundary ids

    def flow_targets(self, node_id: str) -> list[str]:
        """Where the sequence flows of a node lead, inside this scope."""
        targets = (str(flow.get("targetRef")) for flow in self.outgoing.get(node_id, ()))
        return [target for target in targets if target in self.nodes]

    def successors(self, node_id: str) -> list[str]:
        """Where a token may be next: boundary events of the node, then its flows' targets."""
        return [*self.boundaries.get(node_id, ()), *self.flow_targets(node_id)]

    def of_kind(self, *kinds: str) -> list[_Element]:
        """The nodes whose tag is one of `kinds`, in document order."""
        return [node for node in self.nodes.values() if local(node) in kinds]


@dataclass
class Diagram:
    """One checked XML tree and what has been found wrong with it.

    `forms` is None when it is not known which forms exist; then none is missed.
    """

    root: _Element
    file: str
    effects: Collection[str] = ()
    forms: Collection[str] | None = None
    processes: Collection[str] = ()
    findings: list[Finding] = field(default_factory=list)
    scopes: list[Scope] = field(default_factory=list)
    by_id: dict[str, _Element] = field(default_factory=dict)
    checked: int = 0  # characters of expressions parsed so far
    compared: int = 0  # words for which a similar one was looked for

    def __post_init__(self) -> None:
        for element in self.root.iter(etree.Element):
            if element.get("id") and str(element.tag).startswith(f"{{{BPMN}}}"):
                self.by_id.setdefault(str(element.get("id")), element)
        for process in self.executable():
            self._add_scope(process)

    def executable(self) -> list[_Element]:
        """The processes that the engine would parse; others picture somebody else's work.

        Exactly the library's own test: a missing mark counts as executable.
        """
        found = self.root.iterfind("bpmn:process", SPACES)
        return [process for process in found if process.get("isExecutable", "true") == "true"]

    def nodes(self) -> Iterator[tuple[Scope, _Element]]:
        """Every flow node of the executable processes with its scope, in document order."""
        for scope in self.scopes:
            for node in scope.nodes.values():
                yield scope, node

    def error(self, element: _Element, code: str, message: str, remedy: str) -> None:
        """Report what stops the diagram from coming into force."""
        self._report("error", element, code, message, remedy)

    def warning(self, element: _Element, code: str, message: str, remedy: str) -> None:
        """Report what is allowed but probably not meant."""
        self._report("warning", element, code, message, remedy)

    def check_expression(self, element: _Element, what: str, text: str | None) -> None:
        """Report an expression that is not part of the language. `what` names its place."""
        problem = self.too_much(text or "", MAX_EXPRESSION) or check_expression(text or "")
        if problem:
            self._expression(element, what, problem)

    def check_template(self, element: _Element, what: str, text: str | None) -> None:
        """Report a template such as ``${body}/submitter`` that cannot be filled."""
        problem = self.too_much(text or "", MAX_TEMPLATE) or check_template(text or "")
        if problem:
            self._expression(element, what, problem)

    def similar(self, word: str, known: Iterable[str]) -> str:
        """The known word that `word` may be a slip of; "" when there is none, or enough of it."""
        if len(word) > MAX_SUGGESTED or self.compared >= MAX_SUGGESTIONS:
            return ""
        self.compared += 1
        short = (candidate for candidate in known if len(candidate) <= MAX_SUGGESTED)
        near = get_close_matches(word, list(islice(short, MAX_CANDIDATES)), 1)
        return near[0] if near else ""

    def too_much(self, text: str, longest: int) -> str | None:
        """Why `text` is not even parsed: parsing costs time per character, alone and together."""
        if len(text) > longest:
            return f"it has {len(text):,} characters, allowed are {longest:,}; split it"
        if text.count("?") > MAX_ALTERNATIVES:
            return f"it asks more than {MAX_ALTERNATIVES} questions by '?'; decide by gateways"
        self.checked += len(text)
        if self.checked > MAX_ALL_EXPRESSIONS:
            return "all expressions together are too long; split the diagram"
        return None

    def _expression(self, element: _Element, what: str, problem: str) -> None:
        message, _, remedy = problem.partition("; ")
        self.error(
            element,
            "bad_expression",
            f"{what}: {printable(message, 300)}",
            printable(remedy, 300) or "docs/expressions.md lists every word",
        )

    def _report(
        self, severity: str, element: _Element, code: str, message: str, remedy: str
    ) -> None:
        if len(self.findings) >= MAX_FINDINGS:
            if severity == "warning":
                return
            raise EnoughFound
        named = _named(element)
        self.findings.append(
            Finding(
                "error" if severity == "error" else "warning",
                self.file,
                line_of(element),
                str(named.get("id", "")),
                str(named.get("name", "")),
                code,
                message,
                remedy,
            )
        )

    def _add_scope(self, element: _Element) -> None:
        scope = Scope(element)
        self.scopes.append(scope)
        for child in element.iterchildren(f"{{{BPMN}}}*"):
            kind, identity = local(child), str(child.get("id", ""))
            if kind in NODES:
                scope.nodes[identity] = child
                if kind in SUB_PROCESSES:
                    self._add_scope(child)
            if kind == "boundaryEvent":
                scope.boundaries.setdefault(str(child.get("attachedToRef")), []).append(identity)
            if kind == "sequenceFlow":
                scope.flows.append(child)
                scope.outgoing.setdefault(str(child.get("sourceRef")), []).append(child)
                scope.incoming.setdefault(str(child.get("targetRef")), []).append(child)


def camunda(element: _Element, attribute: str) -> str:
    """A camunda attribute, stripped; "" when absent."""
    return str(element.get(f"{{{CAMUNDA}}}{attribute}", "")).strip()


def text_of(element: _Element | None) -> str:
    """An element's text, stripped; "" when absent."""
    return (element.text or "").strip() if element is not None else ""


def is_true(element: _Element, attribute: str) -> bool:
    """True when an XML boolean attribute says so; False when it is absent."""
    return str(element.get(attribute, "")).strip() in ("true", "1")


def definitions_of(event: _Element) -> list[_Element]:
    """The event definitions that stand directly in an event, such as timerEventDefinition."""
    return [
        child
        for child in event.iterchildren(f"{{{BPMN}}}*")
        if local(child).endswith("EventDefinition")
    ]


def show(identities: Collection[str], most: int = 5) -> str:
    """A few ids for a message."""
    shown = ", ".join(printable(identity, 40) for identity in list(identities)[:most])
    return shown if len(identities) <= most else f"{shown} and {len(identities) - most} more"


def _named(element: _Element) -> _Element:
    """The element itself or, where it has no id, the nearest one around it that has."""
    found: _Element | None = element
    while found is not None and not found.get("id"):
        found = found.getparent()
    return element if found is None else found
