"""The pages of deliveries and of texts."""

from __future__ import annotations

import pytest

from service.application.ports import NotDelivered
from service.application.queries.delivering.templates import template_texts
from service.domain.notices.wording import LANGUAGES, PLACEHOLDERS, placeholders_of
from service.web.delivery import words
from tests.delivery.post import Post
from tests.web.browser import Browser, Page, Site

UNKNOWN = NotDelivered("refused: 550 <script>alert(1)</script>", permanent=True)


@pytest.fixture
def site(post: Post) -> Site:
    post.at("2026-09-21 10:00:00")
    return Site(post.world.app.store, app=post.world.app, now=post.world.now)


@pytest.fixture
def admin(site: Site) -> Browser:
    return site.browser(site.person("admin", "ADMIN/administrator"))


@pytest.fixture
def owner(site: Site) -> Browser:
    return site.browser(site.person("owner", "ADMIN/process_owner"))


@pytest.fixture
def given_up(post: Post) -> Post:
    """Two letters that the mail server refuses, and one that reaches nobody."""
    post.at("2026-09-21 10:00:00")
    for name in ("aigul", "boris"):
        post.person(name, "MT/submitter")
    post.leaves("letter", "MT", "invitation", about="2026")
    post.leaves("reminder", "MFA/reviewer", "conclusion_due", about="<b>2026</b>")
    post.mail.failure = UNKNOWN
    post.goes()
    post.mail.failure = None
    return post


def fields(page_of: Site, subject: str = "submission_due", **changes: str) -> dict[str, str]:
    """The form of a text as the page shows it, with changes."""
    found = {}
    for language, text in template_texts(page_of.app, subject).items():
        found[f"title_{language}"] = text.wording.title
        found[f"body_{language}"] = text.wording.body
        found[f"seen_{language}"] = str(text.version)
    return {**found, **changes}


def test_an_administrator_sees_what_was_given_up_and_why(given_up: Post, admin: Browser) -> None:
    page = admin.opens("/deliveries?status=dead")
    assert page.status == 200
    assert "2 messages were given up (Mail)" in page.words
    assert "aigul@mail.example" in page.words
    assert "550 <script>alert(1)</script>" in page.words
    assert "<script>" not in page.response.get_data(as_text=True)


def test_what_reached_nobody_is_named(given_up: Post, admin: Browser) -> None:
    page = admin.opens("/deliveries?status=unaddressed")
    assert "1 message reached nobody" in page.words
    assert "Reminder · <b>2026</b>" in page.words
    assert "<b>" not in page.response.get_data(as_text=True)


def test_a_body_stands_there_by_its_abbreviation(post: Post, site: Site) -> None:
    post.person("aigul", "MT/submitter")
    post.leaves("reminder", "MT/submitter", "submission_due", about="MT")
    post.goes()
    kazakh = site.browser(site.person("admin", "ADMIN/administrator", language="kk"))
    assert "Еске салу · КМ" in kazakh.opens("/deliveries").words


def test_a_refusal_in_english_says_so_to_a_screen_reader(owner: Browser, site: Site) -> None:
    owner.opens("/templates/submission_due")
    page = owner.sends("/templates/submission_due", fields(site, title_kk="${nobody}", save="1"))
    assert '<li lang="en">The title (kk) holds' in page.text


def test_one_is_sent_again(given_up: Post, admin: Browser) -> None:
    first = given_up.deliveries("dead")[0]
    admin.opens("/deliveries")
    assert admin.sends(f"/deliveries/{first.id}/resend").status == 303
    given_up.goes()
    assert len(given_up.mail.sent) == 1
    assert "goes out again within a minute" in admin.opens("/deliveries").words


def test_all_are_sent_again(given_up: Post, admin: Browser) -> None:
    admin.opens("/deliveries")
    assert admin.sends("/deliveries/resend", {"channel": "mail"}).status == 303
    assert "2 messages go out again." in admin.opens("/deliveries").words
    given_up.goes()
    assert len(given_up.mail.sent) == 2


def test_what_was_sent_cannot_be_sent_again(post: Post, admin: Browser) -> None:
    post.person("aigul", "MT/submitter")
    post.leaves("letter", "MT", "invitation")
    post.goes()
    admin.opens("/deliveries")
    assert admin.sends(f"/deliveries/{post.the_delivery().id}/resend").status == 409
    assert admin.sends("/deliveries/999999/resend").status == 404
    assert admin.sends("/deliveries/resend", {"channel": "<pigeon>"}).status == 400


def test_long_lists_have_pages(post: Post, admin: Browser) -> None:
    post.person("aigul", "MT/submitter")
    for number in range(51):
        post.leaves("letter", "MT", "invitation", about=f"matter {number}")
    post.routes()
    assert "1 to 50 of 51" in admin.opens("/deliveries?status=waiting").words
    second = admin.opens("/deliveries?status=waiting&page=2")
    assert "matter 0" in second.words
    assert "matter 50" not in second.words
    assert admin.opens("/deliveries?page=999&status=%00&channel=x").status in (200, 400)


@pytest.mark.parametrize("group", ["MT/submitter", "MFA/head", "ADMIN/process_owner"])
def test_nobody_else_sees_deliveries(site: Site, group: str) -> None:
    other = site.browser(site.person("other", group))
    other.opens("/tasks")
    assert other.opens("/deliveries").status == 403
    assert other.sends("/deliveries/1/resend").status == 403
    assert other.sends("/deliveries/resend", {"channel": "mail"}).status == 403


def test_only_process_owners_see_texts(site: Site, admin: Browser) -> None:
    admin.opens("/deliveries")
    for path in ("/templates", "/templates/no_response"):
        assert admin.opens(path).status == 403
    assert admin.sends("/templates/no_response", {}).status == 403
    assert admin.sends("/templates/no_response/restore/kk").status == 403


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_list_in_each_language(site: Site, language: str) -> None:
    owner = site.browser(site.person("owner", "ADMIN/process_owner", language=language))
    page = owner.opens("/templates")
    assert page.status == 200
    wanted = {"kk": "шақыру", "ru": "приглашение", "en": "invitation"}[language]
    assert wanted in page.words


def test_a_text_is_previewed_without_being_changed(site: Site, owner: Browser) -> None:
    owner.opens("/templates/submission_due")
    changed = fields(site, title_en="Hurry up, ${body}", preview="1")
    page = owner.sends("/templates/submission_due", changed)
    assert page.status == 200
    assert "Hurry up, Ministry of Transport" in page.words
    assert "Көлік министрлігі" in page.words
    assert template_texts(site.app, "submission_due")["en"].version == 0


def test_a_text_is_put_into_force_and_taken_back(site: Site, owner: Browser) -> None:
    owner.opens("/templates/submission_due")
    changed = fields(site, title_en="Hurry up, ${body}", save="1")
    assert owner.sends("/templates/submission_due", changed).status == 303
    page = owner.opens("/templates/submission_due")
    assert "Version 1, written here" in page.words
    assert template_texts(site.app, "submission_due")["kk"].version == 0
    assert owner.sends("/templates/submission_due/restore/en").status == 303
    page = owner.opens("/templates/submission_due")
    assert "The shipped text is in force again." in page.words
    assert "Version 2 of 21 September 2026, 10:00, Owner Äðþova" in page.words


def test_what_is_wrong_stands_beside_what_was_written(site: Site, owner: Browser) -> None:
    owner.opens("/templates/submission_due")
    page = owner.sends("/templates/submission_due", fields(site, body_kk="${nobody} <i>", save="1"))
    assert page.status == 422
    assert "${nobody}, which nobody fills; known: ${about}" in page.words
    assert "${nobody} <i>" in page.text
    assert "<i>" not in page.response.get_data(as_text=True)


@pytest.mark.parametrize(
    "changes",
    [
        {"title_kk": ""},
        {"title_ru": "x" * 151},
        {"body_en": "x" * 4_001},
        {"body_en": "\u202e"},
        {"seen_en": "7"},
        {"seen_en": "-1"},
        {"seen_en": "9" * 10},
        {"title_en": "${"},
    ],
)
def test_hostile_or_outdated_input_changes_nothing(
    site: Site, owner: Browser, changes: dict[str, str]
) -> None:
    owner.opens("/templates/submission_due")
    page = owner.sends("/templates/submission_due", fields(site, **changes, save="1"))
    assert page.status == 422
    assert template_texts(site.app, "submission_due")["en"].version == 0


@pytest.mark.parametrize("subject", ["Nothing", "a.b", "%3Cscript%3E", "x" * 61])
def test_what_cannot_be_a_text_is_not_found(owner: Browser, subject: str) -> None:
    assert owner.opens(f"/templates/{subject}").status == 404


def test_another_language_cannot_be_restored(owner: Browser) -> None:
    owner.opens("/templates/submission_due")
    page: Page = owner.sends("/templates/submission_due/restore/de")
    assert page.status == 400


def test_every_placeholder_and_state_has_its_words() -> None:
    parts = {name for part in ("digest", "missed") for name in placeholders_of(part)}
    assert set(words.PLACEHOLDERS) == set(PLACEHOLDERS) | parts
