"""The gate cannot be gone round: what nobody agreed to as it stands is neither attested nor proven."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import timedelta

import pytest

from runbook_lib.change.gate import APPROVAL_LIFETIME
from runbook_lib.change.gate.approvals import Signature, read_approval, write_approval, write_plan
from runbook_lib.change.gate.click_code import code_of
from runbook_lib.change.plan import Plan
from runbook_lib.errors import Blocked, EvidenceMissing, UsageFault, WaitsForPerson
from runbook_lib.guide.commands.approve import attest_clicks
from runbook_lib.guide.state import history
from runbook_lib.guide.state.consent import approved_plan
from runbook_lib.guide.state.session import Session, now
from runbook_lib.guide.steps.sync_fields import SyncFields
from runbook_lib.journal import Kind
from runbook_lib.proof import journal_payloads
from runbook_lib.rehearsal.server import RehearsalServer
from runbook_lib.systems.rehearsal_console import RehearsalConsole
from runbook_lib.text import say
from tests.guide.walking import GATE, ORG, approve, stopped, walk


def click(session: Session, server: RehearsalServer) -> None:
    """Makes the clicks of 05 in Marketo's pages, as a person does."""
    user = server.world.sync_user
    console = RehearsalConsole(session.transport, session.connection)
    console.open("/console/crm")
    console.submit("Sync with Salesforce.com")
    console.submit(
        "Sync Fields", {"username": user.username, "password": user.password, "token": user.security_token}
    )
    console.submit("Confirm Credentials")


def attest(session: Session) -> None:
    """Says that the clicks of 05 were made."""
    attest_clicks(session.workspace.path, GATE, "Ada", "")


def test_nobody_attests_what_nobody_agreed_to(copy_before_05: Session) -> None:
    """Without an approval the clicks are not written down, and the answer names the way to one."""
    assert isinstance(stopped(copy_before_05), WaitsForPerson)
    with pytest.raises(WaitsForPerson, match="runbook approve"):
        attest(copy_before_05)
    assert history.clicks_made(copy_before_05.journal.entries()) == frozenset()


def test_a_plan_that_changed_since_is_not_attested(copy_before_05: Session) -> None:
    """The plan shown last is the one that has to be agreed to, not the one of yesterday."""
    approve(copy_before_05)
    entry = copy_before_05.journal.entries(step=GATE.name, kind=Kind.read)[-1]
    copy_before_05.journal.append(
        GATE.name, "decide", Kind.read, entry.payload | {"plan": _other_plan(copy_before_05)}
    )
    with pytest.raises(WaitsForPerson, match="a different plan"):
        attest(copy_before_05)


def _other_plan(session: Session) -> str:
    """Puts the plan on file with one field more; its digest."""
    path = next(session.workspace.plans.glob(f"{GATE.name}-*.json"))
    plan = Plan.from_json(json.loads(path.read_text()))
    more = replace(plan, fields=(*plan.fields, "Lead.Sneaky__c"))
    write_plan(session.workspace, more)
    return more.digest


def test_the_evidence_is_compared_with_what_was_agreed_to(
    before_05: Session, rehearsal_server: RehearsalServer
) -> None:
    """Approve, attest, click, prove: the consent is on record, and its plan is the one compared with."""
    approve(before_05)
    attest(before_05)
    click(before_05, rehearsal_server)
    walk(before_05, GATE.name)
    agreed = before_05.journal.entries(step=GATE.name, kind=Kind.consent)
    assert [entry.payload["approver"] for entry in agreed] == ["Ada"]
    assert history.proven(before_05.journal, GATE.name) is not None


def test_clicks_without_consent_are_never_proven(
    before_05: Session, rehearsal_server: RehearsalServer
) -> None:
    """A journal that holds clicks but no consent ends as not proven, and says why."""
    stopped(before_05)
    step = SyncFields(before_05, interactive=False)
    for ticked in step.plan().clicks:
        step.note("do", Kind.click, {"click": ticked.id, "by": "Eve", "shown": ""})
    click(before_05, rehearsal_server)
    stop = stopped(before_05)
    assert isinstance(stop, EvidenceMissing)
    assert "nobody had agreed" in str(stop)
    assert approved_plan(before_05, GATE.name) is None


def test_a_false_word_can_be_taken_back(before_05: Session, rehearsal_server: RehearsalServer) -> None:
    """Once evidence contradicts the word, the list is shown again; after the real clicks it is proven."""
    approve(before_05)
    attest(before_05)
    assert isinstance(stopped(before_05), EvidenceMissing)
    stop = stopped(before_05)
    assert isinstance(stop, WaitsForPerson)
    assert "runbook attest" in str(stop) and "Confirm Credentials" in str(stop)
    attest(before_05)
    assert isinstance(stopped(before_05), EvidenceMissing)
    click(before_05, rehearsal_server)
    walk(before_05, GATE.name)
    assert history.proven(before_05.journal, GATE.name) is not None


def test_nobody_agrees_to_what_is_undecided(copy_before_05: Session) -> None:
    """The decision would change the plan, and 04 does not stand by it: the answer is 04, not the clicks."""
    decided = copy_before_05.workspace.decisions / "fields.csv"
    rows = decided.read_text(encoding="utf-8-sig").splitlines()
    kept = next(row for row in rows if ",keep," in row)  # what is hidden is not to be decided any more
    decided.write_text("\n".join(row for row in rows if row != kept), encoding="utf-8")
    with pytest.raises(WaitsForPerson, match="decided in it was changed") as stop:
        approve(copy_before_05)
    assert "attest" not in str(stop.value)


def test_an_edited_approval_is_none(copy_before_05: Session) -> None:
    """Whoever edits the file after it was signed has no consent, neither to attest nor to go on."""
    approve(copy_before_05)
    path = copy_before_05.workspace.approvals / f"{GATE.name}.json"
    path.write_text(path.read_text().replace('"Ada"', '"Forged"'))
    with pytest.raises(Blocked, match="not as it was signed"):
        attest(copy_before_05)
    assert isinstance(stopped(copy_before_05), Blocked)


def test_an_approval_a_second_too_old_is_refused(copy_before_05: Session) -> None:
    """A day and a second after it was signed an approval counts no more; the fix is to approve again."""
    step = SyncFields(copy_before_05, interactive=False)
    plan, signed = step.plan(), now() - APPROVAL_LIFETIME - timedelta(seconds=1)
    write_approval(copy_before_05.workspace, plan, Signature("Ada", "go-live", ORG), signed)
    approval = read_approval(copy_before_05.workspace, GATE.name)
    assert approval is not None
    told = journal_payloads.decision(say("The plan was agreed to."), "Ada", "go-live", signed)
    copy_before_05.journal.append(GATE.name, "decide", Kind.decision, told | {"approval": approval.digest})
    stop = stopped(copy_before_05)
    assert isinstance(stop, WaitsForPerson)
    assert "The approval was valid from" in str(stop) and "runbook approve" in str(stop)
    approve(copy_before_05)
    assert "runbook attest" in str(stopped(copy_before_05)) and "valid from" not in str(
        stopped(copy_before_05)
    )


def test_the_code_of_the_sheet_attests(copy_before_05: Session) -> None:
    """The sheet lies beside its plan; its code is taken with a name, and stands on record.

    Another code, or one without a name, writes nothing.
    """
    approve(copy_before_05)
    assert isinstance(stopped(copy_before_05), WaitsForPerson)
    workspace = copy_before_05.workspace
    (sheet,) = workspace.plans.glob(f"{GATE.name}-*.html")
    code = re.findall(r"--code (\S+) ", sheet.read_text(encoding="utf-8"))[0]
    for by, typed in (("", code), ("Bo", code_of(GATE.name, "0" * 64)), ("Bo", "mistyped")):
        with pytest.raises(UsageFault):
            attest_clicks(workspace.path, GATE, by, "", typed)
    assert history.clicks_made(copy_before_05.journal.entries()) == frozenset()
    attest_clicks(workspace.path, GATE, "Bo", "", code.lower())
    clicks = copy_before_05.journal.entries(step=GATE.name, kind=Kind.click)
    assert {(entry.payload["by"], entry.payload["code"]) for entry in clicks} == {("Bo", code.lower())}
