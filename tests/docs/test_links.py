"""Links lead somewhere, and paths that pages name are there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.docs.pages import DOCS, ROOT, links, name, pages, text

PATH = re.compile(r"`((?:service|processes|forms|tests|tools|docs|bench)/[\w./-]+\.\w+)`")
# Decisions stay as they were written; the changelog tells of what was.
DATED = [page for page in pages() if "adr" in page.parts or page.name == "CHANGELOG.md"]


@pytest.mark.parametrize("page", pages(), ids=name)
def test_relative_links_resolve(page: Path) -> None:
    broken = []
    for target in links(name(page)):
        path, _, anchor = target.partition("#")
        if "://" in target or target.startswith("mailto:"):
            continue
        file = (page.parent / path) if path else page
        if not file.exists() or (anchor and anchor not in anchors(file)):
            broken.append(target)
    assert broken == []


@pytest.mark.parametrize("page", [page for page in pages() if page not in DATED], ids=name)
def test_files_that_a_page_names_are_there(page: Path) -> None:
    named = PATH.findall(text(name(page)))
    assert [path for path in named if not (ROOT / path).exists()] == []


def test_the_index_names_every_page_of_the_folder() -> None:
    index = text("docs/README.md")
    told = [page.name for page in DOCS.glob("*.md") if page.name != "README.md"]
    assert [page for page in told if f"({page})" not in index] == []


@pytest.mark.parametrize("folder", ["domain", "engine", "forms", "application", "persistence"])
def test_each_package_says_in_four_lines_what_may_not_happen_in_it(folder: str) -> None:
    lines = text(f"service/{folder}/README.md").strip().splitlines()
    assert len(lines) == 4
    assert any(line.startswith("What may not happen here:") for line in lines)


def anchors(page: Path) -> set[str]:
    """The anchors of a page's headings, as GitHub makes them."""
    headings = re.findall(r"^#+ (.+)$", text(name(page)), re.MULTILINE)
    kept = (re.sub(r"[^\w\- ]", "", heading.lower()) for heading in headings)
    return {heading.strip().replace(" ", "-") for heading in kept}
