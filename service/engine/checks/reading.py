"""Bytes → XML tree, with every door of XML shut.

A diagram is untrusted input (docs/adr/0040-diagrams-are-untrusted.md). Nothing is parsed before
its size, encoding and prolog are known to be harmless; nothing outside the bytes is ever read.
"""

from __future__ import annotations

import importlib.util
import re
import threading
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, NoReturn

from lxml import etree
from lxml.etree import _Element

from service.engine.checks.findings import Finding, printable
from service.errors import DefinitionRefused

BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"
CAMUNDA = "http://camunda.org/schema/1.0/bpmn"
BPMNDI = "http://www.omg.org/spec/BPMN/20100524/DI"
XSI = "http://www.w3.org/2001/XMLSchema-instance"

MAX_BYTES = 2_000_000
MAX_ELEMENTS = 20_000
MAX_DEPTH = 100
MAX_ATTRIBUTES = 100  # of one element
MAX_ATTRIBUTE = 4_000  # characters
MAX_TEXT = 100_000  # characters, of one element
MAX_SCHEMA_FINDINGS = 20

_SPLIT_AGAIN = "export the diagram again with Camunda Modeler, or split it into call activities"
_DECLARED = re.compile(r"""^<\?xml\b[^>]*?\bencoding\s*=\s*["']([^"'>]*)["']""")
_NAMESPACE = re.compile(r"\{([^}]*)\}")
# SpiffWorkflow compares with the word 'true'; to XML, "1" and " true " say the same.
_BOOLEANS = (
    "cancelActivity",
    "cancelRemainingInstances",
    "instantiate",
    "isClosed",
    "isCollection",
    "isExecutable",
    "isForCompensation",
    "isImmediate",
    "isInterrupting",
    "isRequired",
    "isSequential",
    "isUnlimited",
    "parallelMultiple",
    "testBefore",
    "triggeredByEvent",
    "waitForCompletion",
)
_WORDS = {"1": "true", "0": "false", "true": "true", "false": "false"}
_schema_lock = threading.Lock()  # lxml keeps the error log of a schema in the schema itself


def read_diagram(data: bytes, file: str) -> _Element:
    """The `bpmn:definitions` element of a diagram, safe to hand on.

    `data`: at most 2,000,000 bytes of UTF-8. `file`: the name used in findings.
    Checked: size, encoding, no DOCTYPE, at most 20,000 elements in at most 100 levels, number and
    lengths of attributes, lengths of texts, BPMN 2.0's own schema. Boolean attributes of BPMN say
    "true" or "false" afterwards. Raises DefinitionRefused with the findings.
    """
    text = _decoded(data, file)
    _refuse_document_type(text, file)
    root = _parsed(text, file)
    _refuse_excess(root, file)
    if root.tag != f"{{{BPMN}}}definitions":
        _refuse(
            file,
            root.sourceline,
            "not_bpmn",
            f"the file's root is <{printable(str(root.tag))}>, not bpmn:definitions",
            "give a BPMN 2.0 diagram (namespace " + BPMN + ")",
        )
    _validate(root, file)
    _spell_out_booleans(root)
    return root


def local(element: _Element) -> str:
    """The name of an element without its namespace; empty for comments and instructions."""
    tag: Any = element.tag
    return str(tag).rpartition("}")[2] if isinstance(tag, str) else ""


def line_of(element: _Element) -> int:
    """The line on which an element begins, from 1."""
    return element.sourceline or 1


def _refuse(file: str, line: int | None, code: str, message: str, remedy: str) -> NoReturn:
    raise DefinitionRefused([Finding("error", file, line or 1, "", "", code, message, remedy)])


def _decoded(data: bytes, file: str) -> str:
    if not data.strip():
        _refuse(file, 1, "empty_file", "the file is empty", "give a BPMN 2.0 diagram")
    if len(data) > MAX_BYTES:
        _refuse(
            file,
            1,
            "too_large",
            f"the file has {len(data):,} bytes, allowed are {MAX_BYTES:,}",
            _SPLIT_AGAIN,
        )
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as problem:
        line = data.count(b"\n", 0, problem.start) + 1
        _refuse(
            file,
            line,
            "not_utf8",
            f"byte 0x{data[problem.start]:02X} on this line is not UTF-8 text",
            "save the diagram as XML in UTF-8, as Camunda Modeler does",
        )
    declared = _DECLARED.match(text)
    if declared and declared.group(1).lower() not in ("utf-8", "utf8", "us-ascii", "ascii"):
        _refuse(
            file,
            1,
            "not_utf8",
            f"the file declares the encoding {printable(declared.group(1))}",
            'save the diagram in UTF-8 and declare encoding="UTF-8"',
        )
    return text


def _refuse_document_type(text: str, file: str) -> None:
    """Refuse before any parser sees it: entities in attributes are expanded unconditionally."""
    at = 0
    while True:
        while at < len(text) and text[at].isspace():
            at += 1
        if text.startswith("<!--", at):
            end = text.find("-->", at)
        elif text.startswith("<?", at):
            end = text.find("?>", at)
        else:
            break
        if end < 0:
            return  # not well-formed: the parser names the line
        at = end + 2
        at += text.startswith(">", at)
    if text.startswith("<!", at):
        _refuse(
            file,
            text.count("\n", 0, at) + 1,
            "document_type",
            "the file has a DOCTYPE, which could pull in other files or explode in memory",
            "delete the DOCTYPE and write the entities out",
        )


def _parsed(text: str, file: str) -> _Element:
    parser = etree.XMLParser(
        encoding="utf-8",
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        attribute_defaults=False,
        huge_tree=False,
        recover=False,
    )
    try:
        root = etree.fromstring(text.encode(), parser)
    except etree.XMLSyntaxError as problem:
        line = problem.lineno or 1
        _refuse(
            file,
            line,
            "not_xml",
            f"this is not well-formed XML: {printable(problem.msg, 200)}",
            "correct the XML at this line, or export the diagram again",
        )
    if root.getroottree().docinfo.internalDTD is not None:  # the second lock on the same door
        _refuse(file, 1, "document_type", "the file has a DOCTYPE", "delete it")
    return root


def _refuse_excess(root: _Element, file: str) -> None:
    for count, (element, depth) in enumerate(_walk(root), start=1):
        if count > MAX_ELEMENTS:
            _refuse(
                file,
                element.sourceline,
                "too_large",
                f"the diagram has more than {MAX_ELEMENTS:,} XML elements",
                _SPLIT_AGAIN,
            )
        if depth > MAX_DEPTH:
            _refuse(
                file,
                element.sourceline,
                "too_deep",
                f"elements are nested more than {MAX_DEPTH} levels deep",
                "turn inner sub-processes into call activities",
            )
        if len(element.attrib) > MAX_ATTRIBUTES:  # first of all: reading them all is quadratic
            _refuse(
                file,
                element.sourceline,
                "too_large",
                f"<{printable(local(element))}> has {len(element.attrib):,} attributes, "
                f"allowed are {MAX_ATTRIBUTES}",
                "delete those that BPMN 2.0 and Camunda do not define",
            )
        longest = max((len(value) for value in element.attrib.values()), default=0)
        if longest > MAX_ATTRIBUTE or len(element.text or "") > MAX_TEXT:
            _refuse(
                file,
                element.sourceline,
                "too_long",
                f"<{printable(local(element))}> holds {max(longest, len(element.text or '')):,} "
                f"characters; an attribute may have {MAX_ATTRIBUTE:,}, a text {MAX_TEXT:,}",
                "shorten it; long texts belong into the registers, not into a diagram",
            )


def _walk(root: _Element) -> Iterator[tuple[_Element, int]]:
    """Elements in document order with their depth, without recursion."""
    depth = 0
    for event, element in etree.iterwalk(root, events=("start", "end")):
        depth += 1 if event == "start" else -1
        if event == "start":
            yield element, depth


def _spell_out_booleans(root: _Element) -> None:
    for element in root.iter(f"{{{BPMN}}}*"):
        for name in _BOOLEANS:
            word = _WORDS.get((element.get(name) or "").strip())
            if word is not None:
                element.set(name, word)


@cache
def _schema() -> etree.XMLSchema:
    """BPMN 2.0's schema as shipped with SpiffWorkflow; its includes lie beside it."""
    spec = importlib.util.find_spec("SpiffWorkflow")
    places = list(spec.submodule_search_locations or ()) if spec else []
    path = Path(places[0]) / "bpmn" / "parser" / "schema" / "BPMN20.xsd"
    return etree.XMLSchema(etree.parse(str(path), etree.XMLParser(no_network=True)))


def _validate(root: _Element, file: str) -> None:
    # libxml2 may follow xsi:schemaLocation of the *validated* file: it could name any local file.
    for element in root.iter(etree.Element):
        for hint in ("schemaLocation", "noNamespaceSchemaLocation"):
            element.attrib.pop(f"{{{XSI}}}{hint}", None)
    with _schema_lock:
        schema = _schema()
        if schema.validate(root):
            return
        problems = [
            (entry.line, entry.path, entry.message)
            for entry in list(schema.error_log)[:MAX_SCHEMA_FINDINGS]
        ]
    raise DefinitionRefused([_schema_finding(root, file, *problem) for problem in problems])


def _schema_finding(
    root: _Element, file: str, line: int, path: str | None, message: str
) -> Finding:
    element = _at(root, path)
    identity = str(element.get("id", "")) if element is not None else ""
    name = str(element.get("name", "")) if element is not None else ""
    if "xs:ID'" in message and "attribute 'id'" in message:
        same = root.xpath("count(//*[@id=$id])", id=identity)
        if isinstance(same, float) and same > 1:
            return Finding(
                "error",
                file,
                line,
                identity,
                name,
                "duplicate_id",
                f"the id {printable(identity)} is used {int(same)} times",
                "give each element an id of its own",
            )
        return Finding(
            "error",
            file,
            line,
            identity,
            name,
            "odd_id",
            f"'{printable(identity)}' cannot be an id",
            "use English letters, digits, _ - . and begin with a letter",
        )
    if "attribute 'calledElement'" in message:
        return Finding(
            "error",
            file,
            line,
            identity,
            name,
            "dynamic_call",
            "the called process is not fixed",
            "name one process by its id; choose between several by a gateway",
        )
    return Finding(
        "error",
        file,
        line,
        identity,
        name,
        "against_schema",
        printable(_NAMESPACE.sub(_prefix, message).rstrip("."), 400),
        "write it as BPMN 2.0 defines, or draw it again in the modeller",
    )


def _prefix(match: re.Match[str]) -> str:
    known = {BPMN: "bpmn:", BPMNDI: "bpmndi:", CAMUNDA: "camunda:"}
    return known.get(match.group(1), "")


def _at(root: _Element, path: str | None) -> _Element | None:
    """The element a schema problem is about; libxml2 gives it as an XPath."""
    spaces = {prefix: uri for prefix, uri in root.nsmap.items() if prefix}
    try:
        found = root.getroottree().xpath(path, namespaces=spaces) if path else None
    except etree.XPathError:
        return None
    return found[0] if isinstance(found, list) and found else None
