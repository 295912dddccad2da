"""Where none of Marketo's fields exists yet, no check counts nought of them as in order."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from runbook_lib.review.checks.check import Answer
from runbook_lib.review.checks.marketo_fields import judge_conversion, judge_field_types
from runbook_lib.review.findings import Status
from runbook_lib.survey.snapshot import Snapshot
from tests.org_by_hand import small_org


@pytest.mark.parametrize("judge", [judge_conversion, judge_field_types])
def test_nothing_there_is_said_as_that(judge: Callable[[Snapshot], Answer]) -> None:
    """Neither “0 fields keep their value” nor “all match”: there is none yet."""
    answer = judge(small_org(custom_fields=(), conversion=()))
    assert answer.status is Status.OK and str(answer.what).startswith("No Marketo field exists yet")
