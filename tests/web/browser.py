"""A browser for the tests of the pages: Flask's test client with hands and eyes.

    site = Site(store)
    anna = site.person("anna", "MT/submitter", language="en")
    page = site.browser(anna).opens("/tasks")
    assert page.status == 200 and "My tasks" in page.text

`store` comes from the fixture `store` of `tests/web/conftest.py` (a database with tables), or from
a `World`: `Site(world.app.store, app=world.app)`. Time stands still until `site.now` is set.
"""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Any

from flask import Flask
from werkzeug.test import TestResponse

from service import bootstrap
from service.application import records as r
from service.application.application import Application
from service.application.commands.access.create_account import create_account
from service.application.ports import Store
from service.settings import Settings
from service.web.app import create_app
from service.web.page.here import Installation
from tests.world import instant

PASSWORD = "alma-ağaš gúldep tur"
_CSRF = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')


class QuickPasswords:
    """Passwords that cost nothing; how real ones are kept is proven in test_passwords.py."""

    def hash(self, password: str) -> str:
        return f"quick:{password}"

    def matches(self, kept: str, password: str) -> bool:
        return kept == f"quick:{password}"

    def is_outdated(self, kept: str) -> bool:
        return not kept.startswith("quick:")


class Site:
    """The pages on one database, and the people who may sign in."""

    def __init__(
        self,
        store: Store,
        *,
        app: Application | None = None,
        now: datetime | None = None,
        public_url: str = "http://localhost:8000",
        **more: Any,
    ) -> None:
        self.app = app or bootstrap.application(store)
        self.now = now or instant("2026-09-21 10:00:00")
        self.settings = Settings(Path.cwd(), "sqlite://", public_url=public_url)
        self._more = more
        self.passwords = QuickPasswords()

    @cached_property
    def pages(self) -> Flask:
        pages = create_app(
            Installation(
                app=self.app,
                settings=self.settings,
                passwords=self.passwords,
                secret_key="0123456789abcdef" * 4,
                clock=lambda: self.now,
                **self._more,
            )
        )
        pages.testing = True
        pages.config["PROPAGATE_EXCEPTIONS"] = False  # errors are pages, as for people
        return pages

    def person(self, name: str, *groups: str, language: str = "en", **more: Any) -> r.Person:
        """Somebody with an account, whose password is PASSWORD."""
        person = r.Person(name, f"{name.title()} Äðþova", language, tuple(sorted(groups)), **more)
        quick = self.passwords
        create_account(self.app, quick, bootstrap.INSTALLER, person, PASSWORD, self.now)
        return person

    def browser(self, person: r.Person | None = None, **headers: str) -> Browser:
        """A browser, signed in as that person if one is given."""
        browser = Browser(self, headers)
        if person is not None:
            answer = browser.signs_in(person.id)
            assert answer.status == 303, answer.text
        return browser


@dataclass(frozen=True)
class Page:
    """An answer."""

    response: TestResponse

    @property
    def status(self) -> int:
        return self.response.status_code

    @property
    def text(self) -> str:
        """What the server sent, entities resolved."""
        return html.unescape(self.response.get_data(as_text=True))

    @property
    def words(self) -> str:
        """The text a person reads, without markup, spaces made single."""
        visible = re.sub(
            r"<(style|title)\b.*?</\1>|<[^>]+>", " ", self.response.text, flags=re.DOTALL
        )
        return " ".join(html.unescape(visible).split())

    @property
    def location(self) -> str:
        return self.response.headers.get("Location", "")

    @property
    def csrf(self) -> str:
        if self.response.mimetype != "text/html":
            return ""
        found = _CSRF.search(self.response.text)
        return found[1] if found else ""


class Browser:
    """Keeps its cookies; sends a form with the token of the page it opened last."""

    def __init__(self, site: Site, headers: Mapping[str, str]) -> None:
        self.client = site.pages.test_client()
        self._headers = {key.replace("_", "-"): value for key, value in headers.items()}
        self.csrf = ""

    def opens(self, address: str, **more: Any) -> Page:
        """GET, unless another `method` is given."""
        page = Page(self.client.open(address, headers=self._headers, buffered=True, **more))
        self.csrf = page.csrf or self.csrf
        return page

    def sends(self, address: str, data: Mapping[str, Any] | None = None, **more: Any) -> Page:
        """POST a form; open a page before, as a person would. A 303 is not followed."""
        fields = {"csrf_token": self.csrf, **(data or {})}
        page = Page(
            self.client.post(address, data=fields, headers=self._headers, buffered=True, **more)
        )
        self.csrf = page.csrf or self.csrf
        return page

    def signs_in(self, name: str, password: str = PASSWORD, to: str = "/sign-in") -> Page:
        self.opens(to)
        page = self.sends(to, {"name": name, "password": password})
        if page.status == 303:
            self.opens(page.location)  # the token of the new session
        return page
