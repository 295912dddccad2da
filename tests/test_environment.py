"""The environment is named in three places, and they agree."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
# What every machine reaches packages through; an address of one would tie the project to it.
REGISTRIES = tuple("".join(parts) for parts in (("py", "pi.org"), ("python", "hosted.org"), ("npm", "js.")))

APART = {"spark"}
"""Extras that only they install who have what belongs to it: Spark needs Java and a cluster."""


def declared(apart: set[str] = APART) -> list[str]:
    """The requirements of pyproject.toml, without those of the extras that stand apart."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    optional = project["optional-dependencies"]
    extras = [line for name, lines in optional.items() if name not in apart for line in lines]
    return [*project["dependencies"], *extras]


def _name(requirement: str) -> str:
    return re.split(r"[\[<>=!~; ]", requirement, maxsplit=1)[0].lower().replace("_", "-")


def test_conda_users_get_the_same_packages() -> None:
    """environment.yml names exactly the requirements of pyproject.toml."""
    text = (ROOT / "environment.yml").read_text()
    assert re.findall(r'^ +- "(.+)"$', text, re.M) == declared()


def test_every_package_is_pinned_with_hashes() -> None:
    """requirements.lock pins every declared package, each with at least one hash."""
    entries = re.split(r"\n(?=[a-z0-9])", (ROOT / "requirements.lock").read_text().lower())
    pinned = {entry.split("==")[0].split("[")[0]: entry for entry in entries if "==" in entry}
    assert {_name(each) for each in declared()} <= set(pinned)
    assert [name for name, entry in pinned.items() if "--hash=sha256:" not in entry] == []


@pytest.mark.parametrize("file", ["requirements.lock", "environment.yml", "pyproject.toml", "Makefile"])
def test_no_registry_is_named(file: str) -> None:
    """No file ties the installation to the address of a package index."""
    text = (ROOT / file).read_text()
    assert [host for host in (*REGISTRIES, "--index-url") if host in text] == []
