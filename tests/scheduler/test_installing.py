"""What a process puts into force when it starts."""

from __future__ import annotations

import threading

import psycopg
import pytest

from service import bootstrap, clock, settings
from service.application.actors import Actor
from service.application.commands.administering.deploy_processes import deploy_processes
from service.persistence.store import SqlStore, open_store
from tests import postgres

OWNER = Actor("aigul", frozenset({"ADMIN/process_owner"}))


def test_an_empty_database_gets_diagrams_forms_and_bodies(store: SqlStore) -> None:
    assert bootstrap.put_into_force(bootstrap.application(store), clock.now()) == []
    with store.read() as work:
        assert {each.version for each in work.definitions.all_latest()} == {1}
        assert len(work.bodies.all()) == len(bootstrap.shipped_bodies())
        assert work.definitions.all_forms()


def test_a_second_start_changes_nothing(store: SqlStore) -> None:
    app = bootstrap.application(store)
    for _ in range(2):
        assert bootstrap.put_into_force(app, clock.now()) == []
    with store.read() as work:
        assert {each.version for each in work.definitions.all_latest()} == {1}
        deployments = [e for e in work.journal.sealed() if e.entry.act == "deploy_processes"]
    assert len(deployments) == 1


def test_a_newer_diagram_of_a_process_owner_stays_in_force_and_is_told(store: SqlStore) -> None:
    app = bootstrap.application(store)
    bootstrap.put_into_force(app, clock.now())
    shipped = bootstrap.diagrams_in(settings.processes_dir())["body_submission.bpmn"]
    changed = {"body_submission.bpmn": shipped + b"<!-- another reminder -->\n"}
    deploy_processes(app, OWNER, changed, {}, clock.now())

    (told,) = bootstrap.put_into_force(app, clock.now())

    assert told == "body_submission.bpmn differs from version 2 of aigul, which stays in force"
    with store.read() as work:
        present = work.definitions.latest("body_submission")
    assert present is not None
    assert present.xml == changed["body_submission.bpmn"]


def test_a_newer_form_of_a_process_owner_stays_in_force(store: SqlStore) -> None:
    app = bootstrap.application(store)
    bootstrap.put_into_force(app, clock.now())
    diagrams = bootstrap.diagrams_in(settings.processes_dir())
    name, text = "examine_concept.form", bootstrap.shipped_forms()["examine_concept.form"]
    review = {"concept_review.bpmn": diagrams["concept_review.bpmn"]}
    deploy_processes(app, OWNER, review, {name: text + "\n"}, clock.now())

    (told,) = bootstrap.put_into_force(app, clock.now())

    assert told.startswith("concept_review.bpmn differs from version 2 of aigul")


def test_what_kelisim_itself_brought_is_renewed(
    store: SqlStore, monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    app = bootstrap.application(store)
    bootstrap.put_into_force(app, clock.now())
    newer = tmp_path_factory.mktemp("processes")
    for name, xml in bootstrap.diagrams_in(settings.processes_dir()).items():
        (newer / name).write_bytes(xml + b"<!-- the next release -->\n")
    monkeypatch.setattr(settings, "processes_dir", lambda: newer)

    assert bootstrap.put_into_force(app, clock.now()) == []

    with store.read() as work:
        assert {each.version for each in work.definitions.all_latest()} == {2}


def test_a_shipped_diagram_with_an_error_leaves_the_present_ones_in_force(
    store: SqlStore, monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    app = bootstrap.application(store)
    bootstrap.put_into_force(app, clock.now())
    broken = tmp_path_factory.mktemp("processes")
    shipped = bootstrap.diagrams_in(settings.processes_dir())["body_submission.bpmn"]
    wrong = shipped.replace(b"${body}/submitter", b"${body/submitter")
    (broken / "body_submission.bpmn").write_bytes(wrong)
    monkeypatch.setattr(settings, "processes_dir", lambda: broken)

    (told,) = bootstrap.put_into_force(app, clock.now())

    assert told.startswith("The shipped diagrams did not come into force: ")


@pytest.mark.usefixtures("_postgres_with_tables")
def test_a_connection_that_is_cut_at_the_start_is_made_again(postgres_url: str) -> None:
    postgres.empty_tables(postgres_url)
    with open_store(postgres_url, migrate=False) as store:
        app = bootstrap.application(store)
        with psycopg.connect(postgres_url, autocommit=True) as admin:
            admin.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        assert bootstrap.put_into_force(app, clock.now()) == []
        with store.read() as work:
            assert len(work.definitions.all_latest()) == 3


def test_several_processes_may_start_at_once(database_url: str) -> None:
    failures: list[BaseException] = []
    together = threading.Barrier(3)

    def start() -> None:
        try:
            with open_store(database_url, migrate=False) as store:
                app = bootstrap.application(store)
                together.wait(20)
                bootstrap.put_into_force(app, clock.now())
        except BaseException as error:  # noqa: BLE001 - handed on to the test's thread
            failures.append(error)

    threads = [threading.Thread(target=start) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert failures == []
    with open_store(database_url, migrate=False) as store, store.read() as work:
        assert {each.version for each in work.definitions.all_latest()} == {1}
