"""One step on one loaded workflow: the working part behind `advance`."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import date, datetime
from functools import partial
from typing import Any, TypeVar
from uuid import UUID

from SpiffWorkflow.bpmn import BpmnEvent
from SpiffWorkflow.bpmn.specs.event_definitions.message import MessageEventDefinition
from SpiffWorkflow.bpmn.specs.mixins.unstructured_join import UnstructuredJoin
from SpiffWorkflow.exceptions import SpiffWorkflowException
from SpiffWorkflow.util.task import TaskState

from service.application import steps as a
from service.application.steps import Element, Moment
from service.engine.definitions import ExecutableDefinition
from service.engine.language.bounded import as_text
from service.engine.language.scripts import StepScripts, plain
from service.engine.language.words import as_instant, check_year
from service.engine.origins import host_of, rungs_of
from service.engine.timers import next_due, rearm, timer_of
from service.engine.waiting import Waiting, message_names
from service.engine.workflow import ProcessWorkflow
from service.errors import (
    DeadEnd,
    LimitExceeded,
    Refused,
    StepFailed,
    TaskNotOpen,
)

_T = TypeVar("_T")

MAX_STEPS = 1_000  # elements passed in one step
MAX_ROUNDS = 50  # passes of one parallel gateway in one step: each looks back at all before
MAX_TASKS = 3_000  # tasks in one instance's tree
MAX_DEPTH = 900  # SpiffWorkflow loses tasks beyond a depth of 1,000


class Run:
    """A loaded workflow during one step. Not thread-safe; used once."""

    def __init__(
        self,
        definition: ExecutableDefinition,
        state: bytes | None,
        moment: Moment,
        scripts: StepScripts | None = None,
    ) -> None:
        self._definition = definition
        self._moment = moment
        self._scripts = scripts or StepScripts(moment)
        self._steps = 0
        self._joins: Counter[tuple[int, str]] = Counter()
        self._path: list[str] = []
        self._effects: deque[Any] = deque()
        self._calling: Any = None
        self._replanning: a.CalendarChanged | None = None
        self._last_variables: Mapping[str, Any] = {}
        self._before = Waiting()
        if state is None:
            self._workflow = self._guarded(self._new)
        else:
            self._workflow = self._guarded(partial(definition.codec.load, state))
            self._before = self._guarded(self._waiting)
        self._workflow.script_engine = self._scripts

    def begin(self, occurrence: a.Occurrence) -> None:
        """Apply what happened and run until an effect is asked for or everything waits."""
        begin: dict[type, Callable[[Any], None]] = {
            a.Started: self._start,
            a.UserTaskCompleted: self._complete_user_task,
            a.ExternalTaskCompleted: self._complete_external_task,
            a.MessageArrived: self._catch_message,
            a.Woken: lambda _: self._workflow.refresh_timers(),
            a.CalendarChanged: self._rearm,
        }
        self._guarded(lambda: begin[type(occurrence)](occurrence))
        if self._replanning is None:
            self._guarded(self._settle)

    def next_effect(self) -> a.EffectCall | None:
        """The next effect that the diagram asks for, or None when everything waits."""
        while self._effects:
            task = self._effects.popleft()
            if task.state != TaskState.STARTED:
                continue  # an interrupting event took it away meanwhile
            self._calling = task
            return self._guarded(partial(self._call, task))
        return None

    def answer(self, result: Mapping[str, Any]) -> None:
        """Take an effect's result into the variables and go on."""
        task, self._calling = self._calling, None
        self._guarded(lambda: self._complete(task, result))
        self._guarded(self._settle)

    def describe(self, task_id: str) -> a.OpenTask:
        """An open user task with its attributes evaluated at the run's moment."""
        task = self._find(task_id)
        if task is None or task.state != TaskState.READY or not task.task_spec.manual:
            raise TaskNotOpen
        return self._guarded(lambda: self._open_task(task))

    def finish(self) -> a.Advance:
        """Check the workflow over and hand out the new state."""
        return self._guarded(self._finish)

    def _finish(self) -> a.Advance:
        after = self._waiting()
        completed = not any(self._tasks(TaskState.NOT_FINISHED_MASK))
        if completed:
            self._workflow.is_completed()  # marks the workflow, so that the state says so too
        self._check(after, completed=completed)
        change = self._before.change_to(after, self._open_task)
        if self._replanning:
            kept = [task for key, task in after.tasks.items() if key in self._before.tasks]
            change = replace(change, tasks_kept=tuple(self._kept_task(task) for task in kept))
        return a.Advance(
            state=self._definition.codec.dump(self._workflow),
            completed=completed,
            change=change,
            messages=tuple(self._message(name, task) for name, task in self._scripts.thrown),
            path=tuple(self._path),
            variables=self._last_variables,
        )

    # --- what can happen -------------------------------------------------------------------

    def _new(self) -> Any:
        specs = dict(self._definition.specs)
        return ProcessWorkflow(specs[self._definition.key], specs, script_engine=self._scripts)

    def _start(self, started: a.Started) -> None:
        self._scripts.check(started.variables)
        self._workflow.task_tree.set_data(**started.variables)
        self._settle()
        if started.message:
            self._catch(started.message, started.variables)
        elif not self._path:
            self._fire_start_event()

    def _fire_start_event(self) -> None:
        """A signal or conditional start event, started by hand."""
        for task in list(self._workflow.event_manager.tasks.values()):
            task._set_internal_data(event_fired=True)
            task.task_spec._update(task)
            return

    def _complete_user_task(self, done: a.UserTaskCompleted) -> None:
        task = self._find(done.task_id)
        if task is None or task.state != TaskState.READY or not task.task_spec.manual:
            raise TaskNotOpen
        self._scripts.check(done.values)
        task.set_data(**done.values)
        self._note(task)
        task.run()

    def _complete_external_task(self, done: a.ExternalTaskCompleted) -> None:
        task = self._find(done.task_id)
        if task is None or task.state != TaskState.STARTED or not self._element(task).topic:
            raise TaskNotOpen
        self._complete(task, done.values)

    def _catch_message(self, arrived: a.MessageArrived) -> None:
        self._scripts.check(arrived.payload)
        self._catch(arrived.name, arrived.payload)

    def _catch(self, name: str, payload: Mapping[str, Any]) -> None:
        event = BpmnEvent(MessageEventDefinition(name), payload=dict(payload))
        if self._workflow.event_manager.catch(event, internal=False) == 0:
            raise StepFailed(f"The instance does not wait for message '{name}'; keep it buffered")

    def _rearm(self, changed: a.CalendarChanged) -> None:
        self._replanning = changed
        for task in self._workflow.event_manager.tasks.values():
            if (timer := timer_of(task)) is not None:
                rearm(task, timer)

    # --- running ---------------------------------------------------------------------------

    def _settle(self) -> None:
        """Run everything automatic until nothing moves any more.

        The stock loop walks the whole tree once a round; without sub-processes a look at the task
        table is enough and several times quicker.
        """
        while True:
            before = self._steps
            if self._workflow.subprocesses:
                self._workflow.do_engine_steps(self._count, self._passed)
            else:
                self._run_ready()
                self._workflow.refresh_timers()
            if self._steps == before and not self._automatic_ready():
                return

    def _run_ready(self) -> None:
        for task in self._automatic_ready():
            if task.state == TaskState.READY:  # an earlier one may have taken it away
                self._count(task)
                task.run()
                self._passed(task)

    def _automatic_ready(self) -> list[Any]:
        return [task for task in self._tasks(TaskState.READY) if not task.task_spec.manual]

    def _tasks(self, states: int) -> Iterator[Any]:
        """Every task in one of the states, sub-processes included, in order of creation."""
        for workflow in (self._workflow, *self._workflow.subprocesses.values()):
            for task in list(workflow.tasks.values()):
                if task.state & states:
                    yield task

    def _count(self, task: Any) -> None:
        self._steps += 1
        if isinstance(task.task_spec, UnstructuredJoin):
            self._count_join(task)
        if self._steps > MAX_STEPS:
            raise LimitExceeded(
                f"More than {MAX_STEPS} elements were passed in one step: the diagram runs in a "
                f"circle through {', '.join(dict.fromkeys(self._path[-6:]))}; "
                "let somebody wait there"
            )
        subprocesses = self._workflow.subprocesses.values()
        if len(self._workflow.tasks) + sum(len(sub.tasks) for sub in subprocesses) > MAX_TASKS:
            raise LimitExceeded(
                f"The instance has more than {MAX_TASKS} tasks; split it into several"
            )

    def _count_join(self, task: Any) -> None:
        gateway = (id(task.workflow), task.task_spec.name)
        self._joins[gateway] += 1
        if self._joins[gateway] > MAX_ROUNDS:
            raise LimitExceeded(
                f"The gateway '{task.task_spec.name}' was passed more than {MAX_ROUNDS} times in "
                "one step: the diagram runs in a circle through it; let somebody wait there"
            )

    def _passed(self, task: Any) -> None:
        self._note(task)
        if task.state == TaskState.STARTED and self._element(task).effect:
            self._effects.append(task)

    def _note(self, task: Any) -> None:
        if task.task_spec.bpmn_id:
            self._path.append(task.task_spec.bpmn_id)
            self._last_variables = task.data

    def _call(self, task: Any) -> a.EffectCall:
        element, host = self._element(task), host_of(task)
        return a.EffectCall(
            name=element.effect,
            element=element,
            arguments=self._inputs(element, task),
            variables=dict(task.data),
            rungs=rungs_of(task),
            host=self._open_task(host) if host is not None else None,
        )

    def _inputs(self, element: Element, task: Any) -> dict[str, Any]:
        inputs = {
            name: plain(self._scripts.template(text, task.data, task))
            for name, text in element.inputs.items()
        }
        self._scripts.check(inputs)  # they leave the engine: what JSON lacks goes no further
        return inputs

    def _complete(self, task: Any, values: Mapping[str, Any]) -> None:
        result = plain(dict(values))
        outputs = self._element(task).outputs
        if outputs:
            scope = {**task.data, **result}
            result = {k: plain(self._scripts.template(t, scope, task)) for k, t in outputs.items()}
        task.set_data(**result)
        self._scripts.check(task.data)
        task.complete()

    def _guarded(self, work: Callable[[], _T]) -> _T:
        """Whatever goes wrong in a diagram becomes StepFailed: whoever steps waits for that."""
        try:
            return work()
        except (StepFailed, Refused):
            raise
        except Exception as problem:
            raise self._failed(problem) from problem

    def _failed(self, problem: Exception) -> StepFailed:
        spec = getattr(problem, "task_spec", None)
        element_id = getattr(spec, "bpmn_id", None) or (self._path[-1] if self._path else "")
        return StepFailed(f"At or after '{element_id}': {problem}", element_id=element_id)

    # --- looking ---------------------------------------------------------------------------

    def _find(self, task_id: str) -> Any:
        try:
            return self._workflow.get_task_from_id(UUID(task_id))
        except (ValueError, SpiffWorkflowException):
            return None

    def _element(self, task: Any) -> Element:
        name = task.task_spec.bpmn_id or task.task_spec.name.removesuffix(" [child]")
        return self._definition.elements.get(name) or Element(id=name, kind="", name="", line=0)

    def _waiting(self) -> Waiting:
        waiting = Waiting()
        for task in self._tasks(TaskState.READY | TaskState.STARTED):
            if task.state == TaskState.READY and task.task_spec.manual:
                waiting.tasks[str(task.id)] = task
            elif task.state == TaskState.STARTED and (topic := self._element(task).topic):
                element_id = self._element(task).id
                key = str(task.id)
                waiting.external[key] = a.OpenExternalTask(key, element_id, topic)
        for task in self._workflow.event_manager.tasks.values():
            if task.state == TaskState.WAITING:
                self._note_event(waiting, task)
        return waiting

    def _note_event(self, waiting: Waiting, task: Any) -> None:
        key, element_id = str(task.id), self._element(task).id
        if (due_at := next_due(task)) is not None:
            waiting.timers[key] = a.PendingTimer(key, element_id, due_at)
        for name in message_names(task):
            wait = a.Wait(f"{key}/{name}", name)
            waiting.waits[wait.id] = wait

    def _open_task(self, task: Any) -> a.OpenTask:
        element = self._element(task)
        excluded = element.properties.get("excludedUsers", "")
        return a.OpenTask(
            id=str(task.id),
            element=element,
            assignee=as_text(self._value(element.assignee, task) or ""),
            candidate_groups=self._list(element.candidate_groups, task),
            candidate_users=self._list(element.candidate_users, task),
            excluded_users=self._list(excluded, task),
            due_at=self._instant(element.due, task),
            follow_up_at=self._instant(element.follow_up, task),
        )

    def _kept_task(self, task: Any) -> a.OpenTask:
        """Described again, as on the day it was opened."""
        opened_at = self._replanning.opened_at.get(str(task.id)) if self._replanning else None
        if opened_at is None or opened_at == self._moment.now:
            return self._open_task(task)
        scripts, self._scripts = self._scripts, self._scripts.at(opened_at)
        try:
            return self._open_task(task)
        finally:
            self._scripts = scripts

    def _value(self, template: str, task: Any) -> Any:
        return self._scripts.template(template, task.data, task) if template else None

    def _list(self, template: str, task: Any) -> tuple[str, ...]:
        value = self._value(template, task)
        parts = value if isinstance(value, list | tuple) else as_text(value or "").split(",")
        return tuple(text for part in parts if (text := as_text(part).strip()))

    def _instant(self, template: str, task: Any) -> datetime | None:
        value = self._value(template, task)
        if value is None or value == "":
            return None
        if isinstance(value, date) and not isinstance(value, datetime):
            value = value.isoformat()
        return as_instant(value, self._moment.calendar)

    def _message(self, name: str, task: Any) -> a.ThrownMessage:
        payload = self._inputs(self._element(task), task)
        return a.ThrownMessage(name, as_text(payload.pop("businessKey", "")), payload)

    def _check(self, after: Waiting, *, completed: bool) -> None:
        """What SpiffWorkflow would get wrong silently must be loud here."""
        if completed and (after.tasks or after.external or after.timers or after.waits):
            raise StepFailed("The instance counts as ended while work is pending; this is a defect")
        for timer in after.timers.values():
            check_year(timer.due_at)  # a duration may lead anywhere
        for task in self._tasks(TaskState.ERROR):
            raise StepFailed("An element failed", element_id=self._element(task).id)
        if not completed and not (after.tasks or after.external or after.timers or after.waits):
            raise DeadEnd(
                f"The instance waits for nothing after {self._path[-3:]} and would never end; "
                "look at the gateways that join"
            )
        for task in after.tasks.values():
            if task.depth > MAX_DEPTH:
                raise LimitExceeded(
                    f"The instance went round more often than {MAX_DEPTH} elements allow"
                )
