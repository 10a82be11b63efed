"""What a running Kelisim must be told, from the environment; and where its shipped files lie.

| variable             | meaning                                         | default               |
|----------------------|-------------------------------------------------|-----------------------|
| `KELISIM_HOME`       | the folder for all that Kelisim writes          | the current folder    |
| `DATABASE_URL`       | `sqlite:///FILE` or `postgresql://USER@HOST/DB` | `var/kelisim.sqlite3` |
| `KELISIM_LOG_LEVEL`  | `debug`, `info`, `warning` or `error`           | `info`                |
| `KELISIM_LOG_FORMAT` | `json` (one object per line) or `text`          | `json`                |

The default database lies in `KELISIM_HOME`. Nothing starts half-set: an empty value, an unknown
`KELISIM_` name or a URL without a database is refused before anything is opened.
"""

from __future__ import annotations

import difflib
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import SplitResult, urlsplit

from service.errors import WrongInput

LOG_LEVELS = ("debug", "info", "warning", "error")
LOG_FORMATS = ("json", "text")
NAMES = ("DATABASE_URL", "KELISIM_HOME", "KELISIM_LOG_FORMAT", "KELISIM_LOG_LEVEL")

_PACKAGE = Path(__file__).resolve().parent
_POSTGRESQL = "postgresql+psycopg"
_SCHEMES = {"postgres": _POSTGRESQL, "postgresql": _POSTGRESQL, _POSTGRESQL: _POSTGRESQL}


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings of one process; `database_url` may hold a password, so it is not printed."""

    home: Path
    database_url: str = field(repr=False)
    log_level: str = "info"
    log_format: str = "json"

    @property
    def database_label(self) -> str:
        """The database's URL for people and logs: without the password."""
        return without_password(self.database_url)


def read(environment: Mapping[str, str] | None = None, *, here: Path | None = None) -> Settings:
    """The settings in `environment` (default: the process's own), relative to the folder `here`.

    Opens and creates nothing. Raises WrongInput, with the name, the value and the remedy.
    """
    given = {
        name: value.strip()
        for name, value in (os.environ if environment is None else environment).items()
        if name == "DATABASE_URL" or name.startswith("KELISIM_")
    }
    _refuse_unknown(given)
    _refuse_empty(given)
    base = Path.cwd() if here is None else here
    home = base / Path(given.get("KELISIM_HOME", ".")).expanduser()
    if home.exists() and not home.is_dir():
        raise WrongInput(f"KELISIM_HOME is {home}, which is not a folder; name a folder.")
    home = home.resolve()
    default_url = f"sqlite:///{(home / 'var' / 'kelisim.sqlite3').as_posix()}"
    return Settings(
        home=home,
        database_url=checked_database_url(given.get("DATABASE_URL", default_url)),
        log_level=_choice(given, "KELISIM_LOG_LEVEL", LOG_LEVELS, "info"),
        log_format=_choice(given, "KELISIM_LOG_FORMAT", LOG_FORMATS, "json"),
    )


def checked_database_url(url: str) -> str:
    """The URL as SQLAlchemy wants it (`postgresql://` gets its driver); raises WrongInput."""
    remedy = "write sqlite:///FILE or postgresql://USER:PASSWORD@HOST:PORT/DATABASE."
    scheme, _, rest = url.partition("://")
    if scheme == "sqlite":
        if not rest.startswith("/") or rest.strip("/") == "":
            raise WrongInput(f"DATABASE_URL names no file: {url}; {remedy}")
        return url
    if scheme not in _SCHEMES:
        raise WrongInput(f"DATABASE_URL is of no known kind: {without_password(url)}; {remedy}")
    parts = _split(url, remedy)
    if parts.path.strip("/") == "":
        raise WrongInput(f"DATABASE_URL names no database: {without_password(url)}; {remedy}")
    return f"{_SCHEMES[scheme]}://{rest}"


def without_password(url: str) -> str:
    """The URL with everything between the user's name and `@` replaced by `***`."""
    scheme, separator, rest = url.partition("://")
    credentials, at, host = rest.rpartition("@")
    if not at or ":" not in credentials:
        return url
    return f"{scheme}{separator}{credentials.split(':', 1)[0]}:***@{host}"


def processes_dir() -> Path:
    """The folder of the diagrams: the checkout's, or the copy inside the installed package."""
    return _shipped("processes")


def forms_dir() -> Path:
    """The folder of the `.form` files: the checkout's, or the copy inside the package."""
    return _shipped("forms")


def demonstration_dir() -> Path:
    """The folder of the demonstration year (`scenario_2026.json`)."""
    return _PACKAGE / "demonstration"


def reference_dir() -> Path:
    """The folder of the law's reference data: agencies, annexes and the calendar."""
    return _PACKAGE / "reference"


def _shipped(name: str) -> Path:
    checkout = _PACKAGE.parent
    if (checkout / "pyproject.toml").is_file() and (checkout / name).is_dir():
        return checkout / name
    return _PACKAGE / "_shipped" / name


def _refuse_unknown(given: Mapping[str, str]) -> None:
    # KELISIM_TEST_… belongs to the tests, which start the service with the same environment.
    for name in sorted(given):
        if name not in NAMES and not name.startswith("KELISIM_TEST_"):
            near = difflib.get_close_matches(name, NAMES, n=1, cutoff=0.8)
            remedy = f"did you mean {near[0]}?" if near else f"it knows {', '.join(NAMES)}."
            raise WrongInput(f"{name} is not a setting of Kelisim; {remedy}")


def _refuse_empty(given: Mapping[str, str]) -> None:
    for name, value in sorted(given.items()):
        if not value and name in NAMES:
            raise WrongInput(f"{name} is set but empty; give it a value or unset it.")


def _choice(given: Mapping[str, str], name: str, allowed: tuple[str, ...], default: str) -> str:
    value = given.get(name, default).lower()
    if value not in allowed:
        raise WrongInput(f"{name} is {value!r}; it must be one of {', '.join(allowed)}.")
    return value


def _split(url: str, remedy: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError as problem:
        shown = without_password(url)
        raise WrongInput(f"DATABASE_URL cannot be read: {shown} ({problem}); {remedy}") from None
    return parts
