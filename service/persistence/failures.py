"""What a database says, as errors that a person can be told."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import exc

from service.errors import Conflict, DatabaseUnavailable, KelisimError, WrongInput

# SQLSTATE (PostgreSQL, appendix A): serialization failure, deadlock.
_LOST_RACE = frozenset({"40001", "40P01"})
_LOCK_TIMEOUT = "55P03"


@contextmanager
def told(label: str) -> Iterator[None]:
    """Turn the database's errors inside into Kelisim's. `label` is the URL without password."""
    try:
        yield
    except exc.SQLAlchemyError as error:
        raise translated(error, label) from error


def translated(error: exc.SQLAlchemyError, label: str) -> KelisimError:
    """The error of a statement: what happened, and what to do. Nothing was changed by it."""
    reason = first_line(error)
    state = getattr(getattr(error, "orig", None), "sqlstate", None)
    if isinstance(error, exc.IntegrityError):
        return Conflict(f"The database refused the change ({reason}); nothing was changed.")
    if state in _LOST_RACE:
        return Conflict(
            f"Somebody else changed the same data at the same moment ({reason}); "
            "nothing was changed, try again."
        )
    if isinstance(error, exc.TimeoutError) or state == _LOCK_TIMEOUT or "is locked" in reason:
        return DatabaseUnavailable(
            f"The database {label} has been busy for too long ({reason}); nothing was changed, "
            "try again."
        )
    if isinstance(error, exc.DBAPIError) and error.connection_invalidated:
        return DatabaseUnavailable(
            f"The connection to the database {label} was lost ({reason}); nothing was changed, "
            "try again."
        )
    own = isinstance(error, exc.StatementError) and not isinstance(error, exc.DBAPIError)
    if own or isinstance(error, exc.DataError):
        return WrongInput(f"A value cannot be stored ({reason}); correct it.")
    passing = isinstance(error, exc.OperationalError | exc.InterfaceError | exc.InternalError)
    kind = DatabaseUnavailable if passing else KelisimError
    return kind(f"The database {label} failed ({reason}); nothing was changed.")


def not_opened(error: exc.SQLAlchemyError, label: str) -> WrongInput:
    """The error of a first connection: what is wrong with the URL or the place it names."""
    reason = first_line(error)
    advice = "check the host, that the server runs, and the name in DATABASE_URL"
    for sign, what in _ADVICE.items():
        if sign in reason:
            advice = what
            break
    return WrongInput(f"The database {label} cannot be opened: {reason}; {advice}.")


_ADVICE = {
    "unable to open database file": "the folder must exist and be writable",
    "readonly database": "the file and its folder must be writable",
    "file is not a database": "it is another kind of file, name another one",
    "is locked": "another program holds it, close that one",
    "password": "check user and password in DATABASE_URL",
    "authentication failed": "check user and password in DATABASE_URL",
    "role": "check the user in DATABASE_URL",
    "does not exist": "create the database first, or correct its name",
}


def first_line(error: exc.SQLAlchemyError) -> str:
    """The driver's own words, without SQL, values or SQLAlchemy's links."""
    words = str(getattr(error, "orig", None) or (error.args[0] if error.args else error)).strip()
    return words.partition("\n")[0].rstrip(".")
