from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path

import pytest

from runbook_lib.rehearsal.clock import Clock
from runbook_lib.rehearsal.instance import Credentials, CrmState, Instance
from runbook_lib.rehearsal.instance.sync.log import STATUS_COLUMNS
from runbook_lib.rehearsal.instance.sync.persistent import SyncWord
from runbook_lib.rehearsal.org import Org
from runbook_lib.rehearsal.world import World

DESCRIBES = Path(__file__).parents[5] / "shared/data/describes"
PEOPLE = 60

Wait = Callable[[Callable[[], bool]], None]


@pytest.fixture
def linked(reading: Callable[[str], tuple[Instance, str]]) -> Instance:
    """An instance after its initial sync, only to be read."""
    return reading("linked")[0]


def _people(instance: Instance, condition: str) -> int:
    return int(instance.database.sql(f"SELECT count(*) FROM marketo.person WHERE {condition}")[0][0])


def _org_count(org: Org | Instance, table: str, condition: str) -> int:
    return int(org.database.sql(f'SELECT count(*) FROM org."{table}" WHERE {condition}')[0][0])


def _one(org: Org, table: str, condition: str = "TRUE") -> str:
    alive = f'NOT "IsDeleted" AND ({condition})'
    return str(org.database.sql(f'SELECT min("Id") FROM org."{table}" WHERE {alive}')[0][0])


def _confirmed(instance: Instance, credentials: Credentials) -> None:
    instance.crm.enter_credentials(credentials)
    instance.crm.sync_fields()
    instance.crm.confirm_credentials()


def _next_cycle(instance: Instance) -> None:
    instance.clock.forward(301)
    instance.catch_up()


def _steps(instance: Instance, operation: str) -> dict[str, dict[str, str]]:
    """Object → the newest row of Sync Status for it."""
    rows = [dict(zip(STATUS_COLUMNS, row, strict=True)) for row in instance.crm.sync.log.status_rows()]
    return {row["Object"]: row for row in reversed(rows) if row["Operation"] == operation}


def _touch(org: Org, table: str, record_id: str, change: str) -> None:
    """A change in Salesforce that happened just now."""
    org.database.sql(
        f'UPDATE org."{table}" SET {change}, "SystemModstamp" = ? WHERE "Id" = ?',
        (org.clock.now().replace(tzinfo=None), record_id),
    )


def _word(instance: Instance) -> SyncWord:
    return instance.crm.sync.status.word


def test_initial_sync_copies_everybody_but_converted_leads(linked: Instance) -> None:
    """Leads and contacts become people under their 18-character ids; converted leads do not come as leads."""
    alive = 'NOT "IsDeleted"'
    leads = _org_count(linked, "Lead", f'{alive} AND NOT "IsConverted"')
    contacts = _org_count(linked, "Contact", alive)
    assert _word(linked) is SyncWord.LAST_SYNCED
    assert _org_count(linked, "Lead", '"IsConverted"') > 0
    assert _people(linked, '"sfdcType" = \'Lead\' AND "sfdcId" = "sfdcLeadId"') == leads
    assert _people(linked, '"sfdcType" = \'Contact\' AND "sfdcId" = "sfdcContactId"') == contacts
    assert _people(linked, 'length("sfdcId") = 18') == leads + contacts
    assert _steps(linked, "Pull updates")["Contact"]["New"] == str(contacts)


def test_initial_sync_does_not_remove_duplicates(linked: Instance) -> None:
    """Somebody who filled in a form and is a lead too is in Marketo twice afterward."""
    assert _people(linked, '"sfdcId" IS NULL') == linked.world.marketo.people
    shared = linked.database.sql(
        'SELECT count(*) FROM marketo.person AS a JOIN marketo.person AS b ON a."email" = b."email"'
        ' WHERE a."sfdcId" IS NULL AND b."sfdcLeadId" IS NOT NULL'
    )
    assert shared[0][0] >= linked.world.marketo.people // 2


def test_values_arrive_in_mapped_fields(linked: Instance) -> None:
    """Standard and custom values are those of Salesforce; a combined field serves leads and contacts."""
    for table, key in (("Lead", "sfdcLeadId"), ("Contact", "sfdcContactId")):
        differing = linked.database.sql(
            f'SELECT count(*) FROM marketo.person AS p JOIN org."{table}" AS s ON p."{key}" = s."Id"'
            ' WHERE p."email" IS DISTINCT FROM s."Email" OR p."lastName" IS DISTINCT FROM s."LastName"'
            ' OR p."Region__c" IS DISTINCT FROM s."Region__c"'
        )
        assert differing == [(0,)]


def test_accounts_opportunities_roles_and_users_arrive(linked: Instance) -> None:
    """The records behind the people come under their Salesforce ids; a role has its person."""
    for table, source in (("company", "Account"), ("opportunity", "Opportunity"), ("sales_person", "User")):
        alive = "TRUE" if source == "User" else 'NOT "IsDeleted"'
        count = linked.database.sql(f"SELECT count(*) FROM marketo.{table}")[0][0]
        assert count == _org_count(linked, source, alive) > 0
    roles = linked.database.sql(
        'SELECT count(*) FROM marketo.opportunity_role AS r JOIN marketo.person AS p ON p."id" = r."leadId"'
    )
    assert roles[0][0] > 0


def test_only_what_is_shared_with_the_sync_user_arrives(
    instance: Instance, org: Org, credentials: Credentials
) -> None:
    """Where leads are private, Marketo gets the sync user's own; the contacts, which are not, come all."""
    org.database.sql("""UPDATE org."Organization" SET "DefaultLeadAccess" = 'None'""")
    org.database.sql('UPDATE org."ObjectPermissions" SET "PermissionsViewAllRecords" = FALSE')
    name = credentials.username
    user = org.database.sql('SELECT "Id" FROM org."User" WHERE "Username" = ?', (name,))[0][0]
    org.database.sql(f"""UPDATE org."Lead" SET "OwnerId" = '{user}' WHERE "Id" = '{_one(org, "Lead")}'""")
    _confirmed(instance, credentials)
    instance.crm.start_sync()
    instance.catch_up()
    own = _org_count(org, "Lead", f'NOT "IsDeleted" AND NOT "IsConverted" AND "OwnerId" = \'{user}\'')
    assert _people(instance, "\"sfdcType\" = 'Lead'") == own == 1
    assert _people(instance, "\"sfdcType\" = 'Contact'") == _org_count(org, "Contact", 'NOT "IsDeleted"') > 0


def test_sync_in_progress_is_seen(org: Org, credentials: Credentials, wait_until: Wait) -> None:
    """The status is "in progress" as soon as the sync was started, while others go on using the instance."""
    instance = Instance(org.world, org, org.clock, pace=0.02)
    _confirmed(instance, credentials)
    instance.crm.start_sync()
    assert _word(instance) is SyncWord.IN_PROGRESS
    assert instance.person_count() >= 0
    wait_until(lambda: instance.crm.sync.status.word is SyncWord.LAST_SYNCED)
    instance.stop()


def test_a_cycle_costs_calls_and_one_login(instance: Instance, org: Org, credentials: Credentials) -> None:
    """Each cycle logs in once and spends 25 calls, and one more for every 200 records of an object."""
    _confirmed(instance, credentials)
    logins = _org_count(org, "LoginHistory", "TRUE")
    calls = org.api_calls_today()
    instance.crm.start_sync()
    instance.catch_up()
    rows = [int(row["New"]) for row in _steps(instance, "Pull updates").values()]
    assert _org_count(org, "LoginHistory", "TRUE") == logins + 1
    assert org.api_calls_today() - calls == 25 + sum(math.ceil(count / 200) for count in rows)


def test_cycles_wait_five_minutes(synced: Instance, org: Org) -> None:
    """Nothing is pulled before the pause is over."""
    before = len(synced.crm.sync.log.status_rows())
    synced.clock.forward(200)
    synced.catch_up()
    assert len(synced.crm.sync.log.status_rows()) == before
    synced.clock.forward(101)
    synced.catch_up()
    assert len(synced.crm.sync.log.status_rows()) > before


def test_a_later_cycle_runs_by_itself(synced: Instance, wait_until: Wait) -> None:
    """Once the clock says so the background sync goes on without being asked."""
    before = len(synced.crm.sync.log.status_rows())
    synced.clock.forward(301)
    wait_until(lambda: len(synced.crm.sync.log.status_rows()) > before)


def test_later_cycles_pull_changes_news_and_deletes(synced: Instance, org: Org) -> None:
    """A change updates the person, a new record makes one, a deleted one leaves its person to Marketo."""
    changed, deleted = _one(org, "Lead", 'NOT "IsConverted"'), _one(org, "Contact")
    admin = org.user_id(org.world.admin_username)
    total = synced.person_count()
    _touch(org, "Lead", changed, "\"LastName\" = 'Changed'")
    org.delete(admin, "Contact", deleted)
    new = org.create(admin, "Lead", {"LastName": "New", "Company": "New Ltd", "Email": "new@new.example"})
    _next_cycle(synced)
    assert _people(synced, f"\"sfdcLeadId\" = '{changed}' AND \"lastName\" = 'Changed'") == 1
    assert _people(synced, f"\"sfdcLeadId\" = '{new}' AND \"company\" = 'New Ltd'") == 1
    gone = f'"sfdcContactId" = \'{deleted}\' AND "sfdcIsDeleted" AND "sfdcType" IS NULL'
    assert _people(synced, gone) == 1
    assert synced.person_count() == total + 1
    pulled = _steps(synced, "Pull updates")["Person (Lead)"]
    assert (pulled["New"], pulled["Updated"]) == ("1", "1")
    assert _steps(synced, "Pull deletes")["Contact"]["Deleted"] == "1"


def test_conversion_turns_the_person_into_a_contact(synced: Instance, org: Org) -> None:
    """A lead converted after it came to Marketo stays one person, who is a contact from then on."""
    lead = _one(org, "Lead", 'NOT "IsConverted"')
    admin = org.user_id(org.world.admin_username)
    account = _one(org, "Account")
    contact = org.create(admin, "Contact", {"LastName": "Converted", "AccountId": account})
    total = synced.person_count()
    _touch(org, "Lead", lead, f"\"IsConverted\" = true, \"ConvertedContactId\" = '{contact}',"
           f" \"ConvertedAccountId\" = '{account}'")  # fmt: skip
    _next_cycle(synced)
    who = f"\"sfdcLeadId\" = '{lead}' AND \"sfdcContactId\" = '{contact}' AND \"sfdcType\" = 'Contact'"
    assert _people(synced, who) == 1
    assert synced.person_count() == total
    assert _steps(synced, "Pull conversions")["Person (Lead)"]["Updated"] == "1"


def test_records_that_do_not_fit_are_left_out_and_listed(
    instance: Instance, org: Org, credentials: Credentials
) -> None:
    """An impossible e-mail and an overlong text fail alone, each with a line in Sync Errors."""
    bad_email = _one(org, "Lead", 'NOT "IsConverted"')
    too_long = _one(org, "Lead", f'NOT "IsConverted" AND "Id" <> \'{bad_email}\'')
    org.database.sql('UPDATE org."Lead" SET "Email" = \'nobody at home\' WHERE "Id" = ?', (bad_email,))
    org.database.sql(
        'UPDATE org."Lead" SET "Qualification_Notes__c" = repeat(\'ä\', 15001) WHERE "Id" = ?', (too_long,)
    )
    _confirmed(instance, credentials)
    instance.crm.start_sync()
    instance.catch_up()
    errors = {row[4]: row[5] for row in instance.crm.sync.log.error_rows()}
    assert "Invalid email address" in errors[bad_email]
    assert "max 30000 bytes" in errors[too_long]
    assert _people(instance, f"\"sfdcLeadId\" IN ('{bad_email}', '{too_long}')") == 0
    pulled = _steps(instance, "Pull updates")["Person (Lead)"]
    assert (pulled["Status"], pulled["Failed Item"]) == ("Incomplete", "2")
    assert _word(instance) is SyncWord.LAST_SYNCED


def test_a_hidden_field_that_marketo_needs_fails_the_sync(
    instance: Instance, org: Org, credentials: Credentials
) -> None:
    """Without Contact.Email the contacts are not pulled; the status is Failed until it is visible again."""
    _confirmed(instance, credentials)
    where = "\"Field\" = 'Contact.Email'"
    rows = org.database.sql(f'SELECT "Id" FROM org."FieldPermissions" WHERE {where}')
    assert rows
    org.database.sql(f'CREATE TABLE results.kept AS SELECT * FROM org."FieldPermissions" WHERE {where}')
    org.database.sql(f'DELETE FROM org."FieldPermissions" WHERE {where}')
    instance.crm.start_sync()
    instance.catch_up()
    assert _word(instance) is SyncWord.FAILED
    assert any(row[1] == "Job Level" and "'Email'" in row[6] for row in instance.crm.sync.log.error_rows())
    assert _people(instance, "\"sfdcType\" = 'Contact'") == 0
    org.database.sql('INSERT INTO org."FieldPermissions" SELECT * FROM results.kept')
    _next_cycle(instance)
    assert _word(instance) is SyncWord.LAST_SYNCED
    assert _people(instance, "\"sfdcType\" = 'Contact'") > 0


def test_a_spent_call_budget_and_a_refused_login_fail_the_cycle(
    synced: Instance, org: Org, credentials: Credentials
) -> None:
    """Failed, with Salesforce's code among the Sync Errors, and well again when the cause is gone."""
    used, org.switches.api_requests_used = org.switches.api_requests_used, org.switches.daily_api_requests
    _next_cycle(synced)
    assert _word(synced) is SyncWord.FAILED
    org.switches.api_requests_used = used
    org.freeze(credentials.username)
    _next_cycle(synced)
    assert _word(synced) is SyncWord.FAILED
    org.database.sql('UPDATE org."UserLogin" SET "IsFrozen" = false')
    _next_cycle(synced)
    assert _word(synced) is SyncWord.LAST_SYNCED
    assert {row[5] for row in synced.crm.sync.log.error_rows()} == {"REQUEST_LIMIT_EXCEEDED", "INVALID_LOGIN"}


def test_a_field_that_becomes_visible_later_is_picked_up_but_not_filled(synced: Instance, org: Org) -> None:
    """A new field arrives with the next cycle; its values only with the records that change."""
    admin = org.user_id(org.world.admin_username)
    org.create_custom_field(admin, "Lead.Later__c", {"type": "Text", "label": "Later", "length": 40})
    profile_set = org.database.sql(
        'SELECT p."Id" FROM org."PermissionSet" AS p JOIN org."User" AS u ON u."ProfileId" = p."ProfileId"'
        ' WHERE u."Username" = ?',
        (org.world.sync_username,),
    )[0][0]
    org.create(admin, "FieldPermissions", {
        "ParentId": profile_set, "SobjectType": "Lead", "Field": "Lead.Later__c", "PermissionsRead": True,
        "PermissionsEdit": True,
    })  # fmt: skip
    org.database.sql('UPDATE org."Lead" SET "Later__c" = \'old value\'')
    lead = _one(org, "Lead", 'NOT "IsConverted"')
    _touch(org, "Lead", lead, "\"Later__c\" = 'new value'")
    _next_cycle(synced)
    assert synced.database.sql(
        'SELECT DISTINCT "Later__c" FROM marketo.person WHERE "Later__c" IS NOT NULL'
    ) == [("new value",)]


def test_sync_status_is_kept_for_five_days(synced: Instance) -> None:
    """Older rows are gone."""
    synced.clock.forward(6 * 24 * 3600)
    synced.catch_up()
    today = synced.clock.now().date().isoformat()
    assert {row[0][:10] for row in synced.crm.sync.log.status_rows()} == {today}


def test_recorded_schemas_of_real_orgs_are_synced(ready_world: World) -> None:
    """An org made of recorded describes is copied whole, with every field its sync user sees."""
    if not DESCRIBES.is_dir():
        pytest.skip(f"no recorded describes at {DESCRIBES}")
    org = Org(ready_world, Clock(), people=PEOPLE, schema_folder=DESCRIBES)
    instance = Instance(ready_world, org, org.clock, pace=0)
    user = ready_world.admin
    sandbox = bool(org.organization["IsSandbox"])
    _confirmed(instance, Credentials(user.username, user.password + user.security_token, sandbox))
    instance.crm.start_sync()
    instance.catch_up()
    instance.stop()
    assert _word(instance) is SyncWord.LAST_SYNCED
    assert instance.crm.sync.log.error_rows() == []
    assert len(instance.fields.of("company")) > 200
    assert _people(instance, '"sfdcId" IS NOT NULL') > 0
    org.database.close()


def test_stop_ends_the_background_thread(synced: Instance) -> None:
    """After stop nothing runs any more, however the clock is moved."""
    synced.stop()
    before = len(synced.crm.sync.log.status_rows())
    synced.clock.forward(3600)
    synced.catch_up()
    assert len(synced.crm.sync.log.status_rows()) == before
    assert synced.crm.state is CrmState.SYNC_STARTED


def test_values_are_data_and_nothing_else(instance: Instance, org: Org, credentials: Credentials) -> None:
    """Quotes, question marks and SQL in an org's values arrive as they are."""
    admin = org.user_id(org.world.admin_username)
    name = "O'Brien?\"; DROP TABLE marketo.person; --$until"
    org.create(admin, "Lead", {"LastName": name, "Company": "<b>&"})
    _confirmed(instance, credentials)
    instance.crm.start_sync()
    instance.catch_up()
    assert instance.database.sql('SELECT "company" FROM marketo.person WHERE "lastName" = ?', (name,)) == [
        ("<b>&",)
    ]
