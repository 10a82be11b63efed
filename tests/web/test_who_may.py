"""Every address by role. A new one has to be named here, with those who may."""

from __future__ import annotations

import pytest
from werkzeug.routing import Rule

from tests.web.browser import Browser, Site

ADMINISTRATOR, OWNER = "ADMIN/administrator", "ADMIN/process_owner"
SUBMITTER, HEAD = "MT/submitter", "MFA/head"
ANYBODY = frozenset(
    {"static", "access.sign_in", "access.enter", "access.speak", "notices.read"}
) | {
    "health.lives",
    "health.is_ready",
}
SIGNED_IN = frozenset(
    {
        "access.leave",
        "access.account",
        "access.change_password",
        "tasks.home",
        "tasks.show_all",
        "tasks.show_one",
        "calendar.show_year",
        "calendar.export",
        "calendar.show_changes",
        "calendar.show_change",
        "calendar.explain",
        "calendar.explain_task",
        "calendar.explain_year",
        "notices.show",
        "notices.choose",
        "notices.subscribe",
        "notices.revoke",
    }
)
OF_GROUP = {
    ADMINISTRATOR: frozenset(
        {
            "calendar.new_day",
            "calendar.new_transfer",
            "calendar.new_withdrawal",
            "calendar.new_year",
            "calendar.new_file",
            "calendar.apply",
            "delivery.show_deliveries",
            "delivery.resend",
            "delivery.resend_all",
        }
    ),
    OWNER: frozenset({"texts.show_all", "texts.show_one", "texts.write", "texts.restore"}),
}


def rules(site: Site) -> list[Rule]:
    return list(site.pages.url_map.iter_rules())


def asks(site: Site, browser: Browser, rule: Rule) -> list[int | str]:
    """Each method that the address knows, with its status and where it leads."""
    values = dict.fromkeys(rule.arguments, 1)
    adapter = site.pages.url_map.bind("localhost")
    found: list[int | str] = []
    for method in sorted({"GET", "POST"} & (rule.methods or set())):
        address = adapter.build(rule.endpoint, values, method=method)
        page = browser.sends(address) if method == "POST" else browser.opens(address)
        found += [page.status, page.location.partition("?")[0]]
    return found


def test_every_address_is_in_these_lists_once(site: Site) -> None:
    named = [*ANYBODY, *SIGNED_IN, *(each for group in OF_GROUP.values() for each in group)]
    assert sorted(named) == sorted({rule.endpoint for rule in rules(site)})


def test_strangers_are_sent_to_the_page_of_signing_in(site: Site) -> None:
    browser = site.browser()
    browser.opens("/sign-in")
    for rule in rules(site):
        answers = asks(site, browser, rule)
        if rule.endpoint not in ANYBODY:
            assert set(answers) == {303, "/sign-in"}, rule


@pytest.mark.parametrize("group", [SUBMITTER, HEAD, ADMINISTRATOR, OWNER])
def test_each_role_meets_its_own_pages_and_no_others(site: Site, group: str) -> None:
    browser = site.browser(site.person("anna", group))
    closed = frozenset().union(*(of for owner, of in OF_GROUP.items() if owner != group))
    for rule in rules(site):
        if rule.endpoint != "access.leave":
            assert (403 in asks(site, browser, rule)) == (rule.endpoint in closed), rule
    assert browser.sends("/sign-out").status == 303


@pytest.mark.parametrize("group", [ADMINISTRATOR, OWNER])
def test_nothing_is_changed_without_the_pages_token(site: Site, group: str) -> None:
    """Another site can make a browser send a form, but not with that token."""
    browser = site.browser(site.person("anna", group))
    browser.csrf = ""
    for rule in rules(site):
        if "POST" in (rule.methods or ()):
            address = site.pages.url_map.bind("localhost").build(
                rule.endpoint, dict.fromkeys(rule.arguments, 1), method="POST"
            )
            assert browser.client.post(address).status_code == 400, rule
