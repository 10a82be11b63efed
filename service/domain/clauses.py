"""The seventeen clauses of the Rules, with titles and texts in three languages.

The texts lie in `reference/clauses.json`; whoever may read files hands its content over. They are
there to be shown beside a task: the Rules were repealed in July 2023, and nothing is decided by
reading them.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field

from service.domain.texts import Texts
from service.errors import WrongInput

NUMBERS = tuple(str(number) for number in range(1, 18))
_LANGUAGES = ("kk", "ru", "en")


@dataclass(frozen=True, slots=True)
class Clause:
    """A clause: its number as elements of diagrams carry it, a short title, the text."""

    number: str
    titles: Texts = field(hash=False)
    texts: Texts = field(hash=False)  # paragraphs are separated by a line break


def read_clauses(content: str) -> dict[str, Clause]:
    """The clauses by number ("1" … "17"), in order, from the content of clauses.json.

    Raises WrongInput when a clause or a language is missing.
    """
    try:
        entries = json.loads(content)["clauses"]
        clauses = [Clause(str(each["number"]), each["title"], each["text"]) for each in entries]
    except (ValueError, KeyError, TypeError) as error:
        raise WrongInput(f"The file of clauses cannot be read ({error}); restore it.") from None
    if tuple(clause.number for clause in clauses) != NUMBERS:
        raise WrongInput("The file of clauses must hold the clauses 1 … 17 in order; restore it.")
    for clause in clauses:
        for language in _LANGUAGES:
            if not clause.titles.get(language) or not clause.texts.get(language):
                raise WrongInput(f"Clause {clause.number} has no {language}; add it to the file.")
    return {clause.number: clause for clause in clauses}
