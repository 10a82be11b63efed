"""A world on an empty database, once on SQLite and once on PostgreSQL."""

from __future__ import annotations

from tests.rules.conftest import open_server, world

__all__ = ["open_server", "world"]
