"""The chain of hashes over the journal: whoever touches an entry breaks it."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.domain.concepts import ConceptState
from service.domain.journal import (
    GENESIS,
    Link,
    canonical_bytes,
    chain_hash,
    first_broken,
    plain,
)
from service.errors import WrongInput
from tests.domain.given import moment

JSON_VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.text()
    | st.floats(allow_nan=False, allow_infinity=False),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


def chain(*acts: str) -> list[Link]:
    links: list[Link] = []
    for sequence, act in enumerate(acts, start=1):
        previous = links[-1].hash if links else GENESIS
        entry = {"act": act, "at": moment("2026-09-25T23:59:59")}
        links.append(Link(sequence, entry, previous, chain_hash(previous, entry)))
    return links


def test_an_untouched_chain_is_whole() -> None:
    assert first_broken(chain("file", "sign", "register")) is None


def test_an_empty_journal_is_whole() -> None:
    assert first_broken([]) is None


def test_a_changed_entry_breaks_the_chain_at_its_place() -> None:
    links = chain("file", "sign", "register")
    links[1] = links[1]._replace(entry={"act": "forge"})
    assert first_broken(links) == 1


def test_a_removed_entry_breaks_the_chain() -> None:
    links = chain("file", "sign", "register")
    assert first_broken([links[0], links[2]]) == 1


def test_an_entry_rewritten_with_its_own_hash_breaks_the_next_one() -> None:
    links = chain("file", "sign", "register")
    forged = {"act": "forge"}
    links[1] = links[1]._replace(entry=forged, hash=chain_hash(links[1].previous_hash, forged))
    assert first_broken(links) == 2


def test_a_journal_that_lost_its_beginning_is_broken() -> None:
    assert first_broken(chain("file", "sign")[1:]) == 0


def test_a_journal_can_be_checked_in_portions() -> None:
    links = chain("file", "sign", "register")
    rest = first_broken(links[2:], after_hash=links[1].hash, after_sequence=2)
    assert rest is None


def test_an_entry_that_no_journal_can_hold_is_broken_and_no_crash() -> None:
    assert first_broken([Link(1, {"at": object()}, GENESIS, "00")]) == 0


def test_an_entry_hashes_the_same_in_every_time_zone_and_order_of_keys() -> None:
    local = {"at": moment("2026-09-25T23:59:59"), "act": "file"}
    stored = {"act": "file", "at": datetime(2026, 9, 25, 18, 59, 59, tzinfo=UTC)}
    assert canonical_bytes(local) == canonical_bytes(stored)


def test_the_canonical_form_is_fixed() -> None:
    entry = {"state": ConceptState.AGREED, "on": date(2026, 12, 4), "title": "шарт", "n": (1, 2.5)}
    expected = '{"n":[1,2.5],"on":"2026-12-04","state":"agreed","title":"шарт"}'
    assert canonical_bytes(entry) == expected.encode()


@given(st.dictionaries(st.text(), JSON_VALUES, max_size=4))
def test_an_entry_hashes_the_same_after_it_was_stored_as_json(entry: dict[str, Any]) -> None:
    read_back = json.loads(json.dumps(plain(entry)))
    assert chain_hash(GENESIS, read_back) == chain_hash(GENESIS, entry)


@pytest.mark.parametrize(
    "value",
    [
        float("nan"),
        datetime(2026, 9, 25),  # noqa: DTZ001
        {1: "one"},
        b"bytes",
        {"set"},
    ],
)
def test_what_cannot_be_kept_is_refused(value: object) -> None:
    with pytest.raises(WrongInput, match="The journal cannot keep"):
        canonical_bytes({"details": [value]})
