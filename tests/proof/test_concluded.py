"""What is concluded of the sync stands in published records as a field of its own, with how sure it is."""

from __future__ import annotations

import json
from datetime import timedelta

import jsonschema
import pytest

from runbook_lib.guide.commands.schemas import schema_of
from runbook_lib.journal import Journal, Kind
from runbook_lib.proof import journal_payloads
from runbook_lib.proof.claims.status import FAILED, IN_PROGRESS, LAST_SYNCED
from runbook_lib.proof.concluded import Concluded, sync_status
from runbook_lib.proof.evidence import Evidence
from runbook_lib.proof.report import write_report
from runbook_lib.proof.sync_status import CANNOT_TELL, IN_JOURNAL, Strength, SyncStatus
from runbook_lib.road import VERIFY_SYNC, WATCH
from runbook_lib.systems.connection import write_connection
from runbook_lib.text import say
from runbook_lib.workspace import Workspace
from tests.org_by_hand import NOW
from tests.proof.conftest import connection

WHY = say("Nobody has looked yet.")
LATER = NOW + timedelta(hours=3)
SYNCED = SyncStatus(LAST_SYNCED, WHY, Strength.MEASURED, NOW)


def look(journal: Journal, status: SyncStatus) -> None:
    """A look of 10 that concluded ``status``."""
    payload = journal_payloads.evidence(Evidence(WATCH.name, (), NOW))
    journal.append(WATCH.name, "prove", Kind.evidence, payload | {IN_JOURNAL: status.to_json()})


def report_failure(journal: Journal) -> None:
    """Somebody read at 09 that it failed."""
    payload = journal_payloads.decision(say("x"), "Ada") | {"shown": "Failed"}
    journal.append(VERIFY_SYNC.name, "decide", Kind.decision, payload)


@pytest.mark.parametrize("word", [LAST_SYNCED, IN_PROGRESS, FAILED])
@pytest.mark.parametrize("strength", Strength)
def test_each_word_with_its_strength_and_age(word: str, strength: Strength) -> None:
    """As codes for programs, and as sentences for people."""
    told = Concluded.of(SyncStatus(word, WHY, strength, NOW), LATER, "en")
    assert (told.word, told.strength, told.at) == (word.partition(".")[2], strength, NOW.isoformat())
    assert told.age_seconds == 3 * 3600 and told.why in told.text
    assert f"({strength.word}, " in told.text and "3 hours ago)" in told.text


def test_cannot_tell_has_no_age() -> None:
    """Nothing is made up where nobody knows: neither a moment nor a strength."""
    told = Concluded.of(SyncStatus(CANNOT_TELL, WHY), LATER, "en")
    assert (told.word, told.strength, told.at, told.age_seconds) == ("cannot_tell", "", "", None)
    assert told.text == "Status of the sync: Cannot tell. Nobody has looked yet."


def test_the_journal_alone_tells_it(journal: Journal) -> None:
    """Nobody looked: cannot tell; then what the last look concluded; then the failure reported since."""
    assert sync_status(journal, LATER).word == CANNOT_TELL
    look(journal, SyncStatus(IN_PROGRESS, WHY, Strength.DERIVED, NOW))
    look(journal, SYNCED)
    assert sync_status(journal, LATER) == SYNCED
    report_failure(journal)
    status = sync_status(journal, LATER)
    assert (status.word, status.strength) == (FAILED, Strength.ATTESTED)


@pytest.mark.parametrize(
    ("language", "words"),
    [("en", "Status of the sync: Last Synced (measured,"), ("de", "gemessen"), ("es", "medido")],
)
def test_the_report_begins_with_it(workspace: Workspace, journal: Journal, language: str, words: str) -> None:
    """In report.json by its published schema, and in the head of the page in the three languages."""
    write_connection(workspace.connection_file, connection(language))
    look(journal, SYNCED)
    head = write_report(workspace, journal).read_text("utf-8").partition('id="open"')[0]
    told = json.loads(workspace.report_json.read_text("utf-8"))
    jsonschema.validate(told, schema_of("report"))
    assert (told["sync"]["word"], told["sync"]["strength"]) == ("last_synced", "measured")
    assert words in head


def test_an_altered_record_tells_nothing(
    workspace: Workspace, journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What rests on a journal that was altered does not count."""
    look(journal, SYNCED)
    monkeypatch.setattr(Journal, "verify", lambda journal: 1)
    write_report(workspace, journal)
    told = json.loads(workspace.report_json.read_text("utf-8"))
    assert told["sync"]["word"] == "cannot_tell"
