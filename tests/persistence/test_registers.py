"""The registers of a cycle come back as they were given, on both databases."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from service.application import records as r
from service.persistence.store import SqlStore
from tests.persistence import samples
from tests.persistence.samples import NOW, TEXTS


def test_a_cycle(store: SqlStore) -> None:
    with store.write() as work:
        stored = work.cycles.add(samples.cycle())
        assert work.cycles.get(stored.id) == work.cycles.lock(stored.id) == stored
        assert work.cycles.of_year(2026) == stored
        assert work.cycles.of_year(2027) is None
        work.cycles.change(stored.id, status="closed", submissions_closed_at=NOW, dates={"a": 1})
        changed = replace(stored, status="closed", submissions_closed_at=NOW, dates={"a": 1})
        assert work.cycles.get(stored.id) == changed
        assert [work.cycles.next_number(stored.id) for _ in range(3)] == [1, 2, 3]
        for ask in (work.cycles.get, work.cycles.lock, work.cycles.next_number):
            with pytest.raises(LookupError, match="cycle 999"):
                ask(999)


def test_changing_what_is_not_there(store: SqlStore) -> None:
    with store.write() as work:
        year = work.cycles.add(samples.cycle()).id
        with pytest.raises(LookupError, match="cycle 999"):
            work.cycles.change(999, status="closed")
        with pytest.raises(ValueError, match="cannot change colour"):
            work.cycles.change(year, colour="red")
        with pytest.raises(ValueError, match="cannot change id"):
            work.cycles.change(year, id=5)
        with pytest.raises(ValueError, match="cannot change nothing"):
            work.cycles.change(year)


def test_concepts(store: SqlStore) -> None:
    with store.write() as work:
        owner = samples.running_instance(work).id
        year = work.cycles.add(samples.cycle()).id
        first = work.concepts.add(samples.concept(year, owner))
        second = work.concepts.add(samples.concept(year, owner, doc_number="MT-18", body="MA"))
        assert work.concepts.get(first.id) == first
        assert work.concepts.of_instance(owner) == second
        assert work.concepts.by_doc_number(year, "MT", "MT-17") == first
        assert work.concepts.by_doc_number(year, "MT", "MT-18") is None
        work.concepts.change(first.id, number="2026-0001", state="submitted", submitted_at=NOW)
        first = replace(first, number="2026-0001", state="submitted", submitted_at=NOW)
        assert work.concepts.of_cycle(year) == [first, second]
        assert work.concepts.of_cycle(year, ["submitted", "agreed"]) == [first]
        with pytest.raises(LookupError, match="concept 999"):
            work.concepts.get(999)


def test_states_of_concepts_are_counted(store: SqlStore) -> None:
    with store.write() as work:
        owner = samples.running_instance(work).id
        year = work.cycles.add(samples.cycle()).id
        ids = [
            work.concepts.add(samples.concept(year, owner, doc_number=str(number))).id
            for number in range(5)
        ]
        work.concepts.change_states(ids[:3], "agreed")
        work.concepts.change_states([], "excluded")
        assert work.concepts.count(year, ["agreed"]) == 3
        assert work.concepts.count(year, ["agreed", "draft"]) == 5
        assert work.concepts.count(year, []) == 0
        assert work.concepts.exists(year, ["draft"])
        assert work.concepts.exists(year, ["draft"], "MT")
        assert not work.concepts.exists(year, ["draft"], "MA")
        assert not work.concepts.exists(year, ["transmitted"])


def test_a_conclusion(store: SqlStore) -> None:
    with store.write() as work:
        owner = samples.running_instance(work).id
        year = work.cycles.add(samples.cycle()).id
        about = work.concepts.add(samples.concept(year, owner)).id
        assert work.concepts.conclusion(about) is None
        given = r.Conclusion(0, about, False, TEXTS, NOW, NOW, "aigul", "daniyar")
        work.concepts.add_conclusion(given)
        found = work.concepts.conclusion(about)
        assert found is not None
        assert found == replace(given, id=found.id)


def test_letters(store: SqlStore) -> None:
    with store.write() as work:
        year = work.cycles.add(samples.cycle()).id
        first = work.letters.add(samples.letter(year, payload={"reason": "none"}))
        second = work.letters.add(samples.letter(year))
        other = work.letters.add(samples.letter(year, kind="invitation", sender="MFA"))
        assert work.letters.of_cycle(year) == [first, second, other]
        assert work.letters.of_cycle(year, "invitation") == [other]
        assert work.letters.find(year, "no_proposals", "MT") == second
        assert work.letters.find(year, "no_proposals", "MA") is None
        work.letters.change(first.id, status="superseded")
        assert work.letters.of_cycle(year)[0] == replace(first, status="superseded")


def test_understandings(store: SqlStore) -> None:
    with store.write() as work:
        year = work.cycles.add(samples.cycle()).id
        given = r.Understanding(
            0, year, "U1", "scheduled_event", "president", TEXTS, date(2027, 3, 1), "MT"
        )
        work.understandings.add([given])
        (found,) = work.understandings.of_cycle(year)
        assert found == replace(given, id=found.id)
        work.understandings.change(found.id, coverage="covered", on=date(2027, 3, 2))
        changed = replace(found, coverage="covered", on=date(2027, 3, 2))
        assert work.understandings.of_cycle(year) == [changed]


def test_plans_with_their_items(store: SqlStore) -> None:
    with store.write() as work:
        owner = samples.running_instance(work).id
        year = work.cycles.add(samples.cycle()).id
        ids = [
            work.concepts.add(samples.concept(year, owner, doc_number=str(number))).id
            for number in range(3)
        ]
        items = tuple(samples.plan_item(n, one) for n, one in enumerate(ids, start=1))
        first = work.plans.add(samples.plan(year, items[::-1]))
        second = work.plans.add(samples.plan(year, items[:1], version=2))
        assert first.items == items[::-1]
        assert work.plans.newest(year, "current") == second
        assert work.plans.newest(year, "prospective") is None
        assert work.plans.versions(year, "current") == [replace(first, items=items), second]
        work.plans.change(second.id, status="agreed", transmitted_at=NOW)
        newest = work.plans.newest(year, "current")
        assert newest == replace(second, status="agreed", transmitted_at=NOW)


def test_decisions(store: SqlStore) -> None:
    with store.write() as work:
        year = work.cycles.add(samples.cycle()).id
        given = r.Decision(0, year, "commission", "returned", NOW, 1, "late", NOW, TEXTS, {"n": 1})
        work.decisions.add(given)
        (found,) = work.decisions.of_cycle(year)
        assert found == replace(given, id=found.id)
