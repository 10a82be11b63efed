"""The expression language: everything it has, nothing it has not, and it always ends.

engine-notes section 4; every word is explained in docs/expressions.md.
"""

from __future__ import annotations

import string
from datetime import date, datetime, timedelta
from time import perf_counter
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from service.domain.calendars import ALMATY
from service.engine.language.bounded import FUNCTIONS, MAX_NUMBER
from service.engine.language.expressions import (
    MAX_TEXT,
    Evaluator,
    ExpressionFailed,
    ExpressionRefused,
    check_expression,
    check_template,
    is_expression,
    names_in,
    script_lines,
    strip_braces,
)
from service.engine.language.scripts import StepScripts
from service.engine.language.words import WORDS, Words
from tests.engine.playing import NOON, at

VARIABLES: dict[str, Any] = {
    "n": 3, "f": 2.5, "t": "text", "yes": True, "no": False, "nil": None, "empty_text": "",
    "l": [1, 2, 3], "d": {"k": 1, "deep": {"x": [5]}}, "cycle_year": 2026, "body": "MT",
    "due": "2026-09-25T23:59:59+05:00", "notable": 1, "equal": 2, "model": 3, "trueish": 4,
}  # fmt: skip


def value(text: str, variables: dict[str, Any] | None = None, now: str = NOON) -> Any:
    """Evaluated at noon of 3 August 2026, a Monday."""
    return StepScripts(at(now)).value(text, VARIABLES if variables is None else variables)


def instant(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ALMATY)


# --- what the language has -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # literals and variables
        ("1", 1), ("2.5", 2.5), ("'a'", "a"), ('"a"', "a"), ("True", True), ("None", None),
        ("n", 3), ("[1, n]", [1, 3]), ("{'a': n}", {"a": 3}), ("(1, 2)", (1, 2)), ("-n", -3),
        ("+n", 3), ("1_000", 1000), ("0x10", 16), ("'қаз' + 'ақ'", "қазақ"),
        # arithmetic
        ("n + 1", 4), ("n - 1", 2), ("n * 2", 6), ("n / 2", 1.5), ("n // 2", 1), ("n % 2", 1),
        ("t + '!'", "text!"), ("l + [4]", [1, 2, 3, 4]), ("(n + 1) * 2", 8),
        # comparison
        ("n == 3", True), ("n != 3", False), ("n < 4", True), ("n <= 3", True), ("n > 3", False),
        ("n >= 3", True), ("1 < n < 4", True), ("2 in l", True), ("9 not in l", True),
        ("'ex' in t", True), ("nil is None", True), ("n is not None", True), ("'k' in d", True),
        ("t == 'text'", True), ("n == '3'", False), ("nil == None", True),
        # logic
        ("yes and no", False), ("yes or no", True), ("not no", True), ("no or t", "text"),
        ("1 if yes else 2", 1), ("unknown if no else 2", 2), ("no and unknown", False),
        # reading inside
        ("l[0]", 1), ("l[-1]", 3), ("d['k']", 1), ("d.k", 1), ("d.deep.x[0]", 5),
        ("{'keys': 1}.keys", 1), ("t[0]", "t"),
        ("{'қ': 1}['қ']", 1), ("['қ',\n'ә' 'і', n]", ["қ", "әі", 3]),
        # functions
        ("len(l)", 3), ("min(n, 2)", 2), ("max(l)", 3), ("abs(-n)", 3), ("round(f)", 2),
        ("int('7')", 7), ("float(n)", 3.0), ("str(n)", "3"),
        ("len(t)", 4), ("round(2.567, 1)", 2.6),
        # JUEL
        ("${n}", 3), ("#{n}", 3), (" ${ n == 3 } ", True), ("n eq 3", True), ("n ne 3", False),
        ("n lt 4", True), ("n le 3", True), ("n gt 3", False), ("n ge 3", True), ("6 div 4", 1.5),
        ("n mod 2", 1), ("nil == null", True), ("true", True), ("false", False), ("!no", True),
        ("!yes || no", False), ("yes && !no", True), ("n != 3 || yes", True), ("empty l", False),
        ("empty nil", True), ("empty empty_text", True), ("not empty l", True), ("!(n > 4)", True),
        ("n == 3 && t eq 'text' || false", True), ("yes ? 1 : 2", 1), ("no ? 1 : 2", 2),
        ("no ? 1 : yes ? 2 : 3", 2), ("yes ? no ? 1 : 2 : 3", 2),
        ("n > 2 ? t : l[0]", "text"), ("'a?b:c'", "a?b:c"), ("no ? 'x?' : 'y:'", "y:"),
        # JUEL's spellings are words, not letters
        ("notable + equal + model + trueish", 10), ("t == 'a && b eq null'", False),
        ("'and' + ' eq '", "and eq "), ("'it\\'s' + \"!\"", "it's!"),
    ],
)  # fmt: skip
def test_what_expressions_mean(text: str, expected: Any) -> None:
    found = value(text)
    assert found == expected
    assert type(found) is type(expected)
    assert check_expression(text) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("month_day(9, 25)", date(2026, 9, 25)),
        ("month_day('09-25')", date(2026, 9, 25)),
        ("month_day(1, 1, 1)", date(2027, 1, 1)),
        ("month_day(1, 1, years_ahead=2)", date(2028, 1, 1)),
        ("month_day('2030-01-02')", date(2030, 1, 2)),
        ("date('2026-09-25')", date(2026, 9, 25)),
        ("end_of('2026-09-25')", instant("2026-09-25T23:59:59")),
        ("end_of('09-25')", instant("2026-09-25T23:59:59")),
        ("start_of(month_day(9, 25))", instant("2026-09-25T00:00:00")),
        ("before('10-25')", instant("2026-10-24T23:59:59")),
        ("after(end_of('09-25'))", instant("2026-09-26T00:00:00")),
        ("after(now() if '09-25' == '' else due)", instant("2026-09-26T00:00:00")),
        ("at('09-25', '09:30')", instant("2026-09-25T09:30:00")),
        ("next_working_day('2026-09-26')", date(2026, 9, 28)),
        ("previous_working_day('2026-09-26')", date(2026, 9, 25)),
        ("next_working_day('2026-09-25')", date(2026, 9, 25)),
        ("working_days_after('2026-09-25', 1)", date(2026, 9, 28)),
        ("working_days_after('2026-09-25', 1, same_day=True)", date(2026, 9, 25)),
        ("working_days_before('2026-09-28', 1)", date(2026, 9, 25)),
        ("each_working_day('2026-09-25', '2026-09-28', '09:00')",
         [instant("2026-09-25T09:00:00"), instant("2026-09-28T09:00:00")]),
        ("ladder('2026-09-28', -1, 0, 1)",
         [instant(f"2026-09-{d}T09:00:00") for d in (25, 28, 29)]),
        ("ladder('2026-09-26', 0, at='18:00')", [instant("2026-09-25T18:00:00")]),
        ("overdue(legal_due('submission', '09-25'), 1)",
         [instant("2026-09-26T00:00:00"), instant("2026-09-28T09:00:00")]),
        ("overdue('2026-07-01T10:00:00+05:00')", [instant("2026-08-03T12:00:01")]),
        ("rung()", 1),
        ("climb('MT/submitter', 'MT/head', 'MFA/head')", "MT/submitter"),
        ("legal_due('conclusion', '10-25')", instant("2026-10-24T23:59:59")),
        ("target_due('conclusion', '10-25')", instant("2026-10-23T23:59:59")),
        ("legal_due('submission', month_day(9, 25))", instant("2026-09-25T23:59:59")),
        ("term_due('legislature', '2026-12-01', 10)", instant("2026-12-15T23:59:59")),
        ("term_target('legislature', '2026-12-01', 10)", instant("2026-12-14T23:59:59")),
        ("today()", date(2026, 8, 3)),
        ("now()", instant(NOON)),
        ("local_date(due)", date(2026, 9, 25)),
        ("local_date('2026-09-25T20:00:00Z')", date(2026, 9, 26)),
        ("today() < month_day(9, 25)", True),
        ("now() > end_of('09-25')", False),
        ("today().year + 1", 2027),
        ("now().hour", 12),
        ("(date('2026-09-25') - today()).days", 53),
    ],
)  # fmt: skip
def test_what_the_calendar_words_mean(text: str, expected: Any) -> None:
    assert value(text) == expected


def test_every_word_is_tried_above() -> None:
    (cases,) = test_what_the_calendar_words_mean.pytestmark
    tried = " ".join(text for text, _ in cases.args[1])
    assert [word for word in WORDS if f"{word}(" not in tried] == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("${body}/submitter", "MT/submitter"),
        ("${body}/a,${body}/b", "MT/a,MT/b"),
        ("no holes", "no holes"),
        ("", ""),
        ("${n}", 3),
        ("${l}", [1, 2, 3]),
        ("${n}${n}", "33"),
        ("n = ${n + 1}.", "n = 4."),
        ("#{body}/${nil}", "MT/None"),
        ("a $ {b} } c", "a $ {b} } c"),
        ("${d.k}-${d['k']}", "1-1"),
    ],
)
def test_templates(text: str, expected: Any) -> None:
    assert StepScripts(at(NOON)).template(text, VARIABLES) == expected
    assert check_template(text) is None


def test_what_is_an_expression() -> None:
    assert is_expression("${a}")
    assert is_expression(" #{a} ")
    assert is_expression("${ {'a': 1}['a'] }")
    assert not is_expression("${a}/${b}")
    assert not is_expression("a")
    assert strip_braces(" ${ a + b } ") == "a + b"
    assert names_in("${legal_due('x', on) if back else other.day}") == {"on", "back", "other"}
    assert names_in("${a}/x,${b eq null}") == {"a", "b"}
    assert names_in("plain text") == frozenset()


# --- what it has not -----------------------------------------------------------------------------

REFUSED = [
    # reaching out
    "__import__('os')", "().__class__", "''.__class__.__mro__", "t._x", "_x", "__builtins__",
    "l.append(1)", "t.upper()", "d.keys()", "'{}'.format(t)", "t.format(t)", "(lambda: 1)()",
    "lambda: 1", "len.__self__", "open('x')", "eval('1')", "exec('1')", "getattr(t, 'x')",
    "print(1)", "range(9)", "sorted(l)", "sum(l)", "type(t)", "vars()", "globals()", "unknown(1)",
    "len(*l)(1)", "month_day(**d)", "d['k']()", "[len][0](t)", "(len)(t).x()",
    # building without bound
    "2 ** 9", "9 ** 9 ** 9", "[x for x in l]", "{x for x in l}", "{x: 1 for x in l}",
    "(x for x in l)", "f'{n}'", "1 << 99", "1 >> 1", "1 | 2", "1 & 2", "1 ^ 2", "~1", "l @ l",
    # statements and other Python
    "x = 1", "x := 1", "(x := 1)", "import os", "1; 2", "1\n2", "await t", "yield 1", "del t",
    "{1, 2}", "l[0:1]", "...", "b'x'", "1j", "*l", "", "   ", "${}", "for", "if", "n n", "1 +",
    "n ? 1", "? :", "a ? b", "n ? : 1", "n ? 1 :", "? 1 : 2",
    # 'c ? a : b' only outside brackets; inside, Python's 'a if c else b'
    "(n > 2 ? 'a' : 'b') + 'c'", "[yes ? 1 : 2]", "len(yes ? 'a' : 'b')",
    # letters that look like others, and halves of them
    "ｎ", "ｌｅｎ(t)", "құн > 3", "'қ' + ｔ", "d.ｋ", "round(1, ｎ=2)", "№",
    "''' ' ''' + ｔ + ''' ' '''",
    "('қ',\n ｔ)", "'\\ud800'", "'\\x00'", "{'\\udfff': 1}",
    "'", "\"", "(", ")", "((((", "'abc", "\\", "\x00", "n\x00", "$n", "`n`",
    str(MAX_NUMBER + 1), "9" * 400, "9" * 5000, "x" * (MAX_TEXT + 1), "1" + "+1" * 900,
    "(" * 300 + ")" * 300, "[" * 500, "-" * 1900 + "1", "not " * 400 + "n", "!" * 1900 + "n",
    "n ? " * 400 + "1", "n ? 1 : " * 200 + "1",
]  # fmt: skip


@pytest.mark.parametrize("text", REFUSED, ids=lambda text: repr(text[:20]))
def test_what_is_refused(text: str) -> None:
    with pytest.raises(ExpressionRefused) as refused:
        value(text)
    assert refused.value.message
    assert len(refused.value.message) < 2_600
    assert check_expression(text)


@pytest.mark.parametrize(
    "text",
    [
        "unknown", "unknown.x", "len", "now", "date == 1", "[today]", "str(len)",
        "date if yes else 1", "n.x", "t.x", "d.missing", "d['missing']", "l[9]", "l['a']", "nil[0]",
        "1 / 0", "n // 0", "n % 0", "t - 1", "t * 3", "l * 10", "'a' * 9", "t / 2", "'%s' % t",
        "n < t", "nil > 1", "n in n", "n + t", "nil + 1", "len(n)", "int(t)", "min()", "max(n, t)",
        "round(t)", "abs(t)", "float('x')", f"{MAX_NUMBER} * 2", f"{MAX_NUMBER} + 1",
        f"-{MAX_NUMBER} - 1", "date('tomorrow')", "date(n)", "end_of(nil)", "month_day(13, 1)",
        "month_day(2, 30)", "month_day()", "legal_due('nothing', '09-25')", "at('09-25', '25:00')",
        "working_days_after('2026-09-25', 'x')", "working_days_after('2026-09-25', 100000000)",
        "each_working_day('2014-01-01', '2099-12-31')", "ladder('2026-09-25', 'x')", "after('x')",
        "end_of('2500-01-01')", "end_of('1900-01-01')", "local_date(n)", "now(1)", "today() + 1",
        "t.upper", "l.append", "d.keys", "today().isoformat", "now().tzinfo", "n.real", "f.hex",
        "today().hour", "(now() - now()).max",
        "round(1, -1000000000)", "round(1, 10 * 999999999)", "str([" * 40 + "'\\\\'" + "])" * 40,
        "end_of(now(), 1)", "{l: 1}", "-t", "+nil",
    ],
)  # fmt: skip
def test_what_fails_says_why(text: str) -> None:
    with pytest.raises(ExpressionFailed) as failed:
        value(text)
    assert repr(strip_braces(text))[1:-1][:10] in failed.value.message


def test_an_unknown_variable_is_named_with_those_that_are_known() -> None:
    with pytest.raises(ExpressionFailed, match=r"no variable 'x'.*known are a, b"):
        value("x > 1", {"b": 1, "a": 1})


@pytest.mark.parametrize(
    "text",
    [
        "t + t + t + t", "l + l + l + l", "str(l) + str(l) + str(l)", "str([t, t, t])",
    ],
)  # fmt: skip
def test_values_that_grow_are_stopped(text: str) -> None:
    begun = perf_counter()
    with pytest.raises((ExpressionFailed, ExpressionRefused)):  # noqa: PT012 - which round, depends
        variables: dict[str, Any] = {"t": "x", "l": [1], "n": 10}
        for _ in range(60):
            variables = {name: value(text, variables) for name in variables}
            assert len(str(variables["t"])) < 50_000
    assert perf_counter() - begun < 5


def test_script_lines() -> None:
    found = script_lines("a = 1\n\n  # remark\n b=${ a == 1 }\nc = 'x = y'")
    assert found == [("a", "1"), ("b", "a == 1"), ("c", "'x = y'")]
    for wrong in ("a", "a == 1", "1 = a", "a.b = 1", "a = ", "a += 1", "a, b = 1, 2", "a = b = 1"):
        with pytest.raises(ExpressionRefused):
            script_lines(wrong)


# --- anything at all -----------------------------------------------------------------------------

_ATOMS = st.sampled_from(
    ["n", "f", "t", "yes", "nil", "l", "d", "1", "0", "2.5", "'a'", "null", "true", "[]", "{}",
     "now()", "today()", "due", "'09-25'", "x", "__x", "9" * 18, "-1", "l[0]", "d.k",
     "t.upper", "now().tzinfo", "today().year"]
)  # fmt: skip
_WORDY = st.sampled_from(
    [*WORDS, *FUNCTIONS, "and", "or", "not", "in", "is", "if", "else", "eq", "ne", "lt", "empty",
     "div", "mod", "&&", "||", "!", "?", ":", "==", "!=", "<", ">=", "+", "-", "*", "/", "//", "%",
     "**", "(", ")", "[", "]", "{", "}", ",", ".", "'", '"', "${", "#{", "}", "lambda", "for",
     "_", "__class__", "\\", "\n", "=", ":=", ";", "@", "~", "<<"]
)  # fmt: skip
_OPERATORS = st.sampled_from(
    ["+", "-", "*", "/", "//", "%", "==", "!=", "<", "<=", " and ", " or ", " in ", " not in ",
     " is ", "&&", "||", " eq ", " mod ", " ? 1 : "]
)  # fmt: skip


def _compound(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """Expressions that mostly mean something."""
    calls = st.sampled_from([*WORDS, *FUNCTIONS])
    return st.one_of(
        st.tuples(inner, _OPERATORS, inner).map("".join),
        st.tuples(calls, st.lists(inner, max_size=3)).map(lambda c: f"{c[0]}({', '.join(c[1])})"),
        st.tuples(inner, inner, inner).map(lambda c: f"({c[0]} ? {c[1]} : {c[2]})"),
        st.tuples(inner, inner).map(lambda c: f"{c[0]}[{c[1]}]"),
        st.lists(inner, max_size=3).map(lambda c: f"[{', '.join(c)}]"),
        inner.map(lambda c: f"not ({c})"),
        inner.map(lambda c: f"-({c})"),
    )


_MEANINGFUL = st.recursive(_ATOMS, _compound, max_leaves=12)
_ANYTHING = st.one_of(
    st.text(max_size=60),
    st.text(alphabet=string.printable, max_size=200),
    st.lists(st.one_of(_ATOMS, _WORDY), max_size=30).map(" ".join),
    st.lists(st.one_of(_ATOMS, _WORDY), max_size=30).map("".join),
    st.tuples(_WORDY, st.integers(1, 900)).map(lambda pair: pair[0] * pair[1]),
    _MEANINGFUL,
)
_FUZZ = settings(
    max_examples=400,
    deadline=5_000,
    derandomize=True,  # the same on every machine; 15,000 random ones were tried by hand
    suppress_health_check=[HealthCheck.too_slow],
)


def _evaluator() -> Evaluator:
    """A fresh one: what one step may compute is limited."""
    return Evaluator(Words(at(NOON)).functions())


def _try(text: str) -> None:
    problem = check_expression(text)
    assert problem != ""
    try:
        found = _evaluator().evaluate(text, VARIABLES)
    except ExpressionRefused:
        assert problem
    except ExpressionFailed:
        assert problem is None
    else:
        assert problem is None
        _is_value(found)


def _is_value(found: Any) -> None:
    """Nothing but data ever comes out: no function, no class, no module."""
    if isinstance(found, list | tuple):
        for item in found:
            _is_value(item)
    elif isinstance(found, dict):
        for key, item in found.items():
            _is_value(key)
            _is_value(item)
    else:
        assert isinstance(found, str | int | float | date | timedelta) or found is None


@_FUZZ
@given(_ANYTHING)
def test_any_text_is_refused_fails_or_gives_data(text: str) -> None:
    _try(text)


@_FUZZ
@given(_MEANINGFUL)
def test_any_expression_is_refused_fails_or_gives_data(text: str) -> None:
    _try(text)


@_FUZZ
@given(_ANYTHING)
def test_any_text_is_a_template_or_not(text: str) -> None:
    problem = check_template(text)
    try:
        _evaluator().template(text, VARIABLES)
    except ExpressionRefused:
        assert problem
    except ExpressionFailed:
        assert problem is None
    try:
        names_in(text)
    except ExpressionRefused:
        assert problem


@_FUZZ
@given(_ANYTHING)
def test_any_text_is_a_script_or_refused(text: str) -> None:
    try:
        lines = script_lines(text)
    except ExpressionRefused:
        return
    for name, expression in lines:
        assert name.isidentifier()
        assert check_expression(expression) is None
