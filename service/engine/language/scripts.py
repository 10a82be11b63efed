"""The script engine that SpiffWorkflow calls: every expression of a diagram goes through here.

Replacing it closes all doors at once: conditions, timers, script tasks, multi-instance, loops,
correlation. Nothing reaches `eval` or `exec`. One per step.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from functools import partial
from math import isfinite
from typing import Any

from SpiffWorkflow.bpmn.script_engine.python_engine import PythonScriptEngine

from service.application.steps import Moment
from service.engine.language.bounded import MAX_NUMBER
from service.engine.language.expressions import (
    Evaluator,
    ExpressionFailed,
    ExpressionRefused,
    script_lines,
)
from service.engine.language.words import Words
from service.engine.language.work import Work, can_be_saved, size_of
from service.engine.origins import rungs_of
from service.errors import LimitExceeded, StepFailed

MAX_VALUES = 5_000  # scalars in one instance's variables
MAX_DEPTH = 12
MAX_TEXT = 20_000  # characters of one text variable: long texts live in the registers
MAX_CHARACTERS = 200_000  # of all texts and names in one instance's variables
# SpiffWorkflow's serializer reads one as its types, its `set_data(**variables)` fails on the other.
FORBIDDEN_KEYS = ("typename", "self")


class StepScripts(PythonScriptEngine):  # type: ignore[misc]  # SpiffWorkflow is untyped
    """Evaluates over a task's variables at one moment."""

    def __init__(self, moment: Moment, work: Work | None = None) -> None:
        super().__init__()
        self.moment = moment
        self._words = Words(moment)
        self._work = work or Work()
        self._evaluator = Evaluator(self._words.functions(), self._work)
        self.thrown: list[tuple[str, Any]] = []  # (message name, throwing task), see SentMessage

    def evaluate(
        self, task: Any, expression: str, external_context: Mapping[str, Any] | None = None
    ) -> Any:
        """The value of an expression over the task's variables."""
        variables = {**external_context, **task.data} if external_context else task.data
        try:
            return self.value(expression, variables, task)
        except (ExpressionFailed, ExpressionRefused) as problem:
            raise StepFailed(problem.message, element_id=_id(task)) from problem

    def evaluate_at(self, task: Any, expression: str, at: datetime) -> Any:
        """The same, as if it were `at`: timers stay anchored to when they were armed."""
        if at == self.moment.now:
            return self.evaluate(task, expression)
        return self.at(at).evaluate(task, expression)

    def at(self, now: datetime) -> StepScripts:
        """The same at another instant; what it computes counts as work of this step."""
        return StepScripts(replace(self.moment, now=now), self._work)

    def execute(
        self, task: Any, script: str, external_context: Mapping[str, Any] | None = None
    ) -> bool:
        """A script task: lines of ``name = expression``, each seeing the ones before."""
        for name, expression in script_lines(script):
            value = self.evaluate(task, expression, external_context)
            if isinstance(value, list | tuple | dict):
                self._work.spend(size_of(value))  # before it is copied
            task.data[name] = plain(value)
            self.check(task.data)
        return True

    def check(self, variables: Mapping[str, Any]) -> None:
        """`check_variables`, counted as work of the step."""
        self._work.spend(check_variables(variables))

    def call_service(self, task: Any, **kwargs: Any) -> Any:
        """Never: effects are asked for, not called."""
        raise StepFailed("A service task has no implementation; name an effect or a topic")

    def value(self, text: str, variables: Mapping[str, Any], task: Any = None) -> Any:
        """The value of an expression over `variables`, where `task` is reached."""
        self._look_from(task, variables)
        return self._evaluator.evaluate(text, variables)

    def template(self, text: str, variables: Mapping[str, Any], task: Any = None) -> Any:
        """The value of a template over `variables`, where `task` is reached."""
        self._look_from(task, variables)
        return self._evaluator.template(text, variables)

    def _look_from(self, task: Any, variables: Mapping[str, Any]) -> None:
        self._words.variables = variables
        self._words.rungs = tuple if task is None else partial(rungs_of, task)


def _id(task: Any) -> str:
    return str(task.task_spec.bpmn_id or task.task_spec.name)


def plain(value: Any) -> Any:
    """`value` as JSON knows it: instants and dates as ISO text, tuples as lists."""
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    return value


def check_variables(variables: Mapping[str, Any]) -> int:
    """Refuse variables that would break the saved state or make it explode.

    Raises StepFailed for keys the engine reserves, values JSON does not know, and more than
    MAX_VALUES values, MAX_DEPTH levels, MAX_TEXT characters in one or MAX_CHARACTERS in all.
    Returns how much there was to look at, as `size_of` counts.
    """
    budget = [MAX_VALUES, MAX_CHARACTERS]
    _check_items(variables, 1, budget)
    return MAX_VALUES - budget[0] + ((MAX_CHARACTERS - budget[1]) >> 6)


def _check_items(items: Mapping[Any, Any], depth: int, budget: list[int]) -> None:
    for key, value in items.items():
        if not isinstance(key, str) or key in FORBIDDEN_KEYS or key[:2] == "__":
            raise StepFailed(f"A variable may not be named {key!r}; choose another name")
        if key.isidentifier():
            budget[1] -= len(key)
        else:
            _check_text(key, key, budget)
        _check(key, value, depth, budget)
    _check_characters(budget)


def _check(key: str, value: Any, depth: int, budget: list[int]) -> None:
    budget[0] -= 1
    if budget[0] < 0:
        raise LimitExceeded(
            f"The variables hold more than {MAX_VALUES} values; keep ids, not texts"
        )
    if depth > MAX_DEPTH:
        raise LimitExceeded(f"A variable is nested deeper than {MAX_DEPTH} levels; flatten it")
    if isinstance(value, str):
        _check_text(key, value, budget)
    elif isinstance(value, dict):
        _check_items(value, depth + 1, budget)
    elif isinstance(value, list):
        for item in value:
            _check(key, item, depth + 1, budget)
    else:
        _check_scalar(key, value)


def _check_text(key: str, text: str, budget: list[int]) -> None:
    if len(text) > MAX_TEXT:
        raise LimitExceeded(f"Variable {key[:60]!r} has {len(text)} characters; at most {MAX_TEXT}")
    if not can_be_saved(text):
        raise StepFailed(
            f"Variable {key[:60]!r} holds half a character or NUL, which cannot be saved; remove it"
        )
    budget[1] -= len(text)
    _check_characters(budget)


def _check_characters(budget: list[int]) -> None:
    if budget[1] < 0:
        raise LimitExceeded(
            f"The variables hold more than {MAX_CHARACTERS} characters; "
            "long texts belong into the registers"
        )


def _check_scalar(key: str, value: Any) -> None:
    if isinstance(value, float):
        if not isfinite(value):
            raise StepFailed(f"Variable {key!r} is {value}, which is no number that can be saved")
    elif isinstance(value, int):
        if abs(value) > MAX_NUMBER:
            raise StepFailed(f"Variable {key!r} is a number beyond {MAX_NUMBER}; use a smaller one")
    elif value is not None:
        raise StepFailed(f"Variable {key!r} is a {type(value).__name__}, which cannot be saved")
