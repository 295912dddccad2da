"""The road is one value per step, and nobody else spells its names."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from runbook_lib.errors import UsageFault
from runbook_lib.road import GATES, ROAD, UNDOABLE, step_named

PACKAGE = Path(__file__).parents[1] / "runbook_lib"
NAMES = {step.name for step in ROAD}


def _spelt(path: Path) -> list[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    texts = (node for node in ast.walk(tree) if isinstance(node, ast.Constant) and node.value in NAMES)
    return [f"{path.relative_to(PACKAGE)}:{node.lineno}" for node in texts]


def test_nobody_spells_a_step() -> None:
    """No step's name stands as a text outside ``road.py``: whoever asks for a step asks for its value."""
    others = [path for path in PACKAGE.rglob("*.py") if path != PACKAGE / "road.py"]
    assert [place for path in others for place in _spelt(path)] == []


def test_a_step_stands_on_earlier_ones() -> None:
    """What a step stands on comes before it, and what cannot be undone stands on something."""
    for number, step in enumerate(ROAD):
        assert step.number == number
        assert all(earlier.is_before(step) for earlier in step.stands_on)
        assert step.stands_on or not step.irreversible


def test_the_gates_and_what_can_be_undone() -> None:
    """Both sets come from the steps themselves, and no step is in both."""
    assert GATES == ("05_sync_fields", "08_start_sync")
    assert UNDOABLE == ("01_marketo_fields", "02_sync_user", "04_field_visibility")


def test_a_step_by_its_name() -> None:
    """With and without its number; a name that is none is refused with all that are."""
    assert step_named("05") is step_named("sync_fields") is step_named("05_sync_fields")
    with pytest.raises(UsageFault, match="05_sync_fields"):
        step_named("5")
