"""Central state bodies: who exists on a day, who follows whom, where each stands in a cycle."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from service.errors import WrongInput

SUBMITTED = "submitted"
NO_PROPOSALS = "no_proposals"
NO_PROPOSALS_LATE = "no_proposals_late"
NO_RESPONSE = "no_response"
SILENT = "silent"  # nothing has come yet, and the deadline has not passed


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
