"""Which language a page speaks, and how one chooses another."""

from __future__ import annotations

import pytest

from tests.web.browser import Browser, Page, Site


def spoken(page: Page) -> str:
    return page.text.split('<html lang="')[1][:2]


@pytest.mark.parametrize(
    ("asked", "language"),
    [("", "kk"), ("de", "kk"), ("ru-RU,ru;q=0.9", "ru"), ("en-GB", "en"), ("kk-KZ,ru;q=0.8", "kk")],
)
def test_a_stranger_gets_what_the_browser_asks_for_else_kazakh(
    site: Site, asked: str, language: str
) -> None:
    browser = Browser(site, {"Accept-Language": asked} if asked else {})
    assert spoken(browser.opens("/sign-in")) == language


def test_a_stranger_chooses_and_the_browser_remembers(site: Site) -> None:
    browser = site.browser(Accept_Language="en")
    browser.opens("/sign-in?next=/account")
    answer = browser.sends("/language", {"language": "ru", "next": "/sign-in?next=/account"})
    assert (answer.status, answer.location) == (303, "/sign-in?next=/account")
    assert spoken(browser.opens("/sign-in")) == "ru"


def test_my_choice_is_kept_in_my_record_and_journalled(site: Site) -> None:
    anna = site.person("anna", language="kk")
    browser = site.browser(anna)
    browser.opens("/tasks")
    browser.sends("/language", {"language": "en", "next": "/tasks"})
    assert spoken(site.browser(anna).opens("/tasks")) == "en"
    with site.app.store.read() as work:
        entries = [each.entry for each in work.journal.sealed()]
    assert [e.details for e in entries if e.act == "choose_language"] == [{"language": "en"}]


def test_my_own_language_wins_over_that_of_the_browser(site: Site) -> None:
    browser = site.browser(site.person("anna", language="ru"), Accept_Language="en")
    assert spoken(browser.opens("/tasks")) == "ru"


def test_the_switch_marks_the_language_that_is_spoken(site: Site) -> None:
    page = site.browser(Accept_Language="ru").opens("/sign-in")
    assert 'value="ru" lang="ru" class="link-button" aria-current="true"' in page.text
