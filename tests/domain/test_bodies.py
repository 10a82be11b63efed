"""Who exists on a day, who follows whom, and where a body stands: clauses 4 and 7, SIL-21."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import pytest

from service.domain.bodies import (
    Response,
    active_on,
    check_replacement,
    heir_on,
    present_group,
    present_groups,
    standing,
    successor_on,
)
from service.errors import Refused, WrongInput
from tests.domain.given import day


@dataclass(frozen=True)
class Body:
    valid_from: date | None = None
    valid_to: date | None = None
    successor: str = ""


OLD = Body(valid_to=day("2025-09-17"), successor="NEW")
NEW = Body(valid_from=day("2025-09-18"))


def test_a_body_exists_on_its_first_and_its_last_day() -> None:
    assert active_on(OLD, day("2025-09-17"))
    assert active_on(NEW, day("2025-09-18"))


def test_a_body_does_not_exist_outside_its_days() -> None:
    assert not active_on(OLD, day("2025-09-18"))
    assert not active_on(NEW, day("2025-09-17"))


@pytest.mark.parametrize(
    ("concept_in_time", "letter", "passed", "expected"),
    [
        (False, "", False, "silent"),
        (False, "", True, "no_response"),
        (True, "", False, "submitted"),
        (True, "", True, "submitted"),
        (True, "on_time", True, "submitted"),
        (False, "on_time", True, "no_proposals"),
        (False, "late", True, "no_proposals_late"),
    ],
)
def test_where_a_body_stands(
    concept_in_time: bool,  # noqa: FBT001
    letter: str,
    passed: bool,  # noqa: FBT001
    expected: str,
) -> None:
    assert standing(Response(concept_in_time, letter), deadline_passed=passed) == expected


def test_a_letter_is_in_time_or_late() -> None:
    with pytest.raises(WrongInput, match="'soon'; use on_time or late"):
        standing(Response(letter="soon"), deadline_passed=True)


def test_tasks_of_an_abolished_body_go_to_its_successor() -> None:
    directory = {"OLD": OLD, "NEW": NEW}
    assert successor_on("OLD", directory, day("2025-09-17")) == "OLD"
    assert successor_on("OLD", directory, day("2025-09-18")) == "NEW"


def test_a_line_of_successors_is_followed_to_its_end() -> None:
    middle = Body(valid_to=day("2025-12-31"), successor="LAST")
    directory = {"OLD": OLD, "NEW": middle, "LAST": Body()}
    assert successor_on("OLD", directory, day("2026-01-01")) == "LAST"


def test_a_body_without_a_successor_leaves_nobody() -> None:
    assert successor_on("OLD", {"OLD": Body(valid_to=day("2025-09-17"))}, day("2026-01-01")) == ""


def test_successors_in_a_circle_are_reported() -> None:
    directory = {"A": Body(valid_to=day("2020-01-01"), successor="A")}
    with pytest.raises(WrongInput, match="A → A run in a circle"):
        successor_on("A", directory, day("2026-01-01"))


def test_a_body_missing_in_the_directory_is_reported() -> None:
    with pytest.raises(WrongInput, match="no body 'NEW'"):
        successor_on("OLD", {"OLD": OLD}, day("2026-01-01"))


def test_a_line_that_cannot_be_followed_has_no_heir() -> None:
    ended = Body(valid_to=day("2020-01-01"), successor="A")
    assert heir_on("A", {"A": ended}, day("2026-01-01")) == ""
    assert heir_on("B", {"B": ended}, day("2026-01-01")) == ""


@pytest.mark.parametrize(
    ("on", "old", "new"),
    [
        ("2025-09-17", {"OLD/head"}, {"ADMIN/administrator"}),
        ("2025-09-18", set(), {"NEW/head", "OLD/head", "ADMIN/administrator"}),
    ],
)
def test_groups_of_an_ended_body_are_its_heirs(on: str, old: set[str], new: set[str]) -> None:
    directory = {"OLD": OLD, "NEW": NEW}
    assert present_groups(["OLD/head"], directory, day(on)) == old
    assert present_groups(["NEW/head", "ADMIN/administrator"], directory, day(on)) == new


def test_a_code_is_not_taken_for_another_that_begins_alike() -> None:
    directory = {"OLD": OLD, "NEW": NEW, "NEWS": Body()}
    assert present_groups(["NEWS/head"], directory, day("2026-01-01")) == {"NEWS/head"}
    assert present_group("OLD/head", directory, day("2026-01-01")) == "NEW/head"
    assert present_group("OLDER/head", directory, day("2026-01-01")) == "OLDER/head"


def test_a_replacement_may_lead_to_a_body_that_has_ended_with_an_heir_of_its_own() -> None:
    directory = {"OLD": OLD, "NEW": NEW, "X": Body()}
    check_replacement("X", "OLD", day("2026-01-01"), directory)
    with pytest.raises(Refused, match="X → OLD → NEW → X"):
        check_replacement("X", "OLD", day("2026-01-01"), {**directory, "NEW": Body(successor="X")})
