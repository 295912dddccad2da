"""09 and 10: every record that is missing, hidden or different speaks against the proof, and is named."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from runbook_lib.proof.claims.claim import Claim
from runbook_lib.proof.claims.interval import wilson
from runbook_lib.proof.evidence import Evidence, prove
from runbook_lib.review.findings import Status
from runbook_lib.survey.snapshot import FieldSeen, Lock, PeopleSeen, Snapshot, Unknown
from tests.org_by_hand import MARKETO, NOW, small_org

BEFORE = small_org(rows={"Lead": 20_000, "Contact": 5_000}, people_seen=(PeopleSeen("Lead", 150, 0),))
LEADS = PeopleSeen("Lead", 150, 150, population=10_000, everybody=10_000, seed=7, compared=150)
GONE = ("00Q5g0000000001AAA", "00Q5g0000000002AAA", "00Q5g0000000003AAA")


def days_later(*people: PeopleSeen, **more: Any) -> Snapshot:
    """A look days after the start, when nothing is on its way any more."""
    seen = small_org(people_seen=people, marketo=replace(MARKETO, lock=Lock.TIED), **more)
    return replace(seen, taken_at=NOW + timedelta(days=3))


def claims(evidence: Evidence) -> dict[str, Claim]:
    """By their names."""
    return {claim.id: claim for claim in evidence.claims}


def of_field(field: FieldSeen) -> tuple[Evidence, Claim | None]:
    """What is found where that field was compared."""
    evidence = prove("09", BEFORE, days_later(replace(LEADS, fields=(field,))), None)
    return evidence, claims(evidence).get(f"values-{field.field}")


def test_two_percent_missing_is_found_and_named() -> None:
    """Three of 150 are missing: not proven, each named by Id, with the interval and the seed of the draw."""
    evidence = prove("09", BEFORE, days_later(replace(LEADS, found=147, missing=GONE)), None)
    claim = claims(evidence)["people-lead"]
    assert not evidence.proven and claim.status is Status.UNKNOWN
    assert claim.now == {"found": 147, "missing": list(GONE)}
    told = str(claim.what)
    assert all(record_id in told for record_id in GONE) and "seed 7" in told and "94.2 to 99.4 %" in told


def test_the_interval_is_wilsons() -> None:
    """Figures as any table of Wilson's interval has them; none of ten is no zero."""
    assert [round(bound, 3) for bound in wilson(147, 150)] == [0.943, 0.993]
    assert [round(bound, 3) for bound in wilson(0, 10)] == [0.0, 0.278]
    assert wilson(10, 10)[1] == 1.0


def test_who_is_refused_by_name_is_no_mystery() -> None:
    """A record that Marketo's Sync Errors names is told, and does not shut the step; the others do."""
    now = days_later(replace(LEADS, found=147, missing=GONE))
    explained = prove("09", BEFORE, now, None, refused=frozenset(record_id[:15] for record_id in GONE))
    assert explained.proven and claims(explained)["people-lead-refused"].status is Status.WARN
    assert not prove("09", BEFORE, now, None, refused=frozenset(GONE[0][:15])).proven


def test_a_value_that_salesforce_refused_is_no_mystery() -> None:
    """What Marketo changed and Salesforce refused differs: records that Sync Errors names are told, and do
    not shut the step; another one of the same field does."""
    field = FieldSeen("Lead.Phone", "phone", 150, different=GONE)
    now = days_later(replace(LEADS, fields=(field,)))
    explained = prove("09", BEFORE, now, None, refused=frozenset(record[:15] for record in GONE))
    claim = claims(explained)["values-Lead.Phone-refused"]
    assert explained.proven and claim.status is Status.WARN and GONE[2] in str(claim.what)
    partly = prove("09", BEFORE, now, None, refused=frozenset(record[:15] for record in GONE[:2]))
    assert not partly.proven and claims(partly)["values-Lead.Phone"].now == [GONE[2]]


@pytest.mark.parametrize(("seen", "status"), [(0, Status.ERROR), (10, Status.WARN), (540, None)])
def test_a_blind_observer_says_so(seen: int, status: Status | None) -> None:
    """Nothing to look for although the admin sees 540 is an error; to see a part is told."""
    leads = PeopleSeen("Lead", seen, seen, population=seen, everybody=540)
    contacts = PeopleSeen("Contact", 20, 20, population=20, everybody=20)
    evidence = prove("09", BEFORE, days_later(leads, contacts), None)
    claim = claims(evidence).get("seen-lead")
    assert (claim and claim.status) is status
    assert evidence.proven is (status is not Status.ERROR)


def test_an_empty_org_proves_nothing() -> None:
    """No lead and no contact: nobody can tell whether people arrive."""
    empty = (PeopleSeen("Lead", 0, 0, population=0), PeopleSeen("Contact", 0, 0, population=0))
    evidence = prove("09", BEFORE, days_later(*empty), None)
    assert claims(evidence)["people"].status is Status.UNKNOWN and not evidence.proven


def test_records_that_nobody_could_look_at_cannot_be_told() -> None:
    """Opportunities that Marketo does not show are "cannot tell", with the reason; users that are not all
    there are a warning."""
    seen = {"Opportunity": Unknown("no permission", "603"), "User": PeopleSeen("User", 5, 4)}
    evidence = prove("09", BEFORE, days_later(LEADS, records_seen=seen), None)
    found = claims(evidence)
    assert found["records-opportunity"].status is Status.UNKNOWN and not evidence.proven
    assert "no permission" in str(found["records-opportunity"].what)
    assert found["records-user"].status is Status.WARN


@pytest.mark.parametrize(
    ("field", "status", "told"),
    [
        (FieldSeen("Lead.Phone", "phone", 90), None, ""),
        (FieldSeen("Lead.Phone", "phone", 90, 0, GONE), Status.ERROR, GONE[1]),
        (FieldSeen("Lead.Phone", "phone", 3, 3, GONE), Status.ERROR, "No value of Lead.Phone"),
        (FieldSeen("Lead.A__c", "A_c", 3, 0, GONE), Status.ERROR, "mapped to each other"),
        (FieldSeen("Lead.A__c", "A_c", 2, 0, GONE[:2]), Status.UNKNOWN, GONE[0]),
    ],
)
def test_a_field_that_differs_is_named(field: FieldSeen, status: Status | None, told: str) -> None:
    """One value that differs shuts the step; a field of which nothing arrives is told as that."""
    evidence, claim = of_field(field)
    assert (claim and claim.status) is status and evidence.proven is (status is None)
    assert claim is None or (told in str(claim.what) and claim.now == list(field.different))


@pytest.mark.parametrize(
    ("true", "lost", "status"), [(9, 9, Status.ERROR), (9, 0, Status.OK), (0, 0, Status.SKIP)]
)
def test_opt_outs(true: int, lost: int, status: Status) -> None:
    """All opt-outs lost is an error of its own; where nobody has opted out, none was seen to arrive."""
    ids = tuple(f"00Q{number:012}" for number in range(lost))
    field = FieldSeen("Lead.HasOptedOutOfEmail", "unsubscribed", 150, 0, ids, true, lost)
    evidence, _ = of_field(field)
    claim = claims(evidence)["opt-out"]
    assert claim.status is status and evidence.proven is (status is not Status.ERROR)
    assert status is not Status.ERROR or "would e-mail all of them" in str(claim.what)
