"""The suggestions of the field review against a table that was labeled by hand: ``tests/cases/fields``."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from runbook_lib.rehearsal.server import RehearsalServer
from runbook_lib.review.fields import suggestions
from runbook_lib.survey.model.fill import Fill
from runbook_lib.survey.probes.fill_rates import MOST_CALLS, fill_rates
from runbook_lib.survey.probes.org import describes
from runbook_lib.survey.requirements import SYNCED_OBJECTS
from runbook_lib.survey.snapshot import Snapshot
from tests.org_by_hand import EXPECTED, NOW
from tests.survey.conftest import reach

LABELS = Path(__file__).parents[1] / "cases" / "fields" / "messy.csv"


def labels() -> Iterator[dict[str, str]]:
    """The rows of the table; ``disagreement`` says why the suggestion is another one, where it is."""
    with LABELS.open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


@pytest.fixture
def messy(start_rehearsal: Callable[..., RehearsalServer], monkeypatch: pytest.MonkeyPatch) -> Snapshot:
    """World "messy" as its admin sees it, fill rates included, measured over the API."""
    for live in reach(start_rehearsal("messy", people=600), monkeypatch):
        reader: Any = live.systems.admin()
        seen = describes(reader, SYNCED_OBJECTS)
        before = live.calls()
        fill = fill_rates(reader, [field for fields in seen.values() for field in fields])
        assert live.calls() - before <= MOST_CALLS
        return Snapshot(NOW, EXPECTED, visible=seen, fill=fill)
    raise AssertionError("no rehearsal")


def test_suggestions_agree_with_the_labels(messy: Snapshot) -> None:
    """At least 95 of 100 labeled fields get the suggestion that an experienced admin gave; where not, the
    table says why."""
    suggested = {suggestion.full_name: suggestion for suggestion in suggestions(messy)}
    rows = {f"{row['object']}.{row['field']}": row for row in labels()}
    there = {name: row for name, row in rows.items() if name in suggested}
    others = {name: row for name, row in there.items() if suggested[name].decision != row["decision"]}
    assert len(there) >= 120
    assert [name for name, row in others.items() if not row["disagreement"]] == []
    assert len(others) <= 0.05 * len(there)


def test_nothing_of_a_custom_field_is_guessed(messy: Snapshot) -> None:
    """Every custom field of the org was measured, and no number is larger than the records there are."""
    assert isinstance(messy.fill, dict)
    custom = [field.full_name for field in messy.visible_fields() if field.custom]
    rates = [messy.fill[name] for name in custom]
    assert len(custom) >= 280
    assert all(isinstance(rate, Fill) and rate.filled <= rate.records for rate in rates)
