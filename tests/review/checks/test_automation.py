"""Checks of rules, triggers and flows: each is green, names what it found, or says that it cannot tell."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from runbook_lib.review.findings import Status
from runbook_lib.survey.model.org_settings import Rule
from runbook_lib.survey.snapshot import Snapshot
from tests.review.checks.one_check import QUIET, REFUSED, finding, status_of


@pytest.mark.parametrize(
    ("check", "part"),
    [
        ("validation_rules", "validation_rules"),
        ("duplicate_rules", "duplicate_rules"),
        ("assignment_rules", "assignment_rules"),
        ("automation", "triggers"),
        ("automation", "flows"),
    ],
)
def test_a_rule_is_named_and_a_refusal_is_no_no(snapshot: Snapshot, check: str, part: str) -> None:
    """No rule is green, a rule is named, and what may not be read is unknown."""
    ruled: dict[str, Any] = {part: (Rule("Lead", "Router"),)}
    assert status_of(replace(snapshot, surroundings=QUIET), check) is Status.OK
    found = finding(replace(snapshot, surroundings=replace(QUIET, **ruled)), check)
    assert found.status is Status.WARN and "Lead: Router" in str(found.what) and found.fix
    assert (
        status_of(replace(snapshot, surroundings=replace(QUIET, **{part: REFUSED})), check) is Status.UNKNOWN
    )


@pytest.mark.parametrize(
    "rule",
    [
        Rule("Lead", "Real_last_name", "LastName", "Enter the person's name."),
        Rule("Lead", "R1", "", "Company must not be Unknown."),
        Rule("Contact", "Nachname_pflegen"),
    ],
)
def test_a_rule_that_may_refuse_defaults_is_named(snapshot: Snapshot, rule: Rule) -> None:
    """By the field that shows the error, by its words or by its name; another rule is not."""
    other = Rule("Lead", "Phone_needed", "Phone", "Enter a phone number.")
    found = finding(
        replace(snapshot, surroundings=replace(QUIET, validation_rules=(rule, other))), "default_names"
    )
    assert found.status is Status.WARN
    assert rule.name in str(found.what) and other.name not in str(found.what)
    around = replace(QUIET, validation_rules=(other,))
    assert status_of(replace(snapshot, surroundings=around), "default_names") is Status.OK
    around = replace(QUIET, validation_rules=REFUSED)
    assert status_of(replace(snapshot, surroundings=around), "default_names") is Status.UNKNOWN
