"""The pages behind Waitress: a real port, real requests, an end that waits for answers."""

from __future__ import annotations

import socket
import stat
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from http.client import HTTPConnection
from pathlib import Path

import pytest
from flask import request

from service.settings import Settings
from service.web.page.access import public
from service.web.server import WebServer, secret_key
from tests.web.browser import Site


@contextmanager
def serving(site: Site, host: str = "127.0.0.1") -> Iterator[WebServer]:
    server = WebServer(site.pages, host, 0)
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        yield server
    finally:
        server.close()
        thread.join(timeout=20)
        assert not thread.is_alive()


def get(port: int, path: str) -> tuple[int, str, str]:
    connection = HTTPConnection("127.0.0.1", port, timeout=20)
    connection.request("GET", path)
    answer = connection.getresponse()
    found = answer.status, answer.read().decode(), answer.headers.get("Server", "")
    connection.close()
    return found


def test_it_answers_and_says_nothing_of_itself(site: Site) -> None:
    with serving(site) as server:
        assert get(server.port, "/healthz") == (200, "ok\n", "")
        assert get(server.port, "/readyz") == (200, "ok\n", "")
        assert get(server.port, "/sign-in")[0] == 200


def test_it_ends_while_a_browser_keeps_its_connection(site: Site) -> None:
    with serving(site, "localhost") as server:
        connection = HTTPConnection("localhost", server.port, timeout=20)
        connection.request("GET", "/healthz")
        assert connection.getresponse().read() == b"ok\n"
    with pytest.raises(ConnectionRefusedError):
        get(server.port, "/healthz")
    connection.close()


def test_an_answer_that_is_being_made_is_still_given(site: Site) -> None:
    asked, may_answer = threading.Event(), threading.Event()

    @public
    def slow() -> str:
        asked.set()
        assert may_answer.wait(timeout=20)
        return "done"

    site.pages.add_url_rule("/slow", "slow", slow)
    server = WebServer(site.pages, "127.0.0.1", 0)
    with ThreadPoolExecutor() as pool:
        running = pool.submit(server.run)
        answer = pool.submit(get, server.port, "/slow")
        assert asked.wait(timeout=20)
        server.close()
        may_answer.set()
        assert answer.result(timeout=20)[:2] == (200, "done")
        running.result(timeout=20)


def test_a_port_that_is_taken_is_an_error(site: Site) -> None:
    with serving(site) as server, pytest.raises(OSError, match="in use"):
        WebServer(site.pages, "127.0.0.1", server.port)


def test_the_key_of_cookies_is_made_once_and_for_one_reader(tmp_path: Path) -> None:
    settings = Settings(tmp_path, "sqlite://")
    with ThreadPoolExecutor(8) as pool:
        keys = set(pool.map(secret_key, [settings] * 16))
    assert len(keys) == 1
    assert len(keys.pop()) == 64
    (file,) = (tmp_path / "var").iterdir()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_a_key_that_was_set_is_taken(tmp_path: Path) -> None:
    assert secret_key(Settings(tmp_path, "sqlite://", secret_key="k" * 40)) == "k" * 40
    assert not (tmp_path / "var").exists()


@pytest.mark.parametrize(("trusted", "address"), [("", "127.0.0.1"), ("127.0.0.1", "203.0.113.9")])
def test_only_a_trusted_proxy_says_who_asks(site: Site, trusted: str, address: str) -> None:
    """Otherwise whoever guesses passwords would change addresses with every guess."""

    @public
    def who() -> str:
        return request.remote_addr or ""

    site.settings = replace(site.settings, trusted_proxy=trusted)
    site.pages.add_url_rule("/who", "who", who)
    with serving(site) as server:
        connection = HTTPConnection("127.0.0.1", server.port, timeout=20)
        forwarded = {"X-Forwarded-For": "198.51.100.7, 203.0.113.9", "X-Forwarded-Host": "evil"}
        connection.request("GET", "/who", headers=forwarded)
        assert connection.getresponse().read().decode() == address
        connection.close()


def test_hundreds_of_requests_that_never_end_keep_nobody_out(site: Site) -> None:
    with serving(site) as server, ExitStack() as open_ones:
        for _ in range(150):
            half = open_ones.enter_context(socket.create_connection(("127.0.0.1", server.port)))
            half.sendall(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nX")
        assert get(server.port, "/healthz")[0] == 200
