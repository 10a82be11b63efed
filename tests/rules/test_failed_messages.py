"""A message whose step fails: set aside, told in the journal, and nobody else waits for it."""

from __future__ import annotations

from typing import Any

import pytest

from service.application import records as r
from service.application.commands.running.deliver_messages import deliver_messages
from tests.actors import Filed
from tests.world import World


def sends(world: World, name: str, key: str, payload: dict[str, Any] | None = None) -> None:
    with world.app.store.write() as work:
        work.messages.add([r.Message(0, name, key, payload or {}, world.now)])
        work.commit()


def withdrawn(world: World, filed: Filed) -> None:
    sends(world, "ConceptWithdrawn", filed.receipt.business_key)


def incidents(world: World) -> list[r.Incident]:
    with world.app.store.read() as work:
        return list(work.incidents.all())


@pytest.fixture
def filed(world: World) -> Filed:
    """A concept that the Ministry considers."""
    return world.opens_cycle(2026).at("2026-09-10").body("MT").submits()


def test_a_first_step_that_fails_is_in_the_journal(world: World) -> None:
    """Its variables are missing, so the due date of the first task cannot be worked out."""
    world.opens_cycle(2026)
    sends(world, "OpenSubmission", "2026/MOJ", {"cycle_id": world.board.cycle.id})
    world.settle()
    (entry,) = world.journal("deliver_message", outcome="failed")
    assert (entry.subject, entry.actor, entry.instance_id) == ("2026/MOJ", "system", None)
    assert entry.details["message"] == "OpenSubmission"
    assert entry.details["reason"]
    assert world.instance("body_submission", "2026/MOJ") is None
    assert incidents(world) == []
    assert world.journal_is_intact()


def test_it_is_not_tried_again_and_the_next_one_is_delivered(world: World, filed: Filed) -> None:
    sends(world, "OpenSubmission", "2026/MOJ")
    withdrawn(world, filed)
    assert deliver_messages(world.app, world.now) >= 2
    assert deliver_messages(world.app, world.now) == 0
    assert filed.state == "withdrawn"
    assert len(world.journal("deliver_message", outcome="failed")) == 1


def test_a_running_instance_that_refuses_it_has_an_incident_too(world: World, filed: Filed) -> None:
    """The concept was decided otherwise meanwhile: it cannot be withdrawn, and nothing is lost."""
    with world.app.store.write() as work:
        work.concepts.change(filed.record.id, state="not_expedient")
        work.commit()
    withdrawn(world, filed)
    world.settle()
    (entry,) = world.journal("deliver_message", outcome="failed")
    (incident,) = incidents(world)
    assert entry.instance_id == incident.instance_id == filed.instance_id
    assert entry.details["reason"] == incident.message
    assert filed.state == "not_expedient"
    assert "UserTask_ExamineConcept" in filed.tasks()
