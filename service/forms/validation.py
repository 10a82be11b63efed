"""Values against a form: everything that is wrong at once, or clean values.

Order: the content as a whole (size, keys, characters) → each value by itself → what is hidden
drops out, in the order of the page → what is required → comparisons between fields. A wrong
value in a hidden field therefore never matters.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from service.domain.calendars import ALMATY
from service.errors import FormInvalid
from service.forms.content import Hostile, inspect, shown
from service.forms.messages import Problem, problem
from service.forms.normalising import NORMALISE, Wrong
from service.forms.schema import Field, Form

MAX_ROWS = 200
MAX_PROBLEMS = 100
_NUMBERS = re.compile(r"\d+")
_KAZAKH = re.compile("[ӘҒҚҢӨҰҮҺІәғқңөұүһі]")


@dataclass(frozen=True, slots=True)
class Validated:
    """A form as it may be stored.

    `values`: key → plain JSON, only what was entered. `variables`: what the diagram may ask
    about, null where nothing was entered. `warnings` do not block; show them.
    """

    values: dict[str, Any]
    variables: dict[str, Any]
    warnings: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class Examined:
    """What `examine` found: the values as far as they are right, and every problem."""

    values: dict[str, Any]
    variables: dict[str, Any]
    problems: tuple[Problem, ...]
    warnings: tuple[Problem, ...]


def validate(
    form: Form, values: Mapping[str, Any], *, now: datetime, language: str = "en", clause: str = ""
) -> Validated:
    """`values` (of a browser's post or a JSON object) as they may be stored.

    `now` is aware; "today" is its date in Asia/Almaty. `language` is that of the error's
    messages, `clause` the one the refusal cites. Raises FormInvalid with every problem.
    """
    found = examine(form, values, now=now)
    if found.problems:
        pairs = [(each.key, each.message(language)) for each in found.problems]
        raise FormInvalid(pairs, clause=clause)
    return Validated(found.values, found.variables, found.warnings)


def examine(form: Form, values: Mapping[str, Any], *, now: datetime) -> Examined:
    """Like `validate`, but the problems are returned, in three languages. Never raises for data."""
    try:
        inspect(values)
    except Hostile as hostile:
        found = problem(hostile.key, hostile.code, form.by_key.get(hostile.key), **hostile.facts)
        return Examined({}, {}, (found,), ())
    examination = _Examination(now.astimezone(ALMATY).date())
    clean = examination.block(form.inputs, values, "", {})
    variables = {each.key: clean.get(each.key) for each in form.inputs if each.becomes_variable}
    problems = tuple(examination.problems[:MAX_PROBLEMS])
    return Examined(clean, variables, problems, tuple(examination.warnings[:MAX_PROBLEMS]))


class _Examination:
    """Collects problems over one form's values."""

    def __init__(self, today: date) -> None:
        self.today = today.isoformat()
        self.problems: list[Problem] = []
        self.warnings: list[Problem] = []

    def complain(self, path: str, field: Field, code: str, **facts: object) -> None:
        self.problems.append(problem(path + field.key, code, field, **facts))

    def block(
        self,
        fields: Sequence[Field],
        values: Mapping[str, Any],
        path: str,
        outer: Mapping[str, Any],
    ) -> dict[str, Any]:
        """The clean values of one form or one row. `outer` are the values around a row."""
        taken, wrong = self.take(fields, values, path)
        known = {**outer, **taken} if outer else dict(taken)
        clean: dict[str, Any] = {}
        visible: dict[str, Field] = {}
        for field in fields:
            key = field.key
            if field.readonly:
                continue
            if field.hide and any(condition.holds(known) for condition in field.hide):
                known[key] = None
                continue
            visible[key] = field
            if key in wrong:
                self.complain(path, field, wrong[key].code, **wrong[key].facts)
                continue
            value = taken.get(key)
            if field.type == "dynamiclist":
                value = self.rows(field, value, path, known)
            self.check_required(field, value, path, known)
            if value is not None:
                clean[key] = value
        self.compare(visible, clean, set(wrong), path)
        return clean

    def take(
        self, fields: Sequence[Field], values: Mapping[str, Any], path: str
    ) -> tuple[dict[str, Any], dict[str, Wrong]]:
        """Normalise each value by itself; a field that was not sent counts as empty."""
        taken: dict[str, Any] = {}
        wrong: dict[str, Wrong] = {}
        keys = set(values)
        for field in fields:
            key = field.key
            keys.discard(key)
            if field.readonly:
                if values.get(key) is not None:
                    self.warnings.append(problem(path + key, "read_only", field))
                continue
            if field.type == "dynamiclist":
                taken[key] = values.get(key)
                continue
            try:
                taken[key] = NORMALISE[field.type](field, values.get(key))
            except Wrong as error:
                taken[key], wrong[key] = None, error
        for key in sorted(keys)[:MAX_PROBLEMS]:
            name = shown(key)
            self.problems.append(problem(path + name, "unknown_key", value=name))
        return taken, wrong

    def rows(
        self, field: Field, value: Any, path: str, known: Mapping[str, Any]
    ) -> list[dict[str, Any]] | None:
        """A dynamic list's rows; a row in which nothing was entered is left out."""
        if value is None or value == "":
            return None
        if not isinstance(value, (list, tuple)):
            self.complain(path, field, "not_a_list")
            return None
        if len(value) > MAX_ROWS:
            self.complain(path, field, "too_many_rows", actual=len(value), limit=MAX_ROWS)
            return None
        rows = []
        for index, row in enumerate(value):
            if not isinstance(row, Mapping):
                self.complain(path, field, "not_a_row")
            elif any(each not in (None, "", False, []) for each in row.values()):
                rows.append(self.block(field.inputs, row, f"{path}{field.key}[{index}].", known))
        return rows or None

    def check_required(self, field: Field, value: Any, path: str, known: Mapping[str, Any]) -> None:
        rules = field.rules
        if value is not None and not (field.type == "checkbox" and value is False):
            return
        if rules.required or (rules.required_if and rules.required_if.holds(known)):
            code = {"checkbox": "not_confirmed", "dynamiclist": "no_rows"}.get(field.type)
            self.complain(path, field, code or "required")

    def compare(
        self, visible: Mapping[str, Field], clean: Mapping[str, Any], wrong: set[str], path: str
    ) -> None:
        for key, field in visible.items():
            rules = field.rules
            if rules.pair and key not in wrong and rules.pair not in wrong:
                self.compare_pair(field, visible.get(rules.pair), clean, path)
            if rules.language and key in clean:
                self.check_language(field, clean[key], path)
            if (rules.not_before or rules.not_after) and key in clean:
                self.check_dates(field, clean, path)

    def compare_pair(
        self, field: Field, other: Field | None, clean: Mapping[str, Any], path: str
    ) -> None:
        """The two halves of a bilingual text. Each half is asked once, with its partner."""
        if other is None:
            return
        mine, theirs = clean.get(field.key), clean.get(other.key)
        if mine is None:
            if theirs is not None and not self.is_reported(path + field.key):
                self.complain(path, field, "half_missing", other=other.labels or other.key)
            return
        if theirs is None or field.key > other.key:
            return
        if field.rules.pair_differs and mine.casefold() == theirs.casefold():
            self.complain(path, field, "halves_equal", other=other.labels or other.key)
        self.compare_numbers(field, other, mine, theirs, path)

    def compare_numbers(
        self, field: Field, other: Field, mine: str, theirs: str, path: str
    ) -> None:
        here, there = Counter(_NUMBERS.findall(mine)), Counter(_NUMBERS.findall(theirs))
        if here == there:
            return
        only_here = shown(", ".join((here - there).elements()) or "–")
        only_there = shown(", ".join((there - here).elements()) or "–")
        facts = {"other": other.labels or other.key, "mine": only_here, "theirs": only_there}
        self.warnings.append(problem(path + field.key, "numbers_differ", field, **facts))

    def check_language(self, field: Field, text: str, path: str) -> None:
        """A Kazakh text without a Kazakh letter, or a Russian one with, is only odd."""
        kazakh = _KAZAKH.search(text) is not None
        if kazakh != (field.rules.language == "kk"):
            self.warnings.append(problem(path + field.key, "maybe_other_language", field))

    def check_dates(self, field: Field, clean: Mapping[str, Any], path: str) -> None:
        mine = str(clean[field.key])[:10]
        earliest = self.bound(field.rules.not_before, clean)
        latest = self.bound(field.rules.not_after, clean)
        if earliest and mine < earliest:
            self.complain(path, field, "too_early", value=mine, limit=earliest)
        if latest and mine > latest:
            self.complain(path, field, "too_late", value=mine, limit=latest)

    def bound(self, rule: str, clean: Mapping[str, Any]) -> str:
        if rule == "today":
            return self.today
        return rule if rule[:1].isdigit() else str(clean.get(rule, ""))[:10]

    def is_reported(self, key: str) -> bool:
        return any(each.key == key for each in self.problems)
