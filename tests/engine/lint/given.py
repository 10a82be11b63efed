"""Diagrams for the tests of the linter, and the world they are checked against."""

from __future__ import annotations

from pathlib import Path

from service.engine.checks import trial
from service.engine.checks.findings import Finding

DIAGRAMS = Path(__file__).parents[2] / "data" / "diagrams"
EFFECTS = ("remind", "escalate", "open_submissions")
FORMS = ("examine_concept", "file_concept")
PROCESSES = ("concept_review", "annual_cycle")
HERE = "<!-- here -->"

HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL"
    xmlns:camunda="http://camunda.org/schema/1.0/bpmn"
    xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" targetNamespace="tests">
"""


def diagrams(folder: str) -> list[Path]:
    """The `.bpmn` files of a folder of tests/data/diagrams."""
    return sorted((DIAGRAMS / folder).glob("*.bpmn"))


def examine(data: bytes, file: str = "diagram.bpmn") -> list[Finding]:
    """Read and lint against EFFECTS, FORMS and PROCESSES, without the rehearsal."""
    return trial.examine(data, file, effects=EFFECTS, forms=FORMS, processes=PROCESSES)


def attempt(data: bytes, file: str = "diagram.bpmn") -> list[Finding]:
    """Read, lint and rehearse."""
    return trial.try_definition(data, file, effects=EFFECTS, forms=FORMS, processes=PROCESSES)


def diagram(*elements: str, flows: str = "", roots: str = "") -> bytes:
    """A diagram with Begin and Done; `flows` such as "Begin>A>Done" become sequence flows."""
    pairs = [
        pair
        for chain in flows.split()
        for pair in zip(chain.split(">"), chain.split(">")[1:], strict=False)
    ]
    drawn = [
        f'<bpmn:sequenceFlow id="Flow_{n}" sourceRef="{source}" targetRef="{target}" />'
        for n, (source, target) in enumerate(pairs)
    ]
    begin, done = '<bpmn:startEvent id="Begin" />', '<bpmn:endEvent id="Done" />'
    body = "\n".join([begin, *elements, done, *drawn])
    process = f'<bpmn:process id="Process_1" isExecutable="true">\n{body}\n</bpmn:process>'
    return f"{HEAD}{roots}{process}\n</bpmn:definitions>\n".encode()


def codes(findings: list[Finding]) -> set[str]:
    """The codes of the errors."""
    return {finding.code for finding in findings if finding.is_error}
