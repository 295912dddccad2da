"""What was decided about people who are there twice, and what is still open: all, one kind, or one group.

The nearest decision counts: that of the group before that of its kind before the one for all. Groups in which
one has opted out of e-mail and another has not may be asked to be merged first, whatever their kind.
"""

from __future__ import annotations

from collections.abc import Iterator

from runbook_lib.change.decisions import Decisions, DuplicateDecision
from runbook_lib.change.decisions.rows import ALL, CONFLICTS, DuplicateChoice
from runbook_lib.survey.snapshot import DuplicateCounts
from runbook_lib.text import Message, say


def decision_for(decisions: Decisions, kind: str, group: str = "") -> DuplicateDecision | None:
    """The decision that counts for a kind of group, or for the group with that key."""
    rules = decisions.duplicate_rules
    return rules.get(f"{kind}:{group}") or rules.get(kind) or decisions.duplicates


def is_any_open(counts: DuplicateCounts, decisions: Decisions) -> bool:
    """Whether nobody has decided about some of the groups that were counted."""
    return any(
        decision_for(decisions, kind) is None and groups > len(list(_of_groups(decisions, kind)))
        for kind, groups in counts.groups.items()
        if groups
    )


def left_to_merge(counts: DuplicateCounts, decisions: Decisions) -> Iterator[Message]:
    """Why Start Sync has to wait: what was to be merged first, and is still there."""
    groups = 0
    for kind, number in counts.groups.items():
        decided = decision_for(decisions, kind)
        if decided is not None and decided.decision is DuplicateChoice.MERGE:
            accepted = [
                group for group in _of_groups(decisions, kind) if group.decision is DuplicateChoice.ACCEPT
            ]
            groups += max(0, number - len(accepted))
    if groups:
        yield say(
            "The decision was to merge first; {groups} groups of people are still there twice.", groups=groups
        )
    rule = decisions.duplicate_rules.get(CONFLICTS)
    if rule is not None and rule.decision is DuplicateChoice.MERGE and counts.conflicts:
        yield say(
            "Groups in which one person has opted out and another has not were to be merged first; "
            "{groups} are still there.",
            groups=counts.conflicts,
        )


def accepted_because(decisions: Decisions) -> str:
    """The reasons of all decisions to accept, each once, in the order of the file."""
    rows = (decisions.duplicates, *decisions.duplicate_rules.values())
    reasons = [row.reason for row in rows if row and row.decision is DuplicateChoice.ACCEPT]
    return "; ".join(dict.fromkeys(reasons))


def summary(decisions: Decisions) -> str:
    """The decisions as one line, which changes where one of them does."""
    rows = [row for row in (decisions.duplicates, *decisions.duplicate_rules.values()) if row]
    if [row.people for row in rows] == [ALL]:
        return f"{rows[0].decision.value}: {rows[0].reason}"
    return "; ".join(f"{row.people} {row.decision.value}: {row.reason}" for row in rows)


def _of_groups(decisions: Decisions, kind: str) -> Iterator[DuplicateDecision]:
    return (row for name, row in decisions.duplicate_rules.items() if name.startswith(f"{kind}:"))
