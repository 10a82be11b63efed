"""Small processes with a timer, and an engine with a defect, for tests of firing and starting."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from service import bootstrap
from service.application import records as r
from service.application import steps as s
from service.application.application import Application
from service.application.commands.administering.deploy_processes import deploy_processes
from service.application.commands.running.deliver_messages import deliver_messages
from service.application.ports import Store
from service.engine.advance import SpiffEngine
from tests.world import instant

NOW = instant("2026-08-03 12:00:00")
DUE = NOW + timedelta(hours=1)
WELL, SICK = "well", "sick"

_PROCESS = """<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL"
  xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
  xmlns:camunda="http://camunda.org/schema/1.0/bpmn" id="Work" targetNamespace="test">
  <bpmn:message id="Message_Begin" name="Begin_{key}"/>
  <bpmn:process id="{key}" isExecutable="true">
    <bpmn:startEvent id="Begin"><bpmn:outgoing>F1</bpmn:outgoing>
      <bpmn:messageEventDefinition id="Begin_Message" messageRef="Message_Begin"/></bpmn:startEvent>
    <bpmn:userTask id="Wait" camunda:candidateGroups="MFA/reviewer">
      <bpmn:incoming>F1</bpmn:incoming><bpmn:outgoing>F2</bpmn:outgoing></bpmn:userTask>
    <bpmn:boundaryEvent id="Late" cancelActivity="false" attachedToRef="Wait">
      <bpmn:outgoing>F3</bpmn:outgoing>
      <bpmn:timerEventDefinition id="Late_Timer">
        <bpmn:timeDuration xsi:type="bpmn:tFormalExpression">PT1H</bpmn:timeDuration>
      </bpmn:timerEventDefinition></bpmn:boundaryEvent>
    <bpmn:endEvent id="Told"><bpmn:extensionElements><camunda:inputOutput>
        <camunda:inputParameter name="to">{to}</camunda:inputParameter>
        <camunda:inputParameter name="subject">late</camunda:inputParameter>
      </camunda:inputOutput></bpmn:extensionElements><bpmn:incoming>F3</bpmn:incoming>
      <bpmn:messageEventDefinition id="Tell" camunda:delegateExpression="${{notify}}"/>
    </bpmn:endEvent>
    <bpmn:endEvent id="Done"><bpmn:incoming>F2</bpmn:incoming></bpmn:endEvent>
    <bpmn:sequenceFlow id="F1" sourceRef="Begin" targetRef="Wait"/>
    <bpmn:sequenceFlow id="F2" sourceRef="Wait" targetRef="Done"/>
    <bpmn:sequenceFlow id="F3" sourceRef="Late" targetRef="Told"/>
  </bpmn:process>
</bpmn:definitions>
"""
# Nobody is told before the 6th of August: until then the step fails.
_NOBODY_YET = "${'MFA/head' if today() &gt;= date('2026-08-06') else ''}"


def process(key: str, to: str = "MFA/head") -> bytes:
    """A process that the message Begin_<key> starts, with a timer an hour after."""
    return _PROCESS.format(key=key, to=to).encode()


class Defective(SpiffEngine):
    """An engine that raises the next of `defects` when it wakes an instance of `sick`.

    Or at another kind of occurrence than `s.Woken`.
    """

    at: type = s.Woken

    def __init__(self) -> None:
        super().__init__()
        self.defects: Iterator[Exception] = iter(())

    def advance(
        self,
        digest: str,
        xml: bytes,
        state: bytes | None,
        occurrence: s.Occurrence,
        moment: s.Moment,
    ) -> Generator[s.EffectCall, Mapping[str, Any], s.Advance]:
        """As `SpiffEngine.advance`, with the defect."""
        if isinstance(occurrence, self.at) and self.describe(digest, xml).key == SICK:
            for defect in self.defects:
                raise defect
        return super().advance(digest, xml, state, occurrence, moment)


def installation(store: Store, engine: SpiffEngine | None = None) -> Application:
    """A Kelisim with two processes: one in good order, one whose timer fails until the 6th."""
    app = bootstrap.application(store)
    if engine is not None:
        app = Application(store, engine, app.base_calendar)
    diagrams = {"well.bpmn": process(WELL), "sick.bpmn": process(SICK, _NOBODY_YET)}
    deploy_processes(app, bootstrap.INSTALLER, diagrams, {}, NOW)
    return app


def begins(app: Application, key: str, *business_keys: str, now: datetime = NOW) -> None:
    """Instances of a process, each waiting for its timer."""
    with app.store.write() as work:
        work.messages.add([r.Message(0, f"Begin_{key}", each, {}, now) for each in business_keys])
        work.commit()
    deliver_messages(app, now)


def told(app: Application) -> list[str]:
    """Business keys of the instances whose timer has fired, as often as it did."""
    return [e.subject for e in journal(app, "fire_timer") if e.outcome == "done"]


def journal(app: Application, act: str) -> list[r.JournalEntry]:
    with app.store.read() as work:
        return [each.entry for each in work.journal.sealed() if each.entry.act == act]


def incidents(app: Application) -> list[r.Incident]:
    with app.store.read() as work:
        return list(work.incidents.all())


def next_due_at(app: Application) -> datetime | None:
    with app.store.read() as work:
        return work.timers.next_due_at()
