"""The page on which somebody agrees to what cannot be undone: who, until when, and each warning by itself.

How many fields there will be, of which object and which of them custom, stands above it with the plan
(:func:`runbook_lib.guide.views.fields.field_list.new_fields`). Notebook, click sheet and terminal show the
same page; in the notebook a form with a box for each warning takes the place of the list.
"""

from __future__ import annotations

from collections.abc import Iterable

from runbook_lib.change.gate import APPROVAL_HOURS, Approval
from runbook_lib.change.plan import Plan
from runbook_lib.guide.views.blocks import Block, Card, Facts, Fold, Points, Tone, Warnings
from runbook_lib.text import Message, Moment, counted, say


def consent_page(plan: Plan, approval: Approval | None, has_boxes: bool = False) -> Iterable[Block]:
    """What is to be agreed to, or what was: ``approval`` counts where it is one of exactly this plan.

    ``has_boxes``: a form below has a box for each warning.
    """
    if not plan.consents:
        return
    stands = approval is not None and approval.plan_digest == plan.digest and approval.rejection is None
    if approval is not None and stands:
        yield from _agreed(plan, approval)
        return
    lines = (say("Read each warning, and tick what you agree to."),) if has_boxes else ()
    yield Card(Tone.WARN, say("To be agreed to, because it cannot be undone"), lines)
    yield Facts((
        (say("Org"), plan.org_name),
        (say("Marketo instance"), plan.munchkin_id),
        (say("Valid"), say("for {hours} hours, and for exactly this plan", hours=APPROVAL_HOURS)),
    ))  # fmt: skip
    yield Warnings(tuple((False, consent.name, consent.text) for consent in plan.consents))


def _agreed(plan: Plan, approval: Approval) -> Iterable[Block]:
    yield Facts((
        (say("Agreed by"), approval.approver),
        (say("Reason"), approval.reason),
        (say("Valid until"), Moment(approval.expires)),
    ))  # fmt: skip
    points = tuple((Tone.OK, consent.name, consent.text, ()) for consent in plan.consents)
    yield Fold(agreed_title(len(points)), Points(points), Tone.OK)


def agreed_title(count: int) -> Message:
    """Behind what line the warnings stand that were agreed to."""
    many = say("What was agreed to: {count} warnings", count=count)
    return counted(count, say("What was agreed to: one warning"), many)
