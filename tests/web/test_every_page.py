"""Every address of the pages, found by the router: headers, languages, markup, closed doors.

A new page is looked at without anybody naming it here; an address with parts gets sample values.
"""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest
from werkzeug.routing import Rule

from service.web.app import create_app
from service.web.page.here import Installation
from tests.web.browser import Browser, Page, Site
from tests.web.words import texts

# What stands for a part of an address, by the part's name; numbers are 1 by themselves.
SAMPLES: dict[str, object] = {
    "task_id": "nothing",
    "filename": "kelisim.css",
    "token": "nothing",
    "subject": "deadline_moved",
    "language": "en",
    "year": 2026,
}
LANGUAGES = ("kk", "ru", "en")
VOID = {"meta", "link", "input", "br", "hr", "img", "col"}


def rules() -> list[Rule]:
    here = Site(None)  # type: ignore[arg-type]  # only its routes are read
    return [rule for rule in here.pages.url_map.iter_rules() if rule.endpoint != "static"]


def address(rule: Rule) -> str:
    values = {part: SAMPLES.get(part, 1) for part in rule.arguments}
    found = rule.build(values, append_unknown=False)
    assert found is not None, f"{rule} needs a value in SAMPLES"
    return found[1]


GETS = sorted(address(rule) for rule in rules() if "GET" in (rule.methods or ()))
POSTS = sorted(address(rule) for rule in rules() if "POST" in (rule.methods or ()))
PUBLIC = {"/sign-in", "/healthz", "/readyz", "/language"}


@pytest.fixture
def everyone(site: Site) -> Site:
    """Somebody in every role of this installation."""
    for language in LANGUAGES:
        site.person(
            f"all.{language}",
            *("ADMIN/administrator", "ADMIN/process_owner", "MFA/head", "MFA/reviewer"),
            *("MFA/consolidator", "MFA/registrar", "MT/submitter"),
            language=language,
        )
    return site


def browser(site: Site, language: str) -> Browser:
    opened = Browser(site, {})
    assert opened.signs_in(f"all.{language}").status == 303
    return opened


def is_html(page: Page) -> bool:
    return page.response.mimetype == "text/html"


def test_the_router_names_pages() -> None:
    assert {"/", "/tasks", "/sign-in", "/account"} <= set(GETS)


def test_every_answer_has_strict_headers(everyone: Site) -> None:
    opened = browser(everyone, "en")
    for path in [*GETS, "/static/kelisim.css", "/nothing/here"]:
        headers = opened.opens(path).response.headers
        policy = headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy, path
        assert "frame-ancestors 'none'" in policy, path
        assert "unsafe" not in policy, path
        assert "script-src" not in policy, path
        assert headers["X-Content-Type-Options"] == "nosniff", path
        assert headers["Referrer-Policy"] == "same-origin", path
        assert "Server" not in headers, path
        assert "Strict-Transport-Security" not in headers, path


def test_no_page_is_kept_by_a_browser_or_a_proxy_unless_it_says_so(everyone: Site) -> None:
    opened = browser(everyone, "en")
    for path in GETS:
        page = opened.opens(path)
        if is_html(page):
            assert page.response.headers["Cache-Control"] == "no-store", path


def test_strangers_see_only_what_is_public(everyone: Site) -> None:
    for path in GETS:
        page = everyone.browser().opens(path)
        if path in PUBLIC or path.startswith("/feeds/"):
            continue
        assert (page.status, page.location.split("?")[0]) == (303, "/sign-in"), path


def test_nothing_is_changed_without_the_token_of_a_form(everyone: Site) -> None:
    opened = browser(everyone, "en")
    for path in POSTS:
        for token in ("", "of another session"):
            page = opened.sends(path, {"csrf_token": token})
            assert page.status == 400, path


def test_somebody_without_a_role_breaks_nothing(everyone: Site) -> None:
    nobody = everyone.browser(everyone.person("nobody"))
    for path in GETS:
        assert nobody.opens(path).status in (200, 303, 403, 404), path


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_speaks_its_language_and_is_well_formed(everyone: Site, language: str) -> None:
    opened = browser(everyone, language)
    seen = 0
    for path in GETS:
        page = opened.opens(path)
        assert page.status in (200, 303, 404), path
        if not is_html(page) or page.status == 303:
            continue
        seen += 1
        assert f'<html lang="{language}">' in page.text, path
        assert Outline(page).problems() == [], path
        if language != "en":
            assert untranslated(page) == set(), path
    assert seen >= 3


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_of_signing_in_speaks_what_the_browser_asks_for(site: Site, language: str) -> None:
    asks = site.browser(Accept_Language=f"de, {language};q=0.8")
    page = asks.opens("/sign-in")
    assert f'<html lang="{language}">' in page.text
    assert Outline(page).problems() == []
    if language != "en":
        assert untranslated(page) == set()


def test_https_makes_cookies_secure_and_is_remembered(site: Site) -> None:
    secure = Site(site.app.store, public_url="https://kelisim.example")
    host = {"base_url": "https://kelisim.example"}
    response = secure.browser().opens("/sign-in", **host).response
    assert response.headers["Strict-Transport-Security"] == "max-age=31536000"
    cookie = response.headers["Set-Cookie"]
    assert cookie.startswith("__Host-kelisim=")
    assert {"Secure", "HttpOnly", "SameSite=Lax", "Path=/"} <= set(cookie.split("; "))


def test_the_cookie_is_closed_to_scripts_without_https_too(site: Site) -> None:
    cookie = site.browser().opens("/sign-in").response.headers["Set-Cookie"]
    assert cookie.startswith("kelisim=")
    assert {"HttpOnly", "SameSite=Lax"} <= set(cookie.split("; "))


def test_files_may_be_kept_and_change_their_address_with_their_content(site: Site) -> None:
    page = site.browser().opens("/sign-in")
    for address_ in re.findall(r'(?:href|src)="(/static/[^"]+)"', page.text):
        assert "?v=" in address_
        answer = site.browser().opens(address_).response
        assert answer.status_code == 200, address_
        assert "max-age=31536000" in answer.headers["Cache-Control"], address_


def test_no_style_sheet_asks_for_anything_from_elsewhere(site: Site) -> None:
    for file in ("kelisim.css", "vendor/bootstrap/bootstrap.min.css"):
        sheet = site.browser().opens(f"/static/{file}").response.text
        assert not re.search(r"url\(\s*[\"']?(https?:)?//", sheet), file
        assert "@import" not in sheet, file
    for font in re.findall(r'url\("(vendor/[^"]+)"\)', sheet_of(site)):
        assert site.browser().opens(f"/static/{font}").status == 200, font


def sheet_of(site: Site) -> str:
    return site.browser().opens("/static/kelisim.css").response.text


def untranslated(page: Page) -> set[str]:
    """Texts of the pages that stand on this one in English."""
    visible = {" ".join(line.split()) for line in Outline(page).texts}
    english = {text[0] for _, _, text in texts() if "%(" not in text[0]}
    return visible & english


class Outline(HTMLParser):
    """What a page is made of, for a reader who does not see it."""

    def __init__(self, page: Page) -> None:
        super().__init__()
        self.texts: list[str] = []
        self._open: list[str] = []
        self._wrong: list[str] = []
        self._ids: list[str] = []
        self._refers: list[tuple[str, str]] = []
        self._headings: list[int] = []
        self._labelled: set[str] = set()
        self._fields: list[tuple[str, str]] = []
        self._heads: list[str] = []
        self._english = 0
        self.feed(page.response.get_data(as_text=True))

    def problems(self) -> list[str]:
        found = list(self._wrong)
        found += [f"{tag} is not closed" for tag in self._open]
        found += [f"id {i} twice" for i in set(self._ids) if self._ids.count(i) > 1]
        found += [f"{a} names no id {i}" for a, i in self._refers if i not in self._ids]
        found += [
            f"field {i or tag} has no label" for tag, i in self._fields if i not in self._labelled
        ]
        if self._headings.count(1) != 1:
            found.append(f"{self._headings.count(1)} headings of the first level")
        pairs = zip(self._headings, self._headings[1:], strict=False)
        found += [f"h{one} is followed by h{two}" for one, two in pairs if two > one + 1]
        found += [f"no <{tag}>" for tag in ("main", "header", "title") if tag not in self._heads]
        return found

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self._heads.append(tag)
        if tag not in VOID:
            self._open.append(tag)
            self._english += given.get("lang") == "en" or self._english > 0
        if tag == "script" or any(name.startswith("on") for name in given) or "style" in given:
            self._wrong.append(f"<{tag}> holds script or style")
        if tag == "th" and "scope" not in given:
            self._wrong.append("<th> without scope")
        if re.fullmatch(r"h[1-6]", tag):
            self._headings.append(int(tag[1]))
        self._note_ids(given)
        self._note_fields(tag, given)

    def _note_ids(self, given: dict[str, str]) -> None:
        if "id" in given:
            self._ids.append(given["id"])
        for name in ("for", "aria-describedby", "aria-labelledby"):
            self._refers += [(name, each) for each in given.get(name, "").split()]
        if given.get("href", "").startswith("#"):
            self._refers.append(("href", given["href"][1:]))

    def _note_fields(self, tag: str, given: dict[str, str]) -> None:
        if tag == "label":
            self._labelled.add(given.get("for", ""))
        if tag == "input" and given.get("type") == "submit":
            self.texts.append(given.get("value", ""))
        hidden = tag == "input" and given.get("type") in ("hidden", "submit")
        if tag in ("select", "textarea", "input") and not hidden:
            if given.get("aria-label") or given.get("aria-labelledby"):
                self._labelled.add(given.get("id", ""))
            self._fields.append((tag, given.get("id", "")))

    def handle_endtag(self, tag: str) -> None:
        if not self._open or self._open.pop() != tag:
            self._wrong.append(f"</{tag}> closes nothing")
        self._english = max(0, self._english - 1)

    def handle_data(self, data: str) -> None:
        if data.strip() and not self._english:
            self.texts.append(data)


def test_an_app_is_made_for_each_installation(site: Site) -> None:
    """Two installations in one process do not see each other's people."""
    made = create_app(Installation(site.app, site.settings, site.passwords, "k" * 40))
    assert made is not site.pages
