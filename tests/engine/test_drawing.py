"""The drawing rules: our own diagrams keep every one; each rule speaks up when it is broken."""

from __future__ import annotations

from pathlib import Path
from time import perf_counter

import pytest
from lxml import etree
from lxml.etree import _Element

from service.engine.checks.drawing import MAX_SHAPES, check_drawing
from service.engine.checks.findings import MAX_FINDINGS, Finding
from service.engine.checks.reading import read_diagram

PROCESSES = Path(__file__).parents[2] / "processes"
OURS = sorted(PROCESSES.glob("*.bpmn"))

_HEAD = (
    '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" '
    'xmlns:b="http://www.omg.org/spec/BPMN/20100524/DI" '
    'xmlns:c="http://www.omg.org/spec/DD/20100524/DC" '
    'xmlns:i="http://www.omg.org/spec/DD/20100524/DI" id="D">'
)
START = '<startEvent id="S"/>'
TASK = '<userTask id="T" name="Task"/>'
FLOW = '<sequenceFlow id="F" sourceRef="S" targetRef="T"/>'


def diagram(elements: str, *drawn: str) -> _Element:
    plane = f'<b:BPMNPlane bpmnElement="P">{"".join(drawn)}</b:BPMNPlane>'
    picture = f"<b:BPMNDiagram>{plane}</b:BPMNDiagram>" if drawn else ""
    return etree.fromstring(f'{_HEAD}<process id="P">{elements}</process>{picture}</definitions>')


def bounds(x: float, y: float, width: float, height: float) -> str:
    return f'<c:Bounds x="{x}" y="{y}" width="{width}" height="{height}"/>'


def label(*place: float) -> str:
    return f"<b:BPMNLabel>{bounds(*place)}</b:BPMNLabel>"


def shape(element: str, *place: float, inside: str = "", attributes: str = "") -> str:
    return (
        f'<b:BPMNShape bpmnElement="{element}" {attributes}>{bounds(*place)}{inside}</b:BPMNShape>'
    )


def edge(element: str, *points: tuple[float, float], inside: str = "") -> str:
    way = "".join(f'<i:waypoint x="{x}" y="{y}"/>' for x, y in points)
    return f'<b:BPMNEdge bpmnElement="{element}">{way}{inside}</b:BPMNEdge>'


S_AT = shape("S", 100, 100, 36, 36)
T_AT = shape("T", 200, 78, 100, 80)
F_AT = edge("F", (136, 118), (200, 118))


def codes(root: _Element) -> list[str]:
    return [finding.code for finding in check_drawing(root, "test.bpmn")]


# Ours ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", OURS, ids=lambda path: path.stem)
def test_our_diagrams_have_no_fault(path: Path) -> None:
    found = check_drawing(read_diagram(path.read_bytes(), path.name), path.name)
    assert found == [], "\n".join(map(str, found))


@pytest.mark.parametrize("path", OURS, ids=lambda path: path.stem)
def test_our_diagrams_have_a_picture_in_the_documentation(path: Path) -> None:
    picture = PROCESSES.parent / "docs" / "diagrams" / f"{path.stem}.png"
    assert picture.exists(), f"render {path.name} into {picture}"
    assert picture.stat().st_size <= 300_000


@pytest.mark.parametrize("path", OURS, ids=lambda path: path.stem)
def test_our_names_are_in_three_languages(path: Path) -> None:
    """The attribute `name` is Kazakh; Russian and English stand in properties."""
    root = read_diagram(path.read_bytes(), path.name)
    spaces = {"camunda": "http://camunda.org/schema/1.0/bpmn"}
    for element in root.xpath("//*[@name and @id]"):
        if etree.QName(element).localname == "message":
            continue
        for language in ("ru", "en"):
            value = element.xpath(
                f"*/camunda:properties/camunda:property[@name='name.{language}']/@value",
                namespaces=spaces,
            )
            assert len(value) == 1, f"{element.get('id')} has no single name.{language}"
            assert value[0].strip(), f"{element.get('id')} has an empty name.{language}"


def test_a_whole_cycle_is_checked_at_once() -> None:
    path = PROCESSES / "annual_cycle.bpmn"
    root = read_diagram(path.read_bytes(), path.name)
    started = perf_counter()
    check_drawing(root, path.name)
    assert perf_counter() - started < 0.2  # seconds; it takes 5 ms, a busy machine gets slack


def test_the_dates_of_the_year_stand_in_one_place() -> None:
    for day in ("09-25", "10-25", "11-10", "11-25", "11-20"):
        places = [path.stem for path in OURS if f">{day}<" in path.read_text(encoding="utf-8")]
        assert places == ["annual_cycle"], day
    text = (PROCESSES / "annual_cycle.bpmn").read_text(encoding="utf-8")
    task = text[text.index('id="ServiceTask_OpenSubmissions"') :].partition("</bpmn:serviceTask>")
    assert text.count("09-25") == task[0].count("09-25") == 1


# What is fine -------------------------------------------------------------------------------


def test_a_plain_picture_is_fine() -> None:
    assert codes(diagram(START + TASK + FLOW, S_AT, T_AT, F_AT)) == []


def test_boundary_events_overlap_their_host() -> None:
    event = '<boundaryEvent id="B" attachedToRef="T"><timerEventDefinition/></boundaryEvent>'
    at = shape("B", 230, 140, 36, 36)
    assert codes(diagram(START + TASK + FLOW + event, S_AT, T_AT, F_AT, at)) == []


def test_what_is_inside_an_expanded_subprocess_overlaps_it() -> None:
    inner = f'<subProcess id="X">{START}{TASK}{FLOW}</subProcess>'
    at = shape("X", 50, 50, 400, 200, attributes='isExpanded="true"')
    assert codes(diagram(inner, at, S_AT, T_AT, F_AT)) == []


def test_what_is_folded_away_is_not_compared() -> None:
    inner = f'<subProcess id="X">{START}{TASK}{FLOW}</subProcess>'
    at = shape("X", 150, 100, 100, 80)
    assert codes(diagram(inner, at, S_AT, T_AT, F_AT)) == []


# What is not --------------------------------------------------------------------------------


def test_an_executable_element_that_is_not_drawn_is_a_warning() -> None:
    found = check_drawing(diagram(START + TASK + FLOW, S_AT, F_AT), "test.bpmn")
    assert [(f.severity, f.code, f.element_id) for f in found] == [("warning", "not_drawn", "T")]
    assert str(found[0]).startswith("test.bpmn:1: T (Task): ")


def test_a_lane_that_is_not_drawn_is_a_warning() -> None:
    lanes = '<laneSet id="L"><lane id="A"/></laneSet>'
    found = check_drawing(diagram(lanes + START, S_AT), "test.bpmn")
    assert [(f.severity, f.code, f.element_id) for f in found] == [("warning", "not_drawn", "A")]


def test_no_picture_at_all_is_one_error() -> None:
    found = check_drawing(diagram(START + TASK + FLOW), "test.bpmn")
    assert [(f.severity, f.code) for f in found] == [("warning", "not_drawn")]


NAMED = '<startEvent id="S" name="Start"/>'
NAMED_FLOW = '<sequenceFlow id="F" name="yes" sourceRef="S" targetRef="T"/>'
TIMER = '<boundaryEvent id="B" attachedToRef="T"><outgoing>G</outgoing><timerEventDefinition/>'
TIMER += '</boundaryEvent><endEvent id="E"/><sequenceFlow id="G" sourceRef="B" targetRef="E"/>'
TIMER_AT = shape("B", 230, 140, 36, 36) + edge("G", (248, 176), (248, 220))
TIMER_AT += shape("E", 230, 220, 36, 36)
SECOND = '<userTask id="U"/>'
BACK = '<sequenceFlow id="R" sourceRef="T" targetRef="S"/>'
IN_LANE = '<laneSet id="L"><lane id="A"><flowNodeRef>S</flowNodeRef><flowNodeRef>T</flowNodeRef>'
IN_LANE += "</lane></laneSet>"
FLOW_LABELLED = edge("F", (136, 118), (200, 118), inside=label(150, 100, 20, 14))

FAULTS = {
    "drawn_without_element": diagram(START, S_AT, shape("ghost", 0, 0, 10, 10)),
    "odd_place": diagram(START, shape("S", 0, 0, -36, 36)),
    "shapes_overlap": diagram(START + TASK, S_AT, shape("T", 120, 78, 100, 80)),
    "outside_its_lane": diagram(
        IN_LANE + START + TASK + FLOW, shape("A", 50, 50, 120, 200), S_AT, T_AT, F_AT
    ),
    "edge_through_shape": diagram(
        START + TASK + FLOW + SECOND,
        S_AT,
        shape("T", 400, 78, 100, 80),
        shape("U", 200, 78, 100, 80),
        edge("F", (136, 118), (400, 118)),
    ),
    "edge_slanted": diagram(START + TASK + FLOW, S_AT, T_AT, edge("F", (136, 118), (200, 130))),
    "edge_loose": diagram(START + TASK + FLOW, S_AT, T_AT, edge("F", (150, 118), (200, 118))),
    "loop_below": diagram(
        START + TASK + FLOW + BACK,
        *(S_AT, T_AT, F_AT),
        edge("R", (250, 158), (250, 200), (118, 200), (118, 136)),
    ),
    "timer_not_below": diagram(
        START + TASK + FLOW + TIMER,
        *(S_AT, T_AT, F_AT, shape("B", 282, 82, 36, 36), shape("E", 282, 220, 36, 36)),
        edge("G", (300, 118), (300, 220)),
    ),
    "timer_not_down": diagram(
        START + TASK + FLOW + TIMER,
        *(S_AT, T_AT, F_AT, shape("B", 282, 140, 36, 36), shape("E", 360, 140, 36, 36)),
        edge("G", (318, 158), (360, 158)),
    ),
    "label_missing": diagram(NAMED + TASK + FLOW, S_AT, T_AT, F_AT),
    "label_far": diagram(NAMED, shape("S", 100, 100, 36, 36, inside=label(300, 100, 30, 14))),
    "label_long": diagram(
        NAMED.replace("Start", "x" * 61),
        shape("S", 100, 100, 36, 36, inside=label(100, 140, 30, 14)),
    ),
    "label_on_shape": diagram(
        NAMED + TASK + FLOW, shape("S", 100, 100, 36, 36, inside=label(190, 80, 30, 14)), T_AT, F_AT
    ),
    "labels_overlap": diagram(
        NAMED + TASK + NAMED_FLOW,
        shape("S", 100, 100, 36, 36, inside=label(140, 98, 30, 14)),
        *(T_AT, FLOW_LABELLED),
    ),
    "label_on_edge": diagram(
        NAMED + TASK + FLOW,
        shape("S", 100, 100, 36, 36, inside=label(140, 110, 30, 14)),
        T_AT,
        F_AT,
    ),
    "main_path_back": diagram(
        START + TASK + FLOW,
        *(shape("T", 0, 78, 50, 80), S_AT),
        edge("F", (100, 118), (50, 118)),
    ),
    "main_path_bent": diagram(
        START + TASK + FLOW,
        *(S_AT, shape("T", 200, 200, 100, 80)),
        edge("F", (136, 118), (160, 118), (160, 240), (200, 240)),
    ),
}


@pytest.mark.parametrize("code", FAULTS)
def test_each_rule_speaks_up(code: str) -> None:
    found = check_drawing(FAULTS[code], "test.bpmn")
    assert [finding.code for finding in found] == [code], "\n".join(map(str, found))
    assert all(finding.severity == "warning" for finding in found)


def test_each_rule_is_explained_for_process_owners() -> None:
    text = (PROCESSES / "README.md").read_text(encoding="utf-8")
    missing = [code for code in (*FAULTS, "not_drawn", "drawing_not_checked") if code not in text]
    assert missing == []


def test_a_slanted_edge_beside_a_shape_does_not_run_through_it() -> None:
    root = diagram(
        START + TASK + FLOW + SECOND,
        *(S_AT, shape("T", 300, 300, 100, 80), shape("U", 240, 110, 50, 40)),
        edge("F", (136, 118), (300, 340)),
    )
    assert codes(root) == ["edge_slanted", "main_path_bent"]


# Hostile and huge pictures ------------------------------------------------------------------


@pytest.mark.parametrize("value", ["nan", "inf", "-inf", "1e300", "", "ten"])
def test_odd_numbers_are_named_not_computed(value: str) -> None:
    at = f'<b:BPMNShape bpmnElement="S"><c:Bounds x="{value}" y="0" width="9" height="9"/>'
    assert codes(diagram(START, at + "</b:BPMNShape>")) == ["odd_place"]


def many(count: int, place: tuple[int, int, int, int]) -> list[Finding]:
    width, height, step_x, step_y = place
    elements = "".join(f'<endEvent id="N{n}"/>' for n in range(count))
    shapes = [shape(f"N{n}", n * step_x, n * step_y, width, height) for n in range(count)]
    started = perf_counter()
    found = check_drawing(diagram(elements, *shapes), "huge.bpmn")
    assert perf_counter() - started < 5  # seconds; it takes a tenth of one
    return found


def test_thousands_of_shapes_are_said_and_not_compared() -> None:
    found = many(MAX_SHAPES + 1, (100, 80, 0, 0))
    assert [finding.code for finding in found] == ["drawing_not_checked"]
    assert "2,001" in found[0].message


def test_a_pile_of_shapes_gives_a_short_list() -> None:
    found = many(MAX_SHAPES, (100, 80, 0, 0))
    assert len(found) == MAX_FINDINGS
    assert found[-1].code == "drawing_not_checked"


def test_a_crowded_column_is_given_up() -> None:
    found = many(MAX_SHAPES, (100, 80, 0, 100))
    assert [finding.code for finding in found] == ["drawing_not_checked"]


def test_a_spread_out_picture_is_compared() -> None:
    assert many(MAX_SHAPES, (100, 80, 160, 0)) == []
