"""When it goes: working days, digests, several in one; and what happens to what does not arrive."""

from __future__ import annotations

from datetime import timedelta

import pytest

from service.application.commands.delivering.resend_dead import resend_dead
from service.application.commands.delivering.resend_delivery import resend_delivery
from service.application.commands.delivering.send_deliveries import send_deliveries
from service.application.ports import NotDelivered
from service.application.queries.delivering.deliveries import deliveries_page
from service.domain.notices.timing import LEASE, MOST_ATTEMPTS, PAUSES
from service.errors import Conflict, DatabaseUnavailable, NotFound, NotPermitted
from tests.actors import member
from tests.delivery.post import ADMINISTRATOR, Post, Recorded, addresses
from tests.world import when

FRIDAY, SATURDAY, MONDAY = "2026-09-18 10:00:00", "2026-09-19 10:00:00", "2026-09-21 09:00:00"
RUNG = {"task": "UserTask_PrepareProposals", "due": "2026-09-25T23:59:59+05:00"}
DOWN = NotDelivered("The mail server mail:587 does not work: it is off", channel_down=True)
GREYLISTED = NotDelivered("The mail server refused the receiver: 450 later")
UNKNOWN = NotDelivered("The mail server refused the receiver: 550 no such user", permanent=True)


@pytest.fixture
def instance_id(post: Post) -> int:
    post.world.opens_cycle(2026, ["MT"])
    post.goes()  # the invitation
    found = post.world.instance("body_submission", "2026/MT")
    assert found is not None
    return found.id


# --- days off ---------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["reminder", "escalation"])
def test_on_a_day_off_it_waits_until_the_next_working_morning(post: Post, kind: str) -> None:
    post.person("aigul", "MT/submitter")
    post.at(SATURDAY).leaves(kind, "MT/submitter")
    post.goes()
    assert post.mail.sent == []
    assert when(post.the_delivery("waiting").due_at) == MONDAY
    post.at(MONDAY).goes()
    assert len(post.mail.sent) == 1


@pytest.mark.parametrize("kind", ["letter", "notice"])
def test_letters_and_notices_go_at_once(post: Post, kind: str) -> None:
    post.person("aigul", "MT/submitter")
    post.at(SATURDAY).leaves(kind, "MT/submitter", "deadline_moved")
    post.goes()
    assert len(post.mail.sent) == 1


def test_a_day_that_became_a_day_off_meanwhile_is_kept_free(post: Post) -> None:
    post.person("aigul", "MT/submitter")
    post.at(SATURDAY).leaves("reminder", "MT/submitter")
    post.routes()
    post.world.changes_calendar(("2026-09-21", "day_off"))
    post.at("2026-09-21 09:00:00").goes()
    assert post.mail.sent == []
    assert when(post.the_delivery("waiting").due_at) == "2026-09-22 09:00:00"
    post.at("2026-09-22 09:00:00").goes()
    assert len(post.mail.sent) == 1
    assert post.the_delivery().attempts == 1


# --- digests ----------------------------------------------------------------------------------


def test_a_digest_gathers_until_the_next_working_morning(post: Post) -> None:
    post.person("aigul", "MT/submitter", notices="digest", language="kk")
    post.at(FRIDAY).leaves("reminder", "MT/submitter")
    post.leaves("letter", "MT", "invitation", about="2026")
    post.goes()
    post.at(SATURDAY).leaves("notice", "MT/submitter", "deadline_moved")
    post.goes()
    assert post.mail.sent == []
    post.at("2026-09-21 08:59:59").goes()
    assert post.mail.sent == []
    post.at(MONDAY).goes()
    (digest,) = post.mail.sent
    assert digest.title == "Хабарламалар жинағы, 2026 ж. 21 қыркүйек: 3"
    assert digest.text.count("-" * 40) == 2
    post.at("2026-09-22 09:00:00").goes()
    assert len(post.mail.sent) == 1


def test_an_escalation_never_waits_for_a_digest(post: Post) -> None:
    post.person("head", "MT/head", notices="digest")
    post.at(FRIDAY).leaves("escalation", "MT/head", "no_response")
    post.goes()
    assert len(post.mail.sent) == 1


def test_what_comes_while_a_digest_is_on_its_way_waits_for_the_next(post: Post) -> None:
    post.person("aigul", "MT/submitter", notices="digest")
    post.at(FRIDAY).leaves("notice", "MT/submitter", "deadline_moved")
    post.routes()
    post.at(MONDAY).mail.failure = GREYLISTED
    post.sends()
    post.mail.failure = None
    post.leaves("notice", "MT/submitter", "deadline_moved")
    post.routes()
    assert [when(each.due_at) for each in post.deliveries("waiting")] == [
        "2026-09-21 09:01:00",
        "2026-09-22 09:00:00",
    ]


def test_two_digests_that_fall_on_one_morning_become_one(post: Post) -> None:
    post.person("aigul", "MT/submitter", notices="digest")
    for day in ("2026-09-17 10:00:00", "2026-09-18 10:00:00"):
        post.at(day).leaves("notice", "MT/submitter", "deadline_moved")
        post.routes()
    assert len(post.deliveries("waiting")) == 2
    post.world.changes_calendar(("2026-09-18", "day_off"))
    post.at(MONDAY).goes()
    assert [each.title for each in post.mail.sent] == ["Digest of notices, 21 September 2026: 2"]


# --- several become one ------------------------------------------------------------------------


def test_reminders_of_one_task_that_could_not_go_become_the_newest(
    post: Post, instance_id: int
) -> None:
    post.person("aigul", "MT/submitter")
    post.mail.failure = DOWN
    sent = []
    for day in ("2026-09-16", "2026-09-17", "2026-09-18"):
        post.at(f"{day} 09:00:00")
        sent.append(
            post.leaves(
                "reminder", "MT/submitter", payload={**RUNG, "rung": day}, instance_id=instance_id
            )
        )
        post.goes()
    post.mail.failure = None
    post.at("2026-09-18 15:00:00").goes()
    (letter,) = post.mail.sent
    assert "also stands for earlier ones that could not be sent in time; their number: 2" in (
        letter.text
    )
    assert post.carried(post.the_delivery("sent")) == sent
    assert post.deliveries("waiting") == []


def test_rungs_missed_in_an_outage_are_counted_as_well(post: Post, instance_id: int) -> None:
    post.person("aigul", "MT/submitter")
    post.at(FRIDAY).leaves(
        "reminder", "MT/submitter", payload={**RUNG, "missed": 2}, instance_id=instance_id
    )
    post.goes()
    assert "their number: 2" in post.mail.sent[0].text


def test_reminders_of_other_tasks_and_people_stay_by_themselves(
    post: Post, instance_id: int
) -> None:
    post.person("aigul", "MT/submitter")
    post.person("boris", "MT/submitter")
    post.at(SATURDAY)
    for task in ("UserTask_A", "UserTask_B"):
        post.leaves("reminder", "MT/submitter", payload={"task": task}, instance_id=instance_id)
    post.goes()
    post.at(MONDAY).goes()
    assert addresses(post.mail.sent) == ["aigul@mail.example"] * 2 + ["boris@mail.example"] * 2


# --- failures ----------------------------------------------------------------------------------


def test_after_each_failure_the_pause_grows_then_it_is_given_up(post: Post) -> None:
    post.person("aigul", "MT/submitter")
    post.at("2026-09-21 10:00:00").leaves("letter", "MT", "invitation")
    post.mail.failure = GREYLISTED
    post.routes()
    for pause in PAUSES:
        post.sends()
        waiting = post.the_delivery("waiting")
        assert waiting.due_at == post.world.now + pause
        assert waiting.last_error == GREYLISTED.message
        assert post.sends() == 0
        post.world.now = waiting.due_at
    post.sends()
    dead = post.the_delivery("dead")
    assert dead.attempts == MOST_ATTEMPTS == 8
    assert dead.settled_at == post.world.now
    (entry,) = post.world.journal("send_deliveries")
    assert (entry.outcome, entry.details["reason"]) == ("failed", GREYLISTED.message)


def test_what_cannot_be_mended_is_given_up_at_once(post: Post) -> None:
    post.person("aigul", "MT/submitter")
    post.leaves("letter", "MT", "invitation")
    post.mail.failure = UNKNOWN
    post.goes()
    assert post.the_delivery("dead").attempts == 1


def test_a_channel_that_is_down_is_tried_once_a_round(post: Post) -> None:
    for name in ("aigul", "boris", "dina"):
        post.person(name, "MT/submitter")
    hook = Recorded()
    post.by(mail=post.mail, webhook=hook)
    post.leaves("letter", "MT", "invitation")
    post.mail.failure = DOWN
    post.goes()
    tried = [each for each in post.deliveries("waiting") if each.attempts]
    assert len(tried) == 1
    assert {each.due_at for each in post.deliveries("waiting")} == {
        post.world.now + timedelta(minutes=1)
    }
    assert len(hook.sent) == 1  # the other channel goes on
    post.mail.failure = None
    post.world.now += timedelta(minutes=1)
    post.goes()
    assert len(post.mail.sent) == 3


def test_a_letter_that_cannot_be_written_holds_up_no_other(post: Post) -> None:
    post.person("aigul", "MT/submitter")
    post.leaves("letter", "MT", "invitation", payload={"due": "2101-01-01"})  # no such calendar
    post.leaves("letter", "MT", "invitation")
    post.goes()
    assert len(post.mail.sent) == 1
    assert "could not be put into words" in post.the_delivery("waiting").last_error


def test_a_database_that_is_gone_costs_a_letter_nothing_but_its_lease(post: Post) -> None:
    class Unlucky(Recorded):
        def send(self, envelope: object) -> None:  # noqa: ARG002
            raise DatabaseUnavailable("The database does not answer")

    post.person("aigul", "MT/submitter")
    post.leaves("letter", "MT", "invitation")
    post.routes()
    post.by(mail=Unlucky())
    with pytest.raises(DatabaseUnavailable):
        post.sends()
    assert post.the_delivery("sending").last_error == ""
    post.by(mail=post.mail)
    post.world.now += LEASE
    post.goes()
    assert len(post.mail.sent) == 1


def test_who_dies_between_sending_and_settling_leaves_a_lease(post: Post) -> None:
    class Dies(Recorded):
        def send(self, envelope: object) -> None:
            super().send(envelope)  # type: ignore[arg-type]
            raise KeyboardInterrupt

    post.person("aigul", "MT/submitter")
    post.leaves("letter", "MT", "invitation")
    post.routes()
    dying = Dies()
    post.by(mail=dying)
    with pytest.raises(KeyboardInterrupt):
        post.sends()
    assert post.the_delivery().status == "sending"
    post.by(mail=post.mail)
    assert post.sends() == 0
    assert post.next_due_at() == post.world.now + LEASE
    post.world.now += LEASE
    post.sends()
    assert [each.message_id for each in post.mail.sent] == [dying.sent[0].message_id]
    assert post.the_delivery("sent").attempts == 2


# --- once more ---------------------------------------------------------------------------------


def test_an_administrator_sends_a_dead_letter_again_to_the_corrected_address(post: Post) -> None:
    post.person("aigul", "MT/submitter")
    post.leaves("letter", "MT", "invitation")
    post.mail.failure = UNKNOWN
    post.goes()
    dead = post.the_delivery("dead")
    post.mail.failure = None
    post.changes("aigul", email="a.utegen@mail.example")
    resend_delivery(post.world.app, ADMINISTRATOR, dead.id, post.world.now)
    post.goes()
    (letter,) = post.mail.sent
    assert letter.address == "a.utegen@mail.example"
    assert letter.message_id == dead.message_id
    assert [entry.actor for entry in post.world.journal("resend_delivery")] == ["admin"]


def test_all_dead_letters_of_a_channel_at_once(post: Post) -> None:
    for name in ("aigul", "boris"):
        post.person(name, "MT/submitter")
    post.leaves("letter", "MT", "invitation")
    post.mail.failure = UNKNOWN
    post.goes()
    post.mail.failure = None
    page = deliveries_page(post.world.app, ADMINISTRATOR)
    assert page.dead == {"mail": 2}
    assert resend_dead(post.world.app, ADMINISTRATOR, "mail", post.world.now) == 2
    assert resend_dead(post.world.app, ADMINISTRATOR, "mail", post.world.now) == 0
    post.goes()
    assert addresses(post.mail.sent) == ["aigul@mail.example", "boris@mail.example"]
    assert len(post.world.journal("resend_dead")) == 1


def test_what_reached_nobody_goes_out_once_somebody_is_there(post: Post) -> None:
    post.leaves("letter", "MT", "invitation")
    post.goes()
    lost = post.the_delivery("unaddressed")
    post.person("aigul", "MT/submitter")
    resend_delivery(post.world.app, ADMINISTRATOR, lost.id, post.world.now)
    post.goes()
    assert addresses(post.mail.sent) == ["aigul@mail.example"]
    assert post.deliveries("unaddressed") == []


def test_only_administrators_may_and_only_what_was_given_up(post: Post) -> None:
    post.person("aigul", "MT/submitter")
    post.leaves("letter", "MT", "invitation")
    post.goes()
    sent = post.the_delivery("sent")
    with pytest.raises(NotPermitted):
        resend_delivery(post.world.app, member("MT/submitter"), sent.id, post.world.now)
    with pytest.raises(NotPermitted):
        resend_dead(post.world.app, member("MT/submitter"), "mail", post.world.now)
    with pytest.raises(Conflict, match="is sent"):
        resend_delivery(post.world.app, ADMINISTRATOR, sent.id, post.world.now)
    with pytest.raises(NotFound):
        resend_delivery(post.world.app, ADMINISTRATOR, sent.id + 1, post.world.now)
    assert len(post.world.journal("resend_delivery", outcome="refused")) == 3


def test_a_round_ends_after_its_limit(post: Post) -> None:
    for name in ("aigul", "boris", "dina"):
        post.person(name, "MT/submitter")
    post.leaves("letter", "MT", "invitation")
    post.routes()
    assert send_deliveries(post.world.app, post.channels, post.world.now, limit=2) == 2
    assert send_deliveries(post.world.app, post.channels, post.world.now, limit=2) == 1
