"""Each rule of the linter: one diagram that breaks it (the file's name is the rule's code)."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from service.engine import lint
from service.engine.checks import reading, trial
from tests.engine.lint.given import HERE, diagram, diagrams, examine

DOCUMENT = Path(__file__).parents[3] / "docs" / "findings.md"
MADE_AT_RUN_TIME = {"too_large", "too_long", "too_deep", "too_many_nodes", "chain_too_long"}
IN_HOSTILE = {
    *{"empty_file", "not_utf8", "not_xml", "not_bpmn", "document_type", "data_too_far"},
    *{"script_grows", "rehearsal_died"},
}
OF_THE_REHEARSAL = {"not_executable", "out_of_bounds", "dead_end"}


def known_codes() -> set[str]:
    """Every code that the linter, the reader and the trial can report, from their sources."""
    sources = [
        *Path(str(lint.__file__)).parent.glob("*.py"),
        *(Path(str(module.__file__)) for module in (reading, trial)),
    ]
    found = {"link_event", "compensation", "event_kind"}  # chosen from a table
    for source in sources:
        for call in ast.walk(ast.parse(source.read_text(encoding="utf-8"))):
            if isinstance(call, ast.Call):
                name = getattr(call.func, "attr", getattr(call.func, "id", ""))
                at = {"error": 1, "warning": 1, "_refuse": 2, "Finding": 5}.get(name)
                code = call.args[at] if at is not None else None
                if isinstance(code, ast.Constant):
                    found.add(str(code.value))
    return found


@pytest.mark.parametrize("path", diagrams("broken"), ids=lambda path: path.stem)
def test_broken_diagram_names_line_element_and_remedy(path: Path) -> None:
    code = path.stem.partition("--")[0]
    text = path.read_text(encoding="utf-8")
    found = [f for f in examine(path.read_bytes(), path.name) if f.code == code]
    assert found, [str(finding) for finding in examine(path.read_bytes(), path.name)]
    lines = [n for n, line in enumerate(text.splitlines(), 1) if HERE in line]
    if lines:
        assert lines[0] in {finding.line for finding in found}, [str(f) for f in found]
    assert all(finding.message and finding.remedy for finding in found)
    assert all(str(finding).startswith(f"{path.name}:{finding.line}: ") for finding in found)


def test_every_rule_has_a_broken_diagram() -> None:
    shown = {path.stem.partition("--")[0] for path in diagrams("broken")}
    assert known_codes() - shown <= MADE_AT_RUN_TIME | IN_HOSTILE


def test_every_rule_is_documented() -> None:
    lines = DOCUMENT.read_text(encoding="utf-8").splitlines()
    first_columns = [line.split("|")[1] for line in lines if line.startswith("| `")]
    documented = {code for column in first_columns for code in re.findall(r"`(\w+)`", column)}
    shown = {path.stem.partition("--")[0] for path in diagrams("broken")}
    wanted = known_codes() | shown
    assert wanted - documented == set()
    assert documented - wanted - MADE_AT_RUN_TIME - IN_HOSTILE <= {
        "not_executable",
        "out_of_bounds",
        "wrong_argument",
        "dead_end",
    }


@pytest.mark.parametrize("text", ["PT1H", "P1D", "P1W", "P1M", "P1Y2M3DT4H5M6S", "PT0.5S", "P0D"])
def test_durations_as_modellers_write_them(text: str) -> None:
    wait = (
        '<bpmn:intermediateCatchEvent id="Wait"><bpmn:timerEventDefinition><bpmn:timeDuration '
        f'xsi:type="bpmn:tFormalExpression"> {text} </bpmn:timeDuration>'
        "</bpmn:timerEventDefinition></bpmn:intermediateCatchEvent>"
    )
    assert not [f for f in examine(diagram(wait, flows="Begin>Wait>Done")) if f.is_error]


@pytest.mark.parametrize(
    "text", ["", "P", "PT", "1H", "PT1", "P1H", "P-1D", "-P1D", "P200Y", "R/PT1H"]
)
def test_durations_that_are_none(text: str) -> None:
    wait = (
        '<bpmn:intermediateCatchEvent id="Wait"><bpmn:timerEventDefinition><bpmn:timeDuration '
        f'xsi:type="bpmn:tFormalExpression">{text}</bpmn:timeDuration>'
        "</bpmn:timerEventDefinition></bpmn:intermediateCatchEvent>"
    )
    found = examine(diagram(wait, flows="Begin>Wait>Done"))
    assert [f.element_id for f in found if f.code == "timer_time"] == ["Wait"]


@pytest.mark.parametrize(
    ("first", "second", "certain"),
    [
        ("${ok}", "${!ok}", True),
        ("${ok}", "${not ok}", True),
        ("${!(a == 'x')}", "${a == 'x'}", True),
        ("${a eq 'x'}", "${a ne 'x'}", True),
        ("${n >= 3}", "${n < 3}", True),
        ("${x == 1}", "${true}", True),
        ("${n > 3}", "${n < 3}", False),
        ("${a == 'x'}", "${a != 'y'}", False),
        ("${!a && b}", "${a && b}", False),
        ("${a == 'x' and b}", "${a != 'x' and b}", False),
        ("${a == 'x' or b}", "${a != 'x' or b}", False),
    ],
)
def test_a_decision_needs_a_default_or_a_certain_condition(
    first: str, second: str, *, certain: bool
) -> None:
    flow = (
        '<bpmn:sequenceFlow id="{0}" sourceRef="X" targetRef="Done"><bpmn:conditionExpression '
        'xsi:type="bpmn:tFormalExpression">{1}</bpmn:conditionExpression></bpmn:sequenceFlow>'
    )
    texts = [text.replace("&", "&amp;").replace("<", "&lt;") for text in (first, second)]
    data = diagram(
        '<bpmn:exclusiveGateway id="X" />',
        flow.format("F_a", texts[0]),
        flow.format("F_b", texts[1]),
        flows="Begin>X",
    )
    found = {finding.code for finding in examine(data) if finding.is_error}
    assert found == (set() if certain else {"no_default"})


def test_findings_come_in_the_order_of_lines() -> None:
    tasks = [f'<bpmn:userTask id="End{n}.EndJoin" />' for n in range(5)]
    lines = [finding.line for finding in examine(diagram(*tasks, flows="Begin>Done"))]
    assert lines == sorted(lines)
    assert len(lines) > 5
