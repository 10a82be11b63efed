"""How passwords are kept."""

from __future__ import annotations

from service.passwords.argon2id import Argon2Passwords

__all__ = ["Argon2Passwords"]
