"""The house's numbers: small folders, small modules, small functions. A room that outgrows them is cut by
subject."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from statistics import median, quantiles

PACKAGE = Path(__file__).parents[2] / "runbook_lib"
TESTS = Path(__file__).parents[1]
MODULES = sorted(PACKAGE.rglob("*.py"))
TREES = {
    path.relative_to(PACKAGE).as_posix(): ast.parse(path.read_text(encoding="utf-8")) for path in MODULES
}
LINES = {name: len((PACKAGE / name).read_text(encoding="utf-8").splitlines()) for name in TREES}
MOST_MODULES = 16
MOST_LINES = 300


def _p95(numbers: Iterable[int]) -> float:
    return quantiles(numbers, n=20, method="inclusive")[-1]


def _is_import(node: ast.stmt) -> bool:
    return isinstance(node, ast.Import | ast.ImportFrom)


def test_a_folder_is_seen_at_a_glance() -> None:
    """No folder holds more than 16 modules."""
    modules = Counter(path.parent.relative_to(PACKAGE).as_posix() for path in MODULES)
    assert {folder: count for folder, count in modules.items() if count > MOST_MODULES} == {}


def test_modules_are_small() -> None:
    """Of the modules that hold something, half have at most 120 lines, 95 of 100 at most 280, and all at
    most 300."""
    filled = {name: count for name, count in LINES.items() if count > 1}
    assert {name: count for name, count in filled.items() if count > MOST_LINES} == {}
    assert median(filled.values()) <= 120
    assert _p95(filled.values()) <= 280


def test_functions_are_small() -> None:
    """95 of 100 functions have at most 22 lines, from ``def`` to the last."""
    functions = (
        node
        for tree in TREES.values()
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    )
    assert _p95((node.end_lineno or node.lineno) - node.lineno + 1 for node in functions) <= 22


def test_every_module_says_what_it_is_for() -> None:
    """Each begins with its sentence."""
    assert [name for name, tree in TREES.items() if not ast.get_docstring(tree)] == []


def test_no_module_only_passes_on() -> None:
    """Names are imported from where they stand; the face of a folder may name what its floor is known by."""
    passing = [
        name
        for name, tree in TREES.items()
        if not name.endswith(("__init__.py", "__main__.py"))
        and all(_is_import(node) or isinstance(node, ast.Expr) for node in tree.body)
    ]
    assert passing == []


def test_no_test_imports_a_test() -> None:
    """What several tests need stands in a conftest or in a module of its own, which says what it is."""
    importing = [
        f"{path.relative_to(TESTS)}:{node.lineno}"
        for path in sorted(TESTS.rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ImportFrom)
        and any(
            name.startswith("test_")
            for name in (*(node.module or "").split("."), *(alias.name for alias in node.names))
        )
    ]
    assert importing == []
