"""A diagram or form comes into force: what differs becomes a version, and nothing else does."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import ClassVar

import pytest

from service import bootstrap, settings
from service.almanac import kazakhstan
from service.application import steps as s
from service.application.actors import Actor
from service.application.application import Application
from service.application.commands.administering.deploy_processes import (
    Deployment,
    deploy_processes,
)
from service.engine.advance import SpiffEngine
from service.errors import DefinitionRefused, NotPermitted
from tests.world import instant

NOW = instant("2026-08-01 09:00:00")
DIAGRAMS = bootstrap.diagrams_in(settings.processes_dir())
FORMS = bootstrap.shipped_forms()


class Remembering(SpiffEngine):
    """The same bytes need one rehearsal, however many tests deploy them."""

    seen: ClassVar[dict[object, Sequence[s.Finding]]] = {}

    def examine(
        self,
        files: Mapping[str, bytes],
        effects: Mapping[str, s.ArgumentCheck],
        forms: Collection[str],
    ) -> Sequence[s.Finding]:
        key = tuple(sorted(files.items()))
        if key not in self.seen:
            self.seen[key] = super().examine(files, effects, forms)
        return self.seen[key]


@pytest.fixture
def app(database_url: str) -> Iterator[Application]:
    with bootstrap.open_database(database_url, durable=False) as store:
        yield Application(store, Remembering(), kazakhstan())


def deploy(app: Application, diagrams: dict[str, bytes], forms: dict[str, str]) -> Deployment:
    return deploy_processes(app, bootstrap.INSTALLER, diagrams, forms, NOW)


def test_the_same_upload_twice_makes_no_second_version(app: Application) -> None:
    deploy(app, DIAGRAMS, FORMS)
    again = deploy(app, DIAGRAMS, FORMS)
    assert (again.created, set(again.versions.values())) == ((), {1})


def test_only_the_diagram_that_differs_becomes_a_version(app: Application) -> None:
    deploy(app, DIAGRAMS, FORMS)
    changed = DIAGRAMS["body_submission.bpmn"].replace(b"-30, -10, -3, -1", b"-20, -2")
    done = deploy(app, {**DIAGRAMS, "body_submission.bpmn": changed}, FORMS)
    assert done.versions == {"annual_cycle": 1, "body_submission": 2, "concept_review": 1}


def test_an_old_diagram_can_be_put_into_force_again(app: Application) -> None:
    changed = DIAGRAMS["body_submission.bpmn"].replace(b"-30, -10, -3, -1", b"-20, -2")
    deploy(app, DIAGRAMS, FORMS)
    deploy(app, {**DIAGRAMS, "body_submission.bpmn": changed}, FORMS)
    back = deploy(app, DIAGRAMS, FORMS)
    assert back.versions["body_submission"] == 3
    with app.store.read() as work:
        newest = work.definitions.latest("body_submission")
    assert newest is not None
    assert newest.xml == DIAGRAMS["body_submission.bpmn"]


def test_another_form_makes_a_version_of_the_diagrams_that_name_it(app: Application) -> None:
    deploy(app, DIAGRAMS, FORMS)
    other = FORMS["sign_concept.form"].replace('"maxLength": 200', '"maxLength": 199')
    assert other != FORMS["sign_concept.form"]
    done = deploy(app, DIAGRAMS, {**FORMS, "sign_concept.form": other})
    assert done.versions == {"annual_cycle": 1, "body_submission": 1, "concept_review": 2}


def test_an_upload_of_one_diagram_keeps_the_forms_in_force(app: Application) -> None:
    deploy(app, DIAGRAMS, FORMS)
    changed = DIAGRAMS["body_submission.bpmn"].replace(b"-30, -10, -3, -1", b"-20, -2")
    deploy(app, {"body_submission.bpmn": changed}, {})
    with app.store.read() as work:
        newest = work.definitions.latest("body_submission")
        assert newest is not None
        form = work.definitions.form("prepare_proposals", newest.deployment)
    assert form is not None
    assert form.deployment == newest.deployment


def test_a_refused_upload_stores_nothing(app: Application) -> None:
    broken = DIAGRAMS["annual_cycle.bpmn"].replace(b">09-25<", b">09-31<")
    with pytest.raises(DefinitionRefused, match=r"annual_cycle\.bpmn:\d+: .*09-31"):
        deploy(app, {**DIAGRAMS, "annual_cycle.bpmn": broken}, FORMS)
    with app.store.read() as work:
        assert work.definitions.all_latest() == []


def test_only_process_owners_put_diagrams_into_force(app: Application) -> None:
    somebody = Actor("mt.submitter", frozenset({"MT/submitter"}))
    with pytest.raises(NotPermitted, match="ADMIN/process_owner"):
        deploy_processes(app, somebody, DIAGRAMS, FORMS, NOW)
    with app.store.read() as work:
        (refused,) = work.journal.sealed()
    assert (refused.entry.act, refused.entry.outcome) == ("deploy_processes", "refused")
