"""Counting people who share an e-mail, without keeping any: e-mails go in, numbers come out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

from runbook_lib.survey.snapshot import DuplicateCounts

KINDS: tuple[str, ...] = ("lead", "contact", "across")


def normalised_email(email: str | None) -> str:
    """The e-mail as two people are compared by it: trimmed, in lower case; empty where there is none.

    ``lower`` and not ``casefold``: two addresses that differ in ß and ss are two mailboxes.
    """
    return (email or "").strip().lower()


def count_duplicates(emails: Mapping[str, Iterable[str | None]]) -> DuplicateCounts:
    """Groups of people with one e-mail, from the e-mails of ``Lead`` (not converted) and of ``Contact``.

    A group is ``lead`` or ``contact`` when it holds people of that kind only, else ``across``.
    """
    counted: defaultdict[str, list[int]] = defaultdict(lambda: [0, 0])
    for place, object_name in enumerate(("Lead", "Contact")):
        for email in emails.get(object_name, ()):
            counted[normalised_email(email)][place] += 1
    without_email = sum(counted.pop("", [0, 0]))
    groups = dict.fromkeys(KINDS, 0)
    members = dict.fromkeys(KINDS, 0)
    for leads, contacts in counted.values():
        if leads + contacts > 1:
            kind = _kind(leads, contacts)
            groups[kind] += 1
            members[kind] += leads + contacts
    people = without_email + sum(leads + contacts for leads, contacts in counted.values())
    return DuplicateCounts(people=people, without_email=without_email, groups=groups, members=members)


def _kind(leads: int, contacts: int) -> str:
    if leads and contacts:
        return "across"
    return "lead" if leads else "contact"
