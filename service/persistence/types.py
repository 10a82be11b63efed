"""Column types: instants in UTC, JSON as text, ids."""

# ruff: noqa: ARG002 - the signatures are SQLAlchemy's

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import orjson
from sqlalchemy import BigInteger, DateTime, Integer, Text
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator

# SQLite counts rows up by itself only in a column whose type is exactly INTEGER.
Id = BigInteger().with_variant(Integer(), "sqlite")


class Instant(TypeDecorator[datetime]):
    """An aware instant, stored in UTC, read back aware in UTC. Raises ValueError on a naive one.

    SQLite has no zones: the text there is the UTC wall time.
    """

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Aware in any zone → aware in UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(
                f"The instant {value.isoformat()} has no time zone; give an aware one, as "
                "service.clock.now() returns."
            )
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """What the driver read → aware in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Json(TypeDecorator[Mapping[str, Any]]):
    """Plain data as JSON text, in the order it was given; never JSONB, which sorts keys.

    Dates and instants become ISO text and stay text. Raises TypeError on anything else that
    JSON does not know (also on keys that are not text).
    """

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        """Plain data → JSON text."""
        return orjson.dumps(value).decode()

    def process_result_value(self, value: str | None, dialect: Dialect) -> Any:
        """JSON text → plain data."""
        return None if value is None else orjson.loads(value)


class JsonTuple(TypeDecorator[tuple[Any, ...]]):
    """A tuple of plain data as a JSON array; read back as a tuple."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        """Tuple → JSON text."""
        return orjson.dumps(value).decode()

    def process_result_value(self, value: str | None, dialect: Dialect) -> tuple[Any, ...] | None:
        """JSON text → tuple."""
        return None if value is None else tuple(orjson.loads(value))
