"""Imports run one way: facts, then infer, then readers and interpreter, then lint, then cli; facts and infer, then
rules. Nothing heavy is loaded with them."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "rnnlint"

MAY_IMPORT: dict[str, set[str]] = {
    "facts": set(),
    "infer": {"facts"},
    "finding": {"facts"},
    "messages": set(),
    "rule": {"facts", "finding", "messages"},
    "reading": {"facts"},
}
"""What a room may import of the package, besides itself."""

NEVER: dict[str, set[str]] = {
    "readers": {"linting", "cli", "engine", "packs", "report", "interpreter"},
    "interpreter": {"linting", "cli", "engine", "packs", "report"},
    "linting": {"cli"},
}
"""What would run back."""

HEAVY = {"numpy", "h5py", "tensorflow", "keras", "tf_keras", "rich", "typer", "pandas", "google"}


def files(room: str) -> list[Path]:
    folder = PACKAGE / room
    return sorted(folder.rglob("*.py")) if folder.is_dir() else [PACKAGE / f"{room}.py"]


def imported(path: Path) -> Iterator[str]:
    """Full names of the modules that a file imports anywhere, functions included."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def rooms(path: Path) -> set[str]:
    """Rooms of the package that a file imports."""
    parts = [name.split(".") for name in imported(path)]
    known = {entry.stem for entry in PACKAGE.iterdir()}
    return {part[1] for part in parts if part[0] == "rnnlint" and len(part) > 1 and part[1] in known}


@pytest.mark.parametrize("room", MAY_IMPORT)
def test_lower_rooms_import_only_what_lies_below(room: str) -> None:
    for path in files(room):
        assert rooms(path) <= MAY_IMPORT[room] | {room}, path


@pytest.mark.parametrize("room", NEVER)
def test_nothing_runs_back(room: str) -> None:
    for path in files(room):
        assert not rooms(path) & NEVER[room], path


def test_rules_parse_and_print_nothing() -> None:
    for path in sorted((ROOT / "rules").glob("*.py")):
        heads = {name.split(".")[0] for name in imported(path)}
        assert heads <= set(sys.stdlib_module_names) | {"rnnlint"}, path
        assert not rooms(path) & {"readers", "interpreter", "linting", "cli", "engine", "report"}, path


@pytest.mark.parametrize("module", ["rnnlint", "rnnlint.facts", "rnnlint.infer", "rnnlint.infer.catalogue"])
def test_nothing_heavy_is_loaded(module: str) -> None:
    script = f"import sys, {module}; print(*sorted({{name.split('.')[0] for name in sys.modules}}))"
    loaded = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout.split()
    assert not HEAVY & set(loaded)
