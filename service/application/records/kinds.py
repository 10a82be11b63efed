"""Kinds of values that records are made of."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeAlias

Texts: TypeAlias = Mapping[str, str]
Values: TypeAlias = Mapping[str, Any]
