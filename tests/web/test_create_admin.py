"""`kelisim create-admin` lets the first person in."""

from __future__ import annotations

import io

import pytest

from service.passwords import Argon2Passwords
from service.persistence.store import open_store
from tests.commandline.running import Ran, kelisim

PASSWORD = "қырық күн шілде"


@pytest.fixture
def creates(database_url: str, monkeypatch: pytest.MonkeyPatch):  # type: ignore[no-untyped-def]  # noqa: ANN201
    def run(*arguments: str, password: str = PASSWORD) -> Ran:
        monkeypatch.setattr("sys.stdin", io.StringIO(f"{password}\n"))
        url = database_url.replace("+psycopg", "")
        return kelisim("create-admin", *arguments, DATABASE_URL=url)

    return run


def test_an_administrator_is_created(creates, database_url: str) -> None:  # type: ignore[no-untyped-def]  # noqa: ANN001
    ran = creates("anna", "--name", "Анна Смаилова", "--language", "ru", "--password-stdin")
    assert (ran.code, ran.err) == (0, "")
    assert ran.out == "anna may sign in as administrator and process owner.\n"
    with open_store(database_url, migrate=False) as store, store.read() as work:
        person, account = work.people.get("anna"), work.accounts.get("anna")
    assert person is not None
    assert (person.name, person.language) == ("Анна Смаилова", "ru")
    assert person.groups == ("ADMIN/administrator", "ADMIN/process_owner")
    assert account is not None
    assert Argon2Passwords().matches(account.password_hash, PASSWORD)


def test_twice_is_refused_and_reset_gives_a_new_password(creates, database_url: str) -> None:  # type: ignore[no-untyped-def]  # noqa: ANN001
    creates("anna", "--password-stdin")
    creates("anna", "--password-stdin").refuses("anna has an account already")
    again = creates("anna", "--password-stdin", "--reset", password="бір екі үш төрт")
    assert again.out == "anna has a new password.\n"
    with open_store(database_url, migrate=False) as store, store.read() as work:
        account = work.accounts.get("anna")
    assert account is not None
    assert Argon2Passwords().matches(account.password_hash, "бір екі үш төрт")


@pytest.mark.parametrize(
    ("arguments", "password", "because"),
    [
        (("anna b", "--password-stdin"), PASSWORD, "'anna b' is no id"),
        (("anna", "--password-stdin"), "short", "has 5 characters"),
        (("anna", "--password-stdin"), "", "has 0 characters"),
        (("anna", "--password-stdin", "--reset"), PASSWORD, "anna has no account"),
        (("anna",), PASSWORD, "use --password-stdin"),
    ],
)
def test_what_cannot_be_used_is_refused(  # type: ignore[no-untyped-def]
    creates,  # noqa: ANN001
    arguments: tuple[str, ...],
    password: str,
    because: str,
) -> None:
    creates(*arguments, password=password).refuses(because)
