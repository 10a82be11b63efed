"""A group with thousands of open tasks, for the tests and the benchmark of feeds."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from service.application import records as r
from service.application.ports import Store

GROUP = "MFA/reviewer"
NOW = datetime(2026, 10, 1, 5, tzinfo=UTC)
NAMES = {"kk": "Тұжырымдаманы қарау", "ru": "Рассмотрение концепции", "en": "Examine the concept"}


def add_tasks(store: Store, count: int) -> None:
    """One instance with one task each, due on a hundred different days, with a target before."""
    with store.write() as work:
        definition = work.definitions.add(
            r.Definition(0, "d" * 64, "many", 1, b"<x/>", "many", NOW, "owner")
        )
        for number in range(count):
            instance = work.instances.add(
                r.Instance(
                    id=0,
                    definition_key=definition.key,
                    definition_id=definition.id,
                    business_key=f"2026/MT/MT-{number}",
                    cycle_id=None,
                    status="running",
                    version=1,
                    state=b"",
                    started_at=NOW,
                )
            )
            work.user_tasks.add([_task(number, instance.id)])
        work.commit()


def _task(number: int, instance_id: int) -> r.UserTask:
    due_at = datetime(2026, 10, 24, 18, 59, 59, tzinfo=UTC) + timedelta(days=number % 100)
    return r.UserTask(
        id=f"{number:08}-9d2c-4f8e-8a2b-0c7d5a3f1e6b",
        instance_id=instance_id,
        element_id="UserTask_ExamineConcept",
        names=NAMES,
        form_key="examine_concept",
        clause="8",
        assignee="",
        candidate_groups=(GROUP,),
        candidate_users=(),
        excluded_users=(),
        completed_by_variable="",
        due_at=due_at,
        follow_up_at=due_at - timedelta(days=1),
        opened_at=NOW,
    )
