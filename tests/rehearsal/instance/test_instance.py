from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runbook_lib.rehearsal.clock import Clock
from runbook_lib.rehearsal.instance import Credentials, CrmRefusal, CrmState, Instance
from runbook_lib.rehearsal.instance.field_types import COMPANY, PERSON, CrmField
from runbook_lib.rehearsal.instance.fields import FieldBook
from runbook_lib.rehearsal.instance.tokens import ClientRefused, TokenState
from runbook_lib.rehearsal.org import Org
from runbook_lib.rehearsal.world import World, load_world


def _field(object_name: str, name: str, field_type: str = "string", label: str = "") -> CrmField:
    return CrmField(object_name, name, label or name, field_type, 80, 0, name.endswith("__c"))


def _names(instance: Instance) -> set[str]:
    return {field.rest_name for field in instance.fields.of(PERSON, COMPANY)}


# tokens --------------------------------------------------------------------------------------------------
def test_token_is_the_same_until_it_ends(instance: Instance) -> None:
    """Asking again gives the same token with the seconds that are left, and a new one after its end."""
    declared = instance.world.marketo
    first = instance.tokens.grant(declared.client_id, declared.client_secret)
    instance.clock.forward(1000)
    second = instance.tokens.grant(declared.client_id, declared.client_secret)
    assert (first.expires_in, second.access_token) == (3600, first.access_token)
    assert 2590 <= second.expires_in <= 2600
    instance.clock.forward(2601)
    third = instance.tokens.grant(declared.client_id, declared.client_secret)
    assert third.access_token != first.access_token
    assert instance.tokens.state_of(first.access_token) is TokenState.EXPIRED
    assert instance.tokens.state_of(third.access_token) is TokenState.VALID


def test_wrong_client_is_refused_in_identitys_words(instance: Instance) -> None:
    """A wrong id and a wrong secret are told apart as identity tells them apart."""
    declared = instance.world.marketo
    with pytest.raises(ClientRefused) as wrong_id:
        instance.tokens.grant("nobody", declared.client_secret)
    with pytest.raises(ClientRefused) as wrong_secret:
        instance.tokens.grant(declared.client_id, "guess")
    assert (wrong_id.value.error, wrong_secret.value.error) == ("unauthorized", "invalid_client")


# the clicks and their order ------------------------------------------------------------------------------
def test_link_fields_exist_without_any_sync(instance: Instance) -> None:
    """The fields for Salesforce's ids are in every instance, and people are in Marketo before the sync."""
    assert {
        "sfdcId",
        "sfdcType",
        "sfdcLeadId",
        "sfdcContactId",
        "sfdcAccountId",
        "sfdcLeadOwnerId",
    } <= _names(instance)
    assert instance.fields.managed() == frozenset()
    assert instance.person_count() == instance.world.marketo.people


def test_clicks_are_possible_only_in_their_order(instance: Instance, credentials: Credentials) -> None:
    """What comes too early or too late is refused and changes nothing."""
    crm = instance.crm
    for click in (crm.sync_fields, crm.confirm_credentials, crm.reset_schema, crm.start_sync):
        with pytest.raises(CrmRefusal, match="too_early"):
            click()
    crm.enter_credentials(credentials)
    crm.sync_fields()
    with pytest.raises(CrmRefusal, match="too_early"):
        crm.start_sync()
    crm.confirm_credentials()
    crm.start_sync()
    for click in (crm.sync_fields, crm.confirm_credentials, crm.reset_schema, crm.start_sync):
        with pytest.raises(CrmRefusal, match="started"):
            click()
    with pytest.raises(CrmRefusal, match="started"):
        crm.enter_credentials(credentials)
    assert crm.state is CrmState.SYNC_STARTED


def test_entering_credentials_is_a_real_login(instance: Instance, org: Org, credentials: Credentials) -> None:
    """Marketo tells only Salesforce's code; the org keeps a row of the attempt, and one call is one login."""
    history = 'SELECT count(*) FROM org."LoginHistory"'
    before = org.database.sql(history)[0][0]
    with pytest.raises(CrmRefusal) as refusal:
        instance.crm.enter_credentials(replace(credentials, password_and_token="wrong"))
    assert (refusal.value.reason, refusal.value.detail) == ("login", "INVALID_LOGIN")
    assert instance.crm.state is CrmState.NONE
    assert org.database.sql(history)[0][0] == before + 1


def test_sandbox_box_decides_the_host(instance: Instance, credentials: Credentials) -> None:
    """A production user cannot log in with the box ticked."""
    with pytest.raises(CrmRefusal, match="INVALID_LOGIN"):
        instance.crm.enter_credentials(replace(credentials, sandbox=True))


def test_expired_password_is_refused(instance: Instance, org: Org, credentials: Credentials) -> None:
    """A login that succeeds with an expired password is of no use to Marketo."""
    org.expire_password(credentials.username)
    with pytest.raises(CrmRefusal, match="INVALID_OPERATION_WITH_EXPIRED_PASSWORD"):
        instance.crm.enter_credentials(credentials)


def test_credentials_never_show_their_secret(credentials: Credentials) -> None:
    """The secret is not in the representation."""
    assert credentials.password_and_token not in repr(credentials)


def test_blocked_world_is_tied_to_a_crm_already() -> None:
    """Nothing can be entered into an instance that is tied to a CRM."""
    world = load_world("blocked")
    org = Org(world, Clock(), people=20)
    instance = Instance(world, org, org.clock)
    assert instance.crm.is_locked and instance.crm.is_tied_elsewhere
    with pytest.raises(CrmRefusal, match="started"):
        instance.crm.enter_credentials(Credentials("somebody", "secret", sandbox=False))
    org.database.close()


def test_browser_login_needs_no_security_token(instance: Instance, ready_world: World) -> None:
    """Where Marketo sends a person to Salesforce's own login, the password is enough."""
    user = ready_world.sync_user
    instance.crm.enter_credentials(instance.browser_credentials(user.username, user.password, sandbox=False))
    assert instance.crm.state is CrmState.CREDENTIALS_ENTERED


# Sync Fields ---------------------------------------------------------------------------------------------
def test_sync_fields_makes_what_the_sync_user_sees(
    instance: Instance, org: Org, credentials: Credentials
) -> None:
    """Every visible custom field gets a Marketo field; what is hidden or ignored does not."""
    hidden = "Lead.Old_Import_Key__c"
    org.database.sql(
        'UPDATE org."FieldPermissions" SET "PermissionsRead" = false WHERE "Field" = ?', (hidden,)
    )
    org.database.sql('DELETE FROM org."FieldPermissions" WHERE "Field" = ?', (hidden,))
    instance.crm.enter_credentials(credentials)
    result = instance.crm.sync_fields()
    origins = {".".join(field.origin) for field in result.made if field.origin}
    assert "Lead.Customer_Number__c" in origins and "Account.Tier__c" in origins
    assert hidden not in origins
    mapped = {name for target in instance.fields.sources_by_field().values() for name in target}
    ignored = result.visible - len(mapped)
    assert ignored > 0 and {"Lead.SystemModstamp", "Account.Fax", "Contact.HomePhone"}.isdisjoint(mapped)


def test_syncing_fields_again_makes_nothing_new(instance: Instance, credentials: Credentials) -> None:
    """A field is made once."""
    instance.crm.enter_credentials(credentials)
    instance.crm.sync_fields()
    instance.crm.enter_credentials(credentials)
    assert instance.crm.sync_fields().made == ()


def test_standard_fields_follow_marketos_default_mapping() -> None:
    """Standard fields meet the Marketo field of the published table and make no new one."""
    book = FieldBook()
    assert (
        book.learn([_field("Lead", "Company"), _field("Contact", "MailingCity"), _field("Account", "Name")])
        == ()
    )
    assert book.mapping_of("Contact")["MailingCity"].rest_name == "city"
    assert (
        book.mapping_of("Account")["Name"].rest_name
        == book.mapping_of("Lead")["Company"].rest_name
        == "company"
    )


def test_like_named_custom_fields_are_combined() -> None:
    """Lead and Contact fields of one name share a Marketo field, even of two types, until broken."""
    book = FieldBook()
    made = book.learn([
        _field("Lead", "Region__c"), _field("Contact", "Region__c"),
        _field("Lead", "Rank__c", "double"), _field("Contact", "Rank__c", "string"),
    ])  # fmt: skip
    assert [(field.rest_name, field.data_type) for field in made] == [
        ("Region__c", "string"), ("Rank__c", "integer")
    ]  # fmt: skip
    assert [lead.name for _, lead, _ in book.pairs()] == ["Region__c", "Rank__c"]
    apart = book.break_mapping("Rank__c", "Rank__c")
    assert [(field.rest_name, field.data_type) for field in apart] == [("Rank__c_contact", "string")]
    assert [field.name for field in book.unmapped("Contact")] == ["Rank__c"]


def test_taken_names_get_a_suffix() -> None:
    """A second field of a name is told apart by its object, in the REST name and in the label."""
    book = FieldBook()
    made = book.learn([_field("Lead", "Tier__c", label="Tier"), _field("Account", "Tier__c", label="Tier")])
    assert [(field.rest_name, field.display_name) for field in made] == [
        ("Tier__c", "Tier"), ("Tier__c_account", "Tier (A)")
    ]  # fmt: skip


def test_mappings_can_be_paired_broken_and_reset() -> None:
    """Reset Schema drops every edit, adds what is new and takes nothing away."""
    book = FieldBook()
    fields = [
        _field("Lead", "A__c"),
        _field("Contact", "B__c"),
        _field("Lead", "C__c"),
        _field("Contact", "C__c"),
    ]
    book.learn(fields)
    book.pair("A__c", "B__c")
    made = book.break_mapping("C__c", "C__c")
    assert [field.rest_name for field in made] == ["C__c_contact"]
    assert [lead.name for _, lead, _ in book.pairs()] == ["A__c"]
    before = len(list(book))
    assert [field.rest_name for field in book.reset([*fields, _field("Lead", "New__c")])] == ["New__c"]
    assert [lead.name for _, lead, _ in book.pairs()] == ["C__c"]
    assert len(list(book)) == before + 1


def test_a_pair_broken_apart_again_returns_to_its_own_fields() -> None:
    """Breaking a pair somebody made needs no new field: each side has its own already."""
    book = FieldBook()
    book.learn([_field("Lead", "A__c"), _field("Contact", "B__c")])
    book.pair("A__c", "B__c")
    assert book.break_mapping("A__c", "B__c") == ()
    assert book.mapping_of("Contact")["B__c"].rest_name == "B__c"


@pytest.mark.parametrize(
    ("lead", "contact"), [("A__c", "N__c"), ("Missing__c", "B__c"), ("Company", "B__c"), ("A__c", "")]
)
def test_impossible_pairs_are_refused(lead: str, contact: str) -> None:
    """Only unmapped custom fields of one type can be mapped together."""
    book = FieldBook()
    book.learn([
        _field("Lead", "A__c"), _field("Contact", "B__c"), _field("Contact", "N__c", "double"),
        _field("Lead", "Company"),
    ])  # fmt: skip
    with pytest.raises(ValueError, match=r"not an unmapped custom field|is string"):
        book.pair(lead, contact)


_crm_fields = st.builds(
    _field,
    st.sampled_from(["Lead", "Contact", "Account", "Opportunity"]),
    st.from_regex(r"\A[A-Za-z]{1,2}(_[a-z])?(__c)?\Z"),
    st.sampled_from(["string", "double", "boolean", "textarea", "address"]),
    st.sampled_from(["", "Label", "Industry", "=1+1"]),
)


@given(st.lists(_crm_fields, max_size=40))
def test_every_field_gets_a_name_of_its_own(fields: list[CrmField]) -> None:
    """Whatever an org calls its fields, no two share a name in Marketo; learning twice changes nothing."""
    book = FieldBook()
    book.learn(fields)
    keys = [field.key for field in book]
    assert len(keys) == len(set(keys))
    assert book.learn(fields) == ()
    assert len({field.field_id for field in book}) == len(keys)
