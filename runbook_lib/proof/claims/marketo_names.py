"""What a Salesforce custom field is called in Marketo's REST API, as far as anybody can tell.

``Active__c`` becomes ``Active_c``; a name that clashes gets a suffix. Source: field lists published in
Marketo's developer guide (our reading; Adobe documents no rule).
"""

from __future__ import annotations

from collections.abc import Iterable

from runbook_lib.survey.needed_fields import MARKETO_PREFIX

PERSON_OBJECTS = ("Lead", "Contact", "Account")
"""The objects whose fields become fields of Marketo's person and company, which describe2 shows."""


def base_names(full_names: Iterable[str]) -> frozenset[str]:
    """The lower-case Marketo names that the fields ``full_names`` (``Lead.Active__c``) may get, less a
    suffix.
    """
    names = (each.split(".", 1) for each in full_names)
    return frozenset(_base(name) for object_name, name in names if object_name in PERSON_OBJECTS)


def custom_base_names(full_names: Iterable[str]) -> frozenset[str]:
    """As :func:`base_names`, custom fields only: those get a Marketo field of their own, by their own name.

    A standard field is mapped to one that Marketo has (``Email``, ``LastName``), and so are Marketo's own
    ``mkto71_`` fields. Source: Marketo documentation, "Default Salesforce Field Mapping".
    """
    own = [each for each in full_names if each.endswith("__c") and f".{MARKETO_PREFIX}" not in each.lower()]
    return base_names(own)


def is_named(marketo_name: str, base: str) -> bool:
    """Whether a Marketo field is called like a Salesforce one; names that clash end in ``_lead`` or so."""
    return marketo_name == base or marketo_name.startswith(f"{base}_")


def _base(name: str) -> str:
    return (name[: -len("__c")] + "_c" if name.endswith("__c") else name).lower()
