"""Pictures of fields count each field once, and draw nothing that nobody could see."""

from __future__ import annotations

from collections import Counter

from runbook_lib.pictures.model import MOST_ROWS, Bars, Shade
from runbook_lib.pictures.svg import draw
from runbook_lib.review.fields import field_review
from runbook_lib.review.fields.forecast import forecast_fields
from runbook_lib.review.pictures.fields import FATES, fates, fill_rates, suggested
from runbook_lib.survey.model.fill import Fill
from runbook_lib.survey.snapshot import Field, Snapshot, Unknown
from tests.org_by_hand import a_field, small_org, visible


def by_shade(picture: Bars) -> dict[Shade, int]:
    """Fields by what their part means."""
    return {part.shade: sum(row.counts[place] or 0 for row in picture.rows)
            for place, part in enumerate(picture.parts)}  # fmt: skip


def large_org(objects: int, fields: int) -> Snapshot:
    """So many objects with so many custom fields in all, unevenly spread, every third decided to hide."""
    found: dict[str, tuple[Field, ...]] = {}
    for number in range(fields):
        name = f"Object_{number % objects if number % 3 else number % 7}__c"
        found[name] = (*found.get(name, ()), a_field(f"{name}.Field_{number}__c"))
    return small_org(visible=found, present=found)


def test_every_field_has_one_fate() -> None:
    """Kept, locked, to be hidden, open, and hidden before: together all that are seen, and what is gone."""
    seen = small_org(visible=visible("Lead.Email", "Lead.A__c", "Lead.B__c", "Lead.C__c", "Task.Subject",
                                     "Account.Site__c"))  # fmt: skip
    (picture,) = fates(seen, {"Lead.A__c": True, "Lead.B__c": False, "Contact.Gone__c": True})
    assert {row.name: row.total for row in picture.rows} == {"Lead": 4, "Account": 1, "Contact": 1, "Task": 1}
    assert by_shade(picture) == {Shade.STAYS: 1, Shade.FIXED: 2, Shade.NEW: 1, Shade.GOES: 1, Shade.OPEN: 2}


def test_all_objects_that_the_text_counts() -> None:
    """The sum of the picture is the number of fields that the sync user sees, of whatever object."""
    seen = large_org(20, 400)
    (picture,) = fates(seen, {})
    assert picture.table.rows[-1][-1] == forecast_fields(seen).seen == 400
    assert str(picture.table.rows[-1][0]) == "All objects"


def test_what_is_suggested_is_what_the_grid_suggests() -> None:
    """As many fields to hide as the review table suggests."""
    seen = small_org(visible=visible("Lead.Email", "Lead.Legacy_ERP_Id__c", "Contact.Region__c"))
    table = field_review(seen)
    (picture,) = suggested(seen)
    hide = int((table["suggestion"] == "hide").sum())
    assert hide and by_shade(picture)[Shade.NEW] == hide and Shade.OPEN not in by_shade(picture)
    assert sum(by_shade(picture).values()) == len(table)


def test_fill_rates_are_those_of_the_grid() -> None:
    """Each field stands in the class of its measured share; one that nobody measured is none of them."""
    names = ("Lead.All__c", "Lead.Half__c", "Lead.Some__c", "Lead.Few__c", "Lead.None__c", "Lead.Empty__c",
             "Lead.Refused__c")  # fmt: skip
    fill: dict[str, Fill | Unknown] = {
        name: Fill(count, 1000) for name, count in zip(names, (1000, 500, 499, 9, 0), strict=False)
    }
    fill |= {"Lead.Empty__c": Fill(0, 0), "Lead.Refused__c": Unknown("Refused.")}
    seen = small_org(visible=visible(*names), fill=fill)
    (picture,) = fill_rates(seen)
    assert picture.rows[0].counts == (2, 1, 1, 1, 2)
    shares = Counter(field_review(seen)["share"].isna())
    assert shares[True] == 2


def test_what_is_not_known_has_no_picture() -> None:
    """An unseen org is not drawn as nought."""
    blind = small_org(visible=Unknown("Refused."))
    pictures = (fates(blind, {}), suggested(blind), fill_rates(blind))
    assert [picture for some in pictures for picture in some] == []


def test_a_large_org_stays_readable() -> None:
    """Of 200 objects with 4,000 fields the greatest are shown, the others are one bar, none is lost."""
    seen = large_org(200, 4000)
    (picture,) = fates(seen, {})
    assert len(picture.rows) == MOST_ROWS and sum(row.total or 0 for row in picture.rows) == 4000
    assert "others" in str(picture.rows[-1].name) and len(draw(picture, "en").encode()) < 20_000
    assert set(picture.parts) <= set(FATES.values())
