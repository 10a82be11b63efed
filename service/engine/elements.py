"""What a process owner wrote on an element, read once from the XML.

SpiffWorkflow's parser ignores the Camunda attributes; this reads them into values that the engine
looks up by the element's id. Texts stay as written: they are evaluated when the element is reached.
"""

from __future__ import annotations

from typing import Any

from service.application.steps import Element

BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"
CAMUNDA = "http://camunda.org/schema/1.0/bpmn"
NS = {"bpmn": BPMN, "camunda": CAMUNDA}


def read_elements(root: Any) -> dict[str, Element]:
    """Every element with an id inside the processes of the lxml tree `root`, by id."""
    nodes = root.iterfind(".//bpmn:process", NS)
    return {
        node.get("id"): _element(node)
        for process in nodes
        for node in process.iter()
        if isinstance(node.tag, str) and node.tag.startswith(f"{{{BPMN}}}") and node.get("id")
        if not node.tag.endswith("EventDefinition")  # the event itself carries it
    }


def _element(node: Any) -> Element:
    properties = {
        item.get("name", ""): item.get("value", "")
        for item in node.iterfind("bpmn:extensionElements/camunda:properties/camunda:property", NS)
    }
    names = {"kk": node.get("name", "")}
    names |= {
        code: properties[f"name.{code}"] for code in ("ru", "en") if f"name.{code}" in properties
    }
    carrier = _effect_carrier(node)
    return Element(
        id=node.get("id"),
        kind=node.tag.rpartition("}")[2],
        name=node.get("name", ""),
        line=node.sourceline or 0,
        names=names,
        properties=properties,
        inputs=_parameters(node, "inputParameter"),
        outputs=_parameters(node, "outputParameter"),
        effect=_inside(_camunda(carrier, "delegateExpression")),
        topic=_camunda(carrier, "topic") if _camunda(carrier, "type") == "external" else "",
        form_key=_camunda(node, "formRef") or _camunda(node, "formKey"),
        assignee=_camunda(node, "assignee"),
        candidate_groups=_camunda(node, "candidateGroups"),
        candidate_users=_camunda(node, "candidateUsers"),
        due=_camunda(node, "dueDate"),
        follow_up=_camunda(node, "followUpDate"),
    )


def _effect_carrier(node: Any) -> Any:
    """A throwing message event carries its implementation on the event definition."""
    if node.tag.rpartition("}")[2] in ("endEvent", "intermediateThrowEvent"):
        definition = node.find("bpmn:messageEventDefinition", NS)
        return node if definition is None else definition
    return node


def _parameters(node: Any, kind: str) -> dict[str, str]:
    path = f"bpmn:extensionElements/camunda:inputOutput/camunda:{kind}"
    return {item.get("name", ""): (item.text or "").strip() for item in node.iterfind(path, NS)}


def _camunda(node: Any, attribute: str) -> str:
    return str(node.get(f"{{{CAMUNDA}}}{attribute}", "")).strip()


def _inside(text: str) -> str:
    return text[2:-1].strip() if text[:2] in ("${", "#{") and text.endswith("}") else text
