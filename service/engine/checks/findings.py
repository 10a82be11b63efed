"""A finding: what is wrong with a diagram, where exactly, and what to do about it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal

Severity = Literal["error", "warning"]

MAX_FINDINGS = 200  # per file: nobody reads more, and a hostile file must not fill the memory
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]+")


@dataclass(frozen=True)
class Finding:
    """One thing wrong in one file.

    `line` counts from 1. `element_id` and `element_name` are empty where the finding concerns
    the whole file. `code` is the stable name of the rule, explained in docs/findings.md.
    """

    severity: Severity
    file: str
    line: int
    element_id: str
    element_name: str
    code: str
    message: str
    remedy: str

    @property
    def is_error(self) -> bool:
        """True when the diagram may not come into force because of this."""
        return self.severity == "error"

    def __str__(self) -> str:
        """One line: `file:line: element (name): message; remedy`, safe to print on a terminal."""
        name = f" ({printable(self.element_name)})" if self.element_name else ""
        where = f"{printable(self.element_id)}{name}: " if self.element_id or name else ""
        warning = "warning: " if self.severity == "warning" else ""
        text = f"{warning}{printable(self.message, 600)}; {printable(self.remedy, 600)}"
        return f"{printable(self.file, 300)}:{self.line}: {where.lstrip()}{text}"

    def as_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return asdict(self)

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Finding:
        """The inverse of `as_dict`. Raises TypeError when a field is missing or unknown."""
        return cls(**values)


def printable(text: str, longest: int = 80) -> str:
    """`text` on one line, without control characters, cut to `longest` characters.

    Names come from an untrusted file: a line break or an escape sequence in one of them must
    not be able to forge another finding on the screen.
    """
    flat = " ".join(_UNPRINTABLE.sub(" ", text).split())
    return flat if len(flat) <= longest else flat[: longest - 1] + "…"


def errors_of(findings: Iterable[Finding]) -> list[Finding]:
    """Only those that stop the diagram from coming into force."""
    return [finding for finding in findings if finding.is_error]
