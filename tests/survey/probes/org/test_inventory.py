"""What the administrator counts of the records that will be copied, beside what the sync user sees."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from runbook_lib.rehearsal.fault_injection import Fault, FaultKind
from runbook_lib.rehearsal.server import RehearsalServer
from runbook_lib.review.checks import CHECKS, run_check
from runbook_lib.review.findings import Finding, Status
from runbook_lib.survey.probes.org.inventory import CALLS
from runbook_lib.survey.snapshot import ApiBudget, Inventory, Part, Snapshot, Unknown
from tests.survey.conftest import Live, reach, ready_world


@pytest.fixture
def private(
    start_rehearsal: Callable[..., RehearsalServer], monkeypatch: pytest.MonkeyPatch
) -> Iterator[Live]:
    """An org whose leads are private and belong to others, ready in every other way."""
    world = ready_world()
    organization = replace(world.organization, default_access={"Lead": "None"})
    yield from reach(start_rehearsal(replace(world, organization=organization)), monkeypatch)


def told(snapshot: Snapshot, check_id: str) -> Finding:
    """The finding of one check."""
    return run_check(next(check for check in CHECKS if check.id == check_id), snapshot)


def test_private_leads_are_told_with_both_counts(private: Live) -> None:
    """The sync user sees none of the leads that the administrator counts: an error that names both."""
    seen = private.see(
        Part.INVENTORY, Part.ROWS, Part.SYNC_LOGIN, Part.OBJECT_ACCESS, Part.SYNC_USER, Part.DUPLICATES
    )
    assert isinstance(seen.inventory, Inventory) and isinstance(seen.rows, dict)
    leads = seen.inventory.records["Lead"]
    assert isinstance(leads, int) and leads > 0 and seen.rows["Lead"] == 0
    found = told(seen, "visible_records")
    assert found.status is Status.ERROR and f"Lead: 0 of {leads}" in str(found.what)


def test_what_is_planted_is_counted(private: Live) -> None:
    """Opportunities without a role, converted leads, opt-outs and those that contradict each other; in two
    calls beside the login."""
    sql = private.server.org.database.sql
    sql('DELETE FROM org."OpportunityContactRole" WHERE "OpportunityId" IN '
        '(SELECT "Id" FROM org."Opportunity" ORDER BY 1 LIMIT 3)')  # fmt: skip
    sql('UPDATE org."Contact" SET "HasOptedOutOfEmail" = true, "Email" = \'one@x.example\'')
    sql('UPDATE org."Lead" SET "HasOptedOutOfEmail" = false, "Email" = \'one@x.example\'')
    (contacts,) = sql('SELECT count(*) FROM org."Contact"')[0]
    (converted,) = sql('SELECT count(*) FROM org."Lead" WHERE "IsConverted"')[0]
    private.forget()
    seen = private.see(Part.INVENTORY)
    assert private.calls() == 1 + CALLS
    assert isinstance(seen.inventory, Inventory)
    assert (seen.inventory.without_role, seen.inventory.converted_leads) == (3, converted)
    assert seen.inventory.currencies == ()
    found = told(private.see(Part.DUPLICATES), "opt_outs")
    assert found.status is Status.WARN
    assert f"{contacts} of" in str(found.what) and "In one group" in str(found.what)


def test_a_count_that_is_refused_is_not_zero(private: Live) -> None:
    """An administrator who may not read opportunities cannot tell how many there are; the rest is counted."""
    private.server.org.database.sql(
        'UPDATE org."ObjectPermissions" SET "PermissionsRead" = false, "PermissionsViewAllRecords" = false, '
        '"PermissionsModifyAllRecords" = false WHERE "SobjectType" = \'Opportunity\''
    )
    private.server.org.database.sql(
        'UPDATE org."PermissionSet" SET "PermissionsModifyAllData" = false, "PermissionsViewAllData" = false'
    )
    seen = private.see(Part.INVENTORY)
    assert isinstance(seen.inventory, Inventory)
    assert isinstance(seen.inventory.records["Opportunity"], Unknown)
    assert isinstance(seen.inventory.without_role, Unknown)
    assert isinstance(seen.inventory.records["Lead"], int)


def test_storage_and_partitions_are_read(private: Live) -> None:
    """What /limits says of the data storage, and the partitions of the Marketo instance; no call of
    Salesforce more than before."""
    private.turn(data_storage_mb=1000, data_storage_left_mb=17)
    private.server.instance.partitions = ("Default", "Partners")
    private.forget()
    seen = private.see(Part.BUDGET, Part.PARTITIONS)
    assert private.calls() == 2
    assert isinstance(seen.budget, ApiBudget)
    assert (seen.budget.storage_mb, seen.budget.storage_left_mb) == (1000, 17)
    assert seen.partitions == ("Default", "Partners")


def test_several_currencies_are_named(
    start_rehearsal: Callable[..., RehearsalServer], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An org with several currencies has their field; those that opportunities are in are named."""
    fields = [
        {"name": "Id", "type": "id"},
        {"name": "CurrencyIsoCode", "type": "picklist", "groupable": True},
    ]
    described = json.dumps({"name": "Opportunity", "fields": fields})
    (tmp_path / "Opportunity.json").write_text(described, encoding="utf-8")
    for live in reach(start_rehearsal(ready_world(), schema_folder=tmp_path), monkeypatch):
        live.server.org.database.sql(
            'UPDATE org."Opportunity" SET "CurrencyIsoCode" = CASE WHEN "Id" = '
            "(SELECT min(\"Id\") FROM org.\"Opportunity\") THEN 'EUR' ELSE 'USD' END"
        )
        seen = live.see(Part.INVENTORY)
        assert isinstance(seen.inventory, Inventory) and seen.inventory.currencies == ("EUR", "USD")
        assert told(seen, "currencies").status is Status.WARN


def test_the_sync_users_count_is_never_the_administrators(private: Live) -> None:
    """Where the sync user is let in and their count is refused, it is not known: the administrator's would
    say that they see all."""
    private.server.faults.add(Fault("/services/data/.*/composite", FaultKind.RATE_LIMIT))
    seen = private.see(Part.SYNC_LOGIN, Part.ROWS, Part.INVENTORY)
    assert isinstance(seen.rows, Unknown) and isinstance(seen.inventory, Inventory)
    found = told(replace(seen, object_access={}), "visible_records")
    assert found.status is Status.UNKNOWN and "Lead: unknown of" in str(found.what)


def test_who_was_counted_is_not_counted_again(private: Live) -> None:
    """With the inventory at hand, the duplicates cost a call less than alone, and are the same."""
    private.forget()
    alone = private.see(Part.DUPLICATES).duplicates
    calls = private.calls()
    private.forget()
    assert private.see(Part.INVENTORY, Part.DUPLICATES).duplicates == alone
    assert private.calls() == calls + CALLS - 1
