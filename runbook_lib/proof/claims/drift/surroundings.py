"""What Marketo's records meet in the org: rules, sharing, and people who are there several times."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from runbook_lib.proof.claims.claim import Claim
from runbook_lib.proof.claims.drift.named import PREFIX, drift
from runbook_lib.review.findings import Status, not_told
from runbook_lib.survey.model.inventory import IN_SALESFORCE
from runbook_lib.survey.model.org_settings import Rule, Surroundings
from runbook_lib.survey.snapshot import DuplicateCounts, Unknown
from runbook_lib.text import Message, say

_RULES: Mapping[str, Message] = {
    "validation_rules": say("A new validation rule may refuse what Marketo writes: {rule}."),
    "duplicate_rules": say("A new duplicate rule may refuse what Marketo writes: {rule}."),
    "triggers": say("A new trigger runs when Marketo writes: {rule}."),
    "flows": say("A new flow runs when Marketo writes: {rule}."),
}


def changed_surroundings(then: Surroundings, today: Surroundings) -> Iterator[Claim]:
    """Each rule, trigger and flow that is new, and each object that became private."""
    for kind, template in _RULES.items():
        old, new = getattr(then, kind), getattr(today, kind)
        if isinstance(old, Unknown):
            continue
        if isinstance(new, Unknown):
            yield Claim(f"{PREFIX}unknown:{kind}", Status.UNKNOWN, not_told(new.words))
            continue
        rules: set[Rule] = set(new) - set(old)
        for rule in sorted(rules, key=str):
            yield drift(kind.removesuffix("s").replace("_", "-"), str(rule),
                         Message(template.template, {"rule": str(rule)}))  # fmt: skip
    if isinstance(then.sharing, Mapping) and isinstance(today.sharing, Mapping):
        for name, access in sorted(today.sharing.items()):
            if access == "None" and then.sharing.get(name) not in ("None", None):
                what = say("Records of {object} are private now: the sync user may miss some.", object=name)
                yield drift("sharing", name, what, then.sharing.get(name), access)


def more_duplicates(then: DuplicateCounts, today: DuplicateCounts) -> Iterator[Claim]:
    """Each kind of duplicates of which there are more."""
    for kind in IN_SALESFORCE:
        old, new = then.groups.get(kind, 0), today.groups.get(kind, 0)
        if new > old:
            what = say(
                "E-mails that several people share ({kind}) were {before} and are {now}: Marketo does not "
                "merge them.",
                kind=kind.word, before=old, now=new,
            )  # fmt: skip
            yield drift("duplicates", kind.value, what, old, new)
