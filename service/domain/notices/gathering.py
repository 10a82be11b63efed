"""Several waiting notices about one thing become one, which says how many it stands for."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, Protocol, TypeVar

from service.domain.notices.timing import WORKING_DAYS_ONLY


class Notice(Protocol):
    """What is looked at of something on its way out."""

    @property
    def id(self) -> int:
        """Later ones have greater numbers."""

    @property
    def kind(self) -> str:
        """Letter · notice · reminder · escalation."""

    @property
    def subject(self) -> str:
        """The machine word of its text."""

    @property
    def about(self) -> str:
        """What it concerns."""

    @property
    def payload(self) -> Mapping[str, Any]:
        """Facts; `task` is the element that a reminder belongs to, `missed` counts rungs."""

    @property
    def created_at(self) -> datetime:
        """The instant of the step that sent it."""

    @property
    def instance_id(self) -> int | None:
        """Whose step that was."""


N = TypeVar("N", bound=Notice)


@dataclass(frozen=True, slots=True)
class Gathered(Generic[N]):
    """The newest of what belongs together, and how many earlier ones it stands for.

    `copies` are the rows by which that newest firing told several groups; never empty.
    """

    copies: tuple[N, ...]
    earlier: int

    @property
    def newest(self) -> N:
        """The row that is put into words."""
        return self.copies[0]


def news_key(notice: Notice) -> str:
    """The same for all rows by which one firing tells several groups the same."""
    payload = json.dumps(notice.payload, sort_keys=True, default=str, ensure_ascii=False)
    at = notice.created_at.isoformat()
    whose = notice.instance_id if notice.instance_id is not None else f"#{notice.id}"
    return "/".join([str(whose), notice.kind, notice.subject, notice.about, at, payload])


def matter_key(notice: Notice) -> str:
    """The same for the rungs of one ladder; letters and plain notices stand for themselves."""
    if notice.kind not in WORKING_DAYS_ONLY or notice.instance_id is None:
        return news_key(notice)
    element = notice.payload.get("task") or notice.payload.get("element") or ""
    parts = [notice.instance_id, notice.kind, notice.subject, notice.about, element]
    return "/".join(map(str, parts))


def gather(notices: Iterable[N]) -> Sequence[Gathered[N]]:
    """One for each matter, the earliest matter first; repeats of one firing count once."""
    matters: dict[str, dict[str, list[N]]] = {}
    for notice in sorted(notices, key=lambda each: each.id):
        news = matters.setdefault(matter_key(notice), {})
        news.setdefault(news_key(notice), []).append(notice)
    return [_gathered(list(news.values())) for news in matters.values()]


def _gathered(news: list[list[N]]) -> Gathered[N]:
    missed = sum(_count(copies[0].payload.get("missed")) for copies in news)
    return Gathered(tuple(news[-1]), earlier=len(news) - 1 + missed)


def _count(value: object) -> int:
    return value if isinstance(value, int) and value > 0 else 0
