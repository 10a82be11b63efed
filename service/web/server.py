"""The pages behind Waitress, a plain WSGI server that runs anywhere."""

from __future__ import annotations

import os
import secrets
import threading
from pathlib import Path
from typing import Any

from flask import Flask
from waitress import wasyncore
from waitress.server import create_server
from waitress.task import ThreadedTaskDispatcher

from service.settings import Settings
from service.web.page.here import Installation

THREADS = 8
CONNECTIONS = 500  # at once; Waitress's own 100 are fewer than one idle program can hold
IDLE_SECONDS = 60  # after which a connection that asks for nothing is closed
LARGEST_HEADER = 32_768  # bytes
LARGEST_BODY = 8_000_000  # bytes; the pages themselves refuse less
SECRET_BYTES = 32
NOTICES_CLOSING = 0.5  # seconds, at most
LAST_ANSWERS = 5  # seconds


class WebServer:
    """A server that has its port. `run` serves until another thread calls `close`."""

    def __init__(self, flask_app: Flask, host: str, port: int) -> None:
        """`port` 0: any free one. Raises OSError when the port is taken."""
        self._map: dict[int, Any] = {}
        self._closing = threading.Event()
        self._workers = ThreadedTaskDispatcher()
        shown: Installation = flask_app.extensions["kelisim"]
        try:
            self._server = create_server(
                flask_app,
                map=self._map,
                _dispatcher=self._workers,
                host=host,
                port=port,
                ident="",  # says nothing of itself
                max_request_header_size=LARGEST_HEADER,
                max_request_body_size=LARGEST_BODY,
                connection_limit=CONNECTIONS,
                channel_timeout=IDLE_SECONDS,
                **_proxy(shown.settings.trusted_proxy),
            )
        except OSError:
            wasyncore.close_all(self._map)
            raise
        self._workers.set_thread_count(THREADS)

    @property
    def port(self) -> int:
        """The port it listens at."""
        listening = getattr(self._server, "effective_listen", None)
        return int(listening[0][1] if listening else self._server.effective_port)

    def run(self) -> None:
        """Serve until it is closed; requests that are being answered then get 5 s to end."""
        try:
            while not self._closing.is_set():
                wasyncore.loop(timeout=NOTICES_CLOSING, use_poll=True, map=self._map, count=1)
        finally:
            self._workers.shutdown(timeout=LAST_ANSWERS)
            wasyncore.loop(timeout=0, use_poll=True, map=self._map, count=1)  # what is written
            wasyncore.close_all(self._map)

    def close(self) -> None:
        """Let `run` end, from any thread. May be called more than once."""
        self._closing.set()


def _proxy(trusted: str) -> dict[str, Any]:
    """Who asks is told by the proxy that is trusted, and by nobody else."""
    if not trusted:
        return {"clear_untrusted_proxy_headers": True}
    return {
        "clear_untrusted_proxy_headers": True,
        "trusted_proxy": trusted,
        "trusted_proxy_count": 1,
        "trusted_proxy_headers": {"x-forwarded-for"},
    }


def secret_key(settings: Settings) -> str:
    """What signs cookies: the setting, else 256 random bits made once in the folder var/.

    Several processes of one home that start together agree on one.
    """
    if settings.secret_key:
        return settings.secret_key
    file = settings.home / "var" / "secret_key"
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        fresh = file.with_name(f"secret_key.{secrets.token_hex(8)}")
        _write_privately(fresh, secrets.token_hex(SECRET_BYTES))
        try:
            os.link(fresh, file)  # fails when another process was faster; its key is taken then
        except FileExistsError:
            pass
        finally:
            fresh.unlink()
    return file.read_text(encoding="ascii").strip()


def _write_privately(file: Path, text: str) -> None:
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as opened:
        opened.write(text)
