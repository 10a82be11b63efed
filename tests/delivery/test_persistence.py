"""How deliveries and texts lie in the database: read back as stored, found by their indices."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from service.application import records as r
from service.errors import Conflict, NotFound
from service.persistence import tables
from service.persistence.databases import engine_for, parsed
from service.persistence.repositories.outgoing import deliveries, outbox
from service.persistence.store import SqlStore, migrate
from tests.persistence.conftest import store  # noqa: F401 - a fixture
from tests.persistence.samples import NOW, outgoing

DELIVERY = r.Delivery(
    id=0,
    channel="mail",
    person_id="aigul",
    address="aigul@mail.example",
    language="kk",
    message_id="d-1",
    status="waiting",
    last_error="",
    digest=True,
    created_at=NOW,
    due_at=NOW + timedelta(hours=1),
    attempts=0,
)
TEMPLATE = r.MessageTemplate(0, "invitation", "kk", 1, "Шақыру", "Мәтін", "owner", NOW)


def carrying(store: SqlStore, *letters: r.Delivery) -> list[int]:  # noqa: F811
    """Each stored with a row of the outbox of its own; their ids."""
    numbers = []
    with store.write() as work:
        for letter in letters:
            work.outbox.add([outgoing(None, f"out-{letter.message_id}")])
            row = work.outbox.claim_unrouted()
            assert row is not None
            numbers.append(work.deliveries.put(letter, row.id))
            work.outbox.mark_routed(row.id, NOW)
        work.commit()
    return numbers


@pytest.mark.parametrize(
    ("record", "table"),
    [(r.Delivery, tables.delivery), (r.MessageTemplate, tables.message_template)],
)
def test_tables_have_the_fields_of_their_records(record: Any, table: Any) -> None:
    assert {field.name for field in fields(record)} == set(table.c.keys())


def test_a_delivery_is_read_back_with_what_it_carries(store: SqlStore) -> None:  # noqa: F811
    (number,) = carrying(store, DELIVERY)
    with store.read() as work:
        assert work.deliveries.get(number) == replace(DELIVERY, id=number)
        (row,) = work.deliveries.items(number)
        assert (row.message_id, row.routed_at) == ("out-d-1", NOW)
        assert work.outbox.claim_unrouted() is None
        with pytest.raises(NotFound, match="delivery 99"):
            work.deliveries.get(99)


def test_the_one_due_longest_is_claimed_on_its_channel(store: SqlStore) -> None:  # noqa: F811
    late = replace(DELIVERY, message_id="d-2", due_at=NOW)
    hook = replace(DELIVERY, message_id="d-3", due_at=NOW - timedelta(hours=1), channel="webhook")
    done = replace(DELIVERY, message_id="d-4", due_at=NOW, settled_at=NOW, status="sent")
    carrying(store, DELIVERY, late, hook, done)
    with store.write() as work:
        due = work.deliveries.claim_due("mail", NOW + timedelta(days=1))
        assert due is not None
        assert due.message_id == "d-2"
        assert work.deliveries.claim_due("mail", NOW - timedelta(seconds=1)) is None
        assert work.deliveries.next_due_at(["mail", "webhook"]) == NOW - timedelta(hours=1)
        assert work.deliveries.next_due_at(["mail"]) == NOW
        assert work.deliveries.next_due_at(["log"]) is None
        assert work.deliveries.next_due_at([]) is None


def test_one_takes_over_what_others_carried(store: SqlStore) -> None:  # noqa: F811
    first, second = carrying(store, DELIVERY, replace(DELIVERY, message_id="d-2"))
    with store.write() as work:
        (found,) = work.deliveries.companions(work.deliveries.get(second))
        assert found[0].id == first
        work.deliveries.absorb(second, [first])
        assert [row.message_id for row in work.deliveries.items(second)] == ["out-d-1", "out-d-2"]
        assert work.deliveries.companions(work.deliveries.get(second)) == []


def test_versions_of_a_text(store: SqlStore) -> None:  # noqa: F811
    second = replace(TEMPLATE, version=2, title="", body="")
    with store.write() as work:
        for each in (TEMPLATE, second, replace(TEMPLATE, language="ru")):
            work.templates.add(each)
        work.commit()
    with store.read() as work:
        newest = work.templates.newest("invitation", "kk")
        assert newest is not None
        assert newest.version == 2
        assert [each.version for each in work.templates.versions("invitation", "kk")] == [2, 1]
        assert [each.language for each in work.templates.all_newest()] == ["kk", "ru"]
        assert work.templates.newest("invitation", "en") is None
    with pytest.raises(Conflict), store.write() as work:
        work.templates.add(TEMPLATE)


def test_sqlite_finds_what_waits_by_its_index(tmp_path: Path) -> None:
    """However many were sent before."""
    url = f"sqlite:///{tmp_path}/plans.sqlite3"
    migrate(url)
    engine = engine_for(parsed(url), durable=False)
    asked = {
        "ix_delivery_unsettled": (deliveries._CLAIM, deliveries._NEXT, deliveries._HOLD),
        "ix_outbox_unrouted": (outbox._CLAIM,),
        "ix_delivery_person_id_id": (deliveries._NEWEST.where(deliveries._d.person_id == "x"),),
        "ix_delivery_status_id": (deliveries._NEWEST.where(deliveries._d.status == "dead"),),
    }
    with engine.connect() as connection:
        for index, statements in asked.items():
            for statement in statements:
                compiled = statement.compile(engine)
                values = tuple(None for _ in compiled.positiontup or ())
                plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {compiled}", values)
                assert index in " ".join(str(row) for row in plan), statement
    engine.dispose()
