"""A database that cannot be opened: one clear message, no password, nothing left behind."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import pytest

from service.errors import WrongInput
from service.persistence.databases import masked, parsed
from service.persistence.store import open_store


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("mysql://root:secret@host/db", "none that Kelisim knows"),
        ("no url at all, secret", "none that Kelisim knows"),
        ("", "none that Kelisim knows"),
        ("sqlite://kelisim.sqlite3", "three slashes"),
        ("postgresql://u:secret@127.0.0.1:1/db", "check the host"),
        ("postgresql://u:secret@host:port/db", "none that Kelisim knows"),
    ],
)
def test_unusable_urls(url: str, said: str) -> None:
    with pytest.raises(WrongInput, match=said) as refusal:
        open_store(url)
    assert "secret" not in refusal.value.message
    assert "\n" not in refusal.value.message


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(WrongInput, match=r"no/such\.sqlite3.*folder must exist and be writable"):
        open_store(f"sqlite:///{tmp_path}/no/such.sqlite3")


def test_a_folder_instead_of_a_file(tmp_path: Path) -> None:
    with pytest.raises(WrongInput, match="cannot be opened"):
        open_store(f"sqlite:///{tmp_path}")


def test_another_kind_of_file(tmp_path: Path) -> None:
    file = tmp_path / "letter.txt"
    file.write_text("Dear Sir or Madam, " * 100, encoding="utf-8")
    before = file.read_bytes()
    with pytest.raises(WrongInput, match="file is not a database"):
        open_store(f"sqlite:///{file}")
    assert file.read_bytes() == before


def test_a_missing_file_is_not_made_without_migrating(tmp_path: Path) -> None:
    file = tmp_path / "new.sqlite3"
    with pytest.raises(WrongInput, match="kelisim migrate"):
        open_store(f"sqlite:///{file}", migrate=False)
    assert not file.exists()


@pytest.mark.parametrize(
    ("user", "database", "said"),
    [
        ("nobody_knows_me", None, "check the user|check user and password"),
        (None, "no_such_database", "create the database first"),
    ],
)
def test_a_server_that_says_no(
    postgres_server_url: str, user: str | None, database: str | None, said: str
) -> None:
    parts = urlsplit(postgres_server_url)
    if user:
        host = parts.netloc.rpartition("@")[2]
        parts = parts._replace(netloc=f"{user}:secret@{host}")
    if database:
        parts = parts._replace(path=f"/{database}")
    with pytest.raises(WrongInput, match=said) as refusal:
        open_store(urlunsplit(parts))
    assert "secret" not in refusal.value.message


def test_urls_are_understood_and_masked() -> None:
    url = parsed("postgresql://kelisim:secret@db/kelisim")
    assert url.drivername == "postgresql+psycopg"
    assert masked(url) == "postgresql+psycopg://kelisim:***@db/kelisim"
    assert parsed("sqlite:///x.sqlite3").database == "x.sqlite3"
