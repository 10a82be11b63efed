"""Deadlines in people's own calendars: which, on which day, in whose words; and how they move."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from service import bootstrap
from service.application.commands.administering.replace_body import replace_body
from tests.actors import concept
from tests.feeds.many import GROUP, add_tasks
from tests.feeds.subscriber import PUBLIC_URL, by_uid, days, document, enters, events
from tests.world import World


def test_the_legal_date_and_another_target_are_days_of_their_own(world: World) -> None:
    """25 September 2027 is a Saturday: due on Monday 27, to be aimed at on Friday 24."""
    world.opens_cycle(2027)
    token = enters(world, "timur", "MT/submitter").subscribes("MT/submitter")
    found = days(world, token)
    (legal,) = [on for title, on in found.items() if title.startswith("Legal deadline: ")]
    (target,) = [on for title, on in found.items() if title.startswith("Target: ")]
    assert (legal, target) == (date(2027, 9, 27), date(2027, 9, 24))


def test_a_target_on_the_legal_date_is_not_shown_twice(world: World) -> None:
    """25 September 2026 is a Friday."""
    world.opens_cycle()
    token = enters(world, "timur", "MT/submitter").subscribes()
    assert list(days(world, token).values()) == [date(2026, 9, 25)]


def test_an_entry_says_what_is_due_when_and_where_to_do_it(world: World) -> None:
    world.opens_cycle()
    task = world.body("MT").tasks()["UserTask_PrepareProposals"]
    token = enters(world, "timur", "MT/submitter").subscribes()
    (event,) = events(world, token)
    assert event["SUMMARY"] == f"Legal deadline: {task.names['en']} — 2026/MT"
    assert event["UID"] == f"{task.id}-legal@kelisim.example"
    assert event["URL"] == f"{PUBLIC_URL}/tasks/{task.id}"
    assert event["TRANSP"] == "TRANSPARENT"
    assert event.categories == ["Legal deadline"]
    assert event.decoded("DTEND") - event.decoded("DTSTART") == timedelta(days=1)
    assert event.decoded("DTSTAMP") == event.decoded("LAST-MODIFIED") == task.opened_at
    assert event["DESCRIPTION"].split("\n") == [
        "Last second in time: 25 September 2026, 23:59:59 (UTC+05:00)",
        "Target: 25 September 2026, 23:59:59 (UTC+05:00)",
        "Clause of the Rules: 4, 7",
        f"{PUBLIC_URL}/tasks/{task.id}",
    ]


@pytest.mark.parametrize(
    ("language", "name", "title", "last_second"),
    [
        ("kk", "Келісім: мерзімдер", "Заңды мерзім: ", "Соңғы сәт: 2026 ж. 25 қыркүйек, 23:59:59"),
        (
            *("ru", "Келісім: сроки", "Законный срок: "),
            "Последний момент: 25 сентября 2026 г., 23:59:59",
        ),
        (
            *("en", "Kelisim: deadlines", "Legal deadline: "),
            "Last second in time: 25 September 2026, 23:59:59",
        ),
    ],
)
def test_a_feed_speaks_its_owners_language(
    world: World, language: str, name: str, title: str, last_second: str
) -> None:
    world.opens_cycle()
    task = world.body("MT").tasks()["UserTask_PrepareProposals"]
    token = enters(world, "timur", "MT/submitter", language=language).subscribes()
    (event,) = events(world, token)
    assert event["SUMMARY"] == f"{title}{task.names[language]} — 2026/MT"
    assert event["DESCRIPTION"].replace("\u202f", " ").startswith(last_second)
    assert f"\r\nNAME:{name}\r\n" in document(world, token).decode()


def test_a_role_shows_the_tasks_of_that_role_a_person_those_of_all_roles(world: World) -> None:
    world.opens_cycle()
    filed = world.body("MT").files({**concept(), "doc_number": "MT-9"})
    timur = enters(world, "timur", "MT/submitter", "MT/signatory")
    of_role, own = timur.subscribes("MT/submitter"), timur.subscribes()
    prepare = world.body("MT").tasks()["UserTask_PrepareProposals"]
    sign = filed.tasks()["UserTask_SignConcept"]
    assert list(by_uid(world, of_role)) == [f"{prepare.id}-legal@kelisim.example"]
    assert set(by_uid(world, own)) == {
        f"{each.id}-legal@kelisim.example" for each in (prepare, sign)
    }
    assert "deadlines\\, MT/submitter" in document(world, of_role).decode()


def test_new_roles_of_a_person_come_into_the_feed_by_themselves(world: World) -> None:
    world.opens_cycle()
    timur = enters(world, "timur", "MT/head")
    token = timur.subscribes()
    assert events(world, token) == []
    with world.app.store.write() as work:
        work.people.join("timur", ["MT/submitter"])
        work.commit()
    assert len(events(world, token)) == 1


def test_who_carries_on_for_a_body_that_ended_sees_its_deadlines(world: World) -> None:
    world.opens_cycle(bodies=("MT", "MTI"))
    dana = enters(world, "dana", "MTI/submitter")
    token = dana.subscribes("MTI/submitter")
    assert len(events(world, token)) == 1
    last_day = world.now.date()
    replace_body(
        world.app, bootstrap.INSTALLER, "MT", successor="MTI", last_day=last_day, now=world.now
    )
    world.now += timedelta(days=1)
    assert len(events(world, token)) == 2


def test_what_is_done_leaves_the_feed(world: World) -> None:
    world.opens_cycle()
    token = enters(world, "timur", "MT/submitter").subscribes()
    world.body("MT").sends_no_proposals_letter()
    assert events(world, token) == []


def test_who_may_not_do_a_task_for_four_eyes_does_not_see_it(world: World) -> None:
    world.opens_cycle(bodies=("MFA",))
    aigul = enters(world, "aigul", "MFA/submitter", "MFA/reviewer")
    boris = enters(world, "boris", "MFA/reviewer")
    filed = world.body("MFA").files({**concept(), "doc_number": "MFA-9"}, by=aigul.actor)
    filed.signs()
    uid = f"{filed.tasks()['UserTask_ExamineConcept'].id}-legal@kelisim.example"
    assert uid in by_uid(world, boris.subscribes())
    assert uid not in by_uid(world, aigul.subscribes())


def test_the_ministry_sees_the_years_own_deadlines(world: World) -> None:
    world.opens_cycle()
    found = days(world, enters(world, "daniyar", "MFA/head").subscribes())
    assert found == {
        "Legal deadline: Submission of proposals — 2026": date(2026, 9, 25),
        "Legal deadline: Conclusions on foreign-policy expediency — 2026": date(2026, 10, 24),
        "Target: Conclusions on foreign-policy expediency — 2026": date(2026, 10, 23),
        "Legal deadline: Draft plans to the Commission — 2026": date(2026, 11, 10),
        "Legal deadline: Draft plans to the President — 2026": date(2026, 11, 25),
    }


def test_a_body_does_not_see_the_ministrys_deadlines(world: World) -> None:
    world.opens_cycle()
    uids = by_uid(world, enters(world, "timur", "MT/submitter").subscribes())
    assert not [uid for uid in uids if uid.startswith("cycle-")]


def test_no_title_of_a_treaty_leaves_the_system(world: World) -> None:
    """Calendar programs keep what they read on machines of others (SIL-19)."""
    world.opens_cycle()
    proposal = concept()
    filed = world.body("MT").files({**proposal, "doc_number": "MT-9"})
    filed.signs()
    token = enters(world, "aigul", "MFA/reviewer").subscribes()
    text = document(world, token).decode().replace("\r\n ", "")
    assert "2026/MT/MT-9" in text
    assert proposal["title_ru"] not in text
    assert proposal["title_kk"] not in text


def test_a_changed_calendar_moves_the_days_and_keeps_the_entries(world: World) -> None:
    world.opens_cycle()
    daniyar = enters(world, "daniyar", "MFA/head", "MT/submitter")
    token = daniyar.subscribes()
    before = by_uid(world, token)
    world.at("2026-09-10 10:00:00")
    world.changes_calendar(("2026-09-25", "day_off"), ("2026-09-26", "day_off"))
    after = by_uid(world, token)
    assert set(before) <= set(after)
    task = world.body("MT").tasks()["UserTask_PrepareProposals"]
    for uid in (f"{task.id}-legal@kelisim.example", "cycle-2026-submission-legal@kelisim.example"):
        assert before[uid].decoded("DTSTART") == date(2026, 9, 25)
        assert after[uid].decoded("DTSTART") == date(2026, 9, 28)
        assert after[uid]["SEQUENCE"] > before[uid]["SEQUENCE"]
        assert after[uid].decoded("LAST-MODIFIED") == datetime(2026, 9, 10, 5, tzinfo=UTC)


def test_a_target_that_moves_alone_moves_its_entry_alone(world: World) -> None:
    """Clause 8 ends on 24 October whatever the calendar says; Friday 23 is what to aim at."""
    world.opens_cycle()
    filed = world.body("MT").submits()
    task = filed.tasks()["UserTask_ExamineConcept"]
    token = enters(world, "aigul", "MFA/reviewer").subscribes()
    legal, target = (f"{task.id}-{side}@kelisim.example" for side in ("legal", "target"))
    before = by_uid(world, token)
    world.at("2026-09-10 10:00:00")
    world.changes_calendar(("2026-10-23", "day_off"))
    after = by_uid(world, token)
    assert before[legal].decoded("DTSTART") == after[legal].decoded("DTSTART")
    assert before[target].decoded("DTSTART") == date(2026, 10, 23)
    assert after[target].decoded("DTSTART") == date(2026, 10, 22)
    assert after[target]["SEQUENCE"] == before[target]["SEQUENCE"] + 1
    assert after[target].decoded("LAST-MODIFIED") == datetime(2026, 9, 10, 5, tzinfo=UTC)


def test_an_unchanged_list_gives_the_same_bytes(world: World) -> None:
    world.opens_cycle()
    token = enters(world, "daniyar", "MFA/head", "MT/submitter").subscribes()
    first = document(world, token)
    world.now += timedelta(days=1)
    assert document(world, token) == first


def test_of_very_many_entries_the_most_urgent_5000_are_shown_and_the_calendar_says_so(
    world: World,
) -> None:
    add_tasks(world.app.store, 2_600)  # each with two dates
    token = enters(world, "aigul", GROUP).subscribes(GROUP)
    text = document(world, token).decode()
    assert text.count("BEGIN:VEVENT") == 5_000
    assert "Only the most urgent tasks are shown here" in text.replace("\r\n ", "")
