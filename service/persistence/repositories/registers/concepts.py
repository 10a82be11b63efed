"""Concepts and the conclusions on them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any

from sqlalchemy import Select, bindparam, func, literal, select, update

from service.application.records import Concept, Conclusion
from service.persistence import tables as t
from service.persistence.link import Link
from service.persistence.shapes import Shape

_CONCEPT = Shape(Concept, t.concept)
_CONCLUSION = Shape(Conclusion, t.conclusion)

_c = t.concept.c
_IN_CYCLE = _c.cycle_id == bindparam("cycle_id")
_IN_STATES = _c.state.in_(bindparam("states", expanding=True))

_OF_INSTANCE = (
    _CONCEPT.select.where(_c.instance_id == bindparam("instance_id"))
    .order_by(_c.id.desc())
    .limit(1)
)
_BY_DOC_NUMBER = _CONCEPT.select.where(
    _IN_CYCLE, _c.body == bindparam("body"), _c.doc_number == bindparam("doc_number")
)
_OF_CYCLE = _CONCEPT.select.where(_IN_CYCLE).order_by(_c.id)
_OF_CYCLE_IN_STATES = _OF_CYCLE.where(_IN_STATES)
_ANY = select(literal(1)).select_from(t.concept).where(_IN_CYCLE).limit(1)
_COUNT = select(func.count()).select_from(t.concept).where(_IN_CYCLE, _IN_STATES)
_SET_STATE = update(t.concept).where(_c.id == bindparam("row_id")).values(state=bindparam("new"))
_CONCLUSION_ON = _CONCLUSION.select.where(t.conclusion.c.concept_id == bindparam("concept_id"))


@cache
def _any_of(count: int, *, of_body: bool) -> Select[Any]:
    """One row for any concept in one of `count` states; asked at every step, so built once."""
    found = _ANY.where(_c.state.in_([bindparam(f"state_{number}") for number in range(count)]))
    return found.where(_c.body == bindparam("body")) if of_body else found


class SqlConcepts:
    """`ports.Concepts` in SQL."""

    def __init__(self, link: Link) -> None:
        self._link = link

    def add(self, concept: Concept) -> Concept:
        """Store one; returns it with its id."""
        return _CONCEPT.add(self._link, concept)

    def get(self, concept_id: int) -> Concept:
        """One concept. Raises LookupError."""
        return _CONCEPT.get(self._link, concept_id)

    def of_instance(self, instance_id: int) -> Concept | None:
        """The concept this instance is about, or None."""
        return _CONCEPT.one(self._link.row(_OF_INSTANCE, {"instance_id": instance_id}))

    def by_doc_number(self, cycle_id: int, body: str, doc_number: str) -> Concept | None:
        """By the body's own number."""
        parameters = {"cycle_id": cycle_id, "body": body, "doc_number": doc_number}
        return _CONCEPT.one(self._link.row(_BY_DOC_NUMBER, parameters))

    def change(self, concept_id: int, **columns: Any) -> None:
        """Update some columns. Raises LookupError, or ValueError on an unknown column."""
        _CONCEPT.change(self._link, concept_id, columns)

    def change_states(self, concept_ids: Sequence[int], state: str) -> None:
        """Give many concepts one state."""
        self._link.run_many(_SET_STATE, [{"row_id": one, "new": state} for one in concept_ids])

    def of_cycle(self, cycle_id: int, states: Iterable[str] = ()) -> Sequence[Concept]:
        """All, or those in one of `states`, in order of id."""
        wanted = list(states)
        if not wanted:
            return _CONCEPT.all(self._link.rows(_OF_CYCLE, {"cycle_id": cycle_id}))
        parameters = {"cycle_id": cycle_id, "states": wanted}
        return _CONCEPT.all(self._link.rows(_OF_CYCLE_IN_STATES, parameters))

    def exists(self, cycle_id: int, states: Iterable[str], body: str = "") -> bool:
        """Whether any concept (of one body, if given) is in one of `states`."""
        wanted = {f"state_{number}": state for number, state in enumerate(states)}
        parameters: dict[str, Any] = {"cycle_id": cycle_id, **wanted}
        if body:
            parameters["body"] = body
        statement = _any_of(len(wanted), of_body=bool(body))
        return self._link.value(statement, parameters) is not None

    def count(self, cycle_id: int, states: Iterable[str]) -> int:
        """How many concepts are in one of `states`."""
        return int(self._link.value(_COUNT, {"cycle_id": cycle_id, "states": list(states)}))

    def add_conclusion(self, conclusion: Conclusion) -> None:
        """Store the conclusion on a concept; there is one at most."""
        self._link.run(_CONCLUSION.insert, _CONCLUSION.parameters(conclusion))

    def conclusion(self, concept_id: int) -> Conclusion | None:
        """The conclusion on a concept, or None."""
        return _CONCLUSION.one(self._link.row(_CONCLUSION_ON, {"concept_id": concept_id}))
