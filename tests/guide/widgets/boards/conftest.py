"""What the tests of the boards share."""

from __future__ import annotations

from collections.abc import Iterator

import ipywidgets
import pytest

from runbook_lib.change.decisions import Decisions
from runbook_lib.guide.widgets.boards.mapping_board import BoardForm
from runbook_lib.guide.widgets.boards.mapping_rows import BoardRows
from tests.guide.mapped_org import FIELDS, org_with


@pytest.fixture(autouse=True)
def no_widget_is_left() -> Iterator[None]:
    """Widgets of one test do not live on in another."""
    yield
    ipywidgets.Widget.close_all()


@pytest.fixture
def board() -> BoardForm:
    """The board as notebook 06 offers it."""
    made = BoardRows(org_with(*FIELDS), Decisions(), "en")
    return BoardForm(made.all(), made.own())
