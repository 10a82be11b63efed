"""A feed is a secret address: made by its owner, found by its token alone, ended for good."""

from __future__ import annotations

import hashlib
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest

from service import bootstrap
from service.application import records as r
from service.application.actors import Actor
from service.application.commands.administering.replace_body import replace_body
from service.application.commands.feeds.create_feed import MOST_FEEDS, create_feed
from service.application.commands.feeds.note_feed_read import note_feed_read
from service.application.commands.feeds.revoke_feed import revoke_feed
from service.application.queries.feeds import feed_content, my_feeds
from service.errors import NotFound, NotPermitted, Refused
from tests.feeds.subscriber import enters
from tests.world import World

ADMINISTRATOR = Actor("saule", frozenset({"ADMIN/administrator"}))


def not_found(world: World, token: str) -> str:
    with pytest.raises(NotFound) as refusal:
        feed_content(world.app, token, world.now)
    return refusal.value.message


def test_a_feed_is_found_by_its_token_and_only_the_hash_is_kept(world: World) -> None:
    aigul = enters(world, "aigul", "MFA/reviewer")
    feed, token = create_feed(world.app, aigul.actor, "MFA/reviewer", world.now)
    assert feed_content(world.app, token, world.now).feed == feed
    assert feed.token_sha256 == hashlib.sha256(token.encode()).hexdigest()
    assert len(token) == 43  # 256 bits
    assert token not in repr(feed)


def test_two_feeds_never_have_one_token(world: World) -> None:
    aigul = enters(world, "aigul", "MFA/reviewer")
    assert aigul.subscribes() != aigul.subscribes()


def test_the_journal_names_the_feed_and_not_its_token(world: World) -> None:
    aigul = enters(world, "aigul", "MFA/reviewer")
    token = aigul.subscribes("MFA/reviewer")
    (entry,) = world.journal("create_feed")
    assert (entry.actor, entry.subject) == ("aigul", "MFA/reviewer")
    assert token not in repr(entry)
    assert aigul.feed(token).token_sha256 not in repr(entry)


def test_nobody_subscribes_to_a_role_of_others(world: World) -> None:
    aigul = enters(world, "aigul", "MFA/reviewer")
    with pytest.raises(NotPermitted, match="MFA/head"):
        aigul.subscribes("MFA/head")
    (entry,) = world.journal("create_feed", outcome="refused")
    assert entry.actor == "aigul"


def test_somebody_outside_the_directory_has_no_feed(world: World) -> None:
    with pytest.raises(NotPermitted, match="has no person 'installer'"):
        create_feed(world.app, bootstrap.INSTALLER, "", world.now)


def test_ten_feeds_are_enough_for_a_person(world: World) -> None:
    aigul = enters(world, "aigul", "MFA/reviewer")
    tokens = [aigul.subscribes() for _ in range(MOST_FEEDS)]
    with pytest.raises(Refused, match="has 10 calendar feeds"):
        aigul.subscribes()
    revoke_feed(world.app, aigul.actor, aigul.feed(tokens[0]).id, world.now)
    aigul.subscribes()


def test_clicking_in_six_windows_at_once_makes_no_eleventh(world: World) -> None:
    aigul = enters(world, "aigul", "MFA/reviewer")
    actor, refused = aigul.actor, []
    for _ in range(MOST_FEEDS - 2):
        aigul.subscribes()

    def clicks(_: int) -> None:
        try:
            create_feed(world.app, actor, "", world.now)
        except Refused as refusal:
            refused.append(refusal.code)

    with ThreadPoolExecutor(6) as windows:
        list(windows.map(clicks, range(6)))
    assert refused == ["too_many_feeds"] * 4
    assert len(my_feeds(world.app, "aigul", world.now)) == MOST_FEEDS


def test_a_revoked_feed_is_as_unknown_as_one_that_never_was(world: World) -> None:
    aigul = enters(world, "aigul", "MFA/reviewer")
    token = aigul.subscribes()
    revoke_feed(world.app, aigul.actor, aigul.feed(token).id, world.now)
    assert not_found(world, token) == not_found(world, "never-was")
    assert my_feeds(world.app, "aigul", world.now) == []
    (entry,) = world.journal("revoke_feed")
    assert entry.actor == "aigul"
    assert token not in repr(entry)


@pytest.mark.parametrize("token", ["", "x" * 100_000, "\0", "\ud800", "../../etc", "ә" * 50])
def test_a_hostile_token_is_unknown(world: World, token: str) -> None:
    assert "no such calendar feed" in not_found(world, token)


def test_revoking_twice_changes_nothing(world: World) -> None:
    aigul = enters(world, "aigul", "MFA/reviewer")
    feed = aigul.feed(aigul.subscribes())
    revoke_feed(world.app, aigul.actor, feed.id, world.now)
    revoke_feed(world.app, aigul.actor, feed.id, world.now + timedelta(days=1))
    assert len(world.journal("revoke_feed")) == 1


def test_only_the_owner_and_an_administrator_revoke_a_feed(world: World) -> None:
    aigul = enters(world, "aigul", "MFA/reviewer")
    boris = enters(world, "boris", "MFA/reviewer")
    token = aigul.subscribes()
    with pytest.raises(NotPermitted, match="is not yours"):
        revoke_feed(world.app, boris.actor, aigul.feed(token).id, world.now)
    revoke_feed(world.app, ADMINISTRATOR, aigul.feed(token).id, world.now)
    not_found(world, token)


def test_an_unknown_number_is_not_found(world: World) -> None:
    with pytest.raises(NotFound, match="no calendar_feed 999"):
        revoke_feed(world.app, ADMINISTRATOR, 999, world.now)


def test_the_feed_of_a_role_ends_with_the_body_and_its_owner_sees_why(world: World) -> None:
    world.opens_cycle(bodies=("MT", "MTI"))
    timur = enters(world, "timur", "MTI/submitter")
    of_role, own = timur.subscribes("MTI/submitter"), timur.subscribes()
    last_day = world.now.date()
    replace_body(
        world.app, bootstrap.INSTALLER, "MTI", successor="MT", last_day=last_day, now=world.now
    )
    world.now += timedelta(days=1)
    assert "no such calendar feed" in not_found(world, of_role)
    assert feed_content(world.app, own, world.now).tasks == []
    assert [each.shows for each in my_feeds(world.app, "timur", world.now)] == [False, True]


def test_a_disabled_account_reads_nothing(world: World) -> None:
    aigul = enters(world, "aigul", "MFA/reviewer")
    token = aigul.subscribes()
    with world.app.store.write() as work:
        work.accounts.add(r.Account("aigul", "none", world.now, disabled_at=world.now))
        work.commit()
    not_found(world, token)


def test_readings_are_noted_once_an_hour(world: World) -> None:
    aigul = enters(world, "aigul", "MFA/reviewer")
    token, first = aigul.subscribes(), world.now
    assert note_feed_read(world.app, aigul.feed(token), first)
    assert aigul.feed(token).read_at == first
    for minutes in (1, 59):
        assert not note_feed_read(world.app, aigul.feed(token), first + timedelta(minutes=minutes))
    later = first + timedelta(minutes=61)
    stale = replace(aigul.feed(token))  # two programs ask at once: one of them notes it
    assert note_feed_read(world.app, stale, later)
    assert not note_feed_read(world.app, stale, later)
    assert aigul.feed(token).read_at == later
    assert world.journal("note_feed_read") == []
