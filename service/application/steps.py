"""The engine as the application sees it: what can happen, and what comes of it.

`Engine.advance` is a pure function in the shape of a generator. Where the diagram asks for an
effect it yields an `EffectCall`; the caller performs it and sends back the result (a mapping that
becomes variables). What it returns is an `Advance`: the new state and how the set of waiting
things changed. The engine never saves, sends, logs or reads a clock.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Generator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol, TypeAlias

from service.domain.calendars import WorkingCalendar
from service.domain.cycle_settings import CycleSettings


@dataclass(frozen=True, slots=True)
class Moment:
    """What a step knows of the world: the instant, the calendar and the cycle's settings."""

    now: datetime
    calendar: WorkingCalendar
    settings: CycleSettings


@dataclass(frozen=True, slots=True)
class Element:
    """One flow node (or the process itself) with the dialect's attributes.

    Shapes: `names` has the keys kk, ru, en where given; `inputs` maps argument to text or
    template; `properties` are the camunda:property values.
    """

    id: str
    kind: str  # the BPMN tag: userTask, serviceTask, endEvent …
    name: str
    line: int
    names: Mapping[str, str] = field(default_factory=dict)
    properties: Mapping[str, str] = field(default_factory=dict)
    inputs: Mapping[str, str] = field(default_factory=dict)
    outputs: Mapping[str, str] = field(default_factory=dict)
    effect: str = ""  # camunda:delegateExpression="${effect}"
    topic: str = ""  # camunda:type="external"
    form_key: str = ""
    assignee: str = ""
    candidate_groups: str = ""
    candidate_users: str = ""
    due: str = ""
    follow_up: str = ""

    @property
    def clause(self) -> str:
        """The clauses of the law that the element carries out, such as "4,7"; "" for none."""
        return self.properties.get("clause", "")


@dataclass(frozen=True, slots=True)
class Started:
    """An instance begins, with these variables; `message` names the message that starts it."""

    variables: Mapping[str, Any]
    message: str = ""


@dataclass(frozen=True, slots=True)
class UserTaskCompleted:
    """Somebody completed a user task; `values` become variables."""

    task_id: str
    values: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class ExternalTaskCompleted:
    """A worker completed an external task."""

    task_id: str
    values: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class MessageArrived:
    """A message that the instance waits for arrived; `payload` becomes variables."""

    name: str
    payload: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Woken:
    """Time has passed: whatever is due at the moment fires."""


@dataclass(frozen=True, slots=True)
class CalendarChanged:
    """The calendar changed: waiting timers are computed again from their anchors.

    Nothing fires in this step: what is overdue by the new calendar fires when the instance is woken
    next. `opened_at` says when open user tasks were opened (id → instant): terms that count from
    today() or now() stay anchored to that.
    """

    opened_at: Mapping[str, datetime] = field(default_factory=dict)


Occurrence: TypeAlias = (
    Started | UserTaskCompleted | ExternalTaskCompleted | MessageArrived | Woken | CalendarChanged
)


@dataclass(frozen=True, slots=True)
class OpenTask:
    """A user task that opened, with its attributes evaluated."""

    id: str
    element: Element
    assignee: str
    candidate_groups: tuple[str, ...]
    candidate_users: tuple[str, ...]
    excluded_users: tuple[str, ...]
    due_at: datetime | None
    follow_up_at: datetime | None


@dataclass(frozen=True, slots=True)
class Rung:
    """One instant of a ladder; `number` is its place in the ladder as drawn, from 1."""

    number: int
    due_at: datetime


@dataclass(frozen=True, slots=True)
class EffectCall:
    """The diagram asks for an effect. `arguments` are its evaluated inputParameters.

    `rungs` are those that the ladder leading here used up in one firing, the present one last;
    empty where no ladder leads here. `host` is the task on whose edge the timer sits that leads
    here, as it was then; None where no such timer does.
    """

    name: str
    element: Element
    arguments: Mapping[str, Any]
    variables: Mapping[str, Any]
    rungs: tuple[Rung, ...] = ()
    host: OpenTask | None = None

    @property
    def missed_rungs(self) -> int:
        """How many instants of the ladder passed unused before the present one (an outage)."""
        return len({rung.due_at for rung in self.rungs}) - 1 if self.rungs else 0


@dataclass(frozen=True, slots=True)
class PendingTimer:
    """A timer that waits, and when it fires next."""

    id: str
    element_id: str
    due_at: datetime


@dataclass(frozen=True, slots=True)
class Wait:
    """A message that the instance waits for; `business_key` "" means the instance's own."""

    id: str
    name: str
    business_key: str = ""


@dataclass(frozen=True, slots=True)
class OpenExternalTask:
    """Work for an external worker."""

    id: str
    element_id: str
    topic: str


@dataclass(frozen=True, slots=True)
class ThrownMessage:
    """A message for other instances. `business_key` addresses it; the payload is what is listed."""

    name: str
    business_key: str
    payload: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Change:
    """What opened and what closed between two states; ids of what closed."""

    tasks_opened: tuple[OpenTask, ...] = ()
    tasks_closed: tuple[str, ...] = ()
    timers_set: tuple[PendingTimer, ...] = ()
    timers_cleared: tuple[str, ...] = ()
    waits_begun: tuple[Wait, ...] = ()
    waits_ended: tuple[str, ...] = ()
    external_opened: tuple[OpenExternalTask, ...] = ()
    external_closed: tuple[str, ...] = ()
    tasks_kept: tuple[OpenTask, ...] = ()  # described again, after CalendarChanged only


@dataclass(frozen=True, slots=True)
class Advance:
    """The result of one step."""

    state: bytes
    completed: bool
    change: Change
    messages: tuple[ThrownMessage, ...] = ()
    path: tuple[str, ...] = ()  # ids of the elements that were passed, in order
    variables: Mapping[str, Any] = field(default_factory=dict)  # of the last element passed


# An element's inputParameters as written → what is wrong with them, or None.
ArgumentCheck: TypeAlias = Callable[[Mapping[str, str]], str | None]


class Summary(Protocol):
    """What the application needs to know of a definition."""

    @property
    def digest(self) -> str:
        """The SHA-256 of the diagram, hex."""

    @property
    def key(self) -> str:
        """The id of the process."""

    @property
    def elements(self) -> Mapping[str, Element]:
        """What its owner wrote on each element, by id."""

    @property
    def message_starts(self) -> tuple[str, ...]:
        """The messages that start an instance."""

    @property
    def starter_groups(self) -> tuple[str, ...]:
        """Who may start it by hand; empty for everybody."""

    @property
    def start_form(self) -> str:
        """The form of its start event, or empty."""

    @property
    def timer_start(self) -> str:
        """When it starts by itself, as written on its start event; empty when it does not."""


class Finding(Protocol):
    """One thing that is wrong with a diagram, printable as one line."""

    @property
    def severity(self) -> str:
        """Error · warning."""


class Engine(Protocol):
    """What executes diagrams. `digest` names the definition, `xml` its text."""

    def examine(
        self,
        files: Mapping[str, bytes],
        effects: Mapping[str, ArgumentCheck],
        forms: Collection[str],
    ) -> Sequence[Finding]:
        """Everything that is wrong with these diagrams (file name → bytes).

        `effects` maps the name of each effect to what looks at its arguments as written.
        """

    def describe(self, digest: str, xml: bytes) -> Summary:
        """The compiled definition."""

    def advance(
        self, digest: str, xml: bytes, state: bytes | None, occurrence: Occurrence, moment: Moment
    ) -> Generator[EffectCall, Mapping[str, Any], Advance]:
        """Carry an instance on until it waits or ends.

        `state` is None for `Started` only. Raises TaskNotOpen for a task that is not open and
        StepFailed when the diagram cannot be executed.
        """

    def start_at(self, digest: str, xml: bytes, year: int, moment: Moment) -> datetime | None:
        """When the process starts by itself, with `year` as the cycle's year.

        None when it has no timer start. Raises StepFailed when what is written there is no date.
        """

    def describe_task(
        self, digest: str, xml: bytes, state: bytes, task_id: str, moment: Moment
    ) -> OpenTask:
        """An open user task with its attributes evaluated at a moment; nothing moves.

        Raises TaskNotOpen for a task that is not open, StepFailed when it cannot be evaluated.
        """
