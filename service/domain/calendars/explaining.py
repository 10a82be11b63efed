"""Why a date is what it is: each day of a count, and whether it counted.

A `RecordingCalendar` notes what is asked of it. So whatever works out a date, a rule of the domain
or an expression on a diagram, is explained by working it out once more and looking at its
questions.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeVar

from service.domain.calendars.known import ONE_DAY
from service.domain.calendars.working import CountedDay, WorkingCalendar

AFTER, BEFORE, NEXT, PREVIOUS, END = QUESTIONS = ("after", "before", "next", "previous", "end")

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Question:
    """What was asked of a calendar. Its `kind` is one of five.

    - after: the n-th working day after `on` (with `same_day`, `on` itself may be the first);
    - before: the n-th working day before `on`;
    - next, previous: `on`, or the nearest working day after or before it;
    - end: the last second of `on`.
    """

    kind: str
    on: date
    days: int = 0
    same_day: bool = False


@dataclass(frozen=True, slots=True)
class Explanation:
    """A question, its answer, and each day that was looked at on the way, in that order.

    A day with a number counted as the so manieth; one with 0 did not, or is where it began.
    """

    question: Question
    answer: date
    each: tuple[CountedDay, ...]


class RecordingCalendar(WorkingCalendar):
    """The same calendar, which keeps what it was asked: `questions`, each once, in order."""

    __slots__ = ("_asking", "questions")

    def __init__(self, calendar: WorkingCalendar) -> None:
        super().__init__(calendar.base, calendar.overrides, calendar.zone)
        self.questions: list[Question] = []
        self._asking = False

    def next_working_day(self, on: date) -> date:
        """See WorkingCalendar."""
        with self._noted(Question(NEXT, on)):
            return super().next_working_day(on)

    def previous_working_day(self, on: date) -> date:
        """See WorkingCalendar."""
        with self._noted(Question(PREVIOUS, on)):
            return super().previous_working_day(on)

    def working_days_after(self, event_on: date, days: int, *, same_day: bool = False) -> date:
        """See WorkingCalendar."""
        with self._noted(Question(AFTER, event_on, days, same_day)):
            return super().working_days_after(event_on, days, same_day=same_day)

    def working_days_before(self, on: date, days: int) -> date:
        """See WorkingCalendar."""
        with self._noted(Question(BEFORE, on, days)):
            return super().working_days_before(on, days)

    def end_of(self, on: date) -> datetime:
        """See WorkingCalendar."""
        with self._noted(Question(END, on)):
            return super().end_of(on)

    @contextmanager
    def _noted(self, question: Question) -> Iterator[None]:
        """Keep a question that comes from outside; the answer asks the calendar more."""
        if self._asking:
            yield
            return
        self._asking = True
        try:
            yield
        finally:
            self._asking = False
        if question not in self.questions:
            self.questions.append(question)


def explained(
    calendar: WorkingCalendar, work_out: Callable[[WorkingCalendar], _T]
) -> tuple[_T, tuple[Explanation, ...]]:
    """What `work_out` finds with the calendar, and the explanation of each question it asks."""
    recording = RecordingCalendar(calendar)
    found = work_out(recording)
    return found, tuple(explain(calendar, question) for question in recording.questions)


def explain(calendar: WorkingCalendar, question: Question) -> Explanation:
    """The answer to a question with each day on the way. Raises WrongInput as the calendar does."""
    on, days = question.on, question.days
    if question.kind == AFTER:
        counted = calendar.explain_term(on, days, same_day=question.same_day)
        return Explanation(question, counted[-1].day.on, counted)
    answer = {
        BEFORE: lambda: calendar.working_days_before(on, days),
        NEXT: lambda: calendar.next_working_day(on),
        PREVIOUS: lambda: calendar.previous_working_day(on),
        END: lambda: on,
    }[question.kind]()
    return Explanation(question, answer, _walk(calendar, question, answer))


def _walk(calendar: WorkingCalendar, question: Question, answer: date) -> tuple[CountedDay, ...]:
    step = -ONE_DAY if answer < question.on else ONE_DAY
    walked, number = [], 0
    for offset in range(abs((answer - question.on).days) + 1):
        day = calendar.explain(question.on + offset * step)
        counts = question.kind == BEFORE and day.working and offset > 0 and number < question.days
        number += counts
        walked.append(CountedDay(day, number if counts else 0))
    return tuple(walked)
