"""What the journal says about a step: where it stands, its baseline, the clicks that were made.

The only truth is the journal; everything here is read from it, and nothing is remembered elsewhere. A step's
*attempt* is what was written since it was last proven (or since the beginning).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from runbook_lib.disk import write_whole
from runbook_lib.errors import WorkspaceFault
from runbook_lib.journal import Entry, Journal, Kind
from runbook_lib.outcomes import Outcome
from runbook_lib.proof import journal_payloads
from runbook_lib.proof.evidence import Attested, Evidence
from runbook_lib.survey.snapshot import Snapshot, from_json, to_json
from runbook_lib.text import say
from runbook_lib.workspace import Workspace

STAMP = "%Y%m%dT%H%M%S%fZ"
"""The moment in the name of a snapshot's file: later ones are sorted later."""
WITHDRAWN = "withdrawn"
"""Key of a decision that takes clicks back, by their ids: whoever ticked them had not made them."""
_TOUCHES = (Kind.change_started, Kind.click)
_NOBODY = ("recommendation", "rehearsal")


def proven(journal: Journal, step: str) -> Entry | None:
    """The entry with which the step ended proven, if it was not begun anew after it."""
    entries = [entry for entry in journal.entries(step=step) if entry.kind in (Kind.started, Kind.ended)]
    return entries[-1] if entries and _is_done(entries[-1]) else None


def last_proof(entries: Iterable[Entry]) -> Entry | None:
    """The entry with which the step was proven last, whatever came after it."""
    return next((entry for entry in reversed(list(entries)) if _is_done(entry)), None)


def entries_of_proof(entries: Iterable[Entry]) -> list[Entry]:
    """The entries of the attempt that was proven last, its end included."""
    all_entries = list(entries)
    ends = [number for number, entry in enumerate(all_entries) if _is_over(entry)]
    done = next((number for number in reversed(ends) if _is_done(all_entries[number])), None)
    if done is None:
        return []
    begin = max((number for number in ends if number < done), default=-1) + 1
    return all_entries[begin : done + 1]


def last_evidence(journal: Journal, step: str) -> Evidence | None:
    """The newest evidence of the step."""
    entry = journal.last(step, Kind.evidence)
    return Evidence.from_json(entry.payload) if entry else None


def attempt(journal: Journal, step: str) -> list[Entry]:
    """The entries of the step since it was last proven or taken back."""
    return since_done(journal.entries(step=step))


def since_done(entries: Iterable[Entry]) -> list[Entry]:
    """Of a step's entries those since it was last proven or taken back."""
    all_entries = list(entries)
    last_done = max((n for n, entry in enumerate(all_entries) if _is_over(entry)), default=-1)
    return all_entries[last_done + 1 :]


def baseline_name(entries: Iterable[Entry]) -> str | None:
    """The snapshot file taken last before the attempt first touched anything; ``None``: nothing was touched
    yet.

    Once a change was started or a click was made, a new look would hide what it did; so the old one counts.
    Who agreed to a plan may click at once and tell later; so a consent ends the looks before, too.
    """
    name: str | None = None
    for entry in entries:
        if entry.kind in _TOUCHES or "approval" in entry.payload:
            return name
        if entry.kind is Kind.read and "snapshot" in entry.payload:
            name = entry.payload["snapshot"]
    return None


def was_touched(entries: Iterable[Entry]) -> bool:
    """Whether this attempt started a change or made a click."""
    return any(entry.kind in _TOUCHES for entry in entries)


def newest_snapshot_name(journal: Journal, step: str) -> str | None:
    """The snapshot file that the step saved last, in whatever attempt."""
    names = [entry.payload["snapshot"] for entry in journal.entries(step=step) if "snapshot" in entry.payload]
    return names[-1] if names else None


def newest_snapshot(workspace: Workspace, journal: Journal, step: str) -> Snapshot | None:
    """The snapshot that the step saved last; ``None`` where there is none, or it is no longer there."""
    name = newest_snapshot_name(journal, step)
    try:
        return load_snapshot(workspace, name) if name else None
    except WorkspaceFault:
        return None


def clicks_made(entries: Iterable[Entry], plan_digest: str = "") -> frozenset[str]:
    """Ids of the clicks that were made in this attempt (for that plan, where one is named), not taken back
    and not contradicted: clicks of which evidence says that nothing happened are open again."""
    return frozenset(
        click.payload["click"]
        for click in _standing(entries)
        if plan_digest in ("", click.payload.get("plan_digest", ""))
    )


def clicks_told(entries: Iterable[Entry]) -> frozenset[str]:
    """Ids of the clicks that a person says were made in this attempt, contradicted or not."""
    return frozenset(click.payload["click"] for click in _clicks(entries))


def clicks_of(entries: Iterable[Entry]) -> list[Entry]:
    """The clicks of these entries that a person says were made, each once, in order."""
    return _clicks(entries)


def attested(entries: Iterable[Entry]) -> Attested | None:
    """Who made the last click of this attempt, when, and what the screen then showed."""
    clicks = _clicks(entries)
    if not clicks:
        return None
    last = clicks[-1]
    statuses = [click.payload["shown"] for click in clicks if click.payload.get("shown")]
    return Attested(last.payload["by"], datetime.fromisoformat(last.at), statuses[-1] if statuses else "")


def last_name(journal: Journal) -> str:
    """The name under the last thing a person said in a form; empty where nobody has said anything yet.

    Whom a command named, and who sent the code of a click sheet, is somebody else: nobody is to sign in
    their name only because it stood there.
    """
    entries = journal.entries()
    with_forms = {entry.run for entry in entries if entry.kind is Kind.started}
    said = [entry for entry in entries if entry.kind in (Kind.decision, Kind.click)]
    own = [entry.payload for entry in said if entry.run in with_forms and "code" not in entry.payload]
    names = [payload["by"] for payload in own if payload.get("by") not in ("", None, *_NOBODY)]
    return str(names[-1]) if names else ""


def shown_plan(entries: Iterable[Entry]) -> str | None:
    """Digest of the plan that was last shown in this attempt."""
    digests = [
        entry.payload["plan"] for entry in entries if entry.kind is Kind.read and "plan" in entry.payload
    ]
    return digests[-1] if digests else None


def look(workspace: Workspace, seen: Snapshot, calls: Mapping[str, int], keep: bool) -> dict[str, Any]:
    """What the journal keeps of a look at both systems; ``keep``: with the snapshot, against which changes
    are measured. ``calls``: ``{"salesforce": n, "marketo": n}``."""
    payload = journal_payloads.read(say("Both systems were read."), seen, calls)
    return payload | ({"snapshot": save_snapshot(workspace, seen)} if keep else {})


def save_snapshot(workspace: Workspace, snapshot: Snapshot) -> str:
    """Writes ``snapshots/<utc>-<digest8>.json``; returns the file's name."""
    name = f"{snapshot.taken_at:{STAMP}}-{snapshot.digest[:8]}.json"
    write_whole(workspace.snapshots / name, json.dumps(to_json(snapshot), ensure_ascii=False))
    return name


def load_snapshot(workspace: Workspace, name: str) -> Snapshot:
    """The snapshot in that file; ``WorkspaceFault`` where it is missing or no snapshot."""
    path = workspace.snapshots / name
    try:
        return from_json(json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, RecursionError) as fault:
        raise WorkspaceFault(
            say("A snapshot that the journal names cannot be read: {reason}.", reason=type(fault).__name__),
            where=str(path),
            why=say("Without the previous state, nobody can prove what changed."),
            fix=say("Restore the file from a copy of the workspace."),
        ) from None


def _standing(entries: Iterable[Entry]) -> list[Entry]:
    """The clicks in order that count: not taken back after, and not contradicted by evidence after."""
    since: list[Entry] = []
    for entry in entries:
        since.append(entry)
        if entry.kind is Kind.evidence and Evidence.from_json(entry.payload).contradicts_clicks:
            since.clear()
    return _clicks(since)


def _clicks(entries: Iterable[Entry]) -> list[Entry]:
    """The clicks in order, without those that were taken back after."""
    clicks: dict[str, Entry] = {}
    for entry in entries:
        if entry.kind is Kind.click:
            clicks[entry.payload["click"]] = entry
        elif entry.kind is Kind.decision:
            for name in entry.payload.get(WITHDRAWN, ()):
                clicks.pop(name, None)
    return list(clicks.values())


def _is_done(entry: Entry) -> bool:
    return entry.kind is Kind.ended and entry.payload.get("outcome") == Outcome.DONE


def _is_over(entry: Entry) -> bool:
    """Whether what comes after it is a new attempt."""
    return entry.kind is Kind.ended and entry.payload.get("outcome") in (Outcome.DONE, Outcome.UNDONE)
