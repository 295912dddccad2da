"""Before a sandbox org is connected, somebody says whether this Marketo is a sandbox; no API tells."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from runbook_lib.change.decisions import Decisions, SetupDecision
from runbook_lib.change.gate import what_is_open
from runbook_lib.change.plan import Plan
from runbook_lib.change.plans import plan_for
from tests.org_by_hand import NOW, ORG, small_org, visible


def planned(is_sandbox: bool, said: Any, authentication: str = "basic", host: str = "") -> Plan:
    """The plan of 05 for such an org, with what was said of Marketo."""
    seen = small_org(organization=replace(ORG, is_sandbox=is_sandbox), visible=visible("Lead.Email"))
    seen = replace(seen, expected=replace(seen.expected, authentication=authentication, login_host=host))
    decisions = Decisions(setup=SetupDecision(marketo_environment=said))
    return plan_for("05_sync_fields", seen, decisions, NOW)


def told(plan: Plan) -> str:
    """All clicks in words."""
    return " ".join(str(click.do) for click in plan.clicks)


def test_nobody_said_what_marketo_is() -> None:
    """It is asked for and waited for, headless, too; “tick Sandbox” is not said before."""
    plan = planned(True, "")
    (question,) = map(str, plan.obstacles)
    assert "Is the Marketo instance 123-ABC-456 one, too?" in question and "marketo_environment" in question
    assert [refusal.waits for refusal in what_is_open(plan)] == [True]
    assert "tick Sandbox" not in told(plan)


@pytest.mark.parametrize(
    ("is_sandbox", "said", "consent", "click"),
    [
        (True, "sandbox", None, "tick Sandbox"),
        (True, "production", "sandbox-into-production", "tick Sandbox"),
        (False, "", None, "leave Sandbox empty"),
        (False, "production", None, "leave Sandbox empty"),
        (False, "sandbox", "production-into-sandbox", "leave Sandbox empty"),
    ],
)
def test_what_was_said(is_sandbox: bool, said: str, consent: str | None, click: str) -> None:
    """Like with like needs no word more; a sandbox and a production system are agreed to by themselves."""
    plan = planned(is_sandbox, said)
    assert plan.obstacles == () and click in told(plan)
    more = {consent.id for consent in plan.consents} - {"fields-for-ever", "org-tied"}
    assert more == ({consent} if consent else set())


@pytest.mark.parametrize(
    ("authentication", "other"),
    [("basic", 'authentication = "oauth"'), ("oauth", 'authentication = "basic"')],
)
def test_the_other_form_shows(authentication: str, other: str) -> None:
    """What to do where Marketo shows the other login than the one that connection.toml names."""
    clicks = told(planned(False, "", authentication))
    assert other in clicks and "account manager" in clicks and "stop:" in clicks


@pytest.mark.parametrize("host", ["acme.my.salesforce.com", "login.salesforce.com"])
def test_the_login_page_is_the_orgs_own(host: str) -> None:
    """Where an org lets in at its My Domain alone, the click names that page and no other."""
    clicks = told(planned(False, "", "oauth", host))
    assert f"at {host}," in clicks
    assert clicks.count("salesforce.com") == 1
