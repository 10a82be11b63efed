"""The project's own files, read as text or as syntax trees."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = ("service", "tests", "bench", "tools", "processes", "forms", "docs", ".ci")
# What tools leave, and what others wrote.
FOREIGN = {"__pycache__", "node_modules", "vendor", ".venv", "build", "dist", "var"}
TEXT = {".py", ".md", ".toml", ".sh", ".yml", ".yaml", ".cfg", ".ini", ".mako", ".lock", ".js", ""}


def python_files(folder: str) -> list[Path]:
    """All modules under that folder of the project, sorted."""
    return [file for file in _files(ROOT / folder) if file.suffix == ".py"]


def text_files() -> list[Path]:
    """Everything people wrote, from the top of the tree down; diagrams and data excepted."""
    top = [file for file in ROOT.iterdir() if file.is_file() and not file.name.startswith(".")]
    inside = [file for folder in FOLDERS for file in _files(ROOT / folder)]
    return sorted(file for file in top + inside if file.suffix in TEXT)


def name(file: Path) -> str:
    """The file's path from the top of the tree, with `/`."""
    return file.relative_to(ROOT).as_posix()


@cache
def tree(file: Path) -> ast.Module:
    """The module's syntax tree."""
    return ast.parse(file.read_text(encoding="utf-8"), filename=name(file))


def calls(file: Path) -> Iterator[tuple[str, str]]:
    """Every call in the module as pairs (what is called, "file:line"), e.g. `datetime.now`."""
    for node in ast.walk(tree(file)):
        if isinstance(node, ast.Call):
            yield ast.unparse(node.func), f"{name(file)}:{node.lineno}"


def _files(folder: Path) -> list[Path]:
    return sorted(
        file
        for file in folder.rglob("*")
        if file.is_file() and not FOREIGN & set(file.relative_to(ROOT).parts)
    )
