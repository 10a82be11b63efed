"""Concepts for concluding an international treaty: what makes one acceptable, and its states.

Clauses 2, 4, 5 and 10; form F01, whose field names are the keys of the values.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from enum import StrEnum
from types import MappingProxyType
from typing import Any, NamedTuple, TypeAlias

from service.domain import texts
from service.domain.cycle_settings import CycleSettings
from service.domain.periods import (
    KINDS_WITHOUT_PERIOD,
    PROCEDURE_KINDS,
    months_of,
    read_period,
)
from service.domain.plans import SECTIONS, route
from service.errors import FormInvalid, Refused, WrongInput

TREATY_FORMS = ("bilateral", "multilateral", "accession", "amending_protocol")
MARKINGS = ("internal", "official_use", "public")  # SIL-19: internal unless it says otherwise
SHORTEST_TEXT = 10  # characters, of a title or a justification
LONGEST_TITLE = 1000
LONGEST_NOTE = 2000

_Problem: TypeAlias = tuple[str, str, str]  # clause, field, what is wrong and what to do
_LANGUAGES = {"kk": "Kazakh", "ru": "Russian"}
_BILINGUAL = ("title", "concept_text", "justification")
# Each half of what clause 5 wants in two languages, with the other half.
OTHER_HALF: Mapping[str, str] = MappingProxyType(
    {
        f"{name}_{one}": f"{name}_{other}"
        for name in _BILINGUAL
        for one, other in (("kk", "ru"), ("ru", "kk"))
    }
)
ONE_LANGUAGE, OUT_OF_HORIZON = "one_language", "out_of_horizon"  # grounds of a return (F04)
_YEAR = re.compile(r"\s*(\d{4})\s*")
_YEAR_RANGE = re.compile(r"\s*(\d{4})\s*[-–—/]\s*(\d{4})\s*")


class Defect(NamedTuple):
    """What a body may correct after filing, under AMB-10: the ground of the return, the field."""

    ground: str  # ONE_LANGUAGE · OUT_OF_HORIZON
    field: str


class ConceptState(StrEnum):
    """The states of a concept (design 7)."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    RETURNED_LATE = "returned_late"
    UNDER_REVIEW = "under_review"
    NOT_EXPEDIENT = "not_expedient"
    IN_DRAFT_PLAN = "in_draft_plan"
    EXCLUDED = "excluded"
    AGREED = "agreed"
    TRANSMITTED = "transmitted"
    WITHDRAWN = "withdrawn"
    REFUSED = "refused"


_S = ConceptState
CONCEPT_TRANSITIONS: Mapping[ConceptState, tuple[ConceptState, ...]] = MappingProxyType(
    {
        _S.DRAFT: (_S.SUBMITTED, _S.REFUSED, _S.WITHDRAWN),
        _S.SUBMITTED: (_S.UNDER_REVIEW, _S.RETURNED_LATE, _S.WITHDRAWN),
        _S.UNDER_REVIEW: (_S.IN_DRAFT_PLAN, _S.NOT_EXPEDIENT, _S.WITHDRAWN),
        _S.IN_DRAFT_PLAN: (_S.AGREED, _S.EXCLUDED, _S.WITHDRAWN),
        _S.AGREED: (_S.TRANSMITTED, _S.EXCLUDED),
        # An agreed plan changes by clause 16 only.
        _S.TRANSMITTED: (_S.EXCLUDED,),
        _S.RETURNED_LATE: (),
        _S.NOT_EXPEDIENT: (),
        _S.EXCLUDED: (),
        _S.WITHDRAWN: (),
        _S.REFUSED: (),
    }
)
# A concept in one of these keeps its body from sending a no-proposals letter (SIL-03).
LIVE_STATES = (_S.SUBMITTED, _S.UNDER_REVIEW, _S.IN_DRAFT_PLAN, _S.AGREED, _S.TRANSMITTED)
# A concept in one of these is its body's answer in the cycle, whatever became of it (clause 4).
ANSWER_STATES = (*LIVE_STATES, _S.NOT_EXPEDIENT, _S.EXCLUDED)


def move(state: str, to: str) -> ConceptState:
    """The new state of a concept. Raises Refused when the rules know no such step."""
    try:
        before, after = ConceptState(state), ConceptState(to)
    except ValueError as error:
        raise WrongInput(f"{error}; a concept is {', '.join(ConceptState)}.") from None
    allowed = CONCEPT_TRANSITIONS[before]
    if after not in allowed:
        raise Refused(
            f"A concept cannot go from {before} to {after}; "
            f"from {before} it can go to {', '.join(allowed) or 'no other state'}.",
            code="wrong_concept_state",
        )
    return after


def planning_year(proposed: object, settings: CycleSettings) -> int:
    """The one year that routes a concept (AMB-07): 2027 or "2027".

    A range such as "2027-2028" is refused unless the cycle allows it; then its first year routes.
    Raises Refused (code year_range or year_missing, clause 10).
    """
    if isinstance(proposed, int) and not isinstance(proposed, bool):
        return proposed
    written = proposed if isinstance(proposed, str) else ""
    single = _YEAR.fullmatch(written)
    if single:
        return int(single[1])
    years = _YEAR_RANGE.fullmatch(written)
    if years and settings.allow_range:
        return int(years[1])
    if years:
        raise Refused(
            f"The proposed time {written!r} spans two years; name the one year in which the "
            "treaty is to be planned.",
            code="year_range",
            clause="10",
        )
    raise Refused(
        f"The proposed year is {proposed!r}; write one year such as 2027.",
        code="year_missing",
        clause="10",
    )


def check_concept(values: Mapping[str, Any], cycle_year: int, settings: CycleSettings) -> None:
    """Raise FormInvalid with every problem of a concept; return when there is none.

    `values` has the field names of form F01: title_kk, title_ru, treaty_kind, treaty_form,
    counterparts (list of {code, kk, ru, en}), proposed_year, proposed_period (Q1 … Q4, M01 … M12,
    year), proposed_until_year and proposed_until_period (the end of a range, AMB-07),
    domestic_procedure_kind, domestic_procedure_period ("2027-Q3"), concept_text_kk/_ru
    (text, or a file), justification_kk/_ru, notes_kk/_ru, marking. The error's clause lists the
    clauses concerned, such as "4, 5".
    """
    _raise_for(_problems(values, cycle_year, settings))


def check_filing(
    values: Mapping[str, Any], cycle_year: int, settings: CycleSettings
) -> tuple[Defect, ...]:
    """`check_concept` for a concept that is filed, not revised: the defects it may have till then.

    There are none while the cycle blocks them (AMB-10). With `return_for_correction`, a missing
    half of a bilingual text and a year outside the plans are returned instead of raised, in the
    order of the form.
    """
    problems = _problems(values, cycle_year, settings)
    if settings.defect_policy == "block":
        _raise_for(problems)
        return ()
    defects = [_defect(problem, values) for problem in problems]
    _raise_for([each for each, defect in zip(problems, defects, strict=True) if defect is None])
    return tuple(defect for defect in defects if defect is not None)


def _defect(problem: _Problem, values: Mapping[str, Any]) -> Defect | None:
    """What the policy lets through: the text is there in the other language; a year is given."""
    clause, field, _ = problem
    if clause == "4":  # of all problems only the horizon's
        return Defect(OUT_OF_HORIZON, field)
    other = OTHER_HALF.get(field)
    if other is not None and not values.get(field) and values.get(other):
        return Defect(ONE_LANGUAGE, field)
    return None


def _problems(
    values: Mapping[str, Any], cycle_year: int, settings: CycleSettings
) -> list[_Problem]:
    return [
        *_language_problems(values),
        *_choice_problems(values),
        *_counterpart_problems(values),
        *_time_problems(values, cycle_year, settings),
        *_range_problems(values, cycle_year, settings),
        *_procedure_problems(values),
        *_note_problems(values),
    ]


def _raise_for(problems: Sequence[_Problem]) -> None:
    if problems:
        clauses = sorted({clause for clause, _, _ in problems if clause}, key=int)
        raise FormInvalid([(key, what) for _, key, what in problems], clause=", ".join(clauses))


def warnings(values: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    """Pairs (field, message) worth a second look; none of them keeps a concept from being sent.

    Letters of the other language, and dates or numbers that stand in one half only.
    """
    found: list[tuple[str, str]] = []
    for name in (*_BILINGUAL, "notes"):
        kk, ru = (_text(values, f"{name}_{language}") for language in _LANGUAGES)
        if kk and not texts.has_kazakh_letters(kk):
            found.append((f"{name}_kk", "has no Kazakh letter (ӘҒҚҢӨҰҮҺІ); is it in Kazakh?"))
        if texts.has_kazakh_letters(ru):
            found.append((f"{name}_ru", "has Kazakh letters (ӘҒҚҢӨҰҮҺІ); is it in Russian?"))
        if kk and ru:
            found += _differing_figures(name, kk, ru)
    return (*found, *_time_warnings(values))


def _language_problems(values: Mapping[str, Any]) -> list[_Problem]:
    found: list[_Problem] = []
    for name in _BILINGUAL:
        for language, spoken in _LANGUAGES.items():
            key = f"{name}_{language}"
            what = _text_problem(name, values.get(key), spoken)
            if what:
                found.append(("5", key, what))
        kk, ru = (_text(values, f"{name}_{language}") for language in _LANGUAGES)
        if kk and texts.same_words(kk, ru):
            found.append(("5", f"{name}_ru", "is the same as in Kazakh; give the Russian text."))
    return found


def _text_problem(name: str, value: object, spoken: str) -> str:
    if name == "concept_text" and value and not isinstance(value, str):
        return ""  # a file: its format is the form's matter
    text = value.strip() if isinstance(value, str) else ""
    if not text:
        return f"is missing in {spoken}; concepts are presented in Kazakh and in Russian."
    if name != "concept_text" and len(text) < SHORTEST_TEXT:
        return f"has {len(text)} characters; write {SHORTEST_TEXT} or more."
    if name == "title" and len(text) > LONGEST_TITLE:
        return f"has {len(text)} characters; shorten it to {LONGEST_TITLE}."
    if name == "title" and not texts.has_cyrillic(text):
        return f"has no Cyrillic letter; write the title in {spoken}."
    return ""


def _choice_problems(values: Mapping[str, Any]) -> list[_Problem]:
    found: list[_Problem] = []
    for key, allowed in (("treaty_kind", tuple(SECTIONS)), ("treaty_form", TREATY_FORMS)):
        if values.get(key) not in allowed:
            found.append(("", key, f"is {values.get(key)!r}; choose {', '.join(allowed)}."))
    marking = values.get("marking") or MARKINGS[0]
    if marking not in MARKINGS:
        found.append(("", "marking", f"is {marking!r}; choose {', '.join(MARKINGS)}."))
    return found


def _counterpart_problems(values: Mapping[str, Any]) -> list[_Problem]:
    given = values.get("counterparts") or []
    key = "counterparts"
    if not isinstance(given, Sequence) or isinstance(given, str | bytes):
        return [("", key, f"is {given!r}; give a list of the other parties.")]
    named = [party for party in given if isinstance(party, Mapping) and any(party.values())]
    if len(named) < len(given):
        return [("", key, "has an empty line; name the party or remove the line.")]
    if not named and values.get("treaty_form") != "accession":
        return [("", key, "is empty; name at least one other party (none only for accession).")]
    return []


def _time_problems(
    values: Mapping[str, Any], cycle_year: int, settings: CycleSettings
) -> list[_Problem]:
    found: list[_Problem] = []
    try:
        route(planning_year(values.get("proposed_year"), settings), cycle_year)
    except Refused as refusal:
        found.append((refusal.clause, "proposed_year", refusal.message))
    try:
        months_of(_text(values, "proposed_period"))
    except WrongInput as error:
        found.append(("10", "proposed_period", error.message))
    return found


def _range_problems(
    values: Mapping[str, Any], cycle_year: int, settings: CycleSettings
) -> list[_Problem]:
    """What is wrong with the end of a range such as 2027-Q4 … 2028-Q1 (AMB-07)."""
    until, period = values.get("proposed_until_year"), _text(values, "proposed_until_period")
    key, period_key = "proposed_until_year", "proposed_until_period"
    if until is None and not period:
        return []
    if not settings.allow_range:
        what = (
            "is filled, but in this cycle a treaty is planned for one year; leave the end of the "
            "period empty and name the one year in which the treaty is to be planned."
        )
        return [("10", period_key if until is None else key, what)]
    if until is None or not period:
        what = "is missing; a range ends with a year and a period, such as 2028 and Q1."
        return [("10", key if until is None else period_key, what)]
    try:
        route(planning_year(until, settings), cycle_year)
        months_of(period)
    except Refused as refusal:
        return [(refusal.clause, key, refusal.message)]
    except WrongInput as error:
        return [("10", period_key, error.message)]
    too_early = ("10", key, "lies before the beginning of the period; name a later end.")
    return [too_early] if _ends_too_early(values, settings) else []


def _ends_too_early(values: Mapping[str, Any], settings: CycleSettings) -> bool:
    """Whether a range ends, or its last period begins, before its first one does."""
    try:
        (first_year, first), (last_year, last) = (
            (
                planning_year(values.get(f"proposed_{which}year"), settings),
                months_of(_text(values, f"proposed_{which}period")),
            )
            for which in ("", "until_")
        )
    except (Refused, WrongInput):
        return False  # told at the fields of the beginning
    return any((last_year, last[end]) < (first_year, first[end]) for end in (0, 1))


def _procedure_problems(values: Mapping[str, Any]) -> list[_Problem]:
    kind, period = values.get("domestic_procedure_kind"), _text(values, "domestic_procedure_period")
    key = "domestic_procedure_period"
    if kind not in PROCEDURE_KINDS:
        allowed = ", ".join(PROCEDURE_KINDS)
        return [("", "domestic_procedure_kind", f"is {kind!r}; choose {allowed}.")]
    if not period:
        missing = "is missing; write when the procedure is expected, such as 2027-Q3."
        return [] if kind in KINDS_WITHOUT_PERIOD else [("", key, missing)]
    try:
        read_period(period)
    except WrongInput as error:
        return [("", key, error.message)]
    return []


def _note_problems(values: Mapping[str, Any]) -> list[_Problem]:
    lengths = {key: len(_text(values, key)) for key in ("notes_kk", "notes_ru", "notes_en")}
    return [
        ("", key, f"has {length} characters; shorten it to {LONGEST_NOTE}.")
        for key, length in lengths.items()
        if length > LONGEST_NOTE
    ]


def _differing_figures(name: str, kk: str, ru: str) -> list[tuple[str, str]]:
    found = []
    for what, ours, theirs in zip(
        ("dates", "numbers"), texts.figures(kk), texts.figures(ru), strict=True
    ):
        only_kk, only_ru = sorted(ours - theirs), sorted(theirs - ours)
        if only_kk or only_ru:
            sides = f"kk {', '.join(only_kk) or '–'}; ru {', '.join(only_ru) or '–'}"
            found.append((f"{name}_ru", f"has other {what} than the Kazakh text ({sides})."))
    return found


def _time_warnings(values: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    try:
        year = planning_year(values.get("proposed_year"), CycleSettings(allow_range=True))
        period = _text(values, "proposed_period")
        concluded = (year, months_of(period)[1])
        if _text(values, "proposed_until_period"):
            year = planning_year(values.get("proposed_until_year"), CycleSettings())
            concluded = (year, months_of(_text(values, "proposed_until_period"))[1])
        done_year, done_period = read_period(_text(values, "domestic_procedure_period"))
    except (Refused, WrongInput):
        return ()  # check_concept tells what is wrong, or no period was given
    if (done_year, months_of(done_period)[1]) < concluded:
        what = "ends before the treaty is to be concluded; is it right?"
        return (("domestic_procedure_period", what),)
    return ()


def _text(values: Mapping[str, Any], key: str) -> str:
    value = values.get(key)
    return value.strip() if isinstance(value, str) else ""
