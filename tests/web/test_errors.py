"""Each error is a page in the reader's language, with its status and without a trace."""

from __future__ import annotations

import logging

import pytest
from flask import abort

from service.errors import (
    Conflict,
    DefinitionRefused,
    FormInvalid,
    KelisimError,
    NotFound,
    NotPermitted,
    Refused,
    StepFailed,
    TaskNotOpen,
    WrongInput,
)
from service.web.errors import TITLES, status_of
from service.web.page.access import public
from tests.web.browser import Site

KNOWN = [
    (NotPermitted("not yours"), 403),
    (NotFound("no such thing"), 404),
    (FormInvalid([("reason", "is missing")]), 422),
    (DefinitionRefused(["a finding"]), 422),
    (Conflict("somebody was faster"), 409),
    (TaskNotOpen("done already"), 409),
    (Refused("the rules say no"), 409),
    (WrongInput("no such language"), 400),
    (StepFailed("cannot go on"), 500),
    (KelisimError("the database is busy"), 503),
]


def fails_with(site: Site, error: BaseException) -> None:
    @public
    def view() -> str:
        raise error

    site.pages.add_url_rule("/fails", "fails", view)


@pytest.mark.parametrize(("error", "status"), KNOWN, ids=lambda each: type(each).__name__)
def test_our_errors_have_their_status_and_say_what_happened(
    site: Site, error: KelisimError, status: int
) -> None:
    fails_with(site, error)
    page = site.browser(Accept_Language="ru").opens("/fails")
    assert page.status == status == status_of(error)
    assert f"Ошибка {status}" in page.words
    assert (error.message in page.text) == (status < 503)
    assert "Traceback" not in page.text


def test_a_message_that_quotes_too_much_is_cut(site: Site) -> None:
    fails_with(site, WrongInput("x" * 100_000))
    words = site.browser(Accept_Language="en").opens("/fails").words
    assert "x" * 2_000 + "…" in words
    assert len(words) < 3_000


def test_what_nobody_foresaw_is_logged_and_shown_without_its_words(
    site: Site, caplog: pytest.LogCaptureFixture
) -> None:
    fails_with(site, RuntimeError("the secret of the house"))
    with caplog.at_level(logging.ERROR):
        page = site.browser(Accept_Language="en").opens("/fails")
    assert page.status == 500
    assert "Something failed here" in page.words
    assert "secret" not in page.text
    assert "the secret of the house" in caplog.text


@pytest.mark.parametrize("status", sorted(TITLES))
@pytest.mark.parametrize("language", ["kk", "ru", "en"])
def test_each_status_has_its_page_in_each_language(site: Site, status: int, language: str) -> None:
    @public
    def view() -> str:
        abort(status)

    if status not in (401, 403, 404, 405, 413, 429, 500, 503, 400, 409, 422):
        pytest.fail(f"{status} is new: say which page it has")
    site.pages.add_url_rule("/fails", "fails", view)
    page = site.browser(Accept_Language=language).opens("/fails")
    assert page.status == status
    assert f'<html lang="{language}">' in page.text
    assert str(status) in page.words
    if language != "en":
        assert str(TITLES[status]) not in page.words


def test_a_database_that_is_gone_gives_a_page_not_a_trace(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = site.browser(site.person("anna"))

    def gone() -> None:
        raise KelisimError("The database does not answer")

    monkeypatch.setattr(type(site.app.store), "read", lambda _self: gone())
    page = browser.opens("/tasks")
    assert page.status == 503
    assert site.browser().opens("/readyz").status == 503
    assert site.browser().opens("/healthz").status == 200
