"""Executable definitions, compiled once per digest and shared by all instances and threads."""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from threading import Lock
from typing import Any

from service.application.steps import Element
from service.engine.checks.reading import read_diagram
from service.engine.elements import NS, read_elements
from service.engine.parsing import parse
from service.engine.state import StateCodec
from service.errors import WrongInput

_TIMER_START = "bpmn:startEvent/bpmn:timerEventDefinition/bpmn:timeDate"
CACHE_SIZE = 64  # definitions kept compiled; a running installation has a handful


@dataclass(frozen=True)
class ExecutableDefinition:
    """One process, ready to run. `elements` maps id → what its owner wrote on it."""

    digest: str
    key: str
    elements: Mapping[str, Element]
    specs: Mapping[str, Any]
    message_starts: tuple[str, ...]
    starter_groups: tuple[str, ...]
    start_form: str
    timer_start: str
    codec: StateCodec = field(repr=False)

    @property
    def process(self) -> Element:
        """The process element itself."""
        return self.elements[self.key]

    def with_effect(self, effect: str) -> Element | None:
        """The first element that asks for `effect`."""
        return next((e for e in self.elements.values() if e.effect == effect), None)


def digest_of(xml: bytes) -> str:
    """The SHA-256 of a diagram, hex: its identity."""
    return hashlib.sha256(xml).hexdigest()


def compile_definition(xml: bytes, file: str = "diagram") -> ExecutableDefinition:
    """A diagram's executable form; the first executable process is the one that is started.

    Expects a diagram that passed the checks. Raises DefinitionRefused for anything else.
    """
    root = read_diagram(xml, file)
    specs = parse(root, file)
    elements = read_elements(root)
    process = next(
        (p for p in root.iterfind("bpmn:process", NS) if p.get("isExecutable", "true") == "true"),
        None,
    )
    if process is None:
        raise WrongInput(f"{file} has no executable process; set isExecutable to true")
    key = process.get("id")
    starts = [elements[e.get("id")] for e in process.iterfind("bpmn:startEvent", NS)]
    groups = process.get("{http://camunda.org/schema/1.0/bpmn}candidateStarterGroups", "")
    return ExecutableDefinition(
        digest=digest_of(xml),
        key=key,
        elements=elements,
        specs=specs,
        message_starts=_message_starts(root, process),
        starter_groups=tuple(g.strip() for g in groups.split(",") if g.strip()),
        start_form=next((start.form_key for start in starts if start.form_key), ""),
        timer_start=process.findtext(_TIMER_START, "", NS).strip(),
        codec=StateCodec(specs),
    )


def _message_starts(root: Any, process: Any) -> tuple[str, ...]:
    names = {m.get("id"): m.get("name", "") for m in root.iterfind("bpmn:message", NS)}
    found = process.iterfind("bpmn:startEvent/bpmn:messageEventDefinition", NS)
    return tuple(names.get(event.get("messageRef"), "") for event in found)


class DefinitionCache:
    """Compiled definitions by digest. Thread-safe; at most CACHE_SIZE are kept."""

    def __init__(self, size: int = CACHE_SIZE) -> None:
        self._size = size
        self._kept: OrderedDict[str, ExecutableDefinition] = OrderedDict()
        self._lock = Lock()

    def get(self, digest: str, load: Callable[[], bytes]) -> ExecutableDefinition:
        """The compiled definition; `load` fetches the XML when it is not at hand."""
        with self._lock:
            if digest in self._kept:
                self._kept.move_to_end(digest)
                return self._kept[digest]
        compiled = compile_definition(load())
        with self._lock:
            self._kept[digest] = compiled
            while len(self._kept) > self._size:
                self._kept.popitem(last=False)
        return compiled
