"""Every way of stopping has its exit code and says what to do."""

from __future__ import annotations

import pytest

from runbook_lib import errors
from runbook_lib.errors import RunbookError, SalesforceRefused
from runbook_lib.outcomes import Outcome
from runbook_lib.text import say

CODES = {
    "RunbookError": 70, "UsageFault": 64, "WaitsForPerson": 2, "Blocked": 3, "SystemRefused": 4,
    "Cancelled": 5, "TimedOut": 6, "EvidenceMissing": 7, "Defect": 70,
}  # fmt: skip
CLASSES = [
    member
    for member in vars(errors).values()
    if isinstance(member, type) and issubclass(member, RunbookError)
]


@pytest.mark.parametrize("name", CODES)
def test_each_family_has_its_exit_code(name: str) -> None:
    """The exit codes are those of the contract."""
    assert getattr(errors, name).outcome.exit_code == CODES[name]


@pytest.mark.parametrize("error", CLASSES)
def test_every_error_belongs_to_a_family_and_is_in_the_drawing(error: type[RunbookError]) -> None:
    """The tree in the module's text is the tree of the classes."""
    assert error.__name__ in (errors.__doc__ or "")
    assert error.outcome.exit_code in CODES.values()


def test_an_error_says_what_where_why_and_fix() -> None:
    """The parts are said in order, empty ones left out, and translated messages are sentences."""
    error = SalesforceRefused(
        say("{count} calls failed.", count=2), where="/services/data", fix=say("Run again."), code="X"
    )
    assert str(error) == "2 calls failed.\n/services/data\nRun again."
    assert error.code == "X"
    assert error._render_traceback_() == [str(error)]


def test_outcomes_are_distinct() -> None:
    """Each exit code has one word, so that a report can use either."""
    stops = [outcome for outcome in Outcome if outcome.exit_code]
    assert len({outcome.exit_code for outcome in stops}) == len(stops)
    assert {error.outcome for error in CLASSES} == set(stops)
