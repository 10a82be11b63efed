"""Who acts: a person in the groups BODY/role that are his or hers, or the system itself."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from service.application.records import JournalEntry, UserTask, Values
from service.errors import NotPermitted, WrongInput

SYSTEM_ID = "system"
MOST_SUBJECT = 200  # characters of a subject in the journal: it may be anything that was sent


@dataclass(frozen=True, slots=True)
class Actor:
    """A person who acts. `groups` are BODY/role; `on_behalf_of` names the one who is deputised.

    Raises WrongInput for an id with a comma or blank: such ids stand in lists on the diagrams.
    """

    person: str
    groups: frozenset[str]
    on_behalf_of: str = ""

    def __post_init__(self) -> None:
        for identity in self.identities:
            if not identity or not is_storable(identity) or set(identity) & set(", \t\n"):
                raise WrongInput(
                    f"{identity!r} is no id of a person; give one without blanks or commas"
                )

    @property
    def identities(self) -> tuple[str, ...]:
        """Whose hand and whose name it is: four eyes count both."""
        return (self.person, self.on_behalf_of) if self.on_behalf_of else (self.person,)

    def require(self, group: str, what: str, *, clause: str = "") -> None:
        """Raise NotPermitted unless the actor belongs to `group`."""
        if group not in self.groups:
            raise NotPermitted(
                f"{what} is for {group}; {self.person} acts as {_named(self.groups)}. "
                f"Ask somebody of {group}.",
                clause=clause,
            )

    def entry(
        self,
        act: str,
        subject: str,
        now: datetime,
        *,
        clause: str = "",
        outcome: str = "done",
        details: Values | None = None,
        instance_id: int | None = None,
    ) -> JournalEntry:
        """A journal entry of something this actor did (or was refused)."""
        return JournalEntry(
            at=now,
            actor=self.person,
            act=act,
            subject=storable(subject)[:MOST_SUBJECT],
            clause=clause,
            outcome=outcome,
            details=details or {},
            on_behalf_of=self.on_behalf_of,
            instance_id=instance_id,
        )


def is_storable(text: str) -> bool:
    """Whether a text can be written as UTF-8 and holds no NUL."""
    return storable(text) == text and "\0" not in text


def storable(text: str) -> str:
    """The text with lone surrogates written out, as every database takes it."""
    return text.encode("utf-8", "backslashreplace").decode()


SYSTEM = Actor(SYSTEM_ID, frozenset())


def require_may_complete(actor: Actor, task: UserTask) -> None:
    """Raise NotPermitted unless `actor` may complete `task`.

    Allowed are the assignee, the candidate users and the members of the candidate groups, but
    nobody among the excluded (four eyes: who proposed does not conclude, SIL-09).
    """
    if set(actor.identities) & set(task.excluded_users):
        raise NotPermitted(
            f"{actor.person} took part in this matter before; somebody else of "
            f"{_named(task.candidate_groups)} must do this task.",
            clause=task.clause,
        )
    if actor.person == task.assignee or actor.person in task.candidate_users:
        return
    if not actor.groups.intersection(task.candidate_groups):
        raise NotPermitted(
            f"This task is for {_named(task.candidate_groups)}; {actor.person} acts as "
            f"{_named(actor.groups)}. Ask somebody of the group that is named.",
            clause=task.clause,
        )


def _named(groups: frozenset[str] | tuple[str, ...]) -> str:
    return ", ".join(sorted(groups)) or "nobody"
