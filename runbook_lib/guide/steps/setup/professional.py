"""What 01, 02 and 04 say in an org of Professional Edition: what is different there, and what to click.

Source: Marketo documentation, Step 1 and 2 of 3 (Professional).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from runbook_lib.guide.views.view import Block, Card, Tone
from runbook_lib.review.professional import ON_EVENT_LAYOUT, ON_EVERY_LAYOUT, is_professional
from runbook_lib.road import FIELD_VISIBILITY, MARKETO_FIELDS, SYNC_USER
from runbook_lib.survey.requirements import marketo_field
from runbook_lib.survey.snapshot import Snapshot
from runbook_lib.text import Message, say

if TYPE_CHECKING:
    from runbook_lib.guide.engine.step import Step

DIFFERENT: Mapping[str, Message] = {
    MARKETO_FIELDS.name: say(
        "The runbook creates the fields and their mapping. Page layouts determine who sees them: after "
        "“4 Do” you read what to put where."
    ),
    SYNC_USER.name: say(
        "The sync user has the license Salesforce, an administrator profile and Marketing User; no "
        "permission set is created. If no license is left, Marketo allows an existing user who is an "
        "administrator and a Marketing User."
    ),
    FIELD_VISIBILITY.name: say(
        "Fields are hidden by removing them from the page layouts. You do that in Setup: the runbook "
        "says which ones, and checks as the sync user whether they are gone."
    ),
}
"""Step → what is different in Professional Edition."""


def professional_card(step: str, seen: Snapshot) -> Iterable[Block]:
    """The card for Look; nothing in other editions."""
    if is_professional(seen):
        api = say(
            "The API is an add-on there: without it, no login works. Ask Salesforce, or your account "
            "executive, for “API access”."
        )
        yield Card(Tone.INFO, say("This org is a Professional Edition."), (DIFFERENT[step], api))


def layout_clicks(step: Step) -> Iterable[Block]:
    """After 01: what a person puts onto the page layouts, click by click."""
    setup = step.decisions.setup
    if setup is None or not is_professional(step.snapshot):
        return
    labels = [*(marketo_field(name).label for name in setup.marketo_fields), *ON_EVERY_LAYOUT]
    yield Card(
        Tone.WAIT,
        say("Page layouts: what to click in Salesforce now"),
        (
            say("Setup → Object Manager → Lead → Page Layouts, and open the layout of the sync user."),
            say("Drag a new Section onto it, name it Marketo, and click OK."),
            say("Drag these fields into the section: {fields}.", fields=", ".join(labels)),
            say("Save, and do the same with the layout of Contact."),
            say("Setup → Object Manager → Event → Page Layouts: the layout includes the field "
"“{field}”.",
                field=ON_EVENT_LAYOUT),
            say("Notebook 04 shows whether the sync user sees them."),
        ),
    )  # fmt: skip
