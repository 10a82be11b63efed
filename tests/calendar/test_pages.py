"""The pages of the working calendar: looking, entering, deciding on a preview, explanations."""

from __future__ import annotations

import io
import json
import re
from html import unescape
from typing import Any

import pytest

from service.application import records as r
from service.application.commands.calendar.replan_instances import replan_instances
from service.application.queries.calendar.changes import newest_changes
from tests.calendar.conftest import Desk
from tests.web.browser import Browser, Page
from tests.world import when

DAY = {
    "on": "2026-09-25",
    "effect": "day_off",
    "name_kk": "Демалыс күні",
    "name_ru": "Выходной день",
    "name_en": "Day off by order",
    "legal_act": "№ 109, 2026",
    "status": "confirmed",
}
PAIR = {
    **{key: value for key, value in DAY.items() if key not in ("on", "effect")},
    "day_off_on": "2026-09-25",
    "working_on": "2026-09-26",
}
PREPARE = "UserTask_PrepareProposals"


def hidden(page: Page, name: str) -> str:
    found = re.search(rf'name="{name}"[^>]*value="([^"]*)"', page.response.text)
    assert found is not None, name
    return unescape(found[1])


def previews(browser: Browser, kind: str, values: dict[str, Any]) -> Page:
    browser.opens(f"/calendar/new/{kind}")
    return browser.sends(f"/calendar/new/{kind}", values)


def decides(browser: Browser, preview: Page, reason: str = "№ 109", **more: Any) -> Page:
    values = {"edit": hidden(preview, "edit"), "token": hidden(preview, "token"), "reason": reason}
    return browser.sends("/calendar/changes", {**values, **more})


def changes(desk: Desk) -> int:
    return len(newest_changes(desk.world.app, 10))


# --- looking -------------------------------------------------------------------------------------


def test_a_year_names_its_days_off_and_says_what_is_missing(desk: Desk) -> None:
    page = desk.other.opens("/calendar?year=2026")
    assert page.status == 200
    assert "26: Republic Day (substitute)" in page.words
    assert "The working calendar of 2027 is not confirmed" in page.words
    assert "October" in page.words
    assert "247" in page.words


def test_what_colour_says_is_also_said_in_words(desk: Desk) -> None:
    text = desk.other.opens("/calendar?year=2026").response.text
    assert re.search(r'day-special_off">26 .*?×.*?visually-hidden"> Republic Day', text, re.DOTALL)
    assert re.search(r'day-off">4<span class="visually-hidden"> Weekend', text)


@pytest.mark.parametrize(("asked", "status"), [("2100", 200), ("2014", 200), ("soon", 200)])
def test_each_known_year_can_be_seen(desk: Desk, asked: str, status: int) -> None:
    assert desk.other.opens(f"/calendar?year={asked}").status == status


@pytest.mark.parametrize("asked", ["1999", "2101", "99999999999999", "-5"])
def test_a_year_that_nobody_knows_is_refused(desk: Desk, asked: str) -> None:
    assert desk.other.opens(f"/calendar?year={asked}").status == 400


# --- a change ------------------------------------------------------------------------------------


def test_a_day_is_previewed_then_decided_then_moved(desk: Desk) -> None:
    preview = previews(desk.browser, "day", DAY)
    assert preview.status == 200
    assert "2026/MT" in preview.words
    assert "25 September 2026" in preview.words
    assert "28 September 2026, 23:59" in preview.words
    assert changes(desk) == 0
    answer = decides(desk.browser, preview)
    assert (answer.status, answer.location) == (303, "/calendar/changes/1")
    assert "Planned again: 0 of 3." in desk.browser.opens(answer.location).words
    replan_instances(desk.world.app, desk.world.now)
    page = desk.browser.opens(answer.location)
    assert "done" in page.words
    assert "№ 109" in page.words
    assert "2026/MOJ" in page.words
    task = desk.world.body("MT").tasks()[PREPARE]
    assert when(task.due_at) == "2026-09-28 23:59:59"


def test_a_body_sees_its_own_moves_and_the_ministry_all(desk: Desk) -> None:
    decides(desk.browser, previews(desk.browser, "day", DAY))
    replan_instances(desk.world.app, desk.world.now)
    reviewer = desk.site.browser(desk.site.person("dana", "MFA/reviewer"))
    for overseer in (desk.browser, reviewer):
        words = overseer.opens("/calendar/changes/1").words
        assert "2026/MT" in words
        assert "2026/MOJ" in words
        assert "Shown is what your groups" not in words
    words = desk.other.opens("/calendar/changes/1").words
    assert "2026/MT" in words
    assert "2026/MOJ" not in words
    assert "Shown is what your groups have or had tasks in." in words
    stranger = desk.site.browser(desk.site.person("olzhas", "MNE/submitter"))
    assert "Nothing has moved." in stranger.opens("/calendar/changes/1").words


def test_what_moved_is_still_seen_when_the_task_is_closed(desk: Desk) -> None:
    decides(desk.browser, previews(desk.browser, "day", DAY))
    replan_instances(desk.world.app, desk.world.now)
    task = desk.world.body("MT").tasks()[PREPARE]
    with desk.world.app.store.write() as work:
        work.user_tasks.close([task.id], status="done", at=desk.world.now, completed_by="marat")
        work.commit()
    assert "2026/MT" in desk.other.opens("/calendar/changes/1").words


def test_why_planning_again_failed_is_for_overseers(desk: Desk) -> None:
    decides(desk.browser, previews(desk.browser, "day", DAY))
    replan_instances(desk.world.app, desk.world.now)
    instance = desk.world.body("MT").tasks()[PREPARE].instance_id
    now, why = desk.world.now, "Variable treaty_title is missing"
    failed = r.CalendarMove(0, 1, instance, "failed", "", "2026/MT", {}, now, now)
    with desk.world.app.store.write() as work:
        work.calendar_changes.add_moves([failed])
        work.incidents.add(r.Incident(0, instance, PREPARE, why, now))
        work.commit()
    assert why in desk.browser.opens("/calendar/changes/1").words
    seen = desk.other.opens("/calendar/changes/1").words
    assert "Failed" in seen
    assert why not in seen


def test_a_transfer_is_one_act_and_gives_both_days(desk: Desk) -> None:
    decides(desk.browser, previews(desk.browser, "transfer", PAIR))
    replan_instances(desk.world.app, desk.world.now)
    page = desk.other.opens("/calendar?year=2026")
    assert page.words.count("№ 109, 2026") >= 2
    task = desk.world.body("MT").tasks()[PREPARE]
    assert when(task.due_at) == "2026-09-26 23:59:59"


def test_withdrawing_half_a_transfer_withdraws_it_whole(desk: Desk) -> None:
    decides(desk.browser, previews(desk.browser, "transfer", PAIR))
    replan_instances(desk.world.app, desk.world.now)
    assert 'value="2026-09-26"' in desk.browser.opens("/calendar/new/withdrawal?on=2026-09-26").text
    withdrawn = {"on": "2026-09-26", "legal_act": "№ 110"}
    decides(desk.browser, previews(desk.browser, "withdrawal", withdrawn))
    assert "None: the year is as published." in desk.other.opens("/calendar?year=2026").words


def test_a_year_is_confirmed_and_the_warning_goes(desk: Desk) -> None:
    for year in (2026, 2027):
        values = {"year": str(year), "status": "confirmed", "legal_act": "№ 1"}
        answer = decides(desk.browser, previews(desk.browser, "year", values))
        assert answer.status == 303
    assert "is not confirmed" not in desk.other.opens("/calendar").words


def test_what_is_exported_is_imported_to_nothing_new(desk: Desk) -> None:
    decides(desk.browser, previews(desk.browser, "transfer", PAIR))
    exported = desk.other.opens("/calendar/export").response.data
    assert len(json.loads(exported)["overrides"]) == 2
    page = previews(desk.browser, "file", {"file": (io.BytesIO(exported), "calendar.json")})
    assert "Nothing of this was new" in page.words


def test_a_file_is_previewed_like_anything_else(desk: Desk) -> None:
    entry = {"date": "2026-09-25", "effect": "day_off", "name": {"kk": "Күн", "ru": "День"}}
    content = json.dumps({"overrides": [entry]}).encode()
    preview = previews(desk.browser, "file", {"file": (io.BytesIO(content), "x.json")})
    assert "is confirmed, but no legal act is named" in preview.words
    assert decides(desk.browser, preview).status == 303


def test_what_becomes_overdue_is_said_before_it_is_decided(desk: Desk) -> None:
    decides(desk.browser, previews(desk.browser, "day", DAY))
    replan_instances(desk.world.app, desk.world.now)
    desk.world.at("2026-09-26 12:00:00")
    desk.site.now = desk.world.now
    desk.browser.signs_in("aigul")
    preview = previews(desk.browser, "withdrawal", {"on": "2026-09-25", "legal_act": "№ 110"})
    assert "becomes overdue" in preview.words
    assert "overdue at once" in preview.words


def test_a_calendar_that_moved_meanwhile_is_previewed_anew(desk: Desk) -> None:
    first = previews(desk.browser, "day", DAY)
    decides(desk.browser, previews(desk.browser, "day", {**DAY, "on": "2026-09-24"}))
    again = decides(desk.browser, first)
    assert again.status == 409
    assert "has moved since the preview" in again.words
    assert changes(desk) == 1
    assert decides(desk.browser, again).status == 303


def test_a_decision_has_a_reason(desk: Desk) -> None:
    preview = previews(desk.browser, "day", DAY)
    for reason in ("", "x" * 501):
        assert decides(desk.browser, preview, reason).status == 422
    assert changes(desk) == 0


def test_the_list_of_changes_names_who_and_why(desk: Desk) -> None:
    decides(desk.browser, previews(desk.browser, "day", DAY), reason="Үкімет қаулысы")
    page = desk.other.opens("/calendar/changes")
    assert "Aigul Äðþova" in page.words
    assert "Aigul Äðþova" in desk.other.opens("/calendar/changes/1").words
    assert "Үкімет қаулысы" in page.words
    for asked in ("before=1", "before=x", "before=99999999999999999999", "before=-1"):
        assert desk.other.opens(f"/calendar/changes?{asked}").status == 200
    assert desk.other.opens("/calendar/changes/1?after=99999999999999999999").status == 200
    for number in ("2", "99999999999999999999"):
        assert desk.other.opens(f"/calendar/changes/{number}").status == 404


# --- who may, and hostile input ------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["day", "transfer", "withdrawal", "year", "file"])
def test_only_administrators_enter_changes(desk: Desk, kind: str) -> None:
    assert desk.other.opens(f"/calendar/new/{kind}").status == 403
    assert desk.other.sends(f"/calendar/new/{kind}", DAY).status == 403
    assert desk.other.sends("/calendar/changes", {"edit": "{}", "reason": "x"}).status == 403
    assert "Withdraw" not in desk.other.opens("/calendar").words


def test_nothing_goes_without_the_token_of_the_form(desk: Desk) -> None:
    preview = previews(desk.browser, "day", DAY)
    assert decides(desk.browser, preview, csrf_token="").status == 400
    assert desk.browser.sends("/calendar/new/day", {**DAY, "csrf_token": ""}).status == 400
    assert changes(desk) == 0


@pytest.mark.parametrize(
    "wrong",
    [
        {"on": "2026-02-30"},
        {"on": "1999-01-01"},
        {"on": ""},
        {"effect": "holiday"},
        {"effect": ""},
        {"name_kk": ""},
        {"name_ru": "x" * 501},
        {"legal_act": ""},
        {"legal_act": "a\nb"},
        {"status": "perhaps"},
    ],
)
def test_a_wrong_day_comes_back_with_what_is_wrong(desk: Desk, wrong: dict[str, str]) -> None:
    page = previews(desk.browser, "day", {**DAY, **wrong})
    assert page.status == 422
    assert "Please correct this:" in page.words


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff\xfe",
        b"no json",
        b"[" * 100_000,
        b'{"overrides": 7}',
        b'{"overrides": [{"date": NaN}]}',
        b'{"overrides": [], "years": [{"year": 99999, "status": "confirmed"}]}',
    ],
)
def test_a_wrong_file_comes_back_with_what_is_wrong(desk: Desk, content: bytes) -> None:
    page = previews(desk.browser, "file", {"file": (io.BytesIO(content), "x.json")})
    assert page.status == 422
    assert "Please correct this:" in page.words


def test_a_file_of_thousands_of_names_is_not_sent_back(desk: Desk) -> None:
    names = dict.fromkeys((str(number) for number in range(40_000)), 0)
    for entry in ({"date": "2026-09-25", "effect": "day_off", "name": names}, names):
        content = json.dumps({"overrides": [entry]}, separators=(",", ":")).encode()
        page = previews(desk.browser, "file", {"file": (io.BytesIO(content), "x.json")})
        assert page.status == 422
        assert "name" in page.words
        assert len(page.words) < 3_000


@pytest.mark.parametrize("edit", ["", "{", "[]", '{"overrides": [{}]}', "\ud800"])
def test_a_forged_decision_changes_nothing(desk: Desk, edit: str) -> None:
    preview = previews(desk.browser, "day", DAY)
    edit = edit.encode("utf-8", "replace").decode()
    assert decides(desk.browser, preview, edit=edit).status in (303, 400, 409)
    assert changes(desk) == 0


def test_half_a_transfer_is_refused_with_the_remedy(desk: Desk) -> None:
    preview = previews(desk.browser, "transfer", PAIR)
    edit = json.loads(hidden(preview, "edit"))
    del edit["overrides"][1]
    answer = decides(desk.browser, preview, edit=json.dumps(edit))
    assert answer.status == 400
    assert "Give both days in one change" in answer.words


def test_names_are_shown_as_they_are_written(desk: Desk) -> None:
    evil = "<script>alert(1)</script>"
    decides(desk.browser, previews(desk.browser, "day", {**DAY, "name_en": evil}), reason=evil)
    for address in ("/calendar?year=2026", "/calendar/changes", "/calendar/changes/1"):
        page = desk.other.opens(address)
        assert "<script>" not in page.response.text
        assert evil in page.words


# --- explanations --------------------------------------------------------------------------------


def test_any_term_is_explained_day_by_day(desk: Desk) -> None:
    page = desk.other.opens("/calendar/explain?on=2026-12-04&days=10&kind=after")
    assert page.status == 200
    assert "Independence Day" in page.words
    assert "Working day 10" in page.words
    assert "2026-12-21" in page.words


@pytest.mark.parametrize(
    "asked", ["on=soon&days=3", "on=2026-12-04&days=1001", "on=2026-12-04", "on=1999-01-01&days=2"]
)
def test_a_question_that_cannot_be_answered_says_why(desk: Desk, asked: str) -> None:
    page = desk.other.opens(f"/calendar/explain?{asked}&kind=after")
    assert page.status == 422
    assert "Please correct this:" in page.words


def test_a_task_of_mine_is_explained_and_another_is_not(desk: Desk) -> None:
    mine, others = (desk.world.body(code).tasks()[PREPARE].id for code in ("MT", "MOJ"))
    page = desk.other.opens(f"/calendar/explain/tasks/{mine}")
    assert page.status == 200
    assert "The last second: 2026-09-25 23:59:59." in page.words
    assert desk.other.opens(f"/calendar/explain/tasks/{others}").status == 403
    assert desk.other.opens("/calendar/explain/tasks/nothing").status == 404
    assert f"/calendar/explain/tasks/{mine}" in desk.other.opens(f"/tasks/{mine}").text


def test_the_deadlines_of_a_year_are_explained(desk: Desk) -> None:
    page = desk.other.opens("/calendar/explain/years/2026")
    assert page.status == 200
    assert "Clause 8" in page.words
    assert desk.other.opens("/calendar/explain/years/2025").status == 404
    assert "/calendar/explain/years/2026" in desk.other.opens("/calendar?year=2026").text
    assert "/calendar/explain/years/2025" not in desk.other.opens("/calendar?year=2025").text


@pytest.mark.parametrize("language", ["kk", "ru", "en"])
def test_every_step_speaks_the_readers_language(desk: Desk, language: str) -> None:
    said = {"kk": "Өзгеретін мерзімдер", "ru": "Какие сроки изменятся", "en": "What would move"}
    person = desk.site.person(f"admin.{language}", "ADMIN/administrator", language=language)
    browser = desk.site.browser(person)
    preview = previews(browser, "day", DAY)
    assert f'<html lang="{language}">' in preview.text
    assert said[language] in preview.words
    assert len([word for word in said.values() if word in preview.words]) == 1
