"""Collecting over a running rehearsal: what is found, what it costs, and what becomes of a refusal."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from runbook_lib.rehearsal.fault_injection import Fault, FaultKind
from runbook_lib.survey.collect import collect, save_describes
from runbook_lib.survey.forecast import forecast_calls
from runbook_lib.survey.model.licenses import Seats
from runbook_lib.survey.probes.describe import fields_of
from runbook_lib.survey.probes.org import look_at_org
from runbook_lib.survey.requirements import OBJECT_PERMISSIONS, SYNCED_OBJECTS, SYSTEM_PERMISSIONS
from runbook_lib.survey.snapshot import (
    Absent,
    ApiBudget,
    DuplicateCounts,
    Lock,
    MarketoState,
    Organization,
    Part,
    PermissionSet,
    Snapshot,
    SyncLogin,
    SyncUser,
    Unknown,
    from_json,
    to_json,
)
from runbook_lib.systems.salesforce.client import describe_path, packed, query_path
from tests.survey.conftest import strict_reader

NOW = datetime(2026, 1, 1, tzinfo=UTC)
NEEDS_SYNC_USER = (Part.SYNC_LOGIN, Part.VISIBLE, Part.PEOPLE_SEEN)


def test_before_anything_was_prepared(live: Any) -> None:
    """The untouched world: org, user, budget, counts and Marketo are read; the login says why not."""
    seen = live.see(*Part)
    assert isinstance(seen.organization, Organization)
    assert (seen.organization.name, len(seen.organization.id)) == ("Acme Corporation", 18)
    assert isinstance(seen.sync_user, SyncUser)
    assert (seen.sync_user.is_active, seen.sync_user.is_frozen, seen.sync_user.is_locked) == (
        True,
        False,
        False,
    )
    assert isinstance(seen.sync_login, Unknown) and seen.sync_login.refused
    assert "may not use the API" in seen.sync_login.reason and seen.sync_login.message("fix")
    assert isinstance(seen.permission_set, Absent)
    assert isinstance(seen.budget, ApiBudget) and 0 < seen.budget.remaining < seen.budget.limit
    assert isinstance(seen.rows, dict) and set(seen.rows) == set(SYNCED_OBJECTS)
    assert isinstance(seen.duplicates, DuplicateCounts) and sum(seen.duplicates.groups.values()) > 0
    assert isinstance(seen.marketo, MarketoState) and seen.marketo.lock is Lock.FREE
    assert seen.marketo.munchkin_id == "123-ABC-456"
    assert not isinstance(seen.present, Unknown) and seen.custom_fields == () and seen.conversion == ()
    for part in (seen.visible, seen.people_seen):
        assert isinstance(part, Unknown) and "notebook 03" in str(part.message("fix"))


def test_as_the_sync_user(ready: Any) -> None:
    """With rights, his own session tells his permissions, his fields and his counts; nothing is unknown."""
    seen = ready.see(*Part)
    assert [part for part in Part if isinstance(getattr(seen, part.value), Unknown)] == []
    assert isinstance(seen.sync_login, SyncLogin) and isinstance(seen.organization, Organization)
    assert seen.sync_login.org_id == seen.organization.id
    assert seen.system_permissions is not None and seen.object_access is not None
    assert all(seen.system_permissions[permission.column] for permission in SYSTEM_PERMISSIONS)
    assert {name: seen.object_access[name] for name in OBJECT_PERMISSIONS} == dict(OBJECT_PERMISSIONS)
    org = ready.server.org
    for name in SYNCED_OBJECTS:
        expected = [field["name"] for field in org.visible_fields(seen.sync_login.user_id, name)]
        assert [field.name for field in seen.visible[name]] == expected
    assert seen.rows["Lead"] > 0
    assert {sample.object for sample in seen.people_seen} == {"Lead", "Contact"}


def test_admin_and_sync_user_tell_the_same_rights(ready: Any) -> None:
    """The union of his permission sets, which the admin reads, is what his own session says."""
    own = ready.see(Part.SYSTEM_PERMISSIONS, Part.OBJECT_ACCESS, Part.SYNC_LOGIN, Part.VISIBLE)
    by_admin = ready.see(Part.SYSTEM_PERMISSIONS, Part.OBJECT_ACCESS)
    assert by_admin.system_permissions == own.system_permissions
    for name, access in own.object_access.items():
        assert by_admin.object_access[name] == access


def test_the_grants_explain_what_he_sees(ready: Any) -> None:
    """Every custom field that he sees is granted by a row that names its parent."""
    seen = ready.see(Part.GRANTS, Part.VISIBLE)
    granted = {grant.field for grant in seen.grants}
    custom = {field.full_name for field in seen.visible_fields() if field.custom and field.permissionable}
    assert custom and custom <= granted
    assert {grant.parent for grant in seen.grants} == {ready.server.world.sync_user.profile}


def test_no_part_costs_more_than_forecast(live: Any) -> None:
    """Each part by itself stays within its forecast, here with a refused login where it needs one."""
    for part in Part:
        live.forget()
        live.see(part)
        assert live.calls() <= forecast_calls([part]), part
    assert forecast_calls([Part.MARKETO]) == 0


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture], derandomize=True)
@given(parts=st.sets(st.sampled_from(Part), min_size=2, max_size=9))
def test_no_parts_together_cost_more_than_forecast(ready: Any, parts: set[Part]) -> None:
    """Whatever is looked at in one look, what was told before is not exceeded."""
    ready.forget()
    ready.see(*parts)
    assert ready.calls() <= forecast_calls(parts)


@given(names=st.lists(st.integers(0, 60)), queries=st.lists(st.integers(0, 60)))
def test_asking_together_costs_no_more_than_apart(names: list[int], queries: list[int]) -> None:
    """Each path is asked once, in calls that Salesforce takes, and never in more of them."""
    paths = list(
        dict.fromkeys([*(describe_path(f"O{n}") for n in names), *(query_path(f"Q{n}") for n in queries)])
    )
    calls = list(packed(paths))
    assert sorted(path for call in calls for path in call) == sorted(paths)
    asked = [(len(call), sum(path.startswith("query/") for path in call)) for call in calls]
    assert all(parts <= 25 and asks <= 5 for parts, asks in asked)
    apart = -(-len(set(names)) // 10), -(-len(set(queries)) // 5)
    assert len(calls) == max(apart) <= sum(apart)


def test_everything_at_once_stays_within_the_forecast(ready: Any) -> None:
    """All parts together cost what was forecast or less, with one login each."""
    ready.forget()
    ready.see(*Part)
    assert ready.calls_in_log() == ready.calls() <= forecast_calls(Part) <= 95
    assert ready.logins() == 2


def test_queries_share_calls(live: Any) -> None:
    """Seven parts that are queries cost the admin's login, two calls, one of Setup's own API, and the user's
    lock."""
    parts = (
        Part.ORGANIZATION, Part.SYNC_USER, Part.SYSTEM_PERMISSIONS, Part.OBJECT_ACCESS, Part.PERMISSION_SET,
        Part.GRANTS, Part.CUSTOM_FIELDS,
    )  # fmt: skip
    live.forget()
    live.see(*parts)
    assert live.calls() == 5


def test_what_is_not_asked_for_is_kept(live: Any) -> None:
    """Parts that are not asked for come from the look before, and cost nothing."""
    before = live.see(Part.ORGANIZATION, Part.BUDGET)
    live.forget()
    later = collect(live.systems, [Part.ORGANIZATION], datetime.now(UTC), before)
    assert later.budget == before.budget and later.rows is None
    assert live.calls() == 2
    live.forget()
    assert collect(live.systems, [], before.taken_at, before) == before
    assert live.calls() == 0


@pytest.mark.parametrize(
    ("knob", "bad", "good", "words"),
    [
        ("password", "another", None, "wrong"),
        ("is_frozen", True, False, "frozen"),
        ("is_locked", True, False, "locked"),
        ("is_active", False, True, "not active"),
        ("password_expired", True, False, "expired"),
    ],
)
def test_a_refused_login_says_its_own_reason(knob: str, bad: Any, good: Any, words: str, ready: Any) -> None:
    """Each state of the user gives its own reason and fix, from one login call; the rest is unknown."""
    ready.turn_sync_user(**{knob: bad})
    ready.forget()
    seen = ready.see(Part.SYNC_LOGIN, Part.VISIBLE, Part.SYNC_USER)
    ready.turn_sync_user(**{knob: ready.server.world.sync_user.password if good is None else good})
    assert isinstance(seen.sync_login, Unknown) and seen.sync_login.refused
    assert words in seen.sync_login.reason, seen.sync_login.reason
    assert seen.sync_login.message("fix")
    assert isinstance(seen.visible, Unknown)
    assert ready.logins() == 2


def test_a_missing_secret_is_unknown_and_nobody_logs_in(live: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a password there is no login call, and the part says what is missing; it is no refusal."""
    monkeypatch.delenv("RUNBOOK_ACME_SALESFORCE_SYNC_PASSWORD")
    live.forget()
    seen = live.see(Part.SYNC_LOGIN)
    assert isinstance(seen.sync_login, Unknown) and not seen.sync_login.refused
    assert live.logins() == 0


def test_an_exhausted_org_is_unknown_not_empty(live: Any) -> None:
    """With no API request left, nothing is "absent" or "none": every part carries Salesforce's code."""
    live.turn(daily_api_requests=100, api_requests_used=100)
    seen = live.see(Part.ORGANIZATION, Part.SYNC_USER, Part.BUDGET, Part.ROWS, Part.DUPLICATES, Part.PRESENT)
    for value in (seen.organization, seen.sync_user, seen.budget, seen.rows, seen.duplicates, seen.present):
        assert isinstance(value, Unknown) and value.code == "REQUEST_LIMIT_EXCEEDED"


@pytest.mark.parametrize(
    ("deletion", "part"),
    [
        ('DELETE FROM org."UserLicense"', Part.SEATS),
        (
            'DELETE FROM org."PermissionSetAssignment" WHERE "AssigneeId" = '
            '(SELECT "Id" FROM org."User" WHERE "Username" LIKE \'marketo.sync%\')',
            Part.SYSTEM_PERMISSIONS,
        ),
    ],
)
def test_nothing_where_every_org_has_something_is_unknown(live: Any, deletion: str, part: Part) -> None:
    """No licenses, or an existing user without any set: an answer that tells nothing, and no "no"."""
    admin = live.systems.admin()
    live.server.org.database.sql(deletion)
    found = look_at_org(admin, frozenset({part, Part.SYNC_USER}), live.systems.expected)[part]
    told = found.licenses if isinstance(found, Seats) else found
    assert isinstance(told, Unknown) and told.message("fix"), found


def test_who_shares_a_set_is_a_fact_of_its_own(live: Any) -> None:
    """Where Salesforce does not count the others, the rows that grant a field are known all the same."""
    told = ("INSUFFICIENT_ACCESS", "insufficient access rights")
    reader = strict_reader(live, lambda query: told if "GROUP BY PermissionSetId" in query else None)
    found = look_at_org(reader, frozenset({Part.GRANTS}), live.systems.expected)[Part.GRANTS]
    assert isinstance(found, tuple) and found and {grant.others for grant in found} == {None}


@pytest.mark.parametrize(
    ("question", "fact"),
    [
        ("FROM PermissionSet WHERE Id IN (", "assigned"),
        ("FROM ObjectPermissions WHERE Parent.Name", "objects"),
        ("FROM FieldPermissions WHERE Parent.Name", "fields"),
    ],
)
def test_a_refused_question_costs_one_fact_of_the_set(live: Any, question: str, fact: str) -> None:
    """The set is there and the rest of it is told; the snapshot keeps which fact nobody can tell."""
    org = live.server.org
    admin = org.user_id(org.world.admin_username)
    org.create(admin, "PermissionSet", {"Name": "Marketo_Sync", "Label": "Marketo Sync"})
    told = ("INSUFFICIENT_ACCESS", "insufficient access rights")
    reader = strict_reader(live, lambda query: told if question in query else None)
    found = look_at_org(reader, frozenset({Part.PERMISSION_SET}), live.systems.expected)[Part.PERMISSION_SET]
    seen = from_json(to_json(Snapshot(NOW, live.systems.expected, permission_set=found))).permission_set
    assert isinstance(seen, PermissionSet)
    unknown = {name for name in ("assigned", "objects", "fields") if isinstance(getattr(seen, name), Unknown)}
    assert unknown == {fact}


@pytest.mark.parametrize(
    ("part", "question", "facts"),
    [
        (Part.RIGHTS, "Label, IsOwnedByProfile", {"system"}),
        (Part.RIGHTS, "FROM ObjectPermissions", {"objects"}),
        (Part.RIGHTS, "FROM FieldPermissions", {"fields"}),
        (Part.RIGHTS, "PermissionsViewAllFieldsGlobal = true", {"view_all"}),
        (Part.RIGHTS, "FROM EntityParticle", {"needed"}),
        (Part.SEATS, "FROM UserLicense", {"licenses"}),
        (Part.SEATS, "FROM Profile", {"profiles", "young"}),
    ],
)
def test_a_refused_question_costs_its_own_facts(
    live: Any, part: Part, question: str, facts: set[str]
) -> None:
    """Of the rights and of the licenses the rest is told, and the snapshot keeps what nobody can tell."""
    told = ("INSUFFICIENT_ACCESS", "insufficient access rights")
    reader = strict_reader(live, lambda query: told if question in query else None)
    found = look_at_org(reader, frozenset({part}), live.systems.expected)[part]
    snapshot = Snapshot(NOW, live.systems.expected, **{part.value: found})
    seen = getattr(from_json(to_json(snapshot)), part.value)
    assert {name for name, value in vars(seen).items() if isinstance(value, Unknown)} == facts


def test_a_probe_that_fails_leaves_the_others_alone(live: Any) -> None:
    """A lead-conversion service that is down makes that part unknown, and no other."""
    live.server.faults.add(Fault("/services/Soap/m", FaultKind.STATUS_503, times=9))
    seen = live.see(Part.CONVERSION, Part.ORGANIZATION, Part.BUDGET)
    assert isinstance(seen.conversion, Unknown)
    assert isinstance(seen.organization, Organization) and isinstance(seen.budget, ApiBudget)


def test_marketo_in_silence_is_unknown(live: Any) -> None:
    """An instance that does not answer is unknown; whether a CRM is tied to it is not guessed."""
    live.server.faults.add(Fault("/rest/v1/opportunities", FaultKind.STATUS_503, times=9))
    seen = live.see(Part.MARKETO)
    assert isinstance(seen.marketo, MarketoState) and isinstance(seen.marketo.lock, Unknown)
    live.server.faults.clear()
    live.server.faults.add(Fault("/rest/v1/leads", FaultKind.STATUS_503, times=9))
    assert isinstance(live.see(Part.MARKETO).marketo, Unknown)


def test_the_blocked_world(blocked: Any) -> None:
    """SOAP login off is found by its words, and the instance's tie to a CRM by error 1018."""
    seen = blocked.see(Part.SYNC_LOGIN, Part.MARKETO)
    assert isinstance(seen.sync_login, Unknown) and "SOAP API login()" in seen.sync_login.reason
    assert isinstance(seen.marketo, MarketoState) and seen.marketo.lock is Lock.TIED


def test_many_people_are_read_by_a_bulk_job(live: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Above the limit a Bulk API job gives the same counts, within the forecast for many people."""
    few = live.see(Part.DUPLICATES).duplicates
    monkeypatch.setattr("runbook_lib.survey.probes.people.FEW_PEOPLE", 10)
    monkeypatch.setattr("runbook_lib.survey.people.few.MOST", 10)
    live.forget()
    assert live.see(Part.DUPLICATES).duplicates == few
    assert any("/jobs/query" in entry.path for entry in live.server.log.entries())
    assert live.calls() <= forecast_calls([Part.DUPLICATES], people=1_000_000)


def test_no_e_mail_is_in_a_snapshot(live: Any) -> None:
    """Duplicates are counts: no person's e-mail can be found in what is kept."""
    rows = live.server.org.database.sql('SELECT "Email" FROM org."Lead" WHERE "Email" IS NOT NULL')
    text = repr(live.see(Part.DUPLICATES, Part.ROWS, Part.PRESENT))
    assert rows and not any(email in text for (email,) in rows)


def test_describes_are_saved_as_they_came(live: Any, tmp_path: Path) -> None:
    """Ten files, each a whole describe of 57 keys per field, in one call."""
    reader = live.systems.admin()
    live.forget()
    saved = save_describes(reader, tmp_path / "schema")
    assert live.calls() == 1
    assert sorted(path.stem for path in saved) == sorted(SYNCED_OBJECTS)
    for path in saved:
        describe = json.loads(path.read_text(encoding="utf-8"))
        assert {len(field) for field in describe["fields"]} == {57}
        assert len(fields_of(describe)) == len(describe["fields"])


def test_every_part_of_a_look_survives_its_file(ready: Any) -> None:
    """A real snapshot, with all its parts, is the same after JSON and back."""
    from runbook_lib.survey.snapshot import from_json, to_json

    seen = ready.see(*Part)
    assert from_json(json.loads(json.dumps(to_json(seen)))) == seen
