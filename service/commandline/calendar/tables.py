"""A year, a preview and an explanation as tables in a terminal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from rich import box
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from service.application import records as r
from service.application.queries.calendar.changes import ChangeView
from service.application.queries.calendar.explanations import ExplainedDeadline
from service.application.queries.calendar.previews import Preview
from service.application.queries.calendar.years import CalendarWarning, YearOfDays
from service.commandline.calendar.words import month, say
from service.commandline.plain_text import visible
from service.domain.calendars import ALMATY, DayOverride, Explanation
from service.domain.calendars.wording import (
    EFFECTS_TOLD,
    KINDS_TOLD,
    REMARKS_TOLD,
    STATUSES_TOLD,
    WARNINGS_TOLD,
    heading,
    why,
)

MOST_ROWS = 200


class Sheet:
    """A console that speaks one language."""

    def __init__(self, console: Console, language: str) -> None:
        self._console, self._language = console, language

    def year(self, found: YearOfDays) -> None:
        """A year of the calendar: its months, its overrides, what is missing."""
        self.warnings(found.warnings)
        self._line(self._say("year", year=found.year))
        if found.known is None:
            self._line(self._say("unknown"))
        else:
            status = self._told(STATUSES_TOLD[found.known.status])
            self._line(self._say("known", status=status, act=found.known.legal_act))
        table = self._table("", "month", "working_days", "other_days")
        for number, days in found.working_days.items():
            special = [
                f"{day.on.day} {self._told(day.texts)}"
                for day in found.days
                if day.on.month == number and day.why not in ("weekday", "weekend")
            ]
            self._row(table, month(number, self._language), str(days), "; ".join(special))
        self._console.print(table)
        self._line(self._say("total", n=sum(found.working_days.values())))
        self.overrides([override for override, _ in found.overrides])

    def overrides(self, overrides: Sequence[DayOverride]) -> None:
        """A table of overrides; nothing when there are none."""
        if not overrides:
            return
        table = self._table("overrides", "date", "effect", "name", "act", "status", "linked")
        for each in overrides:
            self._row(
                table,
                each.on.isoformat(),
                self._told(EFFECTS_TOLD[each.effect]),
                self._told(each.names),
                each.legal_act,
                self._told(STATUSES_TOLD[each.status]),
                each.linked_on.isoformat() if each.linked_on else "",
            )
        self._console.print(table)

    def warnings(self, warnings: Sequence[CalendarWarning]) -> None:
        """What should be done about the calendar."""
        for each in warnings:
            self._line("! " + self._told(WARNINGS_TOLD[each.word]).format(year=each.year))

    def preview(self, found: Preview) -> None:
        """What a change would move."""
        if not found.edit:
            self._line(self._say("nothing"))
            return
        self.overrides(found.edit.overrides)
        for each in found.remarks:
            self._line(f"! {each.on}: {self._told(REMARKS_TOLD[each.word])}")
        for known in found.edit.years:
            status = self._told(STATUSES_TOLD[known.status])
            self._line(f"{known.year}: {status}. {known.legal_act}")
        self._deadlines(found)
        self._moves(found)
        self._failures(found)
        self._line(
            self._say(
                "summary",
                instances=found.instances,
                moves=len(found.moves),
                overdue=sum(each.overdue for each in found.moves),
            )
        )

    def change(self, found: ChangeView) -> None:
        """What came of a change."""
        moved = sum(count for kind, count in found.totals.items() if kind != "failed")
        failed = found.totals.get("failed", 0)
        self._line(self._say("applied", number=found.change.id, moves=moved, failed=failed))
        if found.waiting:
            self._line(self._say("waiting", n=found.waiting))

    def explanation(self, found: Explanation) -> None:
        """Each day of a count."""
        self._line(self._told(heading(found)))
        table = self._table("", "day", "name", "act", "counted")
        for counted in found.each:
            day = counted.day
            self._row(
                table,
                day.on.isoformat(),
                self._told(day.texts),
                day.legal_act,
                self._told(why(found, counted)),
            )
        self._console.print(table)

    def task(self, task: r.UserTask, about: str, explanations: Sequence[Explanation]) -> None:
        """Why a task is due when it is."""
        self._line(f"{about}: {self._told(task.names) or task.element_id}")
        due, target = self._local(task.due_at), self._local(task.follow_up_at)
        self._line(self._say("due", due=due, target=target))
        for each in explanations:
            self.explanation(each)

    def deadline(self, found: ExplainedDeadline) -> None:
        """Why a deadline of a year is when it is."""
        of = found.deadline
        self._line(f"{self._say(of.step)} ({of.clause})")
        due, target = self._local(of.due_at), self._local(of.target_at)
        self._line(self._say("due", due=due, target=target))
        for each in found.explanations:
            self.explanation(each)

    def exported(self, file: str, days: int, years: int) -> None:
        """What was written."""
        self._line(self._say("exported", days=days, years=years, file=file))

    def _deadlines(self, found: Preview) -> None:
        if not found.deadlines:
            return
        table = self._table("deadlines", "step", "before", "after")
        for each in found.deadlines:
            step = f"{each.year} {self._say(each.before.step)}"
            for old, new in (
                (each.before.due_at, each.after.due_at),
                (each.before.target_at, each.after.target_at),
            ):
                if old != new:
                    self._row(table, step, self._local(old), self._local(new))
        self._console.print(table)

    def _moves(self, found: Preview) -> None:
        if not found.moves:
            return
        table = self._table("moves", "matter", "element", "what", "before", "after", "overdue")
        for each in found.moves[:MOST_ROWS]:
            move = each.move
            self._row(
                table,
                move.about,
                self._told(move.names) or move.element_id,
                self._told(KINDS_TOLD[move.kind]),
                self._local(move.from_at),
                self._local(move.to_at),
                self._say("overdue") if each.overdue else "",
            )
        self._console.print(table)
        if len(found.moves) > MOST_ROWS:
            self._line(self._say("more", n=len(found.moves) - MOST_ROWS))

    def _failures(self, found: Preview) -> None:
        if not found.failures:
            return
        table = self._table("failures", "matter", "element", "reason")
        for each in found.failures[:MOST_ROWS]:
            self._row(table, each.about, each.element_id, each.reason)
        self._console.print(table)

    def _table(self, title: str, *columns: str) -> Table:
        heading_ = self._say(title) if title else None
        table = Table(title=heading_, title_justify="left", title_style="bold", box=box.SIMPLE_HEAD)
        for column in columns:
            whole = column in ("date", "day", "before", "after")
            table.add_column(self._say(column), overflow="fold", no_wrap=whole)
        return table

    def _row(self, table: Table, *cells: str) -> None:
        table.add_row(*(escape(visible(cell)) for cell in cells))

    def _line(self, text: str) -> None:
        self._console.print(escape(visible(text)), highlight=False)

    def _say(self, word: str, **values: object) -> str:
        return say(word, self._language, **values)

    def _told(self, texts: Mapping[str, str]) -> str:
        return texts.get(self._language) or texts.get("ru") or ""

    def _local(self, instant: datetime | None) -> str:
        return f"{instant.astimezone(ALMATY):%Y-%m-%d %H:%M:%S}" if instant else "–"
