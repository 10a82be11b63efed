"""`kelisim serve --demo`: people to sign in as, and a planning year in mid-flight."""

from __future__ import annotations

from datetime import datetime

import pytest

from service import bootstrap
from service.demonstration.people import PASSWORD, PEOPLE
from service.demonstration.seeding import seed_demo
from service.persistence.store import SqlStore
from tests.web.browser import Browser, QuickPasswords, Site
from tests.world import instant


def seeded(store: SqlStore, now: datetime) -> Site:
    app = bootstrap.application(store)
    bootstrap.put_into_force(app, now)
    accounts = seed_demo(app, QuickPasswords(), now)
    return Site(store, app=app, now=now, demonstration=accounts)


def signed_in(site: Site, name: str) -> Browser:
    browser = site.browser()
    assert browser.signs_in(name, PASSWORD).status == 303
    return browser


def test_in_october_the_reviewers_have_work_and_nothing_failed(store: SqlStore) -> None:
    site = seeded(store, instant("2026-10-05 10:00:00"))
    page = signed_in(site, "mfa.reviewer").opens("/tasks")
    assert "27 ашық тапсырма" in page.words
    with store.read() as work:
        assert work.incidents.all() == []
    assert bootstrap.first_broken_entry(store)[1] is None


@pytest.mark.parametrize("time", ["2027-03-01 10:00:00", "2029-09-21 10:00:00"])
def test_any_other_year_works_as_well(store: SqlStore, time: str) -> None:
    site = seeded(store, instant(time))
    name = "mt.submitter" if time.startswith("2027") else "mfa.reviewer"
    assert "жұмыс күні қалды" in signed_in(site, name).opens("/tasks").words


def test_the_page_of_signing_in_shows_names_passwords_and_roles(store: SqlStore) -> None:
    site = seeded(store, instant("2026-09-01 10:00:00"))
    page = site.browser(Accept_Language="en").opens("/sign-in")
    for person in PEOPLE:
        assert f"{person.id} {PASSWORD}" in page.words
    assert "administrator process owner" in page.words


def test_without_a_demonstration_no_password_is_shown(store: SqlStore) -> None:
    app = bootstrap.application(store)
    bootstrap.put_into_force(app, instant("2026-09-01"))
    seed_demo(app, QuickPasswords(), instant("2026-09-01"))
    assert PASSWORD not in Site(store, app=app).browser().opens("/sign-in").text


def test_starting_again_changes_nothing(store: SqlStore) -> None:
    site = seeded(store, instant("2026-10-05 10:00:00"))
    before = bootstrap.first_broken_entry(store)
    again = seed_demo(site.app, QuickPasswords(), instant("2026-10-06 10:00:00"))
    assert [name for name, _, _ in again] == [person.id for person in PEOPLE]
    assert bootstrap.first_broken_entry(store) == before


def test_a_database_in_earnest_gets_no_invented_people(site: Site, store: SqlStore) -> None:
    """Whoever starts an installation with --demo by mistake finds it as it was."""
    bootstrap.put_into_force(site.app, site.now)
    site.person("anna", "ADMIN/administrator")
    before = bootstrap.first_broken_entry(store)
    assert seed_demo(site.app, QuickPasswords(), site.now) == ()
    assert bootstrap.first_broken_entry(store) == before
