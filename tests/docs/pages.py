"""The project's Markdown pages, read as tables, blocks and links."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"

_BAR = re.compile(r"(?<!\\)\|")
_FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")


@cache
def text(page: str) -> str:
    """A page by its path from the top of the tree."""
    return (ROOT / page).read_text(encoding="utf-8")


def pages() -> list[Path]:
    """Every Markdown page that people wrote: at the top, in docs, beside code and diagrams."""
    found = [*ROOT.glob("*.md"), *DOCS.rglob("*.md"), *(ROOT / "processes").glob("*.md")]
    return sorted([*found, *(ROOT / "service").glob("*/README.md")])


def name(page: Path) -> str:
    """The page's path from the top of the tree, with `/`."""
    return page.relative_to(ROOT).as_posix()


def rows(page: str, *header: str) -> list[dict[str, str]]:
    """The rows of every table whose header holds these columns, as column → cell."""
    found: list[dict[str, str]] = []
    columns: list[str] = []
    for line in text(page).splitlines():
        cells = cells_of(line)
        if not cells:
            columns = []
        elif not columns:
            columns = cells
        elif set(header) <= set(columns) and not set("".join(cells)) <= set("-: "):
            found.append(dict(zip(columns, cells, strict=True)))
    return found


def cells_of(line: str) -> list[str]:
    """The cells of a table's line, with `\\|` as a bar; [] for any other line."""
    stripped = line.strip()
    if not (stripped.startswith("|") and stripped.endswith("|")):
        return []
    return [cell.strip().replace(r"\|", "|") for cell in _BAR.split(stripped[1:-1])]


def code(cell: str) -> str:
    """The inside of `…`, or the cell itself."""
    return cell[1:-1] if len(cell) > 1 and cell[0] == cell[-1] == "`" else cell


def blocks(page: str, language: str) -> list[str]:
    """The contents of the fenced blocks in that language."""
    return [content for tag, content in _FENCE.findall(text(page)) if tag == language]


def links(page: str) -> Iterator[str]:
    """Every link's target, code left out."""
    prose = re.sub(r"`[^`\n]*`", "", _FENCE.sub("", text(page)))
    return iter(_LINK.findall(prose))
