"""08: Marketo does not de-duplicate. Which groups there are of every kind, and why they were accepted.

Sources: Marketo documentation, "Step 3 of 3" ("Marketo will not de-dupe"), "Default Salesforce Field Mapping"
(Email Opt Out and Unsubscribed). What becomes of an opt-out that one of two records has is not published.
"""

from __future__ import annotations

from collections.abc import Iterator

from runbook_lib.change.decisions import Decisions
from runbook_lib.change.decisions.duplicates import accepted_because
from runbook_lib.change.plan import Consent
from runbook_lib.change.plans.consents.records import bounded
from runbook_lib.change.plans.preconditions import at_most, known
from runbook_lib.survey.model.inventory import GroupKind
from runbook_lib.survey.snapshot import DuplicateCounts, Part, Snapshot
from runbook_lib.text import Message, joined, say


def duplicate_consents(snapshot: Snapshot, decisions: Decisions) -> Iterator[Consent]:
    """The consent to the groups that were accepted; none where there are none."""
    counts = known(snapshot, Part.DUPLICATES, DuplicateCounts)
    groups, decided = sum(counts.groups.values()), decisions.duplicates
    reason = accepted_because(decisions)
    if not groups or not reason:
        return
    if decided and decided.groups is not None and groups <= at_most(decided.groups):
        warning = say(
            "Marketo does not de-duplicate. {groups} groups of people who share an e-mail or are probably "
            "the same were counted when this was decided; they will be there twice or more.",
            groups=decided.groups,
        )
    else:
        warning = say(
            "Marketo does not de-duplicate. At most {groups} groups of people who share an e-mail or are "
            "probably the same will be there twice or more.",
            groups=at_most(groups),
        )
    because = say("Accepted because: {reason}", reason=reason)
    yield Consent("duplicates", joined((warning, *kinds_of(counts), because), "\n"))


def kinds_of(counts: DuplicateCounts) -> Iterator[Message]:
    """A line per kind of groups; the last, in how many a consent to get e-mail is contradicted."""
    for kind in GroupKind:
        yield say("{name}: {count}", name=kind.word, count=_of_kind(counts, kind))
    yield say(
        "Opt-outs that contradict each other: {conflicts}; whether Marketo e-mails such a person is "
        "not documented",
        conflicts=bounded(counts.conflicts),
    )


def _of_kind(counts: DuplicateCounts, kind: str) -> object:
    """The number that notebook 07 counted while it still bounds what there is, else a bound of today's."""
    groups = counts.groups.get(kind)
    if groups is None:
        return say("not compared")
    compared = counts.compared.get(kind)
    return compared if compared is not None and groups <= compared else bounded(groups)
