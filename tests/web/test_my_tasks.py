"""The list of my tasks, and one task, on a real planning year."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from service.application import records as r
from service.persistence.store import SqlStore
from tests.web.browser import Browser, Page, Site
from tests.world import World, instant


@pytest.fixture
def world(store: SqlStore) -> World:
    """The year 2026; MT and MOJ are invited, it is 21 September."""
    return World(store).opens_cycle(bodies=("MT", "MOJ", "MFA")).at("2026-09-21")


@pytest.fixture
def site(world: World) -> Site:
    return Site(world.app.store, app=world.app, now=world.now)


@pytest.fixture
def anna(site: Site) -> Browser:
    """Submits for the Ministry of Transport, and reads English."""
    return site.browser(site.person("anna", "MT/submitter"))


def rows(page: Page) -> list[str]:
    """The rows of the page's table as a person reads them."""
    found = re.findall(r"<tr>(.*?)</tr>", page.response.text, re.DOTALL)[1:]
    return [" ".join(re.sub(r"<[^>]+>", " ", row).split()) for row in found]


def opens(world: World, tasks: Sequence[r.UserTask]) -> None:
    with world.app.store.write() as work:
        work.user_tasks.add(tasks)
        work.commit()


def a_task(world: World, number: int, **changes: object) -> r.UserTask:
    submission = world.instance("body_submission", "2026/MT")
    assert submission is not None
    task = r.UserTask(
        id=f"task-{number:05d}",
        instance_id=submission.id,
        element_id="UserTask_Extra",
        names={"kk": f"Тапсырма {number}", "ru": f"Задача {number}", "en": f"Task {number}"},
        form_key="",
        clause="4",
        assignee="",
        candidate_groups=("MT/submitter",),
        candidate_users=(),
        excluded_users=(),
        completed_by_variable="",
        due_at=world.now + timedelta(days=30, minutes=number),
        follow_up_at=None,
        opened_at=world.now,
    )
    return replace(task, **changes)  # type: ignore[arg-type]


def test_a_body_sees_what_it_has_to_do_until_when(anna: Browser) -> None:
    page = anna.opens("/tasks")
    assert page.status == 200
    assert "1 open task" in page.words
    (row,) = rows(page)
    assert "Ministry of Transport of the Republic of Kazakhstan 2026/MT" in row
    assert "In 4 working days 25 September 2026, 23:59" in row


def test_the_first_page_is_the_list(anna: Browser) -> None:
    assert rows(anna.opens("/")) == rows(anna.opens("/tasks"))


def test_others_do_not_see_it(site: Site) -> None:
    stranger = site.browser(site.person("bob", "MOJ/registrar"))
    assert "You have no open tasks." in stranger.opens("/tasks").words


@pytest.mark.parametrize(
    ("time", "wording"),
    [
        ("2026-09-24 23:59:59", "In 1 working day 25"),
        ("2026-09-25 00:00:00", "Today 25"),
        ("2026-09-25 23:59:59", "Today 25"),
        ("2026-09-26 00:00:00", "Overdue 25"),
        ("2026-09-28 09:00:00", "1 working day overdue 25"),
        ("2026-09-30 09:00:00", "3 working days overdue 25"),
    ],
)
def test_the_list_says_how_much_time_there_is_in_working_days(
    site: Site, time: str, wording: str
) -> None:
    site.now = instant(time)
    anna = site.browser(site.person("anna", "MT/submitter"))
    (row,) = rows(anna.opens("/tasks"))
    assert wording in row


def test_what_is_overdue_is_marked_by_words_and_colour(site: Site) -> None:
    site.now = instant("2026-09-28 09:00:00")
    page = site.browser(site.person("anna", "MT/submitter")).opens("/tasks")
    assert "1 of them overdue" in page.words
    assert 'class="urgency urgency-overdue">1 working day overdue<' in page.text


def test_a_due_day_among_days_off_is_before_the_next_working_day(world: World, site: Site) -> None:
    """Sunday 27 September, asked on Saturday: no working day is left, and it is not overdue."""
    opens(world, [a_task(world, 1, due_at=instant("2026-09-27 23:59:59"))])
    site.now = instant("2026-09-26 12:00:00")
    page = site.browser(site.person("anna", "MT/submitter")).opens("/tasks")
    (row,) = [row for row in rows(page) if "Task 1" in row]
    assert "Before the next working day" in row


@pytest.mark.parametrize(
    ("language", "wording", "deadline"),
    [
        ("kk", "4 жұмыс күні қалды", "2026 ж. 25 қыркүйек, 23:59"),
        ("ru", "Через 4 рабочих дня", "25 сентября 2026 г., 23:59"),
        ("en", "In 4 working days", "25 September 2026, 23:59"),
    ],
)
def test_the_list_speaks_the_persons_language(
    site: Site, language: str, wording: str, deadline: str
) -> None:
    page = site.browser(site.person("anna", "MT/submitter", language=language)).opens("/tasks")
    assert wording in page.words
    assert deadline in page.words
    assert f'<html lang="{language}">' in page.text


def test_the_most_urgent_come_first_and_those_without_a_date_last(
    world: World, anna: Browser
) -> None:
    opens(world, [
        a_task(world, 1, due_at=None),
        a_task(world, 2, due_at=instant("2026-09-22 23:59:59")),
        a_task(world, 3, due_at=instant("2026-09-21 23:59:59")),
    ])  # fmt: skip
    found = rows(anna.opens("/tasks"))
    assert [re.search(r"Task \d|2026/MT", row)[0] for row in found] == [  # type: ignore[index]
        "Task 3", "Task 2", "2026/MT", "Task 1",
    ]  # fmt: skip
    assert "No deadline" in found[-1]


def test_long_lists_come_in_pages_of_fifty(world: World, anna: Browser) -> None:
    opens(world, [a_task(world, number) for number in range(120)])
    first = anna.opens("/tasks")
    assert len(rows(first)) == 50
    assert "1 to 50 of 121" in first.words
    assert 'href="/tasks?page=2"' in first.text
    last = anna.opens("/tasks?page=3")
    assert len(rows(last)) == 21
    assert "101 to 121 of 121" in last.words
    assert "Next page" not in last.words


@pytest.mark.parametrize("number", ["0", "-1", "99999999999999999999", "x", "", "2"])
def test_a_page_that_does_not_exist_is_no_error(anna: Browser, number: str) -> None:
    assert anna.opens(f"/tasks?page={number}").status == 200


def test_whoever_took_part_before_is_told_that_somebody_else_must_do_it(
    world: World, anna: Browser
) -> None:
    opens(world, [a_task(world, 1, excluded_users=("anna",))])
    assert "Somebody else has to do this: you took part before." in anna.opens("/tasks").words


def test_a_task_in_a_persons_own_name_is_on_the_list(world: World, site: Site) -> None:
    opens(world, [
        a_task(world, 1, candidate_groups=(), assignee="bob"),
        a_task(world, 2, candidate_groups=(), candidate_users=("bob", "carol")),
    ])  # fmt: skip
    assert len(rows(site.browser(site.person("bob")).opens("/tasks"))) == 2


def test_a_concept_is_named_by_its_title(world: World, site: Site) -> None:
    filed = world.body("MT").submits()
    reviewer = site.browser(site.person("rev", "MFA/reviewer"))
    (row,) = rows(reviewer.opens("/tasks"))
    with world.app.store.read() as work:
        concept = work.concepts.of_instance(filed.instance_id)
    assert concept is not None
    assert (concept.titles.get("en") or concept.titles["kk"]) in row
    assert concept.number in row


def test_one_task_tells_whose_it_is_and_under_which_clause(anna: Browser) -> None:
    listed = anna.opens("/tasks")
    address = re.search(r'href="(/tasks/[^"?]+)"', listed.text)
    assert address is not None
    page = anna.opens(address[1])
    assert page.status == 200
    assert "MT: submitter" in page.words
    assert "25 September 2026, 23:59" in page.words
    assert "21 September" not in page.words.split("Open since")[0]


def test_a_done_task_says_so_and_has_no_urgency(world: World, site: Site, anna: Browser) -> None:
    opens(world, [a_task(world, 1)])
    with world.app.store.write() as work:
        work.user_tasks.close(["task-00001"], status="done", at=world.now, completed_by="anna")
        work.commit()
    page = anna.opens("/tasks/task-00001")
    assert "Done on 21 September 2026, 10:00" in page.words
    assert "working day" not in page.words


def test_somebody_elses_task_is_closed_to_me_but_not_to_who_watches_over_all(
    world: World, site: Site
) -> None:
    opens(world, [a_task(world, 1)])
    other = site.browser(site.person("bob", "MOJ/submitter"))
    assert other.opens("/tasks/task-00001").status == 403
    overseer = site.browser(site.person("head", "MFA/head"))
    assert overseer.opens("/tasks/task-00001").status == 200


@pytest.mark.parametrize("wrong", ["nothing", "1", "%27%20OR%201=1--", "a" * 3000, "../etc"])
def test_a_task_that_does_not_exist_is_not_found(anna: Browser, wrong: str) -> None:
    assert anna.opens(f"/tasks/{wrong}").status == 404
