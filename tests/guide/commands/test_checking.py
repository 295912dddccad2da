"""``runbook check``: what nobody looked at is part of the verdict, and automation may be strict."""

from __future__ import annotations

import re
import shutil
from dataclasses import replace

import pytest

from runbook_lib.guide.commands.approve import approve_plan
from runbook_lib.guide.commands.checking import Checked, check_all
from runbook_lib.guide.commands.overview import road_view
from runbook_lib.guide.engine.next_command import next_command
from runbook_lib.guide.state.session import Session, open_session
from runbook_lib.guide.views.view import View
from runbook_lib.journal import Entry, Kind
from runbook_lib.rehearsal.reply_rules import ReplyRule
from runbook_lib.rehearsal.server import RehearsalServer
from runbook_lib.review.findings import Finding, Status, Verdict
from runbook_lib.text import say
from runbook_lib.workspace import Workspace
from tests.guide.listening import NAMES
from tests.guide.walking import GATE, ORG, stopped
from tests.pseudo_locale import leaks, lines_of, names_of, speak_wide

CODE = re.compile(r"\b[a-z][a-z_]+\b")
"""A word in small letters; what begins with a capital is the name of something in the org."""
NOTHING = View("en", "", ())


def checked(*statuses: Status, skipped: bool = False) -> Checked:
    """What these findings make."""
    found = tuple(Finding("x", "00_start_here", status, say("So it is.")) for status in statuses)
    why = ((found[0], say("nobody looked")),) if skipped else ()
    return Checked("en", found, why, NOTHING)


@pytest.mark.parametrize(
    ("found", "word", "code", "strict"),
    [
        (checked(Status.OK), Verdict.CLEAR, 0, 0),
        (checked(Status.OK, Status.SKIP), Verdict.CLEAR, 0, 0),
        (checked(Status.SKIP, skipped=True), Verdict.WARNING, 0, 3),
        (checked(Status.WARN), Verdict.WARNING, 0, 3),
        (checked(Status.UNKNOWN), Verdict.BLOCKED, 3, 3),
        (checked(Status.ERROR, skipped=True), Verdict.BLOCKED, 3, 3),
    ],
)
def test_the_verdict(found: Checked, word: Verdict, code: int, strict: int) -> None:
    """Nothing is clear that nobody looked at; a strict caller is stopped by it, and by a warning."""
    assert found.verdict is word
    assert found.exit_code(is_strict=False) == code and found.exit_code(is_strict=True) == strict


def test_with_both_secrets_everything_is_looked_at(copy_before_05: Session) -> None:
    """The admin's and the sync user's secrets are there, in a workspace where 03 was never run, too: no check
    is left out."""
    assert check_all(copy_before_05).skipped == ()
    folder = copy_before_05.workspace.path.parent / "fresh"
    fresh = Workspace.create(folder)
    shutil.copy(copy_before_05.workspace.connection_file, fresh.connection_file)
    with open_session(folder) as session:
        assert check_all(session).skipped == ()


def test_a_login_that_can_only_be_refused_is_not_tried(rehearsed: Session) -> None:
    """Before 02 gave the sync user his rights, what he alone could tell is told as not looked at."""
    why = {str(why) for _, why in check_all(rehearsed).skipped}
    assert any("notebook 02" in line for line in why)


def test_what_was_not_looked_at_is_told_with_its_reason(
    rehearsed: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without the sync user's token the checks that need their login are named, in the chosen language."""
    monkeypatch.delenv("RUNBOOK_ACME_SALESFORCE_SYNC_TOKEN")
    rehearsed.connection = rehearsed.connection.model_copy(update={"language": "de"})
    found = check_all(rehearsed)
    assert found.verdict is not Verdict.CLEAR and len(found.skipped) > 1
    told = found.to_json()
    assert "Sicherheitstoken" in told["skipped"][0]["why"] and "niemand" in told["skipped"][0]["why"]
    assert "sync_login" in {finding["check"] for finding in told["skipped"]}
    assert "nicht gemacht" in found.view.plain
    assert any("Noch nicht" in finding["text"] for finding in told["findings"])


def last_end(session: Session) -> Entry:
    """How the step of the first gate ended last."""
    return session.journal.entries(step=GATE.name, kind=Kind.ended)[-1]


def test_the_next_command(copy_before_05: Session) -> None:
    """A gate wants an approval first, then to be told of the clicks; what is done wants nothing."""
    stopped(copy_before_05)
    folder = str(copy_before_05.workspace.path)
    first = next_command(copy_before_05, last_end(copy_before_05))
    assert first.startswith(f"runbook approve {folder} {GATE.name} --by") and f"'{ORG}'" in first
    approve_plan(copy_before_05.workspace.path, GATE, "Ada", "go-live", ORG)
    stopped(copy_before_05)
    assert next_command(copy_before_05, last_end(copy_before_05)) == f"runbook attest {folder} {GATE.name}"
    assert next_command(copy_before_05, None) == ""
    end = last_end(copy_before_05)
    refused = replace(end, payload=end.payload | {"outcome": "refused", "exit_code": 4})
    assert next_command(copy_before_05, refused) == f"runbook run {folder}"


def test_json_holds_texts_and_tells_a_cause_once() -> None:
    """What a program reads are sentences in the language of the connection, their templates beside them; one
    outage that keeps thirty checks from being made is one cause with thirty checks."""
    silent = say("Cannot tell: {reason}", reason=say("Nobody looked."))
    down = [
        Finding(f"c{n}", "00_start_here", Status.UNKNOWN, silent, fix=say("Run again.")) for n in range(30)
    ]
    other = Finding("o", "04_field_visibility", Status.ERROR, say("Wrong."))
    told = Checked("de", (*down, other, Finding("g", "x", Status.OK, say("Well."))), (), NOTHING).to_json()
    assert [cause["checks"] for cause in told["causes"]] == [[f"c{n}" for n in range(30)], ["o"]]
    first = told["findings"][0]
    assert isinstance(first["what"], str) and first["what"] == first["text"] != str(silent)
    assert isinstance(first["fix"], str) and first["why"] is None
    assert first["templates"]["what"]["template"] == silent.template
    assert set(first) == {
        "check", "step", "status", "what", "why", "fix", "who", "source", "text", "templates",
    }  # fmt: skip


def test_an_answer_of_another_form_is_counted_and_told(
    rehearsed: Session, rehearsal_server: RehearsalServer
) -> None:
    """The rehearsal answers as documented; a planted answer is named without a value, also for programs."""
    assert check_all(rehearsed).unexpected == ()
    rehearsal_server.replies.add(
        ReplyRule(path=".*/limits", patch={"DailyApiRequests": None}),
        ReplyRule(path="/rest/v1/stats/usage", patch={"result": {"total": "many"}}),
    )
    rehearsed.transport.table.rows.clear()
    found = check_all(rehearsed)
    assert dict(found.unexpected)["GET /services/data/v67.0/limits/ 200"] >= 1
    assert "an unexpected form" in found.view.plain
    calls = [told["call"] for told in found.to_json()["unexpected_answers"]]
    assert calls == [call for call, _ in found.unexpected]
    assert "many" not in str(found.to_json()["unexpected_answers"])


def test_before_anything_was_done_every_word_is_the_reader_s(
    rehearsed: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What cannot be checked or planned yet is told in the reader's language, too: in the made-up German of
    ``tests/pseudo_locale.py`` no check, part or kind of change is called as the code calls it."""
    speak_wide(monkeypatch)
    rehearsed.connection = rehearsed.connection.model_copy(update={"language": "de"})
    pages = [check_all(rehearsed).view, road_view(rehearsed)]
    lines = [line.strip() for page in pages for line in (*page.plain.splitlines(), *lines_of(page.html))]
    found = leaks(filter(None, lines), names_of(rehearsed.workspace) | NAMES)
    assert [line for line in found if CODE.search(line.partition(" | ")[0])] == []
