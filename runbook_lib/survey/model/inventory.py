"""What the org holds of all that the sync will copy, and the room it has left. Pure data.

Each number is known or ``Unknown`` by itself: what nobody could count is "not known", never zero.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from runbook_lib.survey.model.unknown import Unknown
from runbook_lib.text import Worded, say

Count = int | Unknown
COUNTED = ("Lead", "Contact", "Account", "Opportunity", "Campaign")
"""Objects whose records are shared with some users and not with others; the rest goes with them."""


@dataclass(frozen=True)
class Inventory:
    """``records``: object → how many there are, whoever may see them. ``converted_leads``: leads that became
    contacts. ``idle``: object → people whom nobody changed for two years. ``without_role``: opportunities in
    which no contact has a role. ``currencies``: those of opportunities; none: the org has one alone.
    """

    records: Mapping[str, Count]
    converted_leads: Count
    idle: Mapping[str, Count]
    without_role: Count
    currencies: tuple[str, ...] | Unknown


class GroupKind(Worded):
    """Who is in a group of people who are there twice."""

    LEAD = "lead", say("Leads only")
    CONTACT = "contact", say("Contacts only")
    ACROSS = "across", say("Leads and contacts")
    MARKETO = "marketo", say("With people already in Marketo")
    """One person of Salesforce, of whom Marketo has another that is not linked to Salesforce."""
    PROBABLE = "probable", say("Probably the same, without a shared e-mail")


IN_SALESFORCE = (GroupKind.LEAD, GroupKind.CONTACT, GroupKind.ACROSS)
"""Kinds that a look at Salesforce alone can count."""
BY_EMAIL = (*IN_SALESFORCE, GroupKind.MARKETO)


@dataclass(frozen=True)
class DuplicateCounts:
    """People that share an e-mail. Groups and people, per :class:`GroupKind`; the last two only after a
    comparison of everybody.

    ``conflicts``: groups in which one has opted out of e-mail and another has not; ``opted_out``: people who
    have; ``None``: not visible. ``in_marketo``: everybody in Marketo, where a comparison read them all;
    ``None``: nobody did. ``compared``: groups of each kind when everybody was compared, before this
    look, which knows of fewer kinds.
    """

    people: int
    without_email: int
    groups: Mapping[str, int]
    members: Mapping[str, int]
    conflicts: int | None = None
    opted_out: int | None = None
    in_marketo: int | None = None
    compared: Mapping[str, int] = field(default_factory=dict)

    def after(self, compared: DuplicateCounts) -> DuplicateCounts:
        """These counts, and of the kinds that this look does not know those of the comparison before it."""
        return replace(
            self,
            groups={**compared.groups, **self.groups},
            members={**compared.members, **self.members},
            in_marketo=compared.in_marketo,
            compared=dict(compared.groups),
        )


@dataclass(frozen=True)
class ApiBudget:
    """The org's daily API requests (rolling 24 hours).

    ``storage_mb``, ``storage_left_mb``: its data storage, where Salesforce names it; ``None``: it does not.
    """

    limit: int
    remaining: int
    storage_mb: int | None = None
    storage_left_mb: int | None = None
