"""The engine's door: SpiffWorkflow behind the application's `Engine` protocol."""

from __future__ import annotations

from collections.abc import Collection, Generator, Mapping, Sequence
from datetime import datetime
from typing import Any

from service.application import steps as s
from service.engine.checks.arguments import check_arguments
from service.engine.checks.findings import errors_of
from service.engine.checks.trial import try_definitions
from service.engine.definitions import DefinitionCache, ExecutableDefinition
from service.engine.language.scripts import StepScripts
from service.engine.language.words import as_instant
from service.engine.running import Run
from service.errors import KelisimError, StepFailed


class SpiffEngine:
    """Executes diagrams with SpiffWorkflow. Thread-safe; it holds nothing but compiled diagrams."""

    def __init__(self) -> None:
        self._definitions = DefinitionCache()

    def examine(
        self,
        files: Mapping[str, bytes],
        effects: Mapping[str, s.ArgumentCheck],
        forms: Collection[str],
    ) -> Sequence[s.Finding]:
        """Everything that is wrong with these diagrams, from limits to rehearsal."""
        found = try_definitions(files, effects=effects, forms=forms)
        for file, data in files.items():
            if not errors_of(found[file]):
                found[file] += check_arguments(data, file, effects)
        return [finding for file in files for finding in found[file]]

    def describe(self, digest: str, xml: bytes) -> ExecutableDefinition:
        """The compiled definition, kept by digest."""
        return self._definitions.get(digest, lambda: xml)

    def advance(
        self,
        digest: str,
        xml: bytes,
        state: bytes | None,
        occurrence: s.Occurrence,
        moment: s.Moment,
    ) -> Generator[s.EffectCall, Mapping[str, Any], s.Advance]:
        """See `service.application.steps.Engine.advance`."""
        return advance(self.describe(digest, xml), state, occurrence, moment)

    def describe_task(
        self, digest: str, xml: bytes, state: bytes, task_id: str, moment: s.Moment
    ) -> s.OpenTask:
        """See `service.application.steps.Engine.describe_task`."""
        return Run(self.describe(digest, xml), state, moment).describe(task_id)

    def start_at(self, digest: str, xml: bytes, year: int, moment: s.Moment) -> datetime | None:
        """See `service.application.steps.Engine.start_at`."""
        text = self.describe(digest, xml).timer_start
        if not text:
            return None
        try:
            return as_instant(
                StepScripts(moment).template(text, {"cycle_year": year}), moment.calendar
            )
        except KelisimError as problem:
            raise StepFailed(
                f"The start event's date '{text}' cannot be worked out for {year}: "
                f"{problem.message}; correct it"
            ) from problem


def advance(
    definition: ExecutableDefinition,
    state: bytes | None,
    occurrence: s.Occurrence,
    moment: s.Moment,
) -> Generator[s.EffectCall, Mapping[str, Any], s.Advance]:
    """The pure function: (definition, state, what happened, now) → Advance, effect by effect."""
    run = Run(definition, state, moment)
    run.begin(occurrence)
    while (call := run.next_effect()) is not None:
        result = yield call
        run.answer(result)
    return run.finish()
