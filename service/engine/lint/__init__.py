"""The linter: everything that SpiffWorkflow would execute wrongly, refused before it is in force.

One module per family of rules, each with `check(diagram)`. docs/findings.md explains every code;
`docs/adr/0040-diagrams-are-untrusted.md` says why.
"""

from __future__ import annotations

from collections.abc import Collection
from contextlib import suppress

from lxml.etree import _Element

from service.engine.checks.findings import Finding
from service.engine.lint import (
    cycles,
    events,
    gateways,
    references,
    services,
    structure,
    tasks,
    timers,
)
from service.engine.lint.diagram import Diagram, EnoughFound

# With these the graph is not what it seems: further findings would be noise.
_HOPELESS = frozenset({"too_many_nodes", "duplicate_id", "no_id", "smuggled"})


def lint(
    root: _Element,
    file: str,
    *,
    effects: Collection[str],
    forms: Collection[str] | None,
    processes: Collection[str] = (),
) -> list[Finding]:
    """What is wrong with the diagram `root` (from `read_diagram`), in order of lines.

    `effects`: names that service tasks may ask for. `forms`: keys of the forms that exist, None
    when unknown (then none is missed). `processes`: ids that call activities may name besides
    those of the file itself. At most 200 findings.
    """
    diagram = Diagram(root, file, effects=effects, forms=forms, processes=processes)
    with suppress(EnoughFound):
        for family in (references, structure, cycles, gateways, events, services, timers, tasks):
            family.check(diagram)
            if _HOPELESS & {finding.code for finding in diagram.findings}:
                break
    return sorted(diagram.findings, key=lambda finding: finding.line)
