"""Tasks of people, scripts, calls and repetitions, and what the dialect writes on them."""

from __future__ import annotations

import re
from datetime import datetime

from lxml.etree import _Element

from service.domain.calendars import FIRST_YEAR, LAST_YEAR
from service.engine.checks.findings import printable
from service.engine.checks.reading import CAMUNDA, local
from service.engine.language.expressions import ExpressionRefused, mentions, script_lines
from service.engine.lint.diagram import ACTIVITIES, SPACES, Diagram, camunda, text_of

MAX_INSTANCES = 1_000
MAX_GROWTH = 10_000  # times a script's values may multiply; loops are capped again at run time
MAX_SCRIPT = 4_000  # characters

_TEMPLATES = ("candidateGroups", "candidateUsers", "assignee", "priority")
_DATES = ("dueDate", "followUpDate")
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
_FORM_KEY = re.compile(r"(?:camunda-forms:)?(?:deployment:|app:)?(?:forms/)?(.*?)(?:\.form)?")
_PROPERTIES = "bpmn:extensionElements/camunda:properties/camunda:property"
_PARAMETERS = "bpmn:extensionElements/camunda:inputOutput/*"


def check(diagram: Diagram) -> None:
    """Report what cannot be assigned, shown, computed, called or repeated."""
    weights: dict[str, int] = {}
    for _, node in diagram.nodes():
        kind = local(node)
        if kind == "userTask":
            _check_user_task(diagram, node)
        if kind in ("userTask", "startEvent"):
            _check_form(diagram, node)
        if kind == "scriptTask":
            _check_script(diagram, node, weights)
        if kind == "callActivity":
            _check_call(diagram, node)
        if kind in ACTIVITIES:
            _check_repetition(diagram, node)
        _check_dialect(diagram, node)
    for process in diagram.executable():
        _check_dialect(diagram, process)
    _check_translations(diagram)


def properties_of(element: _Element) -> dict[str, str]:
    """The camunda:property values that stand on an element."""
    found = element.iterfind(_PROPERTIES, SPACES)
    return {str(item.get("name", "")): str(item.get("value", "")) for item in found}


def _check_user_task(diagram: Diagram, task: _Element) -> None:
    if not any(camunda(task, name) for name in ("candidateGroups", "candidateUsers", "assignee")):
        diagram.warning(
            task,
            "nobody",
            "the task is offered to nobody",
            "set camunda:candidateGroups, such as MFA/reviewer or ${body}/submitter",
        )
    for attribute in _TEMPLATES:
        if camunda(task, attribute):
            diagram.check_template(task, attribute, camunda(task, attribute))
    for attribute in _DATES:
        text = camunda(task, attribute)
        if text.startswith(("$", "#")):
            diagram.check_expression(task, attribute, text)
        elif text and not _is_date(text):
            diagram.error(
                task,
                "bad_date",
                f"{attribute} '{printable(text)}' is no ISO 8601 date of the years "
                f"{FIRST_YEAR} … {LAST_YEAR}",
                "write 2026-09-25, 2026-09-25T18:00:00+05:00 or ${an expression}",
            )


def _is_date(text: str) -> bool:
    try:
        year = datetime.fromisoformat(text).year
    except ValueError:
        return False
    return FIRST_YEAR <= year <= LAST_YEAR


def _check_form(diagram: Diagram, node: _Element) -> None:
    key = camunda(node, "formRef") or camunda(node, "formKey")
    if not key or diagram.forms is None:
        return
    match = _FORM_KEY.fullmatch(key)
    form = match.group(1) if match else key
    if form not in diagram.forms:
        near = diagram.similar(form, diagram.forms)
        diagram.error(
            node,
            "unknown_form",
            f"there is no form '{printable(form)}'",
            f"did you mean {near}?"
            if near
            else f"add {printable(form)}.form to the deployment, or choose another",
        )


def _check_script(diagram: Diagram, task: _Element, weights: dict[str, int]) -> None:
    language = str(task.get("scriptFormat", "")).strip().lower()
    if language not in ("", "kelisim"):
        diagram.error(
            task,
            "foreign_language",
            f"the script is written in {printable(language)}",
            "write lines of 'name = expression' and clear the format",
        )
        return
    if camunda(task, "resultVariable"):
        diagram.warning(
            task,
            "result_ignored",
            "resultVariable is ignored",
            "write 'name = expression' in the script",
        )
    for name, expression in _script(diagram, task):
        _check_variable(diagram, task, name)
        if _grow(weights, name, expression) > MAX_GROWTH:
            diagram.error(
                task,
                "script_grows",
                f"'{printable(name)}' may grow {MAX_GROWTH:,} times and more by repeating itself",
                "mention a value once per line; lists belong into the registers",
            )
            return


def _script(diagram: Diagram, task: _Element) -> list[tuple[str, str]]:
    """The script's lines, or none when something is wrong with them (which is reported)."""
    text = task.findtext("bpmn:script", "", SPACES) or ""
    if problem := diagram.too_much(text, MAX_SCRIPT):
        message, _, remedy = problem.partition("; ")
    else:
        try:
            lines = script_lines(text)
        except ExpressionRefused as refusal:
            message, _, remedy = refusal.message.partition("; ")
        else:
            if lines:
                return lines
            message, remedy = "the script is empty", ""
    remedy = remedy or "write lines of 'name = expression'"
    diagram.error(task, "bad_script", printable(message, 300), printable(remedy, 300))
    return []


def _grow(weights: dict[str, int], name: str, expression: str) -> int:
    """How large `name` may become, in units of what there was before; `a = [a, a]` doubles.

    An upper bound over all scripts of the diagram in document order. Loops that people drive are
    not seen here: there the run-time cap on values holds.
    """
    weights[name] = max(1, sum(weights.get(word, 1) for word in mentions(expression)))
    return weights[name]


def _check_call(diagram: Diagram, call: _Element) -> None:
    called = str(call.get("calledElement", "")).strip()
    here = [str(process.get("id")) for process in diagram.executable()]
    known = [*here, *diagram.processes]
    if not called:
        diagram.error(
            call,
            "dynamic_call",
            "it does not say which process it calls",
            "name one process by its id; choose between several by a gateway",
        )
    elif called not in known:
        near = diagram.similar(called, known)
        diagram.error(
            call,
            "unknown_process",
            f"there is no executable process '{printable(called)}'",
            f"did you mean {near}?"
            if near
            else "draw it in the same file, or deploy the called process first",
        )
    for item in call.iterfind("bpmn:extensionElements/camunda:*", SPACES):
        if local(item) in ("in", "out") and item.get("sourceExpression"):
            diagram.check_expression(item, f"camunda:{local(item)}", item.get("sourceExpression"))


def _check_repetition(diagram: Diagram, node: _Element) -> None:
    loop = node.find("bpmn:standardLoopCharacteristics", SPACES)
    if loop is not None:
        _check_loop(diagram, node, loop)
    many = node.find("bpmn:multiInstanceLoopCharacteristics", SPACES)
    if many is None:
        return
    given = [*_cardinalities(many), *many.iterfind("bpmn:loopDataInputRef", SPACES)]
    collection = camunda(many, "collection")
    if len(given) + bool(collection) != 1:
        diagram.error(
            node,
            "multi_instance",
            "it must say exactly once how often it repeats",
            "give either a loop cardinality or a collection",
        )
    if collection.startswith(("$", "#")):
        diagram.check_expression(node, "the collection", collection)
    if camunda(many, "elementVariable"):
        _check_variable(diagram, node, camunda(many, "elementVariable"))
    for condition in many.iterfind("bpmn:completionCondition", SPACES):
        diagram.check_expression(node, "the completion condition", condition.text)
    for cardinality in _cardinalities(many):
        _check_cardinality(diagram, node, text_of(cardinality))


def _cardinalities(many: _Element) -> list[_Element]:
    return list(many.iterfind("bpmn:loopCardinality", SPACES))


def _check_cardinality(diagram: Diagram, node: _Element, text: str) -> None:
    if not text.isdigit() or len(text) > 12:
        diagram.check_expression(node, "the loop cardinality", text)
        if not text.isdigit():
            return
    total, around = int(text[:12]), node.getparent()
    while around is not None:
        many = around.find("bpmn:multiInstanceLoopCharacteristics", SPACES)
        literal = "".join(text_of(c) for c in _cardinalities(many)) if many is not None else ""
        total *= int(literal[:12]) if literal.isdigit() else 1
        around = around.getparent()
    if total > MAX_INSTANCES:
        diagram.error(
            node,
            "too_many_instances",
            f"it would run {total:,} times, allowed are {MAX_INSTANCES:,}",
            "start one process instance per thing instead",
        )


def _check_loop(diagram: Diagram, node: _Element, loop: _Element) -> None:
    maximum = str(loop.get("loopMaximum", "")).strip()
    condition = loop.find("bpmn:loopCondition", SPACES)
    if not maximum and condition is None:
        diagram.error(
            node,
            "endless_loop",
            "the loop has neither a maximum nor a condition",
            "set loopMaximum or a loop condition",
        )
    if maximum and not (maximum.isdigit() and 1 <= int(maximum[:12]) <= MAX_INSTANCES):
        diagram.error(
            node,
            "too_many_instances",
            f"loopMaximum is {printable(maximum)}, allowed are 1 to {MAX_INSTANCES:,}",
            "choose a smaller maximum",
        )
    if condition is not None:
        diagram.check_expression(node, "the loop condition", condition.text)


def _check_variable(diagram: Diagram, element: _Element, name: str) -> None:
    if name in ("typename", "self") or not _NAME.fullmatch(name):
        diagram.error(
            element,
            "reserved_name",
            f"a variable cannot be called '{printable(name)}'",
            "use English letters, digits and _, beginning with a letter; not typename, not self",
        )


def _check_dialect(diagram: Diagram, node: _Element) -> None:
    properties = properties_of(node)
    if properties.get("excludedUsers"):
        diagram.check_template(node, "excludedUsers", properties["excludedUsers"])
    if properties.get("completedBy"):
        _check_variable(diagram, node, properties["completedBy"].strip())
    for parameter in node.iterfind(_PARAMETERS, SPACES):
        if str(parameter.tag).startswith(f"{{{CAMUNDA}}}"):
            _check_parameter(diagram, parameter)


def _check_parameter(diagram: Diagram, parameter: _Element) -> None:
    what = f"{local(parameter)} {printable(str(parameter.get('name', '')), 40)}"
    _check_variable(diagram, parameter, str(parameter.get("name", "")))
    nested = next((child for child in parameter if isinstance(child.tag, str)), None)
    if nested is not None:
        if local(nested) != "script":  # which service tasks' rule reports
            diagram.error(
                parameter,
                "parameter_shape",
                f"{what} is a {local(nested)}, not a text",
                "write a text, or ${an expression} that gives a list",
            )
    elif text_of(parameter):
        diagram.check_template(parameter, what, text_of(parameter))


def _check_translations(diagram: Diagram) -> None:
    """Only where the diagram is translated at all: foreign diagrams need no Russian names."""
    named = [
        element
        for scope in diagram.scopes
        for element in [*scope.nodes.values(), *scope.flows]
        if str(element.get("name", "")).strip()
    ]
    translated = [(element, properties_of(element)) for element in named]
    if not any("name.ru" in properties for _, properties in translated):
        return
    for element, properties in translated:
        missing = [key for key in ("name.ru", "name.en") if not properties.get(key, "").strip()]
        if missing:
            diagram.warning(
                element,
                "not_translated",
                f"{' and '.join(missing)} missing",
                "add them as camunda:property in the extension properties",
            )
