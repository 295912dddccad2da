"""Evidence: the difference between the baseline and now; a tick by a person proves nothing."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runbook_lib.change.decisions import (
    Decisions,
    DuplicateChoice,
    DuplicateDecision,
    FieldDecision,
    MappingDecision,
    Pairing,
    SetupDecision,
    Visibility,
)
from runbook_lib.change.plan import Plan
from runbook_lib.change.plans import plan_for
from runbook_lib.proof.evidence import CLAIMS, Attested, Claim, Evidence, prove
from runbook_lib.review.findings import Status
from runbook_lib.road import ROAD
from runbook_lib.survey.snapshot import (
    Absent,
    ApiBudget,
    ConvertedField,
    DuplicateCounts,
    Lock,
    ObjectAccess,
    PeopleSeen,
    PermissionSet,
    PersonField,
    Snapshot,
    SyncLogin,
    Unknown,
)
from runbook_lib.text import say
from tests.org_by_hand import MARKETO, NOW, ORG, USER, a_field, field_decisions, small_org, visible

SCORE = "mkto71_Lead_Score__c"
ONE = Decisions(setup=SetupDecision(marketo_fields=(SCORE,)))
KEPT = field_decisions("Lead.Region__c", "Contact.Region__c")
TICK = Attested("Ada", NOW, "Last Synced: 12:00")
MADE = (a_field(f"Lead.{SCORE}"), a_field(f"Contact.{SCORE}"))
GIVEN = PermissionSet(
    "0PS1", "Marketo_Sync", "Marketo Sync", True, fields={f"Lead.{SCORE}": True, f"Contact.{SCORE}": True}
)
DONE = small_org(
    custom_fields=MADE,
    permission_set=GIVEN,
    conversion=(ConvertedField(SCORE, "Contact", SCORE),),
)


def planned(step: str, before: Snapshot, decisions: Decisions) -> Plan:
    """The plan made from the baseline."""
    return plan_for(step, before, decisions, NOW)


def statuses(evidence: Evidence) -> dict[str, Status]:
    """Claim → status."""
    return {claim.id: claim.status for claim in evidence.claims}


def with_fields(*names: str, lock: Lock | Unknown = Lock.FREE) -> Snapshot:
    """The small org with these fields in Marketo."""
    fields = (*MARKETO.fields, *(PersonField(name, name, "string") for name in names))
    return small_org(marketo=replace(MARKETO, fields=fields, lock=lock))


def with_people(found: int, sampled: int = 100, lock: Lock | Unknown = Lock.TIED) -> Snapshot:
    """The small org with so many of the sampled people in Marketo."""
    seen = (PeopleSeen("Lead", sampled, found), PeopleSeen("Contact", sampled, found))
    return replace(
        small_org(people_seen=seen, budget=ApiBudget(1000, 900)), marketo=replace(MARKETO, lock=lock)
    )


def test_every_step_is_claimed_of() -> None:
    """Each step of the road has its claims."""
    assert list(CLAIMS) == [stop.name for stop in ROAD]


@pytest.mark.parametrize("step", list(CLAIMS))
def test_nothing_seen_proves_nothing(step: str) -> None:
    """Where nobody could look, no step is proven, whatever a person ticks."""
    blind = Snapshot(NOW, small_org().expected)
    assert not prove(step, blind, blind, None, TICK).proven
    assert not prove(step, None, blind, None).proven


@pytest.mark.parametrize("step", ["05_sync_fields", "08_start_sync", "09_verify_sync"])
def test_a_tick_proves_nothing(step: str) -> None:
    """Nothing moved in Marketo, but a person says that it did: told, not proven."""
    before = small_org(people_seen=(PeopleSeen("Lead", 100, 0),))
    plan = planned(
        step, before, Decisions(fields=KEPT, duplicates=DuplicateDecision(DuplicateChoice.ACCEPT, reason="x"))
    )
    evidence = prove(step, before, before, plan, TICK)
    assert statuses(evidence)["status" if step == "09_verify_sync" else "told-by"] is Status.SKIP
    assert not evidence.proven


def test_00_reached() -> None:
    """Both systems answered and are the right ones; a sandbox instead of production is an error."""
    assert prove("00", None, small_org(), None).proven
    sandbox = small_org(organization=replace(ORG, is_sandbox=True))
    assert statuses(prove("00", None, sandbox, None))["salesforce"] is Status.ERROR
    other = small_org(marketo=replace(MARKETO, munchkin_id="999-XYZ-999"))
    assert statuses(prove("00", None, other, None))["marketo"] is Status.ERROR


def test_01_created() -> None:
    """Every planned field, access and mapping stands; one that is missing is named."""
    plan = planned("01", small_org(), ONE)
    evidence = prove("01", small_org(), DONE, plan)
    assert evidence.proven
    assert {claim.id: (claim.before, claim.now) for claim in evidence.claims}["fields"] == (0, 2)
    half = replace(DONE, custom_fields=MADE[:1])
    assert statuses(prove("01", small_org(), half, plan))["fields"] is Status.ERROR


def test_01_nothing_to_do_is_proven() -> None:
    """Where everything was there before, that is proof enough."""
    assert prove("01", DONE, DONE, planned("01", DONE, ONE)).proven


def test_01_a_lost_mapping_is_an_error() -> None:
    """A lead-conversion mapping that was there before and is gone is an error, named."""
    before = small_org(conversion=(ConvertedField("Old__c", "Contact", "Old__c"),))
    evidence = prove("01", before, DONE, planned("01", before, ONE))
    assert statuses(evidence)["mappings-kept"] is Status.ERROR
    assert "Old__c → Contact.Old__c" in str(evidence.claims[-1].what)


def test_02_rights() -> None:
    """User, assignment and every planned right; an inactive or missing user is an error."""
    before = small_org(permission_set=replace(GIVEN, assigned=False))
    plan = planned("02", before, ONE)
    rights = replace(
        GIVEN,
        system=tuple(change.target for change in plan.changes if change.kind == "grant-system"),
        objects={
            change.target: access(change.after) for change in plan.changes if change.kind == "grant-object"
        },
    )
    assert prove("02", before, small_org(permission_set=rights), plan).proven
    for wrong in (
        small_org(permission_set=replace(rights, system=())),
        small_org(permission_set=replace(rights, assigned=False)),
        small_org(permission_set=Absent("Marketo_Sync")),
        small_org(permission_set=rights, sync_user=replace(USER, is_active=False)),
        small_org(permission_set=rights, sync_user=Absent("User")),
        small_org(permission_set=rights, sync_user=Unknown("no")),
    ):
        assert not prove("02", before, wrong, plan).proven


def access(after: Any) -> ObjectAccess:
    """Object access as the snapshot has it."""
    return ObjectAccess(**after)


@pytest.mark.parametrize(
    ("login", "proven"),
    [
        (SyncLogin(USER.id, ORG.id, False, NOW), True),
        (SyncLogin(USER.id[:15], ORG.id[:15], False, NOW), True),
        (SyncLogin(USER.id, ORG.id, True, NOW), False),
        (SyncLogin("0059999999999999AA", ORG.id, False, NOW), False),
        (SyncLogin(USER.id, "00D999999999999AAA", False, NOW), False),
        (Unknown("wrong password", "INVALID_LOGIN"), False),
    ],
)
def test_03_login(login: SyncLogin | Unknown, proven: bool) -> None:
    """The login works, as this user, in this org, with a password that counts."""
    assert prove("03", None, small_org(sync_login=login), None).proven is proven


def test_04_visibility() -> None:
    """A hidden field is gone as the sync user sees it; one that changed without a plan is a warning."""
    hide = {**KEPT, "Lead.Region__c": FieldDecision("Lead", "Region__c", Visibility.HIDE)}
    before = small_org()
    plan = planned("04", before, Decisions(SetupDecision(), hide))
    after = small_org(visible=visible("Lead.Email", "Contact.Email", "Contact.Region__c"))
    assert prove("04", before, after, plan).proven
    assert statuses(prove("04", before, before, plan))["hidden"] is Status.ERROR
    more = small_org(visible=visible("Lead.Email", "Contact.Email", "Contact.Region__c", "Contact.New__c"))
    evidence = prove("04", before, more, plan)
    assert (statuses(evidence)["nothing-else"], evidence.proven) == (Status.WARN, True)


def test_04_what_is_to_be_edited() -> None:
    """A field that he saw before and was to be let edit is proven by his own session, not by its row."""
    shut = {"Task": (a_field("Task.OwnerId"), a_field("Task.WhoId", updateable=False))}
    there = {"Task": (a_field("Task.OwnerId"), a_field("Task.WhoId"))}
    before = small_org(visible=shut, present=there, grants=())
    plan = planned("04", before, Decisions(SetupDecision()))
    assert prove("04", before, replace(before, visible=there), plan).proven
    assert statuses(prove("04", before, before, plan))["editable"] is Status.ERROR


def test_05_fields_appeared() -> None:
    """Fields that are new since the baseline, and are the approved ones, prove Sync Fields."""
    plan = planned("05", small_org(), Decisions(fields=KEPT))
    evidence = prove("05", small_org(), with_fields("Region__c", "Email_lead"), plan, TICK)
    assert evidence.proven
    assert statuses(evidence)["nothing-else"] is Status.OK
    odd = prove("05", small_org(), with_fields("Stranger__c"), plan)
    found = {claim.id: claim for claim in odd.claims}
    assert (found["approved-there"].status, found["approved-there"].now) == (
        Status.WARN,
        ["Contact.Region__c", "Lead.Region__c"],
    )
    assert found["nothing-else"].now == ["Stranger__c"]


@pytest.mark.parametrize(
    ("appeared", "as_reckoned"),
    [
        (("npsp__Gift__c",), Status.OK),
        (("npsp_Gift_c", "Fax_account"), Status.OK),
        ((), Status.WARN),
        (("npsp__Gift__c", "Fax", "Other__c"), Status.WARN),
    ],
)
def test_05_accepts_what_the_range_allows(appeared: tuple[str, ...], as_reckoned: Status) -> None:
    """A field of a package in either spelling, and one that Adobe calls ignored or not; no more, no fewer."""
    before = small_org(visible=visible("Account.npsp__Gift__c", "Account.Fax"))
    plan = planned("05", before, Decisions())
    claims = {claim.id: claim for claim in prove("05", before, with_fields(*appeared), plan, TICK).claims}
    assert claims["as-reckoned"].status is as_reckoned
    assert claims["nothing-else"].now == (["Other__c"] if "Other__c" in appeared else 0)
    assert (claims["approved-there"].status is Status.OK) is bool(appeared)


@pytest.mark.parametrize(
    ("step", "before", "now"),
    [
        ("05", small_org(), with_fields("Region__c", "Email_lead")),
        ("08", with_people(0, lock=Lock.FREE), with_people(100)),
    ],
)
def test_what_nobody_agreed_to_is_never_proven(step: str, before: Snapshot, now: Snapshot) -> None:
    """Clicks without a consent did happen, but are loudly not proven, and nothing is called approved."""
    evidence = prove(step, before, now, None, TICK)
    assert statuses(evidence)["agreed"] is Status.ERROR
    assert "approved-there" not in statuses(evidence)
    assert not evidence.proven


def test_05_needs_a_baseline() -> None:
    """Without a look before, fields that are there prove nothing."""
    assert not prove("05", None, with_fields("Region__c"), None).proven


def test_06_mappings() -> None:
    """Nothing to change is proven by looking; a change that was clicked is told by a person."""
    assert prove("06", small_org(), small_org(), planned("06", small_org(), Decisions())).proven
    unseen = small_org(visible=Unknown("no login"))
    assert not prove("06", small_org(), unseen, None).proven


def test_06_a_field_more_shows_that_a_mapping_was_broken() -> None:
    """The field that appears since the baseline is evidence; that none shows yet is on record and no more."""
    broken = Decisions(mappings=(MappingDecision("Region__c", "Region__c", Pairing.BREAK),))
    more = replace(
        MARKETO, fields=(*MARKETO.fields, PersonField("Region__c_contact", "Region (C)", "string"))
    )
    plan = planned("06", small_org(), broken)
    for now, status in ((small_org(), Status.SKIP), (small_org(marketo=more), Status.OK)):
        assert statuses(prove("06", small_org(), now, plan))["parted"] is status


def test_07_duplicates() -> None:
    """They are counted, and what becomes of them is decided; merged ones need no decision."""
    accepted = Decisions(duplicates=DuplicateDecision(DuplicateChoice.ACCEPT, reason="x"))
    merge = Decisions(duplicates=DuplicateDecision(DuplicateChoice.MERGE, reason=""))
    none_left = small_org(duplicates=DuplicateCounts(1290, 10, {"lead": 0}, {}))
    assert prove("07", small_org(), small_org(), planned("07", small_org(), accepted)).proven
    assert not prove("07", small_org(), small_org(), planned("07", small_org(), Decisions())).proven
    assert not prove("07", small_org(), small_org(), planned("07", small_org(), merge)).proven
    assert prove("07", small_org(), none_left, planned("07", small_org(), merge)).proven


@pytest.mark.parametrize(
    ("before", "now", "status"),
    [
        (with_people(0, lock=Lock.FREE), with_people(0), Status.OK),
        (with_people(0, lock=Unknown("603")), with_people(3, lock=Unknown("603")), Status.OK),
        (with_people(0, lock=Lock.FREE), with_people(0, lock=Lock.FREE), Status.ERROR),
        (with_people(0), with_people(0), Status.UNKNOWN),
        (with_people(0, lock=Unknown("603")), with_people(0, lock=Unknown("603")), Status.UNKNOWN),
    ],
)
def test_08_started(before: Snapshot, now: Snapshot, status: Status) -> None:
    """The lock closed or people arrived: started. Neither moved: not, or nobody can tell; never "no" for
    unknown."""
    plan = planned("08", small_org(), Decisions())
    evidence = prove("08", before, now, plan, TICK)
    assert statuses(evidence)["started"] is status
    assert evidence.proven is (status is Status.OK)


@pytest.mark.parametrize(
    ("now", "proven"),
    [
        (with_people(100), True),
        (with_people(99), False),
        (with_people(0), False),
        (with_people(100, lock=Lock.FREE), False),
        (with_people(100, lock=Unknown("603")), True),
        (with_people(0, sampled=0), False),
        (small_org(people_seen=Unknown("603")), False),
    ],
)
def test_09_runs(now: Snapshot, proven: bool) -> None:
    """Every sampled person is there, and nothing says that no CRM is tied; nobody to look for is no proof."""
    assert prove("09", None, now, None).proven is proven


def test_09_a_failure_on_the_page_counts() -> None:
    """A status that says failed, in any language of Marketo's pages, spoils the proof."""
    for word in ("Failed", "Fehlgeschlagen: 12:00", "error"):
        assert not prove("09", None, with_people(100), None, replace(TICK, status=word)).proven
    assert prove("09", None, with_people(100), None, TICK).proven


def test_10_watch() -> None:
    """People are there and API calls are left; nearly spent calls are a warning."""
    assert prove("10", None, with_people(100), None).proven
    spent = replace(with_people(100), budget=ApiBudget(1000, 50))
    assert statuses(prove("10", None, spent, None))["budget"] is Status.WARN
    assert not prove("10", None, replace(spent, budget=Unknown("403")), None).proven


@given(st.lists(st.sampled_from(Status), max_size=5))
def test_what_proven_means(found: list[Status]) -> None:
    """Something is ok, and nothing is an error or unknown; told and warned alone prove nothing."""
    claims = tuple(Claim(f"c{n}", status, say("x"), None, [1]) for n, status in enumerate(found))
    evidence = Evidence("09_verify_sync", claims, NOW + timedelta(hours=1))
    assert evidence.proven == (
        Status.OK in found and Status.ERROR not in found and Status.UNKNOWN not in found
    )
    assert Evidence.from_json(json.loads(json.dumps(evidence.to_json()))) == evidence
