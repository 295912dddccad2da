"""Which like-named custom fields of Lead and Contact fit together."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runbook_lib.review.mappings import (
    BREAK,
    COLUMNS,
    LEAVE,
    MappingReview,
    MappingVerdict,
    mapping_review,
    mapping_table,
    near_pairs,
)
from runbook_lib.survey.snapshot import Field, Snapshot, Unknown

TEXT = Field("Lead", "Region__c", "Region", "string", length=80, custom=True)
PICKLIST = replace(TEXT, type="picklist", length=255, picklist=("A", "B"))
CASES = (
    (TEXT, TEXT, MappingVerdict.FITS),
    (TEXT, replace(TEXT, length=255), MappingVerdict.LOSES),
    (TEXT, replace(TEXT, type="double", length=0), MappingVerdict.CLASHES),
    (TEXT, replace(TEXT, type="boolean", length=0), MappingVerdict.CLASHES),
    (replace(TEXT, type="date", length=0), replace(TEXT, type="datetime", length=0), MappingVerdict.CLASHES),
    (PICKLIST, PICKLIST, MappingVerdict.FITS),
    (PICKLIST, replace(PICKLIST, picklist=("A", "C")), MappingVerdict.LOSES),
    (
        replace(TEXT, type="double", length=0, precision=18),
        replace(TEXT, type="currency", length=0, precision=18, scale=2),
        MappingVerdict.LOSES,
    ),
    (replace(TEXT, type="location", length=0), replace(TEXT, type="location", length=0), MappingVerdict.FITS),
)


def seen(snapshot: Snapshot, *fields: Field) -> Snapshot:
    """The snapshot in which the sync user sees these fields only."""
    objects = {"Lead", "Contact", *(field.object for field in fields)}
    visible = {name: tuple(field for field in fields if field.object == name) for name in objects}
    return replace(snapshot, visible=visible)


@pytest.mark.parametrize(("lead", "contact", "verdict"), CASES)
def test_verdicts(lead: Field, contact: Field, verdict: MappingVerdict, snapshot: Snapshot) -> None:
    """Each kind of difference has its verdict and a reason; only a clash is better broken."""
    (pair,) = mapping_review(seen(snapshot, lead, replace(contact, object="Contact"))).pairs
    assert pair.verdict is verdict, str(pair.reason)
    assert str(pair.reason)
    assert pair.suggestion == (BREAK if verdict is MappingVerdict.CLASHES else LEAVE)


def test_the_verdict_does_not_depend_on_the_side(snapshot: Snapshot) -> None:
    """Lead and Contact may be swapped without another verdict."""
    for lead, contact, verdict in CASES:
        (pair,) = mapping_review(seen(snapshot, contact, replace(lead, object="Contact"))).pairs
        assert pair.verdict is verdict


def test_only_custom_fields_of_the_two_objects(snapshot: Snapshot) -> None:
    """Standard fields are mapped by Marketo itself, and other objects have no pairs."""
    review = mapping_review(
        seen(
            snapshot,
            replace(TEXT, custom=False),
            replace(TEXT, object="Account"),
            replace(TEXT, object="Contact"),
        )
    )
    assert review.pairs == ()
    assert [field.full_name for field in review.unpaired] == ["Contact.Region__c"]


def test_upper_and_lower_case_are_one_name(snapshot: Snapshot) -> None:
    """API names are the same in any case."""
    other = replace(TEXT, object="Contact", name="REGION__c")
    assert len(mapping_review(seen(snapshot, TEXT, other)).pairs) == 1


@given(
    st.sets(st.sampled_from([f"F{n}__c" for n in range(6)])),
    st.sets(st.sampled_from([f"F{n}__c" for n in range(6)])),
)
def test_every_custom_field_is_somewhere(leads: set[str], contacts: set[str]) -> None:
    """Each custom field is in exactly one pair or alone; none is lost and none appears twice."""
    fields = [replace(TEXT, name=name) for name in leads]
    fields += [replace(TEXT, object="Contact", name=name) for name in contacts]
    visible = {name: tuple(field for field in fields if field.object == name) for name in ("Lead", "Contact")}
    review = mapping_review(Snapshot(None, None, visible=visible))  # type: ignore[arg-type]
    found = [field.full_name for field in review.unpaired]
    found += [field.full_name for pair in review.pairs for field in (pair.lead, pair.contact)]
    assert sorted(found) == sorted(field.full_name for field in fields)


def test_the_table_has_a_row_each(snapshot: Snapshot) -> None:
    """Pairs first, then the fields that stay alone, with an empty text on the other side."""
    alone = replace(TEXT, object="Contact", name="Tier__c")
    table = mapping_table(mapping_review(seen(snapshot, TEXT, replace(TEXT, object="Contact"), alone)))
    assert list(table.columns) == list(COLUMNS)
    assert list(table["verdict"]) == ["fits", "unpaired"]
    assert table["lead_field"].iloc[1] == "" and table["contact_field"].iloc[1] == "Tier__c"


@pytest.mark.parametrize("visible", [None, Unknown("no answer came")])
def test_nobody_could_look(visible: Unknown | None, snapshot: Snapshot) -> None:
    """An empty review, and a table with its columns, where the visible fields are not known."""
    review = mapping_review(replace(snapshot, visible=visible))
    assert review == MappingReview((), ())
    assert list(mapping_table(review).columns) == list(COLUMNS)


def test_names_that_are_almost_the_same(snapshot: Snapshot) -> None:
    """A plural or an underscore more is suggested as a pair; other names and other kinds of value are not."""
    lead = replace(TEXT, name="Product_Interest__c")
    contact = replace(TEXT, object="Contact", name="Product_Interests__c")
    other = replace(TEXT, object="Contact", name="Shoe_Size__c")
    (pair,) = near_pairs(mapping_review(seen(snapshot, lead, contact, other)))
    assert (pair.lead, pair.contact, pair.suggestion) == (lead, contact, LEAVE)
    number = replace(contact, type="double", length=0)
    assert near_pairs(mapping_review(seen(snapshot, lead, number, other))) == ()
