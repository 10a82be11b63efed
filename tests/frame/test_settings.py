"""What Kelisim is told by the environment, and what it refuses to be told."""

from __future__ import annotations

from pathlib import Path

import pytest

from service import settings
from service.errors import WrongInput


def test_without_any_setting_it_runs_on_sqlite_in_the_current_folder(tmp_path: Path) -> None:
    read = settings.read({}, here=tmp_path)
    assert read.database_url == f"sqlite:///{tmp_path}/var/kelisim.sqlite3"
    assert (read.log_level, read.log_format) == ("info", "json")
    assert list(tmp_path.iterdir()) == []


def test_home_moves_everything_that_is_written(tmp_path: Path) -> None:
    read = settings.read({"KELISIM_HOME": "elsewhere"}, here=tmp_path)
    assert read.home == tmp_path / "elsewhere"
    assert read.database_url == f"sqlite:///{tmp_path}/elsewhere/var/kelisim.sqlite3"


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
def test_postgresql_gets_its_driver(scheme: str) -> None:
    url = settings.checked_database_url(f"{scheme}://k:secret@db:5432/kelisim")
    assert url == "postgresql+psycopg://k:secret@db:5432/kelisim"


def test_a_password_is_never_shown() -> None:
    url = "postgresql://kelisim:s:e@cr@et@db/kelisim"
    read = settings.read({"DATABASE_URL": url})
    assert "cr@et" not in repr(read)
    assert read.database_label == "postgresql+psycopg://kelisim:***@db/kelisim"
    with pytest.raises(WrongInput) as refusal:
        settings.read({"DATABASE_URL": "mysql://kelisim:secret@db/kelisim"})
    assert "secret" not in refusal.value.message


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"DATABASE_URL": ""}, "DATABASE_URL is set but empty"),
        ({"DATABASE_URL": "kelisim.db"}, "DATABASE_URL is of no known kind: kelisim.db"),
        ({"DATABASE_URL": "sqlite://"}, "names no file"),
        ({"DATABASE_URL": "sqlite:///"}, "names no file"),
        ({"DATABASE_URL": "postgresql://db"}, "names no database: postgresql://db"),
        ({"DATABASE_URL": "postgresql://db:port/k"}, "cannot be read"),
        ({"KELISIM_HOME": "  "}, "KELISIM_HOME is set but empty"),
        ({"KELISIM_LOG_LEVEL": "loud"}, "'loud'; it must be one of debug, info"),
        ({"KELISIM_LOG_FORMAT": "xml"}, "'xml'; it must be one of json, text"),
        ({"KELISIM_LOG_LEVLE": "info"}, "did you mean KELISIM_LOG_LEVEL?"),
        ({"KELISIM_UNHEARD_OF": "red"}, "it knows DATABASE_URL"),
    ],
)
def test_what_cannot_be_used_is_refused_with_the_remedy(given: dict[str, str], told: str) -> None:
    with pytest.raises(WrongInput) as refusal:
        settings.read(given)
    assert told in refusal.value.message


def test_a_home_that_is_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "home").write_text("", encoding="utf-8")
    with pytest.raises(WrongInput, match="not a folder"):
        settings.read({"KELISIM_HOME": "home"}, here=tmp_path)


def test_the_tests_own_variables_and_other_programs_are_none_of_its_business() -> None:
    settings.read({"KELISIM_TEST_POSTGRES_URL": "x", "PATH": "", "HOME": "x"})


def test_shipped_files_are_found() -> None:
    assert settings.processes_dir().name == "processes"
    assert settings.processes_dir().is_dir()
    assert settings.forms_dir().is_dir()
    assert (settings.demonstration_dir() / "scenario_2026.json").is_file()
    assert (settings.reference_dir() / "agencies.json").is_file()


@pytest.mark.parametrize("address", ["10.0.0.5", "::1"])
def test_a_trusted_proxy_is_named_by_its_address(address: str) -> None:
    assert settings.read({"KELISIM_TRUSTED_PROXY": address}).trusted_proxy == address


def test_a_trusted_proxys_address_may_be_written_in_any_way() -> None:
    read = settings.read({"KELISIM_TRUSTED_PROXY": "0:0:0:0:0:0:0:1"})
    assert read.trusted_proxy == "::1"


@pytest.mark.parametrize("address", ["proxy.example", "10.0.0.0/8", "*"])
def test_anything_else_is_no_trusted_proxy(address: str) -> None:
    with pytest.raises(WrongInput, match="KELISIM_TRUSTED_PROXY"):
        settings.read({"KELISIM_TRUSTED_PROXY": address})


@pytest.mark.parametrize(
    ("host", "address"),
    [
        ("127.0.0.1", "http://localhost:8123"),
        ("0.0.0.0", "http://localhost:8123"),
        ("::", "http://localhost:8123"),
        ("10.0.0.5", "http://10.0.0.5:8123"),
        ("fd00::5", "http://[fd00::5]:8123"),
    ],
)
def test_people_reach_the_pages_where_they_answer(host: str, address: str) -> None:
    read = settings.read({})
    assert settings.answering_on(read, host, 8123).public_url == address
    assert read.public_url == "http://localhost:8000"


@pytest.mark.parametrize("given", ["https://kelisim.example", "http://localhost:8000"])
def test_a_public_url_that_was_given_stays(given: str) -> None:
    read = settings.read({"KELISIM_PUBLIC_URL": given})
    assert settings.answering_on(read, "127.0.0.1", 8123).public_url == given
