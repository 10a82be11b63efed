"""What a running Kelisim must be told, from the environment; and where its shipped files lie.

| variable                 | meaning                                         | default             |
|--------------------------|-------------------------------------------------|---------------------|
| `KELISIM_HOME`           | the folder for all that Kelisim writes          | the current folder  |
| `DATABASE_URL`           | `sqlite:///FILE` or `postgresql://USER@HOST/DB` | `var/` holds one    |
| `KELISIM_LOG_LEVEL`      | `debug`, `info`, `warning` or `error`           | `info`              |
| `KELISIM_LOG_FORMAT`     | `json` (one object per line) or `text`          | `json`              |
| `KELISIM_PUBLIC_URL`     | where people reach the pages; stands in letters | localhost and port  |
| `KELISIM_TRUSTED_PROXY`  | address of the reverse proxy that says who asks | none                |
| `KELISIM_SECRET_KEY`     | signs cookies; 32 characters or more            | made once, in var/  |
| `KELISIM_SMTP_URL`       | the mail server, see below                      | mail is only logged |
| `KELISIM_MAIL_FROM`      | the sender of mail; goes with the mail server   | none                |
| `KELISIM_WEBHOOK_URL`    | gets what leaves the system, as signed JSON     | none                |
| `KELISIM_WEBHOOK_SECRET` | `whsec_` and the base64 of 24 bytes or more     | none                |

The mail server: `smtp://USER:PASSWORD@HOST:587` (STARTTLS is demanded), `smtps://…` (TLS from the
start), or `smtp+plain://HOST:25` (no TLS: only where nobody listens).

The default database lies in `KELISIM_HOME`. Nothing starts half-set: an empty value, an unknown
`KELISIM_` name or a URL without a database is refused before anything is opened. A secret may be
given as a file instead: `KELISIM_SECRET_KEY_FILE`, `KELISIM_SMTP_URL_FILE`,
`KELISIM_WEBHOOK_SECRET_FILE` and `DATABASE_URL_FILE` name it.
"""

from __future__ import annotations

import base64
import difflib
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import SplitResult, urlsplit

from service.errors import WrongInput

LOG_LEVELS = ("debug", "info", "warning", "error")
LOG_FORMATS = ("json", "text")
SECRETS = ("DATABASE_URL", "KELISIM_SECRET_KEY", "KELISIM_SMTP_URL", "KELISIM_WEBHOOK_SECRET")
NAMES = (
    *SECRETS,
    *(f"{name}_FILE" for name in SECRETS),
    "KELISIM_HOME",
    "KELISIM_LOG_FORMAT",
    "KELISIM_LOG_LEVEL",
    "KELISIM_MAIL_FROM",
    "KELISIM_PUBLIC_URL",
    "KELISIM_TRUSTED_PROXY",
    "KELISIM_WEBHOOK_URL",
)
SHORTEST_KEY = 32  # characters
SHORTEST_WEBHOOK_KEY = 24  # bytes (Standard Webhooks)
LOCAL_HOSTS = ("", "localhost", "127.0.0.1", "::1", "0.0.0.0", "::")  # noqa: S104 - only compared
SMTP_SCHEMES = ("smtp", "smtps", "smtp+plain")

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
    public_url: str = "http://localhost:8000"
    public_url_given: bool = False  # else it is where the pages of this process answer
    trusted_proxy: str = ""  # whose X-Forwarded-For is believed
    secret_key: str = field(default="", repr=False)  # "": made once and kept in var/
    smtp_url: str = field(default="", repr=False)  # "": mail goes into the log
    mail_from: str = ""
    webhook_url: str = field(default="", repr=False)
    webhook_secret: str = field(default="", repr=False)

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
        if name in ("DATABASE_URL", "DATABASE_URL_FILE") or name.startswith("KELISIM_")
    }
    _refuse_unknown(given)
    _refuse_empty(given)
    _read_secrets(given)
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
        public_url=_web_url(given, "KELISIM_PUBLIC_URL", "http://localhost:8000"),
        public_url_given="KELISIM_PUBLIC_URL" in given,
        trusted_proxy=_trusted_proxy(given),
        secret_key=_secret_key(given),
        webhook_url=_web_url(given, "KELISIM_WEBHOOK_URL", ""),
        webhook_secret=_webhook_secret(given),
        **_mail(given),
    )


def answering_on(chosen: Settings, host: str, port: int) -> Settings:
    """The settings with the public URL at which pages on this host and port are reached.

    A public URL that was given stays. Loopback and "all addresses" are called localhost.
    """
    if chosen.public_url_given:
        return chosen
    address = f"[{host}]" if ":" in host else host
    name = "localhost" if host in LOCAL_HOSTS else address
    return replace(chosen, public_url=f"http://{name}:{port}")


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
    parts = _split("DATABASE_URL", url, remedy)
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


def _read_secrets(given: dict[str, str]) -> None:
    """Put the content of each `…_FILE` in the place of the value it stands for."""
    for name in SECRETS:
        file = given.pop(f"{name}_FILE", None)
        if file is None:
            continue
        if name in given:
            raise WrongInput(f"{name} and {name}_FILE are both set; unset one of them.")
        try:
            given[name] = Path(file).read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as problem:
            raise WrongInput(f"{name}_FILE: {file} cannot be read ({problem}).") from None
        if not given[name]:
            raise WrongInput(f"{name}_FILE: {file} is empty; put the value into it.")


def _secret_key(given: Mapping[str, str]) -> str:
    key = given.get("KELISIM_SECRET_KEY", "")
    if key and len(key) < SHORTEST_KEY:
        raise WrongInput(
            f"KELISIM_SECRET_KEY has {len(key)} characters; give at least {SHORTEST_KEY} that "
            "nobody can guess, such as the output of `openssl rand -hex 32`."
        )
    return key


def _trusted_proxy(given: Mapping[str, str]) -> str:
    address = given.get("KELISIM_TRUSTED_PROXY", "")
    if address:
        try:
            return str(ip_address(address))  # as the server compares it: ::1, not 0:0:0:0:0:0:0:1
        except ValueError:
            raise WrongInput(
                f"KELISIM_TRUSTED_PROXY is {address!r}; give the proxy's address, such as 10.0.0.5."
            ) from None
    return address


def _mail(given: Mapping[str, str]) -> dict[str, str]:
    url, sender = given.get("KELISIM_SMTP_URL", ""), given.get("KELISIM_MAIL_FROM", "")
    if bool(url) != bool(sender):
        missing = "KELISIM_MAIL_FROM" if url else "KELISIM_SMTP_URL"
        raise WrongInput(f"{missing} is missing; mail needs KELISIM_SMTP_URL and a sender.")
    if url:
        remedy = "write smtp://USER:PASSWORD@HOST:587, smtps://… or smtp+plain://HOST:25."
        shown = without_password(url)
        parts = _split("KELISIM_SMTP_URL", url, remedy)
        if parts.scheme not in SMTP_SCHEMES or not parts.hostname:
            raise WrongInput(f"KELISIM_SMTP_URL names no mail server: {shown}; {remedy}")
        if not re.fullmatch(r"[^@\s<>,]+@[^@\s<>,]+", sender):
            raise WrongInput(f"KELISIM_MAIL_FROM is {sender!r}; give an address: name@host.")
    return {"smtp_url": url, "mail_from": sender}


def _web_url(given: Mapping[str, str], name: str, default: str) -> str:
    url = given.get(name, default).rstrip("/")
    if url:
        remedy = "write https://HOST or http://HOST:PORT."
        parts = _split(name, url, remedy)
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.query:
            raise WrongInput(f"{name} is no address of pages: {without_password(url)}; {remedy}")
    return url


def _webhook_secret(given: Mapping[str, str]) -> str:
    secret = given.get("KELISIM_WEBHOOK_SECRET", "")
    if bool(secret) != ("KELISIM_WEBHOOK_URL" in given):
        missing = "KELISIM_WEBHOOK_URL" if secret else "KELISIM_WEBHOOK_SECRET"
        raise WrongInput(f"{missing} is missing; a webhook needs its URL and its secret.")
    if secret:
        try:
            key = base64.b64decode(secret.removeprefix("whsec_"), validate=True)
        except ValueError:
            key = b""
        if not secret.startswith("whsec_") or len(key) < SHORTEST_WEBHOOK_KEY:
            raise WrongInput(
                "KELISIM_WEBHOOK_SECRET is none; write whsec_ and then the base64 of at least "
                f"{SHORTEST_WEBHOOK_KEY} random bytes (`openssl rand -base64 32`)."
            )
    return secret


def _choice(given: Mapping[str, str], name: str, allowed: tuple[str, ...], default: str) -> str:
    value = given.get(name, default).lower()
    if value not in allowed:
        raise WrongInput(f"{name} is {value!r}; it must be one of {', '.join(allowed)}.")
    return value


def _split(name: str, url: str, remedy: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError as problem:
        shown = without_password(url)
        raise WrongInput(f"{name} cannot be read: {shown} ({problem}); {remedy}") from None
    return parts
