"""Which texts the pages show, found in their code and templates."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from babel.messages.extract import extract_from_dir

WEB = Path(__file__).resolve().parents[2] / "service" / "web"
SHARED = "shared"
_METHODS = [("**.py", "python"), ("**/templates/**.html", "jinja2")]
_KEYWORDS = {
    **dict.fromkeys(("_", "_l", "gettext", "lazy_gettext")),
    **dict.fromkeys(("ngettext", "lazy_ngettext"), (1, 2)),
}
_OPTIONS = {"**/templates/**.html": {"extensions": "jinja2.ext.do", "silent": "false"}}


def texts() -> Iterator[tuple[str, str, tuple[str, ...]]]:
    """Every text: its area, "file:line", and its msgid (with the plural where there is one)."""
    found = extract_from_dir(WEB, _METHODS, _OPTIONS, keywords=_KEYWORDS)
    for file, line, message, _comments, _context in found:
        yield area_of(file), f"service/web/{file}:{line}", _ids(message)


def area_of(file: str) -> str:
    """The area whose catalogue has the words of that file, named from service/web on."""
    folder = file.split("/", 1)[0]
    is_area = (WEB / folder / "views.py").is_file() or (WEB / folder / "translations").is_dir()
    return folder if is_area and folder != "templates" else SHARED


def folder_of(area: str) -> Path:
    """Where the catalogues of an area lie."""
    return WEB / "translations" if area == SHARED else WEB / area / "translations"


def _ids(message: str | tuple[str, ...]) -> tuple[str, ...]:
    return (message,) if isinstance(message, str) else tuple(message)
