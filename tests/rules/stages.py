"""How far a year has come: each stage plays everything before it, on ordinary days of the year."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.actors import Filed, concept
from tests.world import World

CONSOLIDATE = "UserTask_ConsolidateDraftPlans"


def concluded(world: World, *values: Mapping[str, Any]) -> list[Filed]:
    """MT's concepts (one of each plan, unless told) are expedient; submissions are over."""
    if not world.year:
        world.opens_cycle(2026)
    year = world.year
    both = (concept(year + 1), concept(year + 2))
    world.at(f"{year}-09-10")
    filed = [world.body("MT").submits(each) for each in values or both]
    world.at(f"{year}-10-05")
    for each in filed:
        world.ministry.concludes(each)
    return filed


def consolidated(world: World, *values: Mapping[str, Any]) -> list[Filed]:
    """Both drafts are composed."""
    filed = concluded(world, *values)
    world.at(f"{world.year}-11-05").ministry.checks_understandings()
    world.ministry.consolidates()
    return filed


def at_commission(world: World, *values: Mapping[str, Any]) -> list[Filed]:
    """The Commission has the drafts since 9 November."""
    filed = consolidated(world, *values)
    world.at(f"{world.year}-11-09").ministry.sends_to_commission()
    return filed


def approved(world: World, *values: Mapping[str, Any]) -> list[Filed]:
    """The Commission approved them on 13 November."""
    filed = at_commission(world, *values)
    world.at(f"{world.year}-11-13").commission.approves()
    return filed


def at_president(world: World, *values: Mapping[str, Any]) -> list[Filed]:
    """The President has the plans since 24 November."""
    filed = approved(world, *values)
    world.at(f"{world.year}-11-24").ministry.sends_to_president()
    return filed


def agreed(world: World, *values: Mapping[str, Any]) -> list[Filed]:
    """The President agreed on 4 December."""
    filed = at_president(world, *values)
    world.at(f"{world.year}-12-04 18:00:00").president.agrees()
    return filed
