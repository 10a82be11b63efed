"""The people of a planning year, with verbs in business words; each act is one command."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from service.application import records as r
from service.application.actors import Actor
from service.application.commands.planning.file_concept import file_concept
from service.application.commands.planning.record_understandings import record_understandings
from service.application.commands.planning.withdraw_concept import withdraw_concept
from service.application.receiving import Receipt
from tests.forms import samples

if TYPE_CHECKING:
    from tests.world import World

REASONS = {
    "reasons_kk": "Сыртқы саяси басымдықтарға сәйкестігі тексерілді.",
    "reasons_ru": "Проверено на соответствие внешнеполитическим приоритетам.",
}
REMARKS = {
    "remarks_kk": "13-тармақ бойынша мерзім нақтылансын.",
    "remarks_ru": "Уточнить срок по позиции 13.",
}
COVER_NOTE = {
    "cover_note_kk": "Жоспарлардың жобалары жолданады.",
    "cover_note_ru": "Направляются проекты планов.",
}


def concept(year: int = 2027, **changes: Any) -> dict[str, Any]:
    """A complete concept as form F01 takes it, for the planning year; fields may be changed."""
    return {**samples.good_concept(), "proposed_year": year, "doc_number": "", **changes}


def ministry_item(year: int = 2027, **changes: Any) -> dict[str, Any]:
    """A treaty that the Ministry plans without a body's concept, as the consolidation takes it."""
    return {
        "title_kk": "Көлік дәліздері туралы үкіметаралық келісім",
        "title_ru": "Межправительственное соглашение о транспортных коридорах",
        "treaty_kind": "intergovernmental",
        "proposed_year": year,
        "proposed_period": "Q3",
        "domestic_procedure_kind": "ratification",
        "domestic_procedure_period": "2028-Q1",
        "reason_kk": "Жоғары дәрежедегі уағдаластық бойынша.",
        "reason_ru": "По договорённости на высоком уровне.",
        **changes,
    }


def member(group: str) -> Actor:
    """Somebody of a group: MT/submitter is mt.submitter."""
    return Actor(group.lower().replace("/", "."), frozenset({group}))


def person(name: str, *groups: str) -> Actor:
    """One person in several groups."""
    return Actor(name, frozenset(groups))


def _signature(world: World, number: str = "") -> dict[str, Any]:
    numbered = {"doc_number": number} if number else {}
    return {"doc_date": world.today, "signatory_position": "Министр", **numbered}


class Body:
    """A central state body: its submitter and its signatory."""

    def __init__(self, world: World, code: str) -> None:
        self._world, self.code = world, code

    def files(self, values: Mapping[str, Any], by: Actor | None = None) -> Filed:
        """A draft, until it is signed."""
        world = self._world
        number = values["doc_number"] or f"{self.code}-{next(world.counter)}"
        receipt = file_concept(
            world.app,
            by or member(f"{self.code}/submitter"),
            world.year,
            self.code,
            {**values, "doc_number": number},
            world.now,
        )
        return Filed(world, receipt)

    def submits(self, values: Mapping[str, Any] | None = None) -> Filed:
        """File and sign in the same second."""
        return self.files(values if values is not None else concept()).signs()

    def sends_no_proposals_letter(self, by: Actor | None = None) -> Receipt:
        world = self._world
        found = world.instance("body_submission", f"{world.year}/{self.code}")
        assert found is not None, f"{self.code} was not invited"
        late = "UserTask_SendLateLetter"
        element = late if late in world.open_tasks(found.id) else "UserTask_PrepareProposals"
        values = {"confirm_none": True, **_signature(world, f"{self.code}-7")}
        return world.completes(element, values, instance_id=found.id, by=by)

    def withdraws(
        self,
        filed: Filed,
        by: Actor | None = None,
        reason: str = "Келіссөздер кейінге қалдырылды",
    ) -> None:
        """The signatory takes a concept back."""
        actor = by or member(f"{self.code}/signatory")
        withdraw_concept(self._world.app, actor, filed.record.id, reason, self._world.now)
        self._world.settle()

    def tasks(self) -> dict[str, r.UserTask]:
        """What the body's own submission waits for."""
        found = self._world.instance("body_submission", f"{self._world.year}/{self.code}")
        assert found is not None
        return self._world.open_tasks(found.id)


@dataclass
class Filed:
    """A concept, from the draft on."""

    world: World
    receipt: Receipt

    @property
    def instance_id(self) -> int:
        return self.receipt.instance_id

    @property
    def record(self) -> r.Concept:
        return self.world.concept(self)

    @property
    def state(self) -> str:
        return self.record.state

    @property
    def number(self) -> str:
        return self.record.number

    @property
    def conclusion(self) -> r.Conclusion | None:
        with self.world.app.store.read() as work:
            return work.concepts.conclusion(self.record.id)

    def tasks(self) -> dict[str, r.UserTask]:
        return self.world.open_tasks(self.instance_id)

    def signs(self, by: Actor | None = None) -> Filed:
        """The body's signatory signs: from now on it is submitted."""
        values = {"decision": "sign", **_signature(self.world)}
        self.completes("UserTask_SignConcept", values, by)
        return self

    def is_sent_back_by_signatory(self) -> Filed:
        values = {"decision": "return", "return_reason": "Мерзімі нақтылансын."}
        self.completes("UserTask_SignConcept", values)
        return self

    def is_revised(self, **changes: Any) -> Filed:
        values = {**concept(), "doc_number": self.record.doc_number, **changes}
        self.completes("UserTask_ReviseConcept", values)
        return self

    def completes(
        self, element: str, values: Mapping[str, Any], by: Actor | None = None
    ) -> Receipt:
        return self.world.completes(element, values, instance_id=self.instance_id, by=by)


class Ministry:
    """The Ministry of Foreign Affairs: reviewer, head, consolidator, registrar."""

    def __init__(self, world: World) -> None:
        self._world = world

    def examines(
        self, filed: Filed, expedient: str = "yes", by: Actor | None = None, **more: Any
    ) -> Filed:
        values = {"languages_ok": True, "expedient": expedient, **REASONS, **more}
        filed.completes("UserTask_ExamineConcept", values, by)
        return filed

    def signs_conclusion(self, filed: Filed, by: Actor | None = None) -> Filed:
        values = {"decision": "sign", **_signature(self._world, f"Қ-{filed.instance_id}")}
        filed.completes("UserTask_SignConclusion", values, by)
        return filed

    def sends_conclusion_back(self, filed: Filed) -> None:
        values = {"decision": "return", "return_reason": "Негіздеме толықтырылсын."}
        filed.completes("UserTask_SignConclusion", values)

    def concludes(self, filed: Filed, expedient: str = "yes", **more: Any) -> Filed:
        """Examine and sign in the same second."""
        return self.signs_conclusion(self.examines(filed, expedient, **more))

    def registers_understanding(
        self, code: str, body: str, *, kind: str = "agreement_reached", by: Actor | None = None
    ) -> None:
        entry = r.Understanding(
            id=0,
            cycle_id=0,
            code=code,
            entry_type=kind,
            level="president",
            titles={"kk": "Уағдаластық", "ru": "Договорённость"},
            on=date.fromisoformat(self._world.today),
            responsible_body=body,
        )
        actor, world = by or member("MFA/consolidator"), self._world
        record_understandings(world.app, actor, world.year, [entry], world.now)

    def checks_understandings(self, reason: str = "", by: Actor | None = None) -> Receipt:
        reasons = {f"uncovered_reason_{code}": reason for code in ("kk", "ru") if reason}
        values = {"events_checked": True, **reasons}
        return self._world.completes("UserTask_CheckUnderstandings", values, by=by)

    def consolidates(
        self,
        adjustments: Sequence[Mapping[str, str]] = (),
        items: Sequence[Mapping[str, Any]] = (),
    ) -> Receipt:
        values = {**COVER_NOTE, **_signature(self._world, "Ж-1")}
        if adjustments:
            values["item_adjustments"] = list(adjustments)
        if items:
            values["ministry_items"] = list(items)
        return self._world.completes("UserTask_ConsolidateDraftPlans", values)

    def sends_to_commission(self) -> Receipt:
        values = _signature(self._world, "К-1")
        return self._world.completes("UserTask_SendToCommission", values)

    def decides_after_refusal(self, decision: str) -> Receipt:
        reasons = {f"reason_{code}": "Ескертулер түзетіледі." for code in ("kk", "ru")}
        values = {"decision": decision, **reasons}
        return self._world.completes("UserTask_DecideAfterRefusal", values)

    def sends_to_president(self) -> Receipt:
        values = {"sent_on": self._world.today, "sent_ref": "П-1"}
        return self._world.completes("UserTask_SendToPresident", values)

    def sends_to_legislature(self, recipient: str = "kurultai") -> Receipt:
        signed = _signature(self._world, "З-1")
        chosen = {"recipient": recipient} if recipient else {}
        values = {**chosen, "sent_on": self._world.today, **signed}
        return self._world.completes("UserTask_SendToLegislature", values)


class Commission:
    """The Interdepartmental Commission; its secretary records what it decides."""

    def __init__(self, world: World) -> None:
        self._world = world

    def approves(self, by: Actor | None = None) -> Receipt:
        return self._decides("approved", by=by)

    def approves_with_changes(self, excluding: Sequence[str]) -> Receipt:
        rows = [{"item": n, "decision": "exclude", "reason": "Ерте"} for n in excluding]
        return self._decides("approved_with_changes", item_decisions=rows)

    def returns(self, **more: Any) -> Receipt:
        return self._decides("returned", by=None, **{**REMARKS, **more})

    def refuses(self) -> Receipt:
        return self._decides("refused", by=None, **REMARKS)

    def _decides(self, outcome: str, by: Actor | None = None, **more: Any) -> Receipt:
        signed = _signature(self._world, "Х-1")
        values = {"outcome": outcome, "meeting_date": self._world.today, **signed, **more}
        return self._world.completes("UserTask_RecordCommissionDecision", values, by=by)


class President:
    """The President; the Ministry's registrar records what he decides."""

    def __init__(self, world: World) -> None:
        self._world = world

    def agrees(self, on: str = "", plans: str = "both", **more: Any) -> Receipt:
        agreed_on = on or self._world.today
        return self._decides("agreed", plans, agreed_on=agreed_on, **more)

    def does_not_agree(self, kind: str = "substantive", plans: str = "both") -> Receipt:
        return self._decides("not_agreed", plans, remarks_kind=kind, **REMARKS)

    def is_silent(self) -> Receipt:
        return self._world.completes("UserTask_RecordPresidentDecision", {"outcome": "pending"})

    def _decides(self, outcome: str, plans: str, **more: Any) -> Receipt:
        signed = _signature(self._world, "Ө-1")
        values = {"outcome": outcome, "plans_covered": plans, **signed, **more}
        return self._world.completes("UserTask_RecordPresidentDecision", values)
