"""The errors of Kelisim, as facts.

    KelisimError                    anything a person can be told; never a traceback
    ├── Refused                     the rules or the permissions say no; nothing was changed
    │   ├── FormInvalid             fields are missing or wrong (carries every problem)
    │   ├── NotPermitted            this person may not do this
    │   ├── TaskNotOpen             the user task does not exist, is done or was withdrawn
    │   ├── NotFound                there is no such task, concept, cycle …
    │   └── Conflict                somebody else changed it meanwhile
    ├── DefinitionRefused           a diagram or form that may not come into force
    ├── DatabaseUnavailable         the database is busy or gone; later it may work
    ├── StepFailed                  a diagram could not be executed; becomes an incident
    │   ├── LimitExceeded           it runs in a circle or grows without bound
    │   └── DeadEnd                 it waits for nothing
    └── WrongInput                  a file, option or setting that cannot be used

Every message says what happened, with the value, and what to do. A class's docstring is its
default message, so that no error can be raised without one.
"""

from __future__ import annotations

from collections.abc import Sequence


class KelisimError(Exception):
    """Something went wrong; look into the journal."""

    def __init__(self, message: str = "") -> None:
        super().__init__(message or (type(self).__doc__ or "").strip())

    @property
    def message(self) -> str:
        """The text for a person: what happened, the value, what to do."""
        return str(self.args[0])


class Refused(KelisimError):
    """The rules do not allow this; nothing was changed."""

    def __init__(self, message: str = "", *, code: str = "refused", clause: str = "") -> None:
        super().__init__(message)
        self.code = code
        self.clause = clause


class FormInvalid(Refused):
    """Some fields are missing or wrong; correct them and send the form again."""

    def __init__(self, problems: Sequence[tuple[str, str]], *, clause: str = "") -> None:
        """`problems` are pairs (field key, message); an empty key concerns the whole form."""
        text = "; ".join(f"{key}: {what}" if key else what for key, what in problems)
        super().__init__(text, code="form_invalid", clause=clause)
        self.problems = tuple(problems)


class NotPermitted(Refused):
    """You may not do this; ask the person or role named on the task."""

    def __init__(self, message: str = "", *, clause: str = "") -> None:
        super().__init__(message, code="not_permitted", clause=clause)


class TaskNotOpen(Refused):
    """This task is not open any more; reload the list of tasks."""

    def __init__(self, message: str = "") -> None:
        super().__init__(message, code="task_not_open")


class NotFound(Refused, LookupError):
    """There is no such thing; reload the page, or look for its number."""

    def __init__(self, message: str = "") -> None:
        super().__init__(message, code="not_found")


class Conflict(Refused):
    """Somebody else changed this at the same moment; nothing was changed, try again."""

    def __init__(self, message: str = "") -> None:
        super().__init__(message, code="conflict")


class DefinitionRefused(KelisimError):
    """This diagram may not come into force; correct the findings and deploy it again."""

    def __init__(self, findings: Sequence[object]) -> None:
        """`findings` are values that print as one line each (service.engine.checks.findings)."""
        super().__init__("\n".join(str(finding) for finding in findings))
        self.findings = tuple(findings)


class DatabaseUnavailable(KelisimError):
    """The database is busy or cannot be reached; nothing was changed, try again."""


class StepFailed(KelisimError):
    """The diagram could not be executed at this element; an incident was recorded."""

    def __init__(self, message: str, *, element_id: str = "") -> None:
        super().__init__(message)
        self.element_id = element_id


class LimitExceeded(StepFailed):
    """The diagram goes round without end or grows beyond what one instance may hold."""


class DeadEnd(StepFailed):
    """The instance waits for nothing and would never end."""


class WrongInput(KelisimError):
    """This input cannot be used."""
