"""Plays a scenario on a virtual clock, through the commands that people and timers use.

Acts happen at their instants. Timers due before an act fire before it, each at its own instant.
What the rules refuse, and what a diagram cannot do, is noted and leaves nothing behind.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from service.application import records as r
from service.application.actors import SYSTEM, Actor
from service.application.application import Application
from service.application.commands.planning.file_concept import file_concept
from service.application.commands.planning.open_cycle import open_cycle
from service.application.commands.planning.record_understandings import record_understandings
from service.application.commands.running.complete_user_task import complete_user_task
from service.application.commands.running.deliver_messages import deliver_messages
from service.application.commands.running.fire_due_timers import fire_due_timers
from service.domain.calendars import ALMATY
from service.domain.concepts import ConceptState
from service.errors import LimitExceeded, Refused, StepFailed, TaskNotOpen
from service.simulation.acts import Step, cycle_steps, understandings
from service.simulation.filling import concept_values, signing_values, stand_in_values
from service.simulation.scenario import Filing, Reply, Scenario

MAX_STAND_INS = 50  # unknown tasks in a row at one instance, before the diagram counts as endless
MAX_FIRINGS = 50_000  # of timers, and 100 more for each concept, before it counts as endless
MAX_INCIDENTS = 100  # failed steps: a timer that fails is tried again and again
LOOK_EVERY = 64  # instants, between two looks at those limits
RUN_ON = timedelta(days=100)  # after the last act, for timers that are still to fire
STEP_FAILED = "step_failed"  # the code of an act that the diagram could not carry out
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

    now: datetime
    refused: list[tuple[str, str, str]] = field(default_factory=list)  # act, code, reason
    filings: Mapping[str, Filing] = field(default_factory=dict)  # what was to be filed
    instances: dict[str, int] = field(default_factory=dict)
    # element, group, business key, instant
    stand_ins: list[tuple[str, str, str, datetime]] = field(default_factory=list)
    incidents: tuple[r.Incident, ...] = ()
    steps: int = 0


class Player:
    """Plays one scenario on one application. `progress` is called with (acts done, acts in all)."""

    def __init__(
        self,
        app: Application,
        scenario: Scenario,
        progress: Callable[[int, int], object] = lambda *_: None,
    ) -> None:
        self._app = app
        self._scenario = scenario
        self._progress = progress
        filings = {filing.id: filing for filing in scenario.filings}
        self._played = Played(now=scenario.opens_at, filings=filings)
        self._foreign: frozenset[str] = frozenset()  # who has tasks that the scenario ignores
        self._given_up: set[str] = set()  # such tasks that no stand-in could complete
        self._firings = 0

    def play(self) -> Played:
        """Play everything, then let the remaining timers fire: 100 days, at least until February.

        Raises LimitExceeded or StepFailed when the diagrams go on without end or fail all the time.
        """
        self._perform(sorted(self._acts(), key=lambda act: act[0]))
        february = datetime(self._scenario.cycle_year + 1, 2, 1, tzinfo=ALMATY)
        self._pass_time(until=max(self._played.now + RUN_ON, february))
        return self._ended()

    def play_until(self, instant: datetime) -> Played:
        """Play the acts up to an instant, and let the timers up to then fire. Raises as `play`."""
        acts = sorted(self._acts(), key=lambda act: act[0])
        self._perform([(at, act) for at, act in acts if at <= instant])
        self._pass_time(until=instant)
        return self._ended()

    def _perform(self, acts: Sequence[tuple[datetime, Callable[[datetime], None]]]) -> None:
        self._foreign = self._groups_of_foreign_tasks()
        for done, (at, act) in enumerate(acts):
            self._pass_time(until=at)
            act(at)
            self._settle()
            self._progress(done + 1, len(acts))

    def _ended(self) -> Played:
        with self._app.store.read() as work:
            self._played.incidents = tuple(work.incidents.all())
        return self._played

    # --- time ------------------------------------------------------------------------------

    def _pass_time(self, until: datetime) -> None:
        """Fire every timer due up to `until`, at its own instant, and what follows from it."""
        instants = 0
        while True:
            with self._app.store.read() as work:
                due = work.timers.next_due_at()
            if due is None or due > until:
                break
            self._played.now = max(due, self._played.now)
            fired = fire_due_timers(self._app, self._played.now)
            self._played.steps += fired
            self._firings += fired
            self._settle()
            instants += 1
            if instants % LOOK_EVERY == 0:
                self._stop_if_endless()
        self._played.now = max(until, self._played.now)

    def _stop_if_endless(self) -> None:
        with self._app.store.read() as work:
            incidents = work.incidents.all()
        failures = sum(each.times for each in incidents)
        if failures > MAX_INCIDENTS:
            last = max(incidents, key=lambda each: each.times)
            raise StepFailed(
                f"{last.element_id}: {last.message} Steps have failed {failures} times by "
                f"{self._played.now:%Y-%m-%d}; correct the diagram.",
                element_id=last.element_id,
            )
        if self._firings > MAX_FIRINGS + 100 * len(self._scenario.filings):
            raise LimitExceeded(
                f"The diagrams' timers have fired {self._firings} times by "
                f"{self._played.now:%Y-%m-%d}; make what repeats rarer, or end it."
            )

    def _settle(self) -> None:
        """Deliver what is between the instances, and let stand-ins do their tasks."""
        self._played.steps += deliver_messages(self._app, self._played.now)
        if self._foreign:
            self._stand_in(self._open_foreign_tasks)

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
        actor = member("MFA/consolidator")
        year, settings = self._scenario.cycle_year, self._scenario.settings.to_data()
        open_cycle(self._app, actor, year, at, settings=settings)
        self._played.steps += 1

    def _record_understanding(self, entry: r.Understanding, at: datetime) -> None:
        actor, year = member("MFA/consolidator"), self._scenario.cycle_year
        self._try(entry.code, lambda: record_understandings(self._app, actor, year, [entry], at))

    def _file(self, filing: Filing, at: datetime) -> None:
        """File and sign in one go; a refused concept leaves nothing."""
        actor = member(f"{filing.body}/submitter")
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
        if instance_id is None:
            if all(act != filing.id for act, _, _ in self._played.refused):
                self._refuse(filing.id, "not_filed", "It is not filed yet; examine it later.")
            return
        if self._is_not_submitted(instance_id):
            return
        values: dict[str, Any] = {"languages_ok": True, "expedient": filing.expedient}
        for code in ("kk", "ru"):
            values[f"reasons_{code}"] = filing.reasons.get(code) or "Негіздеме / Обоснование"
        self._do(filing.id, instance_id, "UserTask_ExamineConcept", values)
        signature = signing_values(at, f"Қ-{filing.id}")
        self._do(filing.id, instance_id, "UserTask_SignConclusion", signature)

    def _is_not_submitted(self, instance_id: int) -> bool:
        """Late, or still a draft: returned for correction, or what kept it unsigned is noted."""
        with self._app.store.read() as work:
            concept = work.concepts.of_instance(instance_id)
        not_there = (ConceptState.DRAFT, ConceptState.RETURNED_LATE)
        return concept is not None and concept.state in not_there

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

    def _step_of_cycle(self, step: Step, _at: datetime) -> None:
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
        self._clear_the_way(instance_id)
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
        self._clear_the_way(instance_id)
        wanted = [t for t in self._open_tasks(instance_id) if t.element_id in elements]
        if not wanted:
            waiting = ", ".join(t.element_id for t in self._open_tasks(instance_id)) or "nothing"
            self._refuse(act, TaskNotOpen().code, f"{elements[0]} is not open; open is {waiting}")
            return
        self._try(act, lambda: self._complete(wanted[0], values))
        self._clear_the_way(instance_id)

    # --- stand-ins: user tasks that the scenario does not know, a process owner's own ---------

    def _clear_the_way(self, instance_id: int) -> None:
        self._settle()
        self._stand_in(partial(self._open_tasks, instance_id))

    def _groups_of_foreign_tasks(self) -> frozenset[str]:
        with self._app.store.read() as work:
            bodies = [body.code for body in work.bodies.all()]
            elements = [
                element
                for definition in work.definitions.all_latest()
                for element in self._app.summary(definition).elements.values()
            ]
        return frozenset(
            group.strip().replace("${body}", body)
            for element in elements
            if element.kind == "userTask" and element.id not in SCRIPTED
            for group in element.candidate_groups.split(",")
            for body in (bodies if "${body}" in group else [""])
            if group.strip()
        )

    def _open_foreign_tasks(self) -> list[r.UserTask]:
        with self._app.store.read() as work:
            return list(work.user_tasks.open_for_groups(self._foreign))

    def _stand_in(self, tasks: Callable[[], list[r.UserTask]]) -> None:
        """Complete them as they open; the same task again and again at one instance is given up."""
        again: Counter[tuple[int, str]] = Counter()
        while unknown := [
            task
            for task in tasks()
            if task.element_id not in SCRIPTED and task.id not in self._given_up
        ]:
            for task in unknown:
                key = (task.instance_id, task.element_id)
                again[key] += 1
                if again[key] > MAX_STAND_INS:
                    self._given_up.add(task.id)
                    reason = f"It opened {MAX_STAND_INS} times in a row; look for an endless loop."
                    self._refuse(task.element_id, "endless", reason)
                else:
                    self._stand_in_for(task)
            self._played.steps += deliver_messages(self._app, self._played.now)

    def _stand_in_for(self, task: r.UserTask) -> None:
        with self._app.store.read() as work:
            instance = work.instances.get(task.instance_id)
            deployment = self._app.definition(work, instance).deployment
            form = self._app.form(work, task.form_key, deployment)
        values = stand_in_values(form, self._played.now)
        if self._try(task.element_id, partial(self._complete, task, values)) is None:
            self._given_up.add(task.id)
            return
        group = task.candidate_groups[0] if task.candidate_groups else ""
        done = (task.element_id, group, instance.business_key, self._played.now)
        self._played.stand_ins.append(done)

    # --- commands ----------------------------------------------------------------------------

    def _complete(self, task: r.UserTask, values: Mapping[str, Any]) -> object:
        groups = task.candidate_groups
        person = task.assignee or (task.candidate_users or ("administrator",))[0]
        actor = member(groups[0]) if groups else Actor(person, frozenset())
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
        except StepFailed as failure:
            self._refuse(act, STEP_FAILED, failure.message)
            return None
        self._played.steps += 1
        return result

    def _refuse(self, act: str, code: str, reason: str) -> None:
        self._played.refused.append((act, code, reason))


def member(group: str) -> Actor:
    """The scenario's person in a group: MT/submitter is mt.submitter."""
    if not group:
        return SYSTEM
    return Actor(group.lower().replace("/", "."), frozenset({group}))
