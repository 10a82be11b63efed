"""Put diagrams and forms into force: content never seen before becomes a new version."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from service.application import records as r
from service.application import steps as s
from service.application.actors import Actor
from service.application.application import Application
from service.application.commands import attempt
from service.application.effects import CHECKS
from service.application.ports import Work
from service.application.starting import plan_start
from service.errors import DefinitionRefused
from service.forms import check_form

OWNERS = "ADMIN/process_owner"


@dataclass(frozen=True, slots=True)
class Deployment:
    """What came of an upload: process key → version now in force, and the warnings."""

    digest: str
    versions: Mapping[str, int]
    created: tuple[str, ...]
    findings: tuple[object, ...]


def deploy_processes(
    app: Application,
    actor: Actor,
    diagrams: Mapping[str, bytes],
    forms: Mapping[str, str],
    now: datetime,
) -> Deployment:
    """Check diagrams (file name → XML) and forms (file name → JSON); put into force what is new.

    A diagram becomes a new version when it, or a form it names, differs from the version in force;
    so an old one can be put into force again. Running instances keep theirs. Raises NotPermitted
    for anybody but process owners, DefinitionRefused with every finding when one is an error; then
    nothing is stored.
    """
    with attempt(app, actor, "deploy_processes", "diagrams", now):
        actor.require(OWNERS, "Putting diagrams into force")
    with app.store.read() as work:
        known = _forms_in_force(work)
    findings = check_upload(app, diagrams, {**known, **forms})
    if any(_is_error(finding) for finding in findings):
        raise DefinitionRefused(findings)
    upload = _digest(diagrams, forms)
    with app.store.write() as work:
        versions: dict[str, int] = {}
        created: list[str] = []
        for name, xml in diagrams.items():
            definition = _version(app, work, actor, xml, {**known, **forms}, upload, now)
            versions[definition.key] = definition.version
            if definition.id == 0:
                plan_start(app, work, work.definitions.add(definition), now)
                created.append(name)
        if created:
            _add_forms(work, {**known, **forms}, upload, now)
            work.journal.add(
                actor.entry(
                    "deploy_processes",
                    upload[:12],
                    now,
                    details={"files": created, "versions": versions},
                )
            )
        work.commit()
    return Deployment(upload, versions, tuple(created), tuple(findings))


def check_upload(
    app: Application, diagrams: Mapping[str, bytes], forms: Mapping[str, str]
) -> list[object]:
    """Everything that is wrong with diagrams and forms; strings for forms are errors."""
    names = {name.removesuffix(".form") for name in forms}
    findings: list[object] = list(app.engine.examine(diagrams, CHECKS, names))
    for name, text in forms.items():
        findings += check_form(text, name)
    return findings


def _version(  # noqa: PLR0917 - what makes a version
    app: Application,
    work: Work,
    actor: Actor,
    xml: bytes,
    forms: Mapping[str, str],
    upload: str,
    now: datetime,
) -> r.Definition:
    """The version in force when nothing differs from it, else the next one (id 0: not stored)."""
    digest = hashlib.sha256(xml).hexdigest()
    summary = app.engine.describe(digest, xml)
    newest = work.definitions.latest(summary.key)
    if newest is not None and newest.digest == digest and _same_forms(work, summary, newest, forms):
        return newest
    return r.Definition(
        id=0,
        digest=digest,
        key=summary.key,
        version=newest.version + 1 if newest else 1,
        xml=xml,
        deployment=upload,
        deployed_at=now,
        deployed_by=actor.person,
        message_starts=summary.message_starts,
    )


def _same_forms(
    work: Work, summary: s.Summary, newest: r.Definition, forms: Mapping[str, str]
) -> bool:
    """Whether every form that the diagram names is the one that came with the version in force."""
    for key in {element.form_key for element in summary.elements.values() if element.form_key}:
        kept = work.definitions.form(key, newest.deployment)
        if kept is None or kept.text != forms.get(f"{key}.form"):
            return False
    return True


def _forms_in_force(work: Work) -> dict[str, str]:
    """The newest form of each key: an upload need not bring those again."""
    return {f"{form.key}.form": form.text for form in work.definitions.all_forms()}


def _is_error(finding: object) -> bool:
    return getattr(finding, "severity", "error") == "error"


def _digest(diagrams: Mapping[str, bytes], forms: Mapping[str, str]) -> str:
    mark = hashlib.sha256()
    for name, content in sorted({**diagrams, **{k: v.encode() for k, v in forms.items()}}.items()):
        mark.update(f"{name}\0{len(content)}\0".encode() + content)
    return mark.hexdigest()


def _add_forms(work: Work, forms: Mapping[str, str], upload: str, now: datetime) -> None:
    """Keep every form with the upload, so that its versions never see another one."""
    for name, text in forms.items():
        key = name.removesuffix(".form")
        kept = work.definitions.form(key, upload)
        if kept is not None and kept.deployment == upload:
            continue  # the very same upload was in force before
        digest = hashlib.sha256(text.encode()).hexdigest()
        work.definitions.add_form(r.FormDefinition(key, digest, text, upload, now))
