"""What the tests of the boards share."""

from __future__ import annotations

from collections.abc import Iterator

import ipywidgets
import pytest


@pytest.fixture(autouse=True)
def no_widget_is_left() -> Iterator[None]:
    """Widgets of one test do not live on in another."""
    yield
    ipywidgets.Widget.close_all()
