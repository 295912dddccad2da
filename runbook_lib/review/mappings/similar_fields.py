"""Fields of Lead and Contact that mean the same under different names: Marketo will not combine them.

Alike is what has nearly the same API name, nearly the same label, or the very same list of values. Marketo's
documentation says of its own combining only "similarly named"; these are for a person to decide.
"""

from __future__ import annotations

from collections.abc import Iterable

from runbook_lib.survey.snapshot import Field

ALIKE = 90.0
"""How alike two names or labels must be, in percent (an indel ratio, words in any order; 100 is equal)."""
FEWEST_VALUES = 3
"""Lists of fewer values, such as Yes and No, are equal by chance."""


def counterparts(leads: Iterable[Field], contacts: Iterable[Field]) -> list[tuple[Field, Field]]:
    """The pairs that are alike, the most alike first; each field is named once at most."""
    contact_fields = list(contacts)
    scored = [
        (score, lead.name, contact.name, lead, contact)
        for lead in leads
        for contact in contact_fields
        if (score := likeness(lead, contact)) >= ALIKE
    ]
    pairs: list[tuple[Field, Field]] = []
    taken: set[str] = set()
    for _, _, _, lead, contact in sorted(scored, key=lambda row: (-row[0], row[1], row[2])):
        if not taken & {lead.full_name, contact.full_name}:
            taken |= {lead.full_name, contact.full_name}
            pairs.append((lead, contact))
    return pairs


def likeness(lead: Field, contact: Field) -> float:
    """How alike two fields are, 0 to 100: the best of name, label and values."""
    from rapidfuzz import fuzz  # lazy: only the mapping review compares names

    values = set(lead.picklist)
    same_values = len(values) >= FEWEST_VALUES and values == set(contact.picklist)
    by_name = fuzz.ratio(stem(lead.name), stem(contact.name))
    by_label = fuzz.token_sort_ratio(lead.label.lower(), contact.label.lower())
    return float(max(by_name, by_label, 95.0 if same_values else 0.0))


def stem(name: str) -> str:
    """A custom field's name without what people spell one way or the other."""
    return name.lower().removesuffix("__c").replace("_", "").removesuffix("s")
