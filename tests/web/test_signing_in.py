"""Who gets in, who does not, and how one leaves."""

from __future__ import annotations

from dataclasses import asdict
from datetime import timedelta

import pytest

from service import bootstrap
from service.application import records as r
from service.application.actors import Actor
from service.application.commands.access.create_account import create_account
from service.application.commands.access.disable_account import disable_account
from service.application.commands.access.set_password import set_password
from service.application.queries.access import token_sha256
from service.errors import NotPermitted, Refused, WrongInput
from tests.web.browser import PASSWORD, Browser, Site
from tests.world import directory

NEW = "соңғы түн мен ертең"


def journal(site: Site, act: str) -> list[r.JournalEntry]:
    with site.app.store.read() as work:
        return [each.entry for each in work.journal.sealed() if each.entry.act == act]


def is_in(browser: Browser) -> bool:
    return browser.opens("/tasks").status == 200


def test_a_stranger_is_asked_to_sign_in_and_then_gets_the_page_wanted(site: Site) -> None:
    anna, browser = site.person("anna"), site.browser()
    asked = browser.opens("/account?from=mail")
    assert (asked.status, asked.location) == (303, "/sign-in?next=/account?from%3Dmail")
    entered = browser.signs_in(anna.id, to=asked.location)
    assert (entered.status, entered.location) == (303, "/account?from=mail")
    assert is_in(browser)


@pytest.mark.parametrize(
    ("name", "password"),
    [
        ("anna", "wrong password"),
        ("nobody", PASSWORD),
        ("ANNA", PASSWORD),
        ("anna", PASSWORD + " "),
    ],
)
def test_a_wrong_name_and_a_wrong_password_get_the_same_answer(
    site: Site, name: str, password: str
) -> None:
    site.person("anna")
    browser = site.browser(Accept_Language="en")
    answer = browser.signs_in(name, password)
    assert answer.status == 403
    assert "The name or the password is wrong." in answer.words
    assert not is_in(browser)


def test_every_attempt_is_in_the_journal_without_the_password(site: Site) -> None:
    anna, browser = site.person("anna"), site.browser()
    browser.signs_in("anna", "wrong password")
    browser.signs_in("stranger", "wrong password")
    browser.signs_in(anna.id)
    entries = journal(site, "sign_in")
    assert [(e.actor, e.outcome) for e in entries] == [
        ("anna", "refused"),
        ("system", "refused"),
        ("anna", "done"),
    ]
    assert "stranger (127.0.0.1)" in entries[1].subject
    assert "password" not in str([asdict(e) for e in entries]).replace("the password is wrong", "")


def test_the_database_keeps_only_the_hash_of_the_token(site: Site) -> None:
    browser = site.browser(site.person("anna"))
    with browser.client.session_transaction() as session:
        token = session["_user_id"]
    assert len(token) >= 43  # 256 bits
    with site.app.store.read() as work:
        assert work.web_sessions.person_of(token_sha256(token), site.now) == "anna"
        assert work.web_sessions.person_of(token, site.now) == ""


def test_each_sign_in_makes_a_new_session_whatever_the_browser_held(site: Site) -> None:
    """Session fixation: what somebody planted before is worth nothing afterwards."""
    anna, browser = site.person("anna"), site.browser()
    browser.opens("/sign-in")
    with browser.client.session_transaction() as session:
        session["_user_id"], session["planted"] = "a token chosen by somebody else", "yes"
        csrf_before = session["csrf_token"]
    browser.signs_in(anna.id)
    with browser.client.session_transaction() as session:
        assert session["_user_id"] != "a token chosen by somebody else"
        assert "planted" not in session
        assert session["csrf_token"] != csrf_before


def test_signing_out_ends_the_session_for_a_copy_of_the_cookie_too(site: Site) -> None:
    anna = site.person("anna")
    browser, copy = site.browser(anna), site.browser()
    with browser.client.session_transaction() as session:
        token = session["_user_id"]
    with copy.client.session_transaction() as session:
        session["_user_id"] = token
    assert is_in(copy)
    left = browser.sends("/sign-out")
    assert (left.status, left.location) == (303, "/sign-in")
    assert not is_in(browser)
    assert not is_in(copy)
    assert journal(site, "sign_out")


def test_signing_out_by_a_link_is_not_possible(site: Site) -> None:
    browser = site.browser(site.person("anna"))
    assert browser.opens("/sign-out").status == 405
    assert is_in(browser)


def test_a_session_ends_after_twelve_hours(site: Site) -> None:
    browser = site.browser(site.person("anna"))
    site.now += timedelta(hours=12) - timedelta(seconds=1)
    assert is_in(browser)
    site.now += timedelta(seconds=1)
    assert not is_in(browser)


def test_whoever_is_disabled_is_out_at_once_and_stays_out(site: Site) -> None:
    anna = site.person("anna")
    browser = site.browser(anna)
    disable_account(site.app, bootstrap.INSTALLER, anna.id, site.now)
    assert not is_in(browser)
    assert site.browser().signs_in(anna.id).status == 403


def test_a_new_password_from_the_administrator_enables_the_account(site: Site) -> None:
    anna = site.person("anna")
    disable_account(site.app, bootstrap.INSTALLER, anna.id, site.now)
    set_password(site.app, site.passwords, bootstrap.INSTALLER, anna.id, NEW, site.now)
    browser = site.browser()
    assert browser.signs_in(anna.id, NEW).status == 303
    assert is_in(browser)


def test_changing_my_password_signs_out_every_browser(site: Site) -> None:
    anna = site.person("anna")
    browser, other = site.browser(anna), site.browser(anna)
    browser.opens("/account")
    sent = browser.sends("/account", {"present": PASSWORD, "password": NEW, "again": NEW})
    assert (sent.status, sent.location) == (303, "/sign-in")
    assert not is_in(other)
    assert site.browser().signs_in(anna.id).status == 403
    assert site.browser().signs_in(anna.id, NEW).status == 303


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        ({"present": "wrong", "password": NEW, "again": NEW}, "The present password is wrong."),
        ({"present": PASSWORD, "password": NEW, "again": "x" * 12}, "The two are not the same."),
        ({"present": PASSWORD, "password": "anna anna anna", "again": "anna anna anna"}, "easy"),
        ({"present": PASSWORD, "password": "short", "again": "short"}, "between 12 and 1000"),
    ],
)
def test_my_password_stays_when_the_form_is_wrong(
    site: Site, fields: dict[str, str], problem: str
) -> None:
    browser = site.browser(site.person("anna"))
    browser.opens("/account")
    answer = browser.sends("/account", fields)
    assert answer.status == 422
    assert problem in answer.words
    assert is_in(browser)


def test_only_an_administrator_creates_disables_and_resets(site: Site) -> None:
    bob = site.person("bob", "MT/head")
    head = Actor("bob", frozenset(bob.groups))
    someone = r.Person("carol", "Carol")
    with pytest.raises(NotPermitted):
        create_account(site.app, site.passwords, head, someone, PASSWORD, site.now)
    with pytest.raises(NotPermitted):
        disable_account(site.app, head, "bob", site.now)
    site.person("anna")
    with pytest.raises(NotPermitted):
        set_password(site.app, site.passwords, head, "anna", NEW, site.now)
    assert [e.outcome for e in journal(site, "disable_account")] == ["refused"]


def test_an_account_is_created_once_and_adds_groups_to_somebody_known(site: Site) -> None:
    with site.app.store.write() as work:
        work.people.add([r.Person("anna", "Anna of the directory", "ru", ("MT/head",))])
        work.commit()
    again = r.Person("anna", "Another", "en", ("MT/head", "MT/submitter"))
    create_account(site.app, site.passwords, bootstrap.INSTALLER, again, PASSWORD, site.now)
    with site.app.store.read() as work:
        kept = work.people.get("anna")
    assert kept == r.Person("anna", "Anna of the directory", "ru", ("MT/head", "MT/submitter"))
    with pytest.raises(Refused, match="has an account already"):
        create_account(site.app, site.passwords, bootstrap.INSTALLER, again, PASSWORD, site.now)


def test_an_id_with_blanks_is_no_name_to_sign_in_with(site: Site) -> None:
    wrong = r.Person("anna b", "Anna")
    with pytest.raises(WrongInput, match="without blanks"):
        create_account(site.app, site.passwords, bootstrap.INSTALLER, wrong, PASSWORD, site.now)


def test_roles_are_read_at_each_request(site: Site) -> None:
    """A body that ended has an heir: its people act for it from the day after (SIL-21)."""
    with site.app.store.write() as work:
        work.bodies.add([directory()["MT"]])
        work.commit()
    anna = site.person("anna", "MT/submitter")
    browser = site.browser(anna)
    assert "MT: submitter" in browser.opens("/account").words
    with site.app.store.write() as work:
        work.bodies.change("MT", valid_to=site.now.date() - timedelta(days=1))
        work.commit()
    assert "MT: submitter" not in browser.opens("/account").words


def test_ten_attempts_for_one_name_are_enough_for_five_minutes(site: Site) -> None:
    site.person("anna")
    answers = [site.browser().signs_in("Anna", f"guess number {n}").status for n in range(11)]
    assert answers == [403] * 10 + [429]
    assert site.browser().signs_in("anna").status == 429
    assert site.browser().signs_in("bob").status == 403


def test_thirty_attempts_from_one_address_are_enough_for_five_minutes(site: Site) -> None:
    browser = site.browser(Accept_Language="en")
    answers = [browser.signs_in(f"name{n}", "a guess").status for n in range(31)]
    assert answers == [403] * 30 + [429]
    assert "Too many attempts" in browser.signs_in("name", "a guess").words


@pytest.mark.parametrize(
    "wrong", ["//evil.example", "https://evil.example/", "/\\evil.example", "/\t/evil"]
)
def test_signing_in_never_leads_to_another_site(site: Site, wrong: str) -> None:
    anna, browser = site.person("anna"), site.browser()
    browser.opens("/sign-in", query_string={"next": wrong})
    answer = browser.sends(
        "/sign-in", {"name": anna.id, "password": PASSWORD}, query_string={"next": wrong}
    )
    assert (answer.status, answer.location) == (303, "/")


def test_nobody_is_locked_out_by_guesses_from_another_address(site: Site) -> None:
    anna = site.person("anna")
    stranger = _from(site, "203.0.113.9")
    answers = [stranger.signs_in("anna", f"guess number {n}").status for n in range(30)]
    assert answers == [403] * 10 + [429] * 20
    assert _from(site, "10.0.0.7").signs_in(anna.id).status == 303


def test_fifty_attempts_for_one_name_from_anywhere_are_enough(site: Site) -> None:
    site.person("anna")
    for address in range(5):
        stranger = _from(site, f"203.0.113.{address}")
        assert {stranger.signs_in("anna", "a guess").status for _ in range(10)} == {403}
    assert _from(site, "203.0.113.77").signs_in("anna", "a guess").status == 429
    assert _from(site, "203.0.113.77").signs_in("bob", "a guess").status == 403


def test_a_long_name_does_not_push_the_address_out_of_the_journal(site: Site) -> None:
    assert _from(site, "203.0.113.9").signs_in("x" * 200, "a guess").status == 403
    (entry,) = journal(site, "sign_in")
    assert entry.subject == f"{'x' * 100} (203.0.113.9)"


def _from(site: Site, address: str) -> Browser:
    browser = site.browser()
    browser.client.environ_base["REMOTE_ADDR"] = address
    return browser
