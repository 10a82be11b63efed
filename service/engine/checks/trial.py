"""Try a diagram before it may come into force: read, lint, then execute it in a limited child.

What static checks cannot see is found by doing it, where it can do no harm: a child process with
little memory, little processor time, no open files and an empty environment. Parent and child
speak JSON over stdin and stdout. The child's findings are the diagram's findings; a child that
dies is one as well.
"""

from __future__ import annotations

import base64
import importlib
import json
import os
import subprocess
import sys
from collections.abc import Callable, Collection, Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from service.engine.checks.drawing import check_drawing
from service.engine.checks.findings import Finding, errors_of
from service.engine.checks.reading import read_diagram
from service.engine.lint import lint
from service.errors import DefinitionRefused

# Windows has no such module: there only the wall clock limits the child.
_resource: Any = importlib.import_module("resource") if find_spec("resource") else None

MEMORY = 280 * 1024 * 1024  # bytes of address space
CPU_SECONDS = 5
WALL_SECONDS = 10.0
BATCH_OF = 20  # diagrams per child: starting one costs about half a second

_SIMPLER = "simplify the diagram: look for loops, repetitions and scripts that grow"


def try_definition(
    data: bytes,
    file: str,
    *,
    effects: Collection[str],
    forms: Collection[str] | None,
    processes: Collection[str] = (),
) -> list[Finding]:
    """Everything wrong with one diagram; the arguments are those of `lint`. Never raises for it."""
    found = try_definitions(
        {file: data}, effects=effects, forms=forms, processes=processes
    )  # one of many
    return found[file]


def try_definitions(
    files: Mapping[str, bytes],
    *,
    effects: Collection[str],
    forms: Collection[str] | None,
    processes: Collection[str] = (),
) -> dict[str, list[Finding]]:
    """Findings by file name. One child rehearses all that passed the linter.

    When that child dies, each diagram gets a child of its own, so that the guilty one is named.
    """
    found = {
        file: examine(data, file, effects=effects, forms=forms, processes=processes)
        for file, data in files.items()
    }
    passed = [(file, files[file]) for file, findings in found.items() if not errors_of(findings)]
    for start in range(0, len(passed), BATCH_OF):
        batch = passed[start : start + BATCH_OF]
        for file, findings in _rehearse_all(batch).items():
            found[file] = sorted([*found[file], *findings], key=lambda finding: finding.line)
    return found


def examine(
    data: bytes,
    file: str,
    *,
    effects: Collection[str],
    forms: Collection[str] | None,
    processes: Collection[str] = (),
) -> list[Finding]:
    """Read and lint in this process: pure, and bounded by the limits on size."""
    try:
        root = read_diagram(data, file)
    except DefinitionRefused as refusal:
        return [finding for finding in refusal.findings if isinstance(finding, Finding)]
    found = lint(root, file, effects=effects, forms=forms, processes=processes)
    if errors_of(found):
        return found  # how it is drawn matters once it can be executed
    return sorted([*found, *check_drawing(root, file)], key=lambda finding: finding.line)


def _rehearse_all(batch: Sequence[tuple[str, bytes]]) -> dict[str, list[Finding]]:
    results, reason = run_child(batch)
    if results is not None:
        return results
    if len(batch) == 1:
        return {batch[0][0]: [_died(batch[0][0], reason)]}
    found: dict[str, list[Finding]] = {}
    for one in batch:
        found |= _rehearse_all([one])
    return found


def run_child(
    batch: Sequence[tuple[str, bytes]],
) -> tuple[dict[str, list[Finding]] | None, str]:
    """Findings by file, or None and why the child gave none."""
    request = json.dumps([[file, base64.b64encode(data).decode()] for file, data in batch])
    home = str(Path(__file__).resolve().parents[3])
    try:
        done = subprocess.run(
            [sys.executable, "-P", "-m", "service.engine.checks.trial"],
            input=request.encode(),
            capture_output=True,
            timeout=WALL_SECONDS,
            check=False,
            cwd="/",
            env=_environment(home),
        )
    except subprocess.TimeoutExpired:
        return None, f"it was not done after {WALL_SECONDS:g} seconds"
    try:
        answer: dict[str, list[dict[str, Any]]] = json.loads(done.stdout)
    except ValueError:
        return None, _cause(done.returncode, done.stderr.decode("utf-8", "replace"))
    return {
        file: [Finding.from_dict(values) for values in findings]
        for file, findings in answer.items()
    }, ""


def _environment(home: str) -> dict[str, str]:
    """Nothing of ours: no database address, no token. Windows cannot start without SYSTEMROOT."""
    kept = {name: os.environ[name] for name in ("SYSTEMROOT",) if name in os.environ}
    return {**kept, "PYTHONPATH": home, "PYTHONDONTWRITEBYTECODE": "1"}


def _cause(code: int, complaint: str) -> str:
    if "MemoryError" in complaint or "alloc" in complaint:
        return f"it needed more than {MEMORY // 1024**2} MB of memory"
    if code in (-24, -9):  # SIGXCPU, then SIGKILL
        return f"it needed more than {CPU_SECONDS} seconds of processor time"
    last = complaint.strip().rpartition("\n")[2]
    return f"the rehearsal broke off (exit {code}{': ' + last if last else ''})"


def _died(file: str, reason: str) -> Finding:
    return Finding("error", file, 1, "", "", "rehearsal_died", f"in a rehearsal {reason}", _SIMPLER)


# ------------------------------------------------------------------------------- in the child


def main() -> int:
    """The child: limits first, then one JSON request from stdin, one JSON answer to stdout."""
    _limit()
    request = json.loads(sys.stdin.buffer.read())
    answer = {
        file: [finding.as_dict() for finding in _rehearse(base64.b64decode(data), file)]
        for file, data in request
    }
    sys.stdout.write(json.dumps(answer))
    return 0


def _limit() -> None:
    """Address space, processor time, no files written, no core. What a system refuses is skipped.

    The parent's wall clock holds everywhere; macOS does not limit address space.
    """
    if _resource is None:
        return
    wanted = {
        "RLIMIT_AS": (MEMORY, MEMORY),
        "RLIMIT_CPU": (CPU_SECONDS, CPU_SECONDS + 1),
        "RLIMIT_FSIZE": (0, 0),
        "RLIMIT_CORE": (0, 0),
        "RLIMIT_NOFILE": (64, 64),
    }
    for name, limits in wanted.items():
        try:
            _resource.setrlimit(getattr(_resource, name), limits)
        except (AttributeError, OSError, ValueError):
            continue


def _rehearsal() -> Callable[[bytes, str], list[Finding]]:
    """The dry run. Imported here, because only the limited child needs SpiffWorkflow for it."""
    if find_spec("service.engine.checks.dry_run") is None:
        return _parse_only
    rehearse: Callable[[bytes, str], list[Finding]]
    rehearse = importlib.import_module("service.engine.checks.dry_run").rehearse
    return rehearse


def _parse_only(data: bytes, file: str) -> list[Finding]:
    importlib.import_module("service.engine.parsing").parse(read_diagram(data, file), file)
    return []


def _rehearse(data: bytes, file: str) -> list[Finding]:
    try:
        found = _rehearsal()(data, file)
    except DefinitionRefused as refusal:
        return [finding for finding in refusal.findings if isinstance(finding, Finding)]
    except MemoryError:
        raise  # nothing in this process can be trusted to answer any more
    except RecursionError:
        return [_died(file, "it went too deep")]
    except Exception as problem:  # noqa: BLE001 - whatever a diagram does is a finding
        return [_died(file, f"it failed: {type(problem).__name__}: {problem}")]
    return found


if __name__ == "__main__":
    sys.exit(main())
