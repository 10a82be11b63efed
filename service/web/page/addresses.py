"""Addresses that a request brings along."""

from __future__ import annotations

from urllib.parse import urlsplit


def local(address: str | None, otherwise: str) -> str:
    """The address if it is a path on this site, else `otherwise`.

    Browsers read two slashes, backslashes, and tabs or line breaks in between as another site.
    """
    if not address or not address.startswith("/") or address.startswith("//"):
        return otherwise
    if "\\" in address or any(ord(letter) <= 32 or ord(letter) == 127 for letter in address):
        return otherwise
    parts = urlsplit(address)
    return otherwise if parts.scheme or parts.netloc else address
