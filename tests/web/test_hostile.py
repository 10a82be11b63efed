"""What no browser sends: the pages answer, refuse, and show no trace."""

from __future__ import annotations

import pytest

from service.application.actors import Actor
from service.application.commands.feeds.create_feed import create_feed
from service.errors import NotPermitted
from tests.web.browser import PASSWORD, Browser, Site

EVIL = '"><script>alert(1)</script>'
AWKWARD = [
    "\ud800",
    "\x00",
    "a\x00b",
    "%00",
    "%ff%fe",
    "\u202eevil",
    "A" * 5_000,
    "' OR 1=1 --",
    "{{ 7*7 }}",
    "../../../etc/passwd",
    "\r\nSet-Cookie: a=b",
    "🦊" * 300,
    EVIL,
]


def shows_no_trace(text: str) -> bool:
    return "Traceback" not in text and "werkzeug" not in text and "sqlalchemy" not in text


@pytest.mark.parametrize("value", AWKWARD, ids=ascii)
def test_any_text_as_name_and_password(site: Site, value: str) -> None:
    sent = value.encode("utf-8", "surrogatepass").decode("latin-1")
    for fields in ({"name": sent, "password": PASSWORD}, {"name": "anna", "password": sent}):
        browser = site.browser()
        browser.opens("/sign-in")
        page = browser.sends("/sign-in", fields)
        assert page.status in (400, 403, 422)
        assert shows_no_trace(page.text)
        assert EVIL not in page.response.text


@pytest.mark.parametrize("value", AWKWARD, ids=ascii)
@pytest.mark.parametrize("path", ["/tasks", "/sign-in", "/account"])
def test_any_text_in_an_address(site: Site, path: str, value: str) -> None:
    browser = site.browser(site.person("anna", "MT/submitter"))
    raw = value.encode("utf-8", "surrogatepass")
    for query in ({"page": raw}, {"next": raw}, {raw: b"1"}):
        page = browser.opens(path, query_string=query)
        assert page.status in (200, 303, 400)
        assert shows_no_trace(page.text)
        assert EVIL not in page.response.text


@pytest.mark.parametrize(
    "path",
    [
        "/tasks/%00",
        "/tasks/%ff",
        "/%2e%2e/x",
        "//evil.example",
        "/static/..%2f..%2fapp.py",
        "/static/%00",
    ],
)
def test_any_path(site: Site, path: str) -> None:
    browser = site.browser(site.person("anna"))
    page = browser.opens(path)
    assert page.status in (301, 308, 400, 404)
    assert shows_no_trace(page.text)


@pytest.mark.parametrize(
    "cookie",
    [
        "kelisim=",
        "kelisim=AAAA.BBBB.CCCC",
        "kelisim=\xff\xfe",
        "kelisim=" + "x" * 4000,
        "language=xx",
        "language=<b>",
        ";;;===",
    ],
)
def test_any_cookie(site: Site, cookie: str) -> None:
    browser = site.browser(Cookie=cookie)
    browser.client = site.pages.test_client(use_cookies=False)
    page = browser.opens("/sign-in")
    assert page.status == 200
    assert "<b>" not in page.response.text.split("<main")[0]
    assert browser.opens("/tasks").status == 303


@pytest.mark.parametrize(
    "headers",
    [
        {"Accept_Language": "kk;q=x, ,;;, " + "ru," * 2000},
        {"Accept_Language": "\xff"},
        {"Content_Type": "multipart/form-data; boundary="},
        {"Content_Length": "-1"},
        {"X_Forwarded_For": "1.2.3.4, evil"},
        {"X_Forwarded_Host": "evil.example"},
        {"Range": "bytes=0-1,5-"},
        {"If_None_Match": '"' * 500},
    ],
    ids=str,
)
def test_any_header(site: Site, headers: dict[str, str]) -> None:
    page = Browser(site, headers).opens("/sign-in")
    assert page.status in (200, 400)
    assert "evil" not in page.text


@pytest.mark.parametrize("host", ["evil.example", "localhost.evil.example", "a b", ""])
def test_another_hosts_name_is_refused(site: Site, host: str) -> None:
    page = site.browser(Host=host).opens("/sign-in")
    assert page.status in ((400,) if host else (200, 400))
    assert "evil.example" not in page.text


@pytest.mark.parametrize("host", ["localhost", "localhost:8000", "127.0.0.1:5000", "[::1]:8000"])
def test_this_machines_own_names_are_known(site: Site, host: str) -> None:
    assert site.browser(Host=host).opens("/sign-in").status == 200


@pytest.mark.parametrize("host", ["10.0.0.7", "10.0.0.7:8000", "[fd00::7]:80", "pod-7.cluster"])
def test_whoever_watches_over_the_process_may_call_it_anything(site: Site, host: str) -> None:
    browser = site.browser(Host=host)
    assert browser.opens("/healthz").status == 200
    assert browser.opens("/readyz").status == 200
    for path in ("/sign-in", "/tasks", "/nosuch", "/healthz/"):
        assert browser.opens(path).status == 400


def test_a_huge_body_is_refused_before_it_is_read(site: Site) -> None:
    browser = site.browser(Accept_Language="en")
    browser.opens("/sign-in")
    page = browser.sends("/sign-in", {"name": "x" * 1_500_000, "password": "y"})
    assert page.status == 413
    assert "This is too much at once" in page.words
    huge = browser.opens("/sign-in", method="POST", data=b"x" * 5_000_000)
    assert huge.status == 413


def test_thousands_of_fields_are_refused(site: Site) -> None:
    browser = site.browser()
    browser.opens("/sign-in")
    field = b'--b\r\nContent-Disposition: form-data; name="f"\r\n\r\n1\r\n'
    page = browser.opens(
        "/sign-in",
        method="POST",
        data=field * 6_000 + b"--b--\r\n",
        content_type="multipart/form-data; boundary=b",
    )
    assert page.status == 413


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "TRACE", "PROPFIND"])
def test_other_methods_are_refused(site: Site, method: str) -> None:
    browser = site.browser(site.person("anna"))
    page = browser.opens("/tasks", method=method)
    assert page.status in (400, 405)
    assert shows_no_trace(page.text)


def test_a_cookie_that_names_another_person_is_worth_nothing(site: Site) -> None:
    site.person("anna")
    browser = site.browser()
    with browser.client.session_transaction() as session:
        session["_user_id"] = "anna"
    assert browser.opens("/tasks").status == 303
    for odd in (7, None, ["anna"], {"a": 1}, "\x00", "\ud800"):
        with browser.client.session_transaction() as session:
            session["_user_id"] = odd
        assert browser.opens("/tasks").status in (303, 400)


def test_a_persons_name_is_text_on_the_page(site: Site) -> None:
    person = site.person("mallory")
    with site.app.store.write() as work:
        work.people.change(person.id, name=EVIL)
        work.commit()
    page = site.browser(person).opens("/account")
    assert "<script" not in page.response.text
    assert EVIL in page.text


@pytest.mark.parametrize("language", ["", "de", "kk ", EVIL, "\x00"])
def test_only_the_three_languages_can_be_chosen(site: Site, language: str) -> None:
    browser = site.browser(site.person("anna"))
    browser.opens("/tasks")
    page = browser.sends("/language", {"language": language, "next": "/tasks"})
    assert page.status == 400
    assert EVIL not in page.response.text


@pytest.mark.parametrize(
    "wanted",
    ["//evil.example", "https://evil.example", "/\\evil", "/a\r\nb: c", "javascript:alert(1)"],
)
def test_choosing_a_language_never_leads_to_another_site(site: Site, wanted: str) -> None:
    browser = site.browser()
    browser.opens("/sign-in")
    page = browser.sends("/language", {"language": "ru", "next": wanted})
    assert (page.status, page.location) == (303, "/")


@pytest.mark.parametrize("number", [2**63, 10**30])
def test_no_number_is_too_large_for_a_page(site: Site, number: int) -> None:
    browser = site.browser(site.person("admin", "ADMIN/administrator"))
    browser.opens("/notices")
    assert browser.sends(f"/notices/feeds/{number}/revoke").status == 404
    assert browser.sends(f"/deliveries/{number}/resend").status == 404
    assert browser.opens(f"/calendar/changes/{number}").status == 404
    assert browser.opens(f"/calendar/explain/years/{number}").status == 404
    assert browser.opens(f"/calendar/changes?before={number}").status == 200


def test_what_is_refused_does_not_swell_the_journal(site: Site) -> None:
    """The journal is kept for ever, and a refusal may quote what was sent."""
    person = site.person("anna")
    with pytest.raises(NotPermitted):
        create_feed(site.app, Actor(person.id, frozenset()), "x" * 5_000, site.now)
    with site.app.store.read() as work:
        refused = work.journal.sealed()[-1].entry
    assert (refused.act, refused.outcome) == ("create_feed", "refused")
    assert len(refused.subject) <= 200
    assert len(str(refused.details["reason"])) == 2_000


def test_what_a_proxy_passes_on_as_an_address_is_cut(site: Site) -> None:
    site.person("anna")
    browser = site.browser()
    browser.client.environ_base["REMOTE_ADDR"] = "a" * 3_000
    assert browser.signs_in("anna").status == 303
    with site.app.store.read() as work:
        (entry,) = [each.entry for each in work.journal.sealed() if each.entry.act == "sign_in"]
    assert entry.details == {"address": "a" * 64}
