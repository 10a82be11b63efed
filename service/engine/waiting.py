"""What an instance waits for, and how that changes from one state to the next."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from SpiffWorkflow.bpmn.specs.event_definitions.message import MessageEventDefinition

from service.application import steps as a


class Waiting:
    """The things an instance waits for, by id."""

    def __init__(self) -> None:
        self.tasks: dict[str, Any] = {}
        self.timers: dict[str, a.PendingTimer] = {}
        self.waits: dict[str, a.Wait] = {}
        self.external: dict[str, a.OpenExternalTask] = {}

    def change_to(self, after: Waiting, describe: Callable[[Any], a.OpenTask]) -> a.Change:
        """What closed here and opened there. A timer with another due instant counts as both."""
        return a.Change(
            tasks_opened=tuple(describe(t) for k, t in after.tasks.items() if k not in self.tasks),
            tasks_closed=tuple(_gone(self.tasks, after.tasks)),
            timers_set=tuple(t for k, t in after.timers.items() if self.timers.get(k) != t),
            timers_cleared=tuple(k for k, t in self.timers.items() if after.timers.get(k) != t),
            waits_begun=tuple(w for k, w in after.waits.items() if k not in self.waits),
            waits_ended=tuple(_gone(self.waits, after.waits)),
            external_opened=tuple(e for k, e in after.external.items() if k not in self.external),
            external_closed=tuple(_gone(self.external, after.external)),
        )


def _gone(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[str]:
    return (key for key in before if key not in after)


def message_names(task: Any) -> Iterator[str]:
    """The names of the messages that a waiting task would catch."""
    definition = task.task_spec.event_definition
    for candidate in [definition, *getattr(definition, "event_definitions", ())]:
        if isinstance(candidate, MessageEventDefinition):
            yield candidate.name
