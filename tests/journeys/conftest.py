"""A database with the shipped diagrams and a few bodies, prepared once; years play on copies."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from service import bootstrap, settings
from service.application.commands.administering.deploy_processes import deploy_processes
from service.application.commands.administering.import_directory import import_directory
from service.bootstrap import application, open_database
from service.simulation.outcome import outcome
from service.simulation.playing import Player
from service.simulation.reading import read_scenario
from tests.commandline.few import few_bodies
from tests.journeys.years import INVITED, Data, Play, written

__all__ = ["few_bodies", "play", "prepared"]


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("prepared") / "kelisim.sqlite3"
    with open_database(f"sqlite:///{file}", durable=False) as store:
        app, now = application(store), datetime(2013, 1, 1, tzinfo=UTC)
        diagrams = bootstrap.diagrams_in(settings.processes_dir())
        deploy_processes(app, bootstrap.INSTALLER, diagrams, bootstrap.shipped_forms(), now)
        few = [body for body in bootstrap.shipped_bodies() if body.code in INVITED]
        import_directory(app, bootstrap.INSTALLER, few, [], now)
    return file


@pytest.fixture
def play(prepared: Path, tmp_path: Path) -> Play:
    """Play a scenario, given as data, and return its outcome. The database is `played.sqlite3`."""

    def played(data: Mapping[str, Any], *, scale: int = 1) -> Data:
        file = tmp_path / "played.sqlite3"
        shutil.copyfile(prepared, file)
        with open_database(f"sqlite:///{file}", durable=False) as store:
            app = application(store)
            scenario = read_scenario(written(tmp_path, data)).scaled(scale)
            return outcome(app, scenario.cycle_year, Player(app, scenario).play(), 0.0)

    return played
