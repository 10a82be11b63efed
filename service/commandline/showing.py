"""A played year in a terminal: timeline, boards, and both plans as the annexes' tables."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from itertools import groupby
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from service.application.application import Application
from service.domain.calendars import ALMATY

MOST_LINES = 60  # of the timeline; the journal holds the rest
_TITLES = {
    "timeline": {"kk": "Жыл барысы", "ru": "Ход года", "en": "Timeline"},
    "deadlines": {"kk": "Мерзімдер", "ru": "Сроки", "en": "Deadlines"},
    "bodies": {"kk": "Мемлекеттік органдар", "ru": "Государственные органы", "en": "Bodies"},
    "concepts": {"kk": "Тұжырымдамалар", "ru": "Концепции", "en": "Concepts"},
    "letters": {"kk": "Хаттар", "ru": "Письма", "en": "Letters"},
    "refused": {"kk": "Қабылданбаған әрекеттер", "ru": "Отклонённые действия", "en": "Refused"},
}


def show(
    console: Console,
    app: Application,
    result: Mapping[str, Any],
    language: str,
    annexes: Mapping[str, Any],
) -> None:
    """Print the outcome of `simulate` as tables, titles in `language` (kk, ru, en)."""
    _timeline(console, app, language)
    _deadlines(console, result, language)
    _bodies(console, result, language)
    _concepts(console, result, language)
    _letters(console, result, language)
    for annex in annexes["annexes"]:
        plan = result["plans"].get(annex["key"])
        if plan is not None:
            _plan(console, plan, annex, annexes["empty_section_default"], language)
    _refused(console, result, language)
    seconds, steps = result["wall_seconds"], result["steps"]
    console.print(f"\n{result['cycle_year']}: {result['status']}; {steps} steps in {seconds:.1f} s")


def _timeline(console: Console, app: Application, language: str) -> None:
    table = _table("timeline", language, "at", "act", "subject", "clause", "actor")
    with app.store.read() as work:
        entries = [sealed.entry for sealed in work.journal.sealed(limit=100_000)]
    lines = 0
    for (at, act, clause, actor), group in groupby(
        entries, key=lambda e: (e.at, e.act, e.clause, e.actor)
    ):
        subjects = [entry.subject for entry in group]
        if act in ("complete_user_task", "fire_timer", "file_concept"):
            continue  # the effects that follow say more
        lines += 1
        if lines > MOST_LINES:
            continue
        shown = ", ".join(dict.fromkeys(subjects[:3])) + (" …" if len(subjects) > 3 else "")
        count = f" × {len(subjects)}" if len(subjects) > 1 else ""
        local = f"{at.astimezone(ALMATY):%Y-%m-%d %H:%M}"
        table.add_row(local, act + count, escape(shown), clause, escape(actor))
    console.print(table)
    if lines > MOST_LINES:
        console.print(f"… {lines - MOST_LINES} more lines; see the journal (--out)")


def _deadlines(console: Console, result: Mapping[str, Any], language: str) -> None:
    table = _table("deadlines", language, "step", "clause", "target", "legal", "due")
    for each in result["deadlines"]:
        legal = each["legal"] if each["inclusive"] else f"< {each['legal']}"
        table.add_row(each["step"], each["clause"], each["target"], legal, each["due_at"])
    console.print(table)


def _bodies(console: Console, result: Mapping[str, Any], language: str) -> None:
    table = _table("bodies", language, "standing", "bodies")
    by_standing: dict[str, list[str]] = {}
    for code, standing in result["bodies"].items():
        by_standing.setdefault(standing, []).append(code)
    for standing, codes in sorted(by_standing.items()):
        table.add_row(f"{standing} ({len(codes)})", " ".join(codes))
    console.print(table)


def _concepts(console: Console, result: Mapping[str, Any], language: str) -> None:
    table = _table("concepts", language, "state", "count", "reason")
    states = result["concepts"].values()
    counts = Counter((each["state"], each["plan"], each["reason"]) for each in states)
    for (state, plan, reason), count in sorted(counts.items()):
        table.add_row(f"{state} {plan}".strip(), str(count), escape(reason))
    console.print(table)


def _letters(console: Console, result: Mapping[str, Any], language: str) -> None:
    table = _table("letters", language, "kind", "count", "to", "first", "last")
    letters = sorted(result["letters"], key=lambda each: (each["kind"], each["at"]))
    for kind, group in groupby(letters, key=lambda each: each["kind"]):
        some = list(group)
        recipients = " ".join(dict.fromkeys(each["to"] for each in some))
        shown = recipients if len(recipients) < 40 else recipients[:40] + " …"
        table.add_row(kind, str(len(some)), shown, some[0]["at"][:16], some[-1]["at"][:16])
    for kind in ("reminders", "escalations"):
        some = result[kind]
        if some:
            table.add_row(kind, str(len(some)), "", some[0]["at"][:16], some[-1]["at"][:16])
    console.print(table)


def _refused(console: Console, result: Mapping[str, Any], language: str) -> None:
    if result["refused"]:
        table = _table("refused", language, "act", "reason")
        for each in result["refused"]:
            table.add_row(escape(each["act"]), escape(each["reason"]))
        console.print(table)


def _plan(
    console: Console,
    plan: Mapping[str, Any],
    annex: Mapping[str, Any],
    empty: Mapping[str, str],
    language: str,
) -> None:
    first, last = plan["years"]
    title = annex["title_template"][language].format(year=first, year_from=first, year_to=last)
    table = Table(title=f"{title}\n({plan['status']}, v{plan['version']})", show_lines=True)
    for number, column in enumerate(annex["columns"]):
        header = column["header"][language]
        table.add_column(header, ratio=(1, 2, 6, 2, 4, 2)[number], overflow="fold")
    for section in annex["sections"]:
        table.add_row("", "", f"[bold]{section['heading'][language]}[/]", "", "", "")
        rows = [item for item in plan["items"] if item["section"] == section["n"]]
        for item in rows:
            table.add_row(*_cells(item, language))
        if not rows:
            table.add_row("", "", empty[language], "", "", "")
    console.print(table)


def _cells(item: Mapping[str, Any], language: str) -> Iterable[str]:
    def text(key: str) -> str:
        return escape(item[key].get(language) or item[key].get("kk") or "")

    return (
        str(item["no"]),
        escape(item["body"]),
        text("title"),
        text("estimated_conclusion"),
        text("estimated_domestic_procedures"),
        text("notes"),
    )


def _table(name: str, language: str, *columns: str) -> Table:
    table = Table(title=_TITLES[name][language], title_justify="left", expand=False)
    for column in columns:
        table.add_column(column, overflow="fold")
    return table

