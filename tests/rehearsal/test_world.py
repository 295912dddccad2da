"""World files."""

import pytest

from runbook_lib.rehearsal.clock import Clock
from runbook_lib.rehearsal.org import Org
from runbook_lib.rehearsal.org.faults import OrgFault
from runbook_lib.rehearsal.world import World, load_world, world_names


def accounts_with_a_client(world: World) -> list[str]:
    """Who logs in with client credentials there."""
    road = world.salesforce
    by_client = {"admin": road.admin_flow == "client_credentials", "sync": bool(road.sync_client_id)}
    return [account for account, is_so in by_client.items() if is_so]


@pytest.mark.parametrize("name", world_names())
def test_every_world_loads_and_names_its_secrets(name: str) -> None:
    """Each world has an admin, a sync user and every secret the road asks for."""
    world = load_world(name)
    assert world.name == name
    assert world.user(world.sync_username) is world.sync_user
    assert set(world.secrets()) == {
        "salesforce_admin_password",
        "salesforce_admin_token",
        "salesforce_sync_password",
        "salesforce_sync_token",
        "marketo_client_secret",
        *(f"salesforce_{account}_client_secret" for account in accounts_with_a_client(world)),
    }
    assert all(len(secret) >= 16 for secret in world.secrets().values())


def test_secrets_are_hard_to_write_down() -> None:
    """The secrets hold characters that URLs and XML escape, so that a leak in any encoding is found."""
    assert all(set(secret) & set("&<+/=") for secret in load_world("clean").secrets().values())


def test_an_unknown_world_is_refused_with_the_known_ones() -> None:
    """A wrong name is answered with the names there are."""
    with pytest.raises(ValueError, match=r"blocked.*clean"):
        load_world("nowhere")


def test_blocked_is_clean_with_three_things_in_the_way() -> None:
    """World blocked differs from clean by SOAP login, the API budget and the tied instance."""
    clean, blocked = load_world("clean"), load_world("blocked")
    assert blocked.users == clean.users
    assert (clean.switches.soap_login, blocked.switches.soap_login) == (True, False)
    left = blocked.switches.daily_api_requests - blocked.switches.api_requests_used
    assert 100 <= left <= 1_000
    assert (clean.marketo.tied_to_crm, blocked.marketo.tied_to_crm) == (False, True)


def test_the_admin_gets_in_wherever_soap_login_is_off() -> None:
    """A world without SOAP login() gives its administrator an OAuth client; clean needs none."""
    worlds = [load_world(name) for name in world_names()]
    assert all(world.switches.soap_login or world.salesforce.admin_client_id for world in worlds)
    assert load_world("clean").salesforce.admin_client_id == ""


def test_messy_is_as_large_as_real_orgs_are() -> None:
    """World messy declares at least 300 custom fields over the synced objects, each once."""
    fields = [f"{field.object_name}.{field.name}" for field in load_world("messy").custom_fields]
    assert len(fields) == len(set(fields)) >= 300
    assert {name.partition(".")[0] for name in fields} == {
        "Lead", "Contact", "Account", "Opportunity", "Campaign", "CampaignMember", "Task", "Event", "User",
    }  # fmt: skip


def test_messy_lists_its_faults() -> None:
    """World messy says of at least twelve faults which check names them and who mends them."""
    faults = load_world("messy").faults
    assert len({fault.check for fault in faults}) == len(faults) >= 12
    assert all(fault.what.endswith(".") for fault in faults)


def test_what_messy_declares_is_in_the_org() -> None:
    """The rules, the triggers and the second way to a field are rows that a query finds."""
    org = Org(load_world("messy"), Clock(), people=50)
    admin = org.user_id("admin@acme.example")
    assert org.query(admin, "SELECT Id FROM ApexTrigger WHERE Status = 'Active'").total == 2
    assert org.query(admin, "SELECT Id FROM DuplicateRule WHERE IsActive = true").total == 1
    assert org.tooling_query(admin, "SELECT Id FROM ValidationRule WHERE Active = true").total == 2
    grants = "SELECT Id FROM FieldPermissions WHERE Field = 'Lead.Passport_Number__c' AND ParentId IN "
    sync = "(SELECT PermissionSetId FROM PermissionSetAssignment WHERE AssigneeId = '{}')"
    assert org.query(admin, grants + sync.format(org.user_id("marketo.sync@acme.example"))).total == 2
    with pytest.raises(OrgFault, match="ValidationRule"):
        org.query(admin, "SELECT Id FROM ValidationRule")
