"""Which language a page speaks, and how one chooses another."""

from __future__ import annotations

import pytest
from flask_babel import ngettext

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


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("kk", {1: "1 жұмыс күні", 3: "3 жұмыс күні", 21: "21 жұмыс күні"}),
        ("ru", {1: "1 рабочий день", 3: "3 рабочих дня", 19: "19 рабочих дней"}),
        ("en", {1: "1 working day", 21: "21 working days"}),
    ],
)
def test_numbers_take_the_plural_of_the_language(
    site: Site, language: str, said: dict[int, str]
) -> None:
    with site.pages.test_request_context(headers={"Accept-Language": language}):
        counted = {n: ngettext("%(num)d working day", "%(num)d working days", n) for n in said}
    assert counted == said
