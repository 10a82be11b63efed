"""Who acts: a person in the groups BODY/role that are his or hers, or the system itself."""

from __future__ import annotations

from dataclasses import dataclass

from service.application.records import UserTask
from service.errors import NotPermitted

SYSTEM_ID = "system"


@dataclass(frozen=True, slots=True)
class Actor:
    """A person who acts. `groups` are BODY/role; `on_behalf_of` names the one who is deputised."""

    person: str
    groups: frozenset[str]
    on_behalf_of: str = ""

    def require(self, group: str, what: str, *, clause: str = "") -> None:
        """Raise NotPermitted unless the actor belongs to `group`."""
        if group not in self.groups:
            raise NotPermitted(
                f"{what} is for {group}; {self.person} acts as {_named(self.groups)}. "
                f"Ask somebody of {group}.",
                clause=clause,
            )


SYSTEM = Actor(SYSTEM_ID, frozenset())


def require_may_complete(actor: Actor, task: UserTask) -> None:
    """Raise NotPermitted unless `actor` may complete `task`.

    Allowed are the assignee, the candidate users and the members of the candidate groups, but
    nobody among the excluded (four eyes: who proposed does not conclude, SIL-09).
    """
    if actor.person in task.excluded_users:
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
