"""The texts: shipped ones for everything that is sent, and those that process owners write."""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Iterator
from datetime import date

import pytest

from service.almanac import kazakhstan
from service.application import records as r
from service.application.commands.delivering.change_template import change_template
from service.application.commands.delivering.restore_template import restore_template
from service.application.queries.delivering.templates import (
    preview_texts,
    template_list,
    template_texts,
)
from service.application.wording.facts import Facts, values_of
from service.application.wording.shipped import shipped_texts
from service.domain.calendars import WorkingCalendar
from service.domain.notices.wording import (
    LANGUAGES,
    PARTS,
    PLACEHOLDERS,
    Wording,
    check_wording,
)
from service.domain.texts import has_cyrillic, has_kazakh_letters
from service.errors import Conflict, NotFound, NotPermitted, WrongInput
from service.settings import processes_dir
from tests.actors import member
from tests.architecture.tree import python_files, tree
from tests.delivery.post import ADMINISTRATOR, OWNER, Post
from tests.docs.pages import code, rows
from tests.world import directory, instant

SUBJECT_ON_DIAGRAM = re.compile(r'inputParameter name="subject">([^<]+)<')
OWN = {"en": Wording("Please hurry: ${due_date}", "${body} is late. ${link}")}


def subjects_of_diagrams() -> set[str]:
    return {
        subject.strip()
        for file in processes_dir().glob("*.bpmn")
        for subject in SUBJECT_ON_DIAGRAM.findall(file.read_text(encoding="utf-8"))
    }


def subjects_of_effects() -> set[str]:
    """What the application says in `.letter(kind, …)` and `.notice(kind, to, subject, …)`."""
    return {
        subject
        for file in python_files("service/application")
        for function in ast.walk(tree(file))
        if isinstance(function, ast.FunctionDef)
        for subject in _said(function)
    }


def _said(function: ast.FunctionDef) -> Iterator[str]:
    texts: dict[str, set[str]] = defaultdict(set)
    for node in ast.walk(function):
        if isinstance(node, ast.Assign):
            for target, value in _pairs(node):
                if isinstance(target, ast.Name) and isinstance(value, ast.Constant):
                    texts[target.id].add(str(value.value))
    for node in ast.walk(function):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            place = {"letter": 0, "notice": 2}.get(node.func.attr)
            if place is not None and len(node.args) > place:
                argument = node.args[place]
                if isinstance(argument, ast.Constant):
                    yield str(argument.value)
                elif isinstance(argument, ast.Name):
                    yield from texts[argument.id]


def _pairs(node: ast.Assign) -> Iterator[tuple[ast.expr, ast.expr]]:
    (target,) = node.targets
    if isinstance(target, ast.Tuple) and isinstance(node.value, ast.Tuple):
        yield from zip(target.elts, node.value.elts, strict=True)
    else:
        yield target, node.value


def test_everything_that_is_sent_has_a_text_in_three_languages() -> None:
    sent = subjects_of_diagrams() | subjects_of_effects()
    assert len(sent) > 20
    assert "commission_refused" in sent
    assert "deadline_moved" in sent
    missing = {(subject, language) for subject in sent for language in LANGUAGES} - set(
        shipped_texts()
    )
    assert missing == set()


def test_no_text_is_shipped_for_nothing() -> None:
    sent = subjects_of_diagrams() | subjects_of_effects() | set(PARTS) | {"general"}
    assert {subject for subject, _ in shipped_texts()} - sent == set()


@pytest.mark.parametrize(("subject", "language"), sorted(shipped_texts()))
def test_shipped_texts_are_fit_to_be_edited(subject: str, language: str) -> None:
    wording = shipped_texts()[subject, language]
    assert check_wording(subject, wording.title, wording.body) == wording
    words = re.sub(r"\$\{\w+\}|Kelisim", "", f"{wording.title} {wording.body}")
    assert has_cyrillic(words) == (language != "en")
    assert has_kazakh_letters(words) == (language == "kk")


def test_the_languages_of_a_text_name_the_same_facts() -> None:
    for subject in {subject for subject, _ in shipped_texts()}:
        named = {
            frozenset(re.findall(r"\$\{(\w+)\}", "".join(_text(subject, language))))
            for language in LANGUAGES
        }
        assert len(named) == 1, subject


def _text(subject: str, language: str) -> tuple[str, str]:
    wording = shipped_texts()[subject, language]
    return wording.title, wording.body


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_placeholder_can_be_filled(language: str) -> None:
    due = {"from": "2026-09-24", "to": "2026-09-25T23:59:59+05:00", "ground": "late"}
    row = r.Outgoing(
        1, "notice", "MT/head", "general", "MT", "4", due, instant("2026-09-21"), "m", None
    )
    facts = Facts(
        row=row,
        directory=directory(),
        calendar=WorkingCalendar(kazakhstan()),
        today=date(2026, 9, 21),
        year=2026,
        body="MT",
        task={"kk": "Ұсыныстарды дайындау"},
        link="https://kelisim.example",
        submission_on=date(2026, 9, 25),
    )
    assert set(values_of(facts, language)) == set(PLACEHOLDERS)


def test_a_process_owners_text_is_used_from_then_on(post: Post) -> None:
    post.person("aigul", "MT/submitter")
    post.person("askar", "MT/submitter", language="kk")
    assert change_template(post.world.app, OWNER, "submission_due", OWN, post.world.now) == {
        "en": 1
    }
    post.at("2026-09-21 10:00:00").leaves(
        "reminder", "MT/submitter", payload={"due": "2026-09-25T23:59:59+05:00"}
    )
    post.goes()
    (english,) = post.mail.to("aigul@mail.example")
    (kazakh,) = post.mail.to("askar@mail.example")
    assert english.title == "Please hurry: 25 September 2026"
    assert "Ministry of Transport of the Republic of Kazakhstan is late." in english.text
    assert kazakh.title == "Еске салу: ұсыныстар енгізу мерзімі 2026 ж. 25 қыркүйек"


def test_every_version_is_kept_and_journalled(post: Post) -> None:
    app, now = post.world.app, post.world.now
    change_template(app, OWNER, "submission_due", OWN, now)
    change_template(app, OWNER, "submission_due", {"en": Wording("Hurry", "Now.")}, now)
    assert restore_template(app, OWNER, "submission_due", "en", now)
    assert not restore_template(app, OWNER, "submission_due", "en", now)
    text = template_texts(app, "submission_due")["en"]
    assert (text.version, text.is_own) == (3, False)
    assert text.wording == shipped_texts()["submission_due", "en"]
    assert [each.title for each in text.versions] == ["", "Hurry", OWN["en"].title]
    assert {each.changed_by for each in text.versions} == {"owner"}
    assert len(post.world.journal("change_template")) == 2
    assert len(post.world.journal("restore_template")) == 1
    assert post.world.journal_is_intact()


def test_the_same_text_again_is_no_new_version(post: Post) -> None:
    change_template(post.world.app, OWNER, "submission_due", OWN, post.world.now)
    assert change_template(post.world.app, OWNER, "submission_due", OWN, post.world.now) == {}


def test_all_languages_or_none(post: Post) -> None:
    texts = {**OWN, "kk": Wording("Еске салу", "${nobody}")}
    with pytest.raises(WrongInput, match=r"The body \(kk\) holds"):
        change_template(post.world.app, OWNER, "submission_due", texts, post.world.now)
    assert template_texts(post.world.app, "submission_due")["en"].version == 0


def test_what_somebody_else_changed_meanwhile_is_not_overwritten(post: Post) -> None:
    app, now = post.world.app, post.world.now
    change_template(app, OWNER, "submission_due", OWN, now, seen={"en": 0})
    with pytest.raises(Conflict, match="has version 1 by now"):
        change_template(app, OWNER, "submission_due", OWN, now, seen={"en": 0})


@pytest.mark.parametrize("actor", [ADMINISTRATOR, member("MFA/head")])
def test_only_process_owners_write_texts(post: Post, actor: object) -> None:
    with pytest.raises(NotPermitted):
        change_template(post.world.app, actor, "no_response", OWN, post.world.now)  # type: ignore[arg-type]
    with pytest.raises(NotPermitted):
        restore_template(post.world.app, actor, "no_response", "en", post.world.now)  # type: ignore[arg-type]


def test_an_unknown_language_and_an_impossible_subject(post: Post) -> None:
    with pytest.raises(WrongInput, match="no language"):
        change_template(post.world.app, OWNER, "no_response", {"de": OWN["en"]}, post.world.now)
    with pytest.raises(NotFound):
        template_texts(post.world.app, "../secrets")


def test_a_subject_that_nobody_wrote_for_has_the_general_text(post: Post) -> None:
    post.person("aigul", "MT/submitter")
    post.leaves("notice", "MT/submitter", "quarterly_report", about="2026/MT")
    post.goes()
    assert post.mail.sent[0].title == "Notice: 2026/MT"
    change_template(post.world.app, OWNER, "quarterly_report", OWN, post.world.now)
    post.leaves("notice", "MT/submitter", "quarterly_report", about="2026/MT")
    post.goes()
    assert post.mail.sent[1].title == "Please hurry: —"


def test_the_list_names_everything_and_whose_it_is(post: Post) -> None:
    change_template(post.world.app, OWNER, "no_response", OWN, post.world.now)
    entries = {each.subject: each for each in template_list(post.world.app, "en")}
    assert set(entries) == {subject for subject, _ in shipped_texts()}
    assert entries["no_response"].own == ("en",)
    assert entries["no_response"].title == OWN["en"].title
    assert entries["digest"].is_part
    assert not entries["invitation"].is_part


@pytest.mark.parametrize("subject", sorted({subject for subject, _ in shipped_texts()}))
def test_a_preview_leaves_nothing_open(post: Post, subject: str) -> None:
    texts = {language: shipped_texts()[subject, language] for language in LANGUAGES}
    for shown in preview_texts(post.world.app, subject, texts, post.world.now).values():
        assert "${" not in shown.title + shown.body
        assert "—" not in shown.title + shown.body


def test_the_documentation_lists_the_placeholders() -> None:
    told = rows("docs/notices.md", "placeholder", "stands for")
    named = {code(row["placeholder"]): row["stands for"] for row in told}
    assert named == {f"${{{name}}}": meaning for name, meaning in PLACEHOLDERS.items()}
