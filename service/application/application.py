"""What every command works with: the store, the engine, and caches of what never changes.

Definitions, the forms of a deployment and the settings of an opened cycle are immutable once
stored, so they are read once. The calendar is read again whenever its version has moved.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from service.application import records as r
from service.application.ports import Store, Work
from service.application.steps import Engine, Moment, Summary
from service.domain.calendars import BaseCalendar, DayOverride, WorkingCalendar
from service.domain.cycle_settings import CycleSettings
from service.errors import WrongInput
from service.forms import Form, read_form


@dataclass
class Application:
    """One running Kelisim. Thread-safe: its caches hold immutable values only."""

    store: Store
    engine: Engine
    base_calendar: BaseCalendar
    _definitions: dict[int, r.Definition] = field(default_factory=dict)
    _forms: dict[tuple[str, str], Form | None] = field(default_factory=dict)
    _settings: dict[int, CycleSettings] = field(default_factory=dict)
    _calendar: tuple[int, WorkingCalendar] | None = None

    def definition(self, work: Work, instance: r.Instance) -> r.Definition:
        """The definition that an instance is pinned to."""
        key = instance.definition_id
        if key not in self._definitions:
            self._definitions[key] = work.definitions.get(key)
        return self._definitions[key]

    def summary(self, definition: r.Definition) -> Summary:
        """What its owner wrote on the definition's elements."""
        return self.engine.describe(definition.digest, definition.xml)

    def form(self, work: Work, key: str, deployment: str) -> Form | None:
        """The form that came with the deployment; None when the task has no form.

        Raises WrongInput when a diagram names a form that nobody deployed.
        """
        if not key:
            return None
        if (key, deployment) not in self._forms:
            found = work.definitions.form(key, deployment)
            if found is None:
                raise WrongInput(f"There is no form '{key}'; deploy {key}.form with the diagram")
            form = read_form(found.text, f"{key}.form")
            if found.deployment != deployment:
                return form  # the newest of that key; tomorrow it may be another
            self._forms[key, deployment] = form
        return self._forms[key, deployment]

    def calendar(self, work: Work) -> WorkingCalendar:
        """The working calendar: the base with the administrator's overrides."""
        version = work.calendar_overrides.version()
        if self._calendar is None or self._calendar[0] != version:
            rows = work.calendar_overrides.all()
            overrides = [DayOverride.from_data(row) for row in rows]
            self._calendar = version, WorkingCalendar(self.base_calendar, overrides)
        return self._calendar[1]

    def settings(self, work: Work, cycle_id: int | None) -> CycleSettings:
        """A cycle's settings; the defaults for an instance that belongs to no cycle."""
        if cycle_id is None:
            return CycleSettings()
        if cycle_id in self._settings:
            return self._settings[cycle_id]
        cycle = work.cycles.get(cycle_id)
        settings = CycleSettings.from_data(cycle.settings)
        if cycle.dates:  # set by its first step: so it was committed, and stays as it is
            self._settings[cycle_id] = settings
        return settings

    def moment(self, work: Work, cycle_id: int | None, now: datetime) -> Moment:
        """What a step of that cycle knows of the world."""
        return Moment(now, self.calendar(work), self.settings(work, cycle_id))
