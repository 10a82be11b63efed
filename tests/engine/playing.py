"""Playing one instance with the pure engine: no database, a virtual clock, effects from a table.

Every step begins as another process would: with bytes, and a definition compiled from the XML just
now. Times are local, in Asia/Almaty.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from service.application import steps as s
from service.domain.calendars import ALMATY, WorkingCalendar
from service.engine.advance import advance
from service.engine.definitions import ExecutableDefinition, compile_definition
from tests.domain.given import CALENDAR, SETTINGS, moment, override
from tests.engine.lint.given import diagram

NOON = "2026-08-03T12:00:00"  # a Monday
XSI = 'xsi:type="bpmn:tFormalExpression"'
Effect = Callable[[s.EffectCall], Mapping[str, Any]]


def at(text: str, calendar: WorkingCalendar = CALENDAR) -> s.Moment:
    """The moment of a local time such as 2026-09-25T18:00:00."""
    return s.Moment(moment(text), calendar, SETTINGS)


def local(instant: datetime | None) -> str:
    """An instant as local time; "" for none."""
    return instant.astimezone(ALMATY).strftime("%Y-%m-%dT%H:%M:%S") if instant else ""


def run(
    definition: ExecutableDefinition,
    state: bytes | None,
    occurrence: s.Occurrence,
    moment: s.Moment,
    effect: Effect = lambda _: {},
) -> s.Advance:
    """One whole step; every effect that is asked for is answered by `effect`."""
    return drain(advance(definition, state, occurrence, moment), effect)


def drain(
    advancing: Generator[s.EffectCall, Mapping[str, Any], s.Advance],
    effect: Effect = lambda _: {},
) -> s.Advance:
    """Answer every effect until the step is done."""
    answer: Mapping[str, Any] | None = None
    while True:
        try:
            call = next(advancing) if answer is None else advancing.send(answer)
        except StopIteration as end:
            found: s.Advance = end.value
            return found
        answer = effect(call)


@dataclass(slots=True)
class Waiting:
    """What an instance waits for, followed from change to change as the application does."""

    tasks: dict[str, s.OpenTask]
    timers: dict[str, s.PendingTimer]
    waits: dict[str, s.Wait]
    external: dict[str, s.OpenExternalTask]

    @classmethod
    def nothing(cls) -> Waiting:
        return cls({}, {}, {}, {})

    def after(self, change: s.Change) -> Waiting:
        """What is waited for once the change has happened."""
        return Waiting(
            _moved(self.tasks, change.tasks_closed, change.tasks_opened),
            _moved(self.timers, change.timers_cleared, change.timers_set),
            _moved(self.waits, change.waits_ended, change.waits_begun),
            _moved(self.external, change.external_closed, change.external_opened),
        )


def _moved(known: Mapping[str, Any], gone: Iterable[str], new: Iterable[Any]) -> dict[str, Any]:
    kept = dict(known)
    for key in gone:
        del kept[key]  # what closes was open
    for item in new:
        assert item.id not in kept, f"{item} was opened twice"
        kept[item.id] = item
    return kept


class Player:
    """One instance and what came of its steps."""

    def __init__(
        self, xml: bytes, now: str = NOON, results: Mapping[str, Mapping[str, Any]] | None = None
    ) -> None:
        self.xml = xml
        self.now = now
        self.calendar = CALENDAR
        self.results = results or {}
        self.state: bytes | None = None
        self.waiting = Waiting.nothing()
        self.completed = False
        self.calls: list[s.EffectCall] = []
        self.messages: list[s.ThrownMessage] = []
        self.path: list[str] = []
        self.variables: Mapping[str, Any] = {}

    # --- what happens ------------------------------------------------------------------------

    def start(self, message: str = "", /, **variables: Any) -> Player:
        return self.step(s.Started(variables, message))

    def complete(self, element_id: str, nth: int = 0, /, **values: Any) -> Player:
        return self.step(s.UserTaskCompleted(self.task_id(element_id, nth), values))

    def work(self, element_id: str, **values: Any) -> Player:
        found = [t.id for t in self.waiting.external.values() if t.element_id == element_id]
        return self.step(s.ExternalTaskCompleted(found[0], values))

    def message(self, name: str, /, **payload: Any) -> Player:
        return self.step(s.MessageArrived(name, payload))

    def wake(self, now: str = "") -> Player:
        self.now = now or self.now
        return self.step(s.Woken())

    def calendar_changed(self, *days: tuple[str, str]) -> Player:
        self.calendar = WorkingCalendar(CALENDAR.base, [override(*day) for day in days])
        return self.step(s.CalendarChanged())

    def step(self, occurrence: s.Occurrence) -> Player:
        """One step, saved and loaded on both sides."""
        done = run(
            compile_definition(self.xml),
            self.state,
            occurrence,
            at(self.now, self.calendar),
            self._perform,
        )
        self.state, self.completed = done.state, done.completed
        self.waiting = self.waiting.after(done.change)
        self.messages += done.messages
        self.path += done.path
        self.variables = done.variables
        return self

    def _perform(self, call: s.EffectCall) -> Mapping[str, Any]:
        self.calls.append(call)
        return self.results.get(call.name, {})

    # --- what is seen ------------------------------------------------------------------------

    def task_id(self, element_id: str, nth: int = 0) -> str:
        found = [t.id for t in self.waiting.tasks.values() if t.element.id == element_id]
        assert len(found) > nth, f"{element_id} is not open; open are {self.open}"
        return found[nth]

    @property
    def open(self) -> list[str]:
        """The ids of the elements whose tasks are open, sorted."""
        return sorted(task.element.id for task in self.waiting.tasks.values())

    @property
    def timers(self) -> dict[str, str]:
        """Element id → when its timer fires next."""
        return {t.element_id: local(t.due_at) for t in self.waiting.timers.values()}

    @property
    def waits(self) -> list[str]:
        return sorted(wait.name for wait in self.waiting.waits.values())

    @property
    def effects(self) -> list[str]:
        return [call.name for call in self.calls]


# --- pieces of diagrams ------------------------------------------------------------------------


def user(element_id: str, inside: str = "", **attributes: str) -> str:
    written = "".join(f' camunda:{k}="{v}"' for k, v in attributes.items())
    return f'<bpmn:userTask id="{element_id}"{written}>{inside}</bpmn:userTask>'


def script(element_id: str, text: str, inside: str = "") -> str:
    return (
        f'<bpmn:scriptTask id="{element_id}">{inside}<bpmn:script>{text}</bpmn:script>'
        "</bpmn:scriptTask>"
    )


def service(element_id: str, effect: str, inside: str = "") -> str:
    return (
        f'<bpmn:serviceTask id="{element_id}" camunda:delegateExpression="${{{effect}}}">'
        f"{inside}</bpmn:serviceTask>"
    )


def parameters(
    inputs: Mapping[str, str] | None = None, outputs: Mapping[str, str] | None = None
) -> str:
    written = [
        f'<camunda:{kind}Parameter name="{name}">{text}</camunda:{kind}Parameter>'
        for kind, items in (("input", inputs or {}), ("output", outputs or {}))
        for name, text in items.items()
    ]
    return (
        "<bpmn:extensionElements><camunda:inputOutput>"
        f"{''.join(written)}</camunda:inputOutput></bpmn:extensionElements>"
    )


def timer(kind: str, text: str) -> str:
    return (
        f"<bpmn:timerEventDefinition><bpmn:{kind} {XSI}>{text}</bpmn:{kind}>"
        "</bpmn:timerEventDefinition>"
    )


def caught_message(name: str) -> str:
    return f'<bpmn:messageEventDefinition messageRef="M_{name}"/>'


def message_root(*names: str) -> str:
    return "".join(f'<bpmn:message id="M_{name}" name="{name}"/>' for name in names)


def catch(element_id: str, definition: str) -> str:
    return (
        f'<bpmn:intermediateCatchEvent id="{element_id}">{definition}</bpmn:intermediateCatchEvent>'
    )


def throw(element_id: str, definition: str, inside: str = "") -> str:
    return (
        f'<bpmn:intermediateThrowEvent id="{element_id}">{inside}{definition}'
        "</bpmn:intermediateThrowEvent>"
    )


def end(element_id: str, definition: str = "", inside: str = "") -> str:
    return f'<bpmn:endEvent id="{element_id}">{inside}{definition}</bpmn:endEvent>'


def boundary(element_id: str, host: str, definition: str, *, cancels: bool = True) -> str:
    return (
        f'<bpmn:boundaryEvent id="{element_id}" attachedToRef="{host}" '
        f'cancelActivity="{str(cancels).lower()}">{definition}</bpmn:boundaryEvent>'
    )


def gateway(kind: str, element_id: str, default: str = "") -> str:
    written = f' default="{default}"' if default else ""
    return f'<bpmn:{kind}Gateway id="{element_id}"{written}/>'


def when(flow_id: str, source: str, target: str, condition: str) -> str:
    return (
        f'<bpmn:sequenceFlow id="{flow_id}" sourceRef="{source}" targetRef="{target}">'
        f"<bpmn:conditionExpression {XSI}>{condition}</bpmn:conditionExpression>"
        "</bpmn:sequenceFlow>"
    )


def flow(flow_id: str, source: str, target: str) -> str:
    return f'<bpmn:sequenceFlow id="{flow_id}" sourceRef="{source}" targetRef="{target}"/>'


def repeated(
    text: str = "", *, sequential: bool = False, condition: str = "", **attributes: str
) -> str:
    """Multi-instance: a cardinality, or `collection` and `elementVariable`."""
    written = "".join(f' camunda:{k}="{v}"' for k, v in attributes.items())
    cardinality = f"<bpmn:loopCardinality {XSI}>{text}</bpmn:loopCardinality>" if text else ""
    until = (
        f"<bpmn:completionCondition {XSI}>{condition}</bpmn:completionCondition>"
        if condition
        else ""
    )
    return (
        f'<bpmn:multiInstanceLoopCharacteristics isSequential="{str(sequential).lower()}"'
        f"{written}>{cardinality}{until}</bpmn:multiInstanceLoopCharacteristics>"
    )


def sub_process(element_id: str, *elements: str, flows: str, inside: str = "") -> str:
    """An embedded sub-process with its own begin and end, `<id>Begin` and `<id>Done`."""
    begin, done = f"{element_id}Begin", f"{element_id}Done"
    pairs = [
        pair
        for chain in flows.split()
        for pair in zip(chain.split(">"), chain.split(">")[1:], strict=False)
    ]
    drawn = [flow(f"{element_id}_{n}", a, b) for n, (a, b) in enumerate(pairs)]
    return (
        f'<bpmn:subProcess id="{element_id}">{inside}<bpmn:startEvent id="{begin}"/>'
        f'{"".join(elements)}<bpmn:endEvent id="{done}"/>{"".join(drawn)}</bpmn:subProcess>'
    )


def play(*elements: str, flows: str, roots: str = "", **options: Any) -> Player:
    """A player of a small diagram; see `tests.engine.lint.given.diagram`."""
    return Player(diagram(*elements, flows=flows, roots=roots), **options)
