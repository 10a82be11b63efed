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
import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from itertools import accumulate
from typing import Any

import simpleeval

from service.engine.language.bounded import FUNCTIONS as FUNCTIONS  # noqa: PLC0414 - for docs
from service.engine.language.bounded import MAX_LENGTH as MAX_LENGTH  # noqa: PLC0414 - for docs
from service.engine.language.bounded import MAX_NUMBER, Bounded, as_text
from service.engine.language.words import WORDS
from service.engine.language.work import Work, can_be_saved
from service.errors import KelisimError, LimitExceeded

MAX_TEXT = 2_000  # characters of one expression
MAX_NODES = 300
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
    return frozenset(name for part in parts for name in mentions(part))


def mentions(expression: str) -> list[str]:
    """The variables that an expression reads, each as often as it is mentioned."""
    tree = _parse(strip_braces(expression))
    called = {id(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}
    names = (node for node in ast.walk(tree) if isinstance(node, ast.Name))
    return [node.id for node in names if id(node) not in called]


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

    def __init__(self, words: Mapping[str, Callable[..., Any]], work: Work | None = None) -> None:
        self._work = work or Work()
        self._simple = Bounded({**FUNCTIONS, **words}, self._work)

    def evaluate(self, text: str, variables: Mapping[str, Any]) -> Any:
        """The value of `text`.

        Raises ExpressionRefused, ExpressionFailed or, when the step computes too much,
        LimitExceeded; nothing else.
        """
        inside = strip_braces(text)
        tree, parts = _parsed(inside)
        self._work.spend(parts)  # nothing goes round in an expression: each part once at most
        if isinstance(tree.body, ast.Name) and tree.body.id in variables:
            return variables[tree.body.id]  # most holes name one variable
        self._simple.names = variables
        try:
            return self._simple.eval(inside, previously_parsed=tree.body)
        except LimitExceeded:
            raise
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
        pieces, length, end = [], 0, 0
        for hole in _PLACEHOLDER.finditer(text):
            filling = self._filling(hole.group(1), variables)
            pieces += [text[end : hole.start()], filling]
            length += len(pieces[-2]) + len(filling)
            end = hole.end()
            if length > MAX_LENGTH:
                raise ExpressionFailed(
                    f"'{text[:60]}' becomes longer than {MAX_LENGTH}; make it shorter"
                )
        return "".join((*pieces, text[end:]))

    def _filling(self, inside: str, variables: Mapping[str, Any]) -> str:
        """The text that fills a hole."""
        value = self.evaluate(inside, variables)
        try:
            return as_text(value)
        except (KelisimError, ValueError, RecursionError) as problem:
            raise ExpressionFailed(f"'{inside}': {problem}") from problem


def _parse(text: str) -> ast.Expression:
    return _parsed(text)[0]


@lru_cache(maxsize=512)  # some diagrams' expressions; each tree may take 100 kB
def _parsed(text: str) -> tuple[ast.Expression, int]:
    """The tree of an expression of this language, and how many parts it has."""
    if len(text) > MAX_TEXT:
        raise ExpressionRefused(
            f"an expression of {len(text)} characters is too long; at most {MAX_TEXT}, split it"
        )
    if not text:
        raise ExpressionRefused("an empty expression; write a value or remove it")
    try:
        python = _from_juel(text)
        tree = ast.parse(python, mode="eval")
    except (SyntaxError, ValueError, RecursionError, MemoryError) as problem:
        reason = problem.msg if isinstance(problem, SyntaxError) else str(problem)
        raise ExpressionRefused(f"'{text}' is not an expression ({reason}); correct it") from None
    parts = _check_tree(tree, text)
    _check_letters(tree, python, text)
    return tree, parts


def _check_letters(tree: ast.Expression, python: str, text: str) -> None:
    """Outside texts only ASCII: Python reads a fullwidth 'ａ' as 'a', which nobody sees."""
    if python.isascii():
        return
    lines = python.encode().splitlines(keepends=True)
    starts = [0, *accumulate(len(line) for line in lines)]
    rest = bytearray(b"".join(lines))
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            begin = starts[node.lineno - 1] + node.col_offset
            end = starts[(node.end_lineno or 1) - 1] + (node.end_col_offset or 0)
            rest[begin:end] = b" " * (end - begin)
    if not rest.isascii():
        strange = next(letter for letter in rest.decode() if not letter.isascii())
        raise ExpressionRefused(
            f"'{text}' holds '{strange}' outside quotes; names of variables are written with "
            "English letters, digits and _, and texts in quotes"
        )


def _check_tree(tree: ast.Expression, text: str) -> int:
    """How many parts the tree has, all of them of this language."""
    count = 0
    for count, node in enumerate(ast.walk(tree)):
        if count > MAX_NODES:
            raise ExpressionRefused(f"'{text[:60]}…' has too many parts; split it")
        if not isinstance(node, _NODES):
            raise ExpressionRefused(
                f"'{text}' uses {_plain_name(node)}, which this language does not have; "
                "use comparisons, and/or/not, + - * / and the words of docs/expressions.md"
            )
        _check_node(node, text)
    return count + 1


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
        if isinstance(node.value, str) and not can_be_saved(node.value):
            raise ExpressionRefused(
                f"'{text}' holds half a character or NUL, which cannot be saved; remove it"
            )
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
