"""The expression language of the diagrams: small, side-effect free, bounded.

`${ … }` holds one expression; text around it makes a template. The grammar is a part of Python's
expression grammar, with JUEL's everyday spellings accepted (``&&``, ``||``, ``!``, ``eq``,
``null``, ``a ? b : c``). There are no methods, no attributes with an underscore, no
comprehensions, no powers and no formatting, so that nothing reaches outside and nothing grows
without bound. The evaluation itself is `simpleeval`'s; see docs/adr/0005-expressions.md and
docs/expressions.md.
"""

from __future__ import annotations

import ast
import operator
import re
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

import simpleeval

from service.engine.language.words import WORDS
from service.errors import KelisimError

MAX_TEXT = 2_000  # characters of one expression
MAX_NODES = 300
MAX_NUMBER = 10**18
MAX_DIGITS = 18  # that `round` is asked for
MAX_LENGTH = 10_000  # of a string or list that an expression makes


def _text(value: Any) -> str:
    """Each list in a list doubles the marks of its texts: without a limit that explodes."""
    text = str(value)
    if len(text) > MAX_LENGTH and not isinstance(value, str):
        raise ExpressionFailed(f"the text is longer than {MAX_LENGTH}; make it shorter")
    return text


def _round(number: Any, digits: Any = None) -> Any:
    """Python's `round` computes 10 to the power of minus `digits`."""
    if digits is not None and not -MAX_DIGITS <= digits <= MAX_DIGITS:
        raise ExpressionFailed(f"{digits} digits; at most {MAX_DIGITS}")
    return round(number, digits)


FUNCTIONS: Mapping[str, Callable[..., Any]] = {
    "len": len,
    "min": min,
    "max": max,
    "abs": abs,
    "round": _round,
    "int": int,
    "float": float,
    "str": _text,
}

_NODES = (
    *(ast.Expression, ast.Constant, ast.Name, ast.Load, ast.UnaryOp, ast.BinOp, ast.BoolOp),
    *(ast.Compare, ast.IfExp, ast.Call, ast.keyword, ast.Subscript, ast.Attribute),
    *(ast.List, ast.Tuple, ast.Dict, ast.And, ast.Or, ast.Not, ast.USub, ast.UAdd),
    *(ast.Add, ast.Sub, ast.Mult, ast.Div, ast.FloorDiv, ast.Mod),
    *(ast.Eq, ast.NotEq, ast.Lt, ast.LtE, ast.Gt, ast.GtE, ast.In, ast.NotIn, ast.Is, ast.IsNot),
)
_JUEL_WORDS = {
    "eq": "==",
    "ne": "!=",
    "lt": "<",
    "le": "<=",
    "gt": ">",
    "ge": ">=",
    "div": "/",
    "mod": "%",
    "null": "None",
    "true": "True",
    "false": "False",
    "empty": "not",
}
_FIELDS = frozenset("year month day hour minute second days seconds".split())  # of dates
_PLACEHOLDER = re.compile(r"[$#]\{([^{}]*)\}")


class ExpressionRefused(KelisimError):
    """This expression is not part of the language; see docs/expressions.md."""


class ExpressionFailed(KelisimError):
    """This expression could not be evaluated; look at the variables it names."""


def check_expression(text: str) -> str | None:
    """What is wrong with the expression `text` (with or without ``${}``), or None."""
    try:
        _parse(strip_braces(text))
    except ExpressionRefused as refusal:
        return refusal.message
    return None


def check_template(text: str) -> str | None:
    """What is wrong with a template such as ``${body}/submitter``, or None."""
    if is_expression(text):
        return check_expression(text)
    for match in _PLACEHOLDER.finditer(text):
        if problem := check_expression(match.group(1)):
            return problem
    rest = _PLACEHOLDER.sub("", text)
    if "${" in rest or "#{" in rest:
        return f"{text!r} opens '${{' without closing it; close it with '}}'"
    return None


def names_in(text: str) -> frozenset[str]:
    """The variables that an expression or template reads (words and functions left out)."""
    parts = [strip_braces(text)] if is_expression(text) else _PLACEHOLDER.findall(text)
    found: set[str] = set()
    for part in parts:
        tree = _parse(part)
        called = {id(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}
        found |= {
            node.id
            for node in ast.walk(tree)
            if isinstance(node, ast.Name) and id(node) not in called
        }
    return frozenset(found)


def is_expression(text: str) -> bool:
    """True for a text that is exactly one ``${…}``."""
    stripped = text.strip()
    return bool(_PLACEHOLDER.fullmatch(stripped)) or (
        stripped[:2] in ("${", "#{") and stripped.endswith("}") and "${" not in stripped[2:]
    )


def strip_braces(text: str) -> str:
    """The inside of ``${…}``, or the text itself."""
    stripped = text.strip()
    return stripped[2:-1].strip() if is_expression(stripped) else stripped


class Evaluator:
    """Evaluates expressions over variables, with the calendar words of one moment.

    Not thread-safe; one per step.
    """

    def __init__(self, words: Mapping[str, Callable[..., Any]]) -> None:
        self._simple = _Bounded(functions={**FUNCTIONS, **words})

    def evaluate(self, text: str, variables: Mapping[str, Any]) -> Any:
        """The value of `text`. Raises ExpressionRefused or ExpressionFailed, nothing else."""
        inside = strip_braces(text)
        tree = _parse(inside)
        if isinstance(tree.body, ast.Name) and tree.body.id in variables:
            return variables[tree.body.id]  # most holes name one variable
        self._simple.names = variables
        try:
            return self._simple.eval(inside, previously_parsed=tree.body)
        except KelisimError as problem:
            raise ExpressionFailed(f"'{inside}': {problem.message}") from problem
        except simpleeval.NameNotDefined as problem:
            raise ExpressionFailed(
                f"'{inside}': there is no variable '{problem.name}' at this point; "
                f"known are {', '.join(sorted(variables)) or 'none'}"
            ) from problem
        except RecursionError as problem:
            raise ExpressionFailed(f"'{inside}': a value is nested too deeply") from problem
        except Exception as problem:  # whatever a value does wrong is the diagram's fault
            raise ExpressionFailed(f"'{inside}': {problem}; check the values it uses") from problem

    def template(self, text: str, variables: Mapping[str, Any]) -> Any:
        """A single ``${…}`` gives its value, anything else a text with the holes filled."""
        if is_expression(text):
            return self.evaluate(text, variables)
        return _PLACEHOLDER.sub(lambda hole: str(self.evaluate(hole.group(1), variables)), text)


class _Bounded(simpleeval.EvalWithCompoundTypes):  # type: ignore[misc]  # simpleeval is untyped
    """simpleeval with our operators only; the tree was checked before."""

    def __init__(self, functions: Mapping[str, Callable[..., Any]]) -> None:
        super().__init__(operators=_OPERATORS, functions=dict(functions), names={})

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
        raise ExpressionFailed(f"there is no '.{node.attr}' in a {type(value).__name__}")


def _number(value: Any) -> Any:
    if not isinstance(value, int | float):
        raise ExpressionFailed(f"{value!r} is not a number; this operator counts only numbers")
    if abs(value) > MAX_NUMBER:
        raise ExpressionFailed(f"a number is larger than {MAX_NUMBER}; use smaller ones")
    return value


def _numeric(function: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    return lambda left, right: _number(function(_number(left), _number(right)))


def _add(left: Any, right: Any) -> Any:
    if isinstance(left, str | list) and isinstance(right, str | list):
        if len(left) + len(right) > MAX_LENGTH:
            raise ExpressionFailed(f"the result is longer than {MAX_LENGTH}; make it shorter")
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


@lru_cache(maxsize=4096)
def _parse(text: str) -> ast.Expression:
    if len(text) > MAX_TEXT:
        raise ExpressionRefused(
            f"an expression of {len(text)} characters is too long; at most {MAX_TEXT}, split it"
        )
    if not text:
        raise ExpressionRefused("an empty expression; write a value or remove it")
    try:
        tree = ast.parse(_from_juel(text), mode="eval")
    except (SyntaxError, ValueError, RecursionError, MemoryError) as problem:
        reason = problem.msg if isinstance(problem, SyntaxError) else str(problem)
        raise ExpressionRefused(f"'{text}' is not an expression ({reason}); correct it") from None
    _check_tree(tree, text)
    return tree


def _check_tree(tree: ast.Expression, text: str) -> None:
    for count, node in enumerate(ast.walk(tree)):
        if count > MAX_NODES:
            raise ExpressionRefused(f"'{text[:60]}…' has too many parts; split it")
        if not isinstance(node, _NODES):
            raise ExpressionRefused(
                f"'{text}' uses {_plain_name(node)}, which this language does not have; "
                "use comparisons, and/or/not, + - * / and the words of docs/expressions.md"
            )
        _check_node(node, text)


def _check_node(node: ast.AST, text: str) -> None:
    if isinstance(node, ast.Call):
        if not isinstance(node.func, ast.Name):
            raise ExpressionRefused(
                f"'{text}' calls a method; only the language's words are called"
            )
        if node.func.id not in FUNCTIONS and node.func.id not in WORDS:
            raise ExpressionRefused(
                f"'{text}' calls '{node.func.id}', which is no word of this language; "
                f"the words are {', '.join(sorted({*FUNCTIONS, *WORDS}))}"
            )
        if any(keyword.arg is None for keyword in node.keywords):
            raise ExpressionRefused(f"'{text}' unpacks arguments with '**'; name them")
    name = getattr(node, "attr", None) or getattr(node, "id", None)
    if isinstance(name, str) and name.startswith("_"):
        raise ExpressionRefused(f"'{text}' reads '{name}'; names must not begin with '_'")
    if isinstance(node, ast.Constant):
        allowed = isinstance(node.value, str | int | float | bool) or node.value is None
        if not allowed or (isinstance(node.value, int) and abs(node.value) > MAX_NUMBER):
            raise ExpressionRefused(
                f"'{text}' holds a value that is not allowed; use a smaller one"
            )


def _plain_name(node: ast.AST) -> str:
    return {"Pow": "'**'", "Lambda": "'lambda'", "JoinedStr": "f-strings"}.get(
        type(node).__name__, type(node).__name__
    )


def _from_juel(text: str) -> str:
    """Python's spelling of an expression that may use JUEL's; string literals are not touched."""
    if not any(mark in text for mark in "&|!?") and not (_JUEL_WORDS.keys() & set(_words(text))):
        return text
    prepared = []
    # Python's tokenizer knows '!=' but neither '&&', '||', '!' nor '?': they become words first.
    for piece in re.split(r"('(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\")", text):
        if piece[:1] in ("'", '"'):
            prepared.append(piece)
            continue
        piece = piece.replace("&&", " and ").replace("||", " or ")
        piece = re.sub(r"!(?!=)", " not ", piece)
        piece = re.sub(r"[A-Za-z_]\w*", lambda word: _JUEL_WORDS.get(word[0], word[0]), piece)
        prepared.append(piece)
    return _ternary("".join(prepared).strip())


def _words(text: str) -> list[str]:
    return re.findall(r"[A-Za-z_]\w*", text)


def _ternary(text: str) -> str:
    """``c ? a : b`` outside brackets and strings becomes ``(a) if (c) else (b)``."""
    mark = _outside(text, "?")
    if mark < 0:
        return text
    middle = _outside(text, ":", mark + 1)
    if middle < 0:
        raise ExpressionRefused(f"'{text}' has '?' without ':'; write 'condition ? a : b'")
    parts = text[:mark].strip(), text[mark + 1 : middle].strip(), text[middle + 1 :].strip()
    if not all(parts):
        raise ExpressionRefused(f"'{text}' leaves out a part; write 'condition ? a : b'")
    return f"({_ternary(parts[1])}) if ({parts[0]}) else ({_ternary(parts[2])})"


def _outside(text: str, mark: str, start: int = 0) -> int:
    """Index of `mark` outside strings and brackets, counting nested ternaries; -1 if none."""
    depth = nested = 0
    quote = ""
    for index in range(start, len(text)):
        character = text[index]
        if quote:
            quote = "" if character == quote else quote
        elif character in "'\"":
            quote = character
        elif character in "([{":
            depth += 1
        elif character in ")]}":
            depth -= 1
        elif depth == 0 and character == "?" and mark == ":":
            nested += 1
        elif depth == 0 and character == mark:
            if nested == 0:
                return index
            nested -= 1
    return -1


def script_lines(text: str) -> list[tuple[str, str]]:
    """A script task's lines as (name, expression); blank lines and `#` comments are left out.

    Raises ExpressionRefused for anything that is not ``name = expression``.
    """
    found = []
    for line in text.splitlines():
        stripped = line.strip()
        if not stripped or stripped.startswith("#"):
            continue
        match = re.fullmatch(r"([A-Za-z][A-Za-z0-9_]*)\s*=(?!=)\s*(.+)", stripped)
        if not match:
            raise ExpressionRefused(f"'{stripped[:60]}' is not 'name = expression'; write it so")
        expression = strip_braces(match.group(2))
        _parse(expression)
        found.append((match.group(1), expression))
    return found
