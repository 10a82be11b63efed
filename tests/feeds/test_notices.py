"""How a person wants to be told is his or her own choice, and on record."""

from __future__ import annotations

import pytest

from service.application import records as r
from service.application.commands.feeds.choose_notices import choose_notices
from service.errors import FormInvalid, NotPermitted
from tests.actors import member
from tests.feeds.subscriber import Subscriber, enters
from tests.world import World


def chooses(person: Subscriber, **changes: str) -> r.Person:
    chosen = {"language": "en", "email": "aigul@mfa.example", "notices": "immediate", **changes}
    world = person.world
    choose_notices(world.app, person.actor, now=world.now, **chosen)
    with world.app.store.read() as work:
        found = work.people.get(person.id)
    assert found is not None
    return found


def test_a_person_chooses_language_address_and_digest(world: World) -> None:
    aigul = enters(world, "aigul", "MFA/reviewer")
    found = chooses(aigul, language="ru", notices="digest")
    assert (found.language, found.email, found.notices) == ("ru", "aigul@mfa.example", "digest")
    assert found.groups == ("MFA/reviewer",)


def test_a_changed_address_is_journalled_with_the_one_before(world: World) -> None:
    aigul = enters(world, "aigul", "MFA/reviewer")
    chooses(aigul)
    chooses(aigul, email="a.other@mfa.example")
    last = world.journal("choose_notices")[-1]
    assert last.actor == last.subject == "aigul"
    assert last.details == {
        "changed": {"email": "a.other@mfa.example"},
        "before": {"email": "aigul@mfa.example"},
    }


def test_choosing_what_holds_already_leaves_no_trace(world: World) -> None:
    aigul = enters(world, "aigul", "MFA/reviewer")
    chooses(aigul)
    chooses(aigul)
    assert len(world.journal("choose_notices")) == 1


def test_an_address_may_be_taken_away(world: World) -> None:
    aigul = enters(world, "aigul", "MFA/reviewer")
    chooses(aigul)
    assert chooses(aigul, email="  ").email == ""


@pytest.mark.parametrize(
    "email",
    [
        "aigul",
        "aigul@",
        "aigul@localhost",
        "@mfa.example",
        "a@b@c",
        "aigul@mfa.example\r\nBcc: eve@example.org",
        "aigul@mfa.example,eve@example.org",
        "Aigul <aigul@mfa.example>",
        '"a b"@mfa.example',
        "айгүл@mfa.example",
        "aigul@мемлекет.қаз",
        "a..b@mfa.example",
        ".a@mfa.example",
        "a@-mfa.example",
        "a@mfa..example",
        "a\0b@mfa.example",
        "\ud800@mfa.example",
        "a" * 65 + "@mfa.example",
        "a@" + "b" * 253,
    ],
)
def test_what_no_mail_server_takes_is_refused(world: World, email: str) -> None:
    aigul = enters(world, "aigul", "MFA/reviewer")
    with pytest.raises(FormInvalid) as refusal:
        chooses(aigul, email=email)
    assert [key for key, _ in refusal.value.problems] == ["email"]
    assert world.journal("choose_notices", outcome="refused")


@pytest.mark.parametrize("email", ["a.b+c@mail.mfa.gov.kz", "x@xn--80ak6aa92e.kz"])
def test_plain_addresses_are_taken(world: World, email: str) -> None:
    assert chooses(enters(world, "aigul", "MFA/reviewer"), email=email).email == email


def test_every_wrong_field_is_named(world: World) -> None:
    aigul = enters(world, "aigul", "MFA/reviewer")
    with pytest.raises(FormInvalid) as refusal:
        chooses(aigul, language="de", notices="never", email="x")
    assert [key for key, _ in refusal.value.problems] == ["language", "notices", "email"]


def test_somebody_outside_the_directory_has_nothing_to_choose(world: World) -> None:
    with pytest.raises(NotPermitted, match="has no person"):
        choose_notices(
            world.app,
            member("MT/submitter"),
            language="kk",
            email="",
            notices="digest",
            now=world.now,
        )
