"""Marketo's fields that the administrator does not see, under both readings of what EntityParticle tells: the
Object Reference promises parity with describe, and the opposite was seen."""

from __future__ import annotations

import pytest

from runbook_lib.change.decisions import Decisions, SetupDecision
from runbook_lib.change.plan import ChangeKind
from runbook_lib.journal import Journal
from runbook_lib.review.checks import run_checks
from runbook_lib.review.findings import Status
from runbook_lib.survey.forecast import forecast_calls
from runbook_lib.survey.requirements import RECOMMENDED_FIELDS
from runbook_lib.survey.snapshot import Part
from tests.change.conftest import Live

STEP = "01_marketo_fields"
DECIDED = Decisions(setup=SetupDecision())
LOOKED = (Part.CUSTOM_FIELDS, Part.CONVERSION)
BOTH_READINGS = pytest.mark.parametrize("shows_hidden", [True, False], ids=["all fields", "as describe"])


@BOTH_READINGS
def test_a_field_that_nobody_sees_is_there(live: Live, journal: Journal, shows_hidden: bool) -> None:
    """What 01 made, and the administrator was not given, exists: it is not made twice, and its size is
    right."""
    live.server.org.switches.catalog_shows_hidden_fields = shows_hidden
    live.carry_out(STEP, DECIDED, journal)
    shown = live.reader.query(
        "SELECT QualifiedApiName FROM EntityParticle WHERE EntityDefinition.QualifiedApiName = 'Lead' "
        "AND QualifiedApiName = 'mkto71_Lead_Score__c'"
    )
    assert bool(shown) == shows_hidden
    calls = live.reader.transport.calls["salesforce"]
    seen = live.see(*LOOKED)
    assert live.reader.transport.calls["salesforce"] - calls <= forecast_calls(LOOKED)
    assert isinstance(seen.custom_fields, tuple)
    assert {field.full_name for field in seen.custom_fields} == {
        f"{where}.{name}" for where in ("Lead", "Contact") for name in RECOMMENDED_FIELDS
    }
    again, _ = live.plan(STEP, DECIDED)
    assert ChangeKind.CREATE_FIELD not in {change.kind for change in again.changes}
    found = {finding.check: finding.status for finding in run_checks(seen)}
    assert {found[name] for name in ("marketo_fields", "marketo_field_types", "conversion")} == {Status.OK}


@BOTH_READINGS
def test_nothing_is_found_where_nothing_was_made(live: Live, shows_hidden: bool) -> None:
    """An org without Marketo's fields has none, under either reading."""
    live.server.org.switches.catalog_shows_hidden_fields = shows_hidden
    assert live.see(*LOOKED).custom_fields == ()
