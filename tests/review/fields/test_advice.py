"""Keep or hide, by names and by what was measured."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runbook_lib.review.fields import MEASURED, field_review
from runbook_lib.review.fields.advice import FEW_RECORDS, HIDE, KEEP, Use, judge, suggestions
from runbook_lib.review.fields.made import Made
from runbook_lib.review.fields.marketo_side import CANNOT_TELL, makings, type_in_marketo
from runbook_lib.review.fields.name_lists import Hint, hint, name_lists, package_of, words_of
from runbook_lib.review.fields.risks import risks
from runbook_lib.survey.model.fill import Fill
from runbook_lib.survey.snapshot import Expected, Field, Snapshot, Unknown

PLAIN = Field("Lead", "Region__c", "Region", "string", 40, custom=True, permissionable=True)
EMPTY, HARDLY, USED = Fill(0, 5000, 0, 900), Fill(3, 5000, 0, 900), Fill(400, 5000, 0, 900)
NAMED = (
    ("Last_Sync_Date__c", "Last Sync Date", Hint.NIGHTLY),
    ("DaysSinceLastLogin__c", "Days Since Last Login", Hint.NIGHTLY),
    ("OLD_Industry__c", "Industry", Hint.RETIRED),
    ("Industry2__c", "Industry (do not use)", Hint.RETIRED),
    ("ERP_ID__c", "ERP ID", Hint.PLUMBING),
    ("SSN__c", "SSN", Hint.SENSITIVE),
    ("Private_Email__c", "Private Email", Hint.PERSONAL),
)


@pytest.mark.parametrize(("name", "label", "kind"), NAMED)
def test_names_that_tell(name: str, label: str, kind: Hint) -> None:
    """A name or a label tells what a field is for, however its words are written."""
    assert hint(replace(PLAIN, name=name, label=label), kind)


@pytest.mark.parametrize("name", ["Golden_Customer__c", "Latest_Product__c", "Holding__c", "Page_Views__c"])
def test_words_are_whole_words(name: str) -> None:
    """A word inside another word tells nothing: Golden is not old, Latest not test, Page not age."""
    field = replace(PLAIN, name=name, label=name.removesuffix("__c").replace("_", " "))
    assert [kind for kind in Hint if hint(field, kind)] == []


def test_every_list_is_dated_and_sourced() -> None:
    """Each list says where it comes from and when it was read."""
    for listed in name_lists().values():
        assert listed.source and listed.read >= "2026-11-01"


def test_the_package_is_the_namespace() -> None:
    """The namespace stands before the first two underscores; a field of the org itself has none."""
    assert package_of(replace(PLAIN, name="dsfs__Status__c")) == "dsfs"
    assert package_of(PLAIN) == "" and words_of("LastSync_Date2") == "last sync date 2"
    assert judge(replace(PLAIN, name="dsfs__Status__c"))[0] == HIDE
    assert judge(replace(PLAIN, name="acme__Segment__c"))[0] == KEEP


@pytest.mark.parametrize(
    ("use", "decision"),
    [
        (Use(), KEEP),
        (Use(Unknown("refused")), KEEP),
        (Use(EMPTY), HIDE),
        (Use(EMPTY, USED), KEEP),
        (Use(EMPTY, EMPTY), HIDE),
        (Use(Fill(0, FEW_RECORDS - 1)), KEEP),
        (Use(Fill(0, 200, sampled=True)), KEEP),
        (Use(HARDLY), HIDE),
        (Use(replace(HARDLY, recent=1)), KEEP),
        (Use(replace(HARDLY, recent=None, recent_records=None)), KEEP),
        (Use(USED), KEEP),
    ],
)
def test_use_counts_only_where_it_was_measured(use: Use, decision: str) -> None:
    """Empty and hardly used fields are better hidden; a sample, few records or silence prove nothing."""
    assert judge(PLAIN, use)[0] == decision


@given(st.none() | st.builds(Unknown, st.text(max_size=5)))
def test_no_unmeasured_field_gets_a_number(rate: Unknown | None) -> None:
    """A field that could not be measured has no share, no count, and is judged by its kind alone."""
    fill = None if rate is None else {PLAIN.full_name: rate}
    table = field_review(replace(_seen(PLAIN), fill=fill))
    row = table.iloc[0]
    assert row["measured"] == MEASURED[2]
    assert table[["share", "filled", "records"]].isna().all().all()
    assert row["used_lately"] == "cannot tell" and row["suggestion"] == judge(PLAIN)[0]


def test_the_table_tells_what_was_measured() -> None:
    """Share, how many of how many, whether lately; a sample says that it is one."""
    other = replace(PLAIN, object="Contact")
    seen = replace(
        _seen(PLAIN, other),
        fill={"Lead.Region__c": USED, "Contact.Region__c": Fill(50, 200, sampled=True)},
    )
    table = field_review(seen).set_index("object")
    lead, contact = table.loc["Lead"], table.loc["Contact"]
    assert (lead["share"], lead["filled"], lead["records"]) == (0.08, 400, 5000)
    assert (lead["measured"], lead["used_lately"], lead["pair"]) == ("counted", "no", "Contact.Region__c")
    assert (contact["measured"], contact["share"]) == ("sampled", 0.25)
    assert (lead["marketo"], contact["marketo"]) == ("new", "combined")


def test_what_marketo_makes() -> None:
    """New, there already, combined, ignored, or nothing; types only where Adobe publishes them."""
    fields = (
        PLAIN,
        replace(PLAIN, object="Contact"),
        replace(PLAIN, object="Contact", name="OtherPhone", custom=False),
        replace(PLAIN, name="Email", type="email", custom=False),
        replace(PLAIN, object="Campaign", name="Budget__c"),
    )
    made = makings(_seen(*fields))
    assert [made[field.full_name].made for field in fields] == [
        Made.NEW, Made.COMBINED, Made.IGNORED, Made.THERE, Made.NONE,
    ]  # fmt: skip
    assert type_in_marketo(replace(PLAIN, type="double", scale=2)) == "float"
    assert type_in_marketo(replace(PLAIN, type="double")) == "integer"
    for odd in ("location", "encryptedstring", "time", "currency", "textarea"):
        assert type_in_marketo(replace(PLAIN, type=odd)) == CANNOT_TELL


@pytest.mark.parametrize(
    ("field", "word"),
    [
        (replace(PLAIN, type="textarea", length=32_768), "long text"),
        (replace(PLAIN, type="textarea", length=10_001), "long text"),
        (replace(PLAIN, type="textarea", length=1000), "over 255"),
        (replace(PLAIN, type="multipicklist", length=4099), "over 255"),
        (replace(PLAIN, type="currency", precision=18, scale=2), "precision"),
        (replace(PLAIN, type="textarea", rich_text=True), "rich text"),
        (replace(PLAIN, type="location"), "odd type"),
        (replace(PLAIN, name="Mobile__c", label="Mobile"), "personal"),
        (replace(PLAIN, name="ETL_Date__c", label="ETL Date"), "nightly"),
    ],
)
def test_risks(field: Field, word: str) -> None:
    """Each risk has its word, and a reason in every language that leaves no gap open."""
    assert word in [risk.watch for risk in risks(field)]
    assert all("{" not in str(risk.reason) for risk in risks(field))


def test_a_plain_field_has_no_risk() -> None:
    """Nothing is flagged without a reason."""
    assert risks(PLAIN) == () and suggestions(_seen(PLAIN))[0].decision == KEEP


def _seen(*fields: Field) -> Snapshot:
    objects = {field.object for field in fields}
    expected = Expected("acme", "production", "admin", "sync", "123-ABC-456", "basic")
    visible = {name: tuple(field for field in fields if field.object == name) for name in objects}
    return Snapshot(datetime(2026, 11, 27, tzinfo=UTC), expected, visible=visible)
