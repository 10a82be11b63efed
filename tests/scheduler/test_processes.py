"""`kelisim serve`, `web` and `scheduler` as somebody runs them: start, work, refusal, end."""

from __future__ import annotations

import re
import signal
import socket
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
import requests

from service import bootstrap, clock
from service.application.application import Application
from service.demonstration.people import PASSWORD
from service.persistence.store import SqlStore, open_store
from service.web.notices.forms import EVERYTHING
from tests.commandline.running import kelisim, process
from tests.scheduler.given import deployed, fired, running, until, waiting
from tests.scheduler.processes import Process, ended


def test_serve_on_an_empty_folder_is_a_whole_kelisim(tmp_path: Path) -> None:
    """Its database, the shipped diagrams in force, the directory, timers, and pages."""
    url = f"sqlite:///{tmp_path}/kelisim.sqlite3"
    with ended([Process(("serve", "--port", "0"), tmp_path, url)]) as (serving,):
        said = serving.started().said
        address = said.split(" answers on ")[1].split(",")[0]
        assert said.startswith("Kelisim answers on http://127.0.0.1:")
        assert url in said
        assert "Ctrl-C" in said
        assert requests.get(f"{address}/healthz", timeout=20).status_code == 200
        assert requests.get(f"{address}/readyz", timeout=20).status_code == 200
        with open_store(url, migrate=False) as store, store.read() as work:
            keys = {each.key for each in work.definitions.all_latest()}
            assert len(work.bodies.all()) > 20
        assert keys == {"annual_cycle", "body_submission", "concept_review"}
        assert serving.told_to_end() == 0
        assert serving.logged == ""


def test_ctrl_c_ends_it_as_well(tmp_path: Path) -> None:
    """Without a setting the database lies in var/ of the home, which is made; locked at once."""
    with ended([Process(("serve", "--port", "0"), tmp_path, "")]) as (serving,):
        serving.started()
        process("scheduler", KELISIM_HOME=str(tmp_path)).refuses("Another scheduler")
        assert serving.told_to_end(signal.SIGINT) == 0
    assert (tmp_path / "var" / "kelisim.sqlite3").is_file()


def test_pages_and_timers_run_apart(database_url: str, tmp_path: Path) -> None:
    """What the one process commits, the other hears at once."""
    with open_store(database_url, migrate=False) as store:
        app = _installed(store)
        commands = (("scheduler",), ("web", "--port", "0"))
        with ended([Process(each, tmp_path, database_url) for each in commands]) as processes:
            for each in processes:
                each.started()
            waiting(app, clock.now() + timedelta(seconds=1))
            until(lambda: running(app) == 0)
            assert sorted(fired(app).values()) == [1, 1]
            assert [each.told_to_end() for each in processes] == [0, 0]


def test_a_second_scheduler_on_sqlite_is_refused(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/kelisim.sqlite3"
    with ended([Process(("serve", "--port", "0"), tmp_path, url)]) as (first,):
        first.started()
        for command in ("scheduler", "serve"):
            second = process(command, DATABASE_URL=url, KELISIM_HOME=str(tmp_path))
            second.refuses(
                f"Another scheduler (process {first.popen.pid}) works on {tmp_path}",
                f"{tmp_path}/kelisim.sqlite3.scheduler",
                "PostgreSQL",
            )
        first.killed()
        with ended([Process(("scheduler",), tmp_path, url)]) as (third,):
            assert third.started().told_to_end() == 0


@pytest.mark.parametrize("command", ["scheduler", "web"])
def test_a_database_without_the_present_tables_is_refused(
    command: str, blank_database_url: str, tmp_path: Path
) -> None:
    ran = process(command, DATABASE_URL=blank_database_url, KELISIM_HOME=str(tmp_path))
    ran.refuses("kelisim migrate")


def test_a_folder_that_is_missing_is_told_and_not_made(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/nosuch/kelisim.sqlite3"
    for command in ("serve", "scheduler"):
        process(command, DATABASE_URL=url, KELISIM_HOME=str(tmp_path)).refuses("nosuch")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.7", "kelisim.example", ""])
def test_known_passwords_are_not_shown_to_the_network(host: str, tmp_path: Path) -> None:
    refused = kelisim("serve", "--demo", "--host", host, KELISIM_HOME=str(tmp_path))
    refused.refuses("--demo shows passwords", "leave out --host", "create-admin")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(("host", "name"), [("127.0.0.1", "localhost"), ("127.0.0.2", "127.0.0.2")])
def test_a_feed_names_the_address_that_is_really_answered_on(
    host: str, name: str, tmp_path: Path
) -> None:
    """Without KELISIM_PUBLIC_URL; a host that it did not name would be refused."""
    url = f"sqlite:///{tmp_path}/kelisim.sqlite3"
    arguments = ("serve", "--demo", "--host", host, "--port", "0")
    with ended([Process(arguments, tmp_path, url)]) as (serving,):
        said = serving.started().said
        port = said.split(f" answers on http://{host}:")[1].split(",")[0]
        with requests.Session() as browser:
            address = f"http://{name}:{port}"
            sign_in = browser.get(f"{address}/sign-in", timeout=20)
            fields = {
                "name": "mt.submitter",
                "password": PASSWORD,
                "csrf_token": _token_of(sign_in),
            }
            browser.post(f"{address}/sign-in", fields, timeout=20)
            mine = browser.get(f"{address}/notices", timeout=20)
            wanted = {"group": EVERYTHING, "csrf_token": _token_of(mine)}
            made = browser.post(f"{address}/notices/feeds", wanted, timeout=20)
        assert f"{address}/feeds/" in made.text
        assert serving.told_to_end() == 0


def test_a_port_that_is_taken_is_told(tmp_path: Path, make_tables: Callable[[str], None]) -> None:
    url = f"sqlite:///{tmp_path}/kelisim.sqlite3"
    make_tables(url)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        web = process("web", "--port", port, DATABASE_URL=url, KELISIM_HOME=str(tmp_path))
    web.refuses(f"127.0.0.1:{port}", "--port")


def _token_of(page: requests.Response) -> str:
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page.text)
    assert found is not None, page.text
    return found[1]


def _installed(store: SqlStore) -> Application:
    app = bootstrap.application(store)
    bootstrap.put_into_force(app, clock.now())
    return deployed(app, clock.now())
