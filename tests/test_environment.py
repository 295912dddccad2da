"""The environment is named in three places, and they agree."""

from __future__ import annotations

import re
import sys
import tomllib
from importlib.metadata import packages_distributions

import pytest

from tests.declared_packages import APART, ROOT, declared, imported, package_name, runtime

# What every machine reaches packages through; an address of one would tie the project to it.
REGISTRIES = tuple("".join(parts) for parts in (("py", "pi.org"), ("python", "hosted.org"), ("npm", "js.")))


def _group(name: str) -> list[str]:
    """The requirements of a dependency group, which has an environment of its own."""
    groups = tomllib.loads((ROOT / "pyproject.toml").read_text())["dependency-groups"]
    return list(groups[name])


@pytest.mark.parametrize("folder", ["runbook_lib", "tests"])
def test_what_is_imported_is_declared(folder: str) -> None:
    """Nothing is there only because something else brought it; the runbook itself needs no tool of tests."""
    apart = APART - {"spark"}
    needed = declared(apart) if folder == "tests" else runtime(apart)
    known = {package_name(requirement) for requirement in needed}
    bringers = packages_distributions()
    undeclared = {
        name
        for name in imported(ROOT / folder) - sys.stdlib_module_names - {"runbook_lib", "tests", "benchmarks"}
        if not known & {package_name(bringer) for bringer in bringers.get(name, [name])}
    }
    assert undeclared == set()


def test_conda_users_get_the_same_packages() -> None:
    """environment.yml names exactly the requirements of pyproject.toml."""
    text = (ROOT / "environment.yml").read_text()
    assert re.findall(r'^ +- "(.+)"$', text, re.M) == declared()


@pytest.mark.parametrize(
    ("lock", "requirements"),
    [("requirements.lock", declared()), ("docs/requirements.lock", _group("docs"))],
    ids=["project", "docs"],
)
def test_every_package_is_pinned_with_hashes(lock: str, requirements: list[str]) -> None:
    """A lock pins every declared package, each with at least one hash."""
    entries = re.split(r"\n(?=[a-z0-9])", (ROOT / lock).read_text().lower())
    pinned = {entry.split("==")[0].split("[")[0]: entry for entry in entries if "==" in entry}
    assert {package_name(requirement) for requirement in requirements} <= set(pinned)
    assert [name for name, entry in pinned.items() if "--hash=sha256:" not in entry] == []


@pytest.mark.parametrize(
    "file", ["requirements.lock", "docs/requirements.lock", "environment.yml", "pyproject.toml", "Makefile"]
)
def test_no_registry_is_named(file: str) -> None:
    """No file ties the installation to the address of a package index."""
    text = (ROOT / file).read_text()
    assert [host for host in (*REGISTRIES, "--index-url") if host in text] == []
