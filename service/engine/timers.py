"""Timer events with a clock that is told, not read.

SpiffWorkflow's own timers call `datetime.now`, compare with `<` and expect their text to be a
quoted Python string. These take the instant from the step's `Moment`, accept what modellers write
(bare ISO 8601, or `${expression}`), compare with `<=`, and remember when they were armed so that
they can be armed again, anchored to that instant, when the calendar changes.

A timer's memory is plain data in the task's internal data under ``timer``:
``{"armed_at": iso, "due": [[rung, iso], …], "every": [count, iso duration] | None}``; of a ladder
also ``"of"``, how many rungs it has (0 where they are days, which come and go with the calendar),
and ``"used"``, those that fired. What a ladder's firing leads to keeps the rungs it used up under
``rungs``: ``[[rung, iso], …]``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any, cast

from SpiffWorkflow.bpmn.specs.event_definitions.timer import (
    CycleTimerEventDefinition,
    TimerEventDefinition,
)
from SpiffWorkflow.util.task import TaskState

from service.application.steps import Moment
from service.engine.language.expressions import is_expression
from service.engine.language.words import MAX_INSTANTS, EachDay, as_instant
from service.errors import StepFailed

SHORTEST_REPEAT = timedelta(seconds=60)
_HUGE = re.compile(r"\d{6}|\d{4}[YM]")


class InstantTimer(TimerEventDefinition):  # type: ignore[misc]  # SpiffWorkflow is untyped
    """`timeDate` and `timeDuration`: fires once, at one instant."""

    def __init__(
        self, name: str, expression: str, *, duration: bool, description: str = ""
    ) -> None:
        super().__init__(name, expression, description=description)
        self.duration = duration

    def has_fired(self, my_task: Any) -> bool:
        """True from the due instant on."""
        memory = armed(my_task, self)
        if datetime.fromisoformat(memory["due"][0][1]) <= moment_of(my_task).now:
            my_task._set_internal_data(event_fired=True)
        return bool(my_task._get_internal_data("event_fired", False))

    def instants(self, my_task: Any, value: Any, armed_at: datetime) -> Mapping[str, Any]:
        """The one due instant of `value`, counted from `armed_at` where it is a duration."""
        if self.duration:
            due = armed_at + duration_of(value, armed_at)
        else:
            due = as_instant(value, moment_of(my_task).calendar)
        return {"due": [[0, due.isoformat()]], "every": None}

    def reset(self, my_task: Any) -> None:
        """Forget everything, for the next time a loop comes by."""
        my_task.internal_data.pop("timer", None)
        super().reset(my_task)


class RepeatingTimer(CycleTimerEventDefinition):  # type: ignore[misc]
    """`timeCycle`: a list of instants (a ladder) or an ISO 8601 repeating interval.

    Rungs that lie before the arming are left out; rungs missed during an outage fire once.
    """

    def cycle_complete(self, my_task: Any) -> bool:
        """True when at least one rung is due; those are used up, as one firing."""
        return bool(self._use_up(my_task))

    def _use_up(self, my_task: Any) -> list[list[Any]]:
        """The rungs that are due, which never fire again."""
        memory = dict(armed(my_task, self))
        now = moment_of(my_task).now
        used = [rung for rung in memory["due"] if datetime.fromisoformat(rung[1]) <= now]
        if used:
            waiting = [rung for rung in memory["due"] if rung not in used]
            memory["due"] = waiting or _next_interval(memory, now)
            if memory["every"] is None:
                memory["used"] = [*memory["used"], *used]
            my_task._set_internal_data(timer=memory)
        return used

    def instants(self, my_task: Any, value: Any, armed_at: datetime) -> Mapping[str, Any]:
        """Rungs after `armed_at`, or the first firing of a repeating interval."""
        if isinstance(value, str):
            return _interval(value, armed_at, my_task)
        values = value if isinstance(value, list | tuple) else [value]
        if len(values) > MAX_INSTANTS:
            raise StepFailed(f"{self.name}: {len(values)} instants; at most {MAX_INSTANTS}")
        calendar = moment_of(my_task).calendar
        instants = sorted((as_instant(item, calendar), n) for n, item in enumerate(values, 1))
        due = [[rung, at.isoformat()] for at, rung in instants if at > armed_at]
        of = 0 if isinstance(value, EachDay) else len(instants)
        return {"due": due, "every": None, "of": of, "used": []}

    def update_task(self, my_task: Any) -> None:
        """A firing adds one child per outgoing flow, as SpiffWorkflow's own cycles do."""
        if used := self._use_up(my_task):
            is_ladder = my_task._get_internal_data("timer")["every"] is None
            for child in self.add_children(my_task):
                if is_ladder:
                    child._set_internal_data(rungs=used)
                child.task_spec._update(child)

    def add_children(self, my_task: Any) -> list[Any]:
        """What one firing leads to."""
        children = []
        for output in my_task.task_spec.outputs:
            child = my_task._add_child(output, TaskState.FUTURE)
            child.task_spec._predict(child, mask=TaskState.NOT_FINISHED_MASK)
            children.append(child)
        return children


def armed(my_task: Any, timer: InstantTimer | RepeatingTimer) -> Mapping[str, Any]:
    """The timer's memory; computed and kept when the task sees the timer for the first time."""
    memory = my_task._get_internal_data("timer")
    if memory is None:
        memory = _compute(my_task, timer, moment_of(my_task).now)
        my_task._set_internal_data(timer=memory)
    return cast("Mapping[str, Any]", memory)


def rearm(my_task: Any, timer: InstantTimer | RepeatingTimer) -> None:
    """Compute the due instants again from the same anchor, keeping fired rungs fired.

    A ladder's rungs are known by their place. Days that come and go with the calendar, or another
    number of rungs, by their instant: those after the last one that fired are left.
    """
    memory = armed(my_task, timer)
    if memory["every"] is not None:
        return  # an interval counts seconds, not working days
    fresh = dict(_compute(my_task, timer, datetime.fromisoformat(memory["armed_at"])))
    if used := memory.get("used"):
        if fresh["of"] and fresh["of"] == memory["of"]:
            fired = {rung for rung, _ in used}
            fresh["due"] = [rung for rung in fresh["due"] if rung[0] not in fired]
        else:
            last = max(datetime.fromisoformat(at) for _, at in used)
            fresh["due"] = [rung for rung in fresh["due"] if _is_after(rung, last)]
        fresh["used"] = used
    my_task._set_internal_data(timer=fresh)


def _is_after(rung: list[Any], last: datetime) -> bool:
    return datetime.fromisoformat(rung[1]) > last


def next_due(my_task: Any) -> datetime | None:
    """When this task's timer fires next; None when it has none or nothing is left."""
    memory = my_task._get_internal_data("timer")
    if not memory or not memory["due"]:
        return None
    return min(datetime.fromisoformat(instant) for _, instant in memory["due"])


def timer_of(my_task: Any) -> InstantTimer | RepeatingTimer | None:
    """The timer that a waiting task waits for, if any (an event-based gateway has at most one)."""
    definition = my_task.task_spec.event_definition
    for candidate in [definition, *getattr(definition, "event_definitions", ())]:
        if isinstance(candidate, InstantTimer | RepeatingTimer):
            return candidate
    return None


def moment_of(my_task: Any) -> Moment:
    """The moment of the running step."""
    return cast("Moment", my_task.workflow.top_workflow.script_engine.moment)


def duration_of(value: Any, start: datetime) -> timedelta:
    """An ISO 8601 duration (``P1M``, ``PT1H``) from `start`. Raises StepFailed with the value."""
    if isinstance(value, timedelta):
        return value
    text = str(value).strip().upper()
    if _HUGE.search(text.partition("T")[0]):  # the library counts month by month
        raise StepFailed(f"{text[:40]!r} is longer than any plan; write a shorter duration")
    if not text.startswith("P"):
        raise StepFailed(f"{text[:40]!r} is no duration; write it as 'PT1H' or 'P3D'")
    try:
        parsed = TimerEventDefinition.parse_iso_duration(text)
        found: timedelta = TimerEventDefinition.get_timedelta_from_start(parsed, start)
    except Exception:  # noqa: BLE001 - the library raises bare Exceptions
        raise StepFailed(f"{value!r} is no duration; write it as 'PT1H' or 'P3D'") from None
    return found


def _compute(my_task: Any, timer: Any, armed_at: datetime) -> Mapping[str, Any]:
    text = timer.expression
    value = text.strip()
    if is_expression(text):
        value = my_task.workflow.script_engine.evaluate_at(my_task, text, armed_at)
    if isinstance(value, date) and not isinstance(value, datetime):
        value = value.isoformat()
    found = timer.instants(my_task, value, armed_at)
    return {"armed_at": armed_at.isoformat(), **found}


def _interval(text: str, armed_at: datetime, my_task: Any) -> Mapping[str, Any]:
    """``R3/PT10M``, ``R/P1D``, ``R3/2026-09-01T09:00:00+05:00/P1D`` (ISO 8601, 4.5)."""
    parts = text.strip().upper().split("/")
    if not parts[0].startswith("R") or len(parts) not in (2, 3):
        raise StepFailed(f"{text!r} is no repeating interval; write it as 'R3/PT10M'")
    count = int(parts[0][1:]) if parts[0][1:].isdigit() else -1
    every = duration_of(parts[-1], armed_at)
    if every < SHORTEST_REPEAT:
        raise StepFailed(f"{text!r} repeats within {every}; at least {SHORTEST_REPEAT}")
    start = armed_at + every
    if len(parts) == 3:
        start = as_instant(parts[1], moment_of(my_task).calendar)
    due = [[0, start.isoformat()]] if count else []
    return {"due": due, "every": [count, parts[-1]]}


def _next_interval(memory: dict[str, Any], now: datetime) -> list[list[Any]]:
    """The firing after `now` of a repeating interval; missed ones count as one."""
    if memory["every"] is None:
        return []
    count, text = memory["every"]
    if count == 1:
        return []
    last = datetime.fromisoformat(memory["due"][0][1])
    step = duration_of(text, last)
    missed = max(0, (now - last) // step)
    if count > 0:
        missed = min(missed, count - 1)
        count -= 1 + missed
        if count <= 0:
            return []
    memory["every"] = [count, text]
    return [[0, (last + step * (missed + 1)).isoformat()]]
