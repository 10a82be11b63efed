"""How a finding reads."""

from __future__ import annotations

from service.engine.checks.findings import Finding

FINDING = Finding("error", "a.bpmn", 7, "Task_1", "Sign", "nobody", "offered to nobody", "name one")


def test_a_finding_is_one_line() -> None:
    assert str(FINDING) == "a.bpmn:7: Task_1 (Sign): offered to nobody; name one"


def test_a_warning_says_so() -> None:
    warning = Finding(
        "warning", "a.bpmn", 7, "Task_1", "", "nobody", "offered to nobody", "name one"
    )
    assert str(warning) == "a.bpmn:7: Task_1: warning: offered to nobody; name one"
    assert not warning.is_error


def test_a_finding_about_the_file_names_no_element() -> None:
    finding = Finding("error", "a.bpmn", 1, "", "", "empty_file", "the file is empty", "give one")
    assert str(finding) == "a.bpmn:1: the file is empty; give one"


def test_a_finding_survives_json() -> None:
    assert Finding.from_dict(FINDING.as_dict()) == FINDING
