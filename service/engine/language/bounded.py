"""The evaluation of expressions, with bounds: simpleeval's, with our operators and functions only.

What goes wrong is WrongInput (`Evaluator` adds the expression's text), what is too much work
LimitExceeded.
"""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Any, cast

import simpleeval

from service.domain.calendars import MOST_DAYS
from service.engine.language.words import WORDS
from service.engine.language.work import Work, size_of
from service.errors import WrongInput

MAX_NUMBER = 10**18
MAX_DIGITS = 18  # that `round` is asked for
MAX_LENGTH = 10_000  # of a string or list that an expression makes
_FIELDS = frozenset("year month day hour minute second days seconds".split())  # of dates
_WORK_OF_A_WORD = 10  # what a calendar word costs at least, in the same measure


def as_text(value: Any) -> str:
    """`value` as a text; a list's or structure's at most MAX_LENGTH characters.

    Each list in a list doubles the marks of its texts: without a limit that explodes.
    """
    if isinstance(value, str):
        return value
    if not isinstance(value, list | tuple | dict):
        return str(value)
    # Every value writes at least one character: what holds too many is not written at all.
    text = "" if size_of(value, MAX_LENGTH) > MAX_LENGTH else str(value)
    if not text or len(text) > MAX_LENGTH:
        raise WrongInput(f"the text is longer than {MAX_LENGTH}; make it shorter")
    return text


def _round(number: Any, digits: Any = None) -> Any:
    """Python's `round` computes 10 to the power of minus `digits`."""
    if digits is not None and not -MAX_DIGITS <= digits <= MAX_DIGITS:
        raise WrongInput(f"{digits} digits; at most {MAX_DIGITS}")
    return round(number, digits)


FUNCTIONS: Mapping[str, Callable[..., Any]] = {
    "len": len,
    "min": min,
    "max": max,
    "abs": abs,
    "round": _round,
    "int": int,
    "float": float,
    "str": as_text,
}


class Bounded(simpleeval.EvalWithCompoundTypes):  # type: ignore[misc]  # simpleeval is untyped
    """simpleeval with our operators only; the tree was checked before."""

    def __init__(self, functions: Mapping[str, Callable[..., Any]], work: Work) -> None:
        super().__init__(operators=_OPERATORS, functions=dict(functions), names={})
        self._work = work

    def _check_disallowed_items(self, item: Any) -> None:
        """Nothing to look for: simpleeval would walk through every list at every part.

        A function can never be a value here: variables hold what JSON knows, `_eval_name` gives
        no functions, `_eval_attribute` no methods, and the words return data.
        """

    def _eval_compare(self, node: ast.Compare) -> Any:
        """As simpleeval's, but what is compared counts as work: lists are walked through."""
        result: Any = True
        left = self._eval(node.left)
        for operation, comparator in zip(node.ops, node.comparators, strict=True):
            right = self._eval(comparator)
            self._look_through(left)
            self._look_through(right)
            result = _OPERATORS[type(operation)](left, right)
            if not result:
                break
            left = right
        return result

    def _eval_binop(self, node: ast.BinOp) -> Any:
        """As simpleeval's, but the texts and lists that are made count as work."""
        result = super()._eval_binop(node)
        if isinstance(result, str | list):
            self._work.spend(len(result) >> 4)
        return result

    def _eval_call(self, node: ast.Call) -> Any:
        """A word; the days it counts and the values it looks through count as work."""
        name = cast("ast.Name", node.func).id
        given = [self._eval(argument) for argument in node.args]
        named = {str(keyword.arg): self._eval(keyword.value) for keyword in node.keywords}
        for argument in (*given, *named.values()):
            if name in WORDS and isinstance(argument, int):
                self._work.spend(min(abs(argument), MOST_DAYS))
            elif name != "len":
                self._look_through(argument)
        result = self.functions[name](*given, **named)
        if name in WORDS:
            made = 3 * len(result) if isinstance(result, list) else 0
            self._work.spend(_WORK_OF_A_WORD + made)
        return result

    def _look_through(self, value: Any) -> None:
        if isinstance(value, str):
            self._work.spend(len(value) >> 6)
        elif isinstance(value, list | tuple | dict):
            self._work.spend(size_of(value, self._work.left))

    def _eval_name(self, node: ast.Name) -> Any:
        """A variable; never a function, which simpleeval would hand out as a value."""
        if node.id not in self.names:
            raise simpleeval.NameNotDefined(node.id, self.expr)
        return self.names[node.id]

    def _eval_attribute(self, node: ast.Attribute) -> Any:
        """A key of a structure, or a field of a date: never a method, not even uncalled."""
        value = self._eval(node.value)
        if isinstance(value, dict) and node.attr in value:
            return value[node.attr]
        if (
            isinstance(value, date | timedelta)
            and node.attr in _FIELDS
            and hasattr(value, node.attr)
        ):
            return getattr(value, node.attr)
        raise WrongInput(f"there is no '.{node.attr}' in a {type(value).__name__}")


def _number(value: Any) -> Any:
    if not isinstance(value, int | float):
        raise WrongInput(f"{value!r} is not a number; this operator counts only numbers")
    if abs(value) > MAX_NUMBER:
        raise WrongInput(f"a number is larger than {MAX_NUMBER}; use smaller ones")
    return value


def _numeric(function: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    return lambda left, right: _number(function(_number(left), _number(right)))


def _add(left: Any, right: Any) -> Any:
    if isinstance(left, str | list) and isinstance(right, str | list):
        if len(left) + len(right) > MAX_LENGTH:
            raise WrongInput(f"the result is longer than {MAX_LENGTH}; make it shorter")
        return left + right  # type: ignore[operator]
    if isinstance(left, int | float) and isinstance(right, int | float):
        return _number(left + right)
    return left + right


def _subtract(left: Any, right: Any) -> Any:
    if isinstance(left, int | float) and isinstance(right, int | float):
        return _number(left - right)
    return left - right


_OPERATORS: dict[type, Callable[..., Any]] = {
    ast.Add: _add,
    ast.Sub: _subtract,
    ast.Mult: _numeric(operator.mul),
    ast.Div: _numeric(operator.truediv),
    ast.FloorDiv: _numeric(operator.floordiv),
    ast.Mod: _numeric(operator.mod),
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Gt: operator.gt,
    ast.Lt: operator.lt,
    ast.GtE: operator.ge,
    ast.LtE: operator.le,
    ast.Not: operator.not_,
    ast.USub: operator.neg,
    ast.UAdd: operator.pos,
    ast.In: lambda item, container: item in container,
    ast.NotIn: lambda item, container: item not in container,
    ast.Is: operator.is_,
    ast.IsNot: operator.is_not,
}
