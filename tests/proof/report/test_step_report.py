"""The story of a step, from its journal entries."""

from __future__ import annotations

from runbook_lib.change.plan import Change, ChangeKind, change_json
from runbook_lib.journal import Journal, Kind
from runbook_lib.outcomes import Outcome
from runbook_lib.proof import journal_payloads
from runbook_lib.proof.report.step_report import StepStory, Teller
from runbook_lib.road import step_named
from runbook_lib.text import say

STEP = "01_marketo_fields"
CHANGE = Change(ChangeKind.CREATE_FIELD, "Lead.A__c", {}, {"type": "Text"}, say("Create A."))
PAYLOAD = {**change_json(CHANGE), "change": CHANGE.id}


def story(journal: Journal) -> StepStory:
    """The story of step 01 as the journal tells it."""
    return Teller("en").story(step_named(STEP), 1, journal.entries(step=STEP))


def test_a_change_without_an_end_is_unknown(journal: Journal) -> None:
    """What was begun and has no end on record is told as "cannot tell", until somebody looked."""
    journal.append(STEP, "do", Kind.change_started, PAYLOAD)
    assert [change.state for change in story(journal).changed] == ["unknown"]
    journal.append(STEP, "do", Kind.change_failed, {**PAYLOAD, "reason": "x", "code": "", "tried": False})
    assert [(change.state, change.reason) for change in story(journal).changed] == [("not-tried", "x")]
    journal.append(STEP, "do", Kind.change_done, {**PAYLOAD, "found": True})
    assert [change.state for change in story(journal).changed] == ["found"]


def test_the_state_is_the_newest_end(journal: Journal) -> None:
    """Nothing, begun, stopped, proven: the last end counts, and says why it stopped."""
    assert story(journal).state == "not-started"
    journal.append(
        STEP, "look", Kind.read, journal_payloads.ended(Outcome.DONE, {"salesforce": 2}, 0.0) | {"what": ""}
    )
    assert story(journal).state == "begun"
    journal.append(
        STEP,
        "do",
        Kind.ended,
        journal_payloads.ended(Outcome.REFUSED, {"salesforce": 5, "marketo": 1}, 1.5, "No."),
    )
    stopped = story(journal)
    assert (stopped.state, stopped.stopped_by, stopped.is_proven) == ("refused", ("No.",), False)
    journal.append(STEP, "prove", Kind.ended, journal_payloads.ended(Outcome.DONE, {"salesforce": 7}, 2.0))
    proven = story(journal)
    assert (proven.state, proven.stopped_by, proven.is_proven) == ("proven", (), True)
    assert (proven.seconds, dict(proven.calls)) == (3.5, {"salesforce": 7, "marketo": 1})


def test_calls_of_several_runs_add_up(journal: Journal) -> None:
    """A payload counts from the start of its run: within a run the highest counts, runs are added."""
    for run, calls in (("a", 3), ("a", 5), ("b", 4)):
        journal.run = run
        journal.append(
            STEP, "look", Kind.ended, journal_payloads.ended(Outcome.WAITS, {"salesforce": calls}, 0.0)
        )
    assert story(journal).calls["salesforce"] == 9
