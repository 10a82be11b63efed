"""Whom something that leaves the system is meant for, and who stands in where nobody is reached.

A recipient is a group (``MT/submitter``), a body of the directory (``MT``: letters to a body), or
somebody outside (``COMMISSION``, ``PRESIDENT``, ``KURULTAI``), who has no account here and gets
the webhook, or paper.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

MINISTRY_HEAD = "MFA/head"
READS_LETTERS = ("submitter", "registrar", "head")  # of a body that gets a letter

P = TypeVar("P")


@dataclass(frozen=True, slots=True)
class Reached(Generic[P]):
    """The people who get a copy; `stands_in` when they are not those it was meant for."""

    people: tuple[P, ...] = ()
    stands_in: bool = False


def is_for_people(recipient: str, *, is_body: bool) -> bool:
    """Whether somebody here should read it: a group, or a body of the directory."""
    return is_body or "/" in recipient


def lines_of(recipient: str, *, is_body: bool) -> tuple[tuple[str, ...], ...]:
    """The groups that are tried one after the other, until somebody is reached.

    First those it is meant for; then their head; then the Ministry's head, whose procedure it is
    (SIL-01 escalates the same way). None for somebody outside.
    """
    if not is_for_people(recipient, is_body=is_body):
        return ()
    body = recipient.partition("/")[0]
    meant = tuple(f"{body}/{role}" for role in READS_LETTERS) if is_body else (recipient,)
    lines = (meant, (f"{body}/head",), (MINISTRY_HEAD,))
    return tuple(line for index, line in enumerate(lines) if line not in lines[:index])


def reach(
    lines: Sequence[Sequence[str]],
    people_of: Callable[[str], Sequence[P]],
    has_address: Callable[[P], bool],
    identity: Callable[[P], str],
) -> Reached[P]:
    """The people of the first line in which anybody has an address, each once, in order of id."""
    for index, line in enumerate(lines):
        found = {identity(one): one for group in line for one in people_of(group)}
        people = tuple(found[key] for key in sorted(found) if has_address(found[key]))
        if people:
            return Reached(people, stands_in=index > 0)
    return Reached()
