"""The import contracts of pyproject.toml hold."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from pathlib import Path

from tests.architecture.tree import ROOT


def test_the_import_contracts_hold() -> None:
    lint = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run(
        [lint, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_door_is_guarded() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    contracts = project["tool"]["importlinter"]["contracts"]
    guarded = {module for contract in contracts for module in contract.get("forbidden_modules", [])}
    assert guarded >= {
        *("SpiffWorkflow", "lxml", "sqlalchemy", "alembic", "psycopg", "flask"),
        *("apscheduler", "holidays", "click", "rich", "icalendar"),
    }
