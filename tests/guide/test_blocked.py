"""World blocked: the road ends on its first page, with every reason and its fix."""

from __future__ import annotations

import json

import pytest

from tests.guide.conftest import PEOPLE, Runbook


@pytest.fixture(scope="module")
def blocked(runbook: Runbook, tmp_path_factory: pytest.TempPathFactory) -> tuple[int, str, str]:
    """``rehearse --world blocked --json``: exit code, stdout, stderr."""
    folder = tmp_path_factory.mktemp("blocked") / "acme"
    said = runbook("rehearse", "--world", "blocked", "--people", PEOPLE, "--workspace", folder, "--json")
    return said.returncode, said.stdout, said.stderr


def test_it_is_blocked(blocked: tuple[int, str, str]) -> None:
    """Exit code 3, and one object that says so."""
    code, out, _ = blocked
    told = json.loads(out)
    assert (code, told["exit_code"], told["outcome"]) == (3, 3, "blocked")


@pytest.mark.parametrize("reason", ["SOAP", "API requests", "tied to a CRM"])
def test_each_reason_is_told_with_its_fix(blocked: tuple[int, str, str], reason: str) -> None:
    """The last lines name SOAP login(), the API budget and the CRM, each followed by what to do."""
    lines = blocked[2].splitlines()
    (first, *_) = [number for number, line in enumerate(lines) if line.startswith("✖ ") and reason in line]
    assert lines[first + 1].strip().startswith("Fix:")
