"""What a process does at its start: the shipped diagrams come into force, the directory is filled.

The folder of diagrams is one more uploader. What it never brought before becomes a version, but
never over one that a process owner put into force.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from service import settings
from service.application import records as r
from service.application.actors import Actor
from service.application.application import Application
from service.application.commands.administering.deploy_processes import deploy_processes
from service.application.commands.administering.import_directory import import_directory
from service.application.ports import Work
from service.errors import Conflict, DatabaseUnavailable, DefinitionRefused
from service.files import diagrams_in, shipped_bodies, shipped_forms

INSTALLER = Actor("installer", frozenset({"ADMIN/administrator", "ADMIN/process_owner"}))
ATTEMPTS = 3  # several processes may start at once, and only one of them is the first


def put_into_force(app: Application, now: datetime) -> list[str]:
    """Put the shipped diagrams into force where they are new, and bodies into an empty directory.

    Returns what an administrator should know: which diagrams differ from those that owners put
    into force, and stay aside; or why none of the shipped came into force. Raises
    DefinitionRefused when there would be no diagram in force at all.
    """
    for attempt in range(1, ATTEMPTS + 1):
        try:
            return _put_into_force(app, now)
        except (Conflict, DatabaseUnavailable):
            # Another process was faster, or the connection was lost: look at what is there.
            if attempt == ATTEMPTS:
                raise
    return []


def _put_into_force(app: Application, now: datetime) -> list[str]:
    with app.store.read() as work:
        empty = not work.bodies.all()
        known = bool(work.definitions.all_latest())
        new = [each for each in _shipped(app, work) if not each.in_force]
    if empty:
        import_directory(app, INSTALLER, shipped_bodies(), [], now)
    ours = [each for each in new if not each.is_of_an_owner]
    told = [each.told for each in new if each.is_of_an_owner]
    if not ours:
        return told
    diagrams = {each.name: each.xml for each in ours}
    forms = {name: text for each in ours for name, text in each.forms.items()}
    try:
        deploy_processes(app, INSTALLER, diagrams, forms, now)
    except DefinitionRefused as refusal:
        if not known:
            raise
        told.append(f"The shipped diagrams did not come into force: {refusal.message}")
    return told


@dataclass(frozen=True)
class _Shipped:
    """A diagram that comes with Kelisim and the forms it names, beside the version in force."""

    name: str
    xml: bytes
    forms: Mapping[str, str]
    present: r.Definition | None
    in_force: bool  # nothing differs

    @property
    def is_of_an_owner(self) -> bool:
        return self.present is not None and self.present.deployed_by != INSTALLER.person

    @property
    def told(self) -> str:
        version, owner = (
            (self.present.version, self.present.deployed_by) if self.present else (0, "")
        )
        return f"{self.name} differs from version {version} of {owner}, which stays in force"


def _shipped(app: Application, work: Work) -> Iterator[_Shipped]:
    forms = shipped_forms()
    for name, xml in diagrams_in(settings.processes_dir()).items():
        digest = hashlib.sha256(xml).hexdigest()
        summary = app.engine.describe(digest, xml)
        keys = {each.form_key for each in summary.elements.values()} | {summary.start_form}
        named = {file: forms[file] for key in keys if (file := f"{key}.form") in forms}
        present = work.definitions.latest(summary.key)
        in_force = present is not None and present.digest == digest
        if present is not None and in_force:
            in_force = _came_with(work, present, named)
        yield _Shipped(name, xml, named, present, in_force)


def _came_with(work: Work, present: r.Definition, forms: Mapping[str, str]) -> bool:
    """Whether these very forms came with a version."""
    for file, text in forms.items():
        kept = work.definitions.form(file.removesuffix(".form"), present.deployment)
        if kept is None or kept.text != text:
            return False
    return True
