"""Fields that appeared after go-live: how each would be hidden, before Marketo's next cycle makes it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from runbook_lib.change.decisions import FieldDecision, Visibility, write_fields
from runbook_lib.change.plan import Change
from runbook_lib.change.plans.hiding import hide
from runbook_lib.errors import Blocked
from runbook_lib.guide.engine.step import Step
from runbook_lib.guide.state.session import now
from runbook_lib.guide.views.commands import shell_word
from runbook_lib.guide.views.view import Block, Card, Tone
from runbook_lib.guide.widgets.forms.hide import ToHide
from runbook_lib.journal import Kind
from runbook_lib.proof import journal_payloads
from runbook_lib.proof.claims.claim import Claim
from runbook_lib.proof.claims.drift import NEW_FIELD, is_drift
from runbook_lib.road import FIELD_VISIBILITY
from runbook_lib.survey.snapshot import Part, Snapshot
from runbook_lib.text import Message, say

ASKED = (Part.GRANTS, Part.PARENTS, Part.PERMISSION_SET)
"""What tells how a field can be hidden; asked only where one appeared."""


def new_fields(claims: Iterable[Claim]) -> tuple[str, ...]:
    """The fields that appeared and that nobody acknowledged, by their full names."""
    return tuple(claim.id.removeprefix(NEW_FIELD) for claim in claims if _is_new(claim))


def plan_to_hide(step: Step, names: Sequence[str]) -> Card:
    """What would be changed to hide each of these fields, or why it cannot be."""
    seen = step.session.collect(ASKED, step.snapshot)
    return Card(
        Tone.INFO,
        say("To hide them before Marketo's next cycle, notebook 04 would make these changes:"),
        tuple(_first_change(name, seen) for name in names),
    )


def how_to_hide(step: Step, names: Sequence[str]) -> Message:
    """The lines and the command with which automation hides these fields."""
    return say(
        "To hide, add to decisions/fields.csv (object, field, decision): {lines}; then:  runbook run "
        "{folder} --from 04 --to 04",
        lines="; ".join(f"{name.replace('.', ',', 1)},{Visibility.HIDE}" for name in names),
        folder=shell_word(step.session.workspace.path),
    )


def decide_to_hide(step: Step, wanted: ToHide) -> Message:
    """Writes the decisions down, beside those that are on file; 04 makes the changes."""
    rows, moment = dict(step.decisions.fields), now()
    for name in wanted.names:
        rows[name] = _decision(name, wanted.by)
    write_fields(step.session.workspace, rows.values())
    what = say("Decided to hide: {fields}.", fields=", ".join(wanted.names))
    step.note("decide", Kind.decision, journal_payloads.decision(what, wanted.by, at=moment))
    return say(
        "{what} Now open {step} and run all its cells: it hides them. Then run this notebook again.",
        what=what,
        step=FIELD_VISIBILITY.name,
    )


def _is_new(claim: Claim) -> bool:
    return is_drift(claim) and claim.id.startswith(NEW_FIELD)


def _first_change(name: str, seen: Snapshot) -> Message:
    return next(_changes(name, seen), say("{field} is no longer visible.", field=name))


def _changes(name: str, seen: Snapshot) -> Iterator[Message]:
    for field in seen.visible_fields():
        if field.full_name == name:
            try:
                change = hide(field, _decision(name, ""), seen)
            except Blocked as blocked:
                yield say("{field}: {reason}", field=name, reason=blocked.what)
            else:
                yield change.what if isinstance(change, Change) else change


def _decision(name: str, by: str) -> FieldDecision:
    object_name, _, field = name.partition(".")
    return FieldDecision(object_name, field, Visibility.HIDE, decided_by=by, decided_at=now())


def blocks_of(step: Step, names: Sequence[str]) -> Iterable[Block]:
    """The plan to hide ``names``; nothing where there are none."""
    return [plan_to_hide(step, names)] if names else []
