"""The field review, on fields made by hand and on describes recorded from real orgs."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runbook_lib.review.fields import (
    COLUMNS,
    HIDE,
    KEEP,
    can_hide,
    field_review,
    suggestion_for,
    suggestions,
)
from runbook_lib.review.fields.risks import risks
from runbook_lib.survey.needed_fields import is_needed, required_full_names
from runbook_lib.survey.probes.describe import fields_of
from runbook_lib.survey.snapshot import Field, Snapshot, Unknown

DESCRIBES = Path(__file__).parents[4] / "shared" / "data" / "describes"
FORMULA = Field("Lead", "Age__c", "Age", "double", custom=True, calculated=True, permissionable=True)
CASES = (
    (FORMULA, HIDE, "formula"),
    (replace(FORMULA, calculated=False, encrypted=True), HIDE, "Encrypted"),
    (replace(FORMULA, calculated=False, type="encryptedstring"), HIDE, "Encrypted"),
    (replace(FORMULA, calculated=False, type="textarea", length=131_072), HIDE, "131,072"),
    (replace(FORMULA, calculated=False, type="textarea", length=30_000), KEEP, "Nothing suggests hiding it"),
    (replace(FORMULA, custom=False), KEEP, "standard field"),
    (replace(FORMULA, permissionable=False), KEEP, "does not let"),
    (replace(FORMULA, compound="Place__c"), KEEP, "all parts or none"),
    (replace(FORMULA, name="mkto71_Lead_Score__c"), KEEP, "Marketo needs"),
    (replace(FORMULA, object="Account", name="Type", custom=False), KEEP, "Marketo needs"),
)


def recorded(name: str) -> tuple[Field, ...]:
    """The fields of a describe recorded from a real org; skips where the records are not there."""
    path = DESCRIBES / f"{name}.describe.json"
    if not path.exists():
        pytest.skip(f"no recorded describe {path.name} beside this project")
    return fields_of(json.loads(path.read_text(encoding="utf-8")))


@pytest.mark.parametrize(("field", "decision", "words"), CASES)
def test_the_rule(field: Field, decision: str, words: str) -> None:
    """Hide only what is custom, can be hidden, is not needed, and is a formula, encrypted or too long."""
    suggestion = suggestion_for(field)
    assert suggestion.decision == decision
    assert words in str(suggestion.reason)


@given(
    st.builds(
        Field,
        object=st.sampled_from(["Lead", "Contact", "Account", "Case"]),
        name=st.sampled_from(["Email", "Type", "mkto71_X__c", "Other__c", "HasOptedOutOfEmail"]),
        label=st.text(max_size=5),
        type=st.sampled_from(["string", "textarea", "double", "encryptedstring"]),
        length=st.integers(0, 140_000),
        custom=st.booleans(),
        calculated=st.booleans(),
        encrypted=st.booleans(),
        permissionable=st.booleans(),
        compound=st.sampled_from(["", "Address"]),
    )
)
def test_never_hides_what_must_stay(field: Field) -> None:
    """Whatever a field looks like: hide is suggested only where it can be and Marketo does not need it."""
    suggestion = suggestion_for(field)
    if suggestion.decision == HIDE:
        assert field.custom and can_hide(field) and not is_needed(field.object, field.name)
    assert suggestion.can_hide == can_hide(field)


def test_flags_are_fixed_words() -> None:
    """What deserves a second look is said in words that a filter can rely on."""
    field = Field("Lead", "A__c", "A", "reference", calculated=True, encrypted=True)
    assert [risk.watch for risk in risks(field)] == ["formula", "encrypted", "lookup"]
    assert [risk.watch for risk in risks(Field("Lead", "A__c", "A", "multipicklist"))] == ["multi-select"]


def test_required_fields_are_needed() -> None:
    """Every field on Marketo's list is one that is never hidden."""
    for full_name in required_full_names():
        assert is_needed(*full_name.split("."))


def test_a_real_account_of_250_fields(snapshot: Snapshot) -> None:
    """A recorded Account of 250 fields gives 250 rows; some are suggested, none that is needed."""
    fields = recorded("cumulusci_Account_PersonAccount")
    table = field_review(replace(snapshot, visible={"Account": fields}))
    assert len(table) == len(fields) == 250
    assert list(table.columns) == list(COLUMNS)
    to_hide = table[table["suggestion"] == HIDE]
    assert 0 < len(to_hide) < 148
    assert to_hide["custom"].all()
    assert not to_hide["never_hide"].any() and not to_hide["cannot_hide"].any()
    assert table[table["name"] == "Type"]["never_hide"].all()


@pytest.mark.parametrize(
    "name", ["Lead", "Contact", "Account", "Opportunity", "Event", "OpportunityContactRole"]
)
def test_other_real_objects(name: str, snapshot: Snapshot) -> None:
    """Standard objects as recorded have nothing that we would hide, and the table holds each field once."""
    fields = recorded(f"cumulusci_{name}")
    seen = replace(snapshot, visible={name: fields})
    assert [
        suggestion.full_name
        for suggestion in suggestions(seen)
        if suggestion.decision == HIDE and not suggestion.can_hide
    ] == []
    assert sorted(field_review(seen)["name"]) == sorted(field.name for field in fields)


def test_the_table_speaks_the_reader_s_language(snapshot: Snapshot) -> None:
    """Reasons are whole sentences without a gap in every language."""
    seen = replace(snapshot, visible={"Lead": (FORMULA,)})
    for language in ("en", "de", "es"):
        reason = field_review(seen, language)["reason"].iloc[0]
        assert reason and "{" not in reason


@pytest.mark.parametrize("visible", [None, Unknown("no answer came")])
def test_nobody_could_look(visible: Unknown | None, snapshot: Snapshot) -> None:
    """An empty table with all its columns, and no suggestion, where the visible fields are not known."""
    seen = replace(snapshot, visible=visible)
    assert suggestions(seen) == ()
    assert list(field_review(seen).columns) == list(COLUMNS)


def test_four_thousand_fields_are_a_row_each(snapshot: Snapshot) -> None:
    """The table of 5 objects with 800 fields each has them all; benchmarks/fields.py measures its time."""
    objects = ("Lead", "Contact", "Account", "Opportunity", "Campaign")
    visible = {
        name: tuple(
            Field(name, f"F{number}__c", f"F {number}", "string", 255, custom=True, permissionable=True)
            for number in range(800)
        )
        for name in objects
    }
    table = field_review(replace(snapshot, visible=visible))
    assert len(table) == 4000
    assert table[["object", "name"]].drop_duplicates().shape[0] == 4000
