"""What a Salesforce field is called in Marketo's REST API once Sync Fields made a field of it.

It keeps the Salesforce name as it is, with its double underscores and the namespace of its package:
``Region__c``, ``npsp__Average_Gift__c``. A name that another field has, whatever its case, gets an ending:
``MiddleName_lead``, ``Region__c_account``. Source: the field lists of three synced instances in public code
(see ``standard_fields.toml``), more than a thousand custom fields of a dozen packages. Doubt: Adobe documents
no rule, and one older sample in its developer blog has ``Active_c``; so both spellings are taken, and whoever
looks is told which one it was.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from runbook_lib.survey.needed_fields import MARKETO_PREFIX

_ENDING = re.compile(r"_(lead|contact|account)$")
_NUMBER = re.compile(r"_\d+$")


class Spelling(StrEnum):
    """How a name is written in Marketo."""

    AS_IN_SALESFORCE = "as in Salesforce"
    ONE_UNDERSCORE = "one underscore"


@dataclass(frozen=True)
class MarketoNames:
    """The REST names of an instance, to look Salesforce names up in."""

    by_base: Mapping[str, tuple[str, ...]]

    @classmethod
    def of(cls, names: Iterable[str]) -> MarketoNames:
        """``names``: as describe2 tells them."""
        by_base: defaultdict[str, list[str]] = defaultdict(list)
        for name in names:
            for base in _bases(_folded(name)):
                by_base[base].append(name)
        return cls({base: tuple(listed) for base, listed in by_base.items()})

    def named(self, field_name: str) -> tuple[str, ...]:
        """The names in Marketo that can be those of the Salesforce field ``Region__c``."""
        return self.by_base.get(_folded(field_name), ())

    def spelling(self, field_name: str) -> Spelling | None:
        """How Marketo spells the name of this field; ``None`` where it has none that can be it."""
        spellings = self.named(field_name)
        if not spellings:
            return None
        is_same = any(name.lower().startswith(field_name.lower()) for name in spellings)
        return Spelling.AS_IN_SALESFORCE if is_same else Spelling.ONE_UNDERSCORE


def is_own(field_name: str) -> bool:
    """Whether a field of this name gets a Marketo field called like it: a custom one does; Marketo's own
    ``mkto71_`` fields go into those that it has. Source: "Default Salesforce Field Mapping"."""
    return field_name.endswith("__c") and not field_name.lower().startswith(MARKETO_PREFIX)


def strangers(new: Iterable[str], field_names: Iterable[str]) -> list[str]:
    """The names in Marketo that can be those of none of these Salesforce fields."""
    expected = {_folded(name) for name in field_names}
    return sorted(name for name in new if expected.isdisjoint(_bases(_folded(name))))


def _folded(name: str) -> str:
    """The name in lower case with single underscores: what both spellings have in common."""
    return re.sub("_+", "_", name.lower())


def _bases(folded: str) -> Iterator[str]:
    """The name itself, and what it is without the endings that names get when they clash."""
    yield folded
    without_number = _NUMBER.sub("", folded)
    if without_number != folded:
        yield without_number
    without_ending = _ENDING.sub("", without_number)
    if without_ending != without_number:
        yield without_ending
