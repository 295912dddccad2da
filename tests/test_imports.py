"""The house stands: a module imports only from its own floor and the floors below, and never in a circle."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "runbook_lib"
FLOORS = (
    "text", "pictures", "outcomes", "published", "errors", "disk", "private_folder", "text_files",
    "spreadsheets", "road", "workspace", "journal_store", "journal_entry", "journal", "systems", "survey",
    "review", "change", "proof", "guide", "cli",
)  # fmt: skip
"""From the ground up. ``rehearsal`` stands beside the house: it imports nothing of it, and only guide
and cli it."""
GUIDE = ("state", "views", "widgets", "engine", "steps", "notebooks", "commands")
"""The rooms of the guide, from below; its face, the package itself, stands on all of them."""
BESIDE = "rehearsal"
STARTERS = ("guide", "cli")


@dataclass(frozen=True)
class Arrow:
    """One import of one module of ours by another, and where it stands."""

    importer: str
    imported: str
    line: int

    def __str__(self) -> str:
        return f"{self.importer}:{self.line} imports {self.imported}"


def _name(path: Path) -> str:
    parts = path.relative_to(PACKAGE.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


MODULES = {_name(path): path for path in sorted(PACKAGE.rglob("*.py"))}


def _floor(module: str) -> str:
    parts = module.split(".")
    return parts[1] if len(parts) > 1 else ""


def _targets(node: ast.Import | ast.ImportFrom, importer: str) -> Iterator[str]:
    """Full names of what an import names: the module itself where it is one, else the module it stands in."""
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
        return
    start = node.module or ""
    if node.level:
        is_package = MODULES[importer].name == "__init__.py"
        parents = importer.split(".")[
            : None if is_package and node.level == 1 else -(node.level - is_package)
        ]
        start = ".".join([*parents, *([node.module] if node.module else [])])
    for alias in node.names:
        inner = f"{start}.{alias.name}"
        yield inner if inner in MODULES else start


def _walk(tree: ast.AST, inside: bool = False) -> Iterator[tuple[ast.AST, bool]]:
    """Every import, wherever it stands, and whether that is inside a function."""
    for child in ast.iter_child_nodes(tree):
        if isinstance(child, ast.Import | ast.ImportFrom):
            yield child, inside
        function = isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
        yield from _walk(child, inside or function)


def _arrows() -> Iterator[Arrow]:
    for importer, path in MODULES.items():
        for node, _ in _walk(ast.parse(path.read_text(encoding="utf-8"))):
            assert isinstance(node, ast.Import | ast.ImportFrom)
            for target in _targets(node, importer):
                if target.split(".")[0] == "runbook_lib":
                    yield Arrow(importer, target, node.lineno)


ARROWS = tuple(_arrows())


def _is_allowed(arrow: Arrow) -> bool:
    above, below = _floor(arrow.importer), _floor(arrow.imported)
    if above == BESIDE or below == BESIDE:
        return above == below or (below == BESIDE and above in STARTERS)
    if "" in (above, below):  # the package itself holds only the version
        return below == ""
    if above == below == "guide":
        return _room(arrow.imported) <= _room(arrow.importer)
    return FLOORS.index(below) <= FLOORS.index(above)


def _room(module: str) -> int:
    """How high a module of the guide stands."""
    parts = module.split(".")
    return GUIDE.index(parts[2]) if len(parts) > 2 else len(GUIDE)


def test_every_module_stands_on_a_floor() -> None:
    """There is no module outside the table of floors."""
    assert [name for name in MODULES if _floor(name) not in ("", BESIDE, *FLOORS)] == []


def test_arrows_point_down() -> None:
    """A module imports from its own floor and those below, in the guide also from its own room and those
    below, for types too; the rehearsal is apart."""
    assert [str(arrow) for arrow in ARROWS if not _is_allowed(arrow)] == []


def test_there_is_no_cycle() -> None:
    """No module imports itself through others; imports for types, and those that are late, count as well."""
    graph: dict[str, set[str]] = {name: set() for name in MODULES}
    for arrow in ARROWS:
        if arrow.importer != arrow.imported:
            graph[arrow.importer].add(arrow.imported)
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as circle:
        pytest.fail(" -> ".join(circle.args[1]))


@pytest.mark.parametrize("module", MODULES)
def test_hidden_imports_are_declared(module: str) -> None:
    """An import inside a function says on its line why it is late: ``# lazy: why``."""
    source = MODULES[module].read_text(encoding="utf-8")
    lines = source.splitlines()
    hidden = [node for node, inside in _walk(ast.parse(source)) if inside]
    undeclared = [
        f"{module}:{node.lineno}"
        for node in hidden
        if isinstance(node, ast.stmt)
        and not any("# lazy: " in line for line in lines[node.lineno - 1 : node.end_lineno])
    ]
    assert undeclared == []


def test_only_apply_writes() -> None:
    """Beyond the systems floor, ``SalesforceWriter`` is named in ``change/apply.py`` and nowhere else."""
    named = {name for name, path in MODULES.items() if "SalesforceWriter" in path.read_text(encoding="utf-8")}
    assert {module for module in named if _floor(module) not in ("systems", BESIDE)} == {
        "runbook_lib.change.apply"
    }


HEAVY = {
    "pandas",
    "pandera",
    "duckdb",
    "splink",
    "papermill",
    "ipywidgets",
    "simple_salesforce",
    "sqlalchemy",
    "jinja2",
    "altair",
    "vl_convert",
}


def test_the_command_starts_at_once() -> None:
    """``import runbook_lib.cli`` loads nothing that takes long; benchmarks/start.py measures the seconds."""
    told = "import sys, runbook_lib.cli; print(*{name.split('.')[0] for name in sys.modules})"
    loaded = subprocess.run([sys.executable, "-c", told], check=True, capture_output=True, text=True)
    assert HEAVY & set(loaded.stdout.split()) == set()


def test_widgets_know_neither_journal_nor_session() -> None:
    """A form is data: no module of the guide's widgets names the journal, or the session that holds it; but
    for the board of the road, which shows how the journal grows, and writes nothing."""
    known = {"runbook_lib.journal", "runbook_lib.guide.state.session", "runbook_lib.guide.state.history"}
    found = [
        str(arrow)
        for arrow in ARROWS
        if arrow.importer.startswith("runbook_lib.guide.widgets")
        and arrow.imported in known
        and arrow.importer != "runbook_lib.guide.widgets.board"
    ]
    assert found == []


def test_nobody_writes_into_a_step() -> None:
    """No module of the guide sets an attribute of a step, or swaps a session's connection, from outside."""
    written = [
        f"{name}:{node.lineno} {ast.unparse(target)}"
        for name, path in MODULES.items()
        if name.startswith("runbook_lib.guide")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Assign | ast.AugAssign | ast.AnnAssign)
        for target in (node.targets if isinstance(node, ast.Assign) else [node.target])
        if re.search(r"(^|\.)step\.\w+$|session\.connection$", ast.unparse(target))
    ]
    assert written == []
