"""An area: a blueprint with its translations and its entries in the navigation."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from flask import Blueprint
from flask_babel import LazyString


@dataclass(frozen=True, slots=True)
class Entry:
    """A link in the navigation, for those in one of `groups`; for everyone when there are none."""

    label: LazyString
    endpoint: str
    groups: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Area:
    """A blueprint. Beside its module may lie `templates/` and `translations/`."""

    blueprint: Blueprint
    entries: tuple[Entry, ...] = ()

    @property
    def translations(self) -> Path:
        """Where the area's catalogues lie."""
        return Path(self.blueprint.root_path) / "translations"
