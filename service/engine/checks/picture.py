"""The picture of a diagram as values: what is drawn, where, and what lies near what.

Read from BPMN's diagram interchange. All lengths are its pixels: x grows to the right, y downwards.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from lxml.etree import _Element

from service.engine.checks.reading import BPMNDI, local

TOUCH = 1.0  # shapes and edges may touch; one pixel is the modeller's rounding
SUBPROCESSES = frozenset({"subProcess", "transaction", "adHocSubProcess"})

_STRIP = 160.0
_MOST_STRIPS = 64
_DC = "{http://www.omg.org/spec/DD/20100524/DC}"
_DI = "{http://www.omg.org/spec/DD/20100524/DI}"

Point = tuple[float, float]


class Box(NamedTuple):
    """A rectangle: its left, top, right and bottom edges."""

    left: float
    top: float
    right: float
    bottom: float

    @property
    def middle(self) -> Point:
        """The centre, as (x, y)."""
        return (self.left + self.right) / 2, (self.top + self.bottom) / 2


@dataclass(frozen=True, slots=True)
class Drawn:
    """One element with its place in one picture; `points` only of edges, `box` only of shapes."""

    element: _Element
    kind: str  # the BPMN tag: userTask, sequenceFlow, lane …
    box: Box | None
    points: tuple[Point, ...]
    label: Box | None
    expanded: bool

    @property
    def id(self) -> str:
        """The id of the element."""
        return str(self.element.get("id", ""))

    @property
    def name(self) -> str:
        """The name of the element; empty without one."""
        return str(self.element.get("name", ""))

    @property
    def host(self) -> str:
        """The id of the activity a boundary event sits on; empty for everything else."""
        return str(self.element.get("attachedToRef", ""))

    @property
    def segments(self) -> list[tuple[Point, Point]]:
        """The straight parts of an edge, from its source to its target."""
        return list(zip(self.points, self.points[1:], strict=False))


Plane = Mapping[str, Drawn]


def read_drawn(item: _Element, element: _Element) -> Drawn:
    """What the BPMNShape or BPMNEdge `item` says of `element`; unreadable places are left out."""
    points = tuple(
        (x, y)
        for x, y in ((_number(p, "x"), _number(p, "y")) for p in item.iterfind(f"{_DI}waypoint"))
        if x is not None and y is not None
    )
    return Drawn(
        element=element,
        kind=local(element),
        box=_read_box(item.find(f"{_DC}Bounds")),
        points=points if len(points) > 1 else (),
        label=_read_box(item.find(f"{{{BPMNDI}}}BPMNLabel/{_DC}Bounds")),
        expanded=item.get("isExpanded", "").strip() in ("true", "1"),
    )


def around(element: _Element, plane: Plane) -> Iterator[Drawn]:
    """The sub-processes around an element that are drawn in the same picture."""
    for parent in element.iterancestors():
        outer = plane.get(str(parent.get("id", "")))
        if outer is not None and outer.kind in SUBPROCESSES:
            yield outer


class Strips:
    """Finds the boxes near a box without comparing all with all: upright strips of the plane.

    `count` is told how many boxes each search looks at; it may raise to stop a search.
    """

    def __init__(self, items: Iterable[tuple[Drawn, Box]], count: Callable[[int], None]) -> None:
        self._count = count
        self._strips: dict[int, list[tuple[Drawn, Box]]] = {}
        self._wide: list[tuple[Drawn, Box]] = []  # would fill too many strips
        for thing, box in items:
            strips = _strips_of(box)
            for strip in strips:
                self._strips.setdefault(strip, []).append((thing, box))
            if not strips:
                self._wide.append((thing, box))

    def over(self, area: Box) -> dict[str, tuple[Drawn, Box]]:
        """The items whose box overlaps `area` by more than a touch, by element id."""
        strips = _strips_of(area) or self._strips
        found: dict[str, tuple[Drawn, Box]] = {}
        for items in (self._wide, *(self._strips.get(strip, ()) for strip in strips)):
            self._count(len(items))
            found.update((thing.id, (thing, box)) for thing, box in items if _overlap(box, area))
        return found


def span(start: Point, end: Point) -> Box:
    """A segment's box, widened by the touch that `Strips.over` takes off again."""
    (x1, x2), (y1, y2) = sorted((start[0], end[0])), sorted((start[1], end[1]))
    return Box(x1 - TOUCH, y1 - TOUCH, x2 + TOUCH, y2 + TOUCH)


def crosses(start: Point, end: Point, box: Box) -> bool:
    """Does the segment enter the inside of the box? Liang and Barsky's clipping."""
    (x1, y1), (x2, y2) = start, end
    enter, leave = 0.0, 1.0
    for way, low, high in (
        (x2 - x1, box.left + TOUCH - x1, box.right - TOUCH - x1),
        (y2 - y1, box.top + TOUCH - y1, box.bottom - TOUCH - y1),
    ):
        if abs(way) < 1e-9:
            if low >= 0 or high <= 0:
                return False
            continue
        near, far = sorted((low / way, high / way))
        enter, leave = max(enter, near), min(leave, far)
    return enter < leave


def distance(one: Box, other: Box) -> float:
    """The gap between two boxes; 0 when they touch or overlap."""
    across = max(one.left - other.right, other.left - one.right, 0.0)
    down = max(one.top - other.bottom, other.top - one.bottom, 0.0)
    return math.hypot(across, down)


def _overlap(one: Box, other: Box) -> bool:
    return (
        one[0] + TOUCH < other[2]
        and other[0] + TOUCH < one[2]
        and one[1] + TOUCH < other[3]
        and other[1] + TOUCH < one[3]
    )


def _strips_of(box: Box) -> range:
    """The strips a box touches; none when they would be too many."""
    first, last = int(box.left // _STRIP), int(box.right // _STRIP)
    return range(first, last + 1) if last - first < _MOST_STRIPS else range(0)


def _read_box(bounds: _Element | None) -> Box | None:
    if bounds is None:
        return None
    x, y, width, height = (_number(bounds, key) for key in ("x", "y", "width", "height"))
    if x is None or y is None or not width or not height or width < 0 or height < 0:
        return None
    return Box(x, y, x + width, y + height)


def _number(item: _Element, key: str) -> float | None:
    try:
        value = float(item.get(key, ""))
    except ValueError:
        return None
    return value if math.isfinite(value) and abs(value) < 1e6 else None
