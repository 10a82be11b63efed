"""Figures, and how they are printed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured value. `limit` is the most it may be (None: no target); `floor` as measured."""

    name: str
    value: float
    unit: str
    limit: float | None = None
    floor: float | None = None
    note: str = ""

    @property
    def missed(self) -> bool:
        """Whether the target was missed."""
        return self.limit is not None and self.value > self.limit


def show(figures: Iterable[Figure]) -> None:
    """Print a table: figure, value, target, floor, ratio."""
    print(f"\n{'figure':<52} {'value':>10} {'target':>10} {'floor':>9} {'× floor':>8}")
    for figure in figures:
        target = f"≤ {figure.limit:g}" if figure.limit is not None else ""
        floor = f"{figure.floor:.3g}" if figure.floor else ""
        ratio = f"{figure.value / figure.floor:.1f}" if figure.floor else ""
        mark = " MISSED" if figure.missed else ""
        value = f"{figure.value:.4g} {figure.unit}"
        print(
            f"{figure.name:<52} {value:>10} {target:>10} {floor:>9} {ratio:>8}  {figure.note}{mark}"
        )
