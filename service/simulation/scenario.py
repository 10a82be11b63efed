"""A scenario: everything people do in one planning year.

Whatever the rules do by themselves (returns, reminders, routing) is not in it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from service.domain.cycle_settings import CycleSettings


@dataclass(frozen=True, slots=True)
class Filing:
    """A concept as a body files it; `values` is the raw entry of the file."""

    id: str
    body: str
    submitted_at: datetime
    values: Mapping[str, Any]
    decided_at: datetime | None = None
    expedient: str = "yes"
    reasons: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Reply:
    """A no-proposals letter."""

    id: str
    body: str
    sent_at: datetime


@dataclass(frozen=True, slots=True)
class Act:
    """What somebody does at a user task of the cycle; `reworked_at` when it comes back."""

    at: datetime
    values: Mapping[str, Any]
    reworked_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Scenario:
    """One year. Instants are aware; lists may be empty."""

    cycle_year: int
    opens_at: datetime
    filings: tuple[Filing, ...]
    replies: tuple[Reply, ...]
    events: tuple[Mapping[str, Any], ...]
    acts: Mapping[str, datetime]  # by name, where given
    uncovered_reason: Mapping[str, str]
    commission: tuple[Act, ...]
    president: tuple[Act, ...]
    amendments: int  # how many there are; they are played once clause 16 is on a diagram
    settings: CycleSettings = field(default_factory=CycleSettings)

    def scaled(self, times: int) -> Scenario:
        """The same year with each concept filed `times` times, under fresh ids."""
        if times == 1:
            return self
        taken = {filing.id for filing in self.filings}
        many = list(self.filings)
        for copy in range(1, times):
            for filing in self.filings:
                fresh = f"{filing.id}-{copy:04d}"
                while fresh in taken:
                    fresh += "x"
                taken.add(fresh)
                many.append(replace(filing, id=fresh))
        return replace(self, filings=tuple(many))
