"""What a process owner does to a copy of processes/: changes to the XML, and to nothing else."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

from tests.commandline.running import ROOT

PROCESSES = ROOT / "processes"
CYCLE, SUBMISSION, REVIEW = (
    "annual_cycle.bpmn",
    "body_submission.bpmn",
    "concept_review.bpmn",
)
_REVIEW_TASK = """
    <bpmn:userTask id="{id}" name="Құқықтық сараптама" camunda:candidateGroups="{group}">
      <bpmn:extensionElements>
        <camunda:properties>
          <camunda:property name="name.ru" value="Правовая экспертиза" />
          <camunda:property name="name.en" value="Legal review" />
        </camunda:properties>
      </bpmn:extensionElements>
      <bpmn:incoming>Flow_ExamineConcept_SignConclusion</bpmn:incoming>
      <bpmn:outgoing>Flow_{id}</bpmn:outgoing>
    </bpmn:userTask>
    <bpmn:sequenceFlow id="Flow_{id}" sourceRef="{id}" targetRef="UserTask_SignConclusion" />
"""
_REVIEW_PICTURE = """
      <bpmndi:BPMNShape id="{id}_di" bpmnElement="{id}">
        <dc:Bounds x="1170" y="{y}" width="60" height="40" />
      </bpmndi:BPMNShape>
      <bpmndi:BPMNEdge id="Flow_{id}_di" bpmnElement="Flow_{id}">
        <di:waypoint x="1230" y="1075" />
        <di:waypoint x="1270" y="1075" />
      </bpmndi:BPMNEdge>
"""


class Copy:
    """A copy of the shipped diagrams; each change says how often it must find its place."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "processes"
        self.folder.mkdir()
        for file in PROCESSES.glob("*.bpmn"):
            shutil.copy(file, self.folder)

    def replace(self, name: str, old: str, new: str, times: int = 1) -> Copy:
        file = self.folder / name
        text = file.read_text(encoding="utf-8")
        assert text.count(old) == times, f"{old!r} stands {text.count(old)} times in {name}"
        file.write_text(text.replace(old, new), encoding="utf-8")
        return self

    def date(self, parameter: str, value: str) -> Copy:
        """Change one of the year's dates, in the one place where it stands."""
        file = self.folder / CYCLE
        text = file.read_text(encoding="utf-8")
        pattern = rf'(<camunda:inputParameter name="{parameter}">)[^<]*<'
        changed, times = re.subn(pattern, rf"\g<1>{value}<", text)
        assert times == 1
        file.write_text(changed, encoding="utf-8")
        return self

    def legal_review(
        self,
        element: str = "UserTask_LegalReview",
        group: str = "MFA/lawyer",
        *,
        drawn: bool = True,
    ) -> Copy:
        """A further user task before the conclusion is signed."""
        added = _REVIEW_TASK.format(id=element, group=group)
        self.replace(
            REVIEW,
            'sourceRef="UserTask_ExamineConcept" targetRef="UserTask_SignConclusion" />',
            f'sourceRef="UserTask_ExamineConcept" targetRef="{element}" />{added}',
        )
        self.replace(
            REVIEW,
            "<bpmn:incoming>Flow_ExamineConcept_SignConclusion</bpmn:incoming>\n"
            "      <bpmn:outgoing>Flow_SignConclusion",
            f"<bpmn:incoming>Flow_{element}</bpmn:incoming>\n"
            "      <bpmn:outgoing>Flow_SignConclusion",
        )
        self.replace(
            REVIEW,
            "<bpmn:flowNodeRef>UserTask_SignConclusion<",
            f"<bpmn:flowNodeRef>{element}</bpmn:flowNodeRef>\n"
            "        <bpmn:flowNodeRef>UserTask_SignConclusion<",
        )
        if drawn:
            shape = '<bpmndi:BPMNShape id="UserTask_SignConclusion_di"'
            picture = _REVIEW_PICTURE.format(id=element, y=1055)
            self.replace(REVIEW, shape, picture.strip() + "\n      " + shape)
        return self

    def ladder(self, *rungs: int) -> Copy:
        """Another ladder of reminders to the bodies."""
        old = "${ladder(legal_due('submission', submission_on), -30, -10, -3, -1)}"
        written = ", ".join(map(str, rungs))
        new = f"${{ladder(legal_due('submission', submission_on), {written})}}"
        return self.replace(SUBMISSION, old, new)
