"""10: each change since the state that was proven is named, with a verdict, and nothing else is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from runbook_lib.proof.claims.drift import claim_drift, is_drift
from runbook_lib.proof.claims.drift.deadlines import SOAP_LOGIN_ENDS
from runbook_lib.review.findings import Status
from runbook_lib.survey.model.org_settings import AccountHealth, PasswordPolicy, Rule, Surroundings
from runbook_lib.survey.snapshot import DuplicateCounts, ObjectAccess, PersonField, Snapshot, Unknown
from tests.org_by_hand import MARKETO, USER, a_field, small_org

ALL = ObjectAccess(read=True, create=True, edit=True, delete=True)
AROUND = Surroundings({"Lead": "ReadWrite"}, (), (Rule("Lead", "Old"),), ())
ACCOUNT = AccountHealth("2026-01-01T00:00:00Z", (), (), ("10.0.0.0–10.255.255.255",), {})
PEOPLE = DuplicateCounts(100, 0, {"lead": 1, "contact": 0, "across": 0}, {"lead": 2})
PROVEN = small_org(
    visible={
        "Lead": (
            a_field("Lead.Email", type="email", length=80),
            replace(a_field("Lead.Region__c", length=40, createable=True), label="Region"),
        )
    },
    system_permissions={"PermissionsApiEnabled": True, "PermissionsPasswordNeverExpires": True},
    object_access={"Lead": ALL},
    surroundings=AROUND,
    account=ACCOUNT,
    duplicates=PEOPLE,
)


def region(**changes: Any) -> Snapshot:
    """The same org, its field Lead.Region__c another one."""
    assert isinstance(PROVEN.visible, dict)
    email, field = PROVEN.visible["Lead"]
    return replace(PROVEN, visible={"Lead": (email, replace(field, **changes))})


def with_field(name: str) -> Snapshot:
    """The same org with one field more."""
    assert isinstance(PROVEN.visible, dict)
    return replace(PROVEN, visible={"Lead": (*PROVEN.visible["Lead"], a_field(name))})


def without_region() -> Snapshot:
    """The same org with one field less."""
    assert isinstance(PROVEN.visible, dict)
    return replace(PROVEN, visible={"Lead": PROVEN.visible["Lead"][:1]})


CHANGES: dict[str, Callable[[], Snapshot]] = {
    "drift-field:Lead.Secret__c": lambda: with_field("Lead.Secret__c"),
    "drift-gone:Lead.Region__c": without_region,
    "drift-renamed:Lead.Region__c": lambda: region(name="Area__c"),
    "drift-type:Lead.Region__c": lambda: region(type="double"),
    "drift-length:Lead.Region__c": lambda: region(length=20),
    "drift-required:Lead.Region__c": lambda: region(nillable=False),
    "drift-user:active": lambda: replace(PROVEN, sync_user=replace(USER, is_active=False)),
    "drift-user:frozen": lambda: replace(PROVEN, sync_user=replace(USER, is_frozen=True)),
    "drift-profile:sync@acme.example": lambda: replace(
        PROVEN, sync_user=replace(USER, profile_name="Standard User")
    ),
    "drift-permission:PasswordNeverExpires": lambda: replace(
        PROVEN, system_permissions={"PermissionsApiEnabled": True, "PermissionsPasswordNeverExpires": False}
    ),
    "drift-access:Lead": lambda: replace(PROVEN, object_access={"Lead": replace(ALL, edit=False)}),
    "drift-validation-rule:Lead: New": lambda: replace(
        PROVEN, surroundings=replace(AROUND, validation_rules=(Rule("Lead", "New"), Rule("Lead", "Old")))
    ),
    "drift-duplicate-rule:Contact: Strict": lambda: replace(
        PROVEN, surroundings=replace(AROUND, duplicate_rules=(Rule("Contact", "Strict"),))
    ),
    "drift-sharing:Lead": lambda: replace(PROVEN, surroundings=replace(AROUND, sharing={"Lead": "None"})),
    "drift-networks:profile": lambda: replace(
        PROVEN, account=replace(ACCOUNT, networks=("1.1.1.1–1.1.1.1",))
    ),
    "drift-hours:profile": lambda: replace(PROVEN, account=replace(ACCOUNT, hours={"monday": "08:00–18:00"})),
    "drift-password:changed": lambda: replace(
        PROVEN,
        account=replace(ACCOUNT, password_changed="2026-11-01T00:00:00Z"),  # noqa: S106 - a moment
    ),
    "drift-duplicates:lead": lambda: replace(
        PROVEN, duplicates=replace(PEOPLE, groups={"lead": 4, "contact": 0, "across": 0})
    ),
}


@pytest.mark.parametrize("name", CHANGES)
def test_each_change_is_named_and_nothing_else(name: str) -> None:
    """One change, one claim, and it speaks against the step."""
    (claim,) = claim_drift(PROVEN, CHANGES[name]())
    assert claim.id == name and claim.status is Status.ERROR and is_drift(claim)


def test_nothing_changed() -> None:
    """The same org is told as that; fewer duplicates, more rights and fewer rules are no drift."""
    better = replace(
        PROVEN,
        duplicates=replace(PEOPLE, groups={"lead": 0, "contact": 0, "across": 0}),
        surroundings=replace(AROUND, validation_rules=()),
        account=replace(ACCOUNT, networks=()),
    )
    for now in (PROVEN, better):
        (claim,) = claim_drift(PROVEN, now)
        assert claim.id == "nothing-changed" and claim.status is Status.OK


def test_where_nobody_could_look_it_cannot_be_told() -> None:
    """What a system refuses today may have changed; what nobody had looked at then begins today."""
    (claim,) = claim_drift(PROVEN, replace(PROVEN, visible=Unknown("no session")))
    assert claim.status is Status.UNKNOWN and "no session" in str(claim.what)
    (first,) = claim_drift(replace(PROVEN, surroundings=None), PROVEN)
    assert first.id == "nothing-changed"


def test_access_that_nobody_can_tell() -> None:
    """Unknown today is told as that, and never as a right that was lost; unknown then begins today."""
    unknown = replace(PROVEN, object_access={"Lead": Unknown("contradiction")})
    (claim,) = claim_drift(PROVEN, unknown)
    assert claim.id == "drift-unknown:Lead" and claim.status is Status.UNKNOWN
    assert [told.id for told in claim_drift(unknown, PROVEN)] == ["nothing-changed"]


def expiring(expires: datetime, left: int, policy: PasswordPolicy | Unknown | None, days: int) -> Snapshot:
    """The same org so many days before its password expires, which it does ``days`` days after it was set."""
    changed = f"{expires - timedelta(days=days):%Y-%m-%dT00:00:00.000+0000}"
    account = replace(ACCOUNT, password_changed=changed)
    taken = expires - timedelta(days=left)
    return replace(PROVEN, account=account, system_permissions={}, taken_at=taken, password_policy=policy)


EXPIRES = datetime(2026, 6, 1, tzinfo=UTC)


@pytest.mark.parametrize("policy", [PasswordPolicy(30), PasswordPolicy(90), PasswordPolicy(180, True)])
@pytest.mark.parametrize(
    ("then", "now", "told"),
    [(80, 75, None), (20, 14, 14), (14, 10, None), (10, 3, 3), (3, 0, 0), (1, -5, 0), (-1, -9, None)],
)
def test_a_password_that_expires_is_told_at_a_few_marks(
    then: int, now: int, told: int | None, policy: PasswordPolicy
) -> None:
    """Days that are left at the two looks, by the policy of the org or of the profile: told when a mark is
    passed, quiet in between."""
    (claim,) = claim_drift(*(expiring(EXPIRES, left, policy, policy.days) for left in (then, now)))
    assert claim.id == ("nothing-changed" if told is None else "drift-password:expires")
    assert told is None or claim.now == {"days": told, "on": "2026-06-01"}


def test_a_password_is_told_by_the_policy_alone() -> None:
    """25 days old at 30 days it is named, also where nobody had looked at the policy before; a policy without
    an end is silent whatever its age; where nobody can read it, it cannot be told; with the permission
    nobody asks."""
    month = expiring(EXPIRES, 5, PasswordPolicy(30), 30)
    unlooked = replace(month, taken_at=EXPIRES - timedelta(days=6), password_policy=None)
    (named,) = claim_drift(unlooked, month)
    assert named.id == "drift-password:expires" and named.now == {"days": 14, "on": "2026-06-01"}
    never = [replace(look, password_policy=PasswordPolicy(0)) for look in (unlooked, month)]
    assert [claim.id for claim in claim_drift(*never)] == ["nothing-changed"]
    (unread,) = claim_drift(month, replace(month, password_policy=Unknown("no right to look")))
    assert (unread.id, unread.status) == ("drift-unknown:password_policy", Status.UNKNOWN)
    assert "no right to look" in str(unread.what)
    lasting = replace(unlooked, system_permissions={"PermissionsPasswordNeverExpires": True})
    assert [claim.id for claim in claim_drift(lasting, lasting)] == ["nothing-changed"]


@pytest.mark.parametrize("unread", [None, Unknown("refused")])
def test_a_password_is_told_where_nobody_knew_before_what_they_may_do(unread: Unknown | None) -> None:
    """As after adopting a sync that has run for years: the first look that can tell the day tells it."""
    month = expiring(EXPIRES, 5, PasswordPolicy(30), 30)
    (named,) = claim_drift(replace(month, system_permissions=unread), month)
    assert named.id == "drift-password:expires"


@pytest.mark.parametrize(
    ("then", "today", "told"), [(90, 30, True), (0, 365, True), (30, 90, False), (30, 0, False)]
)
def test_a_stricter_password_policy_is_named(then: int, today: int, told: bool) -> None:
    """Passwords that expire sooner than they did are a change; those that live longer are none."""
    looks = [expiring(EXPIRES, 4, PasswordPolicy(days), 30) for days in (then, today)]
    (claim,) = claim_drift(*looks)
    assert claim.id == ("drift-password:policy" if told else "nothing-changed")


@pytest.mark.parametrize(
    ("then", "now", "told"),
    [
        (400, 300, None),
        (271, 270, 270),
        (269, 181, None),
        (300, 20, 30),
        (8, 7, 7),
        (2, -1, 0),
        (-1, -9, None),
    ],
)
def test_the_end_of_soap_login_is_told_at_a_few_marks(then: int, now: int, told: int | None) -> None:
    """Days that are left at the two looks; where Marketo logs in by OAuth it is nobody's matter."""
    looks = [replace(PROVEN, taken_at=SOAP_LOGIN_ENDS - timedelta(days=left)) for left in (then, now)]
    (claim,) = claim_drift(*looks)
    assert claim.id == ("nothing-changed" if told is None else "drift-retires:soap-login")
    assert told is None or claim.now == {"days": told, "on": "2027-06-01"}
    by_oauth = [replace(look, expected=replace(look.expected, authentication="oauth")) for look in looks]
    assert [claim.id for claim in claim_drift(*by_oauth)] == ["nothing-changed"]


MADE = "Shown__c"


@pytest.mark.parametrize(
    ("name", "visible", "told"),
    [
        (MADE, (), ["drift-made:Shown__c"]),
        ("Shown__c_contact", (), ["drift-made:Shown__c_contact"]),
        (MADE, ("Lead.Shown__c",), ["drift-field:Lead.Shown__c"]),
        ("Region__c_2", (), ["nothing-changed"]),
        ("eventAttendance", (), ["nothing-changed"]),
    ],
)
def test_a_field_that_came_and_went_shows_in_marketo(
    name: str, visible: tuple[str, ...], told: list[str]
) -> None:
    """Salesforce looks as it did, and Marketo has a field of such a name: it is named. One that a field of
    Salesforce explains, and one that somebody made in Marketo, are not."""
    there = (*MARKETO.fields, PersonField(name, name, "string"))
    before = replace(PROVEN, marketo=MARKETO)
    now = with_field(visible[0]) if visible else PROVEN
    claims = claim_drift(before, replace(now, marketo=replace(MARKETO, fields=there)))
    assert [claim.id for claim in claims] == told
    assert [claim.id for claim in claim_drift(before, replace(before, marketo=Unknown("603")))] == [
        "nothing-changed"
    ], "10 has a claim of its own for an instance that nobody can read"
    unseen = replace(now, visible=Unknown("no login"), marketo=replace(MARKETO, fields=there))
    assert [claim.id for claim in claim_drift(before, unseen)] == ["drift-unknown:visible"]
