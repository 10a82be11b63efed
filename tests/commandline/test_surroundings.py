"""Hostile diagrams, odd options, closed pipes, full disks and Ctrl-C: no traceback, no remains."""

from __future__ import annotations

import contextlib
import json
import signal
import subprocess
import tempfile
import time
from functools import partial
from pathlib import Path

import pytest

from tests.commandline.running import ROOT, command, kelisim, measured, process, surroundings
from tests.journeys.diagrams import CYCLE, REVIEW, SUBMISSION, Copy
from tests.journeys.years import at, concept, small, written

pytestmark = pytest.mark.usefixtures("few_bodies")
HOSTILE = ROOT / "tests" / "data" / "diagrams" / "hostile"
SECONDS, MEGABYTES = 20, 300


@pytest.fixture
def scenario(tmp_path: Path) -> Path:
    return written(tmp_path, small())


# --- diagrams ------------------------------------------------------------------------------------


def test_folders_that_hold_no_diagrams(scenario: Path, tmp_path: Path) -> None:
    empty, out = tmp_path / "empty", tmp_path / "out"
    empty.mkdir()
    for folder, said in (
        (empty, "holds no .bpmn file"),
        (tmp_path / "nosuch", "is no folder"),
        (scenario, "is no folder"),
    ):
        kelisim("simulate", scenario, "--processes", folder, "--out", out).refuses(said)
    assert not out.exists()


def test_diagrams_without_the_cycle(scenario: Path, tmp_path: Path) -> None:
    copy = Copy(tmp_path)
    (copy.folder / CYCLE).unlink()
    ran = kelisim("simulate", scenario, "--processes", copy.folder, "--out", tmp_path / "out")
    ran.refuses("annual_cycle")
    assert not (tmp_path / "out").exists()


def test_hostile_diagrams_are_refused_in_little_time_and_memory(
    scenario: Path, tmp_path: Path
) -> None:
    """All at once, in a process of its own whose memory, and its children's, is measured."""
    began = time.monotonic()
    out = tmp_path / "out"
    ran, kilobytes = measured("simulate", scenario, "--processes", HOSTILE, "--out", out)

    said = ran.err
    assert ran.code == 1
    assert time.monotonic() - began < SECONDS
    assert kilobytes < MEGABYTES * 1024
    assert "Traceback" not in said
    assert not (tmp_path / "out").exists()
    unnamed = {file.name for file in HOSTILE.glob("*.bpmn") if file.name not in said}
    assert unnamed == set()


def test_a_diagram_that_fails_while_it_runs_is_told(tmp_path: Path) -> None:
    """What no check can foresee: a variable that the instance has not got."""
    copy = Copy(tmp_path)
    copy.replace(
        REVIEW,
        "${ladder(target_due('conclusion', conclusion_on), -10, -5, -3, -1)}",
        "${ladder(target_due('conclusion', doc_number), -10, -5, -3, -1)}",
    )
    scenario = written(tmp_path, small(concepts=[concept(1)], letters=[]))

    ran = kelisim("simulate", scenario, "--processes", copy.folder, "--json")

    assert ran.code == 1
    assert "2 steps of the diagrams failed, the first at Reminder_ExamineConcept" in ran.err
    told = json.loads(ran.out)  # the year went on without it
    assert "step_failed" in {each["code"] for each in told["refused"]}


def test_a_timer_that_fails_for_ever_ends_the_year(tmp_path: Path) -> None:
    """It is tried again and again; nobody waits for a hundred days of that."""
    copy = Copy(tmp_path)
    copy.replace(
        SUBMISSION,
        '<camunda:inputParameter name="to">${body}/submitter</camunda:inputParameter>',
        '<camunda:inputParameter name="to">${nobody}/submitter</camunda:inputParameter>',
    )
    scenario = written(tmp_path, small(concepts=[], letters=[], acts={}))

    ran = kelisim("simulate", scenario, "--processes", copy.folder, "--out", tmp_path / "out")

    ran.refuses()
    assert "nobody" in ran.err
    assert not (tmp_path / "out").exists()


def test_a_loop_of_tasks_nobody_knows_is_given_up(tmp_path: Path) -> None:
    """A rework loop that no stand-in can leave: the rest of the year is played."""
    copy = Copy(tmp_path).legal_review()
    old = 'sourceRef="UserTask_LegalReview" targetRef="UserTask_SignConclusion" />'
    gateway = """sourceRef="UserTask_LegalReview" targetRef="Gateway_Again" />
    <bpmn:exclusiveGateway id="Gateway_Again" default="Flow_Again">
      <bpmn:incoming>Flow_UserTask_LegalReview</bpmn:incoming>
      <bpmn:outgoing>Flow_Again</bpmn:outgoing>
      <bpmn:outgoing>Flow_Ready</bpmn:outgoing>
    </bpmn:exclusiveGateway>
    <bpmn:sequenceFlow id="Flow_Again" sourceRef="Gateway_Again"
      targetRef="UserTask_LegalReview" />
    <bpmn:sequenceFlow id="Flow_Ready" sourceRef="Gateway_Again"
      targetRef="UserTask_SignConclusion">
      <bpmn:conditionExpression xsi:type="bpmn:tFormalExpression"
        >${expedient == 'perhaps'}</bpmn:conditionExpression>
    </bpmn:sequenceFlow>"""
    copy.replace(REVIEW, old, gateway)
    first = "<bpmn:incoming>Flow_ExamineConcept_SignConclusion</bpmn:incoming>"
    copy.replace(REVIEW, first, f"{first}<bpmn:incoming>Flow_Again</bpmn:incoming>")
    signing = (
        "<bpmn:incoming>Flow_UserTask_LegalReview</bpmn:incoming>\n      <bpmn:outgoing>Flow_S"
    )
    copy.replace(REVIEW, signing, signing.replace("Flow_UserTask_LegalReview", "Flow_Ready"))
    scenario = written(tmp_path, small(concepts=[concept(1)], letters=[]))

    told = kelisim("simulate", scenario, "--processes", copy.folder, "--json").json

    codes = {each["act"]: each["code"] for each in told["refused"]}
    assert codes["UserTask_LegalReview"] == "endless"
    assert told["concepts"]["C-1"]["state"] == "under_review"
    assert len(told["stand_ins"]) <= 200


# --- options -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "options",
    [
        "--scale 0",
        "--scale -1",
        "--scale abc",
        "--scale 1001",
        "--scale 1.5",
        "--language fr",
        "--nosuch",
        "--json=yes",
        "--out",
        "second.json",
    ],
)
def test_wrong_usage_of_simulate(scenario: Path, options: str) -> None:
    ran = kelisim("simulate", scenario, *options.split())
    assert ran.code == 2
    assert ran.out == ""
    assert "Error: " in ran.err


def test_wrong_usage_of_everything() -> None:
    assert kelisim("nosuch").code == 2
    assert kelisim("simulate").code == 2
    assert kelisim("migrate", "now").code == 2
    assert kelisim("--nosuch").code == 2
    assert kelisim().code == 2
    for arguments in (("--help",), ("-h",), ("simulate", "--help"), ("--version",)):
        ran = kelisim(*arguments)
        assert (ran.code, ran.err) == (0, "")
        assert "kelisim" in ran.out


def test_a_calendar_that_is_none(scenario: Path, tmp_path: Path) -> None:
    bad = tmp_path / "calendar.json"
    bad.write_text('[{"date": "someday"}]')
    out = tmp_path / "out"
    kelisim("simulate", scenario, "--calendar", bad, "--out", out).refuses("calendar.json")
    kelisim("simulate", scenario, "--calendar", tmp_path / "no.json").refuses("no.json")
    assert not out.exists()


def test_a_day_off_by_decree_moves_a_deadline(tmp_path: Path) -> None:
    """25 September 2026, a Friday, is made a day off: Monday the 28th is the last day."""
    names = {"kk": "Демалыс", "ru": "Выходной"}
    calendar = tmp_path / "calendar.json"
    off = {"date": "2026-09-25", "effect": "day_off", "name": names}
    calendar.write_text(json.dumps({"overrides": [off]}))
    late = concept(1, submitted_at=at(2026, "09-28", "23:59:59"))
    scenario = written(tmp_path, small(concepts=[late], letters=[]))

    told = kelisim("simulate", scenario, "--calendar", calendar, "--json").json

    submission = told["deadlines"][0]
    assert (submission["legal"], submission["target"]) == ("2026-09-28", "2026-09-24")
    assert told["concepts"]["C-1"]["state"] == "transmitted"


# --- the world around ----------------------------------------------------------------------------


def test_an_out_folder_that_nobody_may_write(scenario: Path) -> None:
    """/proc takes no folders, not even from root."""
    kelisim("simulate", scenario, "--out", "/proc/kelisim").refuses("/proc")


def test_a_reader_that_goes_away_early(scenario: Path) -> None:
    """`kelisim … | head -1`: no word about it, be the output long or short."""
    for arguments, first in (
        (("simulate", scenario, "--language", "en"), b"Timeline"),
        (("due", "--cycle", "2026"), b"step"),
    ):
        line = " ".join(f"'{part}'" for part in command(*arguments))
        done = subprocess.run(
            ["bash", "-c", f"{line} | head -1"],
            cwd=ROOT,
            env=surroundings(),
            capture_output=True,
            timeout=60,
            check=False,
        )
        assert done.stdout.startswith(first)
        assert done.stderr == b""


def test_output_that_cannot_be_written(scenario: Path) -> None:
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            command("due", "--after", "2026-12-04", "--working-days", "10"),
            cwd=ROOT,
            env=surroundings(),
            stdout=full,
            stderr=subprocess.PIPE,
            timeout=60,
            check=False,
        )
    assert done.returncode == 1
    assert b"Traceback" not in done.stderr
    assert b"No space left" in done.stderr


def test_a_terminal_that_knows_few_letters(tmp_path: Path) -> None:
    """Kazakh letters are spelled out there; the command does not fail on them."""
    folder = Copy(tmp_path).legal_review(drawn=False).folder
    ran = process("check", folder, PYTHONIOENCODING="latin-1", PYTHONUTF8="0")
    assert ran.code == 0, ran.err
    assert r"UserTask_LegalReview (\u049a\u04b1" in ran.out


def test_ctrl_c_while_it_plays_leaves_nothing_behind(scenario: Path, tmp_path: Path) -> None:
    temporary = tmp_path / "tmp"
    temporary.mkdir()
    with tempfile.TemporaryFile() as err:
        started = subprocess.Popen(
            command("simulate", scenario, "--scale", 40, "--out", tmp_path / "out"),
            cwd=ROOT,
            env=surroundings(TMPDIR=str(temporary)),
            stdout=subprocess.DEVNULL,
            stderr=err,
            # Who runs the tests in the background of a shell has Ctrl-C ignored, and passes it on.
            preexec_fn=partial(signal.signal, signal.SIGINT, signal.SIG_DFL),  # noqa: PLW1509
        )
        while started.poll() is None and not any(temporary.iterdir()):
            with contextlib.suppress(subprocess.TimeoutExpired):
                started.wait(0.02)
        started.send_signal(signal.SIGINT)
        code = started.wait(30)
        err.seek(0)
        said = err.read().decode()

    assert code == 130, said
    assert "Traceback" not in said
    assert list(temporary.iterdir()) == []
    assert not (tmp_path / "out").exists()
