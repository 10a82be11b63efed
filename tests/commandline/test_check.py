"""`kelisim check`: file, line, element and remedy; folders, files, both; warnings let it pass."""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path

import pytest

from tests.commandline.running import ROOT, kelisim, measured, process
from tests.journeys.diagrams import CYCLE, PROCESSES, REVIEW, SUBMISSION, Copy

FINDING = re.compile(r"(?P<file>\S+):(?P<line>\d+): (?P<element>[^:]*): (?P<what>.+); (?P<todo>.+)")


@pytest.fixture
def copy(tmp_path: Path) -> Copy:
    return Copy(tmp_path)


def test_the_shipped_diagrams_and_forms_have_no_finding() -> None:
    ran = kelisim("check")
    assert (ran.code, ran.out) == (0, "")
    assert ran.err == "3 diagrams and 15 forms checked: 0 errors, 0 warnings.\n"


@pytest.mark.parametrize(
    ("file", "old", "new", "element", "what"),
    [
        (
            REVIEW,
            "${expedient == 'no'}",
            "${expedient = 'no'}",
            "Flow_Expedient_NotifyNotExpedient",
            "expedient = 'no'",
        ),
        (
            SUBMISSION,
            'targetRef="EndEvent_NoResponse"',
            'targetRef="EndEvent_Nowhere"',
            "Flow_ConsolidationBegins_NoResponse",
            "EndEvent_Nowhere",
        ),
        (
            CYCLE,
            "${check_coverage}",
            "${chek_coverage}",
            "ServiceTask_CheckCoverage",
            "chek_coverage",
        ),
    ],
    ids=["condition", "flow", "effect"],
)
def test_a_broken_diagram_names_line_element_and_remedy(  # noqa: PLR0917
    copy: Copy, file: str, old: str, new: str, element: str, what: str
) -> None:
    copy.replace(file, old, new)
    lines = (copy.folder / file).read_text(encoding="utf-8").splitlines()

    ran = kelisim("check", copy.folder / file)

    assert ran.code == 1
    found = [match for line in ran.out.splitlines() if (match := FINDING.fullmatch(line))]
    guilty = [match for match in found if what in match["what"]]
    assert guilty, ran.out
    assert guilty[0]["file"] == str(copy.folder / file)
    assert element in guilty[0]["element"]
    near = "\n".join(lines[int(guilty[0]["line"]) - 1 : int(guilty[0]["line"]) + 9])
    assert element in near
    assert "1 diagrams and 0 forms checked: " in ran.err


def test_a_folder_a_file_and_both(copy: Copy) -> None:
    one, folder = copy.folder / REVIEW, copy.folder
    assert kelisim("check", folder).err.startswith("3 diagrams and 0 forms")
    assert kelisim("check", one).err.startswith("1 diagrams and 0 forms")
    assert kelisim("check", folder, one, str(one)).err.startswith("3 diagrams and 0 forms")
    form = ROOT / "forms" / "examine_concept.form"
    assert kelisim("check", folder, form).err.startswith("3 diagrams and 1 forms")


def test_a_folder_is_looked_through_to_the_bottom(copy: Copy) -> None:
    (copy.folder / "old").mkdir()
    (copy.folder / REVIEW).rename(copy.folder / "old" / REVIEW)
    assert kelisim("check", copy.folder).err.startswith("3 diagrams")


def test_warnings_alone_let_it_pass(copy: Copy) -> None:
    copy.legal_review(drawn=False)
    ran = kelisim("check", copy.folder)
    assert ran.code == 0
    assert ran.out.count(": warning: ") == 2


def test_a_new_form_beside_its_diagram_is_known(copy: Copy) -> None:
    form = (ROOT / "forms" / "examine_concept.form").read_text(encoding="utf-8")
    copy.replace(REVIEW, 'formRef="examine_concept"', 'formRef="examine_quickly"')
    assert kelisim("check", copy.folder / REVIEW).code == 1
    new = copy.folder / "examine_quickly.form"
    new.write_text(form.replace('"id": "examine_concept"', '"id": "examine_quickly"'), "utf-8")
    ran = kelisim("check", copy.folder)
    assert ran.code == 0, ran.out


def test_what_cannot_be_checked(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("hello")
    (tmp_path / "bad.form").write_bytes(b"\xff\xfe{}")
    (tmp_path / "folder.bpmn").mkdir()
    (tmp_path / "empty").mkdir()
    kelisim("check", tmp_path / "a.txt").refuses("a.txt", "neither a .bpmn nor a .form file")
    kelisim("check", tmp_path / "bad.form").refuses("bad.form", "UTF-8")
    kelisim("check", tmp_path / "nosuch.bpmn").refuses("nosuch.bpmn", "No such file")
    kelisim("check", tmp_path / "empty").refuses("empty", "neither .bpmn nor .form")
    assert kelisim("check", PROCESSES / REVIEW, "--verbose").code == 2


def test_a_broken_form_and_a_broken_file_are_findings(tmp_path: Path) -> None:
    (tmp_path / "bad.form").write_text('{"components": 1}')
    (tmp_path / "bad.bpmn").write_text("<bpmn:definitions>\n<a></b>")
    (tmp_path / "empty.bpmn").write_bytes(b"")
    ran = kelisim("check", tmp_path)
    assert ran.code == 1
    for name in ("bad.form", "bad.bpmn", "empty.bpmn"):
        assert name in ran.out
    assert "Traceback" not in ran.err


def test_names_cannot_move_the_cursor(copy: Copy) -> None:
    r"""XML forbids ESC but not U+009B, which many terminals obey as ESC [."""
    copy.replace(REVIEW, 'name="Сыртқы саяси орынды ма?"', 'name="\u009b31m\u202eattack"')
    copy.replace(REVIEW, "${expedient == 'no'}", "${expedient = 'no'}")
    ran = kelisim("check", copy.folder / REVIEW)
    assert ran.code == 1
    assert not {"\u009b", "\u202e"} & set(ran.out)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")
def test_a_pipe_does_not_hold_the_check(copy: Copy) -> None:
    os.mkfifo(copy.folder / "x.form")
    (copy.folder / "folder.bpmn").mkdir()
    ran = process("check", copy.folder, timeout=30)
    assert ran.code == 0, ran.out + ran.err
    assert "x.form is no regular file; left out" in ran.err
    assert "3 diagrams and 0 forms checked" in ran.err
    named = process("check", copy.folder / "x.form", timeout=30)
    named.refuses("x.form is no regular file")


def test_a_file_too_large_is_a_finding_and_is_not_read(copy: Copy) -> None:
    for name in ("big.bpmn", "big.form"):
        with (copy.folder / name).open("wb") as file:
            file.truncate(50_000_000_000)
    ran = kelisim("check", copy.folder)
    assert ran.code == 1
    assert "big.bpmn:1: the file has 50,000,000,000 bytes, allowed are 2,000,000" in ran.out
    assert "big.form:1: the file has 50,000,000,000 bytes, allowed are 1,000,000" in ran.out
    assert "4 diagrams and 1 forms checked: 2 errors, 0 warnings." in ran.err


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="counts memory in kB")
def test_many_big_diagrams_do_not_fill_the_memory(copy: Copy) -> None:
    review = (copy.folder / REVIEW).read_bytes()
    filler = b"<!--" + b"x" * 1_900_000 + b"-->"
    for n in range(40):
        (copy.folder / f"big{n}.bpmn").write_bytes(review + filler)
    ran, kilobytes = measured("check", copy.folder)
    assert "43 diagrams" in ran.err, ran.err
    assert kilobytes < 300_000
