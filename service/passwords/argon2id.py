"""Passwords as Argon2id hashes: the only door to argon2-cffi.

Parameters: OWASP Password Storage Cheat Sheet, Argon2id with 19 MiB, two passes, one lane. A hash
names its own parameters, so that they can be raised later: see `is_outdated`.
"""

from __future__ import annotations

import unicodedata

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

MEMORY_KIB = 19_456
PASSES = 2
LANES = 1


class Argon2Passwords:
    """`ports.Passwords` with Argon2id. Thread-safe; one call costs 19 MiB and some 20 ms."""

    def __init__(self) -> None:
        self._hasher = PasswordHasher(time_cost=PASSES, memory_cost=MEMORY_KIB, parallelism=LANES)
        # Compared with for names that nobody has, so that they take as long as others.
        self._nobodys = self._hasher.hash("nobody")

    def hash(self, password: str) -> str:
        """The hash to keep, with a salt of its own."""
        return self._hasher.hash(_same_on_every_keyboard(password))

    def matches(self, kept: str, password: str) -> bool:
        """Whether the password is that of the hash. "" is the hash of nobody: takes as long."""
        try:
            same = self._hasher.verify(kept or self._nobodys, _same_on_every_keyboard(password))
        except (VerificationError, InvalidHashError):
            return False
        return bool(kept) and same

    def is_outdated(self, kept: str) -> bool:
        """Whether the hash was made with weaker parameters than today's."""
        return self._hasher.check_needs_rehash(kept)


def _same_on_every_keyboard(password: str) -> bytes:
    """One letter has several writings in Unicode; NFKC is NIST SP 800-63B's choice (5.1.1.2)."""
    return unicodedata.normalize("NFKC", password).encode("utf-8", "surrogatepass")
