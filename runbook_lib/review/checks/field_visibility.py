"""Checks of what the sync user sees: what Marketo requires and wants, what is better hidden, what fits."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import cast

from runbook_lib.review.checks.check import Answer, Check, cannot_tell, listed, ok
from runbook_lib.review.fields import HIDE, suggestions
from runbook_lib.review.findings import Status, Who
from runbook_lib.review.mappings import mapping_review, near_pairs
from runbook_lib.road import FIELD_MAPPINGS, FIELD_VISIBILITY
from runbook_lib.survey.needed_fields import not_in_every_org, required, wanted
from runbook_lib.survey.requirements import STEP_2
from runbook_lib.survey.snapshot import Parents, Part, Snapshot, Unknown
from runbook_lib.text import say

NEEDED = "Marketo Nation ta-p/250695, fields the sync user must read; Step 2 of 3 (Account.Type)"
VIEW_ALL = "Object Reference, ObjectPermissions.PermissionsViewAllFields; Salesforce Help, View All Fields"
MAPPINGS = "Marketo documentation, Edit Initial Field Mappings"


def judge_required_visible(snapshot: Snapshot) -> Answer:
    """The sync user sees every field without which the sync stops.

    A field that not every org has counts as missing only where the admin sees it.
    """
    hidden = sorted(_hidden(snapshot, required()))
    if not hidden:
        return ok(say("The sync user sees all fields that Marketo requires."))
    return Answer(
        Status.ERROR,
        say("Required by Marketo, but not visible to the sync user: {fields}.", fields=listed(hidden)),
        say("The sync would stop with “required field missing”, or never read these records."),
        say(
            "Notebook 02 grants it. By hand: Salesforce Setup → Users → Permission Sets → {label} → "
            "Object Settings → the object → Edit, tick Read Access. If a whole object is missing, "
            "grant its object permission first.",
            label=snapshot.expected.permission_set_label,
        ),
        Who.SALESFORCE_ADMIN,
    )


def judge_wanted_visible(snapshot: Snapshot) -> Answer:
    """The sync user sees the fields that Marketo fills from the first day, above all the opt-out."""
    hidden = sorted(_hidden(snapshot, wanted()))
    if not hidden:
        return ok(say("The sync user sees the e-mail opt-out, names, phone and lead source."))
    return Answer(
        Status.WARN,
        say("Not visible to the sync user: {fields}.", fields=listed(hidden)),
        say(
            "HasOptedOutOfEmail is Marketo's Unsubscribed: if it is hidden, an opt-out in Salesforce "
            "does not stop Marketo's e-mails. The other fields would arrive empty."
        ),
        say(
            "Salesforce Setup → Users → Permission Sets → {label} → Object Settings → Lead (or Contact) → "
            "Edit, tick Read Access and Edit Access.",
            label=snapshot.expected.permission_set_label,
        ),
        Who.SALESFORCE_ADMIN,
    )


def judge_better_hidden(snapshot: Snapshot) -> Answer:
    """No field is visible that we suggest to hide."""
    better = [suggestion.full_name for suggestion in suggestions(snapshot) if suggestion.decision == HIDE]
    if not better:
        return ok(
            say(
                "{count} fields are visible; none of them looks better hidden.",
                count=sum(1 for _ in snapshot.visible_fields()),
            )
        )
    return Answer(
        Status.WARN,
        say("Visible, but better hidden from Marketo: {fields}.", fields=listed(better)),
        say(
            "Sync Fields creates every visible field in Marketo permanently; formulas, encrypted "
            "fields and very long texts cause trouble there."
        ),
        say("Decide on each of them in notebook 04."),
    )


def judge_view_all_fields(snapshot: Snapshot) -> Answer:
    """Nobody shows the sync user all fields of an object, so that hiding a field has an effect."""
    view_all = cast(Parents, snapshot.parents).view_all
    if isinstance(view_all, Unknown):
        return cannot_tell(view_all)
    if not view_all:
        return ok(say("No profile or permission set of the sync user has “View All Fields”."))
    givers = [f"“{giver.parent}” ({giver.object or '*'})" for giver in view_all]
    return Answer(
        Status.WARN,
        say("“View All Fields” is on for the sync user: {givers}.", givers=listed(sorted(givers))),
        say(
            "Field-level security has no effect there: a hidden field stays visible, and Sync Fields "
            "creates it in Marketo permanently."
        ),
        say(
            "In Salesforce Setup open the profile or permission set, then Object Settings, the object, "
            "Edit, and untick View All Fields; where you see (*): System Permissions, View All Fields "
            "(Global). Or remove the permission set from the sync user."
        ),
        Who.SALESFORCE_ADMIN,
    )


def judge_mappings(snapshot: Snapshot) -> Answer:
    """No like-named custom fields of Lead and Contact hold different kinds of values."""
    review = mapping_review(snapshot)
    if not review.clashes:
        return ok(
            say(
                "{pairs} pairs of custom fields with the same name fit together; {alone} custom fields "
                "stand alone.",
                pairs=len(review.pairs),
                alone=len(review.unpaired),
            )
        )
    return Answer(
        Status.WARN,
        say(
            "Same name on Lead and Contact, but different types: {fields}.",
            fields=listed([pair.lead.name for pair in review.clashes]),
        ),
        say(
            "Marketo combines them into one field; values of one side would be lost. After Start Sync it is "
            "too late."
        ),
        say("Break these mappings in notebook 06."),
        Who.MARKETO_ADMIN,
    )


def judge_similar_fields(snapshot: Snapshot) -> Answer:
    """No two custom fields of Lead and Contact mean the same under two names."""
    pairs = near_pairs(mapping_review(snapshot))
    if not pairs:
        return ok(say("No two custom fields of Lead and Contact have similar names."))
    return Answer(
        Status.WARN,
        say(
            "Custom fields that look alike under two names: {pairs}.",
            pairs=listed([f"{pair.lead.name} / {pair.contact.name}" for pair in pairs]),
        ),
        say(
            "Marketo creates two fields: a lead's value is lost when it becomes a contact. After Start "
            "Sync it is too late."
        ),
        say("Pair them in notebook 06, or leave them apart where they mean different things."),
        Who.MARKETO_ADMIN,
    )


def _hidden(snapshot: Snapshot, names: Mapping[str, frozenset[str]]) -> Iterator[str]:
    """Which of ``names`` the sync user does not see.

    A standard field that every org has is hidden then, even if field-level security hides it from the
    admin too; one that not every org has counts only where the admin sees it.
    """
    seen = {field.full_name for field in snapshot.visible_fields()}
    present = snapshot.present if isinstance(snapshot.present, Mapping) else {}
    there = {field.full_name for fields in present.values() for field in fields}
    elsewhere = {f"{where}.{name}" for where, some in not_in_every_org().items() for name in some}
    for object_name, some in names.items():
        for full_name in (f"{object_name}.{name}" for name in some):
            if full_name not in seen and (full_name in there or full_name not in elsewhere):
                yield full_name


_AT_04 = FIELD_VISIBILITY.name
VISIBILITY_CHECKS: tuple[Check, ...] = (
    Check(
        "required_visible",
        _AT_04,
        say("Fields that Marketo requires"),
        NEEDED,
        judge_required_visible,
        needs=(Part.VISIBLE,),
    ),
    Check(
        "wanted_visible",
        _AT_04,
        say("Fields that Marketo fills from the first day"),
        STEP_2,
        judge_wanted_visible,
        needs=(Part.VISIBLE,),
        gates=(),
    ),
    Check(
        "better_hidden",
        _AT_04,
        say("Fields better hidden"),
        STEP_2,
        judge_better_hidden,
        needs=(Part.VISIBLE,),
        gates=(),
    ),
    Check(
        "view_all_fields",
        _AT_04,
        say("Hiding a field has an effect"),
        VIEW_ALL,
        judge_view_all_fields,
        needs=(Part.PARENTS,),
        gates=(),
    ),
    Check(
        "mappings",
        FIELD_MAPPINGS.name,
        say("Custom fields with the same name on Lead and Contact"),
        MAPPINGS,
        judge_mappings,
        needs=(Part.VISIBLE,),
        gates=(),
    ),
    Check(
        "similar_fields",
        FIELD_MAPPINGS.name,
        say("Fields with similar names"),
        MAPPINGS,
        judge_similar_fields,
        needs=(Part.VISIBLE,),
        gates=(),
    ),
)
