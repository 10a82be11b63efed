"""The yearly cycle opens by itself on its date, once, whatever happened meanwhile."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import date, datetime, timedelta

import pytest

from service import bootstrap
from service.application import records as r
from service.application.application import Application
from service.application.commands.administering.deploy_processes import deploy_processes
from service.application.commands.calendar.change_calendar import change_calendar
from service.application.commands.calendar.replan_instances import replan_instances
from service.application.commands.planning.open_cycle import open_cycle
from service.application.commands.running.start_due_processes import start_due_processes
from service.application.queries.calendar.previews import preview_change
from service.application.starting import plan_start
from service.domain.calendars import CalendarEdit, DayOverride
from service.errors import StepFailed, WrongInput
from service.settings import processes_dir
from tests.actors import member
from tests.application.timing import journal
from tests.world import delivered, instant, when

# Saturday, 1 August 2026; the first working day after it is Monday the 3rd.
OPENS_2026, OPENS_2027 = instant("2026-08-03 09:00:00"), instant("2027-08-02 09:00:00")
SPRING = instant("2026-03-02 10:00:00")
CONSOLIDATOR = member("MFA/consolidator")
ON_SEPTEMBER_1 = ("month_day(8, 1)", "month_day(9, 1)")


@pytest.fixture
def app(database_url: str) -> Iterator[Application]:
    """An installation of spring 2026."""
    with bootstrap.open_database(database_url, durable=False) as store:
        app = delivered().application(store)
        with store.write() as work:
            definition = work.definitions.latest("annual_cycle")
            assert definition is not None
            plan_start(app, work, definition, SPRING)
            work.commit()
        yield app


def deploys(app: Application, now: datetime, *changes: tuple[str, str]) -> None:
    diagrams = bootstrap.diagrams_in(processes_dir())
    text = diagrams["annual_cycle.bpmn"].decode()
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    diagrams["annual_cycle.bpmn"] = text.encode()
    deploy_processes(app, bootstrap.INSTALLER, diagrams, bootstrap.shipped_forms(), now)


def opens(app: Application) -> str:
    """When the next cycle opens by itself, local; "" for never."""
    with app.store.read() as work:
        start = work.timer_starts.get("annual_cycle")
    return "" if start is None else when(start.due_at)


def wakes(app: Application) -> datetime | None:
    with app.store.read() as work:
        return work.timer_starts.next_due_at()


def cycles(app: Application) -> list[int]:
    with app.store.read() as work:
        return [year for year in range(2020, 2035) if work.cycles.of_year(year) is not None]


def entry(app: Application, act: str = "open_cycle") -> r.JournalEntry:
    (found,) = journal(app, act)
    return found


# --- on its date ---------------------------------------------------------------------------------


def test_the_date_stands_on_the_diagram(app: Application) -> None:
    assert opens(app) == "2026-08-03 09:00:00"


def test_it_opens_on_its_second_and_not_before(app: Application) -> None:
    assert start_due_processes(app, OPENS_2026 - timedelta(seconds=1)) == 0
    assert cycles(app) == []
    assert start_due_processes(app, OPENS_2026) == 1
    assert cycles(app) == [2026]
    with app.store.read() as work:
        instance = work.instances.find("annual_cycle", "2026")
    assert instance is not None
    assert instance.status == "running"


def test_once_and_next_year_again(app: Application) -> None:
    start_due_processes(app, OPENS_2026)
    assert start_due_processes(app, OPENS_2026) == 0
    assert opens(app) == "2027-08-02 09:00:00"
    start_due_processes(app, OPENS_2027)
    assert cycles(app) == [2026, 2027]


def test_the_journal_says_that_the_system_opened_it(app: Application) -> None:
    start_due_processes(app, OPENS_2026)
    opened = entry(app)
    assert (opened.actor, opened.subject, opened.clause) == ("system", "2026", "2")
    assert opened.details["seconds_late"] == 0


def test_what_was_opened_by_hand_is_not_opened_again(app: Application) -> None:
    open_cycle(app, CONSOLIDATOR, 2026, instant("2026-07-30"))
    assert start_due_processes(app, OPENS_2026) == 1
    assert entry(app).actor != "system"
    assert opens(app) == "2027-08-02 09:00:00"


def test_it_keeps_the_settings_of_the_year_before(app: Application) -> None:
    open_cycle(app, CONSOLIDATOR, 2026, SPRING, settings={"reminder_time": "08:15"})
    start_due_processes(app, OPENS_2026)
    start_due_processes(app, OPENS_2027)
    with app.store.read() as work:
        cycle = work.cycles.of_year(2027)
    assert cycle is not None
    assert cycle.settings["reminder_time"] == "08:15"


# --- after an outage -----------------------------------------------------------------------------


def test_after_an_outage_it_opens_late_and_says_how_late(app: Application) -> None:
    start_due_processes(app, OPENS_2026 + timedelta(days=4, hours=2))
    assert cycles(app) == [2026]
    assert entry(app).details["seconds_late"] == (4 * 24 + 2) * 3600


def test_after_years_only_the_newest_opens_and_the_skipped_ones_are_told(app: Application) -> None:
    start_due_processes(app, instant("2029-02-01"))
    assert cycles(app) == [2028]
    assert entry(app).details["skipped_years"] == [2026, 2027]
    assert opens(app) == "2029-08-01 09:00:00"


# --- deployment ----------------------------------------------------------------------------------


def test_a_new_version_with_another_date_moves_it(app: Application) -> None:
    deploys(app, instant("2026-07-01"), ON_SEPTEMBER_1)
    assert opens(app) == "2026-09-01 09:00:00"


def test_a_new_version_after_the_opening_waits_for_the_next_year(app: Application) -> None:
    start_due_processes(app, OPENS_2026)
    deploys(app, instant("2026-08-20"), ("Цикл ашылды", "Жыл ашылды"))
    assert opens(app) == "2027-08-02 09:00:00"


def test_a_new_version_during_an_outage_loses_no_opening(app: Application) -> None:
    deploys(app, instant("2026-08-05"), ("Цикл ашылды", "Жыл ашылды"))
    assert start_due_processes(app, instant("2026-08-05")) == 1
    assert cycles(app) == [2026]


def test_a_later_date_deployed_after_the_opening_opens_nothing_twice(app: Application) -> None:
    start_due_processes(app, OPENS_2026)
    deploys(app, instant("2026-08-20"), ON_SEPTEMBER_1)
    assert opens(app) == "2026-09-01 09:00:00"
    start_due_processes(app, instant("2026-09-01"))
    assert (cycles(app), opens(app)) == ([2026], "2027-09-01 09:00:00")


def test_an_earlier_date_that_has_passed_opens_at_once_and_loses_no_year(app: Application) -> None:
    """On 10 July the owner moves the opening from August to 1 July."""
    now = instant("2026-07-10")
    deploys(app, now, ("month_day(8, 1)", "month_day(7, 1)"))
    assert start_due_processes(app, now) == 1
    assert (cycles(app), opens(app)) == ([2026], "2027-07-01 09:00:00")
    assert entry(app).details["seconds_late"] == (9 * 24 + 1) * 3600


def test_an_earlier_date_deployed_after_the_opening_counts_from_next_year(app: Application) -> None:
    start_due_processes(app, OPENS_2026)
    deploys(app, instant("2026-08-20"), ("month_day(8, 1)", "month_day(7, 1)"))
    assert opens(app) == "2027-07-01 09:00:00"
    assert start_due_processes(app, instant("2026-08-20")) == 0


def test_an_installation_of_november_opens_no_past_year(database_url: str) -> None:
    november = instant("2026-11-20")
    with bootstrap.open_database(database_url, durable=False) as store:
        app = bootstrap.application(store)
        deploys(app, november)
        for now in (november, instant("2027-08-02 08:59:59")):
            assert start_due_processes(app, now) == 0
        assert opens(app) == "2027-08-02 09:00:00"


def test_without_a_timer_it_opens_by_hand_only(app: Application) -> None:
    diagram = bootstrap.diagrams_in(processes_dir())["annual_cycle.bpmn"].decode()
    begin = diagram.index('<bpmn:timerEventDefinition id="Timer_StartEvent_CycleOpened">')
    end = diagram.index("</bpmn:timerEventDefinition>", begin)
    definition = diagram[begin : end + len("</bpmn:timerEventDefinition>")]
    deploys(app, SPRING, (definition, ""))
    assert opens(app) == ""
    assert start_due_processes(app, OPENS_2027) == 0


@pytest.mark.parametrize("written", ["2020-08-01", "${month_day(8, 1, 1)}", "${month_day(2, 30)}"])
def test_a_date_that_never_comes_is_refused(app: Application, written: str) -> None:
    old = "${at(next_working_day(month_day(8, 1)), '09:00')}"
    with pytest.raises((WrongInput, StepFailed), match="start"):
        deploys(app, SPRING, (old, written))
    assert opens(app) == "2026-08-03 09:00:00"


# --- the calendar --------------------------------------------------------------------------------


def test_a_change_of_the_calendar_moves_it(app: Application) -> None:
    names = {"kk": "Демалыс", "ru": "Выходной", "en": "Day off"}
    off = DayOverride(OPENS_2026.date(), "day_off", names, "№ 109, 2026")
    change_calendar(app, bootstrap.INSTALLER, [off], instant("2026-07-01"), reason="№ 109")
    replan_instances(app, instant("2026-07-01"))
    assert opens(app) == "2026-08-04 09:00:00"
    assert start_due_processes(app, OPENS_2026) == 0


def test_a_saturday_that_was_made_to_work_opens_it_although_it_has_passed(app: Application) -> None:
    """Told on Sunday: the first working day was yesterday. The year is opened, not skipped."""
    sunday = instant("2026-08-02")
    names = {"kk": "Жұмыс күні", "ru": "Рабочий день", "en": "Working day"}
    worked = DayOverride(date(2026, 8, 1), "working_day", names, "№ 109, 2026")
    preview = preview_change(app, CalendarEdit((worked,)), sunday)
    (move,) = preview.moves
    assert (when(move.move.to_at), move.overdue) == ("2026-08-01 09:00:00", True)
    change_calendar(app, bootstrap.INSTALLER, [worked], sunday, reason="№ 109")
    replan_instances(app, sunday)
    assert start_due_processes(app, sunday) == 1
    assert (cycles(app), opens(app)) == ([2026], "2027-08-02 09:00:00")


# --- failures ------------------------------------------------------------------------------------


def test_a_start_that_fails_is_told_and_tried_again(app: Application) -> None:
    deploys(app, SPRING, (">09-25<", ">${date(submission)}<"))
    assert start_due_processes(app, OPENS_2026) == 1
    assert (cycles(app), start_due_processes(app, OPENS_2026)) == ([], 0)
    failed = entry(app, "start_process")
    assert (failed.outcome, failed.subject) == ("failed", "annual_cycle")
    assert "submission" in failed.details["reason"]
    assert wakes(app) == OPENS_2026 + timedelta(minutes=1)
    start_due_processes(app, OPENS_2026 + timedelta(minutes=1))
    assert wakes(app) == OPENS_2026 + timedelta(minutes=6)
    # A corrected version is tried at once.
    deploys(app, OPENS_2026 + timedelta(minutes=2))
    assert start_due_processes(app, OPENS_2026 + timedelta(minutes=2)) == 1
    assert (cycles(app), opens(app)) == ([2026], "2027-08-02 09:00:00")


# --- several schedulers --------------------------------------------------------------------------


def test_several_schedulers_at_the_same_instant_open_one_cycle(app: Application) -> None:
    at_once = threading.Barrier(4)
    handled: list[int] = []

    def schedules() -> None:
        at_once.wait(timeout=30)
        handled.append(start_due_processes(app, OPENS_2026))

    threads = [threading.Thread(target=schedules) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert sorted(handled) == [0, 0, 0, 1]
    assert cycles(app) == [2026]
    assert len(journal(app, "open_cycle")) == 1


def test_another_process_starts_once_a_year_too(app: Application) -> None:
    """Without a cycle of its own: the year is its business key."""
    diagram = b"""<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL"
  xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
  xmlns:camunda="http://camunda.org/schema/1.0/bpmn" id="Work" targetNamespace="test">
  <bpmn:process id="yearly_report" isExecutable="true">
    <bpmn:startEvent id="Begin"><bpmn:outgoing>F1</bpmn:outgoing>
      <bpmn:timerEventDefinition id="Begin_Timer"><bpmn:timeDate
        xsi:type="bpmn:tFormalExpression">${at('04-01', '09:00')}</bpmn:timeDate>
      </bpmn:timerEventDefinition></bpmn:startEvent>
    <bpmn:userTask id="Write" camunda:candidateGroups="MFA/head"
      camunda:dueDate="${month_day(5, 1)}">
      <bpmn:incoming>F1</bpmn:incoming><bpmn:outgoing>F2</bpmn:outgoing></bpmn:userTask>
    <bpmn:endEvent id="Done"><bpmn:incoming>F2</bpmn:incoming></bpmn:endEvent>
    <bpmn:sequenceFlow id="F1" sourceRef="Begin" targetRef="Write"/>
    <bpmn:sequenceFlow id="F2" sourceRef="Write" targetRef="Done"/>
  </bpmn:process>
</bpmn:definitions>"""
    deploy_processes(app, bootstrap.INSTALLER, {"yearly_report.bpmn": diagram}, {}, SPRING)
    for _ in range(2):
        start_due_processes(app, instant("2026-04-01 09:00:00"))
    with app.store.read() as work:
        instance = work.instances.find("yearly_report", "2026")
        assert instance is not None
        (task,) = work.user_tasks.open_of_instance(instance.id)
    assert when(task.due_at) == "2026-05-01 23:59:59"
    assert entry(app, "start_process").details["process"] == "yearly_report"
