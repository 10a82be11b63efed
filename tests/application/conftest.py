"""The world of the rules' tests, for what the commands promise beyond the rules."""

from __future__ import annotations

from tests.rules.conftest import open_server, world

__all__ = ["open_server", "world"]
