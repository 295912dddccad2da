"""What a gate changes is drawn from what its consent is made of, and nothing unseen is drawn as nought."""

from __future__ import annotations

from dataclasses import replace

import pytest

from runbook_lib.pictures.model import UNKNOWN, Bars, Shade
from runbook_lib.review.fields.forecast import forecast_fields
from runbook_lib.review.pictures.gates import before_and_after
from runbook_lib.road import FIELD_VISIBILITY, START_SYNC, SYNC_FIELDS
from runbook_lib.survey.snapshot import DuplicateCounts, Inventory, MarketoState, Snapshot, Unknown
from tests.org_by_hand import small_org, visible

PEOPLE = {"Lead": 600, "Contact": 400, "Account": 133}


def by_shade(picture: Bars, row: int | None = None) -> dict[Shade, int]:
    """Counts by what their part means: of one row, or of all."""
    rows = picture.rows if row is None else picture.rows[row : row + 1]
    return {part.shade: sum(line.counts[place] or 0 for line in rows)
            for place, part in enumerate(picture.parts)}  # fmt: skip


def people(converted: int | Unknown = 60, in_marketo: int | None = None) -> Snapshot:
    """An org with a thousand people whom the sync user sees."""
    return small_org(
        rows=PEOPLE,
        inventory=Inventory({}, converted, {}, 0, ()),
        duplicates=DuplicateCounts(940, 0, {}, {}, in_marketo=in_marketo),
    )


def test_fields_today_and_afterward() -> None:
    """After Sync Fields there is what is there today, the new custom and standard fields that the consent
    counts, those of opportunities among them, and perhaps more."""
    seen = small_org(visible=visible("Lead.Tier__c", "Opportunity.Tier__c", "Account.Description"))
    assert isinstance(seen.marketo, MarketoState)
    today, ahead = len(seen.marketo.fields), forecast_fields(seen)
    picture, _ = before_and_after(SYNC_FIELDS.name, seen, {})
    assert [row.total for row in picture.rows] == [today, today + ahead.most]
    found = by_shade(picture, 1)
    assert (found[Shade.STAYS], found[Shade.NEW]) == (today, sum(field.custom for field in ahead.certain))
    assert found[Shade.NEW] + found.get(Shade.FIXED, 0) == ahead.least >= 2
    assert by_shade(picture, 0) == {shade: today if shade is Shade.STAYS else 0 for shade in found}


def test_fields_of_each_object_add_up() -> None:
    """Each field of the objects of which Marketo makes fields stands in one part, as the forecast says; a
    field that is hidden stands there as hidden, once, and one that is hidden and still seen as what it
    becomes."""
    seen = small_org(visible=visible("Lead.Email", "Lead.A__c", "Contact.A__c", "Contact.Fax", "Task.B__c",
                                     "Account.Site__c"))  # fmt: skip
    decided = {"Lead.Old__c": True, "Opportunity.Old__c": True, "Lead.A__c": True, "Task.Old__c": True}
    _, picture = before_and_after(SYNC_FIELDS.name, seen, {**decided, "Contact.Fax": False})
    ahead = forecast_fields(seen)
    assert {row.name: row.total for row in picture.rows} == {
        "Lead": 3, "Contact": 2, "Account": 1, "Opportunity": 1,
    }  # fmt: skip
    shades = by_shade(picture)
    assert (shades[Shade.STAYS], shades[Shade.JOINS], shades[Shade.GOES]) == (ahead.there, ahead.combined, 2)
    assert ahead.there and ahead.combined and shades[Shade.NEW] + shades.get(Shade.FIXED, 0) == ahead.least
    assert sum(shades.values()) - shades[Shade.GOES] == ahead.seen - ahead.others


def test_people_come_as_a_range() -> None:
    """The first sync adds contacts and leads for certain, and perhaps the converted ones; where these were
    not counted, any lead may be one."""
    (picture,) = before_and_after(START_SYNC.name, people(in_marketo=5_000), {})
    assert [row.total for row in picture.rows] == [5_000, 1_000, 6_000]
    assert by_shade(picture, 1) == {Shade.STAYS: 0, Shade.FIXED: 400, Shade.NEW: 540, Shade.OPEN: 60}
    (picture,) = before_and_after(START_SYNC.name, people(Unknown("Refused.")), {})
    assert by_shade(picture, 1) == {Shade.STAYS: 0, Shade.FIXED: 400, Shade.OPEN: 600}


def test_people_in_marketo_nobody_counted() -> None:
    """How many there are afterward cannot be told where nobody knows how many there are today; what is added
    can."""
    (picture,) = before_and_after(START_SYNC.name, people(), {})
    assert [row[-1] for row in picture.table.rows] == [UNKNOWN, 1_000, UNKNOWN]


@pytest.mark.parametrize("step", [SYNC_FIELDS, START_SYNC, FIELD_VISIBILITY])
def test_what_is_not_known_has_no_picture(step: object) -> None:
    """Neither an unseen Marketo nor an unseen org is drawn as nought, and only gates have such a picture."""
    blind = replace(people(), visible=Unknown("Refused."), rows=Unknown("Refused."))
    assert list(before_and_after(getattr(step, "name", ""), blind, {"Lead.A__c": True})) == []
    unseen = small_org(marketo=Unknown("Refused."))
    assert len(list(before_and_after(SYNC_FIELDS.name, unseen, {}))) == 1  # by object, which Salesforce tells
