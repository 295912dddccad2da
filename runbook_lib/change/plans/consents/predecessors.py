"""What was proven before something that cannot be undone: each step by name, with the moment of its proof.

A consent never says what was decided, only what was proven. It names moments and not ages, so that a plan
does not become another one while somebody reads it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator

from runbook_lib.change.gate.predecessors import Predecessor
from runbook_lib.change.plan import Click, Consent
from runbook_lib.text import Message, Moment, joined, say


def proven_consent(predecessors: Collection[Predecessor]) -> Iterator[Consent]:
    """The consent that names every predecessor; none where one of them does not stand: no gate opens then."""
    if not predecessors or not all(predecessor.stands for predecessor in predecessors):
        return
    yield Consent("stands-on", say("Proven before: {lines}.", lines=joined(map(_line, predecessors))))


def _line(predecessor: Predecessor) -> Message:
    step, at = predecessor.spec.numbered, _moment(predecessor)
    if predecessor.is_adopted:
        return say("{step}, found done and adopted on {at}", step=step, at=at)
    changes = [click for click in predecessor.clicks if _is_edit(click)]
    if not changes:
        return say("{step} on {at}", step=step, at=at)
    return say(
        "{step} on {at}, with {count} mappings changed by {by} (as reported; Marketo's API does not "
"show mappings): {changes}",
        step=step, at=at, count=len(changes), by=predecessor.by, changes=", ".join(map(_pair, changes)),
    )  # fmt: skip


def _moment(predecessor: Predecessor) -> object:
    return Moment(predecessor.proven_at) if predecessor.proven_at else ""


def _is_edit(click: Click) -> bool:
    return click.submit in ("marketo.break_mapping", "marketo.map_fields")


def _pair(click: Click) -> str:
    sign = "=" if click.submit == "marketo.map_fields" else "≠"
    return f"{click.values['lead_field']} {sign} {click.values['contact_field']}"
