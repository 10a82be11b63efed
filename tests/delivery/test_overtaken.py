"""What waits while its task is done goes to nobody: over days off, in a digest, after a failure."""

from __future__ import annotations

import pytest

from service.application.commands.delivering.resend_delivery import resend_delivery
from service.application.ports import NotDelivered
from service.application.queries.delivering.deliveries import deliveries_page
from service.domain.notices.timing import LEASE
from tests.delivery.post import ADMINISTRATOR, Post
from tests.web.browser import Site
from tests.world import when

FRIDAY, SATURDAY, SUNDAY = "2026-09-18 10:00:00", "2026-09-19 10:00:00", "2026-09-20 10:00:00"
MONDAY = "2026-09-21 09:00:00"
TASK = "UserTask_PrepareProposals"
DOWN = NotDelivered("The mail server mail:587 does not work: it is off", channel_down=True)
UNKNOWN = NotDelivered("The mail server refused the receiver: 550 no such user", permanent=True)


class Silent:
    """The Ministry of Transport owes its proposals; reminders hang on that task."""

    def __init__(self, post: Post) -> None:
        self.post, world = post, post.world
        world.opens_cycle(2026, ["MT"])
        post.goes()  # the invitation, which finds nobody yet
        post.person("aigul", "MT/submitter")
        instance = world.instance("body_submission", "2026/MT")
        assert instance is not None
        self.instance_id = instance.id
        self.task = world.open_tasks(instance.id)[TASK]

    def is_urged(self, kind: str = "reminder", subject: str = "submission_due") -> None:
        payload = {"task": TASK, "task_id": self.task.id, "due_at": "2026-09-25T23:59:59+05:00"}
        self.post.leaves(
            kind, "MT/submitter", subject, payload=payload, instance_id=self.instance_id
        )
        self.post.routes()

    def answers(self) -> None:
        self.post.world.body("MT").sends_no_proposals_letter()


@pytest.fixture
def silent(post: Post) -> Silent:
    return Silent(post)


@pytest.mark.parametrize("kind", ["reminder", "escalation"])
def test_done_on_the_weekend_nobody_is_urged_on_monday(silent: Silent, kind: str) -> None:
    post = silent.post
    post.at(SATURDAY)
    silent.is_urged(kind)
    post.at(SUNDAY)
    silent.answers()
    post.at(MONDAY).goes()
    assert post.mail.sent == []
    overtaken = post.the_delivery("overtaken")
    assert when(overtaken.settled_at) == MONDAY
    assert overtaken.attempts == 0
    assert deliveries_page(post.world.app, ADMINISTRATOR).counts["overtaken"] == 1
    assert post.next_due_at() is None


def test_what_is_still_open_goes_out(silent: Silent) -> None:
    silent.post.at(SATURDAY)
    silent.is_urged()
    silent.post.at(MONDAY).goes()
    assert len(silent.post.mail.sent) == 1


def test_a_digest_leaves_out_what_was_done_and_carries_the_rest(silent: Silent) -> None:
    post = silent.post
    post.changes("aigul", notices="digest")
    post.at(FRIDAY)
    silent.is_urged()
    post.leaves("notice", "MT/submitter", "deadline_moved")
    post.routes()
    assert post.the_delivery("waiting").digest
    post.at(SUNDAY)
    silent.answers()
    post.at(MONDAY).goes()
    (digest,) = post.mail.sent
    assert digest.title.endswith(": 1")
    assert post.carried(post.the_delivery("overtaken")) != post.carried(post.the_delivery("sent"))


def test_a_digest_of_nothing_else_does_not_go(silent: Silent) -> None:
    post = silent.post
    post.changes("aigul", notices="digest")
    post.at(FRIDAY)
    silent.is_urged()
    post.at(SATURDAY)
    silent.answers()
    post.at(MONDAY).goes()
    assert post.mail.sent == []
    assert len(post.deliveries("overtaken")) == 1


def test_done_while_the_mail_server_was_down(silent: Silent) -> None:
    post = silent.post
    post.at(FRIDAY).mail.failure = DOWN
    silent.is_urged()
    post.sends()
    post.at("2026-09-18 11:00:00")
    silent.answers()
    post.at("2026-09-18 12:00:00").mail.failure = None
    post.sends()
    assert post.mail.sent == []
    assert len(post.deliveries("overtaken")) == 1


def test_a_lease_that_a_killed_process_left_behind_is_not_renewed(silent: Silent) -> None:
    post = silent.post
    post.at(FRIDAY)
    silent.is_urged()
    waiting = post.the_delivery("waiting")
    with post.world.app.store.write() as work:
        due_at = post.world.now + LEASE
        number = waiting.id
        work.deliveries.change(number, status="sending", attempts=1, due_at=due_at)
        work.commit()
    post.at("2026-09-18 10:05:00")
    silent.answers()
    post.at("2026-09-18 10:10:00").sends()
    assert post.mail.sent == []
    assert len(post.deliveries("overtaken")) == 1


def test_an_old_rung_does_not_hide_in_a_new_one(silent: Silent) -> None:
    """A task that was done and is open again: only what urges the open one is counted."""
    post = silent.post
    post.at(SATURDAY)
    silent.is_urged()
    post.at("2026-09-19 11:00:00")
    silent.answers()
    post.at(SUNDAY)
    silent.is_urged()  # sent after the task was closed: about what came of it
    post.at(MONDAY).goes()
    (letter,) = post.mail.sent
    assert "their number" not in letter.text  # of earlier ones it stands for
    assert len(post.deliveries("overtaken")) == 1


def test_a_timer_that_ends_a_task_and_tells_so_is_heard(silent: Silent) -> None:
    """Closed and told in one step: that escalation is about the closing itself."""
    post = silent.post
    post.at(SATURDAY)
    silent.answers()
    silent.is_urged("escalation", "no_response")
    post.at(MONDAY).goes()
    assert len(post.mail.sent) == 1


@pytest.mark.parametrize("kind", ["letter", "notice"])
def test_letters_and_notices_are_never_overtaken(silent: Silent, kind: str) -> None:
    post = silent.post
    post.at(FRIDAY).mail.failure = DOWN
    silent.is_urged(kind)
    post.sends()
    post.at(SATURDAY)
    silent.answers()
    post.mail.failure = None
    post.at(MONDAY).sends()
    assert len(post.mail.sent) == 1


def test_what_hangs_on_no_task_goes_out(post: Post) -> None:
    post.person("head", "MT/head")
    post.at(SATURDAY).leaves("escalation", "MT/head", "no_response", payload={"task_id": None})
    post.leaves("escalation", "MT/head", "no_response", payload={"task_id": "gone"})
    post.at(MONDAY).goes()
    assert len(post.mail.sent) == 2


def test_what_was_given_up_is_overtaken_when_it_is_sent_again(silent: Silent) -> None:
    post = silent.post
    post.at(FRIDAY).mail.failure = UNKNOWN
    silent.is_urged()
    post.sends()
    post.at("2026-09-18 11:00:00").mail.failure = None
    silent.answers()
    resend_delivery(post.world.app, ADMINISTRATOR, post.the_delivery("dead").id, post.world.now)
    post.goes()
    assert post.mail.sent == []
    assert len(post.deliveries("overtaken")) == 1


def test_the_pages_tell_why_it_did_not_go(silent: Silent) -> None:
    post = silent.post
    post.at(SATURDAY)
    silent.is_urged()
    post.at(SUNDAY)
    silent.answers()
    post.at(MONDAY).goes()
    site = Site(post.world.app.store, app=post.world.app, now=post.world.now)
    admin = site.browser(site.person("admin", "ADMIN/administrator"))
    assert "Its task was closed before it could go out." in admin.opens("/deliveries").words
    assert "aigul@mail.example" in admin.opens("/deliveries?status=overtaken").words
    aigul = site.browser(site.person("aigul", "MT/submitter"))
    assert "Was not sent: the task was closed before" in aigul.opens("/notices").words
