"""What Sync Fields will make of the fields that the sync user sees."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from runbook_lib.rehearsal.instance.field_types import CrmField
from runbook_lib.rehearsal.instance.fields import FieldBook
from runbook_lib.rehearsal.instance.habits import STANDARD_FIELDS, Habits
from runbook_lib.review.fields.forecast import forecast_fields, shown_by_api
from runbook_lib.review.fields.made import MAKES_FIELDS, Made
from runbook_lib.survey.snapshot import Field, Snapshot
from tests.org_by_hand import NOW, a_field, small_org


def seen(*fields: Field) -> Snapshot:
    """A look at an org in which the sync user sees ``fields``."""
    return small_org(
        visible={field.object: tuple(f for f in fields if f.object == field.object) for field in fields}
    )


@pytest.mark.parametrize(
    ("fields", "new"),
    [
        (["Lead.Email"], []),
        (["Lead.mkto71_Lead_Score__c", "Contact.mkto71_Lead_Score__c"], []),
        (["Lead.Region__c", "Contact.Region__c"], ["Lead.Region__c"]),
        (["Contact.Region__c"], ["Contact.Region__c"]),
        (["Opportunity.Region__c", "Account.Region__c"], ["Account.Region__c", "Opportunity.Region__c"]),
        (["Task.Region__c", "User.Region__c"], []),
    ],
)
def test_what_is_new(fields: list[str], new: list[str]) -> None:
    """New is what no Marketo has, once per pair of Lead and Contact, for the objects that bring fields."""
    ahead = forecast_fields(seen(*map(a_field, fields)))
    assert [field.full_name for field in ahead.new] == new


def test_namesakes_share_a_field_whatever_their_types() -> None:
    """Marketo goes by the name alone: two types become one field, which a person may break."""
    ahead = forecast_fields(seen(a_field("Lead.Size__c"), a_field("Contact.Size__c", type="double")))
    assert (len(ahead.new), ahead.combined) == (1, 1)


def test_the_sum_is_everything_seen() -> None:
    """There, combined, new and the other objects' fields add up to what the sync user sees."""
    names = ["Lead.Email", "Lead.A__c", "Contact.A__c", "Account.B__c", "Opportunity.C__c", "Task.Subject"]
    ahead = forecast_fields(seen(*map(a_field, names)))
    assert ahead.seen == 6 == ahead.there + ahead.combined + len(ahead.new) + ahead.others
    assert shown_by_api(ahead.new) == 2


def test_nobody_looked() -> None:
    """Without a look there is nothing to reckon."""
    ahead = forecast_fields(Snapshot(NOW, small_org().expected))
    assert (ahead.seen, ahead.new) == (0, ())


def crm_fields(fields: Iterable[Field]) -> list[CrmField]:
    """The same fields as the rehearsal's instance learns them."""
    return [
        CrmField(field.object, field.name, field.label, field.type, field.length, field.scale, field.custom)
        for field in sorted(fields, key=lambda seen: MAKES_FIELDS.index(seen.object))
    ]


@pytest.mark.parametrize("habit", STANDARD_FIELDS)
def test_the_rehearsal_makes_what_the_range_allows(habit: str) -> None:
    """Whichever reading of Adobe's page about ignored fields is right, the range holds."""
    parts = ("Email", "Jigsaw", "Own__c", "Fax", "SystemModstamp", "PhotoUrl", "ParentId")
    names = [f"{name}.{part}" for name in MAKES_FIELDS for part in parts]
    fields = [a_field(name) for name in names]
    ahead = forecast_fields(seen(*fields))
    made = len(FieldBook(habits=Habits(standard_fields=habit)).learn(crm_fields(fields)))
    assert ahead.least <= made <= ahead.most and ahead.least < ahead.most


@pytest.mark.parametrize(
    ("field", "made"),
    [
        ("Account.ShippingAddress", Made.NEW),
        ("Account.ShippingCity", Made.IGNORED),
        ("Lead.SystemModstamp", Made.IGNORED),
        ("Opportunity.LastModifiedById", Made.IGNORED),
        ("Contact.MailingCity", Made.THERE),
        ("Contact.HomePhone", Made.IGNORED),
        ("Lead.LastViewedDate", Made.NEW),
        ("Account.AccountNumber", Made.UNSAID),
        ("Opportunity.Pricebook2Id", Made.UNSAID),
        ("Account.npsp__Average_Gift__c", Made.NEW),
        ("Task.Subject", Made.NONE),
    ],
)
def test_one_list_says_what_becomes_of_a_field(field: str, made: Made) -> None:
    """What synced instances show is certain, what Adobe calls ignored and what nobody tells stays open."""
    (object_forecast, *_) = forecast_fields(seen(a_field(field))).objects or (None,)
    told = object_forecast.fields if object_forecast else {Made.NONE: ()}
    assert list(told) == [made]


def test_a_namesake_that_instances_show_apart_is_a_field_of_its_own() -> None:
    """A contact's currency stands beside the lead's; other standard namesakes share one field."""
    fields = ("Lead.CurrencyIsoCode", "Contact.CurrencyIsoCode", "Lead.PhotoUrl", "Contact.PhotoUrl")
    ahead = forecast_fields(seen(*map(a_field, fields)))
    assert [field.full_name for field in ahead.certain] == [
        "Lead.CurrencyIsoCode", "Lead.PhotoUrl", "Contact.CurrencyIsoCode",
    ]  # fmt: skip
