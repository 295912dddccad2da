"""Plan for 06: what is clicked in Marketo's Edit Mappings, in the order and the words of that dialog.

Source: Marketo documentation, "Edit Initial Field Mappings": highlight a mapped field and click Break
Mapping; open the folder Unmapped Custom Fields and drag one field onto another; click Finish Mappings.
Breaking comes first: what was taken apart lies in the folder afterward.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime

from runbook_lib.change.decisions import Decisions, MappingDecision, Pairing
from runbook_lib.change.plan import Click, Plan
from runbook_lib.change.plans.preconditions import demand, draft
from runbook_lib.change.plans.unknown_names import NamedField, with_near
from runbook_lib.review.mappings import MappingReview, custom_fields, mapping_review
from runbook_lib.survey.snapshot import Part, Snapshot
from runbook_lib.text import Label, Message, say

ADMIN = (Label("marketo.admin"), Label("marketo.crm"))
SALESFORCE = (*ADMIN, Label("marketo.salesforce"))
MAPPINGS = (*SALESFORCE, Label("marketo.edit_mappings"))
FOLDER = (*MAPPINGS, Label("marketo.unmapped_custom_fields"))


def plan_field_mappings(step: str, snapshot: Snapshot, decisions: Decisions, now: datetime) -> Plan:
    """06: break or pair custom fields; nothing to click where Marketo's own pairing stands."""
    demand(snapshot, Part.VISIBLE)
    review = mapping_review(snapshot)
    unknown = _unknown_fields(snapshot, decisions.mappings)
    return replace(
        draft(step, snapshot, now),
        clicks=tuple(_clicks([_spelt(mapping, snapshot) for mapping in changed_mappings(review, decisions)])),
        undecided=undecided_mappings(review, decisions),
        obstacles=(*unknown, *impossible_pairs(review, decisions.mappings)),
    )


def undecided_mappings(review: MappingReview, decisions: Decisions) -> tuple[str, ...]:
    """Pairs of clashing fields that nobody has decided about."""
    decided = {_names(mapping) for mapping in decisions.mappings}
    return tuple(
        f"Lead.{pair.lead.name} = Contact.{pair.contact.name}"
        for pair in review.clashes
        if (pair.lead.name.lower(), pair.contact.name.lower()) not in decided
    )


def changed_mappings(review: MappingReview, decisions: Decisions) -> list[MappingDecision]:
    """The decisions by which Marketo's own pairing is changed, in a fixed order."""
    return sorted((mapping for mapping in decisions.mappings if _differs(mapping, review)), key=_names)


def impossible_pairs(review: MappingReview, decisions: Iterable[MappingDecision]) -> Iterator[Message]:
    """Pairs that Marketo's dialog has no way to make: a field in two pairs, or one that is still combined
    with another."""
    decided = list(decisions)
    broken = {_names(row) for row in decided if row.decision is Pairing.BREAK}
    combined = [
        pair for pair in review.pairs if (pair.lead.name.lower(), pair.contact.name.lower()) not in broken
    ]
    partners = {pair.lead.full_name.lower(): pair.contact.full_name for pair in combined}
    partners |= {pair.contact.full_name.lower(): pair.lead.full_name for pair in combined}
    wanted = [row for row in decided if row.decision is Pairing.PAIR and _differs(row, review)]
    names = [name for row in wanted for name in (f"Lead.{row.lead_field}", f"Contact.{row.contact_field}")]
    times = Counter(map(str.lower, names))
    for name in sorted({name.lower(): name for name in names}.values()):
        if times[name.lower()] > 1:
            yield say("{field} is to be paired with more than one field; Marketo takes one.", field=name)
        if partner := partners.get(name.lower()):
            yield say(
                "{field} is to be paired with another field, but Marketo combines it with {partner}: "
"decide to separate those two, too.",
                field=name, partner=partner,
            )  # fmt: skip


def edits_of(plan: Plan) -> int:
    """How many mappings the click list of 06 changes; the other clicks open and close the dialog."""
    return sum(click.submit in ("marketo.break_mapping", "marketo.map_fields") for click in plan.clicks)


def _differs(decision: MappingDecision, review: MappingReview) -> bool:
    is_pair = _names(decision) in {(e.lead.name.lower(), e.contact.name.lower()) for e in review.pairs}
    return (decision.decision is Pairing.BREAK and is_pair) or (
        decision.decision is Pairing.PAIR and not is_pair
    )


def _unknown_fields(snapshot: Snapshot, decisions: Iterable[MappingDecision]) -> Iterator[Message]:
    """What cannot be mapped because the sync user sees no such custom field, whether there is one or not."""
    for decision in decisions:
        if decision.decision is Pairing.LEAVE:
            continue
        for object_name, name in (("Lead", decision.lead_field), ("Contact", decision.contact_field)):
            custom = custom_fields(snapshot, object_name)
            if name.lower() not in custom:
                place = NamedField(object_name, name, "mappings.csv", decision.line).place
                what = say(
                    "{place}: {field} is not a custom field that the sync user sees; its mapping "
"cannot change.",
                    place=place, field=f"{object_name}.{name}",
                )  # fmt: skip
                yield with_near(what, name, (field.name for field in custom.values()))


def _clicks(wanted: list[MappingDecision]) -> Iterator[Click]:
    """From Edit Mappings to Finish Mappings; nothing where nothing is to be changed."""
    breaks = [row for row in wanted if row.decision is Pairing.BREAK]
    pairs = [row for row in wanted if row.decision is Pairing.PAIR]
    if not wanted:
        return
    yield _press("edit-mappings", SALESFORCE, "marketo.edit_mappings", say("Click {button}.", button=""))
    yield from map(_break, breaks)
    if pairs:
        opened = say("Open the folder {button}.", button="")
        yield _press("open-folder", MAPPINGS, "marketo.unmapped_custom_fields", opened)
    yield from map(_pair, pairs)
    yield _press("finish-mappings", MAPPINGS, "marketo.finish_mappings", say("Click {button}.", button=""))


def _press(name: str, screen: tuple[Label, ...], button: str, do: Message) -> Click:
    return Click(name, screen, replace(do, values={"button": Label(button)}), submit=button)


def _break(decision: MappingDecision) -> Click:
    names = {"lead_field": decision.lead_field, "contact_field": decision.contact_field}
    do = say(
        "Highlight the mapped field of Lead {lead_field} and Contact {contact_field} and click {button}.",
        button=Label("marketo.break_mapping"), **names,
    )  # fmt: skip
    return Click(f"break:{decision.lead_field}", MAPPINGS, do, "marketo.break_mapping", values=names)


def _pair(decision: MappingDecision) -> Click:
    names = {"lead_field": decision.lead_field, "contact_field": decision.contact_field}
    do = say("Drag Contact {contact_field} onto Lead {lead_field} to map them together.", **names)
    return Click(f"pair:{decision.lead_field}", FOLDER, do, "marketo.map_fields", values=names)


def _spelt(decision: MappingDecision, snapshot: Snapshot) -> MappingDecision:
    """The decision with its fields spelled as in the org: Marketo's list is searched for them."""
    lead = custom_fields(snapshot, "Lead").get(decision.lead_field.lower())
    contact = custom_fields(snapshot, "Contact").get(decision.contact_field.lower())
    return replace(
        decision,
        lead_field=lead.name if lead else decision.lead_field,
        contact_field=contact.name if contact else decision.contact_field,
    )


def _names(decision: MappingDecision) -> tuple[str, str]:
    return decision.lead_field.lower(), decision.contact_field.lower()
