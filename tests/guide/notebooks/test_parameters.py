"""What a notebook was given is read from the cells that ran, not from whatever the kernel holds."""

from __future__ import annotations

import pytest

from runbook_lib.guide.notebooks.parameters import given_parameters

OWN = 'workspace = "."\ninteractive = None'
INJECTED = '# Parameters\nworkspace = "acme"\nminuts = 5\n'
OPENING = 'from runbook_lib.guide import open_step\n\nstep = open_step("watch", workspace, interactive)'


@pytest.mark.parametrize(
    ("cells", "names"),
    [
        (("", OWN, OPENING), ("workspace", "interactive")),
        (("", OWN, INJECTED, OPENING), ("workspace", "interactive", "minuts")),
        (("", OWN + "\nminuts = 5", OPENING), ("workspace", "interactive", "minuts")),
        (("import json", "class A: pass", OWN, "import sys\nx = 1", OPENING), ("workspace", "interactive")),
        (("%matplotlib inline", OWN, "x = 1", OPENING), ("workspace", "interactive")),
        ((OWN, INJECTED, OPENING, OWN, OPENING), ("workspace", "interactive")),
        ((OWN, '# Parameters\nPAPERMILL_INPUT_PATH = "a"\nPAPERMILL_OUTPUT_PATH = "b"', OPENING),
         ("workspace", "interactive")),
        (("x = 1", OPENING), ()),
        ((), ()),
    ],
)  # fmt: skip
def test_only_the_parameters_cells_count(cells: tuple[str, ...], names: tuple[str, ...]) -> None:
    """Literals and what papermill injected after them; other people's cells, names and runs are their own."""
    assert given_parameters(cells) == names
