"""How passwords are kept, and which are taken."""

from __future__ import annotations

import unicodedata

import pytest

from service.domain.passwords import checked_password
from service.errors import WrongInput
from service.passwords import Argon2Passwords

PASSWORD = "қырық күн шілде"


@pytest.fixture(scope="module")
def passwords() -> Argon2Passwords:
    return Argon2Passwords()


def test_a_kept_password_is_an_argon2id_hash_with_its_own_salt(passwords: Argon2Passwords) -> None:
    one, other = passwords.hash(PASSWORD), passwords.hash(PASSWORD)
    assert one != other
    assert one.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert passwords.matches(one, PASSWORD)
    assert passwords.matches(other, PASSWORD)


def test_another_password_does_not_match(passwords: Argon2Passwords) -> None:
    assert not passwords.matches(passwords.hash(PASSWORD), PASSWORD.upper())


def test_one_password_written_in_two_ways_of_unicode_is_one(passwords: Argon2Passwords) -> None:
    composed = "ёлка и снег зимой"
    decomposed = unicodedata.normalize("NFD", composed)
    assert composed != decomposed
    assert passwords.matches(passwords.hash(composed), decomposed)


def test_nobody_has_the_password_of_nobody(passwords: Argon2Passwords) -> None:
    assert not passwords.matches("", "nobody")
    assert not passwords.matches("no hash at all", PASSWORD)


def test_a_lone_surrogate_is_only_a_wrong_password(passwords: Argon2Passwords) -> None:
    assert not passwords.matches(passwords.hash(PASSWORD), "\ud800")


def test_a_hash_of_weaker_parameters_is_outdated(passwords: Argon2Passwords) -> None:
    weak = (
        "$argon2id$v=19$m=1024,t=1,p=1$c2FsdHNhbHRzYWx0$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
    )
    assert passwords.is_outdated(weak)
    assert not passwords.is_outdated(passwords.hash(PASSWORD))


@pytest.mark.parametrize(
    ("password", "because"),
    [
        ("elevenchars", "has 11 characters"),
        ("я" * 1001, "has 1001 characters"),
        ("my name is Anna K", "holds the name"),
        ("abababababababab", "repeats"),
    ],
)
def test_easy_passwords_are_refused_without_repeating_them(password: str, because: str) -> None:
    with pytest.raises(WrongInput, match=because) as refusal:
        checked_password(password, "anna")
    assert password not in refusal.value.message


def test_a_sentence_is_a_password() -> None:
    assert checked_password(PASSWORD, "anna") == PASSWORD
