"""A played year in a terminal: the timeline and the boards; the plans are in `annexes`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

from rich import box
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from service.application import records as r
from service.commandline.plain_text import visible
from service.commandline.simulating.annexes import show_plan
from service.commandline.simulating.words import (
    ACTS,
    COLUMNS,
    LETTERS,
    PHRASES,
    STATES,
    STEPS,
    TITLES,
    WARNINGS,
    said,
)
from service.domain.calendars import ALMATY
from service.domain.concepts import MARKINGS

MOST_LINES = 150  # of the timeline; the journal holds the rest
MOST_CONCEPTS = 100  # more are summed up by state
MOST_NAMED = 3  # subjects or recipients of one line
LONGEST_TITLE = 70
_SAID_BY_EFFECTS = ("complete_user_task", "fire_timer", "file_concept")
# The sending by which a step's deadline is kept, in the register of decisions.
_KEPT_BY = {
    "commission": "sent_to_commission",
    "president": "sent_to_president",
    "legislature": "legislature",
}
_WHOLE = ("at", "first", "last", "target")  # columns of instants and dates stay on one line
_UTC = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00")


@dataclass(frozen=True)
class View:
    """What is shown: the outcome, the journal, the bodies, the annexes' headings; in a language."""

    result: Mapping[str, Any]
    entries: Sequence[r.JournalEntry]
    bodies: Mapping[str, r.Body]
    annexes: Mapping[str, Any]
    language: str

    def says(self, words: Mapping[str, Mapping[str, str]], word: str) -> str:
        """A machine word in the view's language."""
        return said(words, word, self.language)

    def phrase(self, word: str, **values: object) -> str:
        """A phrase in the view's language, with its values."""
        return self.says(PHRASES, word).format(**values)

    def body(self, code: str) -> str:
        """The body's abbreviation in the language; the code of one that the directory lacks."""
        known = self.bodies.get(code)
        return (known.abbreviations.get(self.language) if known else None) or code


def show(console: Console, view: View, amendments: int = 0) -> None:
    """Print the outcome of `simulate` as tables, in the view's language (kk, ru, en)."""
    _timeline(console, view)
    _deadlines(console, view)
    _bodies(console, view)
    _concepts(console, view)
    _letters(console, view)
    _understandings(console, view)
    for annex in view.annexes["annexes"]:
        plan = view.result["plans"].get(annex["key"])
        if plan is not None:
            show_plan(console, plan, annex, _plan_words(view, plan), view.language)
    _lists(console, view)
    result = view.result
    if result["warnings"]:
        flags = ", ".join(view.says(WARNINGS, word) for word in result["warnings"])
        _line(console, view.phrase("warnings", flags=flags))
    status = view.says(STATES, result["status"])
    seconds = f"{result['wall_seconds']:.1f}"
    year, steps = result["cycle_year"], result["steps"]
    _line(console, view.phrase("summary", year=year, status=status, steps=steps, seconds=seconds))
    if amendments:
        _line(console, view.phrase("amendments", n=amendments))


def _plan_words(view: View, plan: Mapping[str, Any]) -> Mapping[str, Any]:
    status = view.says(STATES, plan["status"])
    names = {
        code: f"{view.body(code)} – {body.names[view.language]}"
        for code, body in view.bodies.items()
        if body.names.get(view.language)
    }
    return {
        "standing": view.phrase("version", status=status, n=plan["version"]),
        "empty": view.annexes["empty_section_default"][view.language],
        "more": view.says(PHRASES, "more_rows"),
        "bodies": names,
        "markings": {code: view.says(STATES, code) for code in MARKINGS if code != MARKINGS[0]},
    }


# --- the timeline ------------------------------------------------------------------------------


def _timeline(console: Console, view: View) -> None:
    table = _table(view, "timeline", "at", "act", "subject", "clause", "actor")
    told = [entry for entry in view.entries if entry.act not in _SAID_BY_EFFECTS]
    lines = [line for _, some in groupby(told, key=lambda e: e.at) for line in _instant(some)]
    for same in lines[:MOST_LINES]:
        table.add_row(*_timeline_row(view, same))
    console.print(table)
    if len(lines) > MOST_LINES:
        _line(console, view.phrase("more_lines", n=len(lines) - MOST_LINES))


def _instant(entries: Iterable[r.JournalEntry]) -> list[list[r.JournalEntry]]:
    """What happened at one instant, equal acts together, in the order of the first of each."""
    same: dict[tuple[str, ...], list[r.JournalEntry]] = {}
    for entry in entries:
        key = (entry.act, entry.clause, entry.outcome, _decided(entry))
        same.setdefault(key, []).append(entry)
    return list(same.values())


def _decided(entry: r.JournalEntry) -> str:
    done = entry.outcome == "done"
    return str(entry.details.get("outcome") or "") if done else entry.outcome


def _timeline_row(view: View, same: Sequence[r.JournalEntry]) -> Iterable[str]:
    first = same[0]
    act = view.says(ACTS, first.act) + (f" × {len(same)}" if len(same) > 1 else "")
    if _decided(first):
        act += f": {view.says(STATES, _decided(first))}"
    year = f"{view.result['cycle_year']}/"
    actors = list(dict.fromkeys(entry.actor for entry in same))
    return (
        f"{first.at.astimezone(ALMATY):%Y-%m-%d %H:%M}",
        _safe(act),
        _safe(_some([entry.subject.removeprefix(year) for entry in same])),
        _safe(first.clause),
        _safe(_some(actors, most=1)),
    )


# --- the boards --------------------------------------------------------------------------------


def _deadlines(console: Console, view: View) -> None:
    table = _table(view, "deadlines", "step", "clause", "target", "legal", "due", "done")
    for each in view.result["deadlines"]:
        before = "" if each["inclusive"] else f" ({view.says(STATES, 'before')})"
        table.add_row(
            view.says(STEPS, each["step"]),
            each["clause"],
            each["target"],
            each["legal"] + before,
            _local(each["due_at"], seconds=True),
            _kept(view, each["step"]),
        )
    console.print(table)


def _kept(view: View, step: str) -> str:
    kind = _KEPT_BY.get(step)
    acts = [each for each in view.result["decisions"] if each["kind"] == kind]
    if not acts:
        return ""
    return f"{_local(acts[0]['at'])}, {view.says(STATES, acts[0]['timeliness'])}"


def _bodies(console: Console, view: View) -> None:
    table = _table(view, "bodies", "standing", "code", "body", "name")
    standings = sorted(view.result["bodies"].items(), key=lambda each: (each[1], each[0]))
    for standing, group in groupby(standings, key=lambda each: each[1]):
        codes = [code for code, _ in group]
        said_once = f"{view.says(STATES, standing)} ({len(codes)})"
        for code in codes:
            body = view.bodies.get(code)
            name = (body.names.get(view.language) or "") if body else ""
            table.add_row(_safe(said_once), _safe(code), _safe(view.body(code)), _safe(name))
            said_once = ""
    console.print(table)


def _concepts(console: Console, view: View) -> None:
    concepts = view.result["concepts"]
    if len(concepts) > MOST_CONCEPTS:
        _concepts_summed_up(console, view)
        return
    titles = {
        item["concept"]: item["title"].get(view.language) or item["title"].get("kk") or ""
        for plan in view.result["plans"].values()
        for item in plan["items"]
    }
    table = _table(view, "concepts", "concept", "body", "state", "plan", "title")
    for number, each in concepts.items():
        told = titles.get(number) or each.get("title", {}).get(view.language) or ""
        about = _short(told)
        if each["reason"] and each["state"] != "refused":  # those have a table of their own
            about += f" [{each['reason']}]"
        table.add_row(
            _safe(number),
            _safe(view.body(each.get("body", ""))),
            _safe(view.says(STATES, each["state"])),
            _safe(view.says(STATES, each["plan"]) if each["plan"] else ""),
            _safe(_localised(about.strip())),
        )
    console.print(table)


def _concepts_summed_up(console: Console, view: View) -> None:
    table = _table(view, "concepts", "state", "plan", "count", "concept")
    same: dict[tuple[str, str], list[str]] = {}
    for number, each in view.result["concepts"].items():
        same.setdefault((each["state"], each["plan"]), []).append(number)
    for (state, plan), numbers in sorted(same.items()):
        shown = view.says(STATES, plan) if plan else ""
        row = (view.says(STATES, state), shown, str(len(numbers)), _some(numbers))
        table.add_row(*map(_safe, row))
    console.print(table)


def _letters(console: Console, view: View) -> None:
    table = _table(view, "letters", "kind", "count", "to", "first", "last")
    result = view.result
    kinds: dict[str, list[Mapping[str, Any]]] = {}
    for each in result["letters"]:
        kinds.setdefault(view.says(LETTERS, each["kind"]), []).append(each)
    for kind in ("reminder", "escalation"):
        for each in result[f"{kind}s"]:
            said_as = f"{view.says(LETTERS, kind)}: {view.says(LETTERS, each['subject'])}"
            kinds.setdefault(said_as, []).append(each)
    for kind, some in kinds.items():
        recipients = list(dict.fromkeys(view.body(each["to"]) for each in some))
        first, last = some[0]["at"], some[-1]["at"]
        row = (kind, str(len(some)), _some(recipients), _local(first))
        table.add_row(*map(_safe, row), _local(last) if last != first else "")
    console.print(table)


def _understandings(console: Console, view: View) -> None:
    if view.result["understandings"]:
        table = _table(view, "understandings", "code", "state")
        for code, coverage in view.result["understandings"].items():
            table.add_row(_safe(code), _safe(view.says(STATES, coverage)))
        console.print(table)


def _lists(console: Console, view: View) -> None:
    """What is out of the ordinary; nothing of it in most years."""
    result = view.result
    tasks: dict[tuple[str, str], list[Mapping[str, Any]]] = {}
    for each in result["stand_ins"]:
        tasks.setdefault((each["task"], each["group"]), []).append(each)
    stand_ins = [
        (task, group, str(len(some)), _some([e["about"] for e in some]), _local(some[0]["at"]))
        for (task, group), some in tasks.items()
    ]
    refused = [(each["act"], each["reason"]) for each in result["refused"]]
    incidents = [(_local(e["at"]), e["element"], e["reason"]) for e in result["incidents"]]
    for name, columns, rows in (
        ("stand_ins", ("task", "group", "count", "subject", "first"), stand_ins),
        ("refused", ("act", "reason"), refused),
        ("incidents", ("at", "element", "reason"), incidents),
    ):
        if rows:
            table = _table(view, name, *columns)
            for row in rows[:MOST_LINES]:
                table.add_row(*(_safe(_localised(cell)) for cell in row))
            console.print(table)
        if len(rows) > MOST_LINES:
            _line(console, view.phrase("more_rows", n=len(rows) - MOST_LINES))


# --- cells -------------------------------------------------------------------------------------


def _table(view: View, name: str, *columns: str) -> Table:
    title = view.says(TITLES, name)
    table = Table(title=title, title_justify="left", title_style="bold", box=box.SIMPLE_HEAD)
    for column in columns:
        table.add_column(
            view.says(COLUMNS, column),
            overflow="fold",
            no_wrap=column in _WHOLE,
            justify="right" if column == "count" else "left",
        )
    return table


def _line(console: Console, text: str) -> None:
    console.print(_safe(text), highlight=False)


def _safe(text: str) -> str:
    return escape(visible(text))


def _some(texts: Sequence[str], most: int = MOST_NAMED) -> str:
    named = list(dict.fromkeys(texts))
    return ", ".join(named[:most]) + (", …" if len(named) > most else "")


def _short(title: str) -> str:
    """The end of a long title: they all begin with the parties, the subject comes last."""
    if len(title) <= LONGEST_TITLE:
        return title
    return "… " + title[-LONGEST_TITLE:].partition(" ")[2]


def _local(instant: str, *, seconds: bool = False) -> str:
    local = datetime.fromisoformat(instant).astimezone(ALMATY)
    return f"{local:%Y-%m-%d %H:%M:%S}" if seconds else f"{local:%Y-%m-%d %H:%M}"


def _localised(text: str) -> str:
    """Instants that a message gives in UTC, as local time."""
    return _UTC.sub(lambda found: _local(found[0], seconds=True), text)
