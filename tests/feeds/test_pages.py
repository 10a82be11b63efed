"""The page of my notices in a browser, and the address of a feed in a calendar program."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from itertools import count
from typing import Any

import pytest
from icalendar import Calendar

from service.application import records as r
from service.application.commands.administering.replace_body import replace_body
from service.bootstrap import INSTALLER
from service.web.notices.views import UNKNOWN
from tests.web.browser import Browser, Page, Site
from tests.world import World

_NUMBERS = count(1)
MAKE, SAVE = "/notices/feeds", "/notices"


@pytest.fixture
def site(world: World) -> Site:
    """The pages on a year in which MT prepares its proposals."""
    world.opens_cycle()
    return Site(world.app.store, app=world.app, now=world.now)


def at_notices(site: Site, *groups: str, language: str = "en") -> Browser:
    person = site.person("timur", *(groups or ("MT/submitter",)), language=language)
    browser = site.browser(person)
    assert browser.opens("/notices").status == 200
    return browser


def address_of(page: Page) -> str:
    """The path of the feed's address that the page shows."""
    found = re.search(r"<code>http://localhost:8000(/feeds/[^<]+\.ics)</code>", page.text)
    assert found, page.text
    return found[1]


def person(site: Site) -> r.Person:
    with site.app.store.read() as work:
        found = work.people.get("timur")
    assert found is not None
    return found


def delivered(site: Site, to: str, kind: str, **changes: Any) -> None:
    """Something on its way to a person."""
    number = next(_NUMBERS)
    outgoing = r.Outgoing(
        0, kind, "MT/submitter", "submission_due", "2026/MT", "4", {}, site.now, f"out-{number}"
    )
    delivery = r.Delivery(
        id=0,
        channel="mail",
        person_id=to,
        address="someone@mt.example",
        language="en",
        message_id=f"copy-{number}",
        status="waiting",
        last_error="",
        digest=False,
        created_at=site.now,
        due_at=site.now,
        attempts=0,
    )
    with site.app.store.write() as work:
        work.outbox.add([outgoing])
        while (row := work.outbox.claim_unrouted()) is not None:  # the year has sent some before
            work.outbox.mark_routed(row.id, site.now)
            if row.message_id == outgoing.message_id:
                work.deliveries.put(replace(delivery, **changes), row.id)
        work.commit()


# --- what I choose ---------------------------------------------------------------------------


def test_what_i_choose_is_kept(site: Site) -> None:
    browser = at_notices(site)
    chosen = {"language": "ru", "email": " t@mt.example ", "notices": "digest"}
    page = browser.sends(SAVE, chosen)
    assert (page.status, page.location) == (303, "/notices")
    kept = person(site)
    assert (kept.language, kept.email, kept.notices) == ("ru", "t@mt.example", "digest")
    page = browser.opens("/notices")
    assert "Ваш выбор сохранён." in page.words
    assert 'value="t@mt.example"' in page.text


@pytest.mark.parametrize(
    "wrong",
    [
        {"email": "nobody"},
        {"email": "a@b\r\nBcc: c@d"},
        {"email": '"><script>alert(1)</script>'},
        {"email": "a" * 100_000},
        {"language": "de"},
        {"language": ""},
        {"notices": "never"},
        {"notices": "\ufffd"},
        {"language": "ru\u2028"},
    ],
)
def test_what_cannot_be_used_is_shown_beside_its_field(site: Site, wrong: dict[str, str]) -> None:
    browser, before = at_notices(site), person(site)
    chosen = {"language": "en", "email": "t@mt.example", "notices": "immediate", **wrong}
    page = browser.sends(SAVE, chosen)
    assert page.status == 422
    assert f'id="{next(iter(wrong))}-error"' in page.text
    assert "<script>alert" not in page.response.get_data(as_text=True)
    assert person(site) == before


@pytest.mark.parametrize("address", [SAVE, MAKE, "/notices/feeds/1/revoke"])
def test_nothing_happens_without_the_pages_token(site: Site, address: str) -> None:
    browser = at_notices(site)
    before = person(site)
    assert browser.sends(address, {"csrf_token": "", "language": "ru"}).status == 400
    assert person(site) == before


@pytest.mark.parametrize("address", ["/notices"])
def test_strangers_are_sent_to_sign_in(site: Site, address: str) -> None:
    assert site.browser().opens(address).location == f"/sign-in?next={address}"


def test_the_page_shows_what_was_sent_to_me_and_to_nobody_else(site: Site) -> None:
    mine, other = at_notices(site), site.person("erlan", "MT/head")
    assert "Nothing was sent to you yet." in mine.opens("/notices").words
    at = site.now
    delivered(site, "timur", "escalation", status="waiting", due_at=at)
    delivered(site, "timur", "reminder", status="sent", settled_at=at)
    delivered(site, "timur", "letter", status="dead", settled_at=at)
    delivered(site, other.id, "notice", status="sent", settled_at=at)
    words = mine.opens("/notices").words
    assert "Escalation · 2026/MT Waits until 3 August 2026, 09:00" in words
    assert "Reminder · 2026/MT Sent on 3 August 2026, 09:00" in words
    assert "Letter · 2026/MT Could not be delivered" in words
    assert "Notice ·" not in words


# --- my feeds --------------------------------------------------------------------------------


def test_the_address_is_shown_once(site: Site) -> None:
    browser = at_notices(site)
    page = browser.sends(MAKE, {"group": "MT/submitter"})
    assert page.status == 201
    assert page.response.headers["Cache-Control"] == "no-store"
    address = address_of(page)
    assert "shown only now" in page.words
    later = browser.opens("/notices")
    assert address not in later.text
    assert "MT: submitter" in later.words


def test_a_calendar_program_reads_the_deadlines_without_signing_in(site: Site) -> None:
    address = address_of(at_notices(site).sends(MAKE, {"group": "*"}))
    answer = site.browser().opens(address)
    assert answer.status == 200
    headers = answer.response.headers
    assert headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert headers["Cache-Control"] == "private, max-age=300"
    assert "Set-Cookie" not in headers
    (event,) = Calendar.from_ical(answer.response.data).walk("VEVENT")
    assert str(event["URL"]).startswith("http://localhost:8000/tasks/")


def test_a_program_that_has_the_deadlines_already_gets_nothing(site: Site) -> None:
    address = address_of(at_notices(site).sends(MAKE, {"group": "*"}))
    program = site.browser().client
    first = program.get(address)
    again = program.get(address, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    assert again.headers["ETag"] == first.headers["ETag"]
    assert again.headers["Cache-Control"] == "private, max-age=300"
    other = program.get(address, headers={"If-None-Match": '"other"'})
    assert (other.status_code, other.data) == (200, first.data)


def test_a_program_may_ask_for_the_head_alone(site: Site) -> None:
    address = address_of(at_notices(site).sends(MAKE, {"group": "*"}))
    program = site.browser().client
    head, whole = program.head(address), program.get(address)
    assert (head.status_code, head.data) == (200, b"")
    for name in ("ETag", "Content-Length", "Content-Type"):
        assert head.headers[name] == whole.headers[name]


@pytest.mark.parametrize(
    "address",
    [
        "/feeds/never-was.ics",
        "/feeds/%D2%99.ics",
        f"/feeds/{'x' * 3000}.ics",
        "/feeds/%ED%A0%80.ics",
    ],
)
def test_an_unknown_address_says_no_more_than_that(site: Site, address: str) -> None:
    page = site.browser().opens(address)
    assert (page.status, page.text) == (404, UNKNOWN)
    assert "Set-Cookie" not in page.response.headers


def test_a_revoked_address_answers_as_an_unknown_one(site: Site) -> None:
    browser = at_notices(site)
    address = address_of(browser.sends(MAKE, {"group": "*"}))
    page = browser.opens("/notices")
    (revoke,) = re.findall(r'action="(/notices/feeds/\d+/revoke)"', page.text)
    assert browser.sends(revoke).status == 303
    assert "You have no calendar feeds." in browser.opens("/notices").words
    known, unknown = site.browser().opens(address), site.browser().opens("/feeds/x.ics")
    assert (known.status, known.text) == (unknown.status, unknown.text) == (404, UNKNOWN)
    assert list(known.response.headers.keys()) == list(unknown.response.headers.keys())


def test_nobody_revokes_the_feeds_of_others(site: Site) -> None:
    at_notices(site).sends(MAKE, {"group": "*"})
    stranger = site.browser(site.person("erlan", "MT/submitter"))
    stranger.opens("/notices")
    assert stranger.sends("/notices/feeds/1/revoke").status in {403, 404}
    assert stranger.sends("/notices/feeds/999999/revoke").status == 404


@pytest.mark.parametrize("group", ["MFA/head", "", "x" * 10_000, "MT/submitter\n", "'; --"])
def test_only_ones_own_roles_are_offered(site: Site, group: str) -> None:
    browser = at_notices(site)
    page = browser.sends(MAKE, {"group": group})
    assert page.status == 422
    assert 'id="group-error"' in page.text
    assert 'value="MFA/head"' not in page.text


def test_the_eleventh_feed_is_refused_in_words(site: Site) -> None:
    browser = at_notices(site)
    for _ in range(10):
        assert browser.sends(MAKE, {"group": "*"}).status == 201
    page = browser.sends(MAKE, {"group": "*"})
    assert page.status == 409
    assert "You have 10 feeds; revoke one first." in page.words


def test_the_page_says_why_a_feed_shows_nothing(site: Site) -> None:
    browser = at_notices(site)
    address = address_of(browser.sends(MAKE, {"group": "MT/submitter"}))
    last_day = site.now.date()
    replace_body(site.app, INSTALLER, "MT", successor="", last_day=last_day, now=site.now)
    assert site.browser().opens(address).status == 200
    site.now += timedelta(days=1)
    assert site.browser(person(site)).opens(address).status == 404
    browser = site.browser(person(site))
    assert "Shows nothing: this role is not yours" in browser.opens("/notices").words


def test_the_page_tells_when_a_feed_was_read(site: Site) -> None:
    browser = at_notices(site)
    address = address_of(browser.sends(MAKE, {"group": "*"}))
    assert "Never" in browser.opens("/notices").words
    site.now += timedelta(hours=2)
    site.browser().opens(address)
    assert "Never" not in browser.opens("/notices").words


def test_a_program_that_asks_without_end_is_told_to_wait(site: Site) -> None:
    browser = at_notices(site)
    one, other = (address_of(browser.sends(MAKE, {"group": "*"})) for _ in range(2))
    program = site.browser()
    answers = [program.opens(one).status for _ in range(31)]
    assert answers == [200] * 30 + [429]
    assert program.opens(other).status == 200  # each feed has its own count


def test_the_log_never_holds_an_address(site: Site, caplog: pytest.LogCaptureFixture) -> None:
    address = address_of(at_notices(site).sends(MAKE, {"group": "*"}))
    program = site.browser()
    with caplog.at_level("DEBUG"):
        for _ in range(31):
            program.opens(address)
        site.app.base_calendar = None  # type: ignore[assignment]  # an installation that is broken
        site.app._calendar = None
        site.now += timedelta(minutes=10)
        assert site.browser().opens(address.replace(".ics", "x.ics")).status == 404
        broken = Site(site.app.store, app=site.app, now=site.now)
        assert broken.browser().opens(address).status == 500
    token = address.removeprefix("/feeds/").removesuffix(".ics")
    assert token not in caplog.text
    assert not [record for record in caplog.records if token in str(record.__dict__.get("path"))]
    assert [record for record in caplog.records if record.__dict__.get("path") == "/feeds/….ics"]


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("kk", ("Менің хабарламаларым", "Құпия мекенжай жасау", "Бұл мекенжай тек қазір")),
        ("ru", ("Мои уведомления", "Создать секретный адрес", "Этот адрес показывается только")),
        ("en", ("My notices", "Make a secret address", "This address is shown only now")),
    ],
)
def test_the_pages_speak_three_languages(
    site: Site, language: str, words: tuple[str, str, str]
) -> None:
    browser = at_notices(site, language=language)
    page = browser.opens("/notices")
    assert words[0] in page.words
    assert words[1] in page.text
    assert words[2] in browser.sends(MAKE, {"group": "*"}).words
