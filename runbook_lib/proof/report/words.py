"""The words of the report itself: headings, statuses, verdicts. The template holds no sentence of its own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from runbook_lib.outcomes import Outcome
from runbook_lib.pictures.theme import SAME_NUMBERS
from runbook_lib.review.directions import Way, Winner
from runbook_lib.review.findings import Status
from runbook_lib.review.handover import When
from runbook_lib.text import Message, Worded, say, translate

WORDS: Mapping[str, Message] = {
    "title": say("Report: Marketo and Salesforce"),
    "same_numbers": SAME_NUMBERS,
    "subtitle": say("What was found, decided, agreed to, changed and proven"),
    "made_at": say("Made"),
    "connection": say("Connection"),
    "production": say("Production"),
    "sandbox": say("Sandbox"),
    "rehearsal": say("Rehearsal"),
    "rehearsal_note": say(
        "Both systems were imitations on this machine. None of this happened in a real one."
    ),
    "org": say("Salesforce org"),
    "instance": say("Marketo instance"),
    "org_id": say("Org Id"),
    "edition": say("Edition"),
    "server": say("Server"),
    "admin": say("Admin"),
    "sync_user": say("Sync user"),
    "munchkin_id": say("Munchkin Id"),
    "api_user": say("API user"),
    "authentication": say("Authentication"),
    "basic": say("User name, password and security token"),
    "oauth": say("“Login with Salesforce”"),
    "not_known": say("unknown"),
    "steps_proven": say("steps proven"),
    "at_a_glance": say("At a glance"),
    "changes_made": say("Changes in Salesforce"),
    "clicks_made": say("Clicks in Marketo"),
    "consents_given": say("Consents"),
    "checks_made": say("Checks"),
    "calls_used": say("API calls used"),
    "time_used": say("Time"),
    "open_points": say("Open warnings"),
    "nothing_open": say("Nothing is open: every check and every proof is in order."),
    "accepted_alone": say("Nothing is open except what somebody accepted."),
    "accepted": say("Accepted as it is"),
    "said": say("Who decided what, and when"),
    "nobody_said": say("Nobody has decided anything yet."),
    "cannot_be_undone": say("What cannot be undone"),
    "adopted_note": say("Nobody agreed to it here; what was found is listed below, under the step."),
    "nothing_agreed": say("Nobody has agreed to anything that cannot be undone."),
    "step": say("Step"),
    "steps": say("Step by step"),
    "state": say("State"),
    "found": say("Found"),
    "decided": say("Decided"),
    "agreed": say("Agreed to"),
    "changed": say("Changed"),
    "clicked": say("Clicked"),
    "proven_heading": say("Proven"),
    "stopped": say("Why it stopped"),
    "what": say("What"),
    "why": say("Why"),
    "fix": say("What to do"),
    "before": say("Before"),
    "after": say("After"),
    "now": say("Now"),
    "who": say("Who"),
    "when": say("When"),
    "reason": say("Reason"),
    "where": say("Where"),
    "shown": say("The screen then showed"),
    "typed_org": say("Org, as typed"),
    "plan": say("Plan"),
    "valid_until": say("valid until"),
    "for_ever": say("cannot be undone"),
    "nothing": say("Nothing."),
    "handover": say("Living with the sync"),
    "calendar": say("What to do, and by when"),
    "travels": say("Which way records travel, and whose value stays"),
    "object": say("Object"),
    "way": say("Way"),
    "winner": say("Whose value stays"),
    "not_back_filled": say("What is not back-filled"),
    "not_back_filled_note": say(
        "Marketo fetches a record when it is changed. What stood in a field before the sync user saw it "
        "arrives only once its record is changed: after a field was added, change each record that has a "
        "value in it once, for example with Data Loader. Formula fields arrive when their record is changed, "
        "not when their result does."
    ),
    "field": say("Field"),
    "optional": say("Optional next steps, and their traps"),
    "appendix": say("About this report"),
    "versions": say("Versions"),
    "runs": say("Runs"),
    "journal": say("Journal"),
    "sources": say("Every statement comes from the journal and the files of this workspace."),
}


class StepState(Worded):
    """Where a step stands that ended with no outcome of its own; a stopped one has the outcome's heading."""

    PROVEN = "proven", say("Proven")
    ADOPTED = "adopted", say("Adopted: found done, not done here")
    SAID = "said", say("Proven according to a record that was altered")
    NOT_STARTED = "not-started", say("Not started")
    BEGUN = "begun", say("Begun")


STATES: Mapping[str, Message] = {state: state.word for state in StepState} | {
    outcome: outcome.heading for outcome in Outcome
}


class ChangeState(Worded):
    """What became of one change. ``OPEN``: begun, and nobody knows its end."""

    MADE = "made", say("Made")
    FOUND = "found", say("Made; found on a second look")
    FAILED = "failed", say("Not made")
    NOT_TRIED = "not-tried", say("Not attempted")
    OPEN = "unknown", Status.UNKNOWN.heading


STATUSES: Mapping[str, Message] = {status: status.heading for status in Status} | {
    state: state.word for state in ChangeState
}


class Whole(Worded):
    """All steps in one sentence."""

    ALTERED = "altered", say("Do not rely on this report: its journal was altered.")
    DONE = "done", say("Everything is proven.")
    ADOPTED = "adopted", say("Everything is proven; some of it was found done and adopted.")
    BLOCKED = "blocked", say("Blocked: something must be fixed first.")
    WAITS = "waits", say("Waiting for a person.")
    FAILED = "failed", say("Stopped: something went wrong.")
    UNDER_WAY = "under-way", say("In progress.")
    NOT_STARTED = "not-started", say("Not started.")


def about_journal(entries: int, altered_at: int | None) -> Message:
    """Whether the record behind the report can be relied on."""
    if altered_at is None:
        return say(
            "{count} entries, each linked to the one before; none was altered, and none is missing at "
            "the end. That reveals a mistake or a damaged file, not a forgery: the chain has no key, "
            "so anyone who may write to this folder could rewrite it.",
            count=entries,
        )
    return say(
        "ALTERED: the journal's chain breaks at entry {entry}. Do not rely on this report.",
        entry=altered_at,
    )


def spoken(language: str) -> dict[str, dict[Any, str]]:
    """The words of the page, by the names that the template has for them."""
    return {
        name: {key: translate(message, language) for key, message in words.items()}
        for name, words in (
            ("w", WORDS),
            ("states", STATES),
            ("statuses", STATUSES),
            ("verdicts", {whole: whole.word for whole in Whole}),
            ("moments", {when: when.word for when in When}),
            ("ways", {way: way.word for way in Way}),
            ("winners", {winner: winner.word for winner in Winner}),
        )
    }
