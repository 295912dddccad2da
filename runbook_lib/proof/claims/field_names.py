"""What is claimed of Marketo's own lists of its fields: Export Field Names, and Export All Objects.

The first tells what the API calls each field, and so which one it is. The second may tell labels alone: they
can be changed in Marketo, and two fields may have the same, so that it proves less, and says so.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence

from runbook_lib.proof.claims.claim import Claim
from runbook_lib.proof.claims.people import listed
from runbook_lib.proof.imports import Imported
from runbook_lib.proof.marketo_exports import FieldName
from runbook_lib.review.fields.made import SHOWN_BY_API
from runbook_lib.review.fields.marketo_names import MarketoNames, is_own
from runbook_lib.review.findings import Status
from runbook_lib.survey.snapshot import Field, Snapshot
from runbook_lib.text import say


def claim_field_names(imported: Imported, seen: Snapshot) -> Iterator[Claim]:
    """Whether Marketo's own list has a field for each custom field that the sync user sees: it knows fields
    that the API hides. By the names where there are any, else by the labels."""
    if not isinstance(seen.visible, Mapping):
        return
    own = [field for field in seen.visible_fields() if field.object in SHOWN_BY_API and is_own(field.name)]
    if imported.names is not None:
        yield _by_name(imported.names, own)
    elif imported.labels is not None:
        yield _by_label(imported.labels, own)


def _by_name(names: Sequence[FieldName], own: Sequence[Field]) -> Claim:
    known = MarketoNames.of(name.rest_name for name in names if name.rest_name)
    missing = [field.full_name for field in own if not known.named(field.name)]
    what = say(
        "Marketo's list of {count} field names has one for {found} of {own} custom fields that the sync user "
        "sees.",
        count=len(names), found=len(own) - len(missing), own=len(own),
    )  # fmt: skip
    if missing:
        what = say("{what} Missing: {fields}.", what=what, fields=listed(missing))
    return Claim("sync-field-names", Status.WARN if missing else Status.OK, what, now=missing or len(own))


def _by_label(labels: Sequence[str], own: Sequence[Field]) -> Claim:
    """A label tells a field only where one field of Salesforce has it, and one of Marketo."""
    there = Counter(label.casefold() for label in labels)
    names: defaultdict[str, set[str]] = defaultdict(set)
    for field in own:
        names[field.label.casefold()].add(field.name)
    sure = [
        field
        for field in own
        if there[field.label.casefold()] == 1 and len(names[field.label.casefold()]) == 1
    ]
    unsure = [field.full_name for field in own if field not in sure]
    what = say(
        "The exported objects have labels, and no API names. Of {own} custom fields that the sync user sees, "
        "{found} are there under a label that no other field has.",
        own=len(own), found=len(sure),
    )  # fmt: skip
    if unsure:
        what = say(
            "{what} Cannot tell of the others, whose label is shared or another one in Marketo: {fields}. "
            "“Export Field Names” tells the names.",
            what=what,
            fields=listed(unsure),
        )
    return Claim("sync-field-labels", Status.WARN if unsure else Status.SKIP, what, now=unsure or len(own))
