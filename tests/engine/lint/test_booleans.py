"""XML may write a boolean as "1" or with blanks; SpiffWorkflow only knows the word."""

from __future__ import annotations

import pytest
from lxml import etree

from service.engine.checks.reading import read_diagram
from service.engine.definitions import compile_definition
from service.engine.lint.diagram import is_true
from tests.engine.lint.given import attempt, codes, diagram, diagrams

USER = '<bpmn:userTask id="{}" camunda:assignee="a">{}</bpmn:userTask>'
BOUNDARY = (
    '<bpmn:boundaryEvent id="Late" attachedToRef="A" cancelActivity="{}"><bpmn:timerEventDefinition'
    '><bpmn:timeDuration xsi:type="bpmn:tFormalExpression">PT1H</bpmn:timeDuration>'
    "</bpmn:timerEventDefinition></bpmn:boundaryEvent>"
)
MANY = (
    '<bpmn:multiInstanceLoopCharacteristics isSequential="{}"><bpmn:loopCardinality '
    'xsi:type="bpmn:tFormalExpression">3</bpmn:loopCardinality>'
    "</bpmn:multiInstanceLoopCharacteristics>"
)
WORDS = [("1", True), ("0", False), (" true ", True), ("&#10;false", False), (" 1&#9;", True)]


@pytest.mark.parametrize(("word", "meant"), [("true", True), ("false", False), *WORDS])
def test_booleans_are_executed_as_written(word: str, *, meant: bool) -> None:
    data = diagram(
        USER.format("A", MANY.format(word)), BOUNDARY.format(word), flows="Begin>A>Done Late>Done"
    )
    specs = compile_definition(data).specs["Process_1"].task_specs
    assert specs["Late"].cancel_activity is meant
    assert ("Sequential" in type(specs["A"]).__name__) is meant


@pytest.mark.parametrize(("word", "meant"), WORDS)
def test_booleans_are_linted_as_written(word: str, *, meant: bool) -> None:
    own = f'isForCompensation="{word}" camunda:assignee'
    data = diagram(USER.format("A", "").replace("camunda:assignee", own), flows="Begin>A>Done")
    assert codes(attempt(data)) == ({"compensation"} if meant else set())
    root = read_diagram(data.replace(b'isExecutable="true"', b'isExecutable=" 1 "'), "a.bpmn")
    assert [process.get("isExecutable") for process in root] == ["true"]


def test_blanks_around_a_boolean_do_not_hide_it() -> None:
    assert is_true(etree.fromstring('<a b=" true "/>'), "b")
    assert is_true(etree.fromstring('<a b=" 1"/>'), "b")
    assert not is_true(etree.fromstring('<a b="0"/>'), "b")


def test_a_repeating_event_is_seen_however_false_is_written() -> None:
    path = next(path for path in diagrams("broken") if path.stem == "fork_bomb--timer")
    data = path.read_bytes()
    assert b'cancelActivity="false"' in data
    for word in (b" false ", b"0", b" 0"):
        found = attempt(data.replace(b'cancelActivity="false"', b'cancelActivity="%s"' % word))
        assert "fork_bomb" in codes(found)
