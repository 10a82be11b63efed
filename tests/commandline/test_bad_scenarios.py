"""A scenario that is wrong anywhere: one clear message, exit code 1, nothing half-written."""

from __future__ import annotations

import copy
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from service.errors import WrongInput
from service.simulation.acts import cycle_steps, understandings
from service.simulation.filling import concept_values
from service.simulation.reading import read_scenario
from tests.commandline.running import kelisim
from tests.journeys.years import Data, acts, concept, demonstration, small, written

pytestmark = pytest.mark.usefixtures("few_bodies")
FILES: dict[str, bytes] = {
    "not JSON": b"cycle_year: 2026",
    "empty": b"",
    "only spaces": b"  \n",
    "binary": bytes(range(256)) * 40,
    "UTF-16": '{"cycle_year": 2026}'.encode("utf-16"),
    "cut off": b'{"cycle_year": 2026, "concepts": [',
    "nested": b'{"a":' * 100_000 + b"1" + b"}" * 100_000,
    "nested list": b"[" * 200_000,
    "a list": b"[]",
    "a number": b"7",
    "null": b"null",
    "NaN": b'{"cycle_year": NaN}',
    "infinity": b'{"cycle_year": 2026, "opens_at": -Infinity}',
    "a number of many digits": b'{"cycle_year": ' + b"9" * 5000 + b"}",
    "a large number": b'{"cycle_year": 1e999}',
}


@pytest.mark.parametrize("content", FILES.values(), ids=FILES.keys())
def test_a_file_that_is_no_scenario(content: bytes, tmp_path: Path) -> None:
    file = tmp_path / "year.json"
    file.write_bytes(content)
    kelisim("simulate", file, "--out", tmp_path / "out", "--json").refuses("year.json")
    assert [each.name for each in tmp_path.iterdir()] == ["year.json"]


def test_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    kelisim("simulate", tmp_path / "nosuch.json").refuses("nosuch.json", "No such file")
    kelisim("simulate", tmp_path).refuses(str(tmp_path), "directory")
    kelisim("simulate", "/proc/self/mem").refuses("/proc/self/mem")
    kelisim("simulate", "/dev/zero").refuses("larger than")
    kelisim("simulate", tmp_path / ("x" * 300)).refuses("too long")


def test_an_unreadable_file(tmp_path: Path) -> None:
    file = written(tmp_path, small())
    file.chmod(0)
    if os.access(file, os.R_OK):  # root reads everything; a folder in its place is no file either
        file.unlink()
        file.mkdir()
    kelisim("simulate", file).refuses("cannot be read")


def test_a_byte_order_mark_does_no_harm(tmp_path: Path) -> None:
    file = tmp_path / "year.json"
    file.write_bytes(b"\xef\xbb\xbf" + json.dumps(small()).encode())
    assert read_scenario(file).cycle_year == 2026


WRONG: list[tuple[str, Any, str]] = [
    # place, value, what the message says of it
    ("cycle_year", None, "cycle_year is missing or null"),
    ("cycle_year", True, "cycle_year is true; write a year from 2014 to 2095"),
    ("cycle_year", "2026", 'cycle_year is "2026"'),
    ("cycle_year", 9999, "cycle_year is 9999"),
    ("cycle_year", 2026.0, "cycle_year is 2026.0"),
    ("opens_at", None, "opens_at is missing or null"),
    ("opens_at", "2026-08-03T09:00:00", "opens_at is"),
    ("opens_at", "2026-08-03", "with its offset such as 2026-11-10T09:00:00+05:00"),
    ("opens_at", 20260803, "opens_at is 20260803"),
    ("opens_at", "9999-12-31T23:59:59-05:00", "opens_at is"),
    ("opens_at", "0001-01-01T00:00:00+05:00", "opens_at is"),
    ("opens_at", "2036-08-03T09:00:00+05:00", "from 2025 to 2029"),
    ("concepts", {}, "concepts is an object of 0 entries; write a list"),
    ("concepts", False, "concepts is false"),
    ("concepts", "", 'concepts is ""'),
    ("concepts.0", None, "concepts[0] is missing or null; write an object"),
    ("concepts.0", [1], "concepts[0] is a list of 1 entries"),
    ("concepts.1.id", None, "concepts[1].id is missing or null"),
    ("concepts.1.id", "", "concepts[1].id"),
    ("concepts.1.id", " ", "concepts[1].id"),
    ("concepts.1.id", "x" * 61, "1 to 60 characters"),
    ("concepts.1.id", "\ud800", r'concepts[1].id is "\ud800"'),
    ("concepts.1.id", "C-1", 'concepts[1].id is "C-1"; write an id that no other concept has'),
    ("concepts.1.body", 7, "concepts[1].body is 7"),
    ("concepts.1.submitted_at", "tomorrow", 'concepts[1].submitted_at is "tomorrow"'),
    ("concepts.1.title", "A treaty", 'concepts[1].title is "A treaty"; write an object'),
    ("concepts.1.title.kk", 1, "concepts[1].title.kk is 1; write a text"),
    ("concepts.1.title.ru", "a\0b", "concepts[1].title.ru"),
    ("concepts.1.counterparts", "UZ", "concepts[1].counterparts"),
    ("concepts.1.counterparts", ["UZ"], "concepts[1].counterparts[0]"),
    ("concepts.1.counterparts", [{"name": []}], "concepts[1].counterparts[0].name"),
    ("concepts.1.proposed_year", 2027.5, "concepts[1].proposed_year is 2027.5"),
    ("concepts.1.proposed_year", True, "concepts[1].proposed_year is true"),
    ("concepts.1.proposed_year", 10**100, "concepts[1].proposed_year"),
    ("concepts.1.proposed_quarter", [], "concepts[1].proposed_quarter"),
    ("concepts.1.languages_submitted", "kk", "concepts[1].languages_submitted"),
    ("concepts.1.languages_submitted", [1], "concepts[1].languages_submitted[0]"),
    ("concepts.1.related_event", {}, "concepts[1].related_event"),
    ("concepts.1.marking", 7, "concepts[1].marking is 7; write a text"),
    ("concepts.1.proposed_until_year", 2028.5, "concepts[1].proposed_until_year is 2028.5"),
    ("concepts.1.examination", "yes", "concepts[1].examination"),
    ("concepts.1.examination.expedient", "maybe", "yes or no"),
    ("concepts.1.examination.decided_at", "", "concepts[1].examination.decided_at"),
    ("concepts.1.examination.reasons", [], "concepts[1].examination.reasons"),
    ("letters.0.submitted_at", 1, "letters[0].submitted_at is 1"),
    ("letters.0.body", None, "letters[0].body"),
    ("events_register", [{"id": "E", "date": "2026-13-01"}], "events_register[0].date"),
    ("events_register", [{"id": "E", "date": 20260101}], "events_register[0].date"),
    ("events_register", [{"id": "E", "date": "9999-01-01"}], "events_register[0].date"),
    ("events_register", [{"date": "2026-01-01"}], "events_register[0].id"),
    ("events_register", [{"id": "E", "date": "2026-01-01", "restricted": 0}], "true or false"),
    ("acts", [], "acts is a list"),
    ("acts.consolidated_at", False, "acts.consolidated_at is false"),
    ("acts.commission", {"at": 1}, "acts.commission is an object"),
    ("acts.commission.0.at", None, "acts.commission[0].at is missing or null"),
    ("acts.commission.0.outcome", ["approved"], "acts.commission[0].outcome"),
    ("acts.commission.0.remarks", "no", "acts.commission[0].remarks"),
    ("acts.president.0.agreed_on", "soon", 'acts.president[0].agreed_on is "soon"'),
    ("acts.president.0.reworked_at", 0, "acts.president[0].reworked_at is 0"),
    ("acts.uncovered_reason", "later", "uncovered_reason"),
    ("amendments", 2, "amendments is 2; write a list"),
    ("settings", [], "settings is a list"),
    ("settings", {"colour": "red"}, "Unknown setting 'colour'"),
    ("settings", {"count_from": "monday"}, "next_day or same_day"),
    ("settings", {"rollover": {"submission": 1}}, "rollover.submission"),
    ("settings", {"legislature": 5}, "legislature"),
]


@pytest.mark.parametrize(("place", "value", "said"), WRONG)
def test_a_wrong_value_is_named_with_its_place(
    place: str, value: Any, said: str, tmp_path: Path
) -> None:
    data = small()
    _put(data, place.split("."), value)
    out = tmp_path / "out"
    kelisim("simulate", written(tmp_path, data), "--out", out).refuses("year.json: ", said)
    assert not out.exists()


def test_null_is_the_same_as_missing(tmp_path: Path) -> None:
    data = small()
    nulls = dict.fromkeys(("letters", "events_register", "amendments", "settings"))
    data["concepts"][0] |= dict.fromkeys(("notes", "counterparts", "examination", "title"))
    read = read_scenario(written(tmp_path, data | nulls))
    assert read.replies == ()
    assert read.filings[0].decided_at is None


JUNK = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(allow_nan=False),
    st.text(st.characters(), max_size=5),
    st.sampled_from(["2026-09-10T10:00:00", "9999-12-31T23:59:59-05:00", "2026-02-30", "\ud800"]),
    st.lists(st.none() | st.integers() | st.dictionaries(st.text(max_size=3), st.none())),
    st.dictionaries(st.sampled_from(["kk", "ru", "x"]), st.none() | st.integers() | st.text()),
)
_YEAR = demonstration()


def _places(value: Any, place: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    if place:
        yield place
    if isinstance(value, dict | list):
        inside = value.items() if isinstance(value, dict) else enumerate(value)
        for key, each in inside:
            yield from _places(each, (*place, key))


PLACES = list(_places({**_YEAR, "concepts": _YEAR["concepts"][:3]}))


@given(st.lists(st.tuples(st.sampled_from(PLACES), JUNK), min_size=1, max_size=3))
@settings(
    max_examples=300,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_reading_only_ever_refuses_or_gives_what_can_be_played(
    tmp_path: Path, changes: list[tuple[tuple[str | int, ...], Any]]
) -> None:
    data = copy.deepcopy(_YEAR)
    data["concepts"] = data["concepts"][:3]
    for place, junk in changes:
        _put(data, place, copy.deepcopy(junk))
    try:
        scenario = read_scenario(written(tmp_path, data))
    except WrongInput:
        return
    for filing in scenario.filings:
        concept_values(filing)
    assert len(list(cycle_steps(scenario))) >= 0
    assert len(list(understandings(scenario))) == len(scenario.events)


ODD: list[Data] = [
    {"proposed_quarter": 9, "treaty_kind": "friendly", "domestic_procedures_kind": "maybe"},
    {"title": {}, "justification": {"kk": "x" * 200_000}, "counterparts": [{}]},
    {"proposed_year": -1, "related_event": "NOSUCH", "domestic_procedures_due": "\x1b[2J"},
    {"id": "\x1b]0;owned\x07", "notes": {"kk": "\x9b31m\u202e", "ru": "<script>[red]"}},
    {"body": "[bold]\x1b[1m"},
]
DANGEROUS = {*map(chr, range(10)), "\x1b", "\x7f", "\x9b", "\u202e"}


def test_odd_values_are_played_and_shown_harmlessly(tmp_path: Path) -> None:
    """What only the rules can judge, they refuse; nothing reaches the terminal as it is."""
    odd = acts(commission=[{"at": "2026-11-13T10:00:00+05:00", "outcome": "\x1b[31mwon"}])
    concepts = [concept(number, **changes) for number, changes in enumerate(ODD, start=1)]
    file = written(tmp_path, small(concepts=concepts, acts=odd))

    shown = kelisim("simulate", file, "--language", "en", "--out", tmp_path / "out")

    assert shown.code == 0, shown.err
    assert not set(shown.out) & DANGEROUS
    kept = (tmp_path / "out" / "outcome.json").read_text(encoding="utf-8")
    assert not set(kept) & DANGEROUS
    told = json.loads(kept)
    assert len(told["concepts"]) == len(ODD)
    codes = {each["act"]: each["code"] for each in told["refused"]}
    assert codes["commission_1"] == "form_invalid"
    assert codes["C-1"] == codes["C-2"] == codes["C-3"] == "form_invalid"


def _put(data: Any, place: Any, value: Any) -> None:
    """Put a value at a place, as long as the place is there."""
    for key in place[:-1]:
        key = int(key) if isinstance(data, list) else key
        try:
            data = data[key]
        except (KeyError, IndexError, TypeError):
            return
    last = int(place[-1]) if isinstance(data, list) else place[-1]
    if isinstance(data, dict) or (isinstance(data, list) and last < len(data)):
        data[last] = value
