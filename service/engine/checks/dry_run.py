"""A rehearsal: run a diagram on a virtual clock with invented answers, to see that it stays small.

Nobody knows the variables yet, so unknown ones are tolerated: conditions are answered by a pattern
(all no, all yes, alternating), timers fire a day later. What counts is what no variable can
excuse: a circle without end, growth without bound, a join that waits for ever.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from itertools import cycle
from typing import Any

from service.application import steps as s
from service.domain.calendars import WorkingCalendar
from service.domain.cycle_settings import CycleSettings
from service.engine.checks.findings import Finding, Severity
from service.engine.definitions import ExecutableDefinition, compile_definition
from service.engine.language.expressions import ExpressionFailed
from service.engine.language.scripts import StepScripts
from service.engine.running import Run
from service.errors import DeadEnd, LimitExceeded, StepFailed

PATTERNS = ((False,), (True,), (True, False), (False, True, True))
MAX_OCCURRENCES = 60  # things that happen to one rehearsed instance
START = datetime(2026, 8, 3, 4, tzinfo=UTC)


def rehearse(data: bytes, file: str) -> list[Finding]:
    """What goes wrong when the diagram's process is played through. Never saves anything."""
    definition = compile_definition(data, file)
    found: dict[tuple[str, str], Finding] = {}
    for pattern in PATTERNS:
        try:
            _Rehearsal(definition, pattern).play()
        except LimitExceeded as problem:
            finding = _finding(definition, file, problem, "error", "out_of_bounds")
            found[finding.code, finding.element_id] = finding
        except DeadEnd as problem:
            finding = _finding(definition, file, problem, "warning", "dead_end")
            found[finding.code, finding.element_id] = finding
        except StepFailed:
            continue  # it needs variables that a rehearsal does not have
    return list(found.values())


class _Rehearsal:
    def __init__(self, definition: ExecutableDefinition, pattern: tuple[bool, ...]) -> None:
        self._definition = definition
        self._answers = cycle(pattern)
        self._now = START
        self._calendar = WorkingCalendar(_EveryWeekday())

    def play(self) -> None:
        """Start an instance and let things happen to it until it ends or has had enough."""
        message = next(iter(self._definition.message_starts), "")
        waiting = _Open()
        state, ended = self._step(None, s.Started({"cycle_year": START.year}, message), waiting)
        for _ in range(MAX_OCCURRENCES):
            occurrence = waiting.next_occurrence()
            if ended or occurrence is None:
                return
            if waiting.timers:
                self._now = max(self._now, min(waiting.timers.values()))
            state, ended = self._step(state, occurrence, waiting)

    def _step(
        self, state: bytes | None, occurrence: s.Occurrence, waiting: _Open
    ) -> tuple[bytes, bool]:
        moment = s.Moment(self._now, self._calendar, CycleSettings())
        scripts = _Lenient(moment, lambda: next(self._answers))
        run = Run(self._definition, state, moment, scripts)
        run.begin(occurrence)
        while run.next_effect() is not None:
            run.answer({})
        advance = run.finish()
        waiting.take(advance.change)
        return advance.state, advance.completed


class _Lenient(StepScripts):
    """Answers what cannot be evaluated: conditions by pattern, timers by the next day."""

    def __init__(self, moment: s.Moment, answer: Callable[[], bool]) -> None:
        super().__init__(moment)
        self._answer = answer

    def evaluate(
        self, task: Any, expression: str, external_context: Mapping[str, Any] | None = None
    ) -> Any:
        variables = {**(external_context or {}), **task.data}
        try:
            return self.value(expression, variables, task)
        except ExpressionFailed:
            return self._answer()

    def evaluate_at(self, task: Any, expression: str, at: datetime) -> Any:
        try:
            return self.value(expression, task.data, task)
        except ExpressionFailed:
            return self.moment.now + timedelta(days=1)

    def template(self, text: str, variables: Mapping[str, Any], task: Any = None) -> Any:
        try:
            return super().template(text, variables, task)
        except ExpressionFailed:
            return ""


class _Open:
    """What a rehearsed instance waits for."""

    def __init__(self) -> None:
        self.tasks: dict[str, str] = {}
        self.external: dict[str, str] = {}
        self.timers: dict[str, datetime] = {}
        self.waits: dict[str, str] = {}
        self._turn = 0

    def take(self, change: s.Change) -> None:
        """Follow a step's changes."""
        for kept, closed in (
            (self.tasks, change.tasks_closed),
            (self.external, change.external_closed),
            (self.timers, change.timers_cleared),
            (self.waits, change.waits_ended),
        ):
            for key in closed:
                kept.pop(key, None)
        self.tasks |= {task.id: task.element.id for task in change.tasks_opened}
        self.external |= {task.id: task.topic for task in change.external_opened}
        self.timers |= {timer.id: timer.due_at for timer in change.timers_set}
        self.waits |= {wait.id: wait.name for wait in change.waits_begun}

    def next_occurrence(self) -> s.Occurrence | None:
        """Tasks, timers and messages in turn."""
        self._turn += 1
        if self.tasks and (self._turn % 3 or not (self.timers or self.waits)):
            return s.UserTaskCompleted(next(iter(self.tasks)), {})
        if self.external:
            return s.ExternalTaskCompleted(next(iter(self.external)), {})
        if self.timers and (self._turn % 2 or not self.waits):
            return s.Woken()
        if self.waits:
            return s.MessageArrived(next(iter(self.waits.values())), {})
        return None


class _EveryWeekday:
    """A base calendar without holidays: a rehearsal needs no law."""

    version = "rehearsal"

    def days_off(self, year: int) -> dict[Any, Any]:
        """None."""
        return {}

    def working_weekends(self, year: int) -> frozenset[Any]:
        """None."""
        return frozenset()


def _finding(
    definition: ExecutableDefinition, file: str, problem: StepFailed, severity: Severity, code: str
) -> Finding:
    element = definition.elements.get(problem.element_id) or definition.process
    remedy = (
        "let somebody or something wait in the circle, and keep collections small"
        if code == "out_of_bounds"
        else "let every way that splits meet again in a gateway of the same kind"
    )
    return Finding(
        severity, file, element.line, element.id, element.name, code, problem.message, remedy
    )
