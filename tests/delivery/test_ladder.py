"""A body is silent: its people, their head and the Ministry hear of it, each in his own language.

The real diagrams, a real SMTP server; only the clock is ours.
"""

from __future__ import annotations

from collections import Counter

import pytest

from service.application.commands.running.fire_due_timers import fire_due_timers
from tests.delivery.post import Post
from tests.delivery.servers import MailServer
from tests.world import instant

KAZAKH, RUSSIAN, ENGLISH = "aigul@mail.example", "boris@mail.example", "carol@mail.example"


@pytest.fixture
def silent(post: Post, server: MailServer) -> Post:
    """The Ministry of Transport says nothing in the year 2026, from August to October."""
    post.over(server.url)
    post.person("aigul", "MT/submitter", language="kk")
    post.person("boris", "MT/head", language="ru")
    post.person("carol", "MFA/head", language="en")
    post.world.opens_cycle(2026, ["MT"])
    post.goes()
    post.lives_until("2026-10-08 10:00:00")
    return post


def test_the_ladder_arrives_in_kazakh_russian_and_english(silent: Post, server: MailServer) -> None:
    kazakh = [mail.title for mail in server.to(KAZAKH)]
    reminder = "Еске салу: ұсыныстар енгізу мерзімі 2026 ж. 25 қыркүйек"
    assert kazakh[0] == "2026 жылғы жоспарлау: ұсыныстар енгізуге шақыру"
    assert kazakh.count(reminder) == 4  # 30, 10, 3 and 1 working days before
    russian = [mail.title for mail in server.to(RUSSIAN)]
    name = "Министерство транспорта Республики Казахстан"
    assert russian.count(f"Срок истёк: нет ответа от органа: {name}") >= 2
    english = [mail.title for mail in server.to(ENGLISH)]
    said = "Overdue: no response from Ministry of Transport of the Republic of Kazakhstan"
    assert english.count(said) >= 2
    last = server.to(KAZAKH)[4]
    assert "Мерзімі: 2026 ж. 25 қыркүйек (1 жұмыс күні қалды)." in last.text
    assert "Негіздеме: Қағидалардың 4, 7-тармағы." in last.text
    assert "Тапсырма: https://kelisim.example/tasks/" in last.text
    first = next(mail for mail in server.to(ENGLISH) if mail.title.startswith("Overdue"))
    assert "Deadline: 25 September 2026" in first.text
    assert "Basis: clause 7 of the Rules." in first.text


def test_each_rung_reaches_a_person_once_and_on_working_days_only(
    silent: Post, server: MailServer
) -> None:
    with silent.world.app.store.read() as work:
        calendar = silent.world.app.calendar(work)
    for address in (KAZAKH, RUSSIAN, ENGLISH):
        mails = server.to(address)
        assert len({mail.message_id for mail in mails}) == len(mails)
        for mail in mails:
            assert calendar.is_working_day(calendar.local_date(mail.letter["Date"].datetime))
    assert {each.status for each in silent.deliveries()} <= {"sent", "unaddressed"}
    rows = Counter(row.subject for row in silent.world.board.outgoing if row.recipient == "MT/head")
    to_head = [mail for mail in server.to(RUSSIAN) if mail.title.startswith("Срок истёк")]
    assert len(to_head) == rows["no_response"]


def test_after_an_outage_one_reminder_says_what_it_stands_for(
    post: Post, server: MailServer
) -> None:
    post.over(server.url)
    post.person("aigul", "MT/submitter", language="ru")
    post.world.opens_cycle(2026, ["MT"])
    post.goes()
    server.mails.clear()
    post.world.now = instant("2026-09-24 10:00:00")  # nothing ran since August
    fire_due_timers(post.world.app, post.world.now)
    post.goes()
    (mail,) = server.mails
    assert "их число: 3" in mail.text
    assert "остался 1 рабочий день" in mail.text
