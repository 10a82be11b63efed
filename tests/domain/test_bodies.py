"""Who exists on a day, who follows whom, and where a body stands: clauses 4 and 7, SIL-21."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import pytest

from service.domain.bodies import Response, active_on, standing, successor_on
from service.errors import WrongInput
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
