"""What the house imports is declared: nobody finds out at run time that a package is missing."""

from __future__ import annotations

import ast
import sys
from importlib.metadata import packages_distributions
from pathlib import Path

from tests.declared_packages import ROOT, declared, package_name

COME_ALONG = {
    "zeep": "simple-salesforce",
    "ipython": "ipywidgets",
    "traitlets": "ipywidgets",
    "nbclient": "papermill",
    "jupyter-client": "papermill",
    "psutil": "ipykernel",
}
"""Packages that are there because a declared one cannot work without them."""


def _imported(path: Path) -> set[str]:
    """The top names that a module imports, lazily or not."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.add(node.module.split(".")[0])
    return found


def test_every_import_is_declared() -> None:
    """Each package that runbook_lib imports is a requirement of pyproject.toml, or comes along with one."""
    names = {name for path in (ROOT / "runbook_lib").rglob("*.py") for name in _imported(path)}
    foreign = names - set(sys.stdlib_module_names) - {"runbook_lib", "__future__"}
    named, owners = (
        {package_name(requirement) for requirement in declared(apart=set())},
        packages_distributions(),
    )
    named |= {name for name, brings in COME_ALONG.items() if brings in named}
    of = {name: {owner.lower().replace("_", "-") for owner in owners.get(name, (name,))} for name in foreign}
    assert {name: sorted(known) for name, known in of.items() if not known & named} == {}
