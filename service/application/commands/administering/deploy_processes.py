"""Put diagrams and forms into force: content never seen before becomes a new version."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from service.application import records as r
from service.application.actors import Actor
from service.application.application import Application
from service.application.effects import CHECKS
from service.application.ports import Work
from service.errors import DefinitionRefused
from service.forms import check_form


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
    """Check diagrams (file name → XML) and forms (file name → JSON), and store what is new.

    Raises DefinitionRefused with every finding when one is an error; then nothing is stored.
    """
    findings = check_upload(app, diagrams, forms)
    if any(_is_error(finding) for finding in findings):
        raise DefinitionRefused(findings)
    upload = _digest(diagrams, forms)
    versions, created = {}, []
    with app.store.write() as work:
        for name, xml in diagrams.items():
            digest = hashlib.sha256(xml).hexdigest()
            summary = app.engine.describe(digest, xml)
            newest = work.definitions.latest(summary.key)
            if newest is not None and newest.digest == digest and newest.deployment == upload:
                versions[summary.key] = newest.version
                continue
            version = newest.version + 1 if newest else 1
            work.definitions.add(
                r.Definition(
                    digest=digest,
                    key=summary.key,
                    version=version,
                    xml=xml,
                    deployment=upload,
                    deployed_at=now,
                    deployed_by=actor.person,
                    message_starts=summary.message_starts,
                )
            )
            versions[summary.key] = version
            created.append(name)
        if created:
            _add_forms(work, forms, upload, now)
            work.journal.add(
                r.JournalEntry(
                    at=now,
                    actor=actor.person,
                    act="deploy_processes",
                    subject=upload[:12],
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


def _is_error(finding: object) -> bool:
    return getattr(finding, "severity", "error") == "error"


def _digest(diagrams: Mapping[str, bytes], forms: Mapping[str, str]) -> str:
    mark = hashlib.sha256()
    for name, content in sorted({**diagrams, **{k: v.encode() for k, v in forms.items()}}.items()):
        mark.update(f"{name}\0{len(content)}\0".encode() + content)
    return mark.hexdigest()


def _add_forms(work: Work, forms: Mapping[str, str], upload: str, now: datetime) -> None:
    for name, text in forms.items():
        work.definitions.add_form(
            r.FormDefinition(
                key=name.removesuffix(".form"),
                digest=hashlib.sha256(text.encode()).hexdigest(),
                text=text,
                deployment=upload,
                deployed_at=now,
            )
        )
