"""What `migrate`, `verify-journal`, `simulate --out` and `--database` leave behind."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from service.domain.journal import GENESIS
from tests.commandline.running import Ran, kelisim
from tests.journeys.years import small, written


def test_migrate_twice_is_migrate_once(blank_database_url: str) -> None:
    for _ in range(2):
        ran = kelisim("migrate", DATABASE_URL=blank_database_url)
        assert ran.code == 0, ran.err
        assert ran.out.endswith(" has the present schema.\n")
    verified = kelisim("verify-journal", DATABASE_URL=blank_database_url)
    assert verified.out == f"0 entries, the chain is whole; its last hash is {GENESIS}.\n"


@pytest.mark.parametrize("command", ["migrate", "verify-journal"])
@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("", "DATABASE_URL is set but empty"),
        ("kelisim.sqlite3", "DATABASE_URL is of no known kind"),
        ("mysql://user:secret@host/db", "DATABASE_URL is of no known kind"),
        ("sqlite:///", "names no file"),
        ("sqlite:////nosuch/folder/db.sqlite3", "/nosuch/folder"),
        ("postgresql://user:secret@host", "names no database"),
        ("postgresql://user:secret@127.0.0.1:1/db", "cannot be opened"),
        ("postgresql://user:secret@host:port/db", "cannot be read"),
    ],
)
def test_a_wrong_database_url(command: str, url: str, said: str) -> None:
    ran = kelisim(command, DATABASE_URL=url)
    ran.refuses(said)
    assert "secret" not in ran.err


def test_a_database_that_is_none(tmp_path: Path) -> None:
    text, folder = tmp_path / "text.sqlite3", tmp_path / "folder.sqlite3"
    text.write_text("hello " * 1000)
    folder.mkdir()
    for file in (text, folder):
        kelisim("migrate", DATABASE_URL=f"sqlite:///{file}").refuses(str(file))
    assert text.read_text() == "hello " * 1000
    kelisim("verify-journal", DATABASE_URL=f"sqlite:///{tmp_path}/no.sqlite3").refuses("no.sqlite3")
    assert not (tmp_path / "no.sqlite3").exists()


pytestmark = pytest.mark.usefixtures("few_bodies")


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("kept")
    ran = kelisim("simulate", written(folder, small()), "--out", folder / "a" / "b")
    assert ran.code == 0, ran.err
    return folder / "a" / "b"


def test_out_keeps_database_and_outcome(kept: Path) -> None:
    assert sorted(file.name for file in kept.iterdir()) == ["outcome.json", "simulation.sqlite3"]
    verified = _verified(kept / "simulation.sqlite3")
    assert verified.code == 0, verified.err
    assert " entries, the chain is whole; its last hash is " in verified.out


def test_out_refuses_to_write_over_what_is_there(kept: Path, tmp_path: Path) -> None:
    before = (kept / "outcome.json").stat().st_mtime_ns
    file = written(tmp_path, small())
    kelisim("simulate", file, "--out", kept).refuses("simulation.sqlite3 exists", "another folder")
    assert (kept / "outcome.json").stat().st_mtime_ns == before
    kelisim("simulate", file, "--out", file).refuses("year.json", "another folder")
    kelisim("simulate", file, "--out", file / "sub").refuses("another folder")


@pytest.mark.parametrize(
    "tampering",
    [
        "UPDATE journal SET actor = 'somebody' WHERE sequence = 7",
        "UPDATE journal SET details = '{}' WHERE sequence = 7",
        "UPDATE journal SET hash = previous_hash WHERE sequence = 7",
        "UPDATE journal SET clause = '99' WHERE sequence = (SELECT max(sequence) FROM journal)",
        "DELETE FROM journal WHERE sequence = 7",
        "DELETE FROM journal WHERE sequence < 7",
        "UPDATE journal SET details = 'no json' WHERE sequence = 7",
        "UPDATE journal SET at = 'no instant' WHERE sequence = 7",
    ],
)
def test_tampering_with_the_journal_is_found(kept: Path, tmp_path: Path, tampering: str) -> None:
    copy = tmp_path / "tampered.sqlite3"
    copy.write_bytes((kept / "simulation.sqlite3").read_bytes())
    connection = sqlite3.connect(copy)
    for (trigger,) in connection.execute(
        "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    ).fetchall():
        connection.execute(f"DROP TRIGGER {trigger}")
    assert connection.execute(tampering).rowcount > 0
    connection.commit()
    connection.close()

    _verified(copy).refuses("journal")


def test_the_triggers_refuse_a_change_of_the_journal(kept: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy.sqlite3"
    copy.write_bytes((kept / "simulation.sqlite3").read_bytes())
    connection = sqlite3.connect(copy)
    with pytest.raises(sqlite3.DatabaseError):
        connection.execute("UPDATE journal SET actor = 'somebody' WHERE sequence = 7")
    connection.close()


def test_a_database_of_ones_own_is_played_in_once(database_url: str, tmp_path: Path) -> None:
    file = written(tmp_path, small(concepts=[]))
    first = kelisim("simulate", file, "--database", database_url, "--json")
    assert first.json["status"] == "transmitted"
    again = kelisim("simulate", file, "--database", database_url, "--json")
    again.refuses("in use already", "empty one")
    assert _verified(database_url).code == 0


def test_a_wrong_diagram_leaves_ones_own_database_alone(tmp_path: Path) -> None:
    folder, database = tmp_path / "processes", tmp_path / "own.sqlite3"
    folder.mkdir()
    (folder / "broken.bpmn").write_text("<definitions>")
    url = f"sqlite:///{database}"
    file = written(tmp_path, small())
    kelisim("simulate", file, "--database", url, "--processes", folder).refuses("broken.bpmn")
    assert not database.exists()
    kelisim("simulate", file, "--database", "mysql://a/b").refuses("no known kind")


def _verified(database: Path | str) -> Ran:
    url = database if isinstance(database, str) else f"sqlite:///{database}"
    return kelisim("verify-journal", DATABASE_URL=url)
