"""The fields as a spreadsheet shows them, on their way out of notebook 04 and back."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping

import pytest

from runbook_lib.change.decisions import Visibility, read_decisions
from runbook_lib.change.decisions.rules import FieldRule, write_rules
from runbook_lib.guide.state.session import Session
from runbook_lib.guide.steps.field_visibility import FieldVisibility
from runbook_lib.guide.widgets.boards.facets import Facet
from runbook_lib.guide.widgets.boards.field_facets import FACETS
from runbook_lib.guide.widgets.boards.mapping_facets import FACETS as MAPPING_FACETS
from runbook_lib.survey.model.fill import Fill
from runbook_lib.survey.snapshot import Field
from runbook_lib.text import LANGUAGES, translate
from tests.org_by_hand import small_org, visible


def test_a_proposal_goes_through_a_german_excel(rehearsed: Session) -> None:
    """Out with label, type, fill rate, risk and suggestion beside decision and reason; edited, saved with
    semicolons and read, it says what was decided, and a label that looks like a formula is none."""
    step = FieldVisibility(rehearsed, interactive=True)
    fields = (
        Field("Lead", "Region__c", "=HYPERLINK(1)", "string", custom=True, permissionable=True),
        Field("Lead", "Sum__c", "Sum; in 1,000", "Number", custom=True, permissionable=True, calculated=True),
        Field("Lead", "New__c", "New", "Text", custom=True, permissionable=True),
    )
    fill = {"Lead.Region__c": Fill(1, 8), "Lead.Sum__c": Fill(1, 8, sampled=True)}
    step.seen = small_org(visible={"Lead": fields}, fill=fill)
    path = rehearsed.workspace.decisions / "fields.csv"
    path.unlink(missing_ok=True)
    step.decide()
    proposal = path.with_name("fields-proposal.csv").read_text(encoding="utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(proposal, newline="")))
    told = {row["field"]: [row[name] for name in ("label", "type", "filled", "risk")] for row in rows}
    assert told == {
        "Region__c": ["'=HYPERLINK(1)", "Text", "12.5 %", ""],
        "Sum__c": ["Sum; in 1,000", "Number", "about 12.5 %", "formula"],
        "New__c": ["New", "Text", "not measured", ""],
    }
    assert {row["field"]: (row["suggestion"], row["decision"]) for row in rows} == {
        "Region__c": ("keep", "keep"), "Sum__c": ("hide", "hide"), "New__c": ("keep", "keep"),
    }  # fmt: skip
    saved = io.StringIO(newline="")
    writer = csv.DictWriter(saved, list(rows[0]), delimiter=";")
    writer.writeheader()
    writer.writerows(row | {"decision": "hide" if row["field"] == "Region__c" else "keep"} for row in rows)
    path.write_bytes(saved.getvalue().encode("utf-8-sig"))
    found = read_decisions(rehearsed.workspace).fields
    assert {name: row.decision for name, row in found.items()} == {
        "Lead.Region__c": Visibility.HIDE,
        "Lead.Sum__c": Visibility.KEEP,
        "Lead.New__c": Visibility.KEEP,
    }
    assert found["Lead.Sum__c"].reason.startswith("A formula")
    shown = step.decide()
    assert "fields-proposal.csv" in shown.plain  # decided: the file is there to decide otherwise
    proposal = path.with_name("fields-proposal.csv").read_text(encoding="utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(proposal, newline="")))
    assert {row["field"]: (row["filled"], row["suggestion"], row["decision"]) for row in rows} == {
        "Region__c": ("12.5 %", "keep", "hide"),
        "Sum__c": ("about 12.5 %", "hide", "keep"),
        "New__c": ("not measured", "keep", "keep"),
    }


def test_the_grid_suggests_what_it_ticks(rehearsed: Session) -> None:
    """Where a rule on file says hide, the row says so too, with the rule as its reason, and its facet finds
    it. What is open is counted above the grid, which names it, and not named twice."""
    step = FieldVisibility(rehearsed, interactive=True)
    step.seen = small_org(visible=visible("Lead.A__c", "Lead.Tier__c"))
    (rehearsed.workspace.decisions / "fields.csv").unlink(missing_ok=True)
    write_rules(rehearsed.workspace, [FieldRule("*", "Tier__*", Visibility.HIDE, reason="not for campaigns")])
    try:
        shown = step.decide()
    finally:
        (rehearsed.workspace.decisions / "rules.csv").unlink()
    assert shown.form is not None
    assert "2 of them are still undecided" in shown.plain and "Still undecided:" not in shown.plain
    grid, _ = shown.form().children
    place = list(FACETS).index("suggestion")
    words = grid.facets[place]["options"]
    suggested = {row["name"]: words[row["facets"][place][0]] for row in grid.rows}
    assert suggested == {"Lead.Tier__c": "hide", "Lead.A__c": "keep"}
    assert list(grid.hidden) == ["Lead.Tier__c"] == [grid.rows[0]["name"]]
    assert any("rules.csv. not for campaigns" in text for text in grid.rows[0]["texts"])


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("facets", [FACETS, MAPPING_FACETS])
def test_no_two_filters_are_called_the_same(facets: Mapping[str, Facet], language: str) -> None:
    """Each list to filter by has a name of its own in every language, for the text above refers to it."""
    names = [translate(facet.head, language) for facet in facets.values()]
    assert len(set(names)) == len(names)
