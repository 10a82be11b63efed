"""A plan in a terminal, as the table of its annex: six columns, section rows across all of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rich import box
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from service.commandline.plain_text import visible

MOST_ROWS = 300  # of one section
# How the six columns share the width, and the least that each may have.
_SHARES = (0, 6, 10, 4, 6, 2)
_LEAST = (4, 12, 16, 10, 12, 10)
_GAPS = 2 * 5  # between six columns


def show_plan(
    console: Console,
    plan: Mapping[str, Any],
    annex: Mapping[str, Any],
    words: Mapping[str, Any],
    language: str,
) -> None:
    """Print one plan of the outcome under the annex's title, headers and section headings.

    `words`: standing (state and version), empty (an empty section), more (a phrase with {n}),
    bodies (code → name), markings (those that are said in the notes → in words).
    """
    first, last = plan["years"]
    title = annex["title_template"][language].format(year=first, year_from=first, year_to=last)
    console.print()
    console.print(f"[bold]{escape(title)}[/]", highlight=False)
    console.print(f"({escape(words['standing'])})", highlight=False)
    widths = _widths(console.width)
    headers = [escape(column["header"][language]) for column in annex["columns"]]
    _row(console, widths, [f"[bold]{header}[/]" for header in headers], "━")
    for section in annex["sections"]:
        _across(console, section["heading"][language], widths, style="bold")
        rows = [item for item in plan["items"] if item["section"] == section["n"]]
        for item in rows[:MOST_ROWS]:
            _row(console, widths, _cells(item, words, language), "─")
        if len(rows) > MOST_ROWS:
            _across(console, words["more"].format(n=len(rows) - MOST_ROWS), widths)
        if not rows:
            _across(console, words["empty"], widths)


def _widths(width: int) -> list[int]:
    spare = max(0, width - _GAPS - sum(_LEAST))
    total = sum(_SHARES)
    return [least + spare * share // total for least, share in zip(_LEAST, _SHARES, strict=True)]


def _row(console: Console, widths: Sequence[int], cells: Sequence[str], line: str) -> None:
    table = Table(box=None, show_header=False, padding=(0, 2, 0, 0), pad_edge=False)
    for width in widths:
        table.add_column(width=width, overflow="fold")
    table.add_row(*cells)
    console.print(table)
    console.print(f"[dim]{line * _total(widths)}[/]")


def _across(console: Console, text: str, widths: Sequence[int], style: str = "") -> None:
    table = Table(box=box.SIMPLE, show_header=False, show_edge=False, padding=0, pad_edge=False)
    table.add_column(width=_total(widths), overflow="fold", style=style)
    table.add_row(escape(text))
    console.print(table)
    console.print(f"[dim]{'─' * _total(widths)}[/]")


def _total(widths: Sequence[int]) -> int:
    return sum(widths) + _GAPS


def _cells(item: Mapping[str, Any], words: Mapping[str, Any], language: str) -> list[str]:
    *texts, notes = (
        item[key].get(language) or item[key].get("kk") or ""
        for key in ("title", "estimated_conclusion", "estimated_domestic_procedures", "notes")
    )
    marking = words["markings"].get(item["marking"], "")
    cells = (
        str(item["no"]),
        words["bodies"].get(item["body"], item["body"]),
        *texts,
        "; ".join(part for part in (notes, marking) if part),
    )
    return [escape(visible(text)) for text in cells]
