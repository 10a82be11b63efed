"""Work for others: an external task waits for its worker, and for nobody else."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from service import bootstrap
from service.application import records as r
from service.application.actors import Actor
from service.application.application import Application
from service.application.commands.administering.deploy_processes import deploy_processes
from service.application.commands.running.complete_external_task import complete_external_task
from service.application.commands.running.deliver_messages import deliver_messages
from service.errors import NotPermitted, TaskNotOpen
from tests.world import instant

NOW = instant("2026-08-01 09:00:00")
WORKER = Actor("translator", frozenset({"SYSTEM/worker"}))
DIAGRAM = b"""<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL"
  xmlns:camunda="http://camunda.org/schema/1.0/bpmn" id="Work" targetNamespace="test">
  <bpmn:message id="Message_Begin" name="Begin"/>
  <bpmn:process id="outside_work" isExecutable="true">
    <bpmn:startEvent id="Begin"><bpmn:outgoing>F1</bpmn:outgoing>
      <bpmn:messageEventDefinition id="Begin_Message" messageRef="Message_Begin"/></bpmn:startEvent>
    <bpmn:serviceTask id="Translate" camunda:type="external" camunda:topic="translation">
      <bpmn:incoming>F1</bpmn:incoming><bpmn:outgoing>F2</bpmn:outgoing></bpmn:serviceTask>
    <bpmn:userTask id="Read" camunda:candidateGroups="${reader}">
      <bpmn:incoming>F2</bpmn:incoming><bpmn:outgoing>F3</bpmn:outgoing></bpmn:userTask>
    <bpmn:endEvent id="Done"><bpmn:incoming>F3</bpmn:incoming></bpmn:endEvent>
    <bpmn:sequenceFlow id="F1" sourceRef="Begin" targetRef="Translate"/>
    <bpmn:sequenceFlow id="F2" sourceRef="Translate" targetRef="Read"/>
    <bpmn:sequenceFlow id="F3" sourceRef="Read" targetRef="Done"/>
  </bpmn:process>
</bpmn:definitions>
"""


@pytest.fixture
def app(database_url: str) -> Iterator[Application]:
    """An instance waits for a translator."""
    with bootstrap.open_database(database_url, durable=False) as store:
        app = bootstrap.application(store)
        deploy_processes(app, bootstrap.INSTALLER, {"outside_work.bpmn": DIAGRAM}, {}, NOW)
        with store.write() as work:
            work.messages.add([r.Message(0, "Begin", "1", {}, NOW)])
            work.commit()
        deliver_messages(app, NOW)
        yield app


def waiting(app: Application) -> tuple[int, str]:
    """The instance and its external task."""
    with app.store.read() as work:
        instance = work.instances.find("outside_work", "1")
        assert instance is not None
        (task,) = work.external_tasks.of_instance(instance.id)
    assert task.topic == "translation"
    return instance.id, task.id


def test_its_result_moves_the_process_on(app: Application) -> None:
    instance_id, task_id = waiting(app)
    complete_external_task(app, WORKER, task_id, {"reader": "MFA/reviewer"}, NOW)
    with app.store.read() as work:
        (open_task,) = work.user_tasks.open_of_instance(instance_id)
        assert list(work.external_tasks.of_instance(instance_id)) == []
    assert open_task.candidate_groups == ("MFA/reviewer",)


def test_it_is_done_once(app: Application) -> None:
    _, task_id = waiting(app)
    complete_external_task(app, WORKER, task_id, {"reader": "MFA/reviewer"}, NOW)
    with pytest.raises(TaskNotOpen):
        complete_external_task(app, WORKER, task_id, {"reader": "MT/submitter"}, NOW)


def test_nobody_else_may(app: Application) -> None:
    _, task_id = waiting(app)
    with pytest.raises(NotPermitted, match="SYSTEM/worker"):
        complete_external_task(app, bootstrap.INSTALLER, task_id, {}, NOW)
