"""How the guide tells the things that every step shows: plans, clicks, evidence, age."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import UTC, datetime

from runbook_lib.change.plan import Click, Plan
from runbook_lib.guide.views.change_reasons import change_blocks
from runbook_lib.guide.views.fields.field_list import new_fields
from runbook_lib.guide.views.view import (
    Block,
    Card,
    Clicks,
    Fold,
    Line,
    Points,
    Tone,
)
from runbook_lib.guide.views.vocabulary import undecided
from runbook_lib.proof import concluded
from runbook_lib.proof.evidence import Claim, Evidence
from runbook_lib.proof.values import in_words
from runbook_lib.review.findings import Status, beside_status
from runbook_lib.text import Label, Message, counted, joined, say


def plan_blocks(plan: Plan, is_asked: bool = False) -> Iterable[Block]:
    """Every change, click and consent of a plan, before anything is touched. ``is_asked``: a form beside it
    shows what is undecided."""
    if plan.is_empty and not plan.undecided and not plan.obstacles:
        yield Line(say("Nothing has to be changed or clicked."))
        return
    if plan.changes:
        yield from change_blocks(plan.changes)
    if plan.makes:
        yield from new_fields(plan.makes)
    if plan.obstacles:
        yield Card(Tone.STOP, say("Some of it cannot be done as decided."), plan.obstacles)
    if plan.undecided and not is_asked:
        yield Card(Tone.WAIT, say("Still undecided: {rows}.", rows=undecided(plan.undecided)))


KEPT = say("what you stored in the vault in notebook 03")
"""Where whoever clicks beside the notebook finds a secret."""


def click_block(clicks: Collection[Click], made: Collection[str], secret: Message = KEPT) -> Clicks:
    """The click list in the words of the vendor's own screens; what has been made is ticked. ``secret``: what
    stands in place of one."""
    rows = ((click.id in made, screen_path(click), click.do, _inputs(click, secret)) for click in clicks)
    return Clicks(tuple(rows))


def screen_path(click: Click) -> Message | str:
    """The labels that lead to the click's screen: ``Admin › CRM › Salesforce``."""
    return joined(click.screen, " › ") if click.screen else ""


def evidence_blocks(evidence: Evidence) -> tuple[Block, ...]:
    """Each claim with what was measured before and now; those that are proven stand behind one line."""
    loud = [claim for claim in evidence.claims if claim.status is not Status.OK]
    proven = [claim for claim in evidence.claims if claim.status is Status.OK]
    many = say("{count} measurements are in order", count=len(proven))
    title = counted(len(proven), say("One measurement is in order"), many)
    fold = (Fold(title, _claims(proven), Tone.OK),) if proven else ()
    return (*((_claims(loud),) if loud else ()), *fold)


def _claims(claims: Iterable[Claim]) -> Points:
    rows = []
    for claim in claims:
        details = [(say("earlier"), claim.before), (say("now"), claim.now)]
        facts = tuple((name, in_words(value)) for name, value in details if value not in (None, "", [], {}))
        word = say("for the record") if claim.status is Status.SKIP else claim.status.word
        rows.append((Tone(claim.status.tone), word, beside_status(claim.status, claim.what), facts))
    return Points(tuple(rows))


def age(at: str) -> Message:
    """How long ago a moment (UTC, ISO 8601) was, as part of a sentence."""
    return concluded.age(datetime.fromisoformat(at), datetime.now(UTC))


def _inputs(click: Click, secret: Message) -> tuple[tuple[object, object], ...]:
    """What is typed into labeled boxes; what has no label on a screen stands in the sentence."""
    typed = [(Label(key), value) for key, value in click.values.items() if "." in key]
    return (*typed, *((Label(key), secret) for key in click.secrets))
