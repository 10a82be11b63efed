"""Plays a scenario on a virtual clock, through the commands that people and timers use.

Acts happen at their instants. Timers due before an act fire before it, each at its own instant. A
user task that the scenario does not know (a process owner's own) is completed by a stand-in as soon
as it opens. What the rules refuse is noted and leaves nothing behind.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from service.application import records as r
from service.application.actors import SYSTEM, Actor
from service.application.application import Application
from service.application.commands.complete_user_task import complete_user_task
from service.application.commands.deliver_messages import deliver_messages
from service.application.commands.file_concept import file_concept
from service.application.commands.fire_due_timers import fire_due_timers
from service.application.commands.open_cycle import open_cycle
from service.application.commands.record_understandings import record_understandings
from service.domain.concepts import ConceptState
from service.errors import Refused, TaskNotOpen
from service.simulation.acts import Step, cycle_steps, understandings
from service.simulation.filling import concept_values, signing_values, stand_in_values
from service.simulation.scenario import Filing, Reply, Scenario

MAX_STAND_INS = 50  # unknown tasks in a row at one instance, before the diagram counts as endless
RUN_ON = timedelta(days=100)  # after the last act, for timers that are still to fire
SCRIPTED = frozenset(
    {
        *("UserTask_SignConcept", "UserTask_ReviseConcept", "UserTask_ExamineConcept"),
        *("UserTask_SignConclusion", "UserTask_PrepareProposals", "UserTask_SendLateLetter"),
        *("UserTask_CheckUnderstandings", "UserTask_ConsolidateDraftPlans"),
        *("UserTask_SendToCommission", "UserTask_RecordCommissionDecision"),
        *("UserTask_DecideAfterRefusal", "UserTask_SendToPresident"),
        *("UserTask_RecordPresidentDecision", "UserTask_SendToLegislature"),
    }
)


@dataclass
class Played:
    """What came of playing: acts refused, instances by concept, steps made, the last instant."""

    refused: list[tuple[str, str, str]] = field(default_factory=list)  # act, code, reason
    instances: dict[str, int] = field(default_factory=dict)
    stand_ins: list[tuple[str, str, datetime]] = field(default_factory=list)
    steps: int = 0
    now: datetime = datetime.min


class Player:
    """Plays one scenario on one application. `progress` is called with (acts done, acts in all)."""

    def __init__(
        self,
        app: Application,
        scenario: Scenario,
        progress: Callable[[int, int], None] = lambda done, total: None,
    ) -> None:
        self._app = app
        self._scenario = scenario
        self._progress = progress
        self._played = Played(now=scenario.opens_at)

    def play(self) -> Played:
        """Play everything, then let the remaining timers fire for a while."""
        acts = sorted(self._acts(), key=lambda act: act[0])
        for done, (at, act) in enumerate(acts):
            self._pass_time(until=at)
            act(at)
            self._settle()
            self._progress(done + 1, len(acts))
        self._pass_time(until=self._played.now + RUN_ON)
        return self._played

    # --- time ------------------------------------------------------------------------------

    def _pass_time(self, until: datetime) -> None:
        """Fire every timer due up to `until`, at its own instant, and what follows from it."""
        while True:
            with self._app.store.read() as work:
                due = work.timers.next_due_at()
            if due is None or due > until:
                break
            self._played.now = max(due, self._played.now)
            self._played.steps += fire_due_timers(self._app, self._played.now)
            self._settle()
        self._played.now = max(until, self._played.now)

    def _settle(self) -> None:
        self._played.steps += deliver_messages(self._app, self._played.now)

    # --- acts ------------------------------------------------------------------------------

    def _acts(self) -> Iterator[tuple[datetime, Callable[[datetime], None]]]:
        scenario = self._scenario
        yield scenario.opens_at, self._open
        for at, entry in understandings(scenario):
            yield at, partial(self._record_understanding, entry)
        for filing in scenario.filings:
            yield filing.submitted_at, partial(self._file, filing)
            if filing.decided_at is not None:
                yield filing.decided_at, partial(self._examine, filing)
        for reply in scenario.replies:
            yield reply.sent_at, partial(self._reply, reply)
        for step in cycle_steps(scenario):
            yield step.at, partial(self._step_of_cycle, step)

    def _open(self, at: datetime) -> None:
        actor = _member("MFA/consolidator")
        year, settings = self._scenario.cycle_year, self._scenario.settings
        open_cycle(self._app, actor, year, at, settings=settings)
        self._played.steps += 1

    def _record_understanding(self, entry: r.Understanding, at: datetime) -> None:
        actor, year = _member("MFA/consolidator"), self._scenario.cycle_year
        self._try(
            entry.code, lambda: record_understandings(self._app, actor, year, [entry], at)
        )

    def _file(self, filing: Filing, at: datetime) -> None:
        """File and sign in one go; a refused concept leaves nothing."""
        actor = _member(f"{filing.body}/submitter")
        values, year = concept_values(filing), self._scenario.cycle_year
        receipt = self._try(
            filing.id,
            lambda: file_concept(self._app, actor, year, filing.body, values, at),
        )
        if receipt is not None:
            self._played.instances[filing.id] = receipt.instance_id
            self._do(filing.id, receipt.instance_id, "UserTask_SignConcept", signing_values(at))

    def _examine(self, filing: Filing, at: datetime) -> None:
        instance_id = self._played.instances.get(filing.id)
        if instance_id is None or not self._under_review(instance_id):
            return
        values: dict[str, Any] = {"languages_ok": True, "expedient": filing.expedient}
        for code in ("kk", "ru"):
            values[f"reasons_{code}"] = filing.reasons.get(code) or "Негіздеме / Обоснование"
        self._do(filing.id, instance_id, "UserTask_ExamineConcept", values)
        signature = signing_values(at, f"Қ-{filing.id}")
        self._do(filing.id, instance_id, "UserTask_SignConclusion", signature)

    def _under_review(self, instance_id: int) -> bool:
        with self._app.store.read() as work:
            concept = work.concepts.of_instance(instance_id)
        return concept is not None and concept.state == ConceptState.UNDER_REVIEW

    def _reply(self, reply: Reply, at: datetime) -> None:
        key = f"{self._scenario.cycle_year}/{reply.body}"
        with self._app.store.read() as work:
            instance = work.instances.find("body_submission", key)
        if instance is None:
            self._refuse(reply.id, "unknown_body", f"{reply.body} was not invited to this cycle")
            return
        values = {"confirm_none": True, **signing_values(at, reply.id, decision="")}
        targets = ("UserTask_PrepareProposals", "UserTask_SendLateLetter")
        self._do(reply.id, instance.id, targets, values)

    def _step_of_cycle(self, step: Step, at: datetime) -> None:
        instance_id = self._cycle_instance()
        if instance_id is None:
            self._refuse(step.name, "no_cycle", "the cycle is not open")
            return
        if step.only_if_open and not self._is_open(instance_id, step.element):
            return
        self._do(step.name, instance_id, step.element, step.values)

    def _cycle_instance(self) -> int | None:
        with self._app.store.read() as work:
            cycle = work.cycles.of_year(self._scenario.cycle_year)
        return cycle.instance_id if cycle else None

    def _is_open(self, instance_id: int, element: str) -> bool:
        self._stand_in(instance_id)
        return any(task.element_id == element for task in self._open_tasks(instance_id))

    # --- doing -----------------------------------------------------------------------------

    def _do(
        self,
        act: str,
        instance_id: int,
        element: str | tuple[str, ...],
        values: Mapping[str, Any],
    ) -> None:
        """Complete the user task `element` of an instance, after whatever stands in its way."""
        elements = (element,) if isinstance(element, str) else element
        self._settle()
        self._stand_in(instance_id)
        wanted = [t for t in self._open_tasks(instance_id) if t.element_id in elements]
        if not wanted:
            waiting = ", ".join(t.element_id for t in self._open_tasks(instance_id)) or "nothing"
            self._refuse(act, TaskNotOpen().code, f"{elements[0]} is not open; open is {waiting}")
            return
        self._try(act, lambda: self._complete(wanted[0], values))
        self._settle()
        self._stand_in(instance_id)

    def _stand_in(self, instance_id: int) -> None:
        """Complete tasks that no scenario knows, one after the other."""
        for _ in range(MAX_STAND_INS):
            unknown = [t for t in self._open_tasks(instance_id) if t.element_id not in SCRIPTED]
            if not unknown:
                return
            task = unknown[0]
            with self._app.store.read() as work:
                digest = work.instances.get(instance_id).digest
                deployment = self._app.definition(work, digest).deployment
                form = self._app.form(work, task.form_key, deployment)
            values = stand_in_values(form, self._played.now)
            if self._try(task.element_id, partial(self._complete, task, values)) is None:
                return
            group = task.candidate_groups[0] if task.candidate_groups else ""
            self._played.stand_ins.append((task.element_id, group, self._played.now))
            self._settle()

    def _complete(self, task: r.UserTask, values: Mapping[str, Any]) -> object:
        groups = task.candidate_groups
        actor = _member(groups[0]) if groups else Actor(task.assignee or "administrator", frozenset())
        return complete_user_task(self._app, actor, task.id, values, self._played.now)

    def _open_tasks(self, instance_id: int) -> list[r.UserTask]:
        with self._app.store.read() as work:
            return list(work.user_tasks.open_of_instance(instance_id))

    def _try(self, act: str, command: Callable[[], Any]) -> Any:
        try:
            result = command()
        except Refused as refusal:
            self._refuse(act, refusal.code, refusal.message)
            return None
        self._played.steps += 1
        return result

    def _refuse(self, act: str, code: str, reason: str) -> None:
        self._played.refused.append((act, code, reason))


def _member(group: str) -> Actor:
    """The scenario's person in a group: MT/submitter is mt.submitter."""
    if not group:
        return SYSTEM
    return Actor(group.lower().replace("/", "."), frozenset({group}))


