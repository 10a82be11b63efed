"""The process owner's proof: a copy of processes/ in which only XML is changed behaves accordingly.

No Python differs: the same command plays the same year on the changed diagrams.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from service.bootstrap import open_database
from tests.commandline.running import DEMONSTRATION, Ran, kelisim, process
from tests.journeys.diagrams import CYCLE, REVIEW, SUBMISSION, Copy
from tests.journeys.years import INVITED, Data, at, concept, small, written


@pytest.fixture
def copy(tmp_path: Path, few_bodies: None) -> Copy:
    """For years with nine bodies, which are played quickly."""
    return Copy(tmp_path)


@pytest.fixture
def whole(tmp_path: Path) -> Copy:
    """For the demonstration year with all its bodies."""
    return Copy(tmp_path)


def simulated(copy: Copy, scenario: Path | Data, *options: object) -> Data:
    file = written(copy.folder.parent, scenario) if isinstance(scenario, dict) else scenario
    return kelisim("simulate", file, "--processes", copy.folder, "--json", *options).json


def deadline(outcome: Data, step: str) -> Data:
    found: Data = next(each for each in outcome["deadlines"] if each["step"] == step)
    return found


def reminded_at(outcome: Data, subject: str = "submission_due", to: str = "") -> list[str]:
    """The instants of reminders, each once, local."""
    found = {
        each["at"]
        for each in outcome["reminders"]
        if each["subject"] == subject and to in each["to"]
    }
    return sorted(found)


# --- (a) the submission date ---------------------------------------------------------------------


def test_the_submission_date_moves_to_20_september(copy: Copy) -> None:
    """20 September 2026 is a Sunday: Monday 21 September is the last day."""
    copy.date("submission_on", "09-20")
    data = small(
        concepts=[
            concept(1, submitted_at=at(2026, "09-21", "23:59:59")),
            concept(2, submitted_at=at(2026, "09-22", "00:00:00")),
        ],
        letters=[
            {"id": "L-1", "body": "MOD", "submitted_at": at(2026, "09-21", "23:59:59")},
            {"id": "L-2", "body": "ACSA", "submitted_at": at(2026, "09-22", "00:00:00")},
        ],
    )

    year = simulated(copy, data)

    assert deadline(year, "submission")["legal"] == "2026-09-21"
    assert deadline(year, "submission")["due_at"] == at(2026, "09-21", "23:59:59")
    assert year["concepts"]["C-1"]["state"] == "transmitted"
    assert year["concepts"]["C-2"]["state"] == "returned_late"
    assert year["bodies"]["MOD"] == "no_proposals"
    assert year["bodies"]["ACSA"] == "no_proposals_late"
    assert [e["at"] for e in year["letters"] if e["kind"] == "return_notice"] == [
        at(2026, "09-22", "00:00:00")
    ]
    escalated = {e["at"] for e in year["escalations"] if e["to"] == "NBK/head"}
    assert min(escalated) == at(2026, "09-22", "00:00:00")


def test_who_was_on_time_is_late_on_the_earlier_date(whole: Copy) -> None:
    """The whole demonstration year: a letter of 25 September, 18:00, is too late now."""
    year = simulated(whole.date("submission_on", "09-20"), DEMONSTRATION)

    assert year["bodies"]["ACSA"] == "no_proposals_late"
    assert year["bodies"]["MOD"] == "no_proposals"
    assert len(year["refused"]) == 2
    assert len(year["plans"]["current"]["items"]) == 15
    assert year["status"] == "transmitted"


# --- (b) a further user task ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("as_process", "drawn"),
    [(False, True), (True, False)],
    ids=["drawn, in this process", "not drawn, a process of its own"],
)
def test_a_legal_review_comes_before_the_signature(
    whole: Copy, tmp_path: Path, *, as_process: bool, drawn: bool
) -> None:
    whole.legal_review(drawn=drawn)
    out = tmp_path / "kept"
    scenario = written(tmp_path, small()) if as_process else DEMONSTRATION
    options = ("simulate", scenario, "--processes", whole.folder, "--json", "--out", out)
    ran: Ran = process(*options) if as_process else kelisim(*options)

    year = ran.json

    examined = [
        n for n, e in year["concepts"].items() if e["plan"] or e["state"] == "not_expedient"
    ]
    reviews = [e for e in year["stand_ins"] if e["task"] == "UserTask_LegalReview"]
    assert {e["group"] for e in reviews} == {"MFA/lawyer"}
    assert len(reviews) == len(examined) == (2 if as_process else 27)
    first = f"2026/MT/{examined[0]}"
    assert [e["at"][:10] for e in reviews if e["about"] == first] == ["2026-10-05"]
    assert year["status"] == "transmitted"
    assert _order(out, first) == [
        ("UserTask_SignConcept", "mt.signatory"),
        ("UserTask_ExamineConcept", "mfa.reviewer"),
        ("UserTask_LegalReview", "mfa.lawyer"),
        ("UserTask_SignConclusion", "mfa.head"),
    ]
    verified = kelisim("verify-journal", DATABASE_URL=f"sqlite:///{out}/simulation.sqlite3")
    assert verified.code == 0, verified.err


def test_a_task_without_a_picture_is_warned_of(copy: Copy) -> None:
    """It runs, but nobody would find it in the modeller."""
    ran = kelisim("check", copy.legal_review(drawn=False).folder)

    assert ran.code == 0
    assert "UserTask_LegalReview (Құқықтық сараптама): warning: it is not in the picture" in ran.out
    assert ran.err == "3 diagrams and 0 forms checked: 0 errors, 2 warnings.\n"


def test_a_review_for_each_body_opens_for_its_own_group(copy: Copy) -> None:
    copy.legal_review(group="${body}/lawyer")

    year = simulated(copy, small())

    assert [e["group"] for e in year["stand_ins"]] == ["MT/lawyer", "MWRI/lawyer"]
    assert year["refused"] == []


def test_two_reviews_one_after_the_other(copy: Copy) -> None:
    copy.legal_review()
    copy.replace(
        REVIEW,
        'sourceRef="UserTask_LegalReview" targetRef="UserTask_SignConclusion" />',
        """sourceRef="UserTask_LegalReview" targetRef="UserTask_Translation" />
    <bpmn:userTask id="UserTask_Translation" name="Аударма" camunda:assignee="translator">
      <bpmn:extensionElements><camunda:properties>
        <camunda:property name="name.ru" value="Перевод" />
        <camunda:property name="name.en" value="Translation" />
      </camunda:properties></bpmn:extensionElements>
      <bpmn:incoming>Flow_UserTask_LegalReview</bpmn:incoming>
      <bpmn:outgoing>Flow_Translation</bpmn:outgoing>
    </bpmn:userTask>
    <bpmn:sequenceFlow id="Flow_Translation" sourceRef="UserTask_Translation"
      targetRef="UserTask_SignConclusion" />""",
    )
    copy.replace(
        REVIEW,
        "<bpmn:incoming>Flow_UserTask_LegalReview</bpmn:incoming>\n"
        "      <bpmn:outgoing>Flow_SignConclusion",
        "<bpmn:incoming>Flow_Translation</bpmn:incoming>\n      <bpmn:outgoing>Flow_SignConclusion",
    )
    copy.replace(
        REVIEW,
        "<bpmn:flowNodeRef>UserTask_SignConclusion<",
        "<bpmn:flowNodeRef>UserTask_Translation</bpmn:flowNodeRef>\n"
        "        <bpmn:flowNodeRef>UserTask_SignConclusion<",
    )
    picture = """<bpmndi:BPMNShape id="UserTask_Translation_di" bpmnElement="UserTask_Translation">
        <dc:Bounds x="1170" y="1105" width="60" height="40" />
      </bpmndi:BPMNShape>
      <bpmndi:BPMNEdge id="Flow_Translation_di" bpmnElement="Flow_Translation">
        <di:waypoint x="1230" y="1110" />
        <di:waypoint x="1270" y="1110" />
      </bpmndi:BPMNEdge>
      """
    shape = '<bpmndi:BPMNShape id="UserTask_SignConclusion_di"'
    copy.replace(REVIEW, shape, picture + shape)

    year = simulated(copy, small(concepts=[concept(1)]))

    assert [(e["task"], e["group"]) for e in year["stand_ins"]] == [
        ("UserTask_LegalReview", "MFA/lawyer"),
        ("UserTask_Translation", ""),
    ]
    assert year["concepts"]["C-1"]["state"] == "transmitted"


# --- (c) another ladder of reminders --------------------------------------------------------------


def test_another_ladder_reminds_at_other_instants(copy: Copy) -> None:
    """Working days before Friday 25 September 2026; 0 is the day itself."""
    copy.ladder(-5, -2, 0)

    year = simulated(copy, small(concepts=[], letters=[]))

    assert reminded_at(year) == [
        at(2026, "09-18", "09:00:00"),
        at(2026, "09-23", "09:00:00"),
        at(2026, "09-25", "09:00:00"),
    ]


def test_a_ladder_at_another_hour(copy: Copy) -> None:
    old = "${ladder(legal_due('submission', submission_on), -30, -10, -3, -1)}"
    new = "${ladder(legal_due('submission', submission_on), -1, at='16:30')}"
    copy.replace(SUBMISSION, old, new)

    year = simulated(copy, small(concepts=[], letters=[]))

    assert reminded_at(year) == [at(2026, "09-24", "16:30:00")]


def test_a_reminder_that_is_deleted_is_not_sent(copy: Copy) -> None:
    file = copy.folder / SUBMISSION
    text = file.read_text(encoding="utf-8")
    for element in (
        '<bpmn:boundaryEvent id="Reminder_PrepareProposals"|</bpmn:boundaryEvent>',
        '<bpmn:endEvent id="EndEvent_Reminded"|</bpmn:endEvent>',
        '<bpmn:sequenceFlow id="Flow_PrepareProposals_Reminded"|/>',
        '<bpmndi:BPMNShape id="Reminder_PrepareProposals_di"|</bpmndi:BPMNShape>',
        '<bpmndi:BPMNShape id="EndEvent_Reminded_di"|</bpmndi:BPMNShape>',
        '<bpmndi:BPMNEdge id="Flow_PrepareProposals_Reminded_di"|</bpmndi:BPMNEdge>',
        "<bpmn:flowNodeRef>Reminder_PrepareProposals|</bpmn:flowNodeRef>",
        "<bpmn:flowNodeRef>EndEvent_Reminded<|/bpmn:flowNodeRef>",
    ):
        opening, closing = element.split("|")
        before, found, rest = text.partition(opening)
        assert found, opening
        text = before + rest.partition(closing)[2]
    file.write_text(text, encoding="utf-8")

    year = simulated(copy, small(concepts=[], letters=[]))

    assert reminded_at(year) == []
    assert year["bodies"]["NBK"] == "no_response"


# --- other changes, and several at once -----------------------------------------------------------


def test_all_three_changes_together(copy: Copy) -> None:
    copy.date("submission_on", "09-20").legal_review().ladder(-2, 0)

    year = simulated(copy, small())

    assert deadline(year, "submission")["legal"] == "2026-09-21"
    # C-1's and C-2's bodies filed on 10 September; everybody else is reminded.
    assert reminded_at(year) == [at(2026, "09-17", "09:00:00"), at(2026, "09-21", "09:00:00")]
    assert [e["task"] for e in year["stand_ins"]] == ["UserTask_LegalReview"] * 2
    assert year["status"] == "transmitted"


def test_an_earlier_conclusion_date(copy: Copy) -> None:
    """Before 5 October, exclusive: whoever examines on the 5th at 10:00 is late."""
    copy.date("conclusion_on", "10-05")

    year = simulated(copy, small())

    assert deadline(year, "conclusion")["legal"] == "2026-10-05"
    assert deadline(year, "conclusion")["due_at"] == at(2026, "10-04", "23:59:59")
    overdue = [e for e in year["escalations"] if "conclusion" in e["subject"]]
    assert min(e["at"] for e in overdue) == at(2026, "10-05", "00:00:00")
    assert {e["subject"] for e in overdue} == {"conclusion_overdue", "conclusions_overdue"}


def test_another_term_for_the_legislature(copy: Copy) -> None:
    year = simulated(copy.date("legislature_working_days", "5"), small())

    assert deadline(year, "legislature")["legal"] == "2026-12-11"
    sent = [e for e in year["decisions"] if e["kind"] == "legislature"]
    assert [e["timeliness"] for e in sent] == ["late"]  # on 15 December
    assert "legislature_overdue" in {e["subject"] for e in year["escalations"]}


def test_another_group_does_the_examination(copy: Copy, tmp_path: Path) -> None:
    copy.replace(
        REVIEW, 'camunda:candidateGroups="MFA/reviewer"', 'camunda:candidateGroups="MFA/treaties"'
    )
    out = tmp_path / "kept"

    simulated(copy, small(), "--out", out)

    assert ("UserTask_ExamineConcept", "mfa.treaties") in _order(out, "2026/MT/C-1")


def test_a_further_escalation(copy: Copy) -> None:
    """Another recipient: at the deadline, and on the last rung of the ladder after it."""
    copy.replace(
        SUBMISSION,
        '<camunda:inputParameter name="to">${body}/head,MFA/head<',
        '<camunda:inputParameter name="to">${body}/head,ADMIN/process_owner<',
    )
    copy.replace(
        SUBMISSION, "body + '/head', 'MFA/head')", "body + '/head', 'ADMIN/process_owner')"
    )

    year = simulated(copy, small(concepts=[], letters=[]))

    told = {e["to"] for e in year["escalations"] if e["subject"] == "no_response"}
    assert "ADMIN/process_owner" in told
    assert "NBK/head" in told
    assert "MFA/head" not in told
    assert len([e for e in year["escalations"] if e["to"] == "ADMIN/process_owner"]) == 2 * len(
        INVITED
    )


def test_a_new_end_event_that_escalates(copy: Copy) -> None:
    """A boundary timer on the Commission's decision, which has none in the shipped diagram."""
    copy.replace(
        CYCLE,
        '<bpmn:serviceTask id="ServiceTask_ApplyCommissionDecision"',
        """<bpmn:boundaryEvent id="Escalation_CommissionSilent" name="Шешім жоқ"
      cancelActivity="false" attachedToRef="UserTask_RecordCommissionDecision">
      <bpmn:extensionElements><camunda:properties>
        <camunda:property name="name.ru" value="Нет решения" />
        <camunda:property name="name.en" value="No decision" />
      </camunda:properties></bpmn:extensionElements>
      <bpmn:outgoing>Flow_CommissionSilent</bpmn:outgoing>
      <bpmn:timerEventDefinition id="Timer_CommissionSilent">
        <bpmn:timeDuration xsi:type="bpmn:tFormalExpression">P2D</bpmn:timeDuration>
      </bpmn:timerEventDefinition>
    </bpmn:boundaryEvent>
    <bpmn:endEvent id="EndEvent_CommissionSilent" name="Хабарланды">
      <bpmn:extensionElements><camunda:properties>
        <camunda:property name="name.ru" value="Сообщено" />
        <camunda:property name="name.en" value="Told" />
      </camunda:properties><camunda:inputOutput>
        <camunda:inputParameter name="to">MFA/head</camunda:inputParameter>
        <camunda:inputParameter name="subject">commission_silent</camunda:inputParameter>
      </camunda:inputOutput></bpmn:extensionElements>
      <bpmn:incoming>Flow_CommissionSilent</bpmn:incoming>
      <bpmn:messageEventDefinition id="Definition_CommissionSilent"
        camunda:delegateExpression="${escalate}" />
    </bpmn:endEvent>
    <bpmn:sequenceFlow id="Flow_CommissionSilent" sourceRef="Escalation_CommissionSilent"
      targetRef="EndEvent_CommissionSilent" />
    <bpmn:serviceTask id="ServiceTask_ApplyCommissionDecision\"""",
    )
    lane = "<bpmn:flowNodeRef>UserTask_RecordCommissionDecision</bpmn:flowNodeRef>"
    copy.replace(
        CYCLE,
        lane,
        f"{lane}<bpmn:flowNodeRef>Escalation_CommissionSilent</bpmn:flowNodeRef>"
        "<bpmn:flowNodeRef>EndEvent_CommissionSilent</bpmn:flowNodeRef>",
    )
    shape = '<bpmndi:BPMNShape id="UserTask_RecordCommissionDecision_di"'
    copy.replace(CYCLE, shape, _commission_silent_drawn() + shape)

    year = simulated(copy, small())

    told = [e for e in year["escalations"] if e["subject"] == "commission_silent"]
    # Sent on 9 November at 10:00, decided on the 13th.
    assert [e["at"] for e in told] == [at(2026, "11-11")]
    assert year["status"] == "transmitted"


def test_a_task_that_opens_when_nobody_acts_is_done_at_once(copy: Copy) -> None:
    """After a timer, in an instance that the scenario never touches again."""
    copy.replace(
        SUBMISSION,
        'sourceRef="ServiceTask_EscalateNoResponse" targetRef="UserTask_SendLateLetter" />',
        """sourceRef="ServiceTask_EscalateNoResponse" targetRef="UserTask_CallThem" />
    <bpmn:userTask id="UserTask_CallThem" name="Қоңырау шалу"
      camunda:candidateGroups="MFA/consolidator">
      <bpmn:extensionElements><camunda:properties>
        <camunda:property name="name.ru" value="Позвонить" />
        <camunda:property name="name.en" value="Call them" />
      </camunda:properties></bpmn:extensionElements>
      <bpmn:incoming>Flow_EscalateNoResponse_SendLateLetter</bpmn:incoming>
      <bpmn:outgoing>Flow_CallThem</bpmn:outgoing>
    </bpmn:userTask>
    <bpmn:sequenceFlow id="Flow_CallThem" sourceRef="UserTask_CallThem"
      targetRef="UserTask_SendLateLetter" />""",
    )
    copy.replace(
        SUBMISSION,
        "<bpmn:incoming>Flow_EscalateNoResponse_SendLateLetter</bpmn:incoming>\n"
        "      <bpmn:outgoing>Flow_SendLateLetter",
        "<bpmn:incoming>Flow_CallThem</bpmn:incoming>\n      <bpmn:outgoing>Flow_SendLateLetter",
    )
    lane = "<bpmn:flowNodeRef>UserTask_SendLateLetter</bpmn:flowNodeRef>"
    copy.replace(SUBMISSION, lane, lane + lane.replace("SendLateLetter", "CallThem"))
    shape = '<bpmndi:BPMNShape id="UserTask_SendLateLetter_di"'
    drawn = """<bpmndi:BPMNShape id="UserTask_CallThem_di" bpmnElement="UserTask_CallThem">
        <dc:Bounds x="1100" y="200" width="60" height="40" />
      </bpmndi:BPMNShape>
      <bpmndi:BPMNEdge id="Flow_CallThem_di" bpmnElement="Flow_CallThem">
        <di:waypoint x="1160" y="220" />
        <di:waypoint x="1180" y="220" />
      </bpmndi:BPMNEdge>
      """
    copy.replace(SUBMISSION, shape, drawn + shape)

    year = simulated(copy, small(concepts=[], letters=[], acts={}))

    assert len(year["stand_ins"]) == len(INVITED)
    assert {e["at"] for e in year["stand_ins"]} == {at(2026, "09-26", "00:00:00")}
    assert set(year["bodies"].values()) == {"no_response"}


def _commission_silent_drawn() -> str:
    return """<bpmndi:BPMNShape id="Escalation_CommissionSilent_di"
        bpmnElement="Escalation_CommissionSilent">
        <dc:Bounds x="2000" y="2000" width="36" height="36" />
      </bpmndi:BPMNShape>
      <bpmndi:BPMNShape id="EndEvent_CommissionSilent_di" bpmnElement="EndEvent_CommissionSilent">
        <dc:Bounds x="2000" y="2100" width="36" height="36" />
      </bpmndi:BPMNShape>
      <bpmndi:BPMNEdge id="Flow_CommissionSilent_di" bpmnElement="Flow_CommissionSilent">
        <di:waypoint x="2018" y="2036" />
        <di:waypoint x="2018" y="2100" />
      </bpmndi:BPMNEdge>
      """


def _order(out: Path, subject: str) -> list[tuple[str, str]]:
    """Who completed what on a matter, in the order of the journal: (element, person)."""
    url = f"sqlite:///{out}/simulation.sqlite3"
    with open_database(url, migrate=False) as store, store.read() as work:
        entries = [sealed.entry for sealed in work.journal.sealed()]
    details: list[tuple[Any, str]] = [
        (entry.details["task"], entry.actor)
        for entry in entries
        if entry.act == "complete_user_task" and entry.subject == subject
    ]
    return details
