"""A small directory of bodies: a year is played in a third of the time."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from service import bootstrap
from tests.journeys.years import INVITED


@pytest.fixture
def few_bodies() -> Iterator[None]:
    """In this process only, `simulate` invites nine bodies instead of 32."""
    few = [body for body in bootstrap.shipped_bodies() if body.code in INVITED]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(bootstrap, "shipped_bodies", lambda: few)
        yield
