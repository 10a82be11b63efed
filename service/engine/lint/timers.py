"""Timer literals: ISO 8601 as modellers write it, checked before anybody waits for it."""

from __future__ import annotations

import re
from datetime import datetime

from lxml.etree import _Element

from service.domain.calendars import FIRST_YEAR, LAST_YEAR
from service.engine.checks.findings import printable
from service.engine.checks.reading import line_of, local
from service.engine.lint.diagram import SPACES, Diagram, text_of

_KINDS = ("timeDate", "timeDuration", "timeCycle")
_EXPRESSION = re.compile(r"[$#]\{.*\}", re.DOTALL)
_NUMBER = r"(\d{1,6})"
_DURATION = re.compile(
    rf"(-)?P(?!$)(?:{_NUMBER}Y)?(?:{_NUMBER}M)?(?:{_NUMBER}W)?(?:{_NUMBER}D)?"
    rf"(?:T(?=\d)(?:{_NUMBER}H)?(?:{_NUMBER}M)?(?:(\d{{1,9}}(?:[.,]\d{{1,6}})?)S)?)?"
)
_DATE = re.compile(
    r"\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d{1,6})?)?(?:Z|[+-]\d\d(?::?\d\d)?)?)?"
)
_SECONDS = (31_536_000, 2_592_000, 604_800, 86_400, 3_600, 60, 1)
LONGEST = 100 * 31_536_000  # seconds: a hundred years
SHORTEST_REPEAT = 60  # seconds, as service.engine.timers executes it

_EXAMPLES = {
    "timeDate": "2026-09-25, 2026-09-25T18:00:00+05:00 or ${an expression}",
    "timeDuration": "PT1H, P3D or ${an expression}",
    "timeCycle": "R3/PT10M, R/P1D, R3/2026-09-25T09:00:00+05:00/P1D or ${an expression}",
}


def check(diagram: Diagram) -> None:
    """Report timers without exactly one time, with a malformed one, or that never rest."""
    for _, node in diagram.nodes():
        for definition in node.iterfind("bpmn:timerEventDefinition", SPACES):
            _check_timer(diagram, node, definition)


def _check_timer(diagram: Diagram, node: _Element, definition: _Element) -> None:
    given = [child for kind in _KINDS for child in definition.iterfind(f"bpmn:{kind}", SPACES)]
    if len(given) != 1:
        diagram.error(
            node,
            "timer_time",
            f"the timer has {len(given) or 'no'} times",
            "give exactly one of date, duration and cycle",
        )
        return
    kind, text = local(given[0]), text_of(given[0])
    if local(node) == "startEvent":
        _check_start(diagram, node, kind)
    if kind == "timeCycle" and local(node) == "intermediateCatchEvent":
        diagram.error(
            node,
            "timer_time",
            "an event in the flow waits once and cannot repeat",
            "use a duration or a date; repeat by a boundary event",
        )
    if _EXPRESSION.fullmatch(text):
        diagram.check_expression(given[0], "the timer", text)
        return
    problem = {"timeDate": _date, "timeDuration": _plain_duration, "timeCycle": _cycle}[kind](text)
    if problem:
        line = "" if line_of(given[0]) == line_of(node) else f" (line {line_of(given[0])})"
        diagram.error(
            given[0],
            "timer_time",
            f"{kind} '{printable(text)}'{line}: {problem}",
            f"write it as {_EXAMPLES[kind]}",
        )


def _check_start(diagram: Diagram, node: _Element, kind: str) -> None:
    """A process starts by itself once a year: by one date, and in no other way."""
    if kind != "timeDate":
        diagram.error(
            node,
            "start_timer",
            f"a start event with a {kind}: a process starts by itself at a date, once a year",
            "write a date of the cycle's year, such as ${at(month_day(8, 1), '09:00')}",
        )
    scope = node.getparent()
    if scope is not None and len(scope.findall("bpmn:startEvent", SPACES)) > 1:
        diagram.error(
            node,
            "start_timer",
            "a start event with a timer beside another start event",
            "keep one start event; what has a timer can be started by hand too",
        )


def _date(text: str) -> str | None:
    if not _DATE.fullmatch(text):
        return "this is not an ISO 8601 date"
    try:
        year = datetime.fromisoformat(text).year
    except ValueError as problem:
        return f"there is no such date ({problem})"
    if not FIRST_YEAR <= year <= LAST_YEAR:
        return f"the year lies outside {FIRST_YEAR} … {LAST_YEAR}"
    return None


def _plain_duration(text: str) -> str | None:
    seconds = duration_seconds(text)
    if seconds is None:
        return "this is not an ISO 8601 duration"
    if seconds < 0:
        return "a negative duration lies in the past"
    return "it is longer than a hundred years" if seconds > LONGEST else None


def _cycle(text: str) -> str | None:
    parts = text.split("/")
    if not re.fullmatch(r"R\d{0,6}", parts[0]) or len(parts) not in (2, 3):
        return "this is not an ISO 8601 repeating interval"
    if parts[0][1:] and int(parts[0][1:]) == 0:
        return "it repeats zero times"
    if len(parts) == 3 and (problem := _date(parts[1])):
        return f"the start {printable(parts[1])}: {problem}"
    seconds = duration_seconds(parts[-1])
    if seconds is None:
        return "the interval is not an ISO 8601 duration"
    if seconds < SHORTEST_REPEAT:
        return f"it repeats every {seconds:g} seconds; the shortest interval is {SHORTEST_REPEAT}"
    return "it is longer than a hundred years" if seconds > LONGEST else None


def duration_seconds(text: str) -> float | None:
    """Length of an ISO 8601 duration in seconds (a year as 365, a month as 30 days), or None."""
    match = _DURATION.fullmatch(text)
    if match is None:
        return None
    numbers = [float((part or "0").replace(",", ".")) for part in match.groups()[1:]]
    total = sum(number * unit for number, unit in zip(numbers, _SECONDS, strict=True))
    return -total if match.group(1) else total
