"""Counting people who share an e-mail, without keeping any: e-mails go in, numbers come out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from runbook_lib.survey.model.inventory import IN_SALESFORCE, GroupKind
from runbook_lib.survey.snapshot import DuplicateCounts

SPACES = "".join(
    chr(code)
    for code in (
        *range(9, 14),
        *range(28, 33),
        133,
        160,
        5760,
        *range(8192, 8203),
        8232,
        8233,
        8239,
        8287,
        12288,
    )
)
"""What ``str.strip`` takes away, written out for DuckDB's ``trim``."""

Person = tuple[str | None, bool | None]
"""An e-mail, and whether this person has opted out of e-mails; ``None``: not visible."""


@dataclass
class _Group:
    """Those who share one e-mail."""

    people: list[int] = field(default_factory=lambda: [0, 0])
    opted: set[bool] = field(default_factory=set)
    opted_out: int = 0


def normalized_email(email: str | None) -> str:
    """The e-mail as two people are compared by it: trimmed, in lower case; empty where there is none.

    ``lower`` and not ``casefold``: two addresses that differ in ß and ss are two mailboxes.
    """
    return (email or "").strip().lower()


def count_duplicates(everybody: Mapping[str, Iterable[Person]]) -> DuplicateCounts:
    """Groups of people with one e-mail, from ``Lead`` (not converted) and ``Contact``.

    A group is ``lead`` or ``contact`` when it holds people of that kind only, else ``across``.
    """
    counted: defaultdict[str, _Group] = defaultdict(_Group)
    for place, object_name in enumerate(("Lead", "Contact")):
        for email, opted_out in everybody.get(object_name, ()):
            group = counted[normalized_email(email)]
            group.people[place] += 1
            if opted_out is not None:
                group.opted.add(opted_out)
                group.opted_out += opted_out
    knows_opt_outs = not counted or any(group.opted for group in counted.values())
    refusals = sum(group.opted_out for group in counted.values()) if knows_opt_outs else None
    nobody = counted.pop("", _Group())
    groups: dict[str, int] = dict.fromkeys(IN_SALESFORCE, 0)
    members: dict[str, int] = dict.fromkeys(IN_SALESFORCE, 0)
    shared = [group for group in counted.values() if sum(group.people) > 1]
    for group in shared:
        kind = _kind(*group.people)
        groups[kind] += 1
        members[kind] += sum(group.people)
    conflicts = sum(len(group.opted) > 1 for group in shared) if knows_opt_outs else None
    people = sum(sum(group.people) for group in (nobody, *counted.values()))
    return DuplicateCounts(people, sum(nobody.people), groups, members, conflicts, refusals)


def _kind(leads: int, contacts: int) -> str:
    if leads and contacts:
        return GroupKind.ACROSS
    return "lead" if leads else "contact"
