"""Diagrams that attack: each is refused at once, with the line and what to do."""

from __future__ import annotations

import time
from pathlib import Path
from random import Random

import pytest

from tests.engine.lint.given import HEAD, HERE, attempt, codes, diagram, diagrams, examine

SECONDS = 5.0
U = '<bpmn:userTask id="{}" camunda:assignee="a" />'


def doubling_calls(levels: int) -> bytes:
    """Process n calls process n + 1 twice; the first does so in a loop without a wait."""
    parts = [HEAD]
    for n in range(levels):
        called = "callActivity id='{0}{1}' calledElement='P{2}'"
        called = called if n < levels - 1 else "task id='{0}{1}'"
        first, second = (f"<bpmn:{called.format(name, n, n + 1)} />" for name in "CD")
        ways = [f"B{n}>C{n}", f"C{n}>D{n}", f"D{n}>E{n}"]
        if n == 0:
            ways = ["B0>X", "X>C0", "C0>D0", "D0>X", "X>E0"]
        flows = "".join(
            f"<bpmn:sequenceFlow id='F{n}_{k}' sourceRef='{way.split('>')[0]}' "
            f"targetRef='{way.split('>')[1]}' />"
            for k, way in enumerate(ways)
        )
        gateway = "<bpmn:exclusiveGateway id='X' />" if n == 0 else ""
        parts.append(
            f"<bpmn:process id='P{n}' isExecutable='true'><bpmn:startEvent id='B{n}' />{gateway}"
            f"{first}{second}<bpmn:endEvent id='E{n}' />{flows}</bpmn:process>\n"
        )
    return "".join([*parts, "</bpmn:definitions>"]).encode()


def made_at_run_time() -> dict[str, tuple[bytes, str]]:
    """The large ones, with the code that must be among the findings."""
    row = [f"A{n}" for n in range(500)]
    task = '<bpmn:userTask id="A" camunda:assignee="a" name="{}" />'
    deep = "<e:x xmlns:e='urn:e'>" + "<e:x>" * 240 + "</e:x>" * 240 + "</e:x>"
    sub = "<bpmn:subProcess id='S{0}'><bpmn:startEvent id='B{0}' />{1}</bpmn:subProcess>"
    nested = ""
    for level in range(40):
        nested = sub.format(level, nested)
    all_pairs = [f"X{n}>X{m}" for n in range(60) for m in range(60)]
    chance = Random(1)
    words = ["".join(chance.choices("ab", k=140)) for _ in range(400)]
    many = " ".join(f"a{n}=''" for n in range(150_000))
    exclusive = '<bpmn:exclusiveGateway id="X{}" />'
    return {
        "500 nodes in a row": (
            diagram(*map(U.format, row), flows=">".join(["Begin", *row, "Done"])),
            "chain_too_long",
        ),
        "3000 nodes": (
            diagram(*[f'<bpmn:task id="T{n}" />' for n in range(3000)], flows="Begin>Done"),
            "too_many_nodes",
        ),
        "30000 elements": (
            diagram("<bpmn:documentation />" * 30_000, flows="Begin>Done"),
            "too_large",
        ),
        "3 megabytes": (b" " * 3_000_000 + diagram(flows="Begin>Done"), "too_large"),
        "a huge attribute": (
            diagram(task.format("x" * 1_500_000), flows="Begin>A>Done"),
            "too_long",
        ),
        "a huge text": (
            diagram(f"<bpmn:documentation>{'x' * 1_500_000}</bpmn:documentation>"),
            "too_long",
        ),
        "240 levels of XML": (
            diagram(f"<bpmn:extensionElements>{deep}</bpmn:extensionElements>"),
            "too_deep",
        ),
        "40 sub-processes in each other": (diagram(nested, flows="Begin>S39>Done"), "too_deep"),
        "9000 dangling flows": (
            diagram(
                *[
                    f'<bpmn:sequenceFlow id="F{n}" sourceRef="Gone{n}" targetRef="Lost{n}" />'
                    for n in range(9000)
                ]
            ),
            "dangling_reference",
        ),
        "every gateway leads to every gateway": (
            diagram(
                *[exclusive.format(n) for n in range(60)],
                flows=" ".join(["Begin>X0", "X0>Done", *all_pairs]),
            ),
            "automatic_loop",
        ),
        "calls that double forty times": (
            doubling_calls(40),
            "automatic_loop",
        ),
        "a chain of three hundred calls": (doubling_calls(300), "automatic_loop"),
        "150000 attributes": (
            diagram(f"<bpmn:task id='A' {many} />"),
            "too_large",
        ),
        "long references that are nearly right": (
            diagram(
                *[U.format(word) for word in words[:200]],
                *[
                    f'<bpmn:sequenceFlow id="F{n}" sourceRef="{word}" targetRef="Done" />'
                    for n, word in enumerate(words[200:])
                ],
            ),
            "dangling_reference",
        ),
        "a thousand long conditions": (
            (HEAD + "<bpmn:process id='P' isExecutable='true'>").encode()
            + b"<bpmn:startEvent id='Begin' /><bpmn:endEvent id='Done' />"
            + b"<bpmn:exclusiveGateway id='X' />"
            + b"".join(
                b"<bpmn:sequenceFlow id='F%d' sourceRef='X' targetRef='Done'><bpmn:condition"
                b"Expression xsi:type='bpmn:tFormalExpression'>%s</bpmn:conditionExpression>"
                b"</bpmn:sequenceFlow>" % (n, b"a+" * 900 + b"1")
                for n in range(1000)
            )
            + b"</bpmn:process></bpmn:definitions>",
            "bad_expression",
        ),
    }


LARGE = made_at_run_time()


@pytest.mark.parametrize("path", diagrams("hostile"), ids=lambda path: path.stem)
def test_hostile_diagram_is_refused_within_seconds(path: Path) -> None:
    data = path.read_bytes()
    begun = time.perf_counter()
    findings = attempt(data, path.name)
    assert time.perf_counter() - begun < SECONDS
    errors = [finding for finding in findings if finding.is_error]
    assert errors, "nothing was found"
    assert all(error.file == path.name and error.line >= 1 for error in errors)
    assert all(error.message and error.remedy for error in errors)
    marked = [n for n, line in enumerate(data.split(b"\n"), 1) if HERE.encode() in line]
    if marked:
        assert marked[0] in {error.line for error in errors}, [str(error) for error in errors]


@pytest.mark.parametrize("name", LARGE)
def test_large_hostile_diagram_is_refused_within_seconds(name: str) -> None:
    data, code = LARGE[name]
    begun = time.perf_counter()
    findings = examine(data)
    assert time.perf_counter() - begun < SECONDS
    assert code in codes(findings), [str(finding) for finding in findings[:5]]
    assert len(findings) <= 200


def test_names_cannot_forge_lines_of_output() -> None:
    path = next(p for p in diagrams("hostile") if p.stem == "name-forges-output")
    lines = [str(finding) for finding in examine(path.read_bytes(), path.name)]
    assert lines
    assert all("\n" not in line and "\x9b" not in line for line in lines)
    assert all(line.startswith(path.name) for line in lines)


def test_a_schema_hint_of_the_diagram_is_not_followed(tmp_path: Path) -> None:
    """Otherwise a diagram could make the server read any file or device."""
    foreign = tmp_path / "foreign.xsd"
    foreign.write_text(
        '<xsd:schema xmlns:xsd="http://www.w3.org/2001/XMLSchema" targetNamespace="urn:e">'
        '<xsd:element name="x" type="xsd:int" /></xsd:schema>'
    )
    extension = (
        f'<bpmn:extensionElements><e:x xmlns:e="urn:e" xsi:schemaLocation="urn:e {foreign}">'
        "no number</e:x></bpmn:extensionElements>"
    )
    data = diagram(flows="Begin>Done").replace(
        b'<bpmn:startEvent id="Begin" />', f"{extension}<bpmn:startEvent id='Begin' />".encode()
    )
    assert not codes(examine(data))


def test_only_a_few_short_slips_get_a_suggestion() -> None:
    flow = '<bpmn:sequenceFlow id="F{0}" sourceRef="Done" targetRef="{1}" />'
    near = diagram(U.format("Review"), *[flow.format(n, f"Reviev{n}") for n in range(9)])
    remedies = [f.remedy for f in examine(near) if f.code == "dangling_reference"]
    assert remedies[0] == "did you mean Review?"
    assert sum("did you mean" in remedy for remedy in remedies) == 5
    long = diagram(U.format("R" * 61), flow.format(1, "R" * 62))
    assert not any("did you mean" in finding.remedy for finding in examine(long))
