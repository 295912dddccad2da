"""What a person decides about the mappings of world messy."""

from __future__ import annotations

PAIRED = ("LinkedIn__c", "LinkedIn_URL__c")
BROKEN = "GDPR_Basis__c"
DECIDED = "\r\n".join(
    [
        "lead_field;contact_field;decision;reason;decided_by",
        *(
            f"{name};{name};break;they differ;Ada"
            for name in ("Annual_Budget__c", "Engagement_Grade__c", "Event_Attended_On__c", BROKEN)
        ),
        f"{PAIRED[0]};{PAIRED[1]};pair;they mean the same;Ada",
    ]
)
"""The clashes of the world are broken, and besides one pair that fits; two fields are paired."""
