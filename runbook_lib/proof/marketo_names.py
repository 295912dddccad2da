"""What a Salesforce custom field is called in Marketo's REST API, as far as anybody can tell.

``Active__c`` becomes ``Active_c``; a name that clashes gets a suffix. Source: field lists published in Marketo's
developer guide (our reading; Adobe documents no rule).
"""

from __future__ import annotations

from collections.abc import Iterable

PERSON_OBJECTS = ("Lead", "Contact", "Account")
"""The objects whose fields become fields of Marketo's person and company, which describe2 shows."""


def base_names(full_names: Iterable[str]) -> frozenset[str]:
    """The lower-case Marketo names of the custom fields among ``full_names`` (``Lead.Active__c``)."""
    names = (each.split(".", 1) for each in full_names)
    return frozenset(
        name[: -len("__c")].lower() + "_c"
        for object_name, name in names
        if object_name in PERSON_OBJECTS and name.endswith("__c")
    )
