"""From a checked XML tree to specifications that SpiffWorkflow executes.

The stock parser is used with four changes: our timers, service tasks and message end events that
ask for effects, sent messages that carry only what the diagram lists, and capped multi-instances.
"""

from __future__ import annotations

from typing import Any

from SpiffWorkflow.bpmn.parser import event_parsers, task_parsers
from SpiffWorkflow.bpmn.parser.BpmnParser import BpmnParser
from SpiffWorkflow.bpmn.parser.TaskParser import TaskParser
from SpiffWorkflow.bpmn.parser.util import full_tag
from SpiffWorkflow.bpmn.parser.ValidationException import ValidationException
from SpiffWorkflow.bpmn.specs import defaults
from SpiffWorkflow.bpmn.specs.event_definitions.message import MessageEventDefinition
from SpiffWorkflow.bpmn.specs.event_definitions.simple import NoneEventDefinition
from SpiffWorkflow.bpmn.specs.event_definitions.timer import TimerEventDefinition

from service.engine.checks.findings import Finding
from service.engine.elements import CAMUNDA, read_elements
from service.engine.language.expressions import strip_braces
from service.engine.timers import InstantTimer, RepeatingTimer
from service.errors import DefinitionRefused, LimitExceeded

MAX_INSTANCES = 1_000  # of one multi-instance activity

_TIMER_KINDS = (("timeDate", False), ("timeDuration", True))


def parse(root: Any, file: str) -> dict[str, Any]:
    """The process specifications of a checked tree, by process id (called ones included).

    Raises DefinitionRefused with file, line and element where SpiffWorkflow refuses.
    """
    _translate_collections(root)
    parser = _Parser()
    try:
        parser.add_bpmn_xml(root, filename=file)
        found: dict[str, Any] = {}
        for process_id in parser.get_process_ids():
            found |= parser.get_subprocess_specs(process_id)
            found[process_id] = parser.get_spec(process_id)
    except ValidationException as problem:
        raise DefinitionRefused([_finding(problem, root, file)]) from problem
    except (RecursionError, KeyError, TypeError, ValueError, AttributeError) as problem:
        raise DefinitionRefused([_finding(problem, root, file)]) from problem
    for spec in found.values():
        _connect_loops(spec)
    return found


def _translate_collections(root: Any) -> None:
    """Camunda's collection and element variable, in the BPMN terms that SpiffWorkflow reads."""
    for loop in root.iter(full_tag("multiInstanceLoopCharacteristics")):
        collection = strip_braces(loop.get(f"{{{CAMUNDA}}}collection", ""))
        if not collection or loop.find(full_tag("loopDataInputRef")) is not None:
            continue
        for cardinality in loop.findall(full_tag("loopCardinality")):
            loop.remove(cardinality)
        reference = loop.makeelement(full_tag("loopDataInputRef"))
        reference.text = collection
        loop.append(reference)
        if variable := loop.get(f"{{{CAMUNDA}}}elementVariable"):
            loop.append(loop.makeelement(full_tag("inputDataItem"), {"id": variable}))


def _connect_loops(spec: Any) -> None:
    """Let repeated activities hear when a child completes, before any instance is loaded.

    SpiffWorkflow connects them when the first child is made; with specifications that are shared
    and states that come from another process, that may be never.
    """
    for task_spec in list(spec.task_specs.values()):
        if (merge := getattr(task_spec, "merge_child", None)) is not None:
            spec.task_specs[task_spec.task_spec].completed_event.connect(merge)


class ServiceTask(defaults.ServiceTask):  # type: ignore[misc]  # SpiffWorkflow is untyped
    """Stops and waits: the application performs the effect, or an external worker the work."""

    def _run_hook(self, my_task: Any) -> None:
        return None


class PassThrough(defaults.NoneTask):  # type: ignore[misc]
    """A bpmn:task without a type: nobody is asked, the flow goes on (as in Camunda)."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.manual = False


class EffectEndEvent(defaults.EndEvent):  # type: ignore[misc]
    """An end event that asks for an effect before it ends."""

    def _run_hook(self, my_task: Any) -> None:
        return None


class EffectThrowEvent(defaults.IntermediateThrowEvent):  # type: ignore[misc]
    """A throw event that asks for an effect."""

    def _run_hook(self, my_task: Any) -> None:
        return None


class EventGateway(defaults.EventBasedGateway):  # type: ignore[misc]
    """Forgets which event came once it has chosen its way: events do not belong into the state."""

    def _run_hook(self, my_task: Any) -> Any:
        result = super()._run_hook(my_task)
        my_task.internal_data.pop("seen_events", None)
        my_task.internal_data.pop("timer", None)
        return result


class SentMessage(MessageEventDefinition):  # type: ignore[misc]
    """A message that leaves the instance; its payload is the element's inputParameters only."""

    def throw(self, my_task: Any) -> None:
        """Hand the sending element to the step, which collects what was thrown."""
        my_task.workflow.top_workflow.script_engine.thrown.append((self.name, my_task))


class _ElementVariable:
    """Mixin for multi-instances: the element variable is the child's alone, as in Camunda.

    SpiffWorkflow merges it into the variables outside and then refuses the next child because it
    is there already: lists one by one, loops and outer variables of that name would all fail.
    """

    def create_child(self: Any, my_task: Any, item: Any, key_or_index: Any = None) -> None:
        outside = self._hide(my_task)
        super().create_child(my_task, item, key_or_index)  # type: ignore[misc]
        my_task.data.update(outside)

    def merge_child(self: Any, workflow: Any, child: Any) -> None:
        inside = self._hide(child)
        super().merge_child(workflow, child)  # type: ignore[misc]
        child.data.update(inside)

    def _hide(self: Any, task: Any) -> dict[str, Any]:
        if self.input_item is None or self.input_item.bpmn_id not in task.data:
            return {}
        return {self.input_item.bpmn_id: task.data.pop(self.input_item.bpmn_id)}


class _CappedParallel(_ElementVariable, defaults.ParallelMultiInstanceTask):  # type: ignore[misc]
    def create_children(self, my_task: Any) -> None:
        _check_instances(self, my_task)
        super().create_children(my_task)


class _CappedSequential(
    _ElementVariable,
    defaults.SequentialMultiInstanceTask,  # type: ignore[misc]
):
    def _update_hook(self, my_task: Any) -> Any:
        result = super()._update_hook(my_task)
        remaining = my_task.internal_data.get("remaining")
        # The first item is taken from what remains already.
        count = my_task.internal_data["cardinality"] if remaining is None else len(remaining) + 1
        _check_count(self.name, count)
        return result


def _check_instances(spec: Any, my_task: Any) -> None:
    if spec.data_input is not None:
        _check_count(spec.name, len(spec.data_input.get(my_task)))
    else:
        engine = my_task.workflow.script_engine
        _check_count(spec.name, engine.evaluate(my_task, spec.cardinality))


def _check_count(name: str, count: Any) -> None:
    if not isinstance(count, int) or not 0 <= count <= MAX_INSTANCES:
        raise LimitExceeded(
            f"{name}: {count!r} instances of a multi-instance activity; "
            f"0 to {MAX_INSTANCES} are possible",
            element_id=name,
        )


class _Timers:
    """Mixin for the event parsers: our timer definitions instead of SpiffWorkflow's."""

    def parse_timer_event(self: Any, event: Any) -> TimerEventDefinition:
        name = self.node.get("name") or self.node.get("id")
        for tag, is_duration in _TIMER_KINDS:
            if (found := event.find(full_tag(tag))) is not None:
                return InstantTimer(name, found.text or "", duration=is_duration)
        found = event.find(full_tag("timeCycle"))
        if found is None:
            raise ValidationException("a timer without a time", node=self.node)
        return RepeatingTimer(name, found.text or "")


class _Throws:
    """Mixin for throwing events: an effect instead of a message, or only the listed payload."""

    EFFECT_SPEC: Any = None

    def create_task(self: Any) -> Any:
        definition = self.node.find(full_tag("messageEventDefinition"))
        if definition is not None and definition.get(f"{{{CAMUNDA}}}delegateExpression"):
            self.spec_class = self.EFFECT_SPEC
            task = self._create_task(NoneEventDefinition())
            if self.EFFECT_SPEC is EffectEndEvent:
                task.connect(self.spec.end)
            return task
        return super().create_task()  # type: ignore[misc]

    def parse_message_event(self: Any, message_event: Any) -> Any:
        stock = super().parse_message_event(message_event)  # type: ignore[misc]
        return SentMessage(stock.name, stock.correlation_properties)


class _StartEventParser(event_parsers.StartEventParser):  # type: ignore[misc]
    """A timer on a start event says when instances begin; in one that has begun it is plain."""

    def parse_timer_event(self, event: Any) -> NoneEventDefinition:
        return NoneEventDefinition()


class _CatchEventParser(_Timers, event_parsers.IntermediateCatchEventParser):  # type: ignore[misc]
    pass


class _BoundaryEventParser(_Timers, event_parsers.BoundaryEventParser):  # type: ignore[misc]
    pass


class _EventGatewayParser(_Timers, event_parsers.EventBasedGatewayParser):  # type: ignore[misc]
    pass


class _EndEventParser(_Throws, event_parsers.EndEventParser):  # type: ignore[misc]
    EFFECT_SPEC = EffectEndEvent


class _ThrowEventParser(_Throws, event_parsers.IntermediateThrowEventParser):  # type: ignore[misc]
    EFFECT_SPEC = EffectThrowEvent


class _SendTaskParser(_Throws, event_parsers.SendTaskParser):  # type: ignore[misc]
    def create_task(self) -> Any:
        if self.node.get(f"{{{CAMUNDA}}}delegateExpression") or self.node.get(f"{{{CAMUNDA}}}type"):
            return ServiceTask(self.spec, self.bpmn_id, **self.bpmn_attributes)
        return event_parsers.SendTaskParser.create_task(self)


def _capped(parser_class: Any) -> Any:
    """The parser class with our multi-instance specifications."""
    return type(
        parser_class.__name__,
        (parser_class,),
        {"PARALLEL_MI_CLASS": _CappedParallel, "SEQUENTIAL_MI_CLASS": _CappedSequential},
    )


class _Parser(BpmnParser):  # type: ignore[misc]
    OVERRIDE_PARSER_CLASSES = {  # noqa: RUF012 - SpiffWorkflow's way of configuration
        full_tag("startEvent"): (_StartEventParser, defaults.StartEvent),
        full_tag("endEvent"): (_EndEventParser, defaults.EndEvent),
        full_tag("intermediateCatchEvent"): (_CatchEventParser, defaults.IntermediateCatchEvent),
        full_tag("intermediateThrowEvent"): (_ThrowEventParser, defaults.IntermediateThrowEvent),
        full_tag("boundaryEvent"): (_BoundaryEventParser, defaults.BoundaryEvent),
        full_tag("eventBasedGateway"): (_EventGatewayParser, EventGateway),
        full_tag("sendTask"): (_capped(_SendTaskParser), defaults.SendTask),
        full_tag("serviceTask"): (_capped(TaskParser), ServiceTask),
        full_tag("userTask"): (_capped(TaskParser), defaults.UserTask),
        full_tag("manualTask"): (_capped(TaskParser), defaults.ManualTask),
        full_tag("task"): (_capped(TaskParser), PassThrough),
        full_tag("scriptTask"): (_capped(task_parsers.ScriptTaskParser), defaults.ScriptTask),
        full_tag("subProcess"): (
            _capped(task_parsers.SubWorkflowParser),
            defaults.SubWorkflowTask,
        ),
        full_tag("callActivity"): (_capped(task_parsers.CallActivityParser), defaults.CallActivity),
    }


def _finding(problem: Exception, root: Any, file: str) -> Finding:
    node = getattr(problem, "node", None)
    element_id = getattr(problem, "id", "") or (node.get("id") if node is not None else "") or ""
    element = read_elements(root).get(element_id)
    if isinstance(problem, RecursionError):
        message = "the diagram is nested or chained too deeply to be read"
    else:
        message = str(problem).split("\n", maxsplit=1)[0] or type(problem).__name__
    return Finding(
        severity="error",
        file=file,
        line=element.line if element else 0,
        element_id=element_id,
        element_name=element.name if element else "",
        code="not_executable",
        message=message,
        remedy="remove or redraw this element; docs/findings.md lists what can be executed",
    )
