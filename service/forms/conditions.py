"""The part of FEEL that a form's conditions may use; nothing is ever evaluated as Python.

    outcome = "returned" · sum >= 10 · done = true · reply = null · a != b
    outcome in ("returned", "refused") · list contains(topics, "trade")
    not(…) · … and … · … or … · ( … )

A name that has no value is null. As in FEEL, a comparison of different types is null and `and`,
`or`, `not` know three values; a condition *holds* only when the result is true. Everything else
of FEEL is refused when the form is read, with its position.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

MAX_LENGTH = 1_000
MAX_DEPTH = 20

Environment: TypeAlias = Mapping[str, Any]
Test: TypeAlias = Callable[[Environment], Any]

_TOKEN = re.compile(
    r"""\s*(?:(?P<number>\d+(?:\.\d+)?)(?![\w.])|(?P<string>"(?:[^"\\]|\\["\\])*")
    |(?P<name>list\s+contains\b|[A-Za-z_][A-Za-z0-9_]*)|(?P<op>!=|<=|>=|[=<>()\[\],-]))""",
    re.VERBOSE,
)
_WORDS = frozenset("and or not in true false null".split())
_UNSUPPORTED = frozenset("if then else for some every satisfies return between function".split())


class UnsupportedCondition(Exception):
    """This condition cannot be used; the message says where and what instead."""


@dataclass(frozen=True, slots=True)
class Condition:
    """A condition ready to be asked. `names` are the field keys it reads."""

    source: str
    names: frozenset[str]
    test: Test = field(repr=False, compare=False)

    def holds(self, values: Environment) -> bool:
        """True when the condition is true of `values`; null and false are both False."""
        return self.test(values) is True


def read_condition(source: str) -> Condition:
    """Read `source`, with or without FEEL's leading "=". Raises UnsupportedCondition."""
    if len(source) > MAX_LENGTH:
        raise UnsupportedCondition(f"it has {len(source)} characters; at most {MAX_LENGTH}")
    reader = _Reader(source.lstrip().removeprefix("="))
    test = reader.disjunction()
    if reader.kind != "end":
        raise reader.refusal()
    return Condition(source=source, names=frozenset(reader.names), test=test)


class _Reader:
    """Recursive descent over the tokens; each method returns a closure."""

    def __init__(self, source: str) -> None:
        self.source, self.end, self.depth = source, 0, 0
        self.names: set[str] = set()
        self.advance()

    def advance(self) -> None:
        rest = self.source[self.end :]
        self.start = len(self.source) - len(rest.lstrip())
        match = _TOKEN.match(self.source, self.end)
        if match is None:
            if rest.strip():
                raise self.refusal()
            self.kind, self.text = "end", ""
            return
        self.kind, self.end = str(match.lastgroup), match.end()
        self.text = (
            re.sub(r"\s+", " ", match[self.kind]) if self.kind == "name" else match[self.kind]
        )

    def refusal(self) -> UnsupportedCondition:
        rest = self.source[self.start :].strip()[:20]
        what = f"{rest!r} at character {self.start + 1}" if rest else "it ends too early"
        return UnsupportedCondition(
            f"{what} is not supported; use =, !=, <, <=, >, >=, in, and, or, not(), "
            "list contains(), field keys, texts in double quotes, numbers, true, false, null"
        )

    def expect(self, text: str) -> None:
        if self.kind != "op" or self.text != text:
            raise self.refusal()
        self.advance()

    def is_word(self, word: str) -> bool:
        return self.kind == "name" and self.text == word

    def is_op(self, *texts: str) -> bool:
        return self.kind == "op" and self.text in texts

    def disjunction(self) -> Test:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise UnsupportedCondition(f"it is nested deeper than {MAX_DEPTH}; simplify it")
        parts = [self.conjunction()]
        while self.is_word("or"):
            self.advance()
            parts.append(self.conjunction())
        self.depth -= 1
        return parts[0] if len(parts) == 1 else _junction(parts, decisive=True)

    def conjunction(self) -> Test:
        parts = [self.comparison()]
        while self.is_word("and"):
            self.advance()
            parts.append(self.comparison())
        return parts[0] if len(parts) == 1 else _junction(parts, decisive=False)

    def comparison(self) -> Test:
        left = self.atom()
        if self.is_op("=", "!=", "<", "<=", ">", ">="):
            compare = _COMPARE[self.text]
            self.advance()
            right = self.atom()
            return lambda env: compare(left(env), right(env))
        if self.is_word("in"):
            self.advance()
            members = self.members()
            return lambda env: _contains(members(env), left(env))
        return left

    def members(self) -> Test:
        if self.is_op("("):
            return self.listed("(", ")")
        return self.listed("[", "]") if self.is_op("[") else self.atom()

    def listed(self, opening: str, closing: str) -> Test:
        self.expect(opening)
        parts = [self.disjunction()]
        while self.is_op(","):
            self.advance()
            parts.append(self.disjunction())
        self.expect(closing)
        return lambda env: [part(env) for part in parts]

    def atom(self) -> Test:
        if self.kind == "op":
            return self.bracketed()
        kind, text = self.kind, self.text
        if kind == "name" and text in ("not", "list contains"):
            return self.call(text)
        if kind == "end" or text in _UNSUPPORTED or text in ("and", "or", "in"):
            raise self.refusal()
        self.advance()
        if self.is_op("(", "["):
            raise self.refusal()  # a function or a filter that we do not know
        if kind == "name" and text not in _WORDS:
            self.names.add(text)
            return lambda env: env.get(text)
        value = _literal(kind, text)
        return _constant(value)

    def bracketed(self) -> Test:
        if self.is_op("["):
            return self.listed("[", "]")
        if self.is_op("-"):
            self.advance()
            if self.kind != "number":
                raise self.refusal()
            number = -_number(self.text)
            self.advance()
            return _constant(number)
        self.expect("(")
        inner = self.disjunction()
        self.expect(")")
        return inner

    def call(self, name: str) -> Test:
        self.advance()
        self.expect("(")
        first = self.disjunction()
        if name == "not":
            self.expect(")")
            return lambda env: _not(first(env))
        self.expect(",")
        second = self.disjunction()
        self.expect(")")
        return lambda env: _contains(first(env), second(env))


def _constant(value: Any) -> Test:
    return lambda _: value


def _number(text: str) -> float:
    return float(text) if "." in text else int(text)


def _literal(kind: str, text: str) -> Any:
    if kind == "number":
        return _number(text)
    if kind == "string":
        return re.sub(r"\\(.)", r"\1", text[1:-1])
    return {"true": True, "false": False, "null": None}[text]


def _kind(value: Any) -> str:
    if isinstance(value, bool):
        return "boolean"
    return "number" if isinstance(value, (int, float)) else type(value).__name__


def _equal(left: Any, right: Any) -> bool | None:
    if left is None or right is None:
        return left is right
    return bool(left == right) if _kind(left) == _kind(right) else None


def _ordered(compare: Callable[[Any, Any], bool]) -> Callable[[Any, Any], bool | None]:
    def test(left: Any, right: Any) -> bool | None:
        kind = _kind(left)
        return compare(left, right) if kind == _kind(right) and kind in ("number", "str") else None

    return test


def _not(value: Any) -> bool | None:
    return (not value) if isinstance(value, bool) else None


def _contains(members: Any, value: Any) -> bool | None:
    if not isinstance(members, (list, tuple)):
        return None
    return any(_equal(member, value) is True for member in members)


def _junction(parts: list[Test], *, decisive: bool) -> Test:
    """`or` (decisive=True) and `and` (decisive=False) with FEEL's three values."""

    def test(env: Environment) -> bool | None:
        unknown = False
        for part in parts:
            value = part(env)
            if isinstance(value, bool) and value is decisive:
                return value
            unknown = unknown or not isinstance(value, bool)
        return None if unknown else not decisive

    return test


_COMPARE: Mapping[str, Callable[[Any, Any], bool | None]] = {
    "=": _equal,
    "!=": lambda left, right: _not(_equal(left, right)),
    "<": _ordered(lambda left, right: bool(left < right)),
    "<=": _ordered(lambda left, right: bool(left <= right)),
    ">": _ordered(lambda left, right: bool(left > right)),
    ">=": _ordered(lambda left, right: bool(left >= right)),
}
