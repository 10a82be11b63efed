"""Who gets what: people of a group, their head, the Ministry; each one copy."""

from __future__ import annotations

from dataclasses import replace

import pytest

from service.application.commands.administering.replace_body import replace_body
from service.application.queries.delivering.deliveries import deliveries_page, deliveries_to
from service.bootstrap import INSTALLER
from service.errors import NotPermitted
from tests.actors import member
from tests.delivery.post import ADMINISTRATOR, Post, Recorded, addresses
from tests.world import changed, when


@pytest.fixture(autouse=True)
def monday_morning(post: Post) -> None:
    post.at("2026-09-21 10:00:00")


def test_everybody_in_the_group_gets_a_copy_in_his_or_her_language(post: Post) -> None:
    post.person("aigul", "MT/submitter", language="kk")
    post.person("boris", "MT/submitter", language="ru")
    post.person("head", "MT/head")
    post.leaves("reminder", "MT/submitter", payload={"due": "2026-09-25T23:59:59+05:00"})
    assert post.goes() == 2
    assert addresses(post.mail.sent) == ["aigul@mail.example", "boris@mail.example"]
    assert "2026 ж. 25 қыркүйек (4 жұмыс күні қалды)" in post.mail.to("aigul@mail.example")[0].text
    assert "25 сентября 2026 г. (осталось 4 рабочих дня)" in (
        post.mail.to("boris@mail.example")[0].text
    )
    assert post.goes() == 0


def test_a_letter_to_a_body_reaches_its_submitters_registrars_and_head(post: Post) -> None:
    for role in ("submitter", "registrar", "head", "signatory"):
        post.person(role, f"MT/{role}")
    post.leaves("letter", "MT", "invitation", about="2026")
    post.goes()
    assert addresses(post.mail.sent) == [
        *("head@mail.example", "registrar@mail.example", "submitter@mail.example")
    ]


def test_who_is_in_two_groups_gets_one_copy(post: Post) -> None:
    post.person("dina", "MT/submitter", "MT/head")
    post.leaves("letter", "MT", "invitation", about="2026")
    post.goes()
    assert addresses(post.mail.sent) == ["dina@mail.example"]


def test_one_firing_that_tells_two_groups_tells_each_person_once(post: Post) -> None:
    post.world.opens_cycle(2026, ["MT"])
    post.world.at("2026-09-21 10:00:00")
    post.goes()
    post.mail.sent.clear()
    instance = post.world.instance("body_submission", "2026/MT")
    assert instance is not None
    post.person("dina", "MT/head", "MFA/head")
    post.person("serik", "MFA/head")
    for group in ("MT/head", "MFA/head"):
        post.leaves("escalation", group, "no_response", instance_id=instance.id)
    post.goes()
    assert addresses(post.mail.sent) == ["dina@mail.example", "serik@mail.example"]
    assert "meant for" not in post.mail.to("dina@mail.example")[0].text


@pytest.mark.parametrize(
    ("there", "got"),
    [
        (("MT/submitter", "MT/head", "MFA/head"), "MT/submitter"),
        (("MT/head", "MFA/head"), "MT/head"),
        (("MFA/head",), "MFA/head"),
    ],
)
def test_where_nobody_is_the_head_stands_in_then_the_ministry(
    post: Post, there: tuple[str, ...], got: str
) -> None:
    for group in there:
        post.person(group.lower().replace("/", "."), group)
    post.leaves("reminder", "MT/submitter")
    post.goes()
    (letter,) = post.mail.sent
    assert letter.address == f"{got.lower().replace('/', '.')}@mail.example"
    stands_in = "meant for: Ministry of Transport of the Republic of Kazakhstan, submitter."
    assert (stands_in in letter.text) == (got != "MT/submitter")


def test_who_has_no_address_counts_as_absent(post: Post) -> None:
    post.person("aigul", "MT/submitter", email="")
    post.person("head", "MT/head")
    post.leaves("reminder", "MT/submitter")
    post.goes()
    assert addresses(post.mail.sent) == ["head@mail.example"]


def test_without_a_mail_server_letters_go_into_the_log_address_or_not(post: Post) -> None:
    log = Recorded()
    post.by(log=log)
    post.person("aigul", "MT/submitter", email="")
    post.leaves("reminder", "MT/submitter")
    post.goes()
    assert addresses(log.sent) == ["aigul"]


def test_what_reaches_nobody_is_visible_and_can_be_routed_anew(post: Post) -> None:
    post.leaves("reminder", "MT/submitter")
    post.goes()
    page = deliveries_page(post.world.app, ADMINISTRATOR, status="unaddressed")
    assert page.counts["unaddressed"] == 1
    assert page.rows[0].items[0].recipient == "MT/submitter"
    assert post.mail.sent == []


def test_only_administrators_see_addresses(post: Post) -> None:
    with pytest.raises(NotPermitted):
        deliveries_page(post.world.app, member("MT/submitter"))


def test_everybody_sees_what_goes_to_himself(post: Post) -> None:
    post.person("aigul", "MT/submitter")
    post.person("boris", "MFA/head")
    post.leaves("reminder", "MT/submitter")
    post.leaves("escalation", "MFA/head")
    post.goes()
    aigul = replace(member("MT/submitter"), person="aigul")
    assert [each.delivery.address for each in deliveries_to(post.world.app, aigul)] == [
        "aigul@mail.example"
    ]


@pytest.mark.parametrize("addressee", ["COMMISSION", "PRESIDENT", "KURULTAI", "PARLIAMENT"])
def test_somebody_outside_gets_the_webhook_only(post: Post, addressee: str) -> None:
    hook = Recorded()
    post.by(mail=post.mail, webhook=hook)
    post.person("head", "MFA/head")
    message_id = post.leaves("letter", addressee, "president_cover", about="2026")
    post.goes()
    assert [each.message_id for each in hook.sent] == [message_id]
    assert hook.sent[0].facts["recipient"] == addressee
    assert set(hook.sent[0].facts["texts"]) == {"kk", "ru", "en"}
    assert post.mail.sent == []


def test_without_a_webhook_such_a_letter_is_left_to_paper(post: Post) -> None:
    post.leaves("letter", "PRESIDENT", "president_cover", about="2026")
    assert post.routes() == 1
    assert post.deliveries() == []


def test_the_webhook_gets_everything_else_as_well(post: Post) -> None:
    hook = Recorded()
    post.by(mail=post.mail, webhook=hook)
    post.person("aigul", "MT/submitter")
    post.leaves("reminder", "MT/submitter")
    post.goes()
    assert len(hook.sent) == len(post.mail.sent) == 1


def test_the_heir_of_a_body_gets_its_letters(post: Post) -> None:
    post.person("old", "MT/submitter")
    post.person("new", "MIC/submitter")
    post.world.opens_cycle(2026, ["MT", changed("MIC")])
    post.at("2026-09-21 10:00:00")
    replace_body(
        post.world.app,
        INSTALLER,
        "MT",
        successor="MIC",
        last_day=post.world.now.date().replace(day=20),
        now=post.world.now,
    )
    post.routes()
    before = len(post.deliveries())
    post.leaves("reminder", "MT/submitter")
    post.routes()
    assert [each.person_id for each in post.deliveries()[before:]] == ["new"]


def test_routing_again_makes_no_second_copy(post: Post) -> None:
    post.person("aigul", "MT/submitter")
    post.leaves("reminder", "MT/submitter")
    post.routes()
    with post.world.app.store.write() as work:
        work.outbox.mark_routed(1, None)
        work.commit()
    assert post.routes() == 1
    assert len(post.deliveries()) == 1


def test_a_letter_says_when_it_was_made_and_is_due(post: Post) -> None:
    post.person("aigul", "MT/submitter")
    post.leaves("letter", "MT", "invitation", about="2026")
    post.routes()
    assert when(post.the_delivery().due_at) == "2026-09-21 10:00:00"
    assert post.next_due_at() == post.world.now
