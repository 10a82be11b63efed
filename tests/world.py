"""A planning year for the tests of the rules: the real engine, diagrams, forms and database.

Only the clock is ours: `world.at("2026-09-25 23:59:59")` lets time pass, each timer firing at its
own instant. Times are local, in Asia/Almaty. Who acts is in `tests.actors`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from functools import cache
from itertools import count
from typing import Any

from service import bootstrap
from service.almanac import kazakhstan
from service.application import records as r
from service.application.actors import Actor
from service.application.application import Application
from service.application.commands.administering.deploy_processes import deploy_processes
from service.application.commands.administering.import_directory import import_directory
from service.application.commands.calendar.change_calendar import change_calendar
from service.application.commands.calendar.replan_instances import replan_instances
from service.application.commands.planning.open_cycle import open_cycle
from service.application.commands.running.complete_user_task import complete_user_task
from service.application.commands.running.deliver_messages import deliver_messages
from service.application.commands.running.fire_due_timers import fire_due_timers
from service.application.ports import Store
from service.application.queries.boards import Board, board
from service.application.receiving import Receipt
from service.domain.calendars import ALMATY, DayOverride
from service.domain.deadlines import Deadline
from service.engine.advance import SpiffEngine
from service.forms import Form
from service.settings import processes_dir
from tests.actors import Body, Commission, Filed, Ministry, President, member

CONSOLIDATOR = member("MFA/consolidator")


class Delivered:
    """The delivered diagrams and forms, deployed once a session with every check (0.6 s).

    Other worlds get the rows that came of it. They never change, so that all worlds may share the
    engine's and the application's memory of them.
    """

    def __init__(self) -> None:
        self._engine, self._calendar = SpiffEngine(), kazakhstan()
        self._definitions: list[r.Definition] = []
        self._forms: list[r.FormDefinition] = []
        self._read_forms: dict[tuple[str, str], Form | None] = {}

    def application(self, store: Store) -> Application:
        """A Kelisim on an empty database with the delivered diagrams and forms in force."""
        app = Application(store, self._engine, self._calendar, _forms=self._read_forms)
        if self._definitions:
            self._store(store)
        else:
            self._deploy(app)
        return app

    def _deploy(self, app: Application) -> None:
        diagrams, forms = bootstrap.diagrams_in(processes_dir()), bootstrap.shipped_forms()
        deploy_processes(app, bootstrap.INSTALLER, diagrams, forms, instant("2014-10-09"))
        with app.store.read() as work:
            self._definitions = list(work.definitions.all_latest())
            of = self._definitions[0].deployment
            found = [work.definitions.form(name.removesuffix(".form"), of) for name in forms]
        self._forms = [form for form in found if form is not None]

    def _store(self, store: Store) -> None:
        with store.write() as work:
            for definition in self._definitions:
                work.definitions.add(definition)
            for form in self._forms:
                work.definitions.add_form(form)
            work.commit()


@cache
def delivered() -> Delivered:
    return Delivered()


@cache
def directory() -> Mapping[str, r.Body]:
    """The bodies that come with Kelisim, by code."""
    return {body.code: body for body in bootstrap.shipped_bodies()}


def instant(text: str) -> datetime:
    """Local time such as "2026-09-25 23:59:59" or "2026-09-25" (then 10 o'clock)."""
    written = text if " " in text else f"{text} 10:00:00"
    return datetime.fromisoformat(written).replace(tzinfo=ALMATY)


def when(moment: datetime | None) -> str:
    """An instant as local time, the way `instant` reads it."""
    assert moment is not None
    return moment.astimezone(ALMATY).strftime("%Y-%m-%d %H:%M:%S")


class World:
    """One installation on one database, and the people around it."""

    def __init__(self, store: Store) -> None:
        self.app = delivered().application(store)
        self.now = instant("2014-10-09 09:00:00")
        self.year, self._cycle_instance_id = 0, 0
        self.ministry, self.commission = Ministry(self), Commission(self)
        self.president = President(self)
        self.counter = count(1)
        self._seen_tasks: dict[tuple[int, str], str] = {}

    # --- beginning ---------------------------------------------------------------------------

    def opens_cycle(
        self,
        year: int = 2026,
        bodies: Iterable[str | r.Body] = ("MT",),
        settings: Mapping[str, Any] | None = None,
        by: Actor = CONSOLIDATOR,
    ) -> World:
        """On 3 August, with these bodies in the directory."""
        self.now = max(self.now, instant(f"{year}-08-03 09:00:00"))
        known = [directory()[each] if isinstance(each, str) else each for each in bodies]
        import_directory(self.app, bootstrap.INSTALLER, known, [], self.now)
        cycle = open_cycle(self.app, by, year, self.now, settings=settings)
        assert cycle.instance_id is not None
        self.year, self._cycle_instance_id = year, cycle.instance_id
        self.settle()
        for body in known:
            if submission := self.instance("body_submission", f"{year}/{body.code}"):
                self.open_tasks(submission.id)
        return self

    def body(self, code: str) -> Body:
        return Body(self, code)

    # --- time --------------------------------------------------------------------------------

    def at(self, time: str) -> World:
        """Time passes: timers due by then fire, each at its own instant."""
        until = instant(time)
        assert until >= self.now, f"it is {when(self.now)} already, not {time}"
        while (due := self._next_due()) is not None and due <= until:
            self.now = max(due, self.now)
            fire_due_timers(self.app, self.now)
            self.settle()
        self.now = until
        return self

    def _next_due(self) -> datetime | None:
        with self.app.store.read() as work:
            return work.timers.next_due_at()

    def settle(self) -> None:
        """Deliver what instances have to tell each other."""
        deliver_messages(self.app, self.now)

    @property
    def today(self) -> str:
        return self.now.astimezone(ALMATY).date().isoformat()

    def changes_calendar(self, *days: tuple[str, str]) -> None:
        """Days as (date, "day_off" or "working_day"), by order of the Minister of Labour."""
        overrides = [
            DayOverride(
                on=date.fromisoformat(on),
                effect=effect,
                names={"kk": "Демалыс күнін ауыстыру", "ru": "Перенос выходного дня"},
                legal_act="№ 109, 2026",
            )
            for on, effect in days
        ]
        self.keeps_calendar(*overrides)

    def keeps_calendar(
        self, *overrides: DayOverride, by: Actor = bootstrap.INSTALLER, previewed: str = ""
    ) -> r.CalendarChange | None:
        """One change of the calendar by an administrator, and all that moves with it."""
        reason = "Өндірістік күнтізбе өзгерді"
        change = change_calendar(
            self.app, by, overrides, self.now, reason=reason, previewed=previewed
        )
        replan_instances(self.app, self.now)
        return change

    # --- user tasks --------------------------------------------------------------------------

    def instance(self, key: str, business_key: str) -> r.Instance | None:
        with self.app.store.read() as work:
            return work.instances.find(key, business_key)

    def open_tasks(self, instance_id: int | None = None) -> dict[str, r.UserTask]:
        """The open user tasks of an instance (of the cycle, unless told), by element."""
        with self.app.store.read() as work:
            found = work.user_tasks.open_of_instance(instance_id or self._cycle_instance_id)
        for task in found:
            self._seen_tasks[task.instance_id, task.element_id] = task.id
        return {task.element_id: task for task in found}

    def completes(
        self,
        element: str,
        values: Mapping[str, Any],
        *,
        instance_id: int | None = None,
        by: Actor | None = None,
    ) -> Receipt:
        """Complete a user task as one of its group; a closed one as from a page left open."""
        of = instance_id or self._cycle_instance_id
        tasks = self.open_tasks(of)
        task_id = self._seen_tasks.get((of, element))
        assert task_id, f"{element} was never open; open is {', '.join(tasks) or 'nothing'}"
        open_ = tasks.get(element)
        actor = by or member(open_.candidate_groups[0] if open_ else self._group(task_id))
        try:
            return complete_user_task(self.app, actor, task_id, values, self.now)
        finally:
            self.settle()

    def _group(self, task_id: str) -> str:
        with self.app.store.read() as work:
            task = work.user_tasks.get(task_id)
        assert task is not None
        return task.candidate_groups[0]

    # --- looking -----------------------------------------------------------------------------

    @property
    def board(self) -> Board:
        return board(self.app, self.year, self.now)

    def concept(self, filed: Filed) -> r.Concept:
        with self.app.store.read() as work:
            found = work.concepts.of_instance(filed.instance_id)
        assert found is not None
        return found

    def plan(self, kind: str) -> r.Plan:
        """The newest version of the current or the prospective plan."""
        return self.board.plans[kind]

    def versions(self, kind: str) -> Sequence[r.Plan]:
        with self.app.store.read() as work:
            return work.plans.versions(self.board.cycle.id, kind)

    def letters(self, kind: str = "", **wanted: str) -> list[r.Letter]:
        return _matching(self.board.letters, kind=kind, **wanted)

    def reminders(self, to: str = "", subject: str = "") -> list[r.Outgoing]:
        return self.outgoing("reminder", recipient=to, subject=subject)

    def escalations(self, to: str = "", subject: str = "") -> list[r.Outgoing]:
        return self.outgoing("escalation", recipient=to, subject=subject)

    def outgoing(self, kind: str = "", **wanted: str) -> list[r.Outgoing]:
        return _matching(self.board.outgoing, kind=kind, **wanted)

    def decision(self, kind: str) -> r.Decision:
        """The newest act of that kind: commission, sent_to_president, legislature …"""
        found: list[r.Decision] = _matching(self.board.decisions, kind=kind)
        return found[-1]

    def standing(self, code: str) -> str:
        return self.board.bodies[code]

    def deadline(self, step: str) -> Deadline:
        return next(each for each in self.board.deadlines if each.step == step)

    def journal(self, act: str = "", **wanted: str) -> list[r.JournalEntry]:
        with self.app.store.read() as work:
            sealed = work.journal.sealed()
        return _matching([each.entry for each in sealed], act=act, **wanted)

    def journal_is_intact(self) -> bool:
        entries, broken, _ = bootstrap.first_broken_entry(self.app.store)
        return entries > 0 and broken is None


def changed(code: str, **columns: Any) -> r.Body:
    """A body of the directory, with other dates or rights."""
    return replace(directory()[code], **columns)


def _matching(rows: Iterable[Any], **wanted: str) -> list[Any]:
    """The rows whose columns have the wanted values; an empty text wants nothing."""
    return [
        row
        for row in rows
        if all(getattr(row, column) == value for column, value in wanted.items() if value)
    ]
