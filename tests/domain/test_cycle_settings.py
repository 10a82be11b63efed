"""The switches of a cycle: defaults, plain data, and what is not allowed."""

from __future__ import annotations

import json
from typing import Any

import pytest

from service.domain.cycle_settings import CycleSettings
from service.errors import WrongInput


def test_settings_survive_the_way_through_json() -> None:
    settings = CycleSettings.from_data(
        {
            "count_from": "same_day",
            "rollover": {"president": "previous"},
            "legislature": [["2026-07-01", "KURULTAI"]],
        }
    )
    data = json.loads(json.dumps(settings.to_data()))
    assert CycleSettings.from_data(data) == settings


def test_what_is_left_out_keeps_its_default() -> None:
    assert CycleSettings.from_data({}) == CycleSettings()
    rollover = CycleSettings.from_data({"rollover": {"president": "none"}}).rollover
    assert (rollover["president"], rollover["submission"]) == ("none", "next")


@pytest.mark.parametrize(
    ("key", "value", "said"),
    [
        ("count", "same_day", "Unknown setting 'count'; allowed are conclusion_inclusive"),
        ("count_from", "tomorrow", "'tomorrow'; allowed is next_day or same_day"),
        ("legislature_start", 4, "agreed_on or received_on"),
        ("conclusion_inclusive", "no", "'no'; allowed is true or false"),
        ("allow_range", 1, "true or false"),
        ("defect_policy", ["block"], "block or return_for_correction"),
        ("route", "by post", "direct or government_office"),
        ("numbering", None, "continuous or per_section"),
        ("reminder_time", "9", "a time such as 09:00"),
        ("rollover", "next", "an object of submission"),
        ("rollover", {"conclusion": "later"}, "next or previous or none"),
        ("rollover", {"legislature": "next"}, "Unknown setting 'rollover.legislature'"),
        ("legislature", "KURULTAI", "a list such as"),
        ("legislature", [["soon", "KURULTAI"]], "a list such as"),
        ("legislature", [], "at least one entry"),
        ("legislature", [["2026-07-01", "B"], ["2020-01-01", "A"]], "each later"),
        ("legislature", [["2026-07-01", ""]], "the code of an addressee"),
    ],
)
def test_a_setting_that_is_not_allowed_is_named(key: str, value: Any, said: str) -> None:
    with pytest.raises(WrongInput) as refused:
        CycleSettings.from_data({key: value})
    assert said in refused.value.message


def test_settings_are_an_object() -> None:
    with pytest.raises(WrongInput, match="give an object of settings"):
        CycleSettings.from_data([])  # type: ignore[arg-type]
