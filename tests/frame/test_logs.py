"""Log lines are objects that a machine can read."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator

import pytest

from service import logs


@pytest.fixture(autouse=True)
def _as_before() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)


def test_a_line_is_one_json_object_with_the_facts_given() -> None:
    stream = io.StringIO()
    logs.configure("info", stream=stream)
    logging.getLogger("service.engine").info("Қадам %s", "one\ntwo", extra={"instance_id": 7})
    (line,) = stream.getvalue().splitlines()
    written = json.loads(line)
    assert written.pop("at").endswith("+00:00")
    assert written == {
        "level": "info",
        "logger": "service.engine",
        "message": "Қадам one\ntwo",
        "instance_id": 7,
    }


def test_a_failure_carries_its_trace() -> None:
    stream = io.StringIO()
    logs.configure("error", stream=stream)
    try:
        raise ValueError("no such body")
    except ValueError:
        logging.getLogger("service").exception("failed", extra={"body": object()})
    assert "ValueError: no such body" in json.loads(stream.getvalue())["trace"]


def test_less_than_the_level_is_not_written_and_text_is_for_people() -> None:
    stream = io.StringIO()
    logs.configure("warning", form="text", stream=stream)
    logging.getLogger("service").info("unseen")
    logging.getLogger("service").warning("seen")
    assert stream.getvalue() == "WARNING service: seen\n"


def test_libraries_that_tell_of_every_step_are_quiet() -> None:
    stream = io.StringIO()
    logs.configure("debug", stream=stream)
    for name in ("apscheduler.scheduler", "spiff.task", "alembic.runtime.migration"):
        logging.getLogger(name).info("one more")
    assert stream.getvalue() == ""
