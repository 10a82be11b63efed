"""Two changes of the calendar as they came (rules.md 2.4), each while terms were running (SIL-22).

October 2022: Saturday 22 was made a working day and Monday 24 a day off, twelve days before.
June 2024: Monday 17 was published as a day off for Kurban Ait, and cancelled ten days before.
The calendar of today knows how both ended; so each test first keeps what was published then.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from service.application import records as r
from service.application.commands.running.fire_due_timers import fire_due_timers
from service.application.queries.calendar.changes import ChangeView, change_view
from service.application.queries.calendar.previews import Preview, preview_change
from service.domain.calendars import (
    AS_PUBLISHED,
    DAY_OFF,
    WORKING_DAY,
    CalendarEdit,
    DayOverride,
    transfer,
)
from service.domain.texts import texts
from tests.actors import concept
from tests.rules import stages
from tests.world import World, when

OCTOBER = texts("Демалыс күнін ауыстыру", "Перенос выходного дня", "Day off transferred")
KURBAN_AIT = texts("Құрбан айт", "Курбан-айт", "Kurban Ait")
SEND = "UserTask_SendToLegislature"
PUBLISHED_2022 = (
    DayOverride(date(2022, 10, 22), DAY_OFF, OCTOBER, "Өндірістік күнтізбе 2022"),
    DayOverride(date(2022, 10, 24), WORKING_DAY, OCTOBER, "Өндірістік күнтізбе 2022"),
)
DECREE_2022 = transfer(
    date(2022, 10, 24), date(2022, 10, 22), OCTOBER, legal_act="ҚР Үкіметінің қаулысы, 2022"
)
PUBLISHED_2024 = DayOverride(
    date(2024, 6, 17), DAY_OFF, KURBAN_AIT, "Өндірістік күнтізбе 2024", status="announced"
)
CANCELLED_2024 = DayOverride(date(2024, 6, 17), AS_PUBLISHED, {}, "Еңбек министрлігі, 07.06.2024")


def agreed_late(world: World, year: int, on: str) -> World:
    """The President agreed to the plans of a cycle in the year after it: clause 15's term runs."""
    world.opens_cycle(year)
    stages.at_president(world)
    world.at(on).president.agrees()
    return world


def announced(world: World, *overrides: DayOverride) -> tuple[Preview, ChangeView]:
    """An administrator looks at the preview, decides, and everything is planned again."""
    preview = preview_change(world.app, CalendarEdit(overrides), world.now)
    change = world.keeps_calendar(*overrides, previewed=preview.token)
    assert change is not None
    return preview, change_view(world.app, change.id)


def told(moves: Sequence[Any]) -> list[tuple[str, str, str, str]]:
    return sorted((m.kind, m.element_id, when(m.from_at), when(m.to_at)) for m in moves)


def same(preview: Preview, change: ChangeView) -> bool:
    """Whether exactly what was previewed happened."""
    planned = [replace(each.move, id=0, change_id=0) for each in preview.moves]
    happened = [replace(move, id=0, change_id=0) for move in change.moves]
    order = lambda move: (move.instance_id, move.kind, move.element_id)  # noqa: E731
    return sorted(planned, key=order) == sorted(happened, key=order)


def stored(world: World, task: r.UserTask) -> r.UserTask:
    with world.app.store.read() as work:
        found = work.user_tasks.get(task.id)
    assert found is not None
    return found


# --- October 2022 --------------------------------------------------------------------------------


def test_october_2022_a_running_term_ends_on_the_saturday_that_was_made_to_work(
    world: World,
) -> None:
    """Agreed on Monday 10 October: the tenth working day was Monday 24, and became Saturday 22."""
    world.at("2021-08-01").keeps_calendar(*PUBLISHED_2022)
    agreed_late(world, 2021, "2022-10-10 09:00:00")
    before = world.open_tasks()[SEND]
    assert when(before.due_at) == "2022-10-24 23:59:59"
    preview, change = announced(world.at("2022-10-10 15:00:00"), *DECREE_2022)
    after = world.open_tasks()[SEND]
    assert when(after.due_at) == "2022-10-22 23:59:59"
    assert (before.revision, after.revision) == (0, 1)
    assert ("task", SEND, "2022-10-24 23:59:59", "2022-10-22 23:59:59") in told(change.moves)
    assert same(preview, change)
    assert [(d.year, d.after.legal_on) for d in preview.deadlines] == [(2021, date(2022, 10, 22))]


def test_october_2022_its_escalation_comes_two_days_earlier(world: World) -> None:
    world.at("2021-08-01").keeps_calendar(*PUBLISHED_2022)
    agreed_late(world, 2021, "2022-10-10 09:00:00").at("2022-10-10 15:00:00")
    announced(world, *DECREE_2022)
    world.at("2022-10-22 23:59:59")
    assert world.escalations(subject="legislature_overdue") == []
    world.at("2022-10-23 00:00:00")
    assert world.escalations(subject="legislature_overdue")


def test_october_2022_the_people_of_the_task_are_told_from_and_to(world: World) -> None:
    world.at("2021-08-01").keeps_calendar(*PUBLISHED_2022)
    agreed_late(world, 2021, "2022-10-10 09:00:00").at("2022-10-10 15:00:00")
    announced(world, *DECREE_2022)
    (notice,) = world.outgoing("notice", subject="deadline_moved")
    assert notice.recipient == "MFA/registrar"
    assert notice.payload["from"].startswith("2022-10-24T")
    assert notice.payload["to"].startswith("2022-10-22T")


def test_october_2022_what_was_sent_before_keeps_its_deadline(world: World) -> None:
    world.at("2021-08-01").keeps_calendar(*PUBLISHED_2022)
    agreed_late(world, 2021, "2022-10-10 09:00:00")
    task = world.open_tasks()[SEND]
    world.at("2022-10-10 14:00:00").ministry.sends_to_legislature(recipient="")
    announced(world.at("2022-10-10 15:00:00"), *DECREE_2022)
    closed = stored(world, task)
    assert (closed.status, when(closed.due_at), closed.revision) == (
        "done",
        "2022-10-24 23:59:59",
        0,
    )
    assert world.decision("legislature").timeliness == "on_time"


def test_october_2022_conclusions_are_aimed_at_the_saturday(world: World) -> None:
    """Clause 8's last second stays (before 25 October); the last working day before it moves."""
    world.at("2022-08-01").keeps_calendar(*PUBLISHED_2022)
    filed = world.opens_cycle(2022).at("2022-09-10").body("MT").submits(concept(2023))
    world.at("2022-10-10 15:00:00")
    task = filed.tasks()["UserTask_ExamineConcept"]
    assert when(task.follow_up_at) == "2022-10-24 23:59:59"
    preview, change = announced(world, *DECREE_2022)
    moved = filed.tasks()["UserTask_ExamineConcept"]
    assert when(moved.due_at) == when(task.due_at) == "2022-10-24 23:59:59"
    assert when(moved.follow_up_at) == "2022-10-22 23:59:59"
    assert same(preview, change)
    assert world.outgoing("notice", recipient="MFA/reviewer", subject="target_moved")


# --- June 2024 -----------------------------------------------------------------------------------


def test_june_2024_the_cancelled_day_off_counts_again(world: World) -> None:
    """Agreed on 3 June: the tenth working day was Tuesday 18, and became Monday 17 June."""
    world.at("2023-08-01").keeps_calendar(PUBLISHED_2024)
    agreed_late(world, 2023, "2024-06-03 09:00:00")
    assert when(world.open_tasks()[SEND].due_at) == "2024-06-18 23:59:59"
    preview, change = announced(world.at("2024-06-07 12:00:00"), CANCELLED_2024)
    assert when(world.open_tasks()[SEND].due_at) == "2024-06-17 23:59:59"
    assert same(preview, change)
    assert ("target", SEND, "2024-06-14 23:59:59", "2024-06-14 23:59:59") not in told(change.moves)


def test_june_2024_the_reminders_that_are_left_move_along(world: World) -> None:
    world.at("2023-08-01").keeps_calendar(PUBLISHED_2024)
    agreed_late(world, 2023, "2024-06-03 09:00:00").at("2024-06-07 12:00:00")
    announced(world, CANCELLED_2024)
    world.at("2024-06-17 23:59:59")
    reminded = [when(each.created_at) for each in world.reminders(subject="legislature_due")]
    assert reminded == ["2024-06-10 09:00:00", "2024-06-12 09:00:00", "2024-06-14 09:00:00"]


def test_june_2024_a_term_that_is_over_by_the_new_calendar_escalates_once(world: World) -> None:
    """Announced on the 18th only: the 18th had been the last day, the 17th is."""
    world.at("2023-08-01").keeps_calendar(PUBLISHED_2024)
    agreed_late(world, 2023, "2024-06-03 09:00:00").at("2024-06-18 12:00:00")
    preview, _ = announced(world, CANCELLED_2024)
    overdue = [each.move.element_id for each in preview.moves if each.overdue]
    assert SEND in overdue
    assert world.escalations(subject="legislature_overdue") == []
    for _ in range(2):
        fire_due_timers(world.app, world.now)
    escalated = [each.recipient for each in world.escalations(subject="legislature_overdue")]
    assert escalated == ["MFA/registrar", "MFA/head"]
    assert world.journal_is_intact()
