"""Fixtures of the command line's tests."""

from tests.commandline.few import few_bodies

__all__ = ["few_bodies"]
