"""How it is said: dates, spans, placeholders, in three languages."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.almanac import kazakhstan
from service.domain.calendars import WorkingCalendar
from service.domain.notices import timing
from service.domain.notices.calendar_words import long_date, time_left, working_days
from service.domain.notices.wording import (
    MOST_BODY,
    MOST_TITLE,
    PLACEHOLDERS,
    Wording,
    check_wording,
    fill,
)
from service.errors import WrongInput

CALENDAR = WorkingCalendar(kazakhstan())
SUBJECT = "submission_due"


def test_dates_are_written_as_each_language_does() -> None:
    on = date(2026, 9, 25)
    assert [long_date(on, language) for language in ("kk", "ru", "en")] == [
        "2026 ж. 25 қыркүйек",
        "25 сентября 2026 г.",
        "25 September 2026",
    ]


@pytest.mark.parametrize(
    ("count", "kk", "ru", "en"),
    [
        (1, "1 жұмыс күні", "1 рабочий день", "1 working day"),
        (2, "2 жұмыс күні", "2 рабочих дня", "2 working days"),
        (5, "5 жұмыс күні", "5 рабочих дней", "5 working days"),
        (11, "11 жұмыс күні", "11 рабочих дней", "11 working days"),
        (21, "21 жұмыс күні", "21 рабочий день", "21 working days"),
        (112, "112 жұмыс күні", "112 рабочих дней", "112 working days"),
    ],
)
def test_working_days_agree_with_their_number(count: int, kk: str, ru: str, en: str) -> None:
    assert [working_days(count, each) for each in ("kk", "ru", "en")] == [kk, ru, en]


@pytest.mark.parametrize(
    ("today", "kk", "ru", "en"),
    [
        ("2026-09-24", "1 жұмыс күні қалды", "остался 1 рабочий день", "1 working day left"),
        ("2026-09-21", "4 жұмыс күні қалды", "осталось 4 рабочих дня", "4 working days left"),
        ("2026-09-25", "бүгін соңғы күн", "сегодня последний день", "today is the last day"),
        ("2026-09-26", "мерзімі өтіп кетті", "срок истёк", "the deadline has passed"),
        (
            "2026-09-28",
            "мерзімі өткеніне 1 жұмыс күні болды",
            "срок истёк 1 рабочий день назад",
            "1 working day overdue",
        ),
    ],
)
def test_what_is_left_until_friday_25_september(today: str, kk: str, ru: str, en: str) -> None:
    said = [
        time_left(date.fromisoformat(today), date(2026, 9, 25), CALENDAR, language)
        for language in ("kk", "ru", "en")
    ]
    assert said == [kk, ru, en]


def test_a_deadline_on_a_day_off_may_leave_no_working_day() -> None:
    left = time_left(date(2026, 9, 26), date(2026, 9, 27), CALENDAR, "en")
    assert left == "no working day is left"


@pytest.mark.parametrize(
    ("title", "body", "said"),
    [
        ("", "Text", "title is empty"),
        ("Title", "  \n ", "body is empty"),
        ("x" * (MOST_TITLE + 1), "Text", "at most 150"),
        ("Title", "x" * (MOST_BODY + 1), "at most 4000"),
        ("One\nTwo", "Text", "more than one line"),
        ("Title", "It costs $5", "begins no placeholder"),
        ("Title", "${due_date", "begins no placeholder"),
        ("Title", "${password}", r"\$\{password\}, which nobody fills; known: \$\{about\}"),
        ("${count}", "Text", "which nobody fills"),
        ("Title", "a\x00b", r"U\+0000"),
        ("Title", "a\u202eb", r"U\+202E"),
        ("Ti\rtle", "Text", r"U\+000D"),
        ("Title", "\ud800", r"U\+D800"),
    ],
)
def test_a_text_that_cannot_be_used_is_refused(title: str, body: str, said: str) -> None:
    with pytest.raises(WrongInput, match=said):
        check_wording(SUBJECT, title, body)


@pytest.mark.parametrize("subject", ["", "Submission", "a b", "../kk", "x" * 61, "a.b"])
def test_a_subject_is_a_plain_word(subject: str) -> None:
    with pytest.raises(WrongInput, match="no subject"):
        check_wording(subject, "Title", "Text")


def test_a_text_cannot_be_made_to_swell() -> None:
    """A digest's notices are as long as they are, and each value has up to 300 characters."""
    check_wording("digest", "Digest", "${date}\n\n${items}", "en")
    with pytest.raises(WrongInput, match=r"\$\{items\} more than once"):
        check_wording("digest", "Digest", "${items} $items", "en")
    check_wording(SUBJECT, "Reminder", "${task} " * 40, "en")
    with pytest.raises(WrongInput, match="41 placeholders; 40 are possible"):
        check_wording(SUBJECT, "Reminder", "${task} " * 41, "en")


def test_what_word_processors_leave_is_tidied() -> None:
    wording = check_wording(SUBJECT, " Срок\u00a0близок ", "Один  \r\nдва\u00ad\n\n")
    assert wording == Wording("Срок близок", "Один\nдва")


def test_a_dollar_is_written_twice() -> None:
    assert fill(check_wording(SUBJECT, "$$ ${year}", "Text"), {"year": "2026"}).title == "$ 2026"


def test_what_is_not_known_is_a_dash() -> None:
    assert fill(Wording("${task}", "${due_date}"), {}) == Wording("—", "—")


def test_values_are_text_and_never_templates() -> None:
    filled = fill(Wording("${about}", "${about}"), {"about": "${link} $x\r\nBcc: all", "link": "!"})
    assert filled == Wording("${link} $x Bcc: all", "${link} $x Bcc: all")


@given(st.text(), st.sampled_from(sorted(PLACEHOLDERS)))
def test_no_value_breaks_a_title(value: str, name: str) -> None:
    title = fill(Wording(f"Еске салу: ${{{name}}}", "Text"), {name: value}).title
    assert title.isprintable()
    assert len(title) <= MOST_TITLE


@given(st.datetimes(datetime(2026, 1, 1), datetime(2026, 12, 31)))  # noqa: DTZ001
def test_a_digest_is_always_later_and_on_a_working_morning(at: datetime) -> None:
    now = at.replace(tzinfo=UTC, microsecond=0)
    due = timing.digest_at(now, CALENDAR)
    assert due > now
    assert due.strftime("%H:%M:%S") == "09:00:00"
    assert CALENDAR.is_working_day(due.date())
    assert timing.may_digest_go(due, CALENDAR)


@given(st.datetimes(datetime(2026, 1, 1), datetime(2026, 12, 31)))  # noqa: DTZ001
def test_a_reminder_never_goes_on_a_day_off_and_never_early(at: datetime) -> None:
    now = at.replace(tzinfo=UTC, microsecond=0)
    goes = timing.goes_out_at("reminder", now, CALENDAR)
    assert goes >= now
    assert CALENDAR.is_working_day(CALENDAR.local_date(goes))
    assert timing.goes_out_at("reminder", goes, CALENDAR) == goes
