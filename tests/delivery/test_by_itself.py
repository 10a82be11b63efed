"""Nobody presses anything: what is committed to the outbox arrives, over the real scheduler."""

from __future__ import annotations

import base64
import queue
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from service import bootstrap, clock
from service.application.commands.administering.import_directory import import_directory
from service.application.ports.channels import LOG, MAIL, WEBHOOK
from service.application.records import Person
from service.delivery import open_channels
from service.settings import Settings
from tests.delivery.servers import PATIENCE, MailServer
from tests.persistence.samples import outgoing
from tests.world import directory

SECRET = "whsec_" + base64.b64encode(bytes(32)).decode()


def test_a_letter_arrives_as_soon_as_it_is_committed(
    database_url: str, server: MailServer, tmp_path: Path
) -> None:
    chosen = Settings(tmp_path, database_url, smtp_url=server.url, mail_from="kelisim@mfa.example")
    aigul = Person("aigul", "Айгүл", "kk", ("MT/submitter",), "aigul@mail.example")
    with bootstrap.open_database(database_url, migrate=False) as store:
        app = bootstrap.application(store)
        import_directory(app, bootstrap.INSTALLER, [directory()["MT"]], [aigul], clock.now())
        with bootstrap.scheduling(app, store, chosen):
            with store.write() as work:
                work.outbox.add([replace(outgoing(None), kind="letter")])
                work.commit()
            mail = server.arrived.get(timeout=PATIENCE)
    assert mail.receivers == ("aigul@mail.example",)
    with pytest.raises(queue.Empty):
        server.arrived.get_nowait()


@pytest.mark.parametrize(
    ("given", "channels"),
    [
        ({}, {LOG}),
        ({"smtp_url": "smtps://mail.example", "mail_from": "k@mfa.example"}, {MAIL}),
        ({"webhook_url": "https://hooks.example", "webhook_secret": SECRET}, {WEBHOOK, LOG}),
    ],
)
def test_the_settings_say_which_channels_there_are(
    given: dict[str, Any], channels: set[str], tmp_path: Path
) -> None:
    opened = open_channels(Settings(tmp_path, "sqlite://", **given))
    assert set(opened.by_name) == channels
    assert opened.public_url == "http://localhost:8000"
