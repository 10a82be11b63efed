"""Central state bodies: who exists on a day, who follows whom, where each stands in a cycle."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Protocol

from service.domain.calendars import FIRST_YEAR, LAST_YEAR
from service.errors import Refused, WrongInput

SUBMITTED = "submitted"
NO_PROPOSALS = "no_proposals"
NO_PROPOSALS_LATE = "no_proposals_late"
NO_RESPONSE = "no_response"
SILENT = "silent"  # nothing has come yet, and the deadline has not passed

ROLES = ("submitter", "signatory", "head")  # of a central state body


class DatedBody(Protocol):
    """What the directory knows about a body's dates."""

    @property
    def valid_from(self) -> date | None:
        """Its first day; None when it has always been there."""

    @property
    def valid_to(self) -> date | None:
        """Its last day, included; None while it exists."""

    @property
    def successor(self) -> str:
        """The code of the body that took over, or ""."""


@dataclass(frozen=True, slots=True)
class Response:
    """What has come from a body in a cycle."""

    concept_in_time: bool = False  # a concept in time, and not withdrawn; returned ones don't count
    letter: str = ""  # the no-proposals letter: "" none · on_time · late


def active_on(body: DatedBody, on: date) -> bool:
    """Whether the body exists on that date."""
    return (body.valid_from is None or body.valid_from <= on) and (
        body.valid_to is None or on <= body.valid_to
    )


def standing(response: Response, *, deadline_passed: bool) -> str:
    """Where a body stands: submitted, no_proposals, no_proposals_late, no_response or silent.

    A concept and a letter exclude each other; the concept counts (clauses 4 and 7, SIL-01 … 03).
    Raises WrongInput for an unknown timeliness of the letter.
    """
    if response.letter not in ("", "on_time", "late"):
        raise WrongInput(f"The letter's timeliness is {response.letter!r}; use on_time or late.")
    if response.concept_in_time:
        return SUBMITTED
    if response.letter:
        return NO_PROPOSALS if response.letter == "on_time" else NO_PROPOSALS_LATE
    return NO_RESPONSE if deadline_passed else SILENT


def successor_on(code: str, directory: Mapping[str, DatedBody], on: date) -> str:
    """The body that carries on the tasks of `code` on that date (SIL-21).

    The body itself while it exists, else the first existing one along its successors, "" when the
    line ends without one. Raises WrongInput for a code the directory lacks or a circle.
    """
    seen: list[str] = []
    while code:
        if code in seen:
            circle = " → ".join([*seen, code])
            raise WrongInput(f"The successors {circle} run in a circle; correct the directory.")
        if code not in directory:
            raise WrongInput(f"The directory has no body {code!r}; add it or correct the code.")
        seen.append(code)
        if active_on(directory[code], on):
            return code
        code = directory[code].successor
    return ""


def heir_on(code: str, directory: Mapping[str, DatedBody], on: date) -> str:
    """As `successor_on`, but a line that cannot be followed ends at nobody: "".

    For questions about everybody: one wrong entry of the directory must not stop the others.
    """
    try:
        return successor_on(code, directory, on)
    except WrongInput:
        return ""


def present_groups(
    groups: Iterable[str], directory: Mapping[str, DatedBody], on: date
) -> frozenset[str]:
    """Which groups BODY/role are somebody's on that date (SIL-21).

    Groups of bodies that do not exist then fall away; to those of an existing body comes the same
    role of every predecessor whose line of successors ends there. Groups of what is no body of the
    directory (COMMISSION, ADMIN) stay as they are.
    """
    heirs = {code: heir_on(code, directory, on) for code in directory}
    own = {group for group in groups if _body(group) == heirs.get(_body(group), _body(group))}
    inherited = {
        f"{code}{group[len(heir) :]}"
        for code, heir in heirs.items()
        for group in own
        if _body(group) == heir
    }
    return frozenset(own | inherited)


def present_group(group: str, directory: Mapping[str, DatedBody], on: date) -> str:
    """Whom a group BODY/role means on that date: itself, the heir's same role, or "" (SIL-21)."""
    code = _body(group)
    if code not in directory:
        return group
    heir = heir_on(code, directory, on)
    return f"{heir}{group[len(code) :]}" if heir else ""


def _body(group: str) -> str:
    return group.partition("/")[0]


def check_replacement(
    code: str, successor: str, last_day: date, directory: Mapping[str, DatedBody]
) -> None:
    """Raise Refused unless `code` may end with `last_day` and `successor` carry on (SIL-21).

    Both are in the directory, the successors never lead back, the body does not end before it
    began, and on the day after the last one somebody exists to carry on. `successor` "": nobody.
    """
    for each in filter(None, (code, successor)):
        if each not in directory:
            raise Refused(
                f"The directory has no body {each!r}; import it first or correct the code.",
                code="unknown_body",
            )
    first_day = directory[code].valid_from
    if not FIRST_YEAR <= last_day.year <= LAST_YEAR or (first_day and last_day < first_day):
        raise Refused(
            f"The last day of {code} is {last_day}; give a day from "
            f"{first_day or date(FIRST_YEAR, 1, 1)} to the end of {LAST_YEAR}.",
            code="wrong_last_day",
        )
    _check_no_circle(code, successor, directory)
    next_day = last_day + timedelta(days=1)
    if successor and not heir_on(successor, directory, next_day):
        raise Refused(
            f"Neither {successor} nor a successor of it exists on {next_day}, when it would carry "
            f"on the tasks of {code}; correct its dates in the directory, or the last day.",
            code="successor_not_active",
        )


def _check_no_circle(code: str, successor: str, directory: Mapping[str, DatedBody]) -> None:
    line = [code]
    while successor:
        line.append(successor)
        if successor in line[:-1]:
            raise Refused(
                f"The successors {' → '.join(line)} run in a circle; name another body "
                "to carry on, or correct the directory.",
                code="successor_circle",
            )
        successor = directory[successor].successor if successor in directory else ""
