"""Effects, external tasks and messages: what a diagram asks for, and what it is told.

engine-notes section 6, and the generator of `service.application.steps.Engine.advance`.
"""

from __future__ import annotations

from typing import Any

import pytest

from service.application import steps as s
from service.engine.advance import advance
from service.engine.definitions import compile_definition
from service.errors import StepFailed
from tests.engine.lint.given import diagram
from tests.engine.playing import (
    NOON,
    Player,
    at,
    boundary,
    catch,
    caught_message,
    end,
    gateway,
    message_root,
    parameters,
    play,
    script,
    service,
    sub_process,
    throw,
    timer,
    user,
    when,
)

EFFECT_EVENT = '<bpmn:messageEventDefinition camunda:delegateExpression="${remind}"/>'

# --- effects -------------------------------------------------------------------------------------


def test_effects_come_one_by_one_and_the_next_sees_the_result_of_the_one_before() -> None:
    xml = diagram(
        service("E1", "first", parameters({"n": "${n}", "text": "no. ${n} of ${len(l)}"})),
        service("E2", "second", parameters({"got": "${answer}", "l": "${l}"})),
        user("A"),
        flows="Begin>E1>E2>A>Done",
    )
    started = s.Started({"n": 1, "l": [1, 2]})
    stepping = advance(compile_definition(xml), None, started, at(NOON))
    call = next(stepping)
    assert (call.name, call.element.id) == ("first", "E1")
    assert call.arguments == {"n": 1, "text": "no. 1 of 2"}
    assert call.variables == {"n": 1, "l": [1, 2]}
    call = stepping.send({"answer": [3]})
    assert (call.name, call.arguments) == ("second", {"got": [3], "l": [1, 2]})
    assert call.variables == {"n": 1, "l": [1, 2], "answer": [3]}
    with pytest.raises(StopIteration) as stop:
        stepping.send({"done": True})
    done: s.Advance = stop.value.value
    assert done.path == ("Begin", "E1", "E2")
    assert [task.element.id for task in done.change.tasks_opened] == ["A"]


def test_what_the_effect_gets_is_a_copy() -> None:
    def greedy(call: s.EffectCall) -> dict[str, Any]:
        dict(call.variables).clear()
        return {}

    player = play(service("E", "e"), user("A"), flows="Begin>E>A>Done").start(n=1)
    assert greedy(player.calls[0]) == {}
    assert player.complete("A").variables == {"n": 1}


def test_output_parameters_choose_and_name_what_becomes_a_variable() -> None:
    outputs = {"letter": "${id}", "text": "№ ${id} (${body})"}
    player = play(
        service("E", "e", parameters({}, outputs)),
        user("A"),
        flows="Begin>E>A>Done",
        results={"e": {"id": 7, "secret": "x"}},
    ).start(body="MT")
    assert player.complete("A").variables == {"body": "MT", "letter": 7, "text": "№ 7 (MT)"}


def test_a_result_decides_the_way() -> None:
    player = play(
        service("E", "e"),
        gateway("exclusive", "X", default="Yes"),
        when("No", "X", "Late", "${timeliness == 'late'}"),
        '<bpmn:sequenceFlow id="Yes" sourceRef="X" targetRef="Done"/>',
        end("Late"),
        flows="Begin>E>X",
        results={"e": {"timeliness": "late"}},
    )
    assert player.start().path[-1] == "Late"


def test_every_kind_of_element_may_ask_for_an_effect() -> None:
    player = play(
        service("Service", "a"),
        '<bpmn:sendTask id="Send" camunda:delegateExpression="${b}"/>',
        throw("Throw", EFFECT_EVENT, parameters({"to": "${body}/head"})),
        end("Ended", EFFECT_EVENT, parameters({"to": "MFA/head"})),
        flows="Begin>Service>Send>Throw>Ended",
    ).start(body="MT")
    assert player.effects == ["a", "b", "remind", "remind"]
    assert [call.arguments for call in player.calls[2:]] == [{"to": "MT/head"}, {"to": "MFA/head"}]
    assert player.completed
    assert player.messages == []


def test_an_effect_in_a_sub_process_and_at_a_boundary() -> None:
    player = play(
        sub_process("Sub", service("E", "inside"), user("In"), flows="SubBegin>E>In>SubDone"),
        boundary("Soon", "Sub", timer("timeDuration", "PT1H"), cancels=False),
        end("Reminded", EFFECT_EVENT),
        flows="Begin>Sub>Done Soon>Reminded",
        results={"inside": {"x": 1}},
    ).start()
    assert player.effects == ["inside"]
    player.wake("2026-08-03T13:00:00")
    assert player.effects == ["inside", "remind"]
    assert player.complete("In").variables["x"] == 1
    assert player.completed


@pytest.mark.parametrize("stops", ["<bpmn:terminateEventDefinition/>"])
def test_an_effect_that_was_withdrawn_meanwhile_is_not_asked_for(stops: str) -> None:
    player = play(
        gateway("parallel", "Fork"),
        service("E", "e"),
        end("Stop", stops),
        flows="Begin>Fork>E>Done Fork>Stop",
    ).start()
    assert (player.effects, player.completed) == ([], True)


def test_an_interrupting_event_withdraws_an_effect_that_was_not_performed_yet() -> None:
    """A signal from the other branch interrupts the sub-process while its effect is pending."""
    signal = '<bpmn:signalEventDefinition signalRef="Sig"/>'
    player = play(
        gateway("parallel", "Fork"),
        sub_process("Sub", service("E", "e"), flows="SubBegin>E>SubDone"),
        boundary("Stopped", "Sub", signal),
        throw("Stop", signal),
        user("A"),
        flows="Begin>Fork>Sub>Done Fork>Stop>Done Stopped>A>Done",
        roots='<bpmn:signal id="Sig" name="Sig"/>',
    ).start()
    assert (player.effects, player.open) == ([], ["A"])
    assert player.complete("A").completed


def test_arguments_that_cannot_be_evaluated_fail_the_step_at_their_element() -> None:
    player = play(service("E", "e", parameters({"x": "${unknown}"})), flows="Begin>E>Done")
    with pytest.raises(StepFailed, match="no variable 'unknown'") as failed:
        player.start()
    assert failed.value.element_id == "E"


@pytest.mark.parametrize(
    "attributes",
    [
        {"candidateGroups": "${unknown}/head"},
        {"assignee": "${1 / n}"},
        {"dueDate": "${n}"},
        {"followUpDate": "soon"},
        {"dueDate": "${unknown}"},
    ],
    ids=str,
)
def test_attributes_of_a_task_that_cannot_be_evaluated_fail_the_step(
    attributes: dict[str, str],
) -> None:
    """As StepFailed, so that an incident is recorded and the next timer still fires."""
    with pytest.raises(StepFailed):
        play(user("A", **attributes), flows="Begin>A>Done").start(n=0)


def test_attributes_of_a_task() -> None:
    properties = (
        "<bpmn:extensionElements><camunda:properties>"
        '<camunda:property name="excludedUsers" value="${filed_by},${signed_by}"/>'
        '<camunda:property name="clause" value="4,7"/></camunda:properties>'
        "</bpmn:extensionElements>"
    )
    written = user(
        "A",
        properties,
        candidateGroups="${body}/submitter, MFA/head,,${none_at_all}",
        candidateUsers="${people}",
        assignee="${filed_by}",
        formRef="file_concept",
    )
    player = play(written, flows="Begin>A>Done").start(
        body="MT", people=["a", "b"], filed_by="x", signed_by="", none_at_all=""
    )
    (task,) = player.waiting.tasks.values()
    assert task.candidate_groups == ("MT/submitter", "MFA/head")
    assert task.candidate_users == ("a", "b")
    assert task.excluded_users == ("x",)
    assert (task.assignee, task.element.form_key, task.element.clause) == (
        "x",
        "file_concept",
        "4,7",
    )


# --- external tasks ------------------------------------------------------------------------------


def test_an_external_task_stays_until_a_worker_completes_it() -> None:
    player = play(
        '<bpmn:serviceTask id="X" camunda:type="external" camunda:topic="translate"/>',
        user("A"),
        flows="Begin>X>A>Done",
    ).start()
    (task,) = player.waiting.external.values()
    assert (task.element_id, task.topic, player.effects) == ("X", "translate", [])
    player.wake().calendar_changed()
    assert len(player.waiting.external) == 1
    player.work("X", text="аударма")
    assert (player.open, player.waiting.external) == (["A"], {})
    assert player.complete("A").variables == {"text": "аударма"}


def test_output_parameters_of_an_external_task() -> None:
    player = play(
        '<bpmn:serviceTask id="X" camunda:type="external" camunda:topic="t">'
        f"{parameters({}, {'sum': '${a + b}'})}</bpmn:serviceTask>",
        user("A"),
        flows="Begin>X>A>Done",
    ).start(a=1)
    assert player.work("X", b=2).complete("A").variables == {"a": 1, "sum": 3}


# --- messages ------------------------------------------------------------------------------------


def test_only_the_listed_parameters_leave_the_instance() -> None:
    sent = parameters({"businessKey": "${cycle_year}/${body}", "number": "${number}", "x": "1"})
    for element in (
        throw("Send", caught_message("M"), sent),
        end("Send", caught_message("M"), sent),
        f'<bpmn:sendTask id="Send" messageRef="M_M">{sent}</bpmn:sendTask>',
    ):
        flows = "Begin>Send" if "endEvent" in element else "Begin>Send>Done"
        player = play(element, flows=flows, roots=message_root("M"))
        player.start(cycle_year=2026, body="MT", number=7, secret="x", l=[1])
        payload = {"number": 7, "x": "1"}
        assert player.messages == [s.ThrownMessage("M", "2026/MT", payload)]
        assert player.completed


def test_without_parameters_nothing_leaves() -> None:
    player = play(
        throw("Send", caught_message("M")), flows="Begin>Send>Done", roots=message_root("M")
    ).start(secret="x")
    assert player.messages == [s.ThrownMessage("M", "", {})]


def test_an_instance_does_not_hear_its_own_message() -> None:
    """Messages go by rows: the application delivers them, also to the sender."""
    player = play(
        gateway("parallel", "Fork"),
        catch("Got", caught_message("M")),
        user("A"),
        throw("Send", caught_message("M")),
        flows="Begin>Fork>Got>Done Fork>A>Send>Done",
        roots=message_root("M"),
    ).start()
    player.complete("A")
    assert (player.waits, [m.name for m in player.messages]) == (["M"], ["M"])
    assert player.message("M").completed


def test_a_payload_adds_its_own_names_and_leaves_the_others_alone() -> None:
    player = play(
        catch("Got", caught_message("M")), user("A"),
        flows="Begin>Got>A>Done", roots=message_root("M"),
    ).start(mine=1, shared="old")  # fmt: skip
    player.message("M", shared="new", theirs=[1])
    assert player.complete("A").variables == {"mine": 1, "shared": "new", "theirs": [1]}


def test_a_message_that_nobody_waits_for_is_left_to_the_buffer() -> None:
    player = play(
        user("A"), catch("Got", caught_message("M")),
        flows="Begin>A>Got>Done", roots=message_root("M"),
    ).start()  # fmt: skip
    before = player.state
    with pytest.raises(StepFailed, match="does not wait for message 'M'"):
        player.message("M")
    assert player.state == before
    assert player.complete("A").message("M").completed


def test_a_receive_task_waits_like_a_catch_event() -> None:
    player = play(
        '<bpmn:receiveTask id="Got" messageRef="M_M"/>',
        user("A"),
        flows="Begin>Got>A>Done",
        roots=message_root("M"),
    ).start()
    assert player.waits == ["M"]
    assert player.message("M", x=1).complete("A").variables == {"x": 1}


def test_a_message_starts_an_instance() -> None:
    xml = diagram(
        f'<bpmn:startEvent id="Opened">{caught_message("Open")}</bpmn:startEvent>',
        user("A"),
        flows="Opened>A>Done",
        roots=message_root("Open", "Other"),
    ).replace(b'<bpmn:startEvent id="Begin" />', b"")
    assert compile_definition(xml).message_starts == ("Open",)
    player = Player(xml).start("Open", body="MT")
    assert (player.open, player.waits) == (["A"], [])
    assert player.complete("A").variables == {"body": "MT"}
    with pytest.raises(StepFailed):
        Player(xml).start("Other")
    by_hand = Player(xml).start(body="MT")  # an administrator, without the message
    assert by_hand.open == ["A"]


def test_a_boundary_message_interrupts_or_not() -> None:
    for cancels, left in ((True, ["B"]), (False, ["A", "B"])):
        player = play(
            user("A"),
            boundary("Got", "A", caught_message("M"), cancels=cancels),
            user("B"),
            flows="Begin>A>Done Got>B>Done",
            roots=message_root("M"),
        ).start()
        player.message("M", reason="x")
        assert (player.open, player.waits) == (left, [])
        for element in left:
            player.complete(element)
        assert player.completed


def test_two_waits_for_one_message_both_hear_it() -> None:
    player = play(
        gateway("parallel", "Fork"),
        user("A"),
        boundary("Got", "A", caught_message("M")),
        catch("Also", caught_message("M")),
        catch("Else", caught_message("N")),
        user("B"),
        flows="Begin>Fork>A>Done Got>B>Done Fork>Also>Done Fork>Else>Done",
        roots=message_root("M", "N"),
    ).start()
    assert player.waits == ["M", "M", "N"]
    player.message("M")
    assert (player.waits, player.open) == (["N"], ["B"])


def test_waits_have_stable_ids_and_the_name_of_their_message() -> None:
    player = play(
        user("A"), user("B"), catch("Got", caught_message("M")), gateway("parallel", "Fork"),
        flows="Begin>Fork>A>B>Done Fork>Got>Done", roots=message_root("M"),
    ).start()  # fmt: skip
    before = dict(player.waiting.waits)
    player.complete("A")
    assert player.waiting.waits == before
    assert [wait.business_key for wait in before.values()] == [""]


def test_a_message_in_a_loop_is_waited_for_anew() -> None:
    player = play(
        catch("Got", caught_message("M")),
        script("S", "n = n + 1"),
        gateway("exclusive", "X", default="Back"),
        when("Out", "X", "Done", "${n >= 3}"),
        '<bpmn:sequenceFlow id="Back" sourceRef="X" targetRef="Got"/>',
        flows="Begin>Got>S>X",
        roots=message_root("M"),
    ).start(n=0)
    seen = []
    while not player.completed:
        seen += list(player.waiting.waits)
        player.message("M")
    assert len(seen) == 3
    assert player.variables == {"n": 3}
