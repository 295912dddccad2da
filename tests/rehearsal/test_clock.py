"""The rehearsal's clock."""

from datetime import UTC, datetime, timedelta

import pytest

from runbook_lib.rehearsal.clock import Clock


def test_the_clock_moves_forward_by_what_it_is_told() -> None:
    """It shows real time until somebody moves it, and then that much later."""
    clock = Clock()
    assert abs(clock.now() - datetime.now(UTC)) < timedelta(seconds=5)
    assert clock.forward(3600) - datetime.now(UTC) > timedelta(seconds=3590)


def test_the_clock_never_moves_back() -> None:
    """A negative step is refused."""
    with pytest.raises(ValueError, match="forward"):
        Clock().forward(-1)
