"""The gate: every reason keeps it shut, and no order of events opens one that should be shut."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import event, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from runbook_lib.change.decisions import Decisions, FieldDecision, Visibility
from runbook_lib.change.gate import (
    APPROVAL_LIFETIME,
    CHECKS_LIFETIME,
    Approval,
    Checks,
    Permit,
    Predecessor,
    open_gate,
    refusals,
)
from runbook_lib.change.plan import Plan
from runbook_lib.change.plans import plan_for
from runbook_lib.review.findings import Finding, Status
from runbook_lib.survey.snapshot import MarketoState, Organization, Snapshot, Unknown
from runbook_lib.text import LANGUAGES, say
from tests.change.gate.at_the_gate import GATE, KEPT, approval_of, findings, standing
from tests.org_by_hand import MARKETO, NOW, ORG, field_decisions, small_org, visible


def reasons(
    plan: Plan,
    approval: Approval | None,
    seen: Snapshot | None = None,
    checks: Checks | None = None,
    now: datetime = NOW,
) -> set[str]:
    """The ids of the refusals; by default everything but what a test names is in order."""
    checks = checks or Checks(findings(step=plan.step), NOW, standing(plan.step))
    return {refusal.id for refusal in refusals(plan, approval, seen or small_org(), checks, now)}


@pytest.mark.parametrize(
    "told",
    [
        (),
        standing()[:-1],
        standing(proven_at=None),
        standing(lapsed=say("it was undone after it was proven.")),
    ],
)
def test_a_gate_stands_on_proofs(plan: Plan, told: tuple[Predecessor, ...]) -> None:
    """What it stands on and was never proven, has lapsed, or of which nothing was told, shuts it."""
    found = reasons(plan, approval_of(plan), checks=Checks(findings(), NOW, told))
    assert "stands-on:04_field_visibility" in found
    assert {name.partition(":")[0] for name in found} == {"stands-on"}


@pytest.fixture
def plan() -> Plan:
    """A plan of 05 in which everything is decided."""
    return plan_for(GATE, small_org(), KEPT, NOW)


def test_it_opens_when_all_is_in_order(plan: Plan) -> None:
    """Consent, fresh checks and no drift give a permit for exactly this plan."""
    answer = open_gate(plan, approval_of(plan), small_org(), Checks(findings(), NOW, standing()), NOW)
    assert answer == Permit(GATE, plan.digest, NOW, "Ada")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_consent_counts_in_the_language_it_was_read_in(plan: Plan, language: str) -> None:
    """Who agreed to the German or Spanish text agreed to the same thing."""
    assert reasons(plan, approval_of(plan, language)) == set()


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"plan_digest": "0" * 64}, "wrong-plan"),
        ({"gate": "08_start_sync"}, "wrong-plan"),
        ({"org": "Acme"}, "wrong-org-name"),
        ({"org": ""}, "wrong-org-name"),
        ({"approver": "  "}, "unsigned"),
        ({"reason": ""}, "unsigned"),
        ({"consents": {}}, "consent-missing"),
        ({"consents": {"fields-for-ever": "fine"}}, "consent-missing"),
        ({"expires": NOW}, "approval-expired"),
        ({"created": NOW + timedelta(seconds=1)}, "approval-expired"),
        ({"expires": NOW.replace(year=2099)}, "approval-too-long"),
        ({"is_on_record": False}, "not-on-record"),
    ],
)
def test_an_approval_that_is_not_quite_right_is_none(
    plan: Plan, changes: Mapping[str, Any], reason: str
) -> None:
    """Each flaw of an approval is its own reason to stay shut."""
    assert reasons(plan, approval_of(plan, **changes)) == {reason}


def test_an_approval_of_the_other_gate_is_told_as_that(plan: Plan) -> None:
    """The gate is named, not two equal digests."""
    approval = approval_of(plan, gate="08_start_sync")
    (refusal,) = refusals(plan, approval, small_org(), Checks(findings(), NOW, standing()), NOW)
    assert str(refusal.what) == "The approval is for 08 Start Sync, not for 05 Sync Fields."


def test_no_approval(plan: Plan) -> None:
    """Without an approval the gate waits for a person and names the command."""
    (refusal,) = refusals(plan, None, small_org(), Checks(findings(), NOW, standing()), NOW)
    assert refusal.id == "no-approval"
    assert refusal.waits
    assert "runbook approve WORKSPACE 05_sync_fields --by NAME --reason TEXT --org 'Acme Corporation'" in str(
        refusal.fix
    )


@pytest.mark.parametrize(
    ("seen", "reason"),
    [
        (small_org(organization=replace(ORG, id="00D000000000000AAA")), "other-org"),
        (small_org(organization=Unknown("no login")), "org-unknown"),
        (small_org(organization=None), "org-unknown"),
        (small_org(marketo=replace(MARKETO, munchkin_id="999-XYZ-999")), "other-instance"),
        (small_org(marketo=Unknown("603")), "instance-unknown"),
        (small_org(marketo=None), "instance-unknown"),
        (small_org(visible=Unknown("no login")), "fields-unknown"),
        (small_org(visible=None), "fields-unknown"),
        (small_org(visible=visible("Lead.Email", "Lead.Region__c", "Contact.Email")), "fields-vanished"),
        (small_org(taken_at=NOW - CHECKS_LIFETIME - timedelta(seconds=1)), "look-stale"),
        (small_org(taken_at=NOW + timedelta(seconds=1)), "look-stale"),
    ],
)
def test_drift_shuts_it(plan: Plan, seen: Snapshot, reason: str) -> None:
    """Another org or instance, other fields, or a look too old: shut; "cannot tell" as well."""
    assert reasons(plan, approval_of(plan), seen) == {reason}


def test_a_field_that_appeared_is_named(plan: Plan) -> None:
    """A field nobody approved is named, so that it can be decided about."""
    ready = small_org()
    assert isinstance(ready.visible, Mapping)
    seen = small_org(visible={**ready.visible, **visible("Account.New__c")})
    (refusal,) = refusals(plan, approval_of(plan), seen, Checks(findings(), NOW, standing()), NOW)
    assert refusal.id == "fields-appeared"
    assert "Account.New__c" in str(refusal.what)


@pytest.mark.parametrize("status", [Status.ERROR, Status.UNKNOWN])
def test_an_error_and_cannot_tell_shut_it(plan: Plan, status: Status) -> None:
    """One check that is not in order is enough."""
    bad = replace(findings()[0], status=status)
    assert reasons(plan, approval_of(plan), checks=Checks((bad, *findings()[1:]), NOW, standing())) == {
        f"check:{bad.check}"
    }


def test_a_warning_does_not_shut_it(plan: Plan) -> None:
    """Warnings are told, they do not block."""
    assert reasons(plan, approval_of(plan), checks=Checks(findings(Status.WARN), NOW, standing())) == set()


@pytest.mark.parametrize("made", [(), findings()[1:], findings(Status.SKIP)])
def test_a_check_nobody_made_shuts_it(plan: Plan, made: tuple[Finding, ...]) -> None:
    """Checks that were left out or skipped do not count as passed."""
    assert reasons(plan, approval_of(plan), checks=Checks(made, NOW, standing())) == {"checks-not-made"}


@pytest.mark.parametrize("age", [CHECKS_LIFETIME + timedelta(seconds=1), timedelta(seconds=-1)])
def test_checks_count_ten_minutes(plan: Plan, age: timedelta) -> None:
    """Older checks, and checks from the future, do not count."""
    assert reasons(plan, approval_of(plan), checks=Checks(findings(), NOW - age, standing())) == {
        "checks-stale"
    }


def test_what_is_undecided_or_cannot_be_done_shuts_it() -> None:
    """An open row and a decision that cannot be carried out keep the gate shut, and wait for a person."""
    plan = plan_for(GATE, small_org(), Decisions(), NOW)
    assert plan.undecided == ("Contact.Region__c", "Lead.Region__c")
    assert reasons(plan, approval_of(plan)) == {"undecided"}
    hidden = field_decisions("Lead.Region__c", choice=Visibility.HIDE)
    plan = plan_for(GATE, small_org(), Decisions(fields={**KEPT.fields, **hidden}), NOW)
    assert reasons(plan, approval_of(plan)) == {"obstacle:1"}


def test_a_plan_cannot_talk_itself_out_of_consent(plan: Plan) -> None:
    """A plan of an irreversible step needs its approval even where it says that it needs none."""
    assert "no-approval" in reasons(replace(plan, needs_approval=False), None)


def test_only_the_gate_makes_permits() -> None:
    """No other module of the product makes a Permit."""
    package = Path(__file__).parents[3] / "runbook_lib"
    makers = [
        str(path.relative_to(package))
        for path in package.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and getattr(node.func, "id", getattr(node.func, "attr", "")) == "Permit"
    ]
    assert makers == ["change/gate/__init__.py"]


FIELDS = ("Lead.Region__c", "Contact.Region__c", "Account.Tier__c", "Lead.Old__c")


class GateMachine(RuleBasedStateMachine):
    """Decide, approve, change the org behind the runbook's back, check, wait: in any order.

    The model below says by itself, from what happened and not from the gate's rules, whether it may open.
    """

    def __init__(self) -> None:
        super().__init__()
        self.now = NOW
        self.fields: set[str] = {"Lead.Region__c", "Contact.Region__c"}
        self.decisions: dict[str, FieldDecision] = {}
        self.org = ORG
        self.marketo = MARKETO
        self.seen = self._look()
        self.checks = Checks((), NOW, standing())
        self.broken = False
        self.approval: Approval | None = None
        self.agreed: tuple[object, ...] | None = None
        self.agreed_at = NOW

    def _look(self) -> Snapshot:
        return small_org(
            taken_at=self.now,
            organization=self.org,
            marketo=self.marketo,
            visible=visible("Lead.Email", *sorted(self.fields)),
        )

    def _plan(self) -> Plan:
        return plan_for(GATE, self.seen, Decisions(fields=self.decisions), self.now)

    def _matters(self) -> tuple[object, ...]:
        """What a person agrees to: which org, which instance, which fields."""
        return (
            self.seen.organization,
            self.seen.marketo,
            frozenset(f.full_name for f in self.seen.visible_fields()),
        )

    @rule(name=st.sampled_from(FIELDS), choice=st.sampled_from(Visibility))
    def decide(self, name: str, choice: Visibility) -> None:
        """A person decides about a field."""
        self.decisions = {**self.decisions, **field_decisions(name, choice=choice)}

    @rule(name=st.sampled_from(FIELDS))
    def somebody_adds_or_hides_a_field(self, name: str) -> None:
        """The org changes; nobody has looked yet."""
        self.fields = self.fields ^ {name}

    @rule(other=st.booleans())
    def another_org_answers(self, other: bool) -> None:
        """The connection now leads to another org, or back."""
        self.org = replace(ORG, id="00DOTHER0000000AAA") if other else ORG

    @rule(other=st.booleans())
    def another_instance_answers(self, other: bool) -> None:
        """The API client now belongs to another instance, or back."""
        self.marketo = replace(MARKETO, munchkin_id="999-XYZ-999") if other else MARKETO

    @rule()
    def look(self) -> None:
        """Both systems are looked at."""
        self.seen = self._look()

    @rule(status=st.sampled_from(Status))
    def check(self, status: Status) -> None:
        """The checks are made; they all give the same answer here."""
        self.checks = Checks(findings(status), self.now, standing())
        self.broken = status in (Status.ERROR, Status.UNKNOWN, Status.SKIP)

    @rule()
    def put_in_order(self) -> None:
        """Everything at once, so that the other rules have an open gate to shut."""
        self.look()
        self.decisions = field_decisions(*sorted(self.fields))
        self.check(Status.OK)
        self.approve()

    @rule()
    def approve(self) -> None:
        """A person agrees to the plan as it stands."""
        plan = self._plan()
        self.approval = replace(approval_of(plan), created=self.now, expires=self.now + APPROVAL_LIFETIME)
        self.agreed, self.agreed_at = (*self._matters(), dict(self.decisions)), self.now

    @precondition(lambda self: self.approval is not None)
    @rule()
    def withdraw(self) -> None:
        """The approval is deleted."""
        self.approval = self.agreed = None

    @rule(minutes=st.sampled_from([1, 6, 11, 60, 12 * 60, 25 * 60]))
    def wait(self, minutes: int) -> None:
        """Time passes."""
        self.now += timedelta(minutes=minutes)

    @invariant()
    def opens_only_when_it_should(self) -> None:
        """A permit means: agreed to exactly this, lately; looked and checked just now; nothing open."""
        fresh = self._look()
        answer = open_gate(self._plan(), self.approval, fresh, self.checks, self.now)
        names = {field.full_name for field in self.seen.visible_fields()}
        organization, marketo = self.seen.organization, self.seen.marketo
        assert isinstance(organization, Organization) and isinstance(marketo, MarketoState)
        may_open = (
            self.agreed is not None
            and self.agreed[:3] == self._matters()
            and self.now < self.agreed_at + APPROVAL_LIFETIME
            and self.now - self.checks.made_at <= CHECKS_LIFETIME
            and bool(self.checks.findings)
            and not self.broken
            and (self.org.id, self.marketo.munchkin_id) == (organization.id, marketo.munchkin_id)
            and names == {"Lead.Email", *self.fields}
            and all(
                name in self.decisions and self.decisions[name].decision is Visibility.KEEP
                for name in names - {"Lead.Email"}
            )
        )
        event("open" if isinstance(answer, Permit) else "shut")
        if isinstance(answer, Permit):
            assert may_open
        elif may_open:
            # Nothing a person agreed to has changed: only a decision about fields nobody sees may differ.
            assert {refusal.id for refusal in answer} <= {"wrong-plan"}
            assert self.agreed is not None
            assert self.agreed[3] != self.decisions


TestGateMachine = GateMachine.TestCase
TestGateMachine.settings = settings(max_examples=60, stateful_step_count=25)
