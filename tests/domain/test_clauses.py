"""The texts of the Rules that are shown beside a task."""

from __future__ import annotations

import json
from importlib.resources import files

import pytest

from service.domain.clauses import NUMBERS, read_clauses
from service.errors import WrongInput
from tests.domain.given import reference

CONTENT = files("service").joinpath("reference", "clauses.json").read_text("utf-8")


def test_all_seventeen_clauses_are_there() -> None:
    assert tuple(read_clauses(CONTENT)) == NUMBERS


def test_the_law_s_dates_stand_in_its_text() -> None:
    clauses = read_clauses(CONTENT)
    assert "25 қазанға дейін" in clauses["8"].texts["kk"]
    assert "25 қыркүйектен кешіктірмей" in clauses["4"].texts["kk"]


def test_broken_lines_of_the_source_are_repaired() -> None:
    clauses = read_clauses(CONTENT)
    assert "1-тармағына сәйкес әзірленген" in clauses["1"].texts["kk"]
    assert "комиссияның (бұдан әрі – Комиссия)" in clauses["12"].texts["kk"]


def test_a_clause_has_as_many_paragraphs_in_each_language() -> None:
    counts = [
        {text.count("\n") for text in clause.texts.values()}
        for clause in read_clauses(CONTENT).values()
    ]
    assert all(len(count) == 1 for count in counts)


def test_a_missing_clause_is_reported() -> None:
    short = {"clauses": reference("clauses.json")["clauses"][:16]}
    with pytest.raises(WrongInput, match="1 … 17"):
        read_clauses(json.dumps(short))


def test_a_missing_language_is_reported() -> None:
    document = reference("clauses.json")
    document["clauses"][3]["title"]["ru"] = ""
    with pytest.raises(WrongInput, match="Clause 4 has no ru"):
        read_clauses(json.dumps(document))


@pytest.mark.parametrize("content", ["", "{}", "[]", '{"clauses": [1]}'])
def test_a_file_that_holds_no_clauses_is_reported(content: str) -> None:
    with pytest.raises(WrongInput, match="cannot be read"):
        read_clauses(content)
