"""What the journal's entries say."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from runbook_lib.change.gate import Approval
from runbook_lib.change.plan import Click
from runbook_lib.errors import Blocked, RunbookError
from runbook_lib.outcomes import Outcome
from runbook_lib.proof import journal_payloads
from runbook_lib.proof.evidence import Claim, Evidence
from runbook_lib.proof.report.step_report import Teller
from runbook_lib.review.findings import Finding, Status
from runbook_lib.survey.snapshot import Snapshot
from runbook_lib.text import Label, say
from tests.org_by_hand import EXPECTED, NOW

APPROVAL = Approval(
    "05_sync_fields", "ab" * 32, "Ada", "because", "Acme", {"x": "text"}, NOW, NOW + timedelta(1)
)
CLICK = Click("go", (Label("marketo.admin"),), say("Click {button}.", button=Label("marketo.start_sync")))


def test_payloads_are_json(snapshot: Snapshot) -> None:
    """Everything that goes into the journal is plain JSON, messages with their gaps filled later."""
    payloads = [
        journal_payloads.started(EXPECTED, {"runbook": "1"}, "clean"),
        journal_payloads.read(say("Looked."), snapshot, {"salesforce": 3}),
        journal_payloads.finding(Finding("c", "05_sync_fields", Status.OK, say("Fine."))),
        journal_payloads.decision(say("Kept {n}.", n=3), "Ada", at=NOW),
        journal_payloads.consent(APPROVAL),
        journal_payloads.click(CLICK, "Ada", "Last Synced"),
        journal_payloads.evidence(Evidence("05_sync_fields", (Claim("c", Status.OK, say("Fine.")),), NOW)),
        journal_payloads.ended(Outcome.DONE, {}, 1.23456),
    ]
    assert json.loads(json.dumps(payloads)) == payloads


@pytest.mark.parametrize(
    ("what", "lines"),
    [
        ("plain", ("plain",)),
        ("", ()),
        (say("One {n}.", n=1), ("One 1.",)),
        (Blocked(say("No."), where="here", fix=say("Mend it.")), ("No.", "here", "Mend it.")),
        (Blocked(say("{a}\n{b}", a="A", b="B")), ("A", "B")),
    ],
)
def test_what_went_wrong_is_told_again(what: str | RunbookError, lines: tuple[str, ...]) -> None:
    """An error written at the end of a step is read again part by part, in the reader's language."""
    payload = json.loads(json.dumps(journal_payloads.ended(Outcome.BLOCKED, {}, 0.1, what)))
    assert Teller("en").lines(payload["what"]) == lines


def test_a_click_keeps_no_secret() -> None:
    """A click names the secrets it needs, never their values."""
    payload = journal_payloads.click(
        Click("in", (), say("x"), secrets={"marketo.token": "salesforce_sync_token"}), "Ada"
    )
    assert payload["secrets"] == {"marketo.token": "salesforce_sync_token"}
