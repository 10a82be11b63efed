"""The calendar's words and sentences for people, in Kazakh, Russian and English."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from service.domain.calendars.explaining import AFTER, BEFORE, END, NEXT, PREVIOUS, Explanation
from service.domain.calendars.working import CountedDay
from service.domain.texts import Texts, texts

EFFECTS_TOLD: Mapping[str, Texts] = {
    "day_off": texts("Демалыс күні", "Выходной день", "Day off"),
    "working_day": texts("Жұмыс күні", "Рабочий день", "Working day"),
    "as_published": texts("Түзету алынып тасталады", "Исключение отменяется", "As published"),
}
STATUSES_TOLD: Mapping[str, Texts] = {
    "estimated": texts("болжамды", "расчётный", "estimated"),
    "announced": texts("жарияланған", "объявлен", "announced"),
    "confirmed": texts("бекітілген", "утверждён", "confirmed"),
}
REMARKS_TOLD: Mapping[str, Texts] = {
    "works_already": texts(
        "жарияланған күнтізбе бойынша да жұмыс күні",
        "и так рабочий день по опубликованному календарю",
        "is a working day as published already",
    ),
    "off_already": texts(
        "жарияланған күнтізбе бойынша да демалыс күні",
        "и так выходной день по опубликованному календарю",
        "is a day off as published already",
    ),
    "never_overridden": texts(
        "бұл күнге түзету енгізілмеген",
        "для этого дня исключений нет",
        "was never overridden",
    ),
    "without_legal_act": texts(
        "бекітілген деп көрсетілген, бірақ құқықтық акт аталмаған",
        "указан как утверждённый, но правовой акт не назван",
        "is confirmed, but no legal act is named",
    ),
    "past": texts(
        "өткен күн: жабылған тапсырмалар өзгермейді",
        "прошедший день: закрытые задачи не меняются",
        "has passed: what is closed stays as it was judged",
    ),
}
WARNINGS_TOLD: Mapping[str, Texts] = {
    "year_not_confirmed": texts(
        "{year} жылғы жұмыс күнтізбесі бекітілмеген: құқықтық актімен салыстырыңыз.",
        "Производственный календарь на {year} год не утверждён: сверьте с правовым актом.",
        "The working calendar of {year} is not confirmed: compare it with the legal act.",
    ),
    "replanning_waits": texts(
        "Күнтізбе өзгерді, мерзімдер қайта есептелуде.",
        "Календарь изменён, сроки пересчитываются.",
        "The calendar has changed; deadlines are being planned again.",
    ),
}
KINDS_TOLD: Mapping[str, Texts] = {
    "task": texts("Заңды мерзім", "Законный срок", "Legal deadline"),
    "target": texts("Нысаналы мерзім", "Целевой срок", "Target"),
    "timer": texts("Таймер, еске салу", "Таймер, напоминание", "Timer, reminder"),
    "start": texts("Процестің басталуы", "Начало процесса", "Start of a process"),
    "failed": texts("Есептелмеді", "Не удалось пересчитать", "Failed"),
}
_HEADINGS: Mapping[str, Texts] = {
    AFTER: texts(
        "Санау басы: {on}, жұмыс күндерінің саны: {days}. Мерзімнің соңғы күні: {answer}.",
        "Отсчёт от {on}, рабочих дней: {days}. Последний день срока: {answer}.",
        "Counted from {on}, working days: {days}. The last day of the term: {answer}.",
    ),
    BEFORE: texts(
        "Кері санау басы: {on}, жұмыс күндерінің саны: {days}. Нәтижесі: {answer}.",
        "Отсчёт назад от {on}, рабочих дней: {days}. Результат: {answer}.",
        "Counted back from {on}, working days: {days}. The result: {answer}.",
    ),
    NEXT: texts(
        "{on} немесе одан кейінгі ең жақын жұмыс күні: {answer}.",
        "{on} или ближайший рабочий день после него: {answer}.",
        "{on}, or the nearest working day after it: {answer}.",
    ),
    PREVIOUS: texts(
        "{on} немесе оның алдындағы ең жақын жұмыс күні: {answer}.",
        "{on} или ближайший рабочий день перед ним: {answer}.",
        "{on}, or the nearest working day before it: {answer}.",
    ),
    END: texts(
        "Соңғы сәт: {answer} 23:59:59.",
        "Последний момент: {answer} 23:59:59.",
        "The last second: {answer} 23:59:59.",
    ),
}
_SAME_DAY = texts(
    " Оқиға күні есепке кіреді.", " День события считается.", " The day of the event counts."
)
_COUNTS = texts("{n}-жұмыс күні", "{n}-й рабочий день", "Working day {n}")
_BEGINS = texts(
    "Санау осы күннен басталады", "День, от которого идёт отсчёт", "The count begins from here"
)
_PASSED = texts("Есепке кірмейді", "Не считается", "Does not count")
_MOVES_ON = texts(
    "Жұмыс күні емес, мерзім жылжиды", "Нерабочий день, срок переносится", "Does not work: moves on"
)
_ANSWER = texts("Мерзім осы күнге келеді", "Срок приходится на этот день", "This is the day")
_ENDS = texts("Мерзім осы күнмен бітеді", "Срок кончается этим днём", "The term ends with this day")
_OVER = texts(
    "Келесі күннен есептеледі", "Считается со следующего дня", "Counted from the next day"
)


def heading(explanation: Explanation) -> Texts:
    """The question and its answer as a sentence."""
    asked = explanation.question
    more = _SAME_DAY if asked.same_day else {}
    return {
        language: text.format(
            on=_date(asked.on, language),
            answer=_date(explanation.answer, language),
            days=asked.days,
        )
        + more.get(language, "")
        for language, text in _HEADINGS[asked.kind].items()
    }


def why(explanation: Explanation, counted: CountedDay) -> Texts:
    """What became of one of its days: the so manieth, or why it is none."""
    kind, on = explanation.question.kind, counted.day.on
    if counted.number:
        return {key: text.format(n=counted.number) for key, text in _COUNTS.items()}
    if kind == END:
        return _ENDS
    if kind in (NEXT, PREVIOUS) or explanation.question.days == 0:
        return _ANSWER if on == explanation.answer else _MOVES_ON
    if on == explanation.question.on:
        return _BEGINS
    return _PASSED if not counted.day.working else _OVER


def _date(on: date, language: str) -> str:
    return on.isoformat() if language == "en" else f"{on:%d.%m.%Y}"
