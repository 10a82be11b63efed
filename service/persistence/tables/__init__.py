"""Every table, column, key and index: the single truth about what is stored.

A column is named as the field of its record in `service.application.records`; where that is a
word of SQL, the column's name differs and its `key` is the field. `migrations/` builds the same
schema step by step, and a test compares the two. Conditions of partial indices are repeated
literally in the statements that rely on them: SQLite does not match them with bound values.
"""

from __future__ import annotations

from service.persistence.tables.columns import metadata
from service.persistence.tables.outgoing import (
    DELIVERY_IS_UNSETTLED,
    OUTGOING_IS_UNROUTED,
    delivery,
    delivery_item,
    message_template,
    outbox,
)
from service.persistence.tables.people import (
    account,
    body,
    calendar_feed,
    membership,
    person,
    web_session,
)
from service.persistence.tables.planning_calendar import (
    calendar_change,
    calendar_move,
    calendar_override,
    calendar_year,
)
from service.persistence.tables.record import form_submission, journal, journal_head
from service.persistence.tables.registers import (
    concept,
    conclusion,
    decision,
    letter,
    plan,
    plan_item,
    understanding,
)
from service.persistence.tables.running import (
    INCIDENT_IS_OPEN,
    MESSAGE_IS_BUFFERED,
    MESSAGE_IS_PENDING,
    cycle,
    definition,
    external_task,
    form_definition,
    incident,
    instance,
    message,
    replanning,
    subscription,
    timer,
    timer_start,
    user_task,
    user_task_group,
)

__all__ = [
    "DELIVERY_IS_UNSETTLED",
    "INCIDENT_IS_OPEN",
    "MESSAGE_IS_BUFFERED",
    "MESSAGE_IS_PENDING",
    "OUTGOING_IS_UNROUTED",
    "account",
    "body",
    "calendar_change",
    "calendar_feed",
    "calendar_move",
    "calendar_override",
    "calendar_year",
    "concept",
    "conclusion",
    "cycle",
    "decision",
    "definition",
    "delivery",
    "delivery_item",
    "external_task",
    "form_definition",
    "form_submission",
    "incident",
    "instance",
    "journal",
    "journal_head",
    "letter",
    "membership",
    "message",
    "message_template",
    "metadata",
    "outbox",
    "person",
    "plan",
    "plan_item",
    "replanning",
    "subscription",
    "timer",
    "timer_start",
    "understanding",
    "user_task",
    "user_task_group",
    "web_session",
]
