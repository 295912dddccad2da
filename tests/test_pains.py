"""docs/pains.md keeps what it says: every name, notebook and test that it gives exists."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from runbook_lib.review.checks import CHECKS
from runbook_lib.review.handover import HANDOVER
from runbook_lib.review.mappings import MappingVerdict
from runbook_lib.road import ROAD

PROJECT = Path(__file__).parents[1]
PAGE = PROJECT / "docs" / "pains.md"


@dataclass(frozen=True)
class Pain:
    """One row of the page."""

    number: int
    told_by: tuple[str, ...]
    notebook: str
    how: str
    test: str


def rows() -> Iterator[Pain]:
    """The rows of the table."""
    for line in PAGE.read_text(encoding="utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if cells[0].isdigit():
            number, _, told_by, notebook, how, test = cells
            names = tuple(re.findall(r"`([^`]+)`", told_by))
            yield Pain(int(number), names, notebook.strip("`"), how, test.strip("`"))


def strings(*folders: str) -> set[str]:
    """Every text that stands in the code of these folders."""
    files = (file for folder in folders for file in (PROJECT / folder).rglob("*.py"))
    trees = (ast.parse(file.read_text(encoding="utf-8")) for file in files)
    return {
        node.value
        for tree in trees
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }


PAINS = tuple(rows())
CONSENTS = strings("runbook_lib/change/plans/consents")
KNOWN = {
    "check": {check.id for check in CHECKS},
    "consent": CONSENTS,
    "handover": {advice.id for advice in HANDOVER},
    "risk": strings("runbook_lib/review/fields"),
    "verdict": {verdict.value for verdict in MappingVerdict},
}


def test_all_of_them_are_there() -> None:
    """The fifty-three, each once, in their order, and each told by something."""
    assert [pain.number for pain in PAINS] == list(range(1, 54))
    assert all(pain.told_by and pain.how in ("planted", "told") for pain in PAINS)


@pytest.mark.parametrize("pain", PAINS, ids=lambda pain: str(pain.number))
def test_what_is_named_exists(pain: Pain) -> None:
    """The check, consent, risk, verdict or row of the hand-over, the notebook, and the test."""
    for name in pain.told_by:
        kind, _, rest = name.partition(":")
        assert rest in KNOWN[kind], name
    assert pain.notebook in {step.name for step in ROAD}
    path, _, function = pain.test.partition("::")
    defined = ast.walk(ast.parse((PROJECT / path).read_text(encoding="utf-8")))
    assert function in {node.name for node in defined if isinstance(node, ast.FunctionDef)}
    is_text_alone = all(name.startswith("handover:") for name in pain.told_by)
    assert pain.how == "planted" or is_text_alone, "told means that there is nothing but a text"


def test_no_row_of_the_hand_over_is_forgotten() -> None:
    """Every row of the hand-over answers one of them, but for what comes next."""
    used = {name.partition(":")[2] for pain in PAINS for name in pain.told_by if name.startswith("handover:")}
    assert {advice.id for advice in HANDOVER} - used == {"sales-insight"}
