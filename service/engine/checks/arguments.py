"""The arguments of effects, as they stand on the diagram."""

from __future__ import annotations

from collections.abc import Mapping

from service.application.steps import ArgumentCheck
from service.engine.checks.findings import Finding
from service.engine.checks.reading import read_diagram
from service.engine.elements import read_elements


def check_arguments(data: bytes, file: str, effects: Mapping[str, ArgumentCheck]) -> list[Finding]:
    """Findings on the inputParameters of elements that ask for effects."""
    found = []
    for element in read_elements(read_diagram(data, file)).values():
        check = effects.get(element.effect) if element.effect else None
        problem = check(element.inputs) if check else None
        if problem:
            message, _, remedy = problem.partition("; ")
            found.append(
                Finding(
                    "error",
                    file,
                    element.line,
                    element.id,
                    element.name,
                    "wrong_argument",
                    message,
                    remedy or "correct the inputParameters",
                )
            )
    return found
