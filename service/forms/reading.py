"""From the text of a `.form` file to a Form; whatever could surprise later is refused here."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import PurePath
from typing import Any

from service.errors import WrongInput
from service.forms import attributes
from service.forms.attributes import Properties, Refusal
from service.forms.conditions import Condition
from service.forms.content import shown
from service.forms.schema import CHOOSERS, CONTAINERS, INPUTS, LANGUAGES, Field, Form, Rules

MAX_BYTES = 1_000_000
MAX_COMPONENTS = 500
MAX_DEPTH = 6
MAX_FINDINGS = 100
MAX_JSON_DEPTH = 30
_DATE = re.compile(r"\d{4}-\d\d-\d\d")


def read_form(text: str, name: str) -> Form:
    """Read a form-js schema. `name` is the file's or form's name, for messages.

    At most 1 MB, 500 components, 6 levels. Raises WrongInput with one line per finding:
    "file:line: component: what; remedy".
    """
    form, findings = examine_schema(text, name)
    if form is None or findings:
        raise WrongInput("\n".join(findings))
    return form


class Untranslated(str):
    """A finding that does not keep a form out of force: people read Kazakh instead."""

    __slots__ = ()
    severity = "warning"


def check_form(text: str, name: str) -> list[str]:
    """Findings, one line each: "file:line: component: what; remedy". Empty when all is well.

    `name` is the file's name; the form's id must be its stem. What is only untranslated is an
    `Untranslated`, a warning. Never raises for what `text` holds.
    """
    form, findings = examine_schema(text, name)
    if form is None:
        return findings
    if form.id != PurePath(name).stem:
        findings.append(
            f'{name}: form: its id is "{form.id}"; make it "{PurePath(name).stem}", as the file'
        )
    return [*findings, *_untranslated(form, name)]


def examine_schema(text: str, name: str) -> tuple[Form | None, list[str]]:
    """The form as far as it could be read, and every finding."""
    reader = _Reader(text, name)
    try:
        schema = _parsed(text)
    except Refusal as refusal:
        return None, [f"{name}: {refusal}"]
    return reader.form(schema), reader.findings


def _parsed(text: str) -> dict[str, Any]:
    if len(text.encode(errors="replace")) > MAX_BYTES:
        raise Refusal(f"it is larger than {MAX_BYTES} bytes; split the form")
    try:
        schema = json.loads(text, object_pairs_hook=_unique, parse_constant=_no_constant)
    except RecursionError:
        raise Refusal(f"it is nested deeper than {MAX_JSON_DEPTH}; simplify it") from None
    except ValueError as error:
        raise Refusal(f"it is not JSON ({error}); save it again from the form editor") from None
    if _depth(schema) > MAX_JSON_DEPTH:
        raise Refusal(f"it is nested deeper than {MAX_JSON_DEPTH}; simplify it")
    if not isinstance(schema, dict) or not isinstance(schema.get("components"), list):
        raise Refusal('it has no "components" list; save it again from the form editor')
    return schema


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    names: dict[str, Any] = {}
    for key, value in pairs:
        if key in names:
            raise ValueError(f'the name "{shown(key)}" stands twice in one object')
        names[key] = value
    return names


def _no_constant(constant: str) -> None:
    raise ValueError(f"{constant} is not a JSON number")


def _depth(value: Any) -> int:
    depth, level = 0, [value]
    while level and depth <= MAX_JSON_DEPTH:
        depth += 1
        level = [inner for outer in level for inner in _members(outer)]
    return depth


def _members(value: Any) -> Iterable[Any]:
    if isinstance(value, dict):
        return value.values()
    return value if isinstance(value, list) else ()


class _Reader:
    """Reads components, collecting findings instead of stopping at the first."""

    def __init__(self, text: str, name: str) -> None:
        self.text, self.name = text, name
        self.findings: list[str] = []
        self.ids: set[str] = set()
        self.count = 0

    def find(self, component: str, what: object) -> None:
        """Note a finding, with the line on which the component's id stands."""
        if len(self.findings) >= MAX_FINDINGS:
            return
        line, name = "", json.dumps(component, ensure_ascii=False)
        found = re.search(rf'"id"\s*:\s*{re.escape(name)}', self.text)
        if found:
            line = f":{self.text.count(chr(10), 0, found.start()) + 1}"
        self.findings.append(f"{self.name}{line}: {shown(component) or 'form'}: {what}")

    def form(self, schema: Mapping[str, Any]) -> Form:
        if schema.get("type") != "default":
            self.find("", f'its type is "{shown(schema.get("type"))}"; write "type": "default"')
        fields = self.components(schema["components"], (), 1)
        inputs = self.inputs(fields, {})
        form_id = schema.get("id") if isinstance(schema.get("id"), str) else ""
        version = schema.get("schemaVersion")
        return Form(
            id=form_id or PurePath(self.name).stem,
            schema_version=version if isinstance(version, int) else 0,
            fields=fields,
            inputs=inputs,
            by_key={field.key: field for field in inputs},
        )

    def components(
        self, components: Any, hide: tuple[Condition, ...], depth: int
    ) -> tuple[Field, ...]:
        if not isinstance(components, list):
            self.find("", '"components" is not a list; save it again from the form editor')
            return ()
        if depth > MAX_DEPTH:
            self.find("", f"components are nested deeper than {MAX_DEPTH}; flatten the groups")
            return ()
        fields = []
        for component in components:
            self.count += 1
            if self.count > MAX_COMPONENTS:
                self.find("", f"there are more than {MAX_COMPONENTS} components; split the form")
                break
            field = self.component(component, hide, depth)
            if field is not None:
                fields.append(field)
        return tuple(fields)

    def component(self, raw: Any, hide: tuple[Condition, ...], depth: int) -> Field | None:
        if not isinstance(raw, dict):
            self.find("", f"a component is {type(raw).__name__}; write an object")
            return None
        name = raw.get("id") or raw.get("key") or raw.get("type") or "?"
        name = name if isinstance(name, str) else "?"
        try:
            return self.field(name, raw, hide, depth)
        except Refusal as refusal:
            self.find(name, refusal)
            return None

    def field(
        self, name: str, raw: Mapping[str, Any], hide: tuple[Condition, ...], depth: int
    ) -> Field:
        kind = attributes.type_of(raw.get("type"))
        if name in self.ids:
            raise Refusal("this id stands twice; give each component its own")
        if name == raw.get("id"):
            self.ids.add(name)
        properties = Properties(raw)
        hide = (*hide, *self.hidden(raw))
        inner = () if kind == "dynamiclist" else hide
        contained = kind in CONTAINERS
        fields = self.components(raw.get("components"), inner, depth + 1) if contained else ()
        choices = attributes.choices_of(raw, properties) if kind in CHOOSERS else ()
        readonly = properties.flag("readonly") or properties.flag("disabled")
        return Field(
            id=name,
            type=kind,
            key=attributes.key_of(raw, kind),
            subtype=attributes.subtype_of(raw) if kind == "datetime" else "",
            labels=properties.texts("label", raw.get("dateLabel") or raw.get("timeLabel")),
            descriptions=properties.texts("description"),
            texts=properties.texts("text") if kind == "text" else {},
            rules=attributes.rules_of(raw, kind, properties) if kind in INPUTS else Rules(),
            hide=hide,
            choices=choices,
            allowed=frozenset(choice.value for choice in choices),
            readonly=readonly,
            multiple=properties.flag("multiple"),
            accept=properties.text("accept"),
            default=attributes.default_of(raw, choices),
            row=properties.layout("row"),
            columns=properties.columns(),
            properties=properties.own,
            fields=fields,
            inputs=tuple(_flattened(fields)) if kind == "dynamiclist" else (),
            becomes_variable=not readonly and attributes.becomes_variable_of(kind, properties),
        )

    def hidden(self, raw: Mapping[str, Any]) -> tuple[Condition, ...]:
        conditional = raw.get("conditional")
        if not conditional:
            return ()
        if not isinstance(conditional, dict) or set(conditional) - {"hide"}:
            raise Refusal('"conditional" knows only "hide"; write {"hide": "=…"}')
        source = conditional.get("hide")
        if source in (None, "", False):
            return ()
        if not isinstance(source, str) or not source.startswith("="):
            raise Refusal('"conditional.hide" must be text beginning with "="; write "=a = 1"')
        return (attributes.condition_of(source, "conditional.hide"),)

    def inputs(self, fields: Iterable[Field], outer: Mapping[str, Field]) -> tuple[Field, ...]:
        """The fields with a key, groups flattened, lists completed; cross-references checked."""
        flat = tuple(_flattened(fields))
        keys: dict[str, Field] = {}
        for field in flat:
            if field.key in keys:
                self.find(field.id, f'the key "{field.key}" stands twice; rename one of them')
            keys[field.key] = field
        for field in flat:
            self.check_references(field, keys, {**outer, **keys})
            if field.type == "dynamiclist":
                self.check_list(field)
                self.inputs(field.fields, {**outer, **keys})
        return flat

    def check_list(self, field: Field) -> None:
        if not field.inputs:
            self.find(field.id, "this list has no field with a key; add one to it")
        if any(member.type == "dynamiclist" for member in field.inputs):
            self.find(field.id, "a list inside a list is not supported; make it a list of its own")

    def check_references(
        self, field: Field, near: Mapping[str, Field], visible: Mapping[str, Field]
    ) -> None:
        rules = field.rules
        conditions = (*field.hide, *([rules.required_if] if rules.required_if else []))
        for name in sorted({name for condition in conditions for name in condition.names}):
            if name not in visible or visible[name].readonly:
                self.find(
                    field.id,
                    f'its condition asks for "{name}", which nobody fills in here; '
                    "use the key of a field of this form",
                )
        if rules.pair and (rules.pair not in near or near[rules.pair].rules.pair != field.key):
            self.find(
                field.id, f'its pair "{rules.pair}" does not name it in return; set "pair" on both'
            )
        for rule in (rules.not_before, rules.not_after):
            if (
                rule
                and rule != "today"
                and not _DATE.fullmatch(rule)
                and not _is_date(near.get(rule))
            ):
                self.find(
                    field.id, f'"{rule}" is neither today, nor a date, nor the key of a date field'
                )


def _is_date(field: Field | None) -> bool:
    return field is not None and field.type == "datetime" and field.subtype == "date"


def _flattened(fields: Iterable[Field]) -> Iterable[Field]:
    for field in fields:
        if field.type == "group":
            yield from _flattened(field.fields)
        elif field.key:
            yield field


def _untranslated(form: Form, name: str) -> Iterator[Untranslated]:
    for field in form.walk():
        for what, property_name, texts in _texts(field):
            missing = [language for language in LANGUAGES if not texts.get(language)]
            if missing:
                names = ", ".join(f"{property_name}.{language}" for language in missing)
                remedy = f"add the properties {names}"
                yield Untranslated(f"{name}: {field.id}: its {what} is not translated; {remedy}")


def _texts(field: Field) -> Iterator[tuple[str, str, dict[str, str]]]:
    """What people read: (what it is, its property's name, language → text)."""
    if field.key or field.labels:
        yield "label", "label", dict(field.labels)
    if field.type == "text":
        yield "text", "text", dict(field.texts)
    if field.descriptions:
        yield "description", "description", dict(field.descriptions)
    if field.rules.pattern_texts:
        yield "pattern's explanation", "pattern", dict(field.rules.pattern_texts)
    for choice in field.choices:
        yield f'option "{choice.value}"', f"option.{choice.value}", dict(choice.labels)
