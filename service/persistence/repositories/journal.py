"""The append-only, hash-chained record."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import bindparam, select, text, update

from service.application.records import JournalEntry, SealedEntry
from service.domain.journal import GENESIS, chain_hash, plain
from service.persistence import tables as t
from service.persistence.link import Link
from service.persistence.shapes import Shape

_ENTRY = Shape(JournalEntry, t.journal)
_j, _h = t.journal.c, t.journal_head.c

_HEAD = select(_h.sequence, _h.hash).where(_h.id == 1).with_for_update(key_share=True)
_HEAD_READ = select(_h.sequence, _h.hash).where(_h.id == 1)
_LAST = select(_j.sequence, _j.hash).order_by(_j.sequence.desc()).limit(1)
_START = text(
    "INSERT INTO journal_head (id, sequence, hash) VALUES (1, :sequence, :hash) "
    "ON CONFLICT DO NOTHING"
)
_MOVE = (
    update(t.journal_head)
    .where(_h.id == 1)
    .values(sequence=bindparam("sequence"), hash=bindparam("hash"))
)
_SEALED = (
    select(_j.sequence, _j.previous_hash, _j.hash, *_ENTRY.columns)
    .where(_j.sequence > bindparam("after"))
    .order_by(_j.sequence)
    .limit(bindparam("at_most"))
)


def _sealed(sequence: int, previous_hash: str, own_hash: str, *entry: Any) -> SealedEntry:
    return SealedEntry(sequence, JournalEntry(*entry), previous_hash, own_hash)


class SqlJournal:
    """`ports.Journal` in SQL. Entries wait in the work until it commits."""

    def __init__(self, link: Link) -> None:
        self._link = link
        self._entries: list[JournalEntry] = []

    def add(self, entry: JournalEntry) -> None:
        """Keep an entry for the commit. Raises WrongInput on details that are not plain data."""
        self._link.connection  # noqa: B018 - refuses a work that has ended
        self._entries.append(replace(entry, details=plain(entry.details)))

    def sealed(self, after: int = 0, limit: int = 10_000) -> Sequence[SealedEntry]:
        """At most `limit` committed entries with a higher sequence number than `after`."""
        rows = self._link.rows(_SEALED, {"after": after, "at_most": limit})
        return [_sealed(*tuple(row)) for row in rows]

    def head(self) -> tuple[int, str]:
        """Sequence and hash of the last entry that was sealed; (0, GENESIS) before the first."""
        row = self._link.row(_HEAD_READ)
        return (0, GENESIS) if row is None else (int(row[0]), str(row[1]))

    def seal(self) -> None:
        """Number, chain and write the waiting entries; for the commit only.

        The hash covers all fields of the entry, as `dataclasses.asdict` names them. From here to
        the end of the transaction no other one can seal: so this comes last.
        """
        if not self._entries:
            return
        sequence, previous = self._head()
        rows = []
        for entry in self._entries:
            sequence += 1
            row = _ENTRY.parameters(entry)
            own = chain_hash(previous, row)
            rows.append({**row, "sequence": sequence, "previous_hash": previous, "hash": own})
            previous = own
        self._link.run_many(_ENTRY.insert, rows)
        self._link.run(_MOVE, {"sequence": sequence, "hash": previous})
        self._entries = []

    def _head(self) -> tuple[int, str]:
        """The last sequence number and hash, locked; (0, GENESIS) of an empty journal."""
        head = self._link.row(_HEAD)
        if head is None:
            last = self._link.row(_LAST)
            start = (0, GENESIS) if last is None else tuple(last)
            self._link.run(_START, {"sequence": start[0], "hash": start[1]})
            head = self._link.row(_HEAD)  # another one may have been first: that one counts
        if head is None:
            raise RuntimeError("The row of journal_head cannot be written.")
        sequence, last_hash = tuple(head)
        return sequence, last_hash
