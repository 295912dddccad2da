"""Each check, on a snapshot in which all is well and on one in which its own thing is not."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import fields, replace
from typing import Any

import pytest

from runbook_lib.review.checks import (
    CHECKS,
    answers_of_now,
    checks_for,
    checks_shown_at,
    gate_findings,
    parts_needed,
    run_check,
    run_checks,
)
from runbook_lib.review.findings import Finding, Status, Verdict, verdict
from runbook_lib.road import FIELD_VISIBILITY, GATES, ROAD
from runbook_lib.survey.snapshot import (
    Absent,
    ApiBudget,
    DuplicateCounts,
    Field,
    Lock,
    ObjectAccess,
    Part,
    PeopleSeen,
    Snapshot,
    SyncLogin,
    Unknown,
)
from runbook_lib.text import say, translate

Change = Callable[[Snapshot], Snapshot]
SILENT = Unknown("no answer came", "503")


def part(name: str, value: Any) -> Change:
    """The snapshot with another value of one part."""
    return lambda snapshot: replace(snapshot, **{name: value})


def inside(name: str, **values: Any) -> Change:
    """The snapshot with other values inside one part."""
    return lambda snapshot: replace(snapshot, **{name: replace(getattr(snapshot, name), **values)})


def hidden(full_name: str) -> Change:
    """The snapshot in which the sync user does not see one field, which the org has."""
    object_name, name = full_name.split(".")

    def hide(snapshot: Snapshot) -> Snapshot:
        assert isinstance(snapshot.visible, dict)
        left = tuple(field for field in snapshot.visible[object_name] if field.name != name)
        return replace(snapshot, visible={**snapshot.visible, object_name: left})

    return hide


def shown(field: Field) -> Change:
    """The snapshot in which the sync user sees one more field."""

    def show(snapshot: Snapshot) -> Snapshot:
        assert isinstance(snapshot.visible, dict)
        return replace(
            snapshot, visible={**snapshot.visible, field.object: (*snapshot.visible[field.object], field)}
        )

    return show


def both(*changes: Change) -> Change:
    """Several changes, one after the other."""

    def change(snapshot: Snapshot) -> Snapshot:
        for change in changes:
            snapshot = change(snapshot)
        return snapshot

    return change


def permission(column: str, has: bool) -> Change:
    """The snapshot in which the sync user has, or lacks, one system permission."""

    def change(snapshot: Snapshot) -> Snapshot:
        assert isinstance(snapshot.system_permissions, Mapping)
        return replace(snapshot, system_permissions={**snapshot.system_permissions, column: has})

    return change


def other_marketo_field(**values: Any) -> Change:
    """The snapshot in which the first of Marketo's fields differs."""

    def change(snapshot: Snapshot) -> Snapshot:
        assert isinstance(snapshot.custom_fields, tuple)
        first, *others = snapshot.custom_fields
        return replace(snapshot, custom_fields=(replace(first, **values), *others))

    return change


REFUSED = Unknown(
    "Invalid username, password, security token; or user locked out.", "INVALID_LOGIN", refused=True
)
SOAP_OFF = Unknown(
    "SOAP API login() is switched off in this org.",
    "INVALID_OPERATION",
    refused=True,
    told={
        "what": say("SOAP API login() is switched off in this org.").to_json(),
        "fix": say("Switch it on.").to_json(),
    },
)
EXPIRED = Unknown("The password has expired.", "INVALID_OPERATION_WITH_EXPIRED_PASSWORD", refused=True)
CLASH = both(
    shown(Field("Lead", "Size__c", "Size", "double", custom=True)),
    shown(Field("Contact", "Size__c", "Size", "string", length=20, custom=True)),
)
SHARED = DuplicateCounts(
    10, 0, {"lead": 1, "contact": 0, "across": 2}, {"lead": 2, "contact": 0, "across": 5}
)

# check, what is changed, the status that follows, words that the finding must hold
CASES: tuple[tuple[str, Change, Status, tuple[str, ...]], ...] = (
    ("environment", inside("organization", is_sandbox=True), Status.ERROR, ("sandbox", "production", "Acme")),
    ("marketo_reachable", inside("marketo", munchkin_id="999-ZZZ-999"), Status.ERROR, ("999-ZZZ-999",)),
    ("marketo_free", inside("marketo", lock=Lock.TIED), Status.ERROR, ("tied", "Admin → CRM")),
    (
        "marketo_free",
        inside("marketo", lock=SILENT),
        Status.UNKNOWN,
        ("no answer came", "Read-Only Opportunity"),
    ),
    ("marketo_calls", part("marketo_calls", 45_000), Status.WARN, ("45,000",)),
    ("marketo_calls", part("marketo_calls", SILENT), Status.WARN, ("no answer came",)),
    (
        "api_budget",
        part("budget", ApiBudget(118_000, 400)),
        Status.ERROR,
        ("400", "7,208", "Company Information"),
    ),
    ("api_budget", part("budget", ApiBudget(118_000, 10_000)), Status.WARN, ("10,000",)),
    ("api_budget", part("rows", SILENT), Status.UNKNOWN, ("number of records",)),
    (
        "api_budget",
        both(part("rows", SILENT), part("budget", ApiBudget(15_000, 400))),
        Status.ERROR,
        ("400",),
    ),
    ("sync_user_exists", part("sync_user", Absent("User")), Status.ERROR, ("sync@acme.example", "New User")),
    ("sync_user_exists", inside("sync_user", username="Admin@acme.example"), Status.WARN, ("admin's own",)),
    ("sync_user_exists", part("sync_user", SILENT), Status.UNKNOWN, ("no answer came",)),
    ("sync_user_active", inside("sync_user", is_active=False), Status.ERROR, ("not active", "tick Active")),
    (
        "sync_user_active",
        part("sync_user", Absent("User")),
        Status.SKIP,
        ("nothing to look at for",),
    ),
    ("sync_user_not_frozen", inside("sync_user", is_frozen=True), Status.ERROR, ("frozen", "Unfreeze")),
    ("sync_user_not_frozen", inside("sync_user", is_frozen=None), Status.UNKNOWN, ("Manage Users",)),
    ("sync_user_not_locked", inside("sync_user", is_locked=True), Status.ERROR, ("locked", "Unlock")),
    ("sync_user_not_locked", inside("sync_user", is_locked=None), Status.UNKNOWN, ("Manage Users",)),
    (
        "system_permissions",
        permission("PermissionsApiEnabled", False),
        Status.ERROR,
        ("API Enabled", "Notebook 02"),
    ),
    (
        "system_permissions",
        permission("PermissionsPasswordNeverExpires", False),
        Status.WARN,
        ("Password Never Expires",),
    ),
    (
        "object_permissions",
        part("object_access", {"Lead": ObjectAccess(True, True, False, False)}),
        Status.ERROR,
        ("Lead (Edit, Delete)", "Account (Read, Create, Edit, Delete)"),
    ),
    ("sync_login", part("sync_login", REFUSED), Status.ERROR, ("INVALID_LOGIN", "sync@acme.example")),
    (
        "sync_login",
        part("sync_login", SOAP_OFF),
        Status.ERROR,
        ("SOAP API login() is switched off", "Switch it on."),
    ),
    ("sync_login", part("sync_login", SILENT), Status.UNKNOWN, ("no answer came",)),
    (
        "sync_login_identity",
        inside("sync_login", org_id="00D000000000001AAA"),
        Status.ERROR,
        ("00D000000000001AAA",),
    ),
    (
        "sync_login_identity",
        inside("sync_login", user_id="005000000000001AAA"),
        Status.ERROR,
        ("a different user",),
    ),
    (
        "password_expired",
        inside("sync_login", password_expired=True),
        Status.ERROR,
        ("expired", "otebook 03"),
    ),
    ("password_expired", part("sync_login", EXPIRED), Status.ERROR, ("expired",)),
    ("password_expired", part("sync_login", REFUSED), Status.UNKNOWN, ("Invalid username",)),
    (
        "soap_login",
        part("sync_login", SOAP_OFF),
        Status.ERROR,
        ("SOAP API login() is switched off", "Switch it on."),
    ),
    ("soap_login", permission("PermissionsUseAnyApiAuth", False), Status.WARN, ("Use Any API Auth",)),
    ("soap_login", part("sync_login", REFUSED), Status.UNKNOWN, ("Invalid username",)),
    (
        "marketo_fields",
        part("custom_fields", ()),
        Status.WARN,
        ("Lead.mkto71_Lead_Score__c", "otebook 01"),
    ),
    (
        "marketo_field_types",
        other_marketo_field(type="string", length=255),
        Status.ERROR,
        ("Lead.mkto71_Lead_Score__c (Number(10, 0))",),
    ),
    ("marketo_field_types", other_marketo_field(precision=18), Status.ERROR, ("Number(10, 0)",)),
    (
        "marketo_fields_visible",
        hidden("Contact.mkto71_Acquisition_Date__c"),
        Status.ERROR,
        ("Contact.mkto71_Acquisition_Date__c", "Edit Access"),
    ),
    ("conversion", part("conversion", ()), Status.WARN, ("mkto71_Lead_Score__c", "Map Lead Fields")),
    ("required_visible", hidden("Account.Type"), Status.ERROR, ("Account.Type", "Read Access")),
    (
        "required_visible",
        both(hidden("Campaign.CampaignMemberRecordTypeId"), part("present", None)),
        Status.OK,
        (),
    ),
    ("required_visible", hidden("Campaign.CampaignMemberRecordTypeId"), Status.ERROR, ("RecordTypeId",)),
    (
        "wanted_visible",
        hidden("Lead.HasOptedOutOfEmail"),
        Status.WARN,
        ("Lead.HasOptedOutOfEmail", "Unsubscribed"),
    ),
    (
        "better_hidden",
        shown(Field("Lead", "Age__c", "Age", "double", custom=True, calculated=True, permissionable=True)),
        Status.WARN,
        ("Lead.Age__c", "otebook 04"),
    ),
    ("mappings", CLASH, Status.WARN, ("Size__c", "otebook 06")),
    ("duplicates", part("duplicates", SHARED), Status.WARN, ("3 e-mails", "7 people", "2 across")),
    ("probable_duplicates", part("duplicates", SHARED), Status.SKIP, ("not compared", "[duplicates]")),
    (
        "probable_duplicates",
        part("duplicates", DuplicateCounts(9, 0, {"lead": 0, "probable": 2}, {"lead": 0, "probable": 5})),
        Status.WARN,
        ("5 people", "only 2", "otebook 07"),
    ),
    ("people_seen", part("people_seen", (PeopleSeen("Lead", 100, 40),)), Status.WARN, ("40 of 100",)),
    ("people_seen", part("people_seen", (PeopleSeen("Lead", 100, 0),)), Status.SKIP, ("not been started",)),
    ("people_seen", part("people_seen", (PeopleSeen("Lead", 0, 0),)), Status.WARN, ("sharing",)),
)


def answered(check_id: str, snapshot: Snapshot) -> Finding:
    """The finding of one check."""
    return run_check({check.id: check for check in CHECKS}[check_id], snapshot)


@pytest.mark.parametrize("check_id", [check.id for check in CHECKS])
def test_all_is_well(check_id: str, snapshot: Snapshot) -> None:
    """Where all is as it should be, every check says ok: no warning that is not true."""
    finding = answered(check_id, snapshot)
    assert finding.status is Status.OK, str(finding.what)


@pytest.mark.parametrize(("check_id", "change", "status", "words"), CASES)
def test_what_is_wrong_is_named(
    check_id: str, change: Change, status: Status, words: tuple[str, ...], snapshot: Snapshot
) -> None:
    """One thing amiss gives its own status, and names, reason and fix in the words."""
    finding = answered(check_id, change(snapshot))
    text = " ".join(str(text) for text in (finding.what, finding.why, finding.fix) if text)
    assert finding.status is status, text
    assert [word for word in words if word not in text] == [], text
    if status in (Status.ERROR, Status.WARN):
        assert finding.why and finding.fix and finding.source


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.id)
def test_nobody_looked(check: Any, snapshot: Snapshot) -> None:
    """A part that nobody looked at gives skip, whichever it is: never ok and never an error."""
    for name in (*check.needs, *check.reads):
        nothing: dict[str, Any] = {name: None}
        assert run_check(check, replace(snapshot, **nothing)).status is Status.SKIP


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.id)
def test_cannot_tell(check: Any, snapshot: Snapshot) -> None:
    """A part that could not be read gives unknown with the system's words, never an error and never ok."""
    for name in check.needs:
        silent: dict[str, Any] = {name: SILENT}
        finding = run_check(check, replace(snapshot, **silent))
        assert finding.status is Status.UNKNOWN
        assert "no answer came" in str(finding.what)


def test_a_snapshot_of_nothing_is_skipped(snapshot: Snapshot) -> None:
    """Before anybody looked, every check is skipped and none blocks."""
    nothing: dict[str, Any] = {part.name: None for part in fields(snapshot) if part.default is None}
    empty = replace(snapshot, **nothing)
    assert {finding.status for finding in run_checks(empty)} == {Status.SKIP}


def test_blocked_world_names_its_three_reasons(snapshot: Snapshot) -> None:
    """SOAP login off, API requests spent and an instance tied to a CRM all shut the gate by name."""
    blocked = both(
        part("sync_login", SOAP_OFF),
        part("visible", SILENT),
        part("budget", ApiBudget(118_000, 400)),
        inside("marketo", lock=Lock.TIED),
    )(snapshot)
    errors = {
        finding.check
        for finding in gate_findings(blocked, "05_sync_fields")
        if finding.status is Status.ERROR
    }
    assert {"soap_login", "api_budget", "marketo_free"} <= errors
    assert verdict(gate_findings(blocked, "05_sync_fields")) is Verdict.BLOCKED


def test_gates_are_shut_by_the_right_checks() -> None:
    """Both irreversible steps have checks; the tie to a CRM, which Sync Fields makes, shuts only one."""
    for gate in GATES:
        assert {"environment", "sync_login", "required_visible", "api_budget"} <= {
            check.id for check in checks_for(gate)
        }
    assert "marketo_free" in {check.id for check in checks_for("05_sync_fields")}
    assert "marketo_free" not in {check.id for check in checks_for("08_start_sync")}


def test_a_step_that_makes_something_is_not_shut_by_its_absence() -> None:
    """01, 02 and 03 show what they are about to repair, but only what they may not change shuts them."""
    for step in ("01_marketo_fields", "02_sync_user", "03_security_token"):
        shut_by = {check.id for check in checks_for(step)}
        assert {check.id for check in checks_shown_at(step)} > shut_by
        assert shut_by <= {"environment", "user_license", "marketo_field_types"}


def test_checks_stand_on_the_road() -> None:
    """Every id is there once, and every step and gate is one of the road."""
    names = {stop.name for stop in ROAD}
    assert len({check.id for check in CHECKS}) == len(CHECKS)
    assert all(check.step in names and set(check.gates) <= names for check in CHECKS)
    assert all(set(parts_needed([check])) <= set(Part) for check in CHECKS)


def test_steps_choose_the_checks(snapshot: Snapshot) -> None:
    """``run_checks`` with steps gives what these steps show, in the order of CHECKS."""
    found = [finding.check for finding in run_checks(snapshot, ["07_duplicates", "08_start_sync"])]
    assert "duplicates" in found and "environment" in found and "people_seen" not in found
    assert found == [check.id for check in CHECKS if check.id in found]


def test_after_a_change_only_what_was_looked_at_again_answers(snapshot: Snapshot) -> None:
    """A check of which a part is from before says nothing, and "cannot tell" takes nothing back."""
    step, hidden = FIELD_VISIBILITY.name, "better_hidden"
    again = {finding.check: finding.status for finding in answers_of_now(snapshot, step, [Part.VISIBLE])}
    assert again[hidden] is Status.OK and "view_all_fields" not in again
    unread = replace(snapshot, visible=SILENT)
    assert run_check(next(check for check in CHECKS if check.id == hidden), unread).status is Status.UNKNOWN
    assert answers_of_now(unread, step, [Part.VISIBLE]) == ()


def test_every_sentence_can_be_said_in_every_language(snapshot: Snapshot) -> None:
    """No finding has a gap that is not filled, in any language."""
    for _, change, _, _ in CASES:
        for finding in run_checks(change(snapshot)):
            for text in (finding.what, finding.why, finding.fix):
                assert "{" not in "".join(translate(text, language) for language in ("en", "de", "es"))


def test_findings_survive_json(snapshot: Snapshot) -> None:
    """A finding written to the journal and read again is the same."""
    for _, change, _, _ in CASES:
        for finding in run_checks(change(snapshot)):
            assert Finding.from_json(finding.to_json()) == finding


def test_oauth_needs_no_soap_login(snapshot: Snapshot) -> None:
    """Where Marketo shows "Login with Salesforce", a missing SOAP permission is no warning."""
    oauth = replace(snapshot, expected=replace(snapshot.expected, authentication="oauth"))
    assert answered("soap_login", permission("PermissionsUseAnyApiAuth", False)(oauth)).status is Status.OK


def test_fifteen_and_eighteen_characters_are_one_id(snapshot: Snapshot) -> None:
    """An org or user id of 15 characters is the same as its form of 18."""
    login = snapshot.sync_login
    assert isinstance(login, SyncLogin)
    short = replace(login, org_id=login.org_id[:15], user_id=login.user_id[:15])
    assert answered("sync_login_identity", replace(snapshot, sync_login=short)).status is Status.OK
