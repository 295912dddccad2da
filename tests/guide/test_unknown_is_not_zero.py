"""Where nobody could look, Look says so and shows no number: unknown is never told as zero."""

from __future__ import annotations

import pytest

from runbook_lib.guide.state.session import Session
from runbook_lib.guide.steps import STEPS
from runbook_lib.guide.views.view import View
from runbook_lib.survey.snapshot import Unknown
from tests.org_by_hand import small_org


@pytest.mark.parametrize("visible", [Unknown("the login was refused", "INVALID_LOGIN"), None])
@pytest.mark.parametrize("name", ["04_field_visibility", "05_sync_fields"])
def test_fields_that_nobody_saw(rehearsed: Session, name: str, visible: Unknown | None) -> None:
    """The sync user's fields could not be read: neither 04 nor 05 says that they see 0 of them."""
    step = STEPS[name](rehearsed, interactive=False)
    told = View("en", "", tuple(step.preview(small_org(visible=visible)))).plain
    assert "Cannot tell which fields the sync user sees" in told
    assert "sees 0" not in told and " 0 " not in told
    assert "login was refused" in told or visible is None
