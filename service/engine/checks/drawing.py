"""Can people read the picture? The drawing rules of our diagrams, checked from the file alone.

A diagram is a public document: whoever reads the picture must see what the engine will do. An
executable element that is not drawn at all is therefore an error; a bad layout is a warning.
Each rule has a code, the first text given to `report`; processes/README.md lists them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from lxml.etree import _Element

from service.engine.checks.findings import MAX_FINDINGS, Finding, Severity, printable
from service.engine.checks.picture import (
    SUBPROCESSES,
    TOUCH,
    Box,
    Drawn,
    Plane,
    Strips,
    around,
    crosses,
    distance,
    read_drawn,
    span,
)
from service.engine.checks.reading import BPMN, BPMNDI, line_of, local

MAX_SHAPES = 2_000  # drawn shapes that are compared with each other
MAX_COMPARISONS = 1_000_000  # about a second; a readable diagram needs some thousands
FARTHEST_LABEL = 60.0
LONGEST_LABEL = 60  # characters

_CONTAINERS = frozenset({"participant", "lane", "group"})
_FLOWS = frozenset({"sequenceFlow", "messageFlow"})
_ALSO_DRAWN = _CONTAINERS | {
    *("messageFlow", "textAnnotation", "association", "dataObjectReference", "dataStoreReference")
}
_NODE_ENDINGS = ("Event", "Task", "Gateway", "task", "callActivity", *SUBPROCESSES)
_DRAW_IT = "draw it in the modeller and save the diagram again"


def check_drawing(root: _Element, file: str) -> list[Finding]:
    """What makes the picture of a diagram unreadable, at most 200 findings in order of the rules.

    `root`: the bpmn:definitions element; `file`: the name used in the findings. A missing shape
    or edge of an executable element is an error, everything else a warning. More than 2,000
    shapes, or a crowd that needs more than a million comparisons, is said and not compared.
    """
    elements = {str(item.get("id")): item for item in root.iter(f"{{{BPMN}}}*") if item.get("id")}
    check = _Check(file, elements)
    planes = [_read_plane(plane, check) for plane in root.iter(f"{{{BPMNDI}}}BPMNPlane")]
    _check_missing(root, check, {identity for plane in planes for identity in plane})
    shapes = sum(thing.box is not None for plane in planes for thing in plane.values())
    if shapes > MAX_SHAPES:
        check.give_up(root, f"{shapes:,} shapes are drawn, at most {MAX_SHAPES:,} are compared")
        return check.found
    try:
        for plane in planes:
            _check_plane(check, plane)
    except _TooMuchError as reason:
        check.give_up(root, f"the picture {reason}, so the check was stopped")
    return check.found


class _TooMuchError(Exception):
    """The picture has too many faults to list or is too crowded to be compared in time."""


@dataclass
class _Check:
    """The state of one check: what was found, what it has cost so far."""

    file: str
    elements: Mapping[str, _Element]
    found: list[Finding] = field(default_factory=list)
    comparisons: int = 0

    def report(self, element: _Element, code: str, message: str, remedy: str) -> None:
        """Note a warning about an element."""
        self.note("warning", element, code, (message, remedy))

    def note(self, severity: Severity, element: _Element, code: str, text: tuple[str, str]) -> None:
        """Note a finding; `text` is the message and the remedy."""
        if len(self.found) < MAX_FINDINGS:
            where = (line_of(element), str(element.get("id", "")), str(element.get("name", "")))
            self.found.append(Finding(severity, self.file, *where, code, *text))

    def give_up(self, root: _Element, what: str) -> None:
        """Say that not everything was compared, even where the list is full."""
        del self.found[MAX_FINDINGS - 1 :]
        self.report(root, "drawing_not_checked", what, "split it into call activities")

    def count(self, comparisons: int) -> None:
        """Count work; raises _TooMuchError when there was enough of it."""
        self.comparisons += comparisons
        if len(self.found) >= MAX_FINDINGS:
            raise _TooMuchError(f"has {MAX_FINDINGS} faults or more")
        if self.comparisons > MAX_COMPARISONS:
            raise _TooMuchError("is too crowded")


def _check_plane(check: _Check, everything: Plane) -> None:
    plane = {key: it for key, it in everything.items() if not _is_folded_away(it, everything)}
    boxes = [(it, it.box) for it in plane.values() if it.box and it.kind not in _CONTAINERS]
    solid = Strips(boxes, check.count)
    _check_overlaps(check, boxes, solid)
    _check_lanes(check, plane)
    for edge in [thing for thing in plane.values() if thing.kind in _FLOWS and thing.points]:
        _check_way(check, edge, plane, solid)
        _check_course(check, edge, plane)
    for shape, box in boxes:
        _check_timer(check, shape, box, plane)
    _check_labels(check, plane, solid)
    _check_happy_path(check, plane)


def _read_plane(plane: _Element, check: _Check) -> dict[str, Drawn]:
    drawn: dict[str, Drawn] = {}
    for item in plane:
        if local(item) not in ("BPMNShape", "BPMNEdge"):
            continue
        reference = str(item.get("bpmnElement", ""))
        element = check.elements.get(reference)
        if element is None:
            check.report(
                item,
                "drawn_without_element",
                f"{local(item)} draws '{printable(reference)}', which does not exist",
                "delete it from the picture",
            )
            continue
        thing = drawn[reference] = read_drawn(item, element)
        if thing.box is None and not thing.points:
            remedy = "move it in the modeller and save the diagram again"
            check.report(element, "odd_place", "its place in the picture cannot be read", remedy)
    return drawn


def _check_missing(root: _Element, check: _Check, drawn: set[str]) -> None:
    if not drawn:
        check.note("warning", root, "not_drawn", ("the file holds no picture", _DRAW_IT))
        return
    for identity, element in check.elements.items():
        executable = _is_executable(element)
        if identity not in drawn and (executable or local(element) in _ALSO_DRAWN):
            check.note("warning", element, "not_drawn", ("it is not in the picture", _DRAW_IT))


def _is_executable(element: _Element) -> bool:
    parent, kind = element.getparent(), local(element)
    if parent is None or local(parent) not in ("process", *SUBPROCESSES):
        return False
    return kind == "sequenceFlow" or kind.endswith(_NODE_ENDINGS)


def _is_folded_away(thing: Drawn, plane: Plane) -> bool:
    """Inside a collapsed sub-process that is drawn in the same picture."""
    return any(not outer.expanded for outer in around(thing.element, plane))


# Shapes -------------------------------------------------------------------------------------


def _check_overlaps(check: _Check, boxes: list[tuple[Drawn, Box]], solid: Strips) -> None:
    order = {shape.id: number for number, (shape, _) in enumerate(boxes)}
    for shape, box in boxes:
        for other, _ in solid.over(box).values():
            if order[other.id] > order[shape.id] and not _belong_together(shape, other):
                what = f"it overlaps {_called(other)}"
                check.report(shape.element, "shapes_overlap", what, "move one of the two away")


def _belong_together(one: Drawn, other: Drawn) -> bool:
    """A boundary event and its host, or a sub-process and what is inside it."""
    if other.id == one.host or one.id == other.host:
        return True
    return any(
        outer.kind in SUBPROCESSES and any(up is outer.element for up in inner.iterancestors())
        for inner, outer in ((one.element, other), (other.element, one))
    )


def _check_lanes(check: _Check, plane: Plane) -> None:
    for lane in plane.values():
        if lane.kind != "lane" or lane.box is None:
            continue
        for node in filter(None, (plane.get(identity) for identity in _members(lane))):
            x, y = node.box.middle if node.box else lane.box.middle
            if not (lane.box.left < x < lane.box.right and lane.box.top < y < lane.box.bottom):
                what = f"it belongs to {_called(lane)} but is drawn outside it"
                remedy = "move it into the lane of whoever does it"
                check.report(node.element, "outside_its_lane", what, remedy)


def _members(lane: Drawn) -> list[str]:
    references = lane.element.iterfind(f"{{{BPMN}}}flowNodeRef")
    return [(reference.text or "").strip() for reference in references]


# Edges --------------------------------------------------------------------------------------


def _check_way(check: _Check, edge: Drawn, plane: Plane, solid: Strips) -> None:
    ends = [end for end in _ends(edge, plane) if end is not None]
    own = {end.id for end in ends} | {end.host for end in ends}
    own |= {outer.id for end in ends for outer in around(end.element, plane)}
    pierced: dict[str, Drawn] = {}
    for start, end in edge.segments:
        for key, (shape, box) in solid.over(span(start, end)).items():
            if key not in own and crosses(start, end, box):
                pierced[key] = shape
    for shape in pierced.values():
        what = f"it runs through {_called(shape)}"
        check.report(edge.element, "edge_through_shape", what, "lead it around")


def _check_course(check: _Check, edge: Drawn, plane: Plane) -> None:
    if any(abs(a[0] - b[0]) > TOUCH and abs(a[1] - b[1]) > TOUCH for a, b in edge.segments):
        what, remedy = "a part of it is slanted", "make every part level or upright"
        check.report(edge.element, "edge_slanted", what, remedy)
    source, target = _ends(edge, plane)
    if source is None or target is None or source.box is None or target.box is None:
        return
    for box, point in ((source.box, edge.points[0]), (target.box, edge.points[-1])):
        if distance(box, Box(*point, *point)) > 5 * TOUCH:
            what = f"one end hangs in the air at {point[0]:g}, {point[1]:g}"
            remedy = "let it begin and end at the border of its elements"
            check.report(edge.element, "edge_loose", what, remedy)
    (from_x, from_y), (to_x, to_y) = source.box.middle, target.box.middle
    lowest = max(from_y, to_y) + TOUCH
    if to_x < from_x and any(b[0] < a[0] - TOUCH and a[1] > lowest for a, b in edge.segments):
        what, remedy = "it leads back underneath", "let rework lead back above the elements"
        check.report(edge.element, "loop_below", what, remedy)


def _ends(edge: Drawn, plane: Plane) -> tuple[Drawn | None, Drawn | None]:
    get = edge.element.get
    return plane.get(str(get("sourceRef", ""))), plane.get(str(get("targetRef", "")))


def _check_timer(check: _Check, shape: Drawn, box: Box, plane: Plane) -> None:
    host = plane.get(shape.host)
    timer = shape.element.find(f"{{{BPMN}}}timerEventDefinition")
    if timer is None or host is None or host.box is None:
        return
    if abs(box.middle[1] - host.box.bottom) > (box.bottom - box.top) / 2:
        what = f"this timer is not on the lower edge of {_called(host)}"
        check.report(shape.element, "timer_not_below", what, "move it to the lower edge")
    for reference in shape.element.iterfind(f"{{{BPMN}}}outgoing"):
        edge = plane.get((reference.text or "").strip())
        if edge is not None and edge.points and edge.points[1][1] <= edge.points[0][1]:
            what, remedy = "it does not leave its timer downwards", "lead it straight down first"
            check.report(edge.element, "timer_not_down", what, remedy)


# Labels -------------------------------------------------------------------------------------


def _check_labels(check: _Check, plane: Plane, solid: Strips) -> None:
    named = [thing for thing in plane.values() if thing.name and _has_label(thing)]
    for thing in named:
        _check_label(check, thing)
    placed = [(thing, thing.label) for thing in named if thing.label is not None]
    labels = Strips(placed, check.count)
    for thing, label in placed:
        _check_label_on_shapes(check, thing, solid.over(label), plane)
        for key, (other, _) in labels.over(label).items():
            if key > thing.id:  # each pair once
                what = f"its label lies on the label of {_called(other)}"
                check.report(thing.element, "labels_overlap", what, "move one of the two labels")
    for edge in plane.values():
        _check_labels_under(check, edge, labels)


def _check_labels_under(check: _Check, edge: Drawn, labels: Strips) -> None:
    crossed: dict[str, Drawn] = {}
    for start, end in edge.segments:
        for key, (thing, label) in labels.over(span(start, end)).items():
            if key != edge.id and crosses(start, end, label):
                crossed[key] = thing
    for thing in crossed.values():
        what = f"{_called(edge)} runs through its label"
        check.report(thing.element, "label_on_edge", what, "move it off the line")


def _has_label(thing: Drawn) -> bool:
    """Tasks carry their name inside; events, gateways and flows beside them."""
    return thing.kind.endswith(("Event", "Gateway")) or thing.kind in _FLOWS


def _check_label(check: _Check, thing: Drawn) -> None:
    if thing.label is None:
        what, remedy = "its label has no place in the file", "move the label and save again"
        check.report(thing.element, "label_missing", what, remedy)
    elif _label_distance(thing, thing.label) > FARTHEST_LABEL:
        what, remedy = "its label is far from what it names", "move the label beside it"
        check.report(thing.element, "label_far", what, remedy)
    if len(thing.name) > LONGEST_LABEL:
        what = f"its label has {len(thing.name)} characters"
        remedy = f"use at most {LONGEST_LABEL} and explain in the documentation"
        check.report(thing.element, "label_long", what, remedy)


def _check_label_on_shapes(
    check: _Check, thing: Drawn, shapes: Mapping[str, tuple[Drawn, Box]], plane: Plane
) -> None:
    inside = {outer.id for outer in around(thing.element, plane)}
    for key, (shape, _) in shapes.items():
        if key not in inside and not (key == thing.host and shape.expanded):
            what = f"its label lies on {_called(shape)}"
            check.report(thing.element, "label_on_shape", what, "move it into free space")


def _label_distance(thing: Drawn, label: Box) -> float:
    if thing.box is not None:
        return distance(thing.box, label)
    return min((distance(span(*segment), label) for segment in thing.segments), default=0.0)


# The happy path -----------------------------------------------------------------------------


def _check_happy_path(check: _Check, plane: Plane) -> None:
    """From each start along the default flows: left to right, level within one lane."""
    ways: dict[str, list[_Element]] = {}
    for thing in plane.values():
        if thing.kind == "sequenceFlow":
            ways.setdefault(str(thing.element.get("sourceRef")), []).append(thing.element)
    lanes = [lane for lane in plane.values() if lane.kind == "lane"]
    lane_of = {identity: lane.id for lane in lanes for identity in _members(lane)}
    for start in [thing for thing in plane.values() if thing.kind == "startEvent"]:
        node, seen = start, {start.id}
        while (flow := _main_way(node, ways)) is not None:
            after = plane.get(str(flow.get("targetRef", "")))
            if after is None or after.id in seen:
                break
            _check_step(check, flow, (node, after), lane_of)
            seen.add(after.id)
            node = after


def _main_way(node: Drawn, ways: Mapping[str, list[_Element]]) -> _Element | None:
    """The default flow where there is one, else the first in the picture."""
    flows, default = ways.get(node.id, []), node.element.get("default")
    return next((flow for flow in flows if flow.get("id") == default), next(iter(flows), None))


def _check_step(
    check: _Check, flow: _Element, step: tuple[Drawn, Drawn], lane_of: Mapping[str, str]
) -> None:
    here, there = step
    if here.box is None or there.box is None:
        return
    (x1, y1), (x2, y2) = here.box.middle, there.box.middle
    if x2 < x1 - TOUCH:
        what, remedy = "the main path leads to the left here", "order it from left to right"
        check.report(flow, "main_path_back", what, remedy)
    elif abs(y2 - y1) > 2 * TOUCH and lane_of.get(here.id) == lane_of.get(there.id):
        what, remedy = "the main path bends within a lane", "put its elements at one height"
        check.report(flow, "main_path_bent", what, remedy)


def _called(thing: Drawn) -> str:
    name = f" ({printable(thing.name)})" if thing.name else ""
    return f"{printable(thing.id)}{name}"
