"""A field that came and went between two looks: Salesforce looks as before, and Marketo has made its own.

Marketo makes a field for whatever the sync user sees at a cycle, permanently. So a field of Marketo's that is
new, is called like a custom field of Salesforce, and that no field explains which the sync user saw then or
sees now, shows that they saw one in between. Source: Marketo documentation, "Add an Existing Salesforce Field
to the Marketo Sync"; names: :mod:`runbook_lib.review.fields.marketo_names`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from runbook_lib.proof.claims.claim import Claim
from runbook_lib.proof.claims.drift.named import drift
from runbook_lib.review.fields.marketo_names import strangers
from runbook_lib.survey.snapshot import MarketoState, Snapshot
from runbook_lib.text import Label, say

_LIKE_CUSTOM = re.compile(r"__c(_lead|_contact|_account)?(_\d+)?$", re.IGNORECASE)
"""How Marketo calls the field that it makes of a custom one; who makes one in Marketo has no reason to."""


def made_meanwhile(before: Snapshot, now: Snapshot) -> Iterator[Claim]:
    """Each field that Marketo made since, and that no field of Salesforce explains."""
    if not isinstance(before.marketo, MarketoState) or not isinstance(now.marketo, MarketoState):
        return
    if not isinstance(before.visible, Mapping) or not isinstance(now.visible, Mapping):
        return  # what explains a field is not known
    known = {field.name for field in before.marketo.fields}
    new = [field.name for field in now.marketo.fields if field.name not in known]
    seen = [field.name for look in (before, now) for field in look.visible_fields()]
    for name in strangers(filter(_LIKE_CUSTOM.search, new), seen):
        what = say(
            "Marketo made the field {field}, and the sync user sees none of that name: they saw one for a "
            "while. It stays in Marketo permanently; hide it there in {admin}, {management}.",
            field=name, admin=Label("marketo.admin"), management=Label("marketo.field_management"),
        )  # fmt: skip
        yield drift("made", name, what)
