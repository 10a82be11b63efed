"""Regular expressions of forms: written by process owners, so bounded before they are used.

A pattern may need at most about `MAX_WORK` steps on the longest text its field accepts; that
keeps a mistyped pattern from holding a server. The estimate multiplies, over the pattern, the
number of ways each variable repetition can match, and two for each alternative.
"""

from __future__ import annotations

import re

MAX_LENGTH = 300
MAX_WORK = 2_000_000
MAX_COUNT = 9_999
# Whatever `re` takes for a quantifier, {,9} and {,} as well; {} is text.
_QUANTIFIER = re.compile(r"\*|\+|\?|\{(?!\})([0-9]*)(?:(,)([0-9]*))?\}")
_ATOM = re.compile(r"\[\^?\]?(?:\\.|[^\]\\])*\]|\\[^1-9]|[^\\\[]", re.DOTALL)


class UnsafePattern(Exception):
    """This pattern cannot be used; the message says why and what instead."""


def read_pattern(source: str, max_length: int) -> re.Pattern[str]:
    """Compile `source` for texts of at most `max_length` characters; search it, as form-js does.

    Digit and word classes mean ASCII, as in a browser. Raises UnsafePattern.
    """
    if len(source) > MAX_LENGTH:
        raise UnsafePattern(f"it has {len(source)} characters; write at most {MAX_LENGTH}")
    try:
        compiled = re.compile(source, re.ASCII)
    except (re.error, OverflowError, RecursionError) as error:
        raise UnsafePattern(f"it is not a regular expression ({error}); correct it") from None
    work = _work(source, max_length) * (1 if source.startswith("^") else max_length)
    if work > MAX_WORK:
        raise UnsafePattern(
            f"it could take {work} steps; begin it with ^, use fewer *, + and |, "
            f"or lower maxLength (now {max_length})"
        )
    return compiled


def _work(source: str, max_length: int) -> int:
    """The product described above. Raises UnsafePattern for what cannot be bounded."""
    work, position, previous_varies = 1, 0, False
    varies = [False]  # one mark per open group: can what it holds match in several ways?
    while position < len(source):
        quantifier = _QUANTIFIER.match(source, position)
        if quantifier:
            ways = _ways(quantifier, max_length)
            if previous_varies and quantifier[0] != "?":
                raise UnsafePattern(
                    "a repeated group holds *, +, ?, {} or |; repeat only one of them"
                )
            work *= ways
            varies[-1] = varies[-1] or ways > 1 or previous_varies
            position = quantifier.end() + (source[quantifier.end() : quantifier.end() + 1] == "?")
            previous_varies = False
            continue
        previous_varies = False
        atom = _ATOM.match(source, position)
        if atom is None:
            raise UnsafePattern("it refers back to a group (\\1); write the text out")
        position = atom.end()
        if atom[0] == "(":
            position = _open_group(source, position)
            varies.append(False)
        elif atom[0] == ")":
            previous_varies = varies.pop()
            varies[-1] = varies[-1] or previous_varies
        elif atom[0] == "|":
            work, varies[-1] = work * 2, True
    return work


def _open_group(source: str, position: int) -> int:
    if source[position : position + 1] != "?":
        return position
    if source[position : position + 2] != "?:":
        raise UnsafePattern("it uses (?…); only plain groups and (?:…) are allowed")
    return position + 2


def _ways(quantifier: re.Match[str], max_length: int) -> int:
    if quantifier[0] in ("*", "+"):
        return max_length + 1
    if quantifier[0] == "?":
        return 2
    low = int(quantifier[1] or 0)
    high = int(quantifier[3] or 0)
    if max(low, high) > MAX_COUNT:
        raise UnsafePattern(f"it repeats {max(low, high)} times; write at most {MAX_COUNT}")
    if not quantifier[2]:
        return 1
    high = high if quantifier[3] else max_length
    return max(1, min(high, max_length) - low + 1)
