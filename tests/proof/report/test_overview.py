"""What somebody accepted is no open warning: it stands apart, with who accepted it, why and when."""

from __future__ import annotations

import json

import jsonschema
import pytest

from runbook_lib.guide.commands.schemas import schema_of
from runbook_lib.journal import Journal, Kind
from runbook_lib.proof import journal_payloads
from runbook_lib.proof.evidence import Claim, Evidence
from runbook_lib.proof.report import report_data, write_report
from runbook_lib.review.findings import Finding, Status
from runbook_lib.road import VERIFY_SYNC, WATCH
from runbook_lib.survey.snapshot import digest_of
from runbook_lib.text import Message, say
from runbook_lib.workspace import Workspace
from tests.org_by_hand import NOW

LOST = say("The sync user lost {right}.", right="EditTask")
DRIFT = Claim("drift-permission:EditTask", Status.ERROR, LOST, True, False)


def find(journal: Journal, what: Message, step: str = WATCH.name) -> None:
    """A check of ``step`` warns."""
    found = Finding("system_permissions", step, Status.WARN, what, say("Why."), say("Give it back."))
    journal.append(step, "check", Kind.finding, journal_payloads.finding(found))


def look(journal: Journal, claim: Claim) -> None:
    """10 proves nothing: this changed."""
    evidence = Evidence(WATCH.name, (claim,), NOW)
    journal.append(WATCH.name, "prove", Kind.evidence, journal_payloads.evidence(evidence))


def accept(journal: Journal) -> None:
    """Bo accepts the change as it is, with what the check says of it."""
    said = journal_payloads.decision(say("x"), "Bo", "we know", NOW)
    marks = {
        DRIFT.id: digest_of([LOST.to_json(), True, False])[:16],
        "check-system_permissions": digest_of([LOST.to_json()])[:16],
    }
    journal.append(WATCH.name, "decide", Kind.decision, said | {journal_payloads.ACKNOWLEDGED: marks})


@pytest.fixture
def accepted(journal: Journal) -> Journal:
    """A warning and a change that say the same, both accepted."""
    find(journal, LOST)
    look(journal, DRIFT)
    accept(journal)
    return journal


def test_what_was_accepted_is_not_open(workspace: Workspace, accepted: Journal) -> None:
    """It is told as accepted, by whom, why and when, in report.json and on the page."""
    page = write_report(workspace, accepted).read_text("utf-8")
    told = json.loads(workspace.report_json.read_text("utf-8"))
    jsonschema.validate(told, schema_of("report"))
    assert told["open_points"] == []
    assert {(row["id"], row["by"], row["reason"], row["at"]) for row in told["accepted"]} == {
        (name, "Bo", "we know", NOW.isoformat()) for name in ("system_permissions", DRIFT.id)
    }
    section = page.partition('id="accepted"')[2].partition("</section>")[0]
    assert "Bo" in section and "we know" in section and "EditTask" in section


def test_what_goes_on_changing_is_open_again(workspace: Workspace, accepted: Journal) -> None:
    """Accepted is what was said then; what the same check or change says of something else is not."""
    other = say("The sync user lost {right}.", right="EditEvent")
    find(accepted, other)
    look(accepted, Claim(DRIFT.id, Status.ERROR, other, True, False))
    told = report_data(workspace, accepted)
    assert len(told["open_points"]) == 2 and told["accepted"] == ()


def test_an_earlier_step_does_not_hide_behind_it(workspace: Workspace, journal: Journal) -> None:
    """What 09 warns of is not what was accepted at 10, though the words are the same."""
    find(journal, LOST, VERIFY_SYNC.name)
    accept(journal)
    told = report_data(workspace, journal)
    assert [point["step"] for point in told["open_points"]] == [VERIFY_SYNC.name] and told["accepted"] == ()
