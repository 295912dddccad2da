"""What the tests of the proof floor share: snapshots made up by hand, and a workspace with a told story."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from runbook_lib.change.gate import APPROVAL_LIFETIME, Approval
from runbook_lib.change.plan import Change, ChangeKind, Click, change_json
from runbook_lib.errors import Blocked
from runbook_lib.journal import Journal, Kind
from runbook_lib.outcomes import Outcome
from runbook_lib.proof import journal_payloads
from runbook_lib.proof.evidence import Claim, Evidence
from runbook_lib.review.findings import Finding, Status
from runbook_lib.road import ROAD
from runbook_lib.survey.snapshot import MarketoState, Snapshot, Unknown
from runbook_lib.systems.connection import Connection, write_connection
from runbook_lib.text import Label, say
from runbook_lib.workspace import Workspace
from tests import org_by_hand
from tests.org_by_hand import EXPECTED, NOW

ORG = replace(org_by_hand.ORG, name="Acme <b>Corporation</b>")
MARKETO = MarketoState("123-ABC-456", "runbook.api@acme.example", (), Unknown("no permission", "603"))


def connection(language: str = "en", *, world: str = "", environment: str = "production") -> Connection:
    """A connection, of a rehearsal where ``world`` is named."""
    data = {
        "name": "acme",
        "language": language,
        "salesforce": {
            "environment": environment,
            "admin_username": "admin@acme.example",
            "sync_username": "sync@acme.example",
        },
        "marketo": {"munchkin_id": "123-ABC-456", "client_id": "5f3a"},
    }
    return Connection.model_validate(data | ({"rehearsal": {"world": world}} if world else {}))


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    """A workspace with a connection to a production org."""
    made = Workspace.create(tmp_path / "workspace")
    write_connection(made.connection_file, connection())
    return made


@pytest.fixture
def journal(workspace: Workspace) -> Iterator[Journal]:
    """Its journal."""
    with Journal.open(workspace) as opened:
        yield opened


@pytest.fixture
def snapshot() -> Snapshot:
    """Both systems known, nothing else looked at."""
    return Snapshot(NOW, EXPECTED, organization=ORG, marketo=MARKETO)


@pytest.fixture
def tell_road(journal: Journal) -> Callable[[int], None]:
    """Writes the whole road into the journal as if ``proven`` steps were proven and the next one blocked."""

    def write(proven: int) -> None:
        for number, stop in enumerate(ROAD[: proven + 1]):
            _begin(journal, stop.name)
            if number < proven:
                _walk(journal, stop.name)
            else:
                _stop(journal, stop.name)

    return write


def _begin(journal: Journal, step: str) -> None:
    versions = {"runbook": "0.1.0", "python": "3.11.7"}
    journal.append(step, "look", Kind.started, journal_payloads.started(EXPECTED, versions, None))
    fine = Finding("org", step, Status.OK, say("It is the right org: {org}.", org=ORG.name))
    journal.append(step, "check", Kind.finding, journal_payloads.finding(fine))


def _walk(journal: Journal, step: str) -> None:
    if step == "01_marketo_fields":
        _change(journal, step)
    if step in ("05_sync_fields", "08_start_sync"):
        _agree(journal, step)
    told = journal_payloads.decision(
        say("{count} of {all} fields are kept.", count=3, all=16), "Ada Admin", "recommended", NOW
    )
    journal.append(step, "decide", Kind.decision, told)
    claims = (
        Claim("appeared", Status.OK, say("{count} fields appeared in Marketo.", count=84), 62, 146),
        Claim(
            "else",
            Status.WARN,
            say("New fields whose name is none of the approved ones: {count}.", count=2),
            now=["MSCRMOne_c", "Two_c"],
        ),
    )
    journal.append(step, "prove", Kind.evidence, journal_payloads.evidence(Evidence(step, claims, NOW)))
    journal.append(
        step, "prove", Kind.ended, journal_payloads.ended(Outcome.DONE, {"salesforce": 9, "marketo": 3}, 2.31)
    )


def _change(journal: Journal, step: str) -> None:
    metadata = {"label": "Score", "type": "Number", "precision": 10, "scale": 0, "required": False}
    change = Change(
        ChangeKind.CREATE_FIELD,
        "Lead.mkto71_Lead_Score__c",
        {},
        metadata,
        say("Create the field “{label}” on {object}.", label="Score", object="Lead"),
    )
    hidden = Change(
        ChangeKind.HIDE_FIELD,
        "Lead.National_ID__c",
        {"grants": [{"id": "01k", "parent": "Minimum Access - Marketo", "edit": True}]},
        {"grants": []},
        say("Hide {field} from the sync user.", field="Lead.National_ID__c"),
    )
    for planned in (
        change,
        hidden,
        replace(hidden, target="Lead.Left_Open__c"),
        replace(hidden, target="Lead.Bad__c"),
    ):
        journal.append(step, "do", Kind.change_started, {**change_json(planned), "change": planned.id})
    journal.append(step, "do", Kind.change_done, {**change_json(change), "change": change.id})
    journal.append(step, "do", Kind.change_done, {**change_json(hidden), "change": hidden.id, "found": True})
    failed = {"change": "hide-field:Lead.Bad__c", "reason": say("FIELD_INTEGRITY_EXCEPTION: no").to_json()}
    journal.append(
        step,
        "do",
        Kind.change_failed,
        {**change_json(replace(hidden, target="Lead.Bad__c")), **failed, "code": "X", "tried": True},
    )


def _agree(journal: Journal, step: str) -> None:
    text = "84 fields will be created in the Marketo instance 123-ABC-456 permanently.\nContact: 30\nLead: 54"
    approval = Approval(
        step,
        "ab" * 32,
        "Ada Admin",
        "Agreed in CAB-1412",
        ORG.name,
        {"fields-for-ever": text},
        NOW,
        NOW + APPROVAL_LIFETIME,
    )
    journal.append(step, "do", Kind.consent, journal_payloads.consent(approval))
    click = Click(
        "sync-fields",
        (Label("marketo.admin"), Label("marketo.crm")),
        say("Click {button}.", button=Label("marketo.sync_fields")),
        "marketo.sync_fields",
        for_ever=True,
    )
    journal.append(step, "do", Kind.click, journal_payloads.click(click, "Ada Admin", "Last Synced: 12:05"))


def _stop(journal: Journal, step: str) -> None:
    bad = Finding(
        "budget",
        step,
        Status.ERROR,
        say("Only {left} API calls are left today.", left=120),
        say("The first sync would stop half-way."),
        say("Wait until tomorrow or buy more calls."),
    )
    journal.append(step, "check", Kind.finding, journal_payloads.finding(bad))
    stopped = Blocked(
        say("1 of the checks block this step."), where="budget", fix=say("Wait until tomorrow.")
    )
    journal.append(
        step,
        "check",
        Kind.ended,
        journal_payloads.ended(stopped.outcome, {"salesforce": 4, "marketo": 0}, 0.8, stopped),
    )
