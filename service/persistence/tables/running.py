"""Diagrams and forms; instances and what they wait for."""

from __future__ import annotations

from sqlalchemy import (
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    Text,
    UniqueConstraint,
)

from service.persistence.tables.columns import (
    counter,
    instant,
    number,
    partial,
    plain,
    refers,
    table,
    texts,
    words,
)
from service.persistence.types import Id, Instant, JsonTuple

definition = table(
    "definition",
    number(),
    *texts("digest", "key"),
    Column("version", Integer, nullable=False),
    Column("xml", LargeBinary, nullable=False),
    words("deployment"),
    instant("deployed_at"),
    words("deployed_by"),
    Column("message_starts", JsonTuple, nullable=False),
    UniqueConstraint("key", "version"),
)

form_definition = table(
    "form_definition",
    number(),
    *texts("key", "digest", "text", "deployment"),
    instant("deployed_at"),
    UniqueConstraint("key", "deployment"),
)

cycle = table(
    "cycle",
    number(),
    Column("year", Integer, nullable=False),
    plain("settings"),
    plain("dates"),
    instant("opened_at"),
    Column("instance_id", Id),  # no foreign key: instance refers to cycle already
    Column("submissions_closed_at", Instant),
    Column("concluded_at", Instant),
    Column("consolidated_at", Instant),
    words("status"),
    Column("last_number", Integer, nullable=False),
    UniqueConstraint("year"),
)

instance = table(
    "instance",
    number(),
    words("definition_key"),
    refers("definition_id", "definition.id"),
    words("business_key"),
    refers("cycle_id", "cycle.id", nullable=True),
    words("status"),
    Column("version", Integer, nullable=False),
    Column("state", LargeBinary, nullable=False),
    instant("started_at"),
    Column("ended_at", Instant),
    Index(None, "definition_key", "business_key"),
    Index(None, "cycle_id"),
)

user_task = table(
    "user_task",
    Column("id", Text, primary_key=True),
    refers("instance_id", "instance.id"),
    words("element_id"),
    plain("names"),
    *texts("form_key", "clause", "assignee"),
    Column("candidate_groups", JsonTuple, nullable=False),
    Column("candidate_users", JsonTuple, nullable=False),
    Column("excluded_users", JsonTuple, nullable=False),
    words("completed_by_variable"),
    Column("due_at", Instant),
    Column("follow_up_at", Instant),
    instant("opened_at"),
    words("status"),
    Column("closed_at", Instant),
    words("completed_by"),
    counter("revision"),  # how often its due instants were moved
    Index(None, "instance_id", "status"),
)

# The inbox: one row per open task and candidate group, or person (`@id`) it is meant for. Rows go
# when the task is closed, so a list costs what is open, not what was ever done.
user_task_group = table(
    "user_task_group",
    Column("task_id", Text, ForeignKey("user_task.id"), primary_key=True),
    Column("group_name", Text, primary_key=True),
    Index(None, "group_name", "task_id"),
)

timer = table(
    "timer",
    Column("id", Text, primary_key=True),
    refers("instance_id", "instance.id"),
    words("element_id"),
    instant("due_at"),
    instant(
        "wake_at"
    ),  # when it is claimed: `due_at`, or later if it failed and is to be tried again
    counter("attempts"),  # how often it failed since it was set
    Index(None, "wake_at", "id"),
    Index(None, "instance_id"),
)

# When a process starts by itself: the next firing of the timer on its start event.
timer_start = table(
    "timer_start",
    Column("key", Text, primary_key=True),  # the BPMN process id
    instant("due_at"),
    instant("wake_at"),
    counter("attempts"),
)

# Instances whose deadlines are still to be planned again after a change of the calendar.
# Their timers do not fire before.
replanning = table(
    "replanning",
    refers("instance_id", "instance.id", primary_key=True),
    refers("change_id", "calendar_change.id", primary_key=True),
    Index(None, "change_id"),
)

subscription = table(
    "subscription",
    Column("id", Text, primary_key=True),
    refers("instance_id", "instance.id"),
    *texts("name", "business_key"),
    Index(None, "name", "business_key"),
)

external_task = table(
    "external_task",
    Column("id", Text, primary_key=True),
    refers("instance_id", "instance.id"),
    *texts("element_id", "topic"),
    instant("created_at"),
    Index(None, "topic", "id"),
)

MESSAGE_IS_PENDING = "status = 'pending'"
MESSAGE_IS_BUFFERED = "status = 'buffered'"

message = table(
    "message",
    number(),
    *texts("name", "business_key"),
    plain("payload"),
    instant("created_at"),
    words("status"),
    refers("from_instance_id", "instance.id", nullable=True),
    partial("ix_message_pending", "id", where=MESSAGE_IS_PENDING),
    partial("ix_message_buffered", "name", "business_key", where=MESSAGE_IS_BUFFERED),
)

INCIDENT_IS_OPEN = "resolved_at IS NULL"

incident = table(
    "incident",
    number(),
    refers("instance_id", "instance.id"),
    *texts("element_id", "message"),
    instant("occurred_at"),
    Column("last_at", Instant),  # the latest failure, when it failed again
    counter("times", start=1),
    Column("resolved_at", Instant),
    Index(None, "instance_id"),
    partial("uq_incident_open", "instance_id", "element_id", where=INCIDENT_IS_OPEN, unique=True),
)
