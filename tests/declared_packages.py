"""What pyproject.toml says that the project needs."""

from __future__ import annotations

import ast
import re
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[1]
APART = {"airflow", "app", "spark"}
"""Extras that only they install who want what belongs to it: Spark needs Java and a cluster, the app view is
for people who should see no code."""


def runtime(apart: set[str] = APART) -> list[str]:
    """The requirements of the runbook itself: without those of its tests."""
    return declared(apart | {"dev"})


def imported(folder: Path) -> set[str]:
    """The top-level packages that the modules below ``folder`` import, at whatever place."""
    names: set[str] = set()
    for path in folder.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                names |= {alias.name for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and not node.level and node.module:
                names.add(node.module)
    return {name.partition(".")[0] for name in names}


def declared(apart: set[str] = APART) -> list[str]:
    """The requirements of pyproject.toml, without those of the extras that stand apart."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    optional = project["optional-dependencies"]
    extras = [line for name, lines in optional.items() if name not in apart for line in lines]
    return [*project["dependencies"], *extras]


def package_name(requirement: str) -> str:
    """Its name as an index has it."""
    return re.split(r"[\[<>=!~; ]", requirement, maxsplit=1)[0].lower().replace("_", "-")
