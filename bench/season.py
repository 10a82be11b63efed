"""A whole season: 30 concepts × N through `kelisim simulate`, in a process of its own."""

from __future__ import annotations

import json
import resource
import subprocess
import sys
from typing import Any

from bench.table import Figure
from service import settings
from tests.postgres import fresh_database

SMALL = 13  # × 30 concepts: about 400
MOST_SECONDS, MOST_MEGABYTES, MOST_GROWTH = 90.0, 300.0, 20.0


def season(scale: int, postgres: str | None) -> list[Figure]:
    """Seconds, memory and cost per step of a large season, and its growth from a small one."""
    small = [_play(SMALL) for _ in range(3)]
    large = _play(scale)
    per_step = sorted(_per_step(each) for each in small)[1]
    growth = (_per_step(large) / per_step - 1) * 100
    concepts = len(large["concepts"])
    figures = [
        Figure(f"season of {concepts} concepts", large["wall_seconds"], "s", MOST_SECONDS),
        Figure("its memory (largest process)", _megabytes(), "MB", MOST_MEGABYTES),
        Figure(f"cost per step at {concepts} concepts", _per_step(large), "ms", floor=per_step),
        Figure(f"growth of it from {len(small[0]['concepts'])}", growth, "%", MOST_GROWTH),
        Figure("steps per second in the season", 1000 / _per_step(large), "/s"),
    ]
    if postgres:
        with fresh_database(postgres, durable=True) as url:
            there = _play(SMALL, "--database", url)
        name = f"cost per step at {len(there['concepts'])}, PostgreSQL"
        figures.append(Figure(name, _per_step(there), "ms", floor=per_step))
    return figures


def _play(scale: int, *options: str) -> dict[str, Any]:
    scenario = settings.demonstration_dir() / "scenario_2026.json"
    command = [sys.executable, "-m", "service", "simulate", str(scenario), "--json"]
    done = subprocess.run(
        [*command, "--scale", str(scale), *options], check=True, capture_output=True, text=True
    )
    result: dict[str, Any] = json.loads(done.stdout)
    return result


def _per_step(result: dict[str, Any]) -> float:
    return float(result["wall_seconds"] / result["steps"] * 1000)


def _megabytes() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    return used / 1024 if sys.platform != "darwin" else used / 1024**2
