"""Texts of messages as process owners wrote them; every version stays."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import bindparam, func, select

from service.application.records import MessageTemplate
from service.persistence import tables as t
from service.persistence.link import Link
from service.persistence.shapes import Shape

_TEMPLATE = Shape(MessageTemplate, t.message_template)
_m = t.message_template.c

_VERSIONS = _TEMPLATE.select.where(
    _m.subject == bindparam("wanted"), _m.language == bindparam("spoken")
).order_by(_m.version.desc())
_NEWEST = _VERSIONS.limit(1)
_LAST = select(func.max(_m.id)).group_by(_m.subject, _m.language)
_ALL_NEWEST = _TEMPLATE.select.where(_m.id.in_(_LAST)).order_by(_m.subject, _m.language)


class SqlMessageTemplates:
    """`ports.MessageTemplates` in SQL."""

    def __init__(self, link: Link) -> None:
        self._link = link

    def add(self, template: MessageTemplate) -> None:
        """Store the next version. Conflict (on leaving the work) on a version that is there."""
        _TEMPLATE.add(self._link, template)

    def newest(self, subject: str, language: str) -> MessageTemplate | None:
        """The text in force, or None while the shipped one is."""
        return _TEMPLATE.one(self._link.row(_NEWEST, {"wanted": subject, "spoken": language}))

    def all_newest(self) -> Sequence[MessageTemplate]:
        """The newest version of each subject and language."""
        return _TEMPLATE.all(self._link.rows(_ALL_NEWEST))

    def versions(self, subject: str, language: str) -> Sequence[MessageTemplate]:
        """The newest first."""
        return _TEMPLATE.all(self._link.rows(_VERSIONS, {"wanted": subject, "spoken": language}))
